"""Three managers, as in Lamport's TLA+ Video Course, where TLC finds 34 states."""

from checker import Holds, Model
from checker.specs.transaction_commit import Manager, TransactionCommit

small = Model(TransactionCommit, sizes={Manager: 3}, expect=Holds(states=34, depth=7, orbits=13))
