"""A whole spec as generated Python: a `System` over packed states, and its source to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any

from checker.core import ir
from checker.core.instance import Instance
from checker.core.values import State
from checker.engines.kernels.actions import ActionWriter
from checker.engines.kernels.evaluate import Evaluator
from checker.engines.kernels.formula import condition, is_total, negate
from checker.engines.kernels.names import AFTER, STATE, Program, comment
from checker.engines.kernels.texts import Texts
from checker.engines.layout import Layout
from checker.engines.system import Checked


class KernelSystem:
    """The transition system as generated code sees it.  A state is an int, laid out by `layout`."""

    def __init__(
        self, source: str, values: dict[str, Any], actions: tuple[str, ...], checked: Checked, layout: Layout
    ) -> None:
        self.source = source
        self.layout = layout
        self.actions = actions
        self.checked = checked
        self.cuts = [0] * len(actions)
        namespace: dict[str, Any] = {**values, "cuts": self.cuts}
        code = compile(source, "<generated>", "exec")
        exec(code, namespace)
        self.initial: Callable[[], list[int]] = namespace["initial"]
        self.successors: Callable[[int], tuple[list[int], tuple[int, ...]]] = namespace["successors"]
        self.violated: Callable[[int], int] = namespace["violated"]
        self.step_violated: Callable[[int, int], int] = namespace["step_violated"]
        self.reached: Callable[[int, int], int] = namespace["reached"]
        self.inside: Callable[[int], bool] = namespace["inside"]

        self.instructions = _instructions(code)
        """Of Python, in all functions: a measure of the work that a state is."""

    def unpack(self, state: int) -> State:
        """The state as plain values."""
        return self.layout.unpack(state)

    def pack(self, state: State) -> int:
        """The inverse of `unpack`."""
        return self.layout.pack(state)


def _instructions(code: CodeType) -> int:
    inside = sum(_instructions(part) for part in code.co_consts if isinstance(part, CodeType))
    return len(code.co_code) // 2 + inside


def compile_kernels(
    lowered: ir.LoweredSpec, properties: Iterable[ir.Property], instance: Instance, layout: Layout
) -> KernelSystem:
    """Generates and compiles the code of `lowered` at `instance`.  Its states are laid out by `layout`."""
    program = Program()
    checked = Checked.of(properties)
    functions: list[str] = []
    starts = [f"start_{index}" for index in range(len(lowered.initial))]
    for name, action in zip(starts, lowered.initial, strict=True):
        functions.append(ActionWriter(action, program, layout, None).function(name))
    steps = [f"step_{index}" for index in range(len(lowered.actions))]
    for index, (name, action) in enumerate(zip(steps, lowered.actions, strict=True)):
        functions.append(ActionWriter(action, program, layout, f"cuts[{index}] += 1").function(name))
    functions += [_initial(starts), _successors(steps)]
    functions.append(_violated("violated", STATE, "invariants that are false", checked.invariants, program, layout))
    functions.append(_violated(
        "step_violated", f"{STATE}, {AFTER}", "step invariants that are false", checked.step_invariants, program, layout
    ))
    functions += [_reached(checked.witnesses, program, layout), _inside(checked.constraints, program, layout)]
    code = "\n\n\n".join(functions)
    source = f"{_head(lowered, program, layout, code)}\n\n\n{code}\n"
    actions = tuple(action.name for action in lowered.actions)
    return KernelSystem(source, program.values, actions, checked, layout)


def _head(lowered: ir.LoweredSpec, program: Program, layout: Layout, code: str) -> str:
    """What the reader of the source has to know: where the variables are, and what the tables are."""
    lines = [comment(f"{lowered.source.name}: a state is an int of {layout.bits} bits")]
    for place in layout.places:
        end = place.position + place.shape.width - 1
        lines.append(comment(f"    bits {place.position:>4}..{end:<4} {place.name}: {place.type}"))
    words = set(re.findall(r"\bT_\w+", code))
    used = [(name, meaning) for name, meaning in program.meanings.items() if name in words]
    if used:
        lines.append("# tables and constants")
        lines += [comment(f"    {name}: {meaning}") for name, meaning in used]
    return "\n".join(lines)


def _initial(starts: list[str]) -> str:
    lines = ["def initial():", '    """The initial states."""', "    found = []", "    try:"]
    lines += [f"        {name}(found.append)" for name in starts] or ["        pass"]
    return "\n".join([*lines, "    except Outside:", "        raise SpecError from None", "    return found"])


def _successors(steps: list[str]) -> str:
    lines = [f"def successors({STATE}):", '    """The successors, and where those of each action end."""']
    lines += ["    found = []", "    add = found.append"]
    ends: list[str] = []
    for index, name in enumerate(steps):
        lines.append(f"    {name}({STATE}, add)")
        if index < len(steps) - 1:
            ends.append(f"end_{index}")
            lines.append(f"    end_{index} = len(found)")
    ends.append("len(found)" if steps else "")
    return "\n".join([*lines, f"    return found, ({', '.join(ends)},)" if steps else "    return found, ()"])


def _violated(
    name: str, arguments: str, what: str, properties: tuple[ir.Property, ...], program: Program, layout: Layout
) -> str:
    texts = Texts(program, layout)
    evaluator = Evaluator(texts)
    body: list[str] = []
    all_total = True
    for bit, entry in enumerate(properties):
        formula = evaluator.formula(entry.formula)
        all_total = all_total and is_total(formula)
        body += [f"    {comment(entry.name)}", f"    if {condition(negate(formula))}:", f"        mask |= {1 << bit}"]
    return _property_function(f"def {name}({arguments}):", f"The mask of the {what}.", body, "mask", texts, all_total)


def _reached(witnesses: tuple[ir.Property, ...], program: Program, layout: Layout) -> str:
    texts = Texts(program, layout)
    evaluator = Evaluator(texts)
    body: list[str] = []
    all_total = True
    for bit, entry in enumerate(witnesses):
        formula = evaluator.formula(entry.formula)
        test = f"pending & {1 << bit} and ({condition(formula)})"
        lines = [f"    if {test}:", f"        mask |= {1 << bit}"]
        if entry.kind == "antecedent" and not is_total(formula):
            lines = ["    try:", *("    " + line for line in lines), "    except (SpecError, Outside):", "        pass"]
        else:
            all_total = all_total and is_total(formula)
        body += [f"    {comment(entry.name)}", *lines]
    head = f"def reached({STATE}, pending):"
    return _property_function(head, "The mask of the pending witnesses that are true.", body, "mask", texts, all_total)


def _inside(constraints: tuple[ir.Property, ...], program: Program, layout: Layout) -> str:
    texts = Texts(program, layout)
    evaluator = Evaluator(texts)
    body: list[str] = []
    all_total = True
    for entry in constraints:
        formula = evaluator.formula(entry.formula)
        all_total = all_total and is_total(formula)
        body += [f"    {comment(entry.name)}", f"    if {condition(negate(formula))}:", "        return False"]
    return _property_function(f"def inside({STATE}):", "Do all constraints hold?", body, "True", texts, all_total)


def _property_function(head: str, doc: str, body: list[str], result: str, texts: Texts, is_total: bool) -> str:
    """Leaving the model's bounds is an error here."""
    lines = texts.scope.finish(body) if body else []
    if result == "mask":
        lines = ["    mask = 0", *lines]
    lines.append(f"    return {result}")
    if not is_total:
        inside = ["    " + line for line in lines]
        lines = ["    try:", *inside, "    except Outside:", "        raise SpecError from None"]
    return "\n".join([head, f'    """{doc}"""', *lines])
