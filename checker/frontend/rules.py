"""Rules about whole actions: what is assigned, how often, and who may read a ghost."""

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


def _check_writes(body: Sequence[ir.Statement], written: Mapping[str, ir.Assign]) -> dict[str, ir.Assign]:
    latest = dict(written)
    for statement in body:
        match statement:
            case ir.Assign(variable=name, value=value):
                if name in latest and all(read.name != name for read in reads(value)):
                    raise UserError(
                        "S081",
                        f"`{name}` is assigned twice on one path",
                        statement.span,
                        help="all of an action happens at once: leave out one of them, or use `if` and `else`",
                        notes=(Note("the first assignment is here, and nothing reads it", latest[name].span),),
                    )
                latest[name] = statement
            case ir.Branch(then=then, otherwise=otherwise):
                sides = [_check_writes(side, latest) for side in (then, otherwise)]
                latest = {**sides[0], **sides[1]}
            case ir.Require() | ir.Bind():
                continue
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


def check_ghosts(spec: ir.Spec) -> None:
    """A ghost is read by properties and by the values of ghosts alone, so leaving it out changes no behaviour."""
    ghosts = {variable.name for variable in spec.variables if variable.ghost}
    if not ghosts:
        return
    for action in (*spec.initial, *spec.actions):
        for parameter in action.parameters:
            _forbid(parameter.domain, ghosts, set())
        _check_ghosts(action.body, ghosts, set())
    for entry in spec.of_kind("constraint"):
        _forbid(entry.formula, ghosts, set())


def _check_ghosts(body: Sequence[ir.Statement], ghosts: set[str], tainted: set[str]) -> None:
    """`tainted` are the local names whose values depend on a ghost: they may feed ghosts only."""
    for statement in body:
        match statement:
            case ir.Require(condition=condition):
                _forbid(condition, ghosts, tainted)
            case ir.Bind(name=name, value=value):
                if _depends(value, ghosts, tainted):
                    tainted.add(name)
            case ir.Assign(variable=name, value=value):
                if name not in ghosts:
                    _forbid(value, ghosts, tainted)
            case ir.Branch(condition=condition, then=then, otherwise=otherwise):
                if not _only_ghosts((*then, *otherwise), ghosts):
                    _forbid(condition, ghosts, tainted)
                _check_ghosts(then, ghosts, tainted)
                _check_ghosts(otherwise, ghosts, tainted)


def _only_ghosts(body: Sequence[ir.Statement], ghosts: set[str]) -> bool:
    return all(
        isinstance(statement, ir.Bind)
        or (isinstance(statement, ir.Assign) and statement.variable in ghosts)
        or (isinstance(statement, ir.Branch) and _only_ghosts((*statement.then, *statement.otherwise), ghosts))
        for statement in body
    )


def _depends(value: ir.Expr, ghosts: set[str], tainted: set[str]) -> bool:
    return any(
        (isinstance(part, ir.Variable) and part.name in ghosts) or (isinstance(part, ir.Local) and part.name in tainted)
        for part in ir.walk(value)
    )


def _forbid(value: ir.Expr, ghosts: set[str], tainted: set[str]) -> None:
    for part in ir.walk(value):
        named = isinstance(part, ir.Variable) and part.name in ghosts
        if named or (isinstance(part, ir.Local) and part.name in tainted):
            raise UserError(
                "S084",
                "a ghost cannot be read here" + (f": `{part.name}`" if named else " (this name holds a part of one)"),
                part.span,
                help="ghosts are for properties: a guard or an ordinary variable must not depend on them",
            )
