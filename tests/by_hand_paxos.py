"""Kin of Paxos a second time, as plain Python that shares nothing with the checker."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any

from by_hand import count, put

# --- Multi-Paxos: a state is (promised ballot or -1, last vote or None by slot, messages) ---


def multi_paxos(acceptors: int, values: int, ballots: int, slots: int) -> tuple[int, int]:
    """Paxos a slot, but for phase 1: one promise tells of every slot."""
    quorums = list(combinations(range(acceptors), acceptors // 2 + 1))

    def proposable(ballot: int, slot: int, sent: frozenset[Any]) -> Iterator[int]:
        promises = {m[1]: m[3] for m in sent if m[0] == "1b" and m[2] == ballot}
        for members in quorums:
            if all(member in promises for member in members):
                votes = [promises[member][slot] for member in members if promises[member][slot] is not None]
                yield from {value for last, value in votes if last == max(votes)[0]} if votes else range(values)

    def successors(state: Any) -> Iterator[Any]:
        promised, voted, sent = state
        for b in range(ballots):
            yield promised, voted, sent | {("1a", b)}
            for slot in range(slots):
                if not any(m[:3] == ("2a", b, slot) for m in sent):
                    for v in proposable(b, slot, sent):
                        yield promised, voted, sent | {("2a", b, slot, v)}
        for a in range(acceptors):
            for m in sent:
                if m[0] == "1a" and m[1] > promised[a]:
                    yield put(promised, a, m[1]), voted, sent | {("1b", a, m[1], voted[a])}
                if m[0] == "2a" and m[1] >= promised[a]:
                    votes = put(voted[a], m[2], (m[1], m[3]))
                    yield put(promised, a, m[1]), put(voted, a, votes), sent | {("2b", a, *m[1:])}

    return count(((-1,) * acceptors, ((None,) * slots,) * acceptors, frozenset()), successors)


# --- Vertical Paxos: a state is (assignments, complete ballot, promised ballots, votes, messages) ---


def vertical_paxos(configurations: tuple[tuple[int, ...], ...], values: int, ballots: int) -> tuple[int, int]:
    """Vertical Paxos I; a complete ballot is (ballot, value or None)."""
    acceptors = sorted({a for members in configurations for a in members})

    def successors(state: Any) -> Iterator[Any]:
        assigned, complete, promised, voted, sent = state
        for m in sent:
            if m[0] == "done" and m[1] > complete[0]:
                yield assigned, m[1:], promised, voted, sent
        for b in range(ballots):
            if assigned[b] is None:
                if complete[0] <= b:
                    for members in configurations:
                        yield put(assigned, b, (members, complete)), complete, promised, voted, sent
                continue
            yield assigned, complete, promised, voted, sent | {("1a", b)}
            for messages in proposals(b, assigned, sent):
                yield assigned, complete, promised, voted, sent | messages
            for v in range(values):
                if all(("2b", a, b, v) in sent for a in assigned[b][0]):
                    yield assigned, complete, promised, voted, sent | {("done", b, v)}
        for i, a in enumerate(acceptors):
            for m in sent:
                if m[0] == "1a" and m[1] >= promised[i]:
                    for c in range(m[1]):
                        reply = ("1b", a, m[1], c, voted[i][c])
                        yield assigned, complete, put(promised, i, m[1]), voted, sent | {reply}
                if m[0] == "2a" and m[1] >= promised[i] and a in assigned[m[1]][0]:
                    votes = put(voted, i, put(voted[i], m[1], m[2]))
                    yield assigned, complete, put(promised, i, m[1]), votes, sent | {("2b", a, *m[1:])}

    def proposals(b: int, assigned: Any, sent: frozenset[Any]) -> Iterator[set[Any]]:
        if any(m[:2] == ("2a", b) for m in sent):
            return
        asked = [{m[4] for m in sent if m[0] == "1b" and m[2:4] == (b, c) and m[1] in (assigned[c] or [()])[0]}
                 for c in range(b)]
        if all(None in asked[c] for c in range(assigned[b][1][0], b)):
            yield from ({("2a", b, v), ("done", b, None)} for v in range(values))
        for c in range(b):
            if all(None in asked[d] for d in range(c + 1, b)):
                yield from ({("2a", b, v)} for v in asked[c] - {None})

    nothing = (None,) * ballots
    n = len(acceptors)
    return count((nothing, (0, None), (-1,) * n, (nothing,) * n, frozenset()), successors)


# --- Stoppable Paxos: a state is one of Multi-Paxos ---


def stoppable_paxos(acceptors: int, values: int, ballots: int, slots: int) -> tuple[int, int]:
    """Stoppable Paxos, for every order of the slots and every stop command: all alike, so one of each is counted."""
    quorums = list(combinations(range(acceptors), acceptors // 2 + 1))
    stop = 0

    def standing(ballot: int, members: tuple[int, ...], sent: frozenset[Any]) -> list[int | None] | None:
        """By slot the value that may have been chosen, by what the members promised; None where one has not."""
        promises = {m[1]: m[3] for m in sent if m[0] == "1b" and m[2] == ballot}
        if not all(member in promises for member in members):
            return None
        votes = [{promises[member][slot] for member in members} - {None} for slot in range(slots)]
        last = [max(found) if found else None for found in votes]
        return [
            None if vote is None or any(
                other[0] > vote[0] and (vote[1] == stop if place > slot else other[1] == stop)
                for place in range(slots) if place != slot for other in votes[place]
            ) else vote[1]
            for slot, vote in enumerate(last)
        ]

    def proposable(ballot: int, slot: int, sent: frozenset[Any]) -> Iterator[int]:
        own = {m[2]: m[3] for m in sent if m[:2] == ("2a", ballot)}
        for members in quorums:
            known = standing(ballot, members, sent)
            if known is None or slot in own:
                continue
            if any(own.get(place) == stop or known[place] == stop for place in range(slot)):
                continue
            for v in range(values) if known[slot] is None else [known[slot]]:
                if v != stop or all(place not in own and known[place] is None for place in range(slot + 1, slots)):
                    yield v

    def successors(state: Any) -> Iterator[Any]:
        promised, voted, sent = state
        for b in range(ballots):
            yield promised, voted, sent | {("1a", b)}
            for slot in range(slots):
                for v in proposable(b, slot, sent):
                    yield promised, voted, sent | {("2a", b, slot, v)}
        for a in range(acceptors):
            for m in sent:
                if m[0] == "1a" and m[1] > promised[a]:
                    yield put(promised, a, m[1]), voted, sent | {("1b", a, m[1], voted[a])}
                if m[0] == "2a" and m[1] >= promised[a]:
                    votes = put(voted[a], m[2], (m[1], m[3]))
                    yield put(promised, a, m[1]), put(voted, a, votes), sent | {("2b", a, *m[1:])}

    states, depth = count(((-1,) * acceptors, ((None,) * slots,) * acceptors, frozenset()), successors)
    return states * values * len(list(permutations(range(slots)))), depth


# --- Fast Paxos: a state is (promised ballots, last votes, open ballots, messages) ---


def fast_paxos(acceptors: int, values: int, ballots: int, *, fast_quorum: int) -> tuple[int, int]:
    """Fast Paxos, for every choice of fast ballots; the longest of the shortest paths is over all of them."""
    found = [
        _fast_paxos(acceptors, values, ballots, fast_quorum, frozenset(fast))
        for number in range(ballots + 1) for fast in combinations(range(ballots), number)
    ]
    return sum(states for states, _ in found), max(depth for _, depth in found)


def _fast_paxos(acceptors: int, values: int, ballots: int, fast_quorum: int, fast: frozenset[int]) -> tuple[int, int]:
    majorities = list(combinations(range(acceptors), acceptors // 2 + 1))
    fast_quorums = list(combinations(range(acceptors), fast_quorum))

    def choices(ballot: int, sent: frozenset[Any]) -> Iterator[int | None]:
        """Values that may be proposed; None where it may be left open."""
        promises = {m[1]: m[3] for m in sent if m[0] == "1b" and m[2] == ballot}
        for members in majorities:
            if not all(member in promises for member in members):
                continue
            votes = [promises[member] for member in members if promises[member] is not None]
            if not votes:
                yield from range(values)
                yield from [None] if ballot in fast else []
                continue
            last = max(votes)[0]
            seen = {value for where, value in votes if where == last}
            winners = {
                value for value in seen for quorum in fast_quorums
                if all(promises[member] == (last, value) for member in members if member in quorum)
            }
            yield from winners or seen

    def successors(state: Any) -> Iterator[Any]:
        promised, voted, opened, sent = state
        for b in range(ballots):
            yield promised, voted, opened, sent | {("1a", b)}
            if b not in opened and not any(m[:2] == ("2a", b) for m in sent):
                for v in choices(b, sent):
                    if v is None:
                        yield promised, voted, opened | {b}, sent
                    else:
                        yield promised, voted, opened, sent | {("2a", b, v)}
        for a in range(acceptors):
            for m in sent:
                if m[0] == "1a" and m[1] > promised[a]:
                    yield put(promised, a, m[1]), voted, opened, sent | {("1b", a, m[1], voted[a])}
                if m[0] == "2a" and m[1] >= promised[a]:
                    yield put(promised, a, m[1]), put(voted, a, m[1:]), opened, sent | {("2b", a, *m[1:])}
            for b in opened:
                if b >= promised[a] and not any(m[:3] == ("2b", a, b) for m in sent):
                    for v in range(values):
                        yield put(promised, a, b), put(voted, a, (b, v)), opened, sent | {("2b", a, b, v)}

    return count(((-1,) * acceptors, (None,) * acceptors, frozenset(), frozenset()), successors)
