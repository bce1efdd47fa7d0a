"""Stoppable Paxos, with every order of the slots and every stop command."""

from checker import Holds, Model
from checker.specs.multi_paxos import Slot
from checker.specs.paxos import Acceptor, Ballot, Value
from checker.specs.stoppable_paxos import StoppablePaxos

small = Model(
    StoppablePaxos,
    sizes={Acceptor: 2, Value: 2, Ballot: 2, Slot: 2},
    expect=Holds(states=7_684, depth=19, orbits=1_107),
)
