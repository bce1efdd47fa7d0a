"""The small protocols of the library a second time, as plain Python that shares nothing with the checker.

A state lists what is true of each process; where that order does not matter, `symmetric` counts states up to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, permutations
from typing import Any

from by_hand import count, put

State = tuple[Any, ...]


def explore(
    initial: list[State], successors: Callable[[State], Iterator[State]], form: Callable[[State], State] | None
) -> tuple[int, int]:
    """States and depth from several initial states; with a `form`, states that have the same one count once."""
    root: State = ()

    def forms(state: State) -> Iterator[State]:
        for after in initial if state == root else successors(state):
            yield form(after) if form else after

    states, depth = count(root, forms)
    return states - 1, depth - 1


def in_order(state: State) -> State:
    """What is true of each process, the last part of a state, in some order of its own."""
    return (*state[:-1], tuple(sorted(state[-1], key=repr)))


def transaction_commit(managers: int, *, symmetric: bool = False) -> tuple[int, int]:
    """A state is the managers' phases, by their first letters."""

    def successors(state: State) -> Iterator[State]:
        (phases,) = state
        for m, phase in enumerate(phases):
            if phase == "w":
                yield (put(phases, m, "p"),)
            if phase == "p" and set(phases) <= {"p", "c"}:
                yield (put(phases, m, "c"),)
            if phase in "wp" and "c" not in phases:
                yield (put(phases, m, "a"),)

    return explore([(("w",) * managers,)], successors, in_order if symmetric else None)


def two_phase_commit(managers: int, *, symmetric: bool = False) -> tuple[int, int]:
    """A state is the decision or `None`, and of each manager: its phase, whether it spoke, whether it was heard."""

    def successors(state: State) -> Iterator[State]:
        decision, each = state
        for m, (phase, spoke, heard) in enumerate(each):
            if phase == "w":
                yield decision, put(each, m, ("p", True, heard))
                yield decision, put(each, m, ("a", spoke, heard))
            if spoke and decision is None:
                yield decision, put(each, m, (phase, spoke, True))
            if decision is not None:
                yield decision, put(each, m, (decision, spoke, heard))
        if decision is None:
            yield "a", each
            if all(heard for _, _, heard in each):
                yield "c", each

    return explore([(None, (("w", False, False),) * managers)], successors, in_order if symmetric else None)


def lock_server(clients: int, *, symmetric: bool = False) -> tuple[int, int]:
    """A state is whether the server has the lock, and of each client: whether it asks, and `to`, `at`, `from` it."""

    def successors(state: State) -> Iterator[State]:
        free, each = state
        for c, (asks, lock) in enumerate(each):
            yield free, put(each, c, (True, lock))
            if asks and free:
                yield False, put(each, c, (False, "to"))
            if lock == "to":
                yield free, put(each, c, (asks, "at"))
            if lock == "at":
                yield free, put(each, c, (asks, "from"))
            if lock == "from":
                yield True, put(each, c, (asks, ""))

    return explore([(True, ((False, ""),) * clients)], successors, in_order if symmetric else None)


def toy_consensus(nodes: int, values: int, *, symmetric: bool = False) -> tuple[int, int]:
    """A state is the values decided, and each node's vote or -1."""

    def successors(state: State) -> Iterator[State]:
        decided, votes = state
        for n, vote in enumerate(votes):
            if vote < 0:
                for v in range(values):
                    yield decided, put(votes, n, v)
        for v in range(values):
            if 2 * votes.count(v) > nodes:
                yield tuple(sorted({*decided, v})), votes

    def form(state: State) -> State:
        decided, votes = state
        return min(
            (tuple(sorted(renamed[v] for v in decided)), tuple(sorted(renamed[v] if v >= 0 else v for v in votes)))
            for renamed in permutations(range(values)))

    return explore([((), (-1,) * nodes)], successors, form if symmetric else None)


def ticket_lock(threads: int, tickets: int, *, symmetric: bool = False) -> tuple[int, int]:
    """A state is the next ticket, the one called, and of each thread: its ticket or -1, and whether it is inside."""

    def successors(state: State) -> Iterator[State]:
        next_ticket, called, each = state
        for t, (ticket, inside) in enumerate(each):
            if ticket < 0 and next_ticket < tickets:
                yield next_ticket + 1, called, put(each, t, (next_ticket, False))
            if ticket == called and not inside:
                yield next_ticket, called, put(each, t, (ticket, True))
            if inside:
                yield next_ticket, called + 1, put(each, t, (-1, False))

    return explore([(0, 0, ((-1, False),) * threads)], successors, in_order if symmetric else None)


def sharded_store(nodes: int, keys: int, values: int, *, symmetric: bool = False) -> tuple[int, int]:
    """A state is, of each key: `at` which node it is or `to` which it moves, and its value or -1."""

    def successors(state: State) -> Iterator[State]:
        for k, (way, node, value) in enumerate(state):
            if way == "to":
                yield put(state, k, ("at", node, value))
                continue
            for v in range(values):
                yield put(state, k, (way, node, v))
            if value >= 0:
                for dest in range(nodes):
                    yield put(state, k, ("to", dest, value))

    def form(state: State) -> State:
        return min(
            tuple(sorted((way, node[n], value[v] if v >= 0 else v) for way, n, v in state))
            for node in permutations(range(nodes)) for value in permutations(range(values)))

    return explore([(("at", n, -1),) * keys for n in range(nodes)], successors, form if symmetric else None)


def chord(nodes: int) -> tuple[int, int]:
    """A state is, of each node: whether it is a member, its successor, its backup and its predecessor, or -1.

    In every state, who goes on from any member comes to node 0, the permanent one, and the walk from there back to it
    goes up all the way.  The spec can only say this of single steps.
    """

    def forward(n: int, p: int) -> int:
        """How far it is round the circle; from a node to itself, once round."""
        return (p - n - 1) % nodes + 1

    def follower(state: State, n: int) -> int:
        """The member to which `n` goes on, or -1."""
        return next((p for p in state[n][1:3] if p >= 0 and state[p][0]), -1)

    def check(state: State) -> None:
        for n in (n for n in range(nodes) if state[n][0]):
            way = [n]
            while len(way) <= nodes and (len(way) == 1 or way[-1] != 0):
                way.append(follower(state, way[-1]))
            assert way[-1] == 0, state
            assert way[:-1] == sorted(set(way[:-1])), state

    def successors(state: State) -> Iterator[State]:
        check(state)
        for n, (member, successor, backup, predecessor) in enumerate(state):
            if not member:
                for s in (s for s in range(nodes) if state[s][0] and (s == 0 or n < s)):
                    yield put(state, n, (True, s, backup, predecessor))
                continue
            if not state[successor][0]:
                if backup >= 0:
                    yield put(state, n, (True, backup, -1, predecessor))
            else:
                _, after, _, before = state[successor]
                if before >= 0 and state[before][0] and forward(n, before) < forward(n, successor):
                    yield put(state, n, (True, before, successor, predecessor))
                if n != successor and (
                    before < 0 or not state[before][0] or forward(n, successor) < forward(before, successor)
                ):
                    yield put(state, successor, (*state[successor][:3], n))
                if after >= 0:
                    yield put(state, n, (True, successor, after, predecessor))
            without = put(state, n, (False, -1, -1, -1))
            if n != 0 and all(not without[p][0] or follower(without, p) >= 0 for p in range(nodes)):
                yield without

    start = ((True, 0, -1, -1), *((False, -1, -1, -1),) * (nodes - 1))
    return explore([start], successors, None)


def ring_election(nodes: int) -> tuple[int, int]:
    """A state is the names in the order of the ring, and of each: how far it has come, and whether its node leads.

    Every name comes as far as the first node with a greater one; the greatest comes round to its own node.
    """

    def successors(state: State) -> Iterator[State]:
        names, each = state
        for n, (steps, leads) in enumerate(each):
            passed = [names[(n + step) % nodes] for step in range(1, steps + 1)]
            if steps < nodes and all(name < names[n] for name in passed):
                yield names, put(each, n, (steps + 1, leads))
            if steps == nodes:
                yield names, put(each, n, (steps, True))

    initial: list[State] = [(names, ((0, False),) * nodes) for names in permutations(range(nodes))]
    return explore(initial, successors, None)


def reliable_broadcast(faults: int, *, symmetric: bool = False) -> tuple[int, int]:
    """With `3 * faults + 1` nodes and two values; who is faulty may echo, and be ready for, both of them at any time.

    A state is the values told, and of each node: whether it is the sender and whether it is faulty, what it has echoed,
    what it is ready for, and what it has delivered, as sets of values in order.
    """
    nodes, most, some = 3 * faults + 1, 2 * faults + 1, faults + 1

    def both(values: tuple[int, ...], v: int) -> tuple[int, ...]:
        return tuple(sorted({*values, v}))

    def successors(state: State) -> Iterator[State]:
        told, each = state
        for v in range(2):
            if not told or any(sender and faulty for sender, faulty, *_ in each):
                yield both(told, v), each
            for n, (sender, faulty, echoed, ready, delivered) in enumerate(each):
                echoes = sum(v in other for _, _, other, _, _ in each)
                readies = sum(v in other for _, _, _, other, _ in each)
                if faulty or v in told and not echoed:
                    yield told, put(each, n, (sender, faulty, both(echoed, v), ready, delivered))
                if faulty or not ready and (echoes >= most or readies >= some):
                    yield told, put(each, n, (sender, faulty, echoed, both(ready, v), delivered))
                if not delivered and readies >= most:
                    yield told, put(each, n, (sender, faulty, echoed, ready, (v,)))

    def renamed(values: tuple[int, ...], names: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(names[v] for v in values))

    def form(state: State) -> State:
        told, each = state
        return min(
            in_order((renamed(told, names), [(*known[:2], *(renamed(x, names) for x in known[2:])) for known in each]))
            for names in permutations(range(2)))

    initial: list[State] = [
        ((), tuple((n == sender, n in faulty, (), (), ()) for n in range(nodes)))
        for sender in range(nodes) for size in range(faults + 1) for faulty in combinations(range(nodes), size)]
    return explore(initial, successors, form if symmetric else None)
