"""Two-phase commit for three managers and for five.

With three, as in Lamport's TLA+ Video Course, TLC finds 288 states and depth 11.
"""

from checker import Holds, Model
from checker.specs.transaction_commit import Manager
from checker.specs.two_phase_commit import TwoPhaseCommit

small = Model(TwoPhaseCommit, sizes={Manager: 3}, expect=Holds(states=288, depth=11, orbits=80))
medium = Model(TwoPhaseCommit, sizes={Manager: 5}, expect=Holds(states=8_832, depth=17, orbits=314))
