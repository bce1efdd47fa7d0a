"""Paxos without a first phase in the first ballot."""

from checker import Holds, Model
from checker.specs.fast_start_paxos import FastStartPaxos
from checker.specs.paxos import Acceptor, Ballot, Value

small = Model(
    FastStartPaxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 2},
    expect=Holds(states=8_001, depth=17, orbits=893),
)
medium = Model(
    FastStartPaxos,
    sizes={Acceptor: 2, Value: 2, Ballot: 3},
    expect=Holds(states=4_605, depth=19, orbits=1_328),
)
