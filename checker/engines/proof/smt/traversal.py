"""What occurs in a Z3 term.

Z3's Python interface makes an object and two checks of every part that it is asked for, which takes ten times what
Z3 itself needs for a proof.  So this goes over the parts by their addresses; equal parts have the same one.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import z3

from checker.core.structs import struct

Symbol: TypeAlias = Any

def _unchecked(function: Any) -> Any:
    """The function of Z3's library behind one of its Python interface, which asks after each call whether it failed."""
    return function.__defaults__[0].f


_get_app_arg = _unchecked(z3.z3core.Z3_get_app_arg)
_get_app_decl = _unchecked(z3.z3core.Z3_get_app_decl)
_get_app_num_args = _unchecked(z3.z3core.Z3_get_app_num_args)
_get_ast_kind = _unchecked(z3.z3core.Z3_get_ast_kind)
_get_decl_kind = _unchecked(z3.z3core.Z3_get_decl_kind)
_get_decl_name = _unchecked(z3.z3core.Z3_get_decl_name)
_get_quantifier_body = _unchecked(z3.z3core.Z3_get_quantifier_body)
_get_symbol_string = _unchecked(z3.z3core.Z3_get_symbol_string)
_is_lambda = _unchecked(z3.z3core.Z3_is_lambda)


@struct
class Contents:
    """The constants by their sorts, in the order of their making; the names of constants and functions; is there a
    quantifier?  What is Z3's own does not count."""

    constants: dict[str, list[Symbol]]
    symbols: frozenset[str]
    has_quantifier: bool


def contents(formulas: Iterable[Symbol]) -> Contents:
    """What occurs in the formulas."""
    roots = list(formulas)
    constants: dict[str, list[Symbol]] = {}
    symbols: set[str] = set()
    has_quantifier = False
    declarations: dict[int, str | None] = {}
    context: Any = roots[0].ctx if roots else None
    for _, node, kind in _parts(roots):
        if kind == z3.Z3_QUANTIFIER_AST:
            has_quantifier = has_quantifier or not _is_lambda(context.ref(), node)
        elif kind == z3.Z3_APP_AST:
            declaration = _get_app_decl(context.ref(), node)
            if declaration.value not in declarations:
                declarations[declaration.value] = _name(context, declaration)
            name = declarations[declaration.value]
            if name is not None:
                symbols.add(name)
                if _get_app_num_args(context.ref(), node) == 0:
                    constant = z3.z3._to_expr_ref(node, context)  # pyright: ignore[reportPrivateUsage]
                    constants.setdefault(str(constant.sort()), []).append(constant)
    ordered = {sort: sorted(found, key=_number) for sort, found in sorted(constants.items())}
    return Contents(ordered, frozenset(symbols), has_quantifier)


def occurring(term: Symbol, wanted: Sequence[Symbol]) -> list[Symbol]:
    """Which of the terms `wanted` occur in the term, in their order."""
    left = {one.as_ast().value for one in wanted}
    found: set[int] = set()
    if left:
        for address, _, _ in _parts([term]):
            if address in left:
                found.add(address)
                if len(found) == len(left):
                    break
    return [one for one in wanted if one.as_ast().value in found]


def _parts(roots: Sequence[Symbol]) -> Iterable[tuple[int, Any, int]]:
    """The address, the object and the kind of every part, once."""
    seen: set[int] = set()
    pending: list[Any] = [root.as_ast() for root in roots]
    context = roots[0].ctx.ref() if roots else None
    kind_of, count, argument = _get_ast_kind, _get_app_num_args, _get_app_arg
    while pending:
        node = pending.pop()
        address = node.value
        if address in seen:
            continue
        seen.add(address)
        kind = kind_of(context, node)
        yield address, node, kind
        if kind == z3.Z3_APP_AST:
            pending += [argument(context, node, index) for index in range(count(context, node))]
        elif kind == z3.Z3_QUANTIFIER_AST:
            pending.append(_get_quantifier_body(context, node))


def _name(context: Any, declaration: Any) -> str | None:
    """The name of a declaration, unless it is Z3's own."""
    if _get_decl_kind(context.ref(), declaration) != z3.Z3_OP_UNINTERPRETED:
        return None
    symbol = _get_decl_name(context.ref(), declaration)
    return _get_symbol_string(context.ref(), symbol).decode()


def _number(constant: Symbol) -> tuple[int, str]:
    name = constant.decl().name()
    return (int(name.rpartition("!")[2]) if "!" in name else 0, name)
