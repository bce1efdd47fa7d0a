"""Support sets: the lemmas that the proof of a property rests on, as its decorator names them.

    @lemma(uses=("vote_is_remembered", "reply_is_a_vote"))
    @lemma(uses={"become_leader": ("counted_is_a_vote",)})

The second form is about the proof that the property holds after one action.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.frontend.classes import Members, mark_of
from checker.frontend.scope import Method

HELP = 'it is a tuple of names of lemmas, `uses=("a", "b")`, or such a tuple for an action, `uses={"act": ("a", "b")}`'


def support_of(versions: Sequence[Method], members: Members) -> tuple[ir.Support, ...]:
    """What the most derived version that says anything of it says.

    Raises `UserError` S075 for what is written in another way, and S088 for a name that is none.
    """
    for method in versions:
        for decorator in method.node.decorator_list:
            if isinstance(decorator, ast.Call) and (given := uses_in(decorator)) is not None:
                return tuple(_read(given, method, members))
    return ()


def uses_in(decorator: ast.Call) -> ast.expr | None:
    """What a decorator gives as `uses` and nothing else."""
    match decorator:
        case ast.Call(args=[], keywords=[ast.keyword(arg="uses", value=value)]):
            return value
        case _:
            return None


def _read(given: ast.expr, method: Method, members: Members) -> Iterator[ir.Support]:
    if not isinstance(given, ast.Dict):
        yield ir.Support(action=None, uses=_hypotheses(given, method, members))
        return
    for key, value in zip(given.keys, given.values, strict=True):
        action = _name(key or given, method)
        _check(action, ("action",), "action", key or given, method, members)
        yield ir.Support(action=action, uses=_hypotheses(value, method, members))


def _hypotheses(given: ast.expr, method: Method, members: Members) -> tuple[str, ...]:
    if not isinstance(given, ast.Tuple | ast.List) or not given.elts:
        raise UserError("S075", "this is no support set", method.source.span(given), help=HELP)
    names = tuple(_name(element, method) for element in given.elts)
    for name, element in zip(names, given.elts, strict=True):
        _check(name, ("lemma", "invariant", "axiom"), "lemma, invariant or axiom", element, method, members)
    return names


def _name(node: ast.expr, method: Method) -> str:
    match node:
        case ast.Constant(value=str(name)):
            return name
        case _:
            raise UserError("S075", "a support set consists of names in quotes", method.source.span(node), help=HELP)


def _check(name: str, marks: Sequence[str], word: str, node: ast.expr, method: Method, members: Members) -> None:
    known = [other for other, versions in members.methods.items() if mark_of(versions) in marks]
    if name not in known:
        help = did_you_mean(name, known) or f"there are {', '.join(known) or 'none'}"
        raise UserError("S088", f"there is no {word} `{name}`", method.source.span(node), help=help)
