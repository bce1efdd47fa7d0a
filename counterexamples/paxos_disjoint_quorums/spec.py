"""Paxos with quorums that need not share a member: each acceptor alone is one."""

from checker import Model, Violated
from checker.specs.paxos import Acceptor, Ballot, Majority, Paxos, Value

BREAKS = "Majority"

model = Model(
    Paxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 2},
    quorums={Majority: 1},
    check=("agreement",),
    expect=Violated("agreement", length=9),
)
