"""A sharded key-value store that moves keys between nodes, after the example of IronFleet (Hawblitzel et al. 2015).

Each key has one owner, which alone answers reads and writes of it.  To move a key, its owner sends the value away and
forgets it; who receives the message is the owner from then on.  In between nobody is.
"""

from checker import Ghost, Map, Record, Set, Sort, Spec, action, implies, init, invariant, require, witness


class Node(Sort):
    """A process that stores a part of the keys."""


class Key(Sort):
    """What values are stored under."""


class Value(Sort):
    """What is stored."""


class Transfer(Record):
    """`node` is the owner of `key` from now on, and this is its value."""
    node: Node
    key: Key
    value: Value


class ShardedStore(Spec):
    """Nodes share the keys among them, and move them."""

    owned: Map[Node, Set[Key]]
    table: Map[Node, Map[Key, Value | None]]
    net: Set[Transfer]
    latest: Ghost[Map[Key, Value | None]]       # what was last written, wherever it is now

    @init
    def start(self, first: Node) -> None:
        """One node has all keys, and no key has a value."""
        self.owned = Map({n: Set({k for k in Key if n == first}) for n in Node})
        self.table = Map({n: Map({k: None for k in Key}) for n in Node})
        self.net = Set()
        self.latest = Map({k: None for k in Key})

    @action
    def write(self, n: Node, k: Key, v: Value) -> None:
        """The owner of `k` stores a value."""
        require(k in self.owned[n])
        self.table[n][k] = v
        self.latest[k] = v

    @action
    def send(self, source: Node, dest: Node, k: Key, v: Value) -> None:
        """`source` hands a key with its value to another node, and keeps nothing of it."""
        require(k in self.owned[source], self.table[source][k] == v)
        self.owned[source].discard(k)
        self.table[source][k] = None
        self.net.add(Transfer(dest, k, v))

    @action
    def receive(self, m: Transfer) -> None:
        """A key arrives at its new owner."""
        require(m in self.net)
        self.net.discard(m)
        self.owned[m.node].add(m.key)
        self.table[m.node][m.key] = m.value

    @invariant
    def one_value_per_key(self) -> bool:
        """No two nodes have a value for the same key."""
        return all(
            implies(self.table[n][k] is not None and self.table[p][k] is not None, n == p)
            for k in Key for n in Node for p in Node)

    @invariant
    def reads_what_was_written(self) -> bool:
        """The owner of a key has the value that was last written, by whichever node."""
        return all(implies(k in self.owned[n], self.table[n][k] == self.latest[k]) for n in Node for k in Key)

    @witness
    def shares(self) -> bool:
        """Every node owns a key."""
        return all(any(k in self.owned[n] for k in Key) for n in Node)
