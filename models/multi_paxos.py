"""Multi-Paxos in several sizes; with one slot it has exactly the states of Paxos."""

from checker import Holds, Model
from checker.specs.multi_paxos import MultiPaxos, Slot
from checker.specs.paxos import Acceptor, Ballot, Value

small = Model(
    MultiPaxos,
    sizes={Acceptor: 2, Value: 2, Ballot: 2, Slot: 2},
    expect=Holds(states=3_913, depth=19, orbits=622),
)
one_slot = Model(
    MultiPaxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 2, Slot: 1},
    expect=Holds(states=3_921, depth=17, orbits=443),
)
