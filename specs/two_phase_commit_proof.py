"""Why two-phase commit is safe, for any number of managers.

A manager that has said that it is prepared gives up its freedom: from then on it only does what was decided.  So when
the coordinator has heard this of all managers and decides to commit, nobody has aborted, and nobody can any more.
"""

from checker import Proved, implies, lemma
from checker.specs.transaction_commit import Manager, Phase
from checker.specs.two_phase_commit import Decision, Prepared, TwoPhaseCommit


EXPECT = Proved()


class TwoPhaseCommitProof(TwoPhaseCommit):
    """Two-phase commit with the lemmas of its proof."""

    @lemma
    def decides_before_it_tells(self) -> bool:
        """The coordinator sends a decision only when it has decided."""
        return all(implies(isinstance(d, Decision), self.decided) for d in self.sent)

    @lemma
    def one_decision(self) -> bool:
        """The coordinator never tells two managers different things."""
        return not (Decision(commit=True) in self.sent and Decision(commit=False) in self.sent)

    @lemma
    def hears_what_was_said(self) -> bool:
        """Whom the coordinator takes to be prepared has said so."""
        return all(Prepared(m) in self.sent for m in self.prepared)

    @lemma
    def commits_when_all_are_prepared(self) -> bool:
        """Who decides to commit has the word of every manager."""
        return implies(Decision(commit=True) in self.sent, all(m in self.prepared for m in Manager))

    @lemma
    def spoken_is_not_working(self) -> bool:
        """Who has said that it is prepared works no longer, so it cannot give up on its own."""
        return all(implies(Prepared(m) in self.sent, self.phase[m] != Phase.WORKING) for m in Manager)

    @lemma
    def keeps_its_word(self) -> bool:
        """Who was prepared aborts only because that was decided."""
        return all(
            implies(Prepared(m) in self.sent and self.phase[m] == Phase.ABORTED, Decision(commit=False) in self.sent)
            for m in Manager)

    @lemma
    def commits_by_decision(self) -> bool:
        """Nobody commits unless that was decided."""
        return all(implies(self.phase[m] == Phase.COMMITTED, Decision(commit=True) in self.sent) for m in Manager)
