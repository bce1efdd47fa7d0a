"""Vertical Paxos in several sizes."""

from checker import Holds, Model
from checker.specs.paxos import Acceptor, Ballot, Value
from checker.specs.vertical_paxos import Configuration, VerticalPaxos

small = Model(
    VerticalPaxos,
    sizes={Acceptor: ("a1", "a2", "a3"), Value: 2, Ballot: 2},
    quorums={Configuration: [("a1", "a2"), ("a3",)]},
    expect=Holds(states=5_135, depth=17, orbits=1_633),
)
singletons = Model(
    VerticalPaxos,
    sizes={Acceptor: ("a1", "a2"), Value: 2, Ballot: 2},
    quorums={Configuration: [("a1",), ("a2",)]},
    expect=Holds(states=1_247, depth=14, orbits=326),
)
three_ballots = Model(
    VerticalPaxos,
    like=singletons,
    sizes={Ballot: 3},
    expect=Holds(states=176_253, depth=24, orbits=44_545),
)
