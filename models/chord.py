"""Circles of three identifiers and of four.  All counts are those of a program written by hand."""

from checker import Holds, Model
from checker.specs.chord import Chord, Node

small = Model(Chord, sizes={Node: 3}, expect=Holds(states=872, depth=21))
medium = Model(Chord, sizes={Node: 4}, expect=Holds(states=84_234, depth=29))
