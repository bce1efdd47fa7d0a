"""Two nodes, two keys and two values.

A key has its first owner and no value, or one of 2 values at one of 2 nodes or on its way there: `1 + 8` states.
The first owner, one of 2, is forgotten once both keys have values: `2 * (9**2 - 8**2) + 8**2` states.
"""

from checker import Holds, Model
from checker.specs.sharded_store import Key, Node, ShardedStore, Value

small = Model(
    ShardedStore,
    sizes={Node: 2, Key: 2, Value: 2},
    expect=Holds(states=98, depth=5, orbits=17),
)
