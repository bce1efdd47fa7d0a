"""Chord's ring maintenance, after Stoica et al. (2001) as corrected by Zave, "Reasoning about Identifiers" (2017).

Members stand on a circle of identifiers, and each knows its successor, one more in case that fails, and its
predecessor.  Members come and go at any time, and mend these pointers in small steps.  As in Zave's models and in Ivy's
one member is permanent, and nobody fails whom another one cannot do without; a step may read a neighbour's pointers.
"""

from checker import Map, Ordered, Set, Spec, action, init, invariant, require, witness


class Node(Ordered):
    """An identifier, and who has it.  On the circle the first one, the permanent member, comes after the last one."""


class Chord(Spec):
    """Members keep a ring together."""

    members: Set[Node]
    successor: Map[Node, Node | None]
    backup: Map[Node, Node | None]          # takes over when the successor has failed
    predecessor: Map[Node, Node | None]

    @init
    def start(self) -> None:
        """The permanent member is a ring of its own."""
        self.members = Set({Node.first()})
        self.successor = Map({n: Node.first() if n == Node.first() else None for n in Node})
        self.backup = Map({n: None for n in Node})
        self.predecessor = Map({n: None for n in Node})

    @action
    def join(self, n: Node, s: Node) -> None:
        """`n` becomes a member.  It was told of a member that comes after it, not necessarily the next one."""
        require(n not in self.members, s in self.members, self.stops_at_first(n, s))
        self.members.add(n)
        self.successor[n] = s

    @action
    def stabilize(self, n: Node, s: Node, p: Node) -> None:
        """`n` asks its successor `s` for its predecessor `p`, and goes over to that if it is nearer."""
        require(n in self.members, self.successor[n] == s, s in self.members)
        require(self.predecessor[s] == p, self.between(n, p, s), p in self.members)
        self.successor[n] = p
        self.backup[n] = s

    @action
    def notify(self, n: Node, s: Node) -> None:
        """`n` tells its successor `s` that it is there; `s` believes it if it knows no nearer one."""
        require(n in self.members, self.successor[n] == s, s in self.members, n != s)
        require(self.is_nearer(n, s))
        self.predecessor[s] = n

    @action
    def learn(self, n: Node, s: Node, b: Node) -> None:
        """`n` learns who comes after its successor."""
        require(n in self.members, self.successor[n] == s, s in self.members, self.successor[s] == b)
        self.backup[n] = b

    @action
    def skip(self, n: Node, s: Node, b: Node) -> None:
        """The successor `s` of `n` has failed, so `n` falls back on the one behind it."""
        require(n in self.members, self.successor[n] == s, s not in self.members, self.backup[n] == b)
        self.successor[n] = b
        self.backup[n] = None

    @action
    def fail(self, n: Node) -> None:
        """`n` fails or leaves.  Whoever relied on it still has another member to go on to."""
        require(n in self.members, n != Node.first())
        require(all(self.has_successor_besides(p, n) for p in self.members if p != n))
        self.members.discard(n)
        self.successor[n] = None
        self.backup[n] = None
        self.predecessor[n] = None

    @invariant
    def goes_on(self) -> bool:
        """Every member knows a member to go on to: its successor or, if that has failed, the backup."""
        return all(any(self.follows(n, p) for p in Node) for n in self.members)

    @invariant
    def one_ring(self) -> bool:
        """Who goes on from member to member meets greater identifiers until it comes to the first one, never beyond.

        So everybody comes to the permanent member, and there is one ring, in the order of the identifiers.
        """
        return all(self.stops_at_first(n, p) for n in self.members for p in Node if self.follows(n, p))

    @witness
    def completes(self) -> bool:
        """All are members of the ring, and each knows the next two and the one before."""
        return all(
            n in self.members
            and any(
                self.successor[n] == p and self.successor[p] == self.backup[n] and self.predecessor[p] == n
                and not any(self.between(n, q, p) for q in Node) for p in Node)
            for n in Node)

    @witness
    def falls_back(self) -> bool:
        """Someone's successor has failed, so it goes on to its backup, which is not the permanent member."""
        return any(
            self.follows(n, p) and self.successor[n] != p and p != Node.first() for n in self.members for p in Node)

    def follows(self, n: Node, p: Node) -> bool:
        """`p` is the member to which `n` goes on."""
        return p in self.members and (
            self.successor[n] == p
            or self.backup[n] == p and not any(self.successor[n] == q for q in self.members))

    def has_successor_besides(self, n: Node, failing: Node) -> bool:
        """`n` knows a member to go on to, even without `failing`."""
        return any(p != failing and p in (self.successor[n], self.backup[n]) for p in self.members)

    def is_nearer(self, n: Node, s: Node) -> bool:
        """`s` knows no predecessor that is a member and nearer to it than `n`."""
        known = self.predecessor[s]
        return known is None or known not in self.members or self.between(known, n, s)

    def stops_at_first(self, n: Node, p: Node) -> bool:
        """On the way round from `n` to `p` one does not pass the first node."""
        return n < p or p == Node.first()

    def between(self, n: Node, q: Node, p: Node) -> bool:
        """On the way round from `n` to `p` one passes `q`; the way from `n` to itself is the whole circle."""
        return n < q < p if n < p else n < q or q < p
