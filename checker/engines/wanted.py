"""Search for more than one counterexample, or for one that takes a certain action.

It is the breadth-first search that does not end at a violation.  So the first counterexample of each property is a
shortest one, and of two with the same last state (up to symmetry) the shorter is kept.  What follows a violation is
explored only where all of them are wanted: else the violation at the end of each trace is the first in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from checker.core.structs import struct
from checker.engines.plain import bits
from checker.engines.progress import Report
from checker.engines.search import UNLIMITED, BreadthFirst, End, Handover, Limits, SearchResult, Violation, search
from checker.engines.system import Checked, System


@struct
class Wanted:
    """Which counterexamples a search is to find.

    `all_violations`: of every property, and the search goes on to its end, beyond violations too; otherwise it ends
    with the property that is the first to have as many as are wanted.  `count`: how many of a property, each with
    another last state up to symmetry.  `via`: the action that each is to take, or None.
    """

    all_violations: bool = False
    count: int = 1
    via: str | None = None

    @property
    def only_the_first(self) -> bool:
        """Is it the first counterexample that any search finds?"""
        return not self.all_violations and self.count == 1 and self.via is None


def search_for(
    wanted: Wanted,
    system: System[int],
    *,
    canonical: Callable[[int], int] | None = None,
    limits: Limits = UNLIMITED,
    deadlock: bool = False,
    report: Report | None = None,
    start: Iterable[int] | None = None,
    taken: bool = False,
    handover: Handover | None = None,
) -> SearchResult[int]:
    """What `search` finds, with the counterexamples that are `wanted`; `taken`: was their action, before the `start`?
    `handover` counts where the first one is wanted.

    Where an action is wanted, states are told apart by whether it was taken on the way, so the counts are of pairs.
    """
    if wanted.only_the_first:
        return search(
            system, canonical=canonical, limits=limits, deadlock=deadlock, report=report, start=start, handover=handover
        )
    if wanted.via is None:
        return _SearchOn(system, canonical, limits, deadlock, report, wanted, lambda state: True).run(start)
    pairs = Pairs(system, wanted.via)
    begin = None if start is None else [state << 1 | taken for state in start]
    of_pairs = None if canonical is None else canonical_of_pairs(canonical)
    found = _SearchOn(pairs, of_pairs, limits, deadlock, report, wanted, lambda pair: bool(pair & 1)).run(begin)
    return _of_states(found)


class _SearchOn(BreadthFirst[int]):
    """One run.  `counts` says of the last state of a trace whether the trace is one of those that are wanted."""

    def __init__(
        self,
        system: System[int],
        canonical: Callable[[int], int] | None,
        limits: Limits,
        deadlock: bool,
        report: Report | None,
        wanted: Wanted,
        counts: Callable[[int], bool],
    ) -> None:
        super().__init__(system, canonical, limits, deadlock, report)
        self.wanted = wanted
        self.counts = counts
        self.found: dict[tuple[End, int], dict[int, Violation[int]]] = {}
        self.others: dict[tuple[End, int], None] = {}

    def run(self, start: Iterable[int] | None) -> SearchResult[int]:
        """Searches to an end, whatever it is."""
        result = super().run(start)
        end = result.end
        if end is End.COMPLETE and not self.wanted.all_violations and (self.found or self.others):
            end = End.COMPLETE_BUT_BEYOND
        violations = [violation for found in self.found.values() for violation in found.values()]
        others = tuple(key for key in self.others if key not in self.found)
        return replace(result, end=end, violations=tuple(violations), others=others)

    def _goes_on(self, end: End, violated: int, state: int, after: int | None = None) -> bool:
        self._note_violations(end, violated, state, after)
        if end is End.STEP_INVARIANT and not self.wanted.all_violations and after is not None:
            # no search goes on to the state after this step, which may violate an invariant as well
            self._note_violations(End.INVARIANT, self.system.violated(after), state, after)
        if not self.wanted.all_violations and any(len(it) == self.wanted.count for it in self.found.values()):
            self._finish(end)
        return self.wanted.all_violations

    def _note_violations(self, end: End, violated: int, state: int, after: int | None) -> None:
        """Keeps the traces that end with `state`, or with the step from there to `after`, as far as they are wanted."""
        last = state
        if after is not None:
            last = self.canonical(after) if self.canonical else after
        for bit in bits(violated) if end is not End.DEADLOCK else (0,):
            if not self.counts(last):
                self.others[end, bit] = None
                continue
            found = self.found.setdefault((end, bit), {})
            if len(found) < self.wanted.count and last not in found:
                path = self._path_to(state) if after is None else self._path_over(state, after)
                found[last] = Violation(end, bit, path)


class Pairs:
    """The system in which a state also knows whether an action was taken on the way to it: the state, shifted by one,
    and behind it 1 where it was."""

    def __init__(self, system: System[int], action: str) -> None:
        self.system = system
        self.number = system.actions.index(action)

    @property
    def actions(self) -> tuple[str, ...]:
        return self.system.actions

    @property
    def checked(self) -> Checked:
        return self.system.checked

    @property
    def cuts(self) -> list[int]:
        return self.system.cuts

    def initial(self) -> list[int]:
        return [state << 1 for state in self.system.initial()]

    def successors(self, state: int, /) -> tuple[list[int], tuple[int, ...]]:
        following, ends = self.system.successors(state >> 1)
        begin, end = (0, *ends)[self.number : self.number + 2] if ends else (0, 0)
        taken = state & 1
        return [after << 1 | (taken or begin <= place < end) for place, after in enumerate(following)], ends

    def violated(self, state: int, /) -> int:
        return self.system.violated(state >> 1)

    def step_violated(self, state: int, after: int, /) -> int:
        return self.system.step_violated(state >> 1, after >> 1)

    def reached(self, state: int, pending: int, /) -> int:
        return self.system.reached(state >> 1, pending)

    def inside(self, state: int, /) -> bool:
        return self.system.inside(state >> 1)

    def unpack(self, state: int, /) -> Any:
        return self.system.unpack(state >> 1)

    def pack(self, state: Any, /) -> int:
        return self.system.pack(state) << 1


def canonical_of_pairs(canonical: Callable[[int], int]) -> Callable[[int], int]:
    """The representative of a pair: that of its state, with the same bit."""
    return lambda pair: canonical(pair >> 1) << 1 | pair & 1


def _of_states(found: SearchResult[int]) -> SearchResult[int]:
    """The result of a search over pairs, with paths of states."""

    def states(path: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(pair >> 1 for pair in path)

    def violations() -> Iterator[Violation[int]]:
        for violation in found.violations:
            taken = [pair & 1 for pair in violation.path].index(1)
            yield replace(violation, path=states(violation.path), taken=taken)

    witnesses = {bit: states(path) for bit, path in found.witnesses.items()}
    return replace(found, path=states(found.path), violations=tuple(violations()), witnesses=witnesses)
