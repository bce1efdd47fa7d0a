"""Why correct nodes deliver the same value, for any number of nodes and values and whatever the faulty ones say.

The first correct node that is ready for a value has heard the echoes of most nodes, and any two such sets share a
correct node, which echoed one value.  So correct nodes are never ready for two values.
"""

from checker import Proved, implies, lemma
from checker.specs.reliable_broadcast import Echo, Initial, Most, Node, Ready, ReliableBroadcast, Value


EXPECT = Proved()


class ReliableBroadcastProof(ReliableBroadcast):
    """Reliable broadcast with the lemmas of its proof."""

    @lemma
    def echoes_once(self) -> bool:
        """A correct node echoes one value."""
        return all(
            implies(Echo(n, v) in self.sent and Echo(n, w) in self.sent, v == w)
            for n in Node for v in Value for w in Value if n not in self.faulty)

    @lemma
    def echoes_what_was_sent(self) -> bool:
        """A correct node echoes only what the sender told."""
        return all(
            implies(Echo(n, v) in self.sent, Initial(v) in self.sent)
            for n in Node for v in Value if n not in self.faulty)

    @lemma
    def ready_after_echoes(self) -> bool:
        """When a correct node is ready, the correct ones among most nodes have echoed the value."""
        return all(
            implies(Ready(n, v) in self.sent, any(self.echoed(q, v) for q in Most))
            for n in Node for v in Value if n not in self.faulty)

    @lemma
    def delivers_when_ready(self) -> bool:
        """What a correct node delivers, some correct node is ready for."""
        return all(
            implies(self.delivered[n] == v, any(p not in self.faulty and Ready(p, v) in self.sent for p in Node))
            for n in Node for v in Value if n not in self.faulty)

    def echoed(self, q: Most, v: Value) -> bool:
        """All members of `q` that are correct have echoed `v`."""
        return all(n in self.faulty or Echo(n, v) in self.sent for n in q)
