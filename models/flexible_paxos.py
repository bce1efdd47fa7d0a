"""Four acceptors: three begin a ballot, and then two are enough to choose."""

from checker import Holds, Model
from checker.specs.flexible_paxos import FlexiblePaxos, Phase1, Phase2
from checker.specs.paxos import Acceptor, Ballot, Value

small = Model(
    FlexiblePaxos,
    sizes={Acceptor: 4, Value: 2, Ballot: 2},
    quorums={Phase1: 3, Phase2: 2},
    expect=Holds(states=20_609, depth=21, orbits=834),
)
