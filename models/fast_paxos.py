"""Fast Paxos in several sizes, each with every choice of the ballots that are fast."""

from checker import Holds, Model
from checker.specs.fast_paxos import Fast, FastPaxos
from checker.specs.paxos import Acceptor, Ballot, Value

small = Model(
    FastPaxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 2},
    quorums={Fast: 3},
    expect=Holds(states=35_476, depth=17, orbits=3_774),
)
two_acceptors = Model(
    FastPaxos,
    sizes={Acceptor: 2, Value: 2, Ballot: 2},
    quorums={Fast: 2},
    expect=Holds(states=901, depth=13, orbits=336),
)
