"""What is counted while states are expanded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from checker.core.verdict import ActionStatistics


class Tally:
    """Counts of steps, taken at the cost of one update a state.

    `shapes` counts how often each tuple of end positions came from `System.successors`; `distinct` counts for each
    action the states that it was the first to reach; `initial` counts initial states, repetitions included.
    """

    def __init__(self, actions: Sequence[str]) -> None:
        self.actions = tuple(actions)
        self.shapes: defaultdict[tuple[int, ...], int] = defaultdict(int)
        self.distinct = [0] * len(self.actions)
        self.initial = 0

    def generated(self) -> int:
        """Initial states and steps, repetitions included."""
        return self.initial + sum(ends[-1] * times for ends, times in self.shapes.items() if ends)

    def expanded(self) -> int:
        """States whose steps were counted."""
        return sum(self.shapes.values())

    def terminal(self) -> int:
        """Expanded states without a successor."""
        return sum(times for ends, times in self.shapes.items() if not any(ends))

    def most_steps(self) -> int:
        """The most steps from one state."""
        return max((ends[-1] for ends in self.shapes if ends), default=0)

    def by_action(self, cuts: Sequence[int]) -> dict[str, ActionStatistics]:
        """The counts of each action, with the steps of it that were cut."""
        taken = [0] * len(self.actions)
        for ends, times in self.shapes.items():
            for action, (begin, stop) in enumerate(zip((0, *ends), ends, strict=False)):
                taken[action] += (stop - begin) * times
        return {
            name: ActionStatistics(generated=generated, cut=cut, distinct=new)
            for name, generated, cut, new in zip(self.actions, taken, cuts, self.distinct, strict=True)
        }
