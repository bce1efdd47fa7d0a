"""Two-phase commit, after Gray and Lamport, "Consensus on Transaction Commit" (2006).

Step for step their `TwoPhase.tla`: messages are never lost from `sent`, only perhaps never read.  A coordinator
collects the managers' word that they are prepared (first phase), and tells them what it has decided (second phase).
"""

from typing import Self

from checker import Map, Record, Set, Spec, action, init, invariant, require, step_invariant, witness
from checker.specs.transaction_commit import Manager, Phase


class Prepared(Record):
    """`manager` will do what the coordinator decides."""
    manager: Manager


class Decision(Record):
    """The coordinator's word: commit, or abort."""
    commit: bool


class TwoPhaseCommit(Spec):
    """A coordinator makes managers commit all together or not at all."""

    phase: Map[Manager, Phase]
    prepared: Set[Manager]              # whom the coordinator knows to be prepared
    decided: bool                       # the coordinator has decided
    sent: Set[Prepared | Decision]

    @init
    def start(self) -> None:
        self.phase = Map({m: Phase.WORKING for m in Manager})
        self.prepared = Set()
        self.decided = False
        self.sent = Set()

    @action
    def prepare(self, m: Manager) -> None:
        """`m` is done with its work, and says that it leaves the rest to the coordinator."""
        require(self.phase[m] == Phase.WORKING)
        self.phase[m] = Phase.PREPARED
        self.sent.add(Prepared(m))

    @action
    def give_up(self, m: Manager) -> None:
        """`m` aborts on its own, which it may as long as it has given no word."""
        require(self.phase[m] == Phase.WORKING)
        self.phase[m] = Phase.ABORTED

    @action(lane="coordinator")
    def hear(self, m: Manager) -> None:
        """The coordinator learns that `m` is prepared."""
        require(not self.decided, Prepared(m) in self.sent)
        self.prepared.add(m)

    @action(lane="coordinator")
    def decide_to_commit(self) -> None:
        """All managers are prepared, so the transaction is to be committed."""
        require(not self.decided, all(m in self.prepared for m in Manager))
        self.decided = True
        self.sent.add(Decision(commit=True))

    @action(lane="coordinator")
    def decide_to_abort(self) -> None:
        """To abort is possible at any time before a decision: the coordinator may be tired of waiting."""
        require(not self.decided)
        self.decided = True
        self.sent.add(Decision(commit=False))

    @action
    def obey(self, m: Manager, d: Decision) -> None:
        """`m` does what the coordinator has decided."""
        require(d in self.sent)
        self.phase[m] = Phase.COMMITTED if d.commit else Phase.ABORTED

    @invariant
    def agreement(self) -> bool:
        """No manager commits while another one aborts."""
        return not any(
            self.phase[m] == Phase.COMMITTED and self.phase[n] == Phase.ABORTED for m in Manager for n in Manager)

    @step_invariant
    def commits_as_a_transaction(self, after: Self) -> bool:
        """A manager commits only where it may in `TransactionCommit`: all are prepared or have committed."""
        return all(
            after.phase[m] != Phase.COMMITTED or self.phase[m] == Phase.COMMITTED
            or self.phase[m] == Phase.PREPARED
            and all(self.phase[n] in (Phase.PREPARED, Phase.COMMITTED) for n in Manager)
            for m in Manager)

    @step_invariant
    def aborts_as_a_transaction(self, after: Self) -> bool:
        """A manager aborts only where it may in `TransactionCommit`: none has committed."""
        return all(
            after.phase[m] != Phase.ABORTED or self.phase[m] == Phase.ABORTED
            or not any(self.phase[n] == Phase.COMMITTED for n in Manager)
            for m in Manager)

    @witness
    def commits(self) -> bool:
        """Every manager commits."""
        return all(self.phase[m] == Phase.COMMITTED for m in Manager)

    @witness
    def aborts_once_prepared(self) -> bool:
        """The coordinator aborts though every manager is prepared."""
        return Decision(commit=False) in self.sent and all(Prepared(m) in self.sent for m in Manager)
