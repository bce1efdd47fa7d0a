"""Why a lock server gives its lock to one client at a time, for any number of clients.

The lock is in exactly one place: at the server, on its way to a client, at a client, or on its way back.  That is
invariant, and each lemma is one part of it.
"""

from checker import Proved, implies, lemma
from checker.specs.lock_server import Client, Grant, LockServer, Release


EXPECT = Proved()


class LockServerProof(LockServer):
    """The lock server with the lemmas of its proof."""

    @lemma
    def free_is_with_nobody(self) -> bool:
        """What the server has, no client has, and no message brings."""
        return implies(self.free, not any(self.is_with(c) for c in Client))

    @lemma
    def with_one_client(self) -> bool:
        """The lock is never with two clients, wherever it is on the way to them or from them."""
        return all(implies(self.is_with(c) and self.is_with(d), c == d) for c in Client for d in Client)

    @lemma
    def in_one_place(self) -> bool:
        """Of one client, the lock is either on its way to it, or there, or on its way back."""
        return all(
            not (Grant(c) in self.net and c in self.holders)
            and not (Grant(c) in self.net and Release(c) in self.net)
            and not (c in self.holders and Release(c) in self.net)
            for c in Client)

    def is_with(self, c: Client) -> bool:
        """The lock is on its way to `c`, or there, or on its way back."""
        return Grant(c) in self.net or c in self.holders or Release(c) in self.net
