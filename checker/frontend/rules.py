"""Rules about whole actions: what is assigned, and how often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checker.core import ir
from checker.core.errors import Note, UserError


def reads(node: ir.Expr) -> Iterator[ir.Variable]:
    """Every reading of a state variable in an expression."""
    return (part for part in ir.walk(node) if isinstance(part, ir.Variable))


def check_action(action: ir.Action) -> None:
    """No path may write a variable twice without reading the first value: the first writing would mean nothing."""
    _check_writes(action.body, {})


def _check_writes(body: Sequence[ir.Statement], unread: Mapping[str, ir.Assign]) -> dict[str, ir.Assign]:
    """The assignments that nothing has read yet after `body`; before it they are `unread`."""
    latest = dict(unread)
    for statement in body:
        match statement:
            case (
                ir.Assign(value=value) | ir.Bind(value=value) | ir.Require(condition=value) | ir.Branch(condition=value)
            ):
                for read in reads(value):
                    latest.pop(read.name, None)
        if isinstance(statement, ir.Assign):
            name = statement.variable
            if name in latest:
                raise UserError(
                    "S081",
                    f"`{name}` is assigned twice on one path",
                    statement.span,
                    help="all of an action happens at once: leave out one of them, or use `if` and `else`",
                    notes=(Note("the first assignment is here, and nothing reads it", latest[name].span),),
                )
            latest[name] = statement
        elif isinstance(statement, ir.Branch):
            sides = [_check_writes(side, latest) for side in (statement.then, statement.otherwise)]
            latest = {**sides[0], **sides[1]}
    return latest


def check_initial(action: ir.Action, variables: Mapping[str, ir.StateVariable]) -> None:
    """An initial state reads nothing that it has not written, and writes every variable on every path."""
    assigned = _check_order(action.body, set())
    missing = [name for name in variables if name not in assigned]
    if missing:
        raise UserError(
            "S082",
            f"`{action.name}` does not assign `{missing[0]}`",
            action.span,
            help="an initial state has a value for every variable, on every path",
            notes=(Note("it is declared here", variables[missing[0]].span),),
        )
    _check_writes(action.body, {})


def _check_order(body: Sequence[ir.Statement], assigned: set[str]) -> set[str]:
    assigned = set(assigned)
    for statement in body:
        match statement:
            case (
                ir.Assign(value=value) | ir.Bind(value=value) | ir.Require(condition=value) | ir.Branch(condition=value)
            ):
                for read in reads(value):
                    if read.name not in assigned:
                        raise UserError(
                            "S083",
                            f"`{read.name}` has no value yet",
                            read.span,
                            help="there is no state before the initial one: assign it first",
                        )
        if isinstance(statement, ir.Assign):
            assigned.add(statement.variable)
        elif isinstance(statement, ir.Branch):
            assigned |= _check_order(statement.then, assigned) & _check_order(statement.otherwise, assigned)
    return assigned
