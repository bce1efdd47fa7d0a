"""What a large helper gives is computed once where it is asked for twice with the same arguments.

Methods are inlined, so helpers that each call the one before twice would double with every level.  The same call gives
the same expression where that is large; where it stands in several places of a body it gets a name around all of them,
if that changes nothing: it cannot go wrong, or is what is evaluated first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import islice

from checker.core import ir
from checker.core.errors import Span, UserError
from checker.core.faults import faults

LARGE = 100
"""How many parts an expression has at least that gets a name."""

LARGEST = 20_000
"""How many parts an expression may have, the helpers in it included."""


def is_large(node: ir.Expr) -> bool:
    """Has it so many parts that it is worth a name?"""
    return next(islice(ir.walk(node), LARGE - 1, None), None) is not None


def with_shared(body: ir.Expr, calls: dict[int, ir.Expr], fresh: Callable[[str], str], place: Span) -> ir.Expr:
    """`body`, in which every large one of the `calls` that stands in it twice has a name.  `calls` are by identity.

    Raises `UserError` S086 where it has too many parts all the same; the call of the helper is at `place`.
    """
    kept: set[int] = set()
    while True:
        parts = _parts(body)
        sizes = _sizes(parts)
        places = Counter(id(child) for children in parts.values() for child in children)
        repeated = [id for id in sizes if id in calls and id not in kept and places[id] > 1 and sizes[id] >= LARGE]
        if not repeated:
            break
        largest = max(repeated, key=sizes.__getitem__)
        kept.add(largest)
        body = _named(body, calls[largest], fresh)
    if sizes[id(body)] > LARGEST:
        raise UserError(
            "S086",
            f"with the helpers that it calls this has more than {LARGEST:,} parts",
            place,
            help="every call is replaced by the helper's body: call a helper once and give the result a name",
        )
    return body


def _parts(node: ir.Expr) -> dict[int, list[ir.Expr]]:
    """What is directly inside each expression, by identity; what is inside comes before what is around."""
    found: dict[int, list[ir.Expr]] = {}

    def visit(node: ir.Expr) -> None:
        if id(node) not in found:
            children = list(ir.children(node))
            for child in children:
                visit(child)
            found[id(node)] = children

    visit(node)
    return found


def _sizes(parts: dict[int, list[ir.Expr]]) -> dict[int, int]:
    """How many parts each expression has, as if each place had its own copy."""
    found: dict[int, int] = {}
    for node, children in parts.items():
        found[node] = 1 + sum(found[id(child)] for child in children)
    return found


def _named(body: ir.Expr, shared: ir.Expr, fresh: Callable[[str], str]) -> ir.Expr:
    """`body` with a name for `shared` around its places; unchanged where that could change a meaning."""
    holding: dict[int, bool] = {}

    def holds(node: ir.Expr) -> bool:
        if id(node) not in holding:
            holding[id(node)] = node is shared or any(holds(child) for child in ir.children(node))
        return holding[id(node)]

    around, path = body, list[ir.Expr]()
    while len(inside := [child for child in ir.children(around) if holds(child)]) == 1:
        path.append(around)
        around = inside[0]
    if around is shared or _binds(around) & ir.free_locals(shared):
        return body
    if faults(shared) and not _is_first(around, shared):
        return body
    local = ir.Local(name=fresh("shared"), type=shared.type, span=shared.span)
    memory: dict[int, ir.Expr] = {id(shared): local}

    def renamed(node: ir.Expr) -> ir.Expr:
        if not holds(node):
            return node
        if id(node) not in memory:
            memory[id(node)] = ir.transform(node, renamed)
        return memory[id(node)]

    made: ir.Expr = ir.Let(name=local.name, value=shared, body=renamed(around), type=around.type, span=around.span)
    for outer in reversed(path):
        old, new = around, made
        made = ir.transform(outer, lambda child, old=old, new=new: new if child is old else child)
        around = outer
    return made


def _binds(node: ir.Expr) -> set[str]:
    match node:
        case ir.Let(name=name) | ir.MakeMap(name=name):
            return {name}
        case ir.ForAll() | ir.Exists() | ir.Sum() | ir.Extremum() | ir.Comprehension():
            return {binder.name for binder in node.binders}
        case _:
            return set()


def _is_first(node: ir.Expr, shared: ir.Expr) -> bool:
    """Is `shared` what the evaluation of `node` begins with?"""
    while node is not shared:
        first = next(ir.children(node), None)
        if first is None or isinstance(node, ir.MakeMap):
            return False
        node = first
    return True
