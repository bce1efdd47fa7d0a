"""Why the first ballot may skip phase 1, for any number of acceptors, ballots and values.

The lemmas of Paxos, as they are: they say nothing of the ballots below the first one, and there are none.
"""

from checker import Proved
from checker.specs.fast_start_paxos import FastStartPaxos
from checker.specs.paxos_proof import PaxosProof


EXPECT = Proved()


class FastStartPaxosProof(FastStartPaxos, PaxosProof):
    """Fast-start Paxos with the lemmas of its proof."""
