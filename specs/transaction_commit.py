"""What a transaction's commit is, after Gray and Lamport, "Consensus on Transaction Commit" (2006).

Step for step their `TCommit.tla`: no messages and no coordinator, only what the resource managers may do together.
Every manager sees the phases of all others, so this is no protocol; it is what a protocol such as two-phase commit has
to amount to.
"""

from enum import Enum, auto

from checker import Map, Proved, Sort, Spec, action, init, invariant, require, witness

EXPECT = Proved()


class Manager(Sort):
    """A resource manager: a process that takes part in the transaction."""


class Phase(Enum):
    """How far a manager is: `COMMITTED` and `ABORTED` are final."""
    WORKING = auto()
    PREPARED = auto()
    COMMITTED = auto()
    ABORTED = auto()


class TransactionCommit(Spec):
    """Managers commit all together or not at all."""

    phase: Map[Manager, Phase]

    @init
    def start(self) -> None:
        self.phase = Map({m: Phase.WORKING for m in Manager})

    @action
    def prepare(self, m: Manager) -> None:
        """`m` has done its work, and will commit or abort as the others do."""
        require(self.phase[m] == Phase.WORKING)
        self.phase[m] = Phase.PREPARED

    @action
    def commit(self, m: Manager) -> None:
        """`m` commits: every manager is prepared, or has committed already."""
        require(self.phase[m] == Phase.PREPARED)
        require(all(self.phase[n] in (Phase.PREPARED, Phase.COMMITTED) for n in Manager))
        self.phase[m] = Phase.COMMITTED

    @action
    def abort(self, m: Manager) -> None:
        """`m` aborts: no manager has committed."""
        require(self.phase[m] in (Phase.WORKING, Phase.PREPARED))
        require(not any(self.phase[n] == Phase.COMMITTED for n in Manager))
        self.phase[m] = Phase.ABORTED

    @invariant
    def agreement(self) -> bool:
        """No manager commits while another one aborts."""
        return not any(
            self.phase[m] == Phase.COMMITTED and self.phase[n] == Phase.ABORTED for m in Manager for n in Manager)

    @witness
    def commits(self) -> bool:
        """Every manager commits."""
        return all(self.phase[m] == Phase.COMMITTED for m in Manager)

    @witness
    def aborts(self) -> bool:
        """Every manager aborts."""
        return all(self.phase[m] == Phase.ABORTED for m in Manager)
