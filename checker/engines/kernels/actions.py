"""One action as a Python function that adds the successor of every enabled choice of parameters.

Parameters with few possible values are written out, one block for each choice, which decides most of a guard while
the code is generated.  A step that needs the first parameters alone comes before the loops over the others, if it
cannot raise: then it gives the same result there.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.core import ir
from checker.core.faults import faults
from checker.core.types import SeqType
from checker.engines.kernels import quantifiers
from checker.engines.kernels.blocks import Block, Guarded, Line, written
from checker.engines.kernels.evaluate import Evaluator
from checker.engines.kernels.formula import FALSE, TRUE, Formula, all_of, is_total
from checker.engines.kernels.names import ADD, STATE, Program, comment
from checker.engines.kernels.settling import settled
from checker.engines.kernels.store import NextState
from checker.engines.kernels.symbols import Stored, Symbol, computed, known_value, total
from checker.engines.kernels.texts import Texts
from checker.engines.layout import Layout

CHOICES = 600
"""How many choices of parameters are written out for one action at most."""

EXPRESSIONS = 60_000
"""How many expressions may be looked at for that, each once for every choice."""


class ActionWriter:
    """Writes the function of one action.  `cut`: the statement that counts a cut step; None for initial states, where
    leaving the model's bounds is an error."""

    def __init__(self, action: ir.LoweredAction, program: Program, layout: Layout, cut: str | None) -> None:
        self.action = action
        self.cut = cut
        self.layout = layout
        self.texts = Texts(program, layout)
        self.evaluator = Evaluator(self.texts)
        self.steps = needed_steps(action)
        self.needs = [locals_of(step) for step in self.steps]
        size = sum(1 for node in _expressions(action) for _ in ir.walk(node))
        self.choices = min(CHOICES, EXPRESSIONS // max(1, size))
        self.lines: list[Line] = []
        self.pending: list[Formula] = []
        self.may_raise = False

    def function(self, name: str) -> str:
        """The source of the function."""
        self._parameters(0, 0, 1)
        body = self.texts.scope.finish(written(self.lines, 1))
        arguments = f"{STATE}, {ADD}" if self.cut is not None else ADD
        what = "successors by" if self.cut is not None else "states of"
        doc = f'    """The {what} `{self.action.name}`."""'
        return "\n".join([f"def {name}({arguments}):", doc, *body]).rstrip()

    # --- parameters -----------------------------------------------------------------------------------------------

    def _parameters(self, bound: int, step: int, written_out: int) -> None:
        """Everything from the parameter `bound` and the step `step` on."""
        outer = self.lines
        if bound == len(self.action.parameters):
            self._body(step)
            self.lines = outer
            return
        self.lines = inner = list[Line]()
        may_leave = self._one_parameter(bound, step, written_out)
        self.lines = outer
        self._add(inner, may_leave)

    def _one_parameter(self, bound: int, step: int, written_out: int) -> bool:
        """What can be tested before the parameter `bound` has a value, and then the choice of it.  May this leave the
        model's bounds?"""
        parameter = self.action.parameters[bound]
        self.may_raise = False
        found = self._early_steps(step, {later.name for later in self.action.parameters[bound:]}, parameter.guards)
        may_leave = self.may_raise
        if found is None:
            self._flush()
            return may_leave
        return self._choose(bound, found, written_out) or may_leave

    def _add(self, lines: list[Line], may_leave: bool) -> None:
        """Appends the lines; a step that leaves the model's bounds in them is cut."""
        if may_leave and self.cut is not None:
            self.lines.append(Block("try", False, lines, ("except Outside:", f"    {self.cut}")))
        else:
            self.lines += lines

    def _choose(self, bound: int, step: int, written_out: int) -> bool:
        """The rest, for each value of the parameter `bound`.  May what it is drawn from leave the model's bounds?"""
        parameter = self.action.parameters[bound]
        is_total = not faults(parameter.domain)
        found = quantifiers.choices(self.evaluator, parameter, self.choices // written_out) if is_total else None
        if found is None:
            return self._loop(parameter, bound, step, written_out)
        if len(found) > 1:
            self._flush()
        pending, lines = self.pending, self.lines
        seen: set[object] = set()
        for item, present in found:
            value = known_value(item)
            if value in seen:
                continue
            seen.add(value)
            self.pending, self.lines = [*pending, present], lines
            with self.texts.scope.block():
                self.evaluator.bound(
                    parameter.name, item, lambda: self._parameters(bound + 1, step, written_out * len(found))
                )
        self.pending, self.lines = pending, lines
        return False

    def _loop(self, parameter: ir.Parameter, bound: int, step: int, written_out: int) -> bool:
        self._flush()
        iterable, interval, is_iterable_total = quantifiers.items_text(self.evaluator, parameter)
        if isinstance(parameter.domain.type, SeqType):
            iterable = f"dict.fromkeys({iterable})"
        with self.texts.scope.block():
            name = self.texts.scope.fresh(parameter.name)
            block = Block(f"for {name} in {iterable}", is_iterable_total)
            self.lines.append(block)
            self.lines = block.body
            symbol = computed(parameter.type, name, total=True, interval=interval)
            self.evaluator.bound(parameter.name, symbol, lambda: self._parameters(bound + 1, step, written_out))
        return not is_iterable_total

    def _early_steps(self, step: int, unbound: set[str], guards: tuple[ir.Expr, ...]) -> int | None:
        """The first step that has to wait for the `unbound` parameters; None where a guard is known to be false.
        The `guards` are tested here whatever they may raise, and no step goes before those that stand before it."""
        tested: list[ir.Expr] = []
        while step < len(self.steps) and not self.needs[step] & unbound:
            now = self.steps[step]
            if isinstance(now, ir.Bind):
                value = self.evaluator.evaluate(now.value)
                if not total(value):
                    break
                self._name(now.name, value)
            else:
                test = self.evaluator.formula(now.condition)
                if now.condition in guards:
                    tested.append(now.condition)
                elif not is_total(test):
                    break
                if not self._requires(now.condition, test):
                    return None
            step += 1
        for guard in guards:
            if guard not in tested and not self._requires(guard, self.evaluator.formula(guard)):
                return None
        return step

    def _requires(self, condition: ir.Expr, test: Formula) -> bool:
        """Puts the guard before what follows; `test` is what it says.  Can it be true?"""
        if not is_total(test):
            test = self.evaluator.formula_of(self._value(condition))
        self.pending.append(test)
        return test != FALSE

    # --- one choice -----------------------------------------------------------------------------------------------

    def _body(self, step: int) -> None:
        """The remaining steps and the successor, for parameters that all have a value."""
        self._say_for_which()
        self._flush()
        outer, inner = self.lines, list[Line]()
        self.lines, self.may_raise = inner, False
        self._steps(step)
        self.lines = outer
        self._add(inner, self.may_raise)

    def _steps(self, step: int) -> None:
        for now in self.steps[step:]:
            if isinstance(now, ir.Bind):
                self._name(now.name, self._value(now.value))
                continue
            if not self._requires(now.condition, self.evaluator.formula_of(self._value(now.condition))):
                self._flush()
                return
        self._successor()

    def _value(self, node: ir.Expr) -> Symbol:
        """The value of an expression that is evaluated here; the parts of it that may raise have names already."""

        def bind(hint: str, text: str) -> str:
            self.may_raise = True
            return self._bind(hint, text)

        value = self.evaluator.evaluate_strictly(node, bind)
        self.may_raise = self.may_raise or not total(value)
        return value

    def _name(self, name: str, value: Symbol) -> None:
        """From here on `name` stands for the value."""
        self.evaluator.names[name] = settled(self.texts, value, name, self._bind)

    def _bind(self, hint: str, text: str) -> str:
        self._flush()
        name = self.texts.scope.fresh(hint)
        self.lines.append(f"{name} = {text}")
        return name

    def _successor(self) -> None:
        """All new values first, then their bounds, as the interpreter does."""
        updates = dict(self.action.updates)
        values: dict[str, Symbol] = {}
        for name, node in self.action.updates:
            value = self._value(node)
            values[name] = value if total(value) else settled(self.texts, value, f"new_{name}", self._bind)
        self._flush()
        following = NextState(self.texts, STATE if self.cut is not None else "0")
        for place in self.layout.places:
            if place.name in updates:
                following.assign(Stored(place.type, STATE, place.position, place.shape), values[place.name])
        self.may_raise = self.may_raise or not following.total
        self.lines.append(f"{ADD}({following.finished()})")

    def _flush(self) -> None:
        """What follows is inside of an `if` for the guards so far."""
        test = all_of(self.pending)
        self.pending = []
        if test == TRUE:
            return
        block = Guarded(test)
        self.lines.append(block)
        self.lines = block.body

    def _say_for_which(self) -> None:
        """A comment with the parameters whose values are known."""
        known: list[str] = []
        for parameter in self.action.parameters:
            value = known_value(self.evaluator.names[parameter.name])
            if value is not None:
                known.append(f"{parameter.name}={self.layout.plain.core(parameter.type, value[0])!r}")
        if known:
            self.lines.append(comment(", ".join(known)))


def needed_steps(action: ir.LoweredAction) -> tuple[ir.Require | ir.Bind, ...]:
    """The guards, one for each conjunct, and bindings of an action, without those guards which say that a parameter is
    in the collection that it is drawn from.

    Such a guard stays where the collection can go wrong: then nothing that stands after it may be tested before it.
    """
    drawn = [drawn_from(parameter) for parameter in action.parameters if not faults(parameter.domain)]
    return tuple(step for step in split(action.steps) if not says_again(step, drawn))


def split(steps: tuple[ir.Require | ir.Bind, ...]) -> list[ir.Require | ir.Bind]:
    """A guard for every conjunct."""
    found: list[ir.Require | ir.Bind] = []
    for step in steps:
        if isinstance(step, ir.Require) and isinstance(step.condition, ir.And):
            found += split(tuple(ir.Require(condition=part, span=step.span) for part in step.condition.operands))
        else:
            found.append(step)
    return found


def _expressions(action: ir.LoweredAction) -> Iterator[ir.Expr]:
    for step in action.steps:
        yield step.condition if isinstance(step, ir.Require) else step.value
    for _, value in action.updates:
        yield value


def drawn_from(parameter: ir.Parameter) -> tuple[str, ir.Expr]:
    """The parameter and the collection that it is an item of."""
    selected = quantifiers.selection(parameter.domain)
    return parameter.name, selected[0] if selected is not None else parameter.domain


def says_again(step: ir.Require | ir.Bind, drawn: list[tuple[str, ir.Expr]]) -> bool:
    """Does the guard say that a parameter is in the collection that it is drawn from?"""
    if not isinstance(step, ir.Require) or not isinstance(step.condition, ir.Contains):
        return False
    item, collection = step.condition.item, step.condition.collection
    while isinstance(item, ir.Widen | ir.Some):
        item = item.operand
    return isinstance(item, ir.Local) and (item.name, collection) in drawn


def locals_of(step: ir.Require | ir.Bind) -> set[str]:
    """The local names that the step mentions."""
    node = step.condition if isinstance(step, ir.Require) else step.value
    return {part.name for part in ir.walk(node) if isinstance(part, ir.Local)}
