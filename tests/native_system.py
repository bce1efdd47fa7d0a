"""The machine code of a spec as a transition system, one state at a time: what the kernels say, for comparison."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from checker.core.values import State
from checker.engines.layout import Layout
from checker.engines.native.kernels import Kernels
from checker.engines.native.kernels.actions import ERROR
from checker.engines.native.kernels.emitter import BITS, FULL
from checker.engines.system import Checked, SpecError


class NativeSystem:
    """The transition system as machine code sees it.  A state is an int, laid out by `layout`.

    `function` gives a compiled function by its name and the number of its parameters.
    One call at a time.
    """

    def __init__(
        self, actions: tuple[str, ...], checked: Checked, layout: Layout, kernels: Kernels,
        function: Callable[[str, int], Callable[..., int]], initial: Callable[[], list[int]],
    ) -> None:
        self.actions = actions
        self.checked = checked
        self.layout = layout
        self.kernels = kernels
        self.cuts = [0] * len(self.actions)
        self.initial = initial
        self._words = layout.words
        self._machine = function  # keeps the code in memory
        self._functions = {name: function(name, count) for name, count in (
            ("successors", 4), ("violated", 1), ("step_violated", 2), ("reached", 2), ("inside", 1))}
        self._rows = (ctypes.c_uint64 * (kernels.max_rows * layout.words))()
        self._state = (ctypes.c_uint64 * layout.words)()
        self._after = (ctypes.c_uint64 * layout.words)()
        self._ends = (ctypes.c_uint64 * max(1, len(self.actions)))()
        self._cuts = (ctypes.c_uint64 * max(1, len(self.actions)))()

    def _put(self, state: int, words: ctypes.Array[ctypes.c_uint64]) -> int:
        for index in range(self._words):
            words[index] = state >> index * BITS & FULL
        return ctypes.addressof(words)

    def _call(self, name: str, *arguments: int) -> int:
        result = self._functions[name](*arguments)
        if result == ERROR:
            raise SpecError
        return result

    def successors(self, state: int) -> tuple[list[int], tuple[int, ...]]:
        """The state after each step, and for each action the position where its part ends."""
        address = self._put(state, self._state)
        for index in range(len(self.actions)):
            self._cuts[index] = 0
        try:
            count = self._call("successors", address, *map(ctypes.addressof, (self._rows, self._ends, self._cuts)))
        finally:
            for index in range(len(self.actions)):
                self.cuts[index] += self._cuts[index]
        content = memoryview(self._rows).cast("B")
        size = self._words * 8
        rows = [int.from_bytes(content[index * size : (index + 1) * size], "little") for index in range(count)]
        return rows, tuple(self._ends[index] for index in range(len(self.actions)))

    def violated(self, state: int) -> int:
        """The mask of the invariants that are false."""
        return self._call("violated", self._put(state, self._state))

    def step_violated(self, state: int, after: int) -> int:
        """The mask of the step invariants that are false."""
        return self._call("step_violated", self._put(state, self._state), self._put(after, self._after))

    def reached(self, state: int, pending: int) -> int:
        """The mask of the pending witnesses that are true."""
        return self._call("reached", self._put(state, self._state), pending)

    def inside(self, state: int) -> bool:
        """Do all constraints hold?"""
        return self._call("inside", self._put(state, self._state)) == 1

    def unpack(self, state: int) -> State:
        """The state as plain values."""
        return self.layout.unpack(state)

    def pack(self, state: State) -> int:
        """The inverse of `unpack`."""
        return self.layout.pack(state)
