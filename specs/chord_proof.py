"""Why Chord keeps one ring together, for any number of nodes, however members come and go.

No pointer leads beyond the permanent member.  So a way along pointers goes up until it comes to that one.
"""

from checker import Proved, implies, lemma
from checker.specs.chord import Chord, Node


EXPECT = Proved()


class ChordProof(Chord):
    """Chord with the lemmas of its proof."""

    @lemma
    def has_successor(self) -> bool:
        """Every member has a successor, though that may have failed."""
        return all(self.successor[n] is not None for n in self.members)

    @lemma
    def successor_stops_at_first(self) -> bool:
        """No successor is beyond the first node."""
        return all(
            implies(self.successor[n] == s, self.stops_at_first(n, s)) for n in self.members for s in Node)

    @lemma
    def backup_stops_at_first(self) -> bool:
        """No backup is beyond the first node, but for one behind that node itself."""
        return all(
            implies(self.backup[n] == b and self.successor[n] != Node.first(), self.stops_at_first(n, b))
            for n in self.members for b in Node)

    @lemma
    def others_know_nobody(self) -> bool:
        """Who is no member, not yet or no more, has no backup."""
        return all(self.backup[n] is None for n in Node if n not in self.members)

    @lemma
    def first_is_member(self) -> bool:
        """The permanent member is one."""
        return Node.first() in self.members
