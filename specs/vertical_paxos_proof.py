"""Why Vertical Paxos is safe, for any number of acceptors, ballots, values, and any configurations.

As in Paxos, below a proposal no other value can be chosen any more.  That takes a member of each lower configuration
which has not voted for it and never will; and it takes that each lower ballot has its configuration already, since a
later one could choose anything.  What a new ballot does not ask, below a complete ballot, was asked before.
"""

from checker import Proved, implies, lemma
from checker.specs.paxos import Accepted, Acceptor, Ballot, Propose, Value
from checker.specs.vertical_paxos import Complete, Promise, VerticalPaxos


EXPECT = Proved()


class VerticalPaxosProof(VerticalPaxos):
    """Vertical Paxos with the lemmas of its proof."""

    @lemma
    def one_value_per_ballot(self) -> bool:
        """A ballot proposes one value."""
        return all(
            implies(m.ballot == n.ballot, m.value == n.value)
            for m in self.sent if isinstance(m, Propose) for n in self.sent if isinstance(n, Propose))

    @lemma
    def vote_has_proposal(self) -> bool:
        """Who votes does so because the ballot proposed it."""
        return all(Propose(m.ballot, m.value) in self.sent for m in self.sent if isinstance(m, Accepted))

    @lemma
    def remembers_votes(self) -> bool:
        """An acceptor remembers the votes that it has cast, and no others."""
        return all(
            (self.voted[a][b] == v) == (Accepted(a, b, v) in self.sent)
            for a in Acceptor for b in Ballot for v in Value)

    @lemma
    def promise_is_kept(self) -> bool:
        """Who has joined a ballot never joins a lower one."""
        return all(self.passed(m.acceptor, m.asked) for m in self.sent if isinstance(m, Promise))

    @lemma
    def promise_reports_vote(self) -> bool:
        """The vote that a promise reports was cast, and where it reports none, none was cast."""
        return all(
            (m.vote == v) == (Accepted(m.acceptor, m.asked, v) in self.sent)
            for m in self.sent if isinstance(m, Promise) for v in Value)

    @lemma
    def proposal_is_assigned(self) -> bool:
        """Once a ballot proposes, it and all lower ones have their configurations."""
        return all(
            implies(b <= m.ballot, self.assigned[b] is not None)
            for m in self.sent if isinstance(m, Propose) for b in Ballot)

    @lemma
    def complete_is_assigned(self) -> bool:
        """A complete ballot and all lower ones have their configurations."""
        return all(
            implies(b <= m.ballot, self.assigned[b] is not None)
            for m in self.sent if isinstance(m, Complete) for b in Ballot)

    @lemma
    def complete_was_chosen(self) -> bool:
        """What a complete ballot is said to have chosen, all acceptors of its configuration have voted for."""
        return all(
            implies(m.value == v and self.belongs(a, m.ballot), Accepted(a, m.ballot, v) in self.sent)
            for m in self.sent if isinstance(m, Complete) for a in Acceptor for v in Value)

    @lemma
    def master_is_right(self) -> bool:
        """What the master takes to be complete is the first ballot, or was said to be so."""
        return self.complete == Complete(Ballot.first(), None) or self.complete in self.sent

    @lemma
    def assignment_is_right(self) -> bool:
        """What the master has told a ballot to be complete is the first one, or a lower one that was said to be so."""
        return all(self.is_told_right(b) for b in Ballot)

    @lemma(uses={
        "propose_any": (
            "promise_is_kept", "promise_reports_vote", "complete_was_chosen", "assignment_is_right",
            "complete_is_safe"),
        "propose_again": ("vote_has_proposal", "promise_is_kept", "promise_reports_vote")})
    def safe_at(self) -> bool:
        """Below a proposal no other value can be chosen any more."""
        return all(
            implies(c < m.ballot and w != m.value, self.never_chosen(c, w))
            for m in self.sent if isinstance(m, Propose) for c in Ballot for w in Value)

    @lemma(uses={"propose_any": (
        "promise_is_kept", "promise_reports_vote", "complete_was_chosen", "assignment_is_right")})
    def complete_is_safe(self) -> bool:
        """Below a complete ballot nothing can be chosen any more but what it has chosen."""
        return all(
            implies(c < m.ballot and w != m.value, self.never_chosen(c, w))
            for m in self.sent if isinstance(m, Complete) for c in Ballot for w in Value)

    def is_told_right(self, b: Ballot) -> bool:
        """What the master has told `b` to be complete is the first one, or a lower one that was said to be so."""
        assignment = self.assigned[b]
        return assignment is None or assignment.complete == Complete(Ballot.first(), None) or (
            assignment.complete in self.sent and assignment.complete.ballot < b)

    def never_chosen(self, b: Ballot, v: Value) -> bool:
        """A member of the configuration of ballot `b`, which it has, did not vote for `v` there, and never will."""
        return any(self.belongs(a, b) and self.passed(a, b) and Accepted(a, b, v) not in self.sent for a in Acceptor)

    def passed(self, a: Acceptor, b: Ballot) -> bool:
        """`a` has joined a ballot above `b`."""
        joined = self.promised[a]
        return joined is not None and b < joined
