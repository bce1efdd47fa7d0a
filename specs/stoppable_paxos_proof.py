"""Why Stoppable Paxos is safe, for any number of acceptors, ballots, values and slots, in any order.

To the lemmas of Multi-Paxos come two about slots that differ: below a proposal no earlier slot can stop the log any
more, and below a proposal to stop nothing can be chosen in a later slot.  So of a vote for stop and a vote in a later
slot the one of the lower ballot is void indeed.
"""

from checker import Proved, implies, lemma
from checker.specs.multi_paxos import Propose, Slot
from checker.specs.multi_paxos_proof import MultiPaxosProof
from checker.specs.paxos import Ballot, Value
from checker.specs.stoppable_paxos import StoppablePaxos

EXPECT = Proved()


class StoppablePaxosProof(StoppablePaxos, MultiPaxosProof):  # pyright: ignore[reportIncompatibleMethodOverride]
    """Stoppable Paxos with the lemmas of its proof."""

    @lemma(uses={"propose": (
        "no_stop_before", "nothing_after", "promise_reports_vote", "promise_reports_last_vote", "promise_is_kept",
        "vote_has_proposal", "one_value_per_slot",
    )})
    def safe_at(self) -> bool:
        """Below a proposal no other value can be chosen any more in its slot."""
        return super().safe_at()

    @lemma
    def no_slot_is_after_itself(self) -> bool:
        """No slot is later than itself."""
        return all(s not in self.later[s] for s in Slot)

    @lemma
    def stop_is_last_in_ballot(self) -> bool:
        """A ballot that proposes to stop proposes nothing in a later slot."""
        return all(
            implies(m.ballot == n.ballot and m.value == self.stop, n.slot not in self.later[m.slot])
            for m in self.sent if isinstance(m, Propose) for n in self.sent if isinstance(n, Propose))

    @lemma(uses={"propose": (
        "safe_at", "nothing_after", "promise_reports_vote", "promise_reports_last_vote", "promise_is_kept",
        "vote_has_proposal", "one_value_per_slot",
    )})
    def no_stop_before(self) -> bool:
        """Below a proposal no earlier slot can stop the log any more."""
        return all(
            implies(c < m.ballot and m.slot in self.later[s], self.never_chosen(c, s, self.stop))
            for m in self.sent if isinstance(m, Propose) for c in Ballot for s in Slot)

    @lemma(uses={"propose": (
        "safe_at", "no_stop_before", "promise_reports_vote", "promise_reports_last_vote", "promise_is_kept",
        "vote_has_proposal", "one_value_per_slot",
    )})
    def nothing_after(self) -> bool:
        """Below a proposal to stop nothing can be chosen in a later slot any more."""
        return all(
            implies(c < m.ballot and m.value == self.stop and s in self.later[m.slot], self.never_chosen(c, s, w))
            for m in self.sent if isinstance(m, Propose) for c in Ballot for s in Slot for w in Value)
