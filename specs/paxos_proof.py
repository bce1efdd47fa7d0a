"""Why Paxos is safe, for any number of acceptors, ballots and values.

Any two quorums share an acceptor.  A value is chosen by the votes of one quorum, and a ballot proposes after the
promises of another one.  An acceptor that is in both had either voted before it promised, and then its promise says so
and the ballot takes the value up; or it had not, and then it keeps its promise and never votes in the lower ballot.

The heart is `safe_at`: whatever a ballot proposes, no other value can be chosen below it any more, because every quorum
has a member that did not vote for the other value and has promised never to.  The other lemmas are what an acceptor
and a quorum's promises know.  With them, agreement follows from the state alone.
"""

from checker import Proved, implies, lemma
from checker.specs.paxos import Accepted, Acceptor, Ballot, Majority, Paxos, Promise, Propose, Value


EXPECT = Proved()


class PaxosProof(Paxos):
    """Paxos with the lemmas of its proof."""

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
    def promise_is_kept(self) -> bool:
        """Who has joined a ballot never joins a lower one."""
        return all(self.reached(m.acceptor, m.ballot) for m in self.sent if isinstance(m, Promise))

    @lemma
    def promise_reports_vote(self) -> bool:
        """The vote that a promise reports was cast."""
        return all(
            m.last is None or Accepted(m.acceptor, m.last.ballot, m.last.value) in self.sent
            for m in self.sent if isinstance(m, Promise))

    @lemma
    def promise_reports_last_vote(self) -> bool:
        """Between the vote that a promise reports and its ballot, the acceptor did not vote."""
        return all(
            implies(m.acceptor == n.acceptor and (m.last is None or m.last.ballot < n.ballot), m.ballot <= n.ballot)
            for m in self.sent if isinstance(m, Promise) for n in self.sent if isinstance(n, Accepted))

    @lemma
    def remembers_vote(self) -> bool:
        """What an acceptor remembers as its vote was cast."""
        return all(self.has_cast(a) for a in Acceptor)

    @lemma
    def remembers_last_vote(self) -> bool:
        """An acceptor remembers its vote of the highest ballot."""
        return all(self.voted_at(m.acceptor, m.ballot) for m in self.sent if isinstance(m, Accepted))

    @lemma
    def vote_is_joined(self) -> bool:
        """Who votes in a ballot has joined it."""
        return all(self.has_joined_vote(a) for a in Acceptor)

    @lemma
    def safe_at(self) -> bool:
        """Below a proposal no other value can be chosen any more."""
        return all(
            implies(c < m.ballot and w != m.value, self.never_chosen(c, w))
            for m in self.sent if isinstance(m, Propose) for c in Ballot for w in Value)

    def never_chosen(self, b: Ballot, v: Value) -> bool:
        """Every quorum has a member that did not vote for `v` in ballot `b`, and never will."""
        return all(any(a in q and self.never_votes(a, b, v) for a in Acceptor) for q in Majority)

    def never_votes(self, a: Acceptor, b: Ballot, v: Value) -> bool:
        """`a` has joined a ballot above `b` without having voted for `v` in `b`."""
        return self.passed(a, b) and Accepted(a, b, v) not in self.sent

    def reached(self, a: Acceptor, b: Ballot) -> bool:
        """`a` has joined ballot `b` or a higher one."""
        joined = self.promised[a]
        return joined is not None and b <= joined

    def passed(self, a: Acceptor, b: Ballot) -> bool:
        """`a` has joined a ballot above `b`."""
        joined = self.promised[a]
        return joined is not None and b < joined

    def has_cast(self, a: Acceptor) -> bool:
        """The vote that `a` remembers was cast."""
        vote = self.voted[a]
        return vote is None or Accepted(a, vote.ballot, vote.value) in self.sent

    def voted_at(self, a: Acceptor, b: Ballot) -> bool:
        """`a` remembers a vote in ballot `b` or a higher one."""
        vote = self.voted[a]
        return vote is not None and b <= vote.ballot

    def has_joined_vote(self, a: Acceptor) -> bool:
        """`a` has joined the ballot of the vote it remembers, or a higher one."""
        vote = self.voted[a]
        return vote is None or self.reached(a, vote.ballot)
