"""A lock server: one lock, many clients that ask for it by message.

The first example of Wilcox et al., "Verdi" (2015), and of Ivy.  A message stays in `net` until it is read, which may be
at any time: messages overtake each other, and one that is never read is lost.
"""

from checker import Record, Set, Sort, Spec, action, init, invariant, require, witness


class Client(Sort):
    """A process that wants to be alone with something from time to time."""


class Request(Record):
    """`client` would like to have the lock."""
    client: Client


class Grant(Record):
    """The server gives the lock to `client`."""
    client: Client


class Release(Record):
    """`client` gives the lock back."""
    client: Client


class LockServer(Spec):
    """A server hands its lock to one client at a time."""

    free: bool                              # the server has the lock
    holders: Set[Client]                    # the clients that believe to have it
    net: Set[Request | Grant | Release]

    @init
    def start(self) -> None:
        self.free = True
        self.holders = Set()
        self.net = Set()

    @action
    def ask(self, c: Client) -> None:
        """`c` asks for the lock, perhaps again."""
        self.net.add(Request(c))

    @action(lane="server")
    def grant(self, m: Request) -> None:
        """The server has the lock, and sends it to one that asked."""
        require(m in self.net, self.free)
        self.net.discard(m)
        self.free = False
        self.net.add(Grant(m.client))

    @action
    def take(self, m: Grant) -> None:
        """The lock arrives at the client."""
        require(m in self.net)
        self.net.discard(m)
        self.holders.add(m.client)

    @action
    def release(self, c: Client) -> None:
        """`c` is done, and sends the lock back."""
        require(c in self.holders)
        self.holders.discard(c)
        self.net.add(Release(c))

    @action(lane="server")
    def take_back(self, m: Release) -> None:
        """The lock arrives at the server."""
        require(m in self.net)
        self.net.discard(m)
        self.free = True

    @invariant
    def mutual_exclusion(self) -> bool:
        """At most one client has the lock."""
        return all(c == d for c in self.holders for d in self.holders)

    @witness
    def all_wait_for_one(self) -> bool:
        """One client has the lock, and all clients, it included, ask for it."""
        return bool(self.holders) and all(Request(c) in self.net for c in Client)
