"""Why Multi-Paxos is safe, for any number of acceptors, ballots, values and slots.

It is the proof of Paxos, slot by slot.  A promise stands for a report of every slot at once, and what it reports of one
slot says nothing of another.
"""

from checker import Proved, implies, lemma
from checker.specs.multi_paxos import Accepted, MultiPaxos, Promise, Propose, Slot
from checker.specs.paxos import Acceptor, Ballot, Majority, Value


EXPECT = Proved()


class MultiPaxosProof(MultiPaxos):
    """Multi-Paxos with the lemmas of its proof."""

    @lemma
    def one_value_per_slot(self) -> bool:
        """A ballot proposes one value a slot."""
        return all(
            implies(m.ballot == n.ballot and m.slot == n.slot, m.value == n.value)
            for m in self.sent if isinstance(m, Propose) for n in self.sent if isinstance(n, Propose))

    @lemma
    def vote_has_proposal(self) -> bool:
        """Who votes does so because the ballot proposed it."""
        return all(Propose(m.ballot, m.slot, m.value) in self.sent for m in self.sent if isinstance(m, Accepted))

    @lemma
    def promise_is_kept(self) -> bool:
        """Who has joined a ballot never joins a lower one."""
        return all(self.reached(m.acceptor, m.ballot) for m in self.sent if isinstance(m, Promise))

    @lemma
    def promise_reports_vote(self) -> bool:
        """The votes that a promise reports were cast."""
        return all(self.was_cast(m, s) for m in self.sent if isinstance(m, Promise) for s in Slot)

    @lemma
    def promise_reports_last_vote(self) -> bool:
        """Between the vote that a promise reports of a slot and its ballot, the acceptor did not vote in that slot."""
        return all(
            implies(m.acceptor == n.acceptor and n.ballot < m.ballot, self.reported_up_to(m, n.slot, n.ballot))
            for m in self.sent if isinstance(m, Promise) for n in self.sent if isinstance(n, Accepted))

    @lemma
    def remembers_vote(self) -> bool:
        """What an acceptor remembers as its votes was cast."""
        return all(self.has_cast(a, s) for a in Acceptor for s in Slot)

    @lemma
    def remembers_last_vote(self) -> bool:
        """An acceptor remembers of each slot its vote of the highest ballot."""
        return all(self.voted_at(m.acceptor, m.slot, m.ballot) for m in self.sent if isinstance(m, Accepted))

    @lemma
    def vote_is_joined(self) -> bool:
        """Who votes in a ballot has joined it."""
        return all(self.reached(m.acceptor, m.ballot) for m in self.sent if isinstance(m, Accepted))

    @lemma
    def safe_at(self) -> bool:
        """Below a proposal no other value can be chosen any more in its slot."""
        return all(
            implies(c < m.ballot and w != m.value, self.never_chosen(c, m.slot, w))
            for m in self.sent if isinstance(m, Propose) for c in Ballot for w in Value)

    def never_chosen(self, b: Ballot, s: Slot, v: Value) -> bool:
        """Every quorum has a member that did not vote for `v` in slot `s` and ballot `b`, and never will."""
        return all(any(a in q and self.never_votes(a, b, s, v) for a in Acceptor) for q in Majority)

    def never_votes(self, a: Acceptor, b: Ballot, s: Slot, v: Value) -> bool:
        """`a` has joined a ballot above `b` without having voted for `v` in slot `s` and ballot `b`."""
        return self.passed(a, b) and Accepted(a, b, s, v) not in self.sent

    def reached(self, a: Acceptor, b: Ballot) -> bool:
        """`a` has joined ballot `b` or a higher one."""
        joined = self.promised[a]
        return joined is not None and b <= joined

    def passed(self, a: Acceptor, b: Ballot) -> bool:
        """`a` has joined a ballot above `b`."""
        joined = self.promised[a]
        return joined is not None and b < joined

    def was_cast(self, m: Promise, s: Slot) -> bool:
        """The vote in slot `s` that the promise reports, if any, was cast."""
        vote = m.last[s]
        return vote is None or Accepted(m.acceptor, vote.ballot, s, vote.value) in self.sent

    def reported_up_to(self, m: Promise, s: Slot, b: Ballot) -> bool:
        """The promise reports a vote in slot `s` and ballot `b`, or in a higher one."""
        vote = m.last[s]
        return vote is not None and b <= vote.ballot

    def has_cast(self, a: Acceptor, s: Slot) -> bool:
        """The vote in slot `s` that `a` remembers, if any, was cast."""
        vote = self.voted[a][s]
        return vote is None or Accepted(a, vote.ballot, s, vote.value) in self.sent

    def voted_at(self, a: Acceptor, s: Slot, b: Ballot) -> bool:
        """`a` remembers a vote in slot `s` and ballot `b`, or in a higher one."""
        vote = self.voted[a][s]
        return vote is not None and b <= vote.ballot
