"""Why a toy consensus never decides two values, for any number of nodes and values.

What is decided has the votes of a quorum, and keeps them.  Two quorums share a node, which voted once.
"""

from checker import Proved, lemma
from checker.specs.toy_consensus import Majority, ToyConsensus


EXPECT = Proved()


class ToyConsensusProof(ToyConsensus):
    """The toy consensus with the lemma of its proof."""

    @lemma
    def decided_by_quorum(self) -> bool:
        """What is decided has the votes of a quorum."""
        return all(any(all(self.vote[n] == v for n in q) for q in Majority) for v in self.decided)
