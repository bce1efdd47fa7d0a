"""Rings of three nodes and of four, with as many names.

A name has come any number of steps up to the first node with a greater one; the greatest comes round to its own node,
which then leads or not yet.  For three nodes these are `2 * 2 * 5` states with the names in one order round the ring
and `2 * 3 * 5` in the other one, each for 3 nodes that can have the greatest.
"""

from checker import Holds, Model
from checker.specs.ring_election import Name, Node, RingElection

small = Model(RingElection, sizes={Node: 3, Name: ("a", "b", "c")}, expect=Holds(states=150, depth=8))
medium = Model(RingElection, sizes={Node: 4, Name: ("a", "b", "c", "d")}, expect=Holds(states=2_016, depth=12))
