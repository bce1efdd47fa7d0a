"""Few nodes and values.

Of the `3**3` ways in which three nodes vote for one of two values or not at all, 14 have a majority for a value, which
is decided or not.
"""

from checker import Holds, Model
from checker.specs.toy_consensus import Node, ToyConsensus, Value

small = Model(ToyConsensus, sizes={Node: 3, Value: 2}, expect=Holds(states=41, depth=5, orbits=9))
medium = Model(ToyConsensus, sizes={Node: 5, Value: 3}, expect=Holds(states=1_342, depth=7, orbits=23))
