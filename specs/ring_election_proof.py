"""Why a ring elects one leader, for any number of nodes and names, whatever the order of the names.

A name gets past those nodes only whose names it exceeds.
"""

from checker import Proved, implies, lemma
from checker.specs.ring_election import Node, RingElection


EXPECT = Proved()


class RingElectionProof(RingElection):
    """The election with the lemma of its proof."""

    @lemma
    def passes_lower_names(self) -> bool:
        """Between the node that stands and the one that its name has come to, all names are below it."""
        return all(
            implies(self.name[n] == m.name and self.between(n, p, m.at), self.name[p] < m.name)
            for m in self.sent for n in Node for p in Node)
