"""Paxos and Raft a second time, as plain Python that shares nothing with the checker.

They give the counts of models that TLC did not count, and an independent reason to believe those it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any, NamedTuple, TypeVar

S = TypeVar("S")


def count(initial: S, successors: Callable[[S], Iterator[S]]) -> tuple[int, int]:
    """The number of states, and the number of states on the longest shortest path."""
    seen, level, depth = {initial}, [initial], 0
    while level:
        depth += 1
        level = list(dict.fromkeys(after for state in level for after in successors(state) if after not in seen))
        seen.update(level)
    return len(seen), depth


def put(values: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    """`values` with another value at `index`."""
    return (*values[:index], value, *values[index + 1 :])


# --- Paxos: a state is (promised ballot or -1, last vote or None, messages) ---


def paxos(
    acceptors: int, values: int, ballots: int, *, quorum: int | None = None, fast_start: bool = False
) -> tuple[int, int]:
    """Lamport's `Paxos.tla`; `quorum` promises begin a ballot, a majority by default."""
    quorums = list(combinations(range(acceptors), quorum or acceptors // 2 + 1))

    def proposable(ballot: int, sent: frozenset[Any]) -> Iterator[int]:
        promises = {m[1]: m[3] for m in sent if m[0] == "1b" and m[2] == ballot}
        for members in quorums:
            if all(member in promises for member in members):
                votes = [promises[member] for member in members if promises[member] is not None]
                yield from {vote[1] for vote in votes if vote[0] == max(votes)[0]} if votes else range(values)
        if fast_start and ballot == 0:
            yield from range(values)

    def successors(state: Any) -> Iterator[Any]:
        promised, voted, sent = state
        for b in range(ballots):
            yield promised, voted, sent | {("1a", b)}
            if not any(m[0] == "2a" and m[1] == b for m in sent):
                for v in proposable(b, sent):
                    yield promised, voted, sent | {("2a", b, v)}
        for a in range(acceptors):
            for m in sent:
                if m[0] == "1a" and m[1] > promised[a]:
                    yield put(promised, a, m[1]), voted, sent | {("1b", a, m[1], voted[a])}
                if m[0] == "2a" and m[1] >= promised[a]:
                    yield put(promised, a, m[1]), put(voted, a, m[1:]), sent | {("2b", a, *m[1:])}

    return count(((-1,) * acceptors, (None,) * acceptors, frozenset()), successors)


# --- Raft ---


class State(NamedTuple):
    """Roles are F, C and L; an entry of a log is its term, for there is one value; `net` holds (message, copies)."""

    term: tuple[int, ...]
    role: tuple[str, ...]
    vote: tuple[int | None, ...]
    log: tuple[tuple[int, ...], ...]
    commit: tuple[int, ...]
    responded: tuple[frozenset[int], ...]
    granted: tuple[frozenset[int], ...]
    following: tuple[tuple[int, ...], ...]
    matching: tuple[tuple[int, ...], ...]
    net: frozenset[tuple[Any, int]]
    history: frozenset[Any]


class Raft(NamedTuple):
    """Ongaro's `raft.tla` with bounds, and with the votes cast and the elections won where `history` is set."""

    servers: int
    terms: int
    entries: int
    messages: int
    copies: int = 1
    unreliable: bool = False
    history: bool = False

    def count(self) -> tuple[int, int]:
        """States and depth."""
        n = self.servers
        nobody: frozenset[int] = frozenset()
        start = State(
            (1,) * n, ("F",) * n, (None,) * n, ((),) * n, (0,) * n, (nobody,) * n, (nobody,) * n,
            ((1,) * n,) * n, ((0,) * n,) * n, frozenset(), frozenset(),
        )
        return count(start, self.successors)

    def successors(self, s: State) -> Iterator[State]:
        """Every state a step away that is within the bounds."""
        for after in self.steps(s):
            if self.inside(after):
                yield after._replace(history=s.history | self.happened(after)) if self.history else after

    def inside(self, s: State) -> bool:
        """The constraint that TLC is given."""
        return (
            max(s.term) <= self.terms and max(map(len, s.log)) <= self.entries
            and len(s.net) <= self.messages and all(copies <= self.copies for _, copies in s.net)
        )

    def happened(self, s: State) -> frozenset[Any]:
        """A vote that was just cast is on its way; whoever was just elected leads."""
        votes = {("vote", m[1], m[3], m[4]) for m, _ in s.net if m[0] == "voted" and m[2]}
        return frozenset(votes | {("elected", s.term[i], i) for i in range(self.servers) if s.role[i] == "L"})

    def steps(self, s: State) -> Iterator[State]:
        """Every state a step away."""
        for i in range(self.servers):
            yield from self.own_steps(s, i)
            if s.role[i] == "L":
                yield from self.leader_steps(s, i)
        for m, _ in s.net:
            if m[1] > s.term[m[-1]]:
                i = m[-1]
                yield s._replace(term=put(s.term, i, m[1]), role=put(s.role, i, "F"), vote=put(s.vote, i, None))
            else:
                yield from {"vote?": self.vote, "voted": self.voted, "append?": self.append, "appended": self.appended}[
                    m[0]
                ](s, m)
            if self.unreliable:
                yield s._replace(net=add(s.net, m, 1))
                yield s._replace(net=add(s.net, m, -1))

    def own_steps(self, s: State, i: int) -> Iterator[State]:
        """Restart, time out, ask for votes, become leader."""
        n, nobody = self.servers, frozenset[int]()
        idle = s._replace(responded=put(s.responded, i, nobody), granted=put(s.granted, i, nobody))
        if self.unreliable:
            yield idle._replace(
                role=put(s.role, i, "F"), commit=put(s.commit, i, 0),
                following=put(s.following, i, (1,) * n), matching=put(s.matching, i, (0,) * n),
            )
        if s.role[i] != "L":
            yield idle._replace(
                role=put(s.role, i, "C"), term=put(s.term, i, s.term[i] + 1), vote=put(s.vote, i, None)
            )
        if s.role[i] == "C":
            for j in set(range(n)) - s.responded[i]:
                yield s._replace(net=add(s.net, ("vote?", s.term[i], last(s.log[i]), len(s.log[i]), i, j), 1))
            if 2 * len(s.granted[i]) > n:
                yield s._replace(
                    role=put(s.role, i, "L"), matching=put(s.matching, i, (0,) * n),
                    following=put(s.following, i, (len(s.log[i]) + 1,) * n),
                )

    def leader_steps(self, s: State, i: int) -> Iterator[State]:
        """Enter a value, send entries, commit."""
        log = s.log[i]
        yield s._replace(log=put(s.log, i, (*log, s.term[i])))
        for j in set(range(self.servers)) - {i}:
            before = s.following[i][j] - 1
            end = min(len(log), before + 1)
            message = ("append?", s.term[i], before, last(log[:before]), log[before:end], min(s.commit[i], end), i, j)
            yield s._replace(net=add(s.net, message, 1))
        held = [
            k for k in range(1, len(log) + 1)
            if 2 * len({i} | {j for j in range(self.servers) if s.matching[i][j] >= k}) > self.servers
        ]
        if held and log[max(held) - 1] == s.term[i]:
            yield s._replace(commit=put(s.commit, i, max(held)))

    def vote(self, s: State, m: Any) -> Iterator[State]:
        """A request for a vote arrives."""
        _, term, last_term, length, j, i = m
        fresh = last_term > last(s.log[i]) or (last_term == last(s.log[i]) and length >= len(s.log[i]))
        grant = term == s.term[i] and fresh and s.vote[i] in (None, j)
        net = add(add(s.net, m, -1), ("voted", s.term[i], grant, i, j), 1)
        yield s._replace(vote=put(s.vote, i, j) if grant else s.vote, net=net)

    def voted(self, s: State, m: Any) -> Iterator[State]:
        """A vote arrives; a stale one is dropped."""
        _, term, grant, j, i = m
        after = s._replace(net=add(s.net, m, -1))
        if term == s.term[i]:
            after = after._replace(responded=put(s.responded, i, s.responded[i] | {j}))
            after = after._replace(granted=put(s.granted, i, s.granted[i] | {j})) if grant else after
        yield after

    def append(self, s: State, m: Any) -> Iterator[State]:
        """Entries arrive."""
        _, term, before, before_term, entries, commit, j, i = m
        log = s.log[i]
        known = before == 0 or (before <= len(log) and log[before - 1] == before_term)
        if term < s.term[i] or (s.role[i] == "F" and not known):
            yield s._replace(net=add(add(s.net, m, -1), ("appended", s.term[i], False, 0, i, j), 1))
        elif s.role[i] == "C":
            yield s._replace(role=put(s.role, i, "F"))
        elif s.role[i] == "F" and (not entries or log[before : before + 1] == entries):
            reply = ("appended", s.term[i], True, before + len(entries), i, j)
            yield s._replace(commit=put(s.commit, i, commit), net=add(add(s.net, m, -1), reply, 1))
        elif s.role[i] == "F" and len(log) > before:
            yield s._replace(log=put(s.log, i, log[:-1]))
        elif s.role[i] == "F":
            yield s._replace(log=put(s.log, i, log + entries))

    def appended(self, s: State, m: Any) -> Iterator[State]:
        """A reply to entries arrives; a stale one is dropped."""
        _, term, success, match, j, i = m
        after = s._replace(net=add(s.net, m, -1))
        if term == s.term[i]:
            following = match + 1 if success else max(s.following[i][j] - 1, 1)
            after = after._replace(following=put(s.following, i, put(s.following[i], j, following)))
            if success:
                after = after._replace(matching=put(s.matching, i, put(s.matching[i], j, match)))
        yield after


def last(log: tuple[int, ...]) -> int:
    """The term of the last entry, 0 of none."""
    return log[-1] if log else 0


def add(net: frozenset[tuple[Any, int]], message: Any, copies: int) -> frozenset[tuple[Any, int]]:
    """The bag with so many copies more."""
    counts = dict(net)
    counts[message] = counts.get(message, 0) + copies
    return frozenset(entry for entry in counts.items() if entry[1] > 0)
