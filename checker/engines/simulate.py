"""Random walks: a quick look at a model that is too large to explore.

They can find a violation, and they never show that there is none.  The same seed gives the same walks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from time import perf_counter

from checker.core.model import Model
from checker.core.verdict import Statistics, Verdict
from checker.engines.prepare import Prepared, prepare
from checker.engines.search import End, SearchResult
from checker.engines.system import SpecError
from checker.engines.tally import Tally
from checker.engines.verdicts import Finished, verdict_of


def simulate(model: Model, *, name: str = "", walks: int = 100, depth: int = 100, seed: int = 0) -> Verdict:
    """Takes `walks` random walks of at most `depth` states each, and checks every state and step on them.

    Each step is drawn from all enabled ones with equal chances.  A walk ends early in a state without a successor
    inside the constraint.  `name` is what the verdict calls the model.
    The verdict is that nothing was violated in what was simulated, or a violation with its trace, which need not be a
    shortest one.  Raises `UserError` for a mistake in the spec or in the model.
    """
    prepared = prepare(model, vacuity=False)
    result = _Walker(prepared, model.deadlock, depth).take(walks, seed)
    return verdict_of(Finished(prepared=prepared, result=result, name=name, trace_kind="simulation"))


@dataclass(slots=True)
class _Walker:
    """The walks of one run, and what they met."""

    prepared: Prepared
    deadlock: bool
    depth: int
    seen: set[int] = field(default_factory=set[int])
    longest: int = 0
    outside: int = 0
    witnesses: dict[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self.tally = Tally(self.prepared.system.actions)

    def take(self, walks: int, seed: int) -> SearchResult[int]:
        """Takes the walks until one of them meets something wrong."""
        started = perf_counter()
        end, violated = End.WALKED, 0
        path: list[int] = []
        try:
            for number in range(walks):
                # a generator of its own for each walk: walk 7 is the same whatever happened in walk 6
                path = []
                end, violated = self._walk(Random(f"{seed}/{number}"), path)
                if end is not End.WALKED:
                    break
        except SpecError:
            end = End.SPEC_ERROR
        except KeyboardInterrupt:
            end = End.STOPPED
        statistics = Statistics(
            states=len(self.seen),
            generated=self.tally.generated(),
            depth=self.longest,
            terminal=self.tally.terminal(),
            outside_constraint=self.outside,
            seconds=perf_counter() - started,
            actions=self.tally.by_action(self.prepared.system.cuts),
        )
        wrong = tuple(path) if end not in (End.WALKED, End.STOPPED) else ()
        return SearchResult(end, statistics, wrong, violated, self.witnesses)

    def _walk(self, random: Random, path: list[int]) -> tuple[End, int]:
        """One walk, which is left in `path`: why it ended, and the mask of what is violated at its end."""
        system = self.prepared.system
        choices = self._inside(system.initial())
        self.tally.initial += len(choices)
        while choices and len(path) < self.depth:
            state = random.choice(choices)
            path.append(state)
            if len(path) > 1 and (violated := system.step_violated(path[-2], state)):
                return End.STEP_INVARIANT, violated
            if violated := self._visit(path):
                return End.INVARIANT, violated
            before = list(system.cuts)
            choices, ends = system.successors(state)
            self.tally.shapes[ends] += 1
            if self.deadlock and not choices and system.cuts == before:
                return End.DEADLOCK, 0
            choices = self._inside(choices)
        return End.WALKED, 0

    def _visit(self, path: list[int]) -> int:
        """Looks at the last state of `path`: the mask of the invariants that are false in it."""
        state = path[-1]
        self.longest = max(self.longest, len(path))
        if state in self.seen:
            return 0
        self.seen.add(state)
        system = self.prepared.system
        violated = system.violated(state)
        for bit in range(len(system.checked.witnesses)):
            if bit not in self.witnesses and system.reached(state, 1 << bit):
                self.witnesses[bit] = tuple(path)
        return violated

    def _inside(self, states: list[int]) -> list[int]:
        """Those of `states` that are inside the constraint."""
        system = self.prepared.system
        if not system.checked.constraints:
            return states
        kept = [state for state in states if system.inside(state)]
        self.outside += len(states) - len(kept)
        return kept
