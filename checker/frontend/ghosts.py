"""Ghosts: who may read one, and a spec without those that nothing reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.errors import UserError


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
        match part:
            case ir.Variable(name=name) if name in ghosts:
                what = f"the ghost `{name}` cannot be read here"
            case ir.Local(name=name) if name in tainted:
                what = "this was read from a ghost, and cannot be used here"
            case _:
                continue
        raise UserError(
            "S084",
            what,
            part.span,
            help="ghosts are for properties: a guard or an ordinary variable must not depend on them",
        )


# --- leaving out ghosts -------------------------------------------------------------------------------------------


def without_unread_ghosts(spec: ir.Spec, properties: Sequence[ir.Property]) -> ir.Spec:
    """The spec with these properties, without the ghosts that none of them reads, nor another ghost that is needed."""
    ghosts = {variable.name for variable in spec.variables if variable.ghost}
    sources: dict[str, set[str]] = {ghost: set() for ghost in ghosts}
    for action in (*spec.initial, *spec.actions):
        _collect_sources(action.body, set(), {}, sources)
    read = {part.name for entry in properties for part in ir.walk(entry.formula) if isinstance(part, ir.Variable)}
    needed: set[str] = set()
    pending = ghosts & read
    while pending:
        needed |= pending
        pending = {source for ghost in pending for source in sources[ghost]} - needed
    dropped = ghosts - needed
    if not dropped:
        return spec
    return replace(
        spec,
        variables=tuple(variable for variable in spec.variables if variable.name not in dropped),
        initial=tuple(replace(action, body=_without(action.body, dropped, set())) for action in spec.initial),
        actions=tuple(replace(action, body=_without(action.body, dropped, set())) for action in spec.actions),
        properties=tuple(properties),
    )


def _collect_sources(
    body: Sequence[ir.Statement], around: set[str], bound: Mapping[str, set[str]], sources: dict[str, set[str]]
) -> None:
    """Adds to `sources` the ghosts that each ghost's values depend on: those that the value reads, itself or through
    the names in `bound`, and those that the conditions `around` the assignment read."""
    names = dict(bound)

    def read(value: ir.Expr) -> set[str]:
        parts = list(ir.walk(value))
        direct = {part.name for part in parts if isinstance(part, ir.Variable) and part.name in sources}
        return direct.union(*(names.get(part.name, ()) for part in parts if isinstance(part, ir.Local)))

    for statement in body:
        match statement:
            case ir.Bind(name=name, value=value):
                names[name] = read(value)
            case ir.Assign(variable=variable, value=value):
                if variable in sources:
                    sources[variable] |= around | read(value)
            case ir.Branch(condition=condition, then=then, otherwise=otherwise):
                for side in (then, otherwise):
                    _collect_sources(side, around | read(condition), names, sources)
            case ir.Require():
                continue


def _without(body: Sequence[ir.Statement], dropped: set[str], lost: set[str]) -> tuple[ir.Statement, ...]:
    """The statements without those that serve the ghosts in `dropped`; `lost` are the names that went with them."""
    kept: list[ir.Statement] = []
    for statement in body:
        match statement:
            case ir.Assign(variable=variable) if variable in dropped:
                continue
            case ir.Bind(name=name, value=value) if _depends(value, dropped, lost):
                lost.add(name)
            case ir.Branch(condition=condition) if _depends(condition, dropped, lost):
                continue  # only ghosts that are dropped too are assigned inside
            case ir.Branch(then=then, otherwise=otherwise):
                sides = _without(then, dropped, lost), _without(otherwise, dropped, lost)
                kept.append(replace(statement, then=sides[0], otherwise=sides[1]))
            case _:
                kept.append(statement)
    return tuple(kept)
