"""Why moving keys neither doubles nor loses a value, for any number of nodes, keys and values.

A key is in one place: at its owner, or in one message.  What is there was last written.
"""

from checker import Proved, implies, lemma
from checker.specs.sharded_store import Key, Node, ShardedStore


EXPECT = Proved()


class ShardedStoreProof(ShardedStore):
    """The sharded store with the lemmas of its proof."""

    @lemma
    def one_owner_per_key(self) -> bool:
        """No key has two owners."""
        return all(
            implies(k in self.owned[n] and k in self.owned[p], n == p) for k in Key for n in Node for p in Node)

    @lemma
    def moving_has_no_owner(self) -> bool:
        """While a message brings a key, nobody owns it."""
        return not any(m.key in self.owned[n] for m in self.net for n in Node)

    @lemma
    def moves_once(self) -> bool:
        """No two messages bring the same key."""
        return all(implies(m.key == o.key, m == o) for m in self.net for o in self.net)

    @lemma
    def only_owner_stores(self) -> bool:
        """Who does not own a key has no value for it."""
        return all(implies(self.table[n][k] is not None, k in self.owned[n]) for n in Node for k in Key)

    @lemma
    def moves_what_was_written(self) -> bool:
        """A message brings the value that was last written."""
        return all(self.latest[m.key] == m.value for m in self.net)
