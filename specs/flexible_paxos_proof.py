"""Why two kinds of quorums are enough for Paxos, for any number of acceptors, ballots and values.

The proof of Paxos, word for word but for one: what no phase 2 quorum can choose any more is never chosen.
"""

from checker import Proved
from checker.specs.flexible_paxos import FlexiblePaxos, Phase2
from checker.specs.paxos import Acceptor, Ballot, Value
from checker.specs.paxos_proof import PaxosProof


EXPECT = Proved()


class FlexiblePaxosProof(FlexiblePaxos, PaxosProof):  # pyright: ignore[reportIncompatibleMethodOverride]
    """Flexible Paxos with the lemmas of its proof."""

    def never_chosen(self, b: Ballot, v: Value) -> bool:
        """Every phase 2 quorum has a member that did not vote for `v` in ballot `b`, and never will."""
        return all(any(a in q and self.never_votes(a, b, v) for a in Acceptor) for q in Phase2)
