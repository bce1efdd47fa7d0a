"""Paxos in several sizes.  States and depth are those that TLC finds for Lamport's own `Paxos.tla`."""

from checker import Holds, Model
from checker.specs.paxos import Acceptor, Ballot, Paxos, Value

small = Model(
    Paxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 2},
    expect=Holds(states=3_921, depth=17, orbits=443),
)
two_acceptors = Model(
    Paxos,
    sizes={Acceptor: 2, Value: 3, Ballot: 2},
    expect=Holds(states=217, depth=13, orbits=56),
)
medium = Model(
    Paxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 3},
    expect=Holds(states=185_369, depth=25, orbits=17_153),
)
large = Model(
    Paxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 4},
    expect=Holds(states=8_220_065, depth=33, orbits=710_709),
)
