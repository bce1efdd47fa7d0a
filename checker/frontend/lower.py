"""Lowering: an action as it was written becomes guards, bindings and one simultaneous update a variable.

Python reads what it has just written; here alone is that known.  Every assignment becomes a binding of a new name,
which later reads of the variable use, and branches become conditional values:

    self.count += 1                     Bind new_count = count + 1
    if self.count > limit:              Bind branch = new_count > limit
        require(self.open)              Require branch implies open
        self.count = 0                  Bind new_count_2 = 0 if branch else (undefined)
                                        Bind new_count_3 = new_count_2 if branch else new_count
                                        Update count = new_count_3

Nothing is moved: what is evaluated, and in which order, stays as it was, and so do errors and cut steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, assert_never

from checker.core import ir
from checker.core.errors import Span
from checker.core.types import BOOL

Values: TypeAlias = Mapping[str, ir.Local]
"""The name that stands for the present value of each variable that has been assigned."""


def lower(spec: ir.Spec) -> ir.LoweredSpec:
    """The same spec with every action lowered."""
    return ir.LoweredSpec(
        source=spec,
        initial=tuple(_lower_action(action, spec) for action in spec.initial),
        actions=tuple(_lower_action(action, spec) for action in spec.actions),
    )


def _lower_action(action: ir.Action, spec: ir.Spec) -> ir.LoweredAction:
    lowering = _Lowering(spec, set(_names(action)))
    values = lowering.statements(action.body, {}, None)
    return ir.LoweredAction(
        name=action.name,
        parameters=action.parameters,
        steps=tuple(lowering.steps),
        updates=tuple((v.name, values[v.name]) for v in spec.variables if v.name in values),
        span=action.span,
    )


class _Lowering:
    """One action on its way: the steps so far, and the names that are taken."""

    def __init__(self, spec: ir.Spec, names: set[str]) -> None:
        self.types = {variable.name: variable.type for variable in spec.variables}
        self.names = names
        self.steps: list[ir.Require | ir.Bind] = []

    def statements(self, body: tuple[ir.Statement, ...], values: Values, guard: ir.Expr | None) -> Values:
        """Appends the steps of `body`, which runs where `guard` holds (None: always).  What the variables are then."""
        for statement in body:
            match statement:
                case ir.Require(condition=condition, axiom=axiom, span=span):
                    present = _present(condition, values)
                    if guard is not None:
                        present = ir.Implies(left=guard, right=present, type=BOOL, span=span)
                    self.steps.append(ir.Require(condition=present, axiom=axiom, span=span))
                case ir.Assign(variable=variable, value=value, span=span):
                    new = self._bind_variable(variable, _present(value, values), guard, span)
                    values = {**values, variable: new}
                case ir.Bind(name=name, value=value, span=span):
                    self._bind(name, _present(value, values), guard, span)
                case ir.Branch():
                    values = self._branch(statement, values, guard)
                case _:
                    assert_never(statement)
        return values

    def _branch(self, branch: ir.Branch, values: Values, guard: ir.Expr | None) -> Values:
        """Both sides of a branch, and then each variable that one of them assigns, with the value it has after."""
        span = branch.condition.span
        chosen = self._condition(_present(branch.condition, values), guard, span)
        opposite: ir.Expr = ir.Not(operand=chosen, type=BOOL, span=span)
        if guard is not None:
            opposite = ir.And(operands=(guard, opposite), type=BOOL, span=span)
        then = self.statements(branch.then, values, chosen)
        otherwise = self.statements(branch.otherwise, values, opposite)
        merged = dict(values)
        for variable, type in self.types.items():
            before: ir.Expr = values.get(variable, ir.Variable(name=variable, type=type, span=branch.span))
            left, right = then.get(variable, before), otherwise.get(variable, before)
            if left is not right:
                value = ir.If(condition=chosen, then=left, otherwise=right, type=type, span=branch.span)
                merged[variable] = self._bind_variable(variable, value, guard, branch.span)
        return merged

    def _condition(self, condition: ir.Expr, guard: ir.Expr | None, span: Span) -> ir.Local:
        """A name for `condition` where `guard` holds, and for false elsewhere."""
        if guard is None and isinstance(condition, ir.Local):
            return condition
        if guard is not None:
            condition = ir.And(operands=(guard, condition), type=BOOL, span=span)
        name = self._fresh("branch")
        self.steps.append(ir.Bind(name=name, value=condition, span=span))
        return ir.Local(name=name, type=BOOL, span=span)

    def _bind_variable(self, variable: str, value: ir.Expr, guard: ir.Expr | None, span: Span) -> ir.Local:
        name = self._fresh(f"new_{variable}")
        self._bind(name, value, guard, span)
        return ir.Local(name=name, type=self.types[variable], span=span)

    def _bind(self, name: str, value: ir.Expr, guard: ir.Expr | None, span: Span) -> None:
        """Appends a binding whose value is computed only where `guard` holds."""
        if guard is not None:
            undefined = ir.Undefined(type=value.type, span=span)
            value = ir.If(condition=guard, then=value, otherwise=undefined, type=value.type, span=span)
        self.steps.append(ir.Bind(name=name, value=value, span=span))

    def _fresh(self, name: str) -> str:
        """`name`, or `name_2`, `name_3` ... where it is taken."""
        candidate, number = name, 1
        while candidate in self.names:
            number += 1
            candidate = f"{name}_{number}"
        self.names.add(candidate)
        return candidate


def _present(node: ir.Expr, values: Values) -> ir.Expr:
    """`node` with every variable that has been assigned read under its present name."""
    if isinstance(node, ir.Variable):
        local = values.get(node.name)
        return node if local is None else ir.Local(name=local.name, type=node.type, span=node.span)
    return ir.transform(node, lambda child: _present(child, values))


def _names(action: ir.Action) -> Iterator[str]:
    """Every name that the action gives to something."""
    for parameter in action.parameters:
        yield parameter.name
        yield from _bound(parameter.domain)
    yield from _names_in(action.body)


def _names_in(body: tuple[ir.Statement, ...]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ir.Require(condition=condition):
                yield from _bound(condition)
            case ir.Assign(value=value):
                yield from _bound(value)
            case ir.Bind(name=name, value=value):
                yield name
                yield from _bound(value)
            case ir.Branch(condition=condition, then=then, otherwise=otherwise):
                yield from _bound(condition)
                yield from _names_in(then)
                yield from _names_in(otherwise)
            case _:
                assert_never(statement)


def _bound(node: ir.Expr) -> Iterator[str]:
    """The names that are bound inside an expression."""
    for inside in ir.walk(node):
        match inside:
            case ir.Let(name=name) | ir.MakeMap(name=name):
                yield name
            case (
                ir.ForAll(binders=binders) | ir.Exists(binders=binders) | ir.Sum(binders=binders)
                | ir.Extremum(binders=binders) | ir.Comprehension(binders=binders)
            ):
                yield from (binder.name for binder in binders)
            case _:
                pass
