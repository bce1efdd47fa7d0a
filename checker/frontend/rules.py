"""Rules about whole declarations: what is assigned, and how often; and how deep an expression may be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from checker.core import ir
from checker.core.errors import Note, Span, UserError


DEEPEST = 100
"""How many levels an expression may have.  What people write has ten; engines go down level by level, and Python ends
with a traceback where there are too many."""


MOST_BRANCHES = 150
"""How many branches of an action may be inside of each other, for the same reason; those of one chain are a tree."""


def check_depth(spec: ir.Spec) -> None:
    """No expression may be nested too deeply for the engines."""
    declared = [(entry.span, entry.formula) for entry in spec.properties]
    declared += [
        (action.span, value)
        for action in (*spec.initial, *spec.actions)
        for value in (*(parameter.domain for parameter in action.parameters), *_expressions(action.body))
    ]
    for action in (*spec.initial, *spec.actions):
        _check_branches(action)
    for span, expression in declared:
        level = [expression]
        for _ in range(DEEPEST):
            level = [child for node in level for child in ir.children(node)]
        if level:
            raise too_deep(span)


def _check_branches(action: ir.Action) -> None:
    """No branch of an action may be inside of too many others."""
    level: list[ir.Statement] = list(action.body)
    for _ in range(MOST_BRANCHES + 1):
        level = [
            inner for branch in level if isinstance(branch, ir.Branch) for inner in (*branch.then, *branch.otherwise)
        ]
    if any(isinstance(statement, ir.Branch) for statement in level):
        raise UserError(
            "S086",
            f"more than {MOST_BRANCHES} branches are inside of each other here",
            action.span,
            help="compute the new value with arithmetic, or by a Map; or make several actions of it",
        )


def too_deep(span: Span) -> UserError:
    """The error for a declaration with an expression that is nested too deeply."""
    return UserError(
        "S086",
        f"an expression in here has more than {DEEPEST} levels, the helpers that it calls included",
        span,
        help="use a quantifier, or `sum` over a collection",
    )


def _expressions(body: Sequence[ir.Statement]) -> Iterator[ir.Expr]:
    """The expressions of statements, those inside of branches too."""
    for statement in body:
        match statement:
            case ir.Require(condition=value) | ir.Assign(value=value) | ir.Bind(value=value):
                yield value
            case ir.Branch(condition=condition, then=then, otherwise=otherwise):
                yield condition
                yield from _expressions((*then, *otherwise))


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


def check_axioms(axioms: Sequence[ir.Property], actions: Sequence[ir.Action]) -> None:
    """An axiom reads no variable that an action assigns, so what held in the beginning holds ever after."""
    assigned = {entry.variable: (action, entry) for action in actions for entry in ir.assignments(action.body)}
    for axiom in axioms:
        for read in reads(axiom.formula):
            if read.name in assigned:
                action, assignment = assigned[read.name]
                raise UserError(
                    "S089",
                    f"the axiom `{axiom.name}` reads `{read.name}`, which `{action.name}` assigns",
                    read.span,
                    help="an axiom is about what never changes: of this, say what is always true in a `@lemma` or an"
                    " `@invariant`, and what is true in the beginning by a `require` in the `@init`",
                    notes=(Note(f"`{read.name}` is assigned here", assignment.span),),
                )


def check_initial(action: ir.Action, variables: Mapping[str, ir.StateVariable], local: Collection[str]) -> None:
    """An initial state reads nothing that it has not written, and writes every variable on every path; `local` are
    the names in it that are none of the state."""
    assigned = _check_order(action.body, set())
    missing = [name for name in variables if name not in assigned]
    if missing:
        raise UserError(
            "S082",
            f"`{action.name}` does not assign `{missing[0]}`",
            action.span,
            help=f"did you mean `self.{missing[0]} = ...`?" if missing[0] in local
            else "an initial state has a value for every variable, on every path; a parameter stands for any value",
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
