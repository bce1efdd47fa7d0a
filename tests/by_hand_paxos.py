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
