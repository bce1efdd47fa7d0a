"""Why Fast Paxos is safe, for any number of acceptors, ballots and values, and any of the ballots fast.

The lemmas of Paxos, where a vote may also come from an open ballot.  Below an open ballot nothing at all can be chosen
any more.  In one, acceptors may vote for different values, but each for one only.
"""

from checker import Proved, implies, lemma
from checker.specs.fast_paxos import Fast, FastPaxos
from checker.specs.paxos import Accepted, Acceptor, Ballot, Majority, Propose, Value
from checker.specs.paxos_proof import PaxosProof

EXPECT = Proved()


class FastPaxosProof(FastPaxos, PaxosProof):  # pyright: ignore[reportIncompatibleMethodOverride]
    """Fast Paxos with the lemmas of its proof."""

    @lemma
    def vote_has_proposal(self) -> bool:
        """Who votes does so because the ballot proposed it, or is open."""
        return all(
            m.ballot in self.opened or Propose(m.ballot, m.value) in self.sent
            for m in self.sent if isinstance(m, Accepted))

    @lemma
    def quorums_meet(self) -> bool:
        """A majority and two fast quorums share an acceptor, and so do two fast ones: it was so from the start."""
        return self.fast_quorums_meet()

    @lemma
    def one_vote_per_ballot(self) -> bool:
        """An acceptor votes for one value in a ballot."""
        return all(
            implies(m.acceptor == n.acceptor and m.ballot == n.ballot, m.value == n.value)
            for m in self.sent if isinstance(m, Accepted) for n in self.sent if isinstance(n, Accepted))

    @lemma
    def open_ballot_is_fast(self) -> bool:
        """Only fast ballots are opened."""
        return all(b in self.fast for b in self.opened)

    @lemma
    def open_ballot_proposes_nothing(self) -> bool:
        """A ballot that leaves the choice to the acceptors proposes no value."""
        return all(m.ballot not in self.opened for m in self.sent if isinstance(m, Propose))

    @lemma
    def open_is_safe(self) -> bool:
        """Below an open ballot nothing can be chosen any more."""
        return all(
            implies(c < b, self.never_chosen(c, w)) for b in self.opened for c in Ballot for w in Value)

    def never_chosen(self, b: Ballot, v: Value) -> bool:
        """Every quorum, fast if the ballot is, has a member that did not vote for `v` in `b`, and never will."""
        if b in self.fast:
            return all(any(a in f and self.never_votes(a, b, v) for a in Acceptor) for f in Fast)
        return all(any(a in q and self.never_votes(a, b, v) for a in Acceptor) for q in Majority)
