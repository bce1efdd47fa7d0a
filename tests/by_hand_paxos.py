"""Kin of Paxos a second time, as plain Python that shares nothing with the checker."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
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
