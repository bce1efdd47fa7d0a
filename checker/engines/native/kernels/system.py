"""A whole spec as LLVM functions."""

from __future__ import annotations

# pyright: basic
from checker.core import ir
from checker.core.structs import struct
from checker.engines.kernels.formula import FALSE, TRUE, Formula, negate
from checker.engines.layout import Layout
from checker.engines.native.code.builder import POINTER, WORD, Function, Module
from checker.engines.native.code.reads import bits_read
from checker.engines.native.kernels.actions import ERROR, ActionWriter
from checker.engines.native.kernels.emitter import AFTER, STATE, Emitter
from checker.engines.native.kernels.expressions import Evaluator
from checker.engines.native.limits import NotNative, placed
from checker.engines.system import Checked

MOST_PROPERTIES = 63
"""The most properties of a kind: a word of ones stands for an error."""

MOST_ROWS = 1 << 20
"""The most successors of a state."""


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
    for kind, entries in (
        ("invariants", checked.invariants), ("step invariants", checked.step_invariants),
        ("witnesses and antecedents of invariants", checked.witnesses),
    ):
        if len(entries) > MOST_PROPERTIES:
            raise NotNative(f"{len(entries)} {kind}, of {MOST_PROPERTIES} at most")
    most = 0
    steps: list[Function | None] = []
    changed: list[int] = []
    for index, action in enumerate(lowered.actions):
        writer = ActionWriter(action, module, layout, f"step_{index}")
        with placed(action.name):
            step = writer.build()
        steps.append(None if writer.does_nothing else step)
        most += writer.most
        changed.append(writer.changed)
    if most > MOST_ROWS:
        raise NotNative(f"states with up to {most:,} successors, of {MOST_ROWS:,} at most")
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
    mask, error = function.local(0), emitter.error
    for bit, (entry, negated) in enumerate(entries):
        after = emitter.new_block("next")
        if pending:
            wanted = emitter.new_block("wanted")
            emitter.branch(emitter.is_set(function["pending"] & (1 << bit)), wanted, after)
            emitter.at(wanted)
        if entry.kind == "antecedent":
            emitter.error = emitter.outside = after
        with placed(entry.name):
            formula = ev.formula(entry.formula)
        if formula != _never(negated):
            found = emitter.truth(negate(formula) if negated else formula)
            mask.set(mask.get() | (found.widened(WORD) << bit))
        emitter.jump(after)
        emitter.at(after)
        emitter.error = emitter.outside = error
    _close(ev, mask.get())


def _never(negated: bool) -> Formula:
    """The formula for which nothing is noted."""
    return TRUE if negated else FALSE


def _inside(module: Module, layout: Layout, constraints: tuple[ir.Property, ...]) -> None:
    ev = _evaluator(module, layout, "inside", (STATE,), False)
    function = ev.emitter.function
    for entry in constraints:
        with placed(entry.name):
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
