"""Four nodes, one of which may be faulty: it takes three to be most of them, and two to be some."""

from checker import Holds, Model
from checker.specs.reliable_broadcast import Most, Node, ReliableBroadcast, Some, Value

small = Model(
    ReliableBroadcast,
    sizes={Node: 4, Value: 2},
    quorums={Most: 3, Some: 2},
    expect=Holds(states=89_556, depth=17, orbits=2_640),
)
