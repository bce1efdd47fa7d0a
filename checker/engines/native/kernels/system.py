"""A whole spec as LLVM functions, and the `System` that calls them."""

from __future__ import annotations

# pyright: basic
import ctypes
from collections.abc import Callable

from checker.core import ir
from checker.core.structs import struct
from checker.core.values import State
from checker.engines.kernels.formula import FALSE, TRUE, Formula, negate
from checker.engines.layout import Layout
from checker.engines.native.code.builder import POINTER, WORD, Function, Module
from checker.engines.native.code.reads import bits_read
from checker.engines.native.kernels.actions import ERROR, ActionWriter
from checker.engines.native.kernels.emitter import AFTER, BITS, FULL, STATE, Emitter
from checker.engines.native.kernels.expressions import Evaluator
from checker.engines.native.limits import NotNative
from checker.engines.system import Checked, SpecError

MOST_PROPERTIES = 63
"""The most properties of a kind: a word of ones stands for an error."""

MOST_ROWS = 1 << 20


@struct
class Kernels:
    """What is known of the kernels of a model.

    `max_rows` are the most successors that a state can have, those that are the same counted each time.  For each
    action: may a step of it make an invariant false that was true (`may_violate`), a witness true that was false
    (`may_reach`)?  Not where it changes none of the bits that they read.
    """

    max_rows: int
    may_violate: tuple[bool, ...]
    may_reach: tuple[bool, ...]


def build_kernels(module: Module, lowered: ir.LoweredSpec, checked: Checked, layout: Layout) -> Kernels:
    """Adds the functions `successors`, `violated`, `step_violated`, `reached` and `inside` to the module.

    Raises `NotNative` for a model that cannot be compiled.
    """
    for kind in (checked.invariants, checked.step_invariants, checked.witnesses):
        if len(kind) > MOST_PROPERTIES:
            raise NotNative(f"more than {MOST_PROPERTIES} properties of a kind")
    most = 0
    steps: list[Function | None] = []
    changed: list[int] = []
    for index, action in enumerate(lowered.actions):
        writer = ActionWriter(action, module, layout, f"step_{index}")
        step = writer.build()
        steps.append(None if writer.does_nothing else step)
        most += writer.most
        changed.append(writer.changed)
    if most > MOST_ROWS:
        raise NotNative("states with very many successors")
    _successors(module, steps, layout.words)
    _mask(module, layout, "violated", (STATE,), [(entry, True) for entry in checked.invariants])
    _mask(module, layout, "step_violated", (STATE, AFTER), [(entry, True) for entry in checked.step_invariants])
    _mask(module, layout, "reached", (STATE,), [(entry, False) for entry in checked.witnesses], pending=True)
    _inside(module, layout, checked.constraints)
    read = {name: bits_read(module.functions[name], STATE, layout.words) for name in ("violated", "reached")}
    return Kernels(
        max_rows=max(1, most),
        may_violate=tuple(bool(bits & read["violated"]) for bits in changed),
        may_reach=tuple(bool(bits & read["reached"]) for bits in changed),
    )


def _successors(module: Module, steps: list[Function | None], words: int) -> None:
    function = module.function(
        "successors", WORD, ("state", POINTER), ("out", POINTER), ("ends", POINTER), ("cuts", POINTER)
    )
    out, ends, cuts = function.array("out"), function.array("ends"), function.array("cuts")
    total = function.constant(0)
    for index, step in enumerate(steps):
        if step is not None:
            rows = function.call(step, function["state"], out.at(total * words), cuts.at(index))
            with function.if_(rows == ERROR):
                function.return_(ERROR)
            total = total + rows
        ends[index] = total
    function.return_(total)
    function.finish()


def _evaluator(module: Module, layout: Layout, name: str, states: tuple[str, ...], pending: bool) -> Evaluator:
    parameters = [(state, POINTER) for state in states] + ([("pending", WORD)] if pending else [])
    function = module.function(name, WORD, *parameters)
    emitter = Emitter(function, {state: function.array(state) for state in states})
    emitter.outside = emitter.error
    return Evaluator(emitter, layout)


def _mask(
    module: Module, layout: Layout, name: str, states: tuple[str, ...], entries: list[tuple[ir.Property, bool]],
    *, pending: bool = False,
) -> None:
    """A function for the mask of the properties that are false (`True`), or true."""
    ev = _evaluator(module, layout, name, states, pending)
    emitter, function = ev.emitter, ev.emitter.function
    mask = function.local(0)
    for bit, (entry, negated) in enumerate(entries):
        after = emitter.new_block("next")
        if pending:
            wanted = emitter.new_block("wanted")
            emitter.branch(emitter.is_set(function["pending"] & (1 << bit)), wanted, after)
            emitter.at(wanted)
        formula = ev.formula(entry.formula)
        if formula != _never(negated):
            found = emitter.truth(negate(formula) if negated else formula)
            mask.set(mask.get() | (found.widened(WORD) << bit))
        emitter.jump(after)
        emitter.at(after)
    _close(ev, mask.get())


def _never(negated: bool) -> Formula:
    """The formula for which nothing is noted."""
    return TRUE if negated else FALSE


def _inside(module: Module, layout: Layout, constraints: tuple[ir.Property, ...]) -> None:
    ev = _evaluator(module, layout, "inside", (STATE,), False)
    function = ev.emitter.function
    for entry in constraints:
        formula = ev.formula(entry.formula)
        with ev.emitter.when(negate(formula)):
            if formula != _never(True):
                function.return_(0)
    _close(ev, function.constant(1))


def _close(ev: Evaluator, result: object) -> None:
    function = ev.emitter.function
    function.return_(result)  # type: ignore[arg-type]
    function.finish()
    ev.emitter.at(ev.emitter.error)
    function.return_(ERROR)


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
