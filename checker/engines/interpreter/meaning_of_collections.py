"""The meaning of expressions about sets, maps, bags and sequences."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import assert_never

from checker.core import ir
from checker.core.errors import UserError
from checker.core.show import show
from checker.core.types import MapType, SetType
from checker.core.values import FrozenBag, FrozenMap, Sequence, Value
from checker.engines.interpreter.scope import Environment, Meaning, Scope


_OPERATIONS = {"|": frozenset[Value].union, "&": frozenset[Value].intersection, "-": frozenset[Value].difference}


def collecting(node: ir.Collecting, scope: Scope) -> Meaning:
    """The function of such an expression."""
    match node:
        case ir.Contains() | ir.Subset() | ir.Length() | ir.Count():
            return _asked(node, scope)
        case ir.AllOf() | ir.Range() | ir.MakeSet() | ir.SetOperation():
            return _set(node, scope)
        case ir.MakeMap() | ir.Lookup() | ir.Replace():
            return _map(node, scope)
        case ir.MakeBag() | ir.BagAdd() | ir.BagAddAll() | ir.BagRemove():
            return _bag(node, scope)
        case ir.MakeSeq() | ir.Concat() | ir.Index() | ir.Slice():
            return _sequence(node, scope)
        case _:
            assert_never(node)


def _asked(node: ir.Contains | ir.Subset | ir.Length | ir.Count, scope: Scope) -> Meaning:
    match node:
        case ir.Contains(item=item, collection=collection):
            value, members = scope.value(item), scope.members(collection)
            return lambda env: value(env) in members(env)
        case ir.Subset(left=left, right=right):
            one, other = scope.members(left), scope.members(right)
            return lambda env: frozenset(one(env)) <= frozenset(other(env))
        case ir.Length(operand=operand):
            members = scope.members(operand)
            return lambda env: len(members(env))
        case ir.Count(bag=bag, item=item):
            holder, value = scope.bag(bag), scope.value(item)
            return lambda env: holder(env).count(value(env))
        case _:
            assert_never(node)


def _set(node: ir.AllOf | ir.Range | ir.MakeSet | ir.SetOperation, scope: Scope) -> Meaning:
    match node:
        case ir.AllOf():
            assert isinstance(node.type, SetType)
            type = node.type.item
            every = cache(lambda: frozenset(scope.domain(type)))  # made when it is asked for: there can be many
            return lambda env: every()
        case ir.Range(start=start, stop=stop):
            first, end = scope.number(start), scope.number(stop)
            return lambda env: frozenset(range(first(env), end(env)))
        case ir.MakeSet(items=members):
            parts = scope.values(members)
            return lambda env: frozenset([part(env) for part in parts])
        case ir.SetOperation(left=left, right=right):
            one, other = scope.members(left), scope.members(right)
            combine = _OPERATIONS[node.operator]
            return lambda env: combine(frozenset(one(env)), frozenset(other(env)))
        case _:
            assert_never(node)


# --- maps ---------------------------------------------------------------------------------------------------------


def _map(node: ir.MakeMap | ir.Lookup | ir.Replace, scope: Scope) -> Meaning:
    match node:
        case ir.MakeMap():
            return _make_map(node, scope)
        case ir.Lookup(map=map, key=key):
            function, place = scope.map(map), _key(map, key, scope)
            return lambda env: function(env)[place(env)]
        case ir.Replace():
            return _replace(node, scope)
        case _:
            assert_never(node)


def _make_map(node: ir.MakeMap, scope: Scope) -> Meaning:
    key, inside = scope.bind(node.name)
    body = inside.value(node.body)
    places = scope.domain(node.key)

    def make_map(env: Environment) -> Value:
        pairs: list[tuple[Value, Value]] = []
        for place in places:
            env.names[key] = place
            pairs.append((place, body(env)))
        return FrozenMap(tuple(pairs))

    return make_map


def _replace(node: ir.Replace, scope: Scope) -> Meaning:
    function, key, value = scope.map(node.map), _key(node.map, node.key, scope), scope.value(node.value)

    def replace(env: Environment) -> Value:
        before, place = function(env), key(env)
        return before.replace(place, value(env))

    return replace


def _key(map: ir.Expr, node: ir.Expr, scope: Scope) -> Meaning:
    """The value of a key; one that the model has no room for is out of bounds, as if it had been stored."""
    assert isinstance(map.type, MapType)
    return scope.bounded(scope.value(node), map.type.key, node.span)


# --- bags ---------------------------------------------------------------------------------------------------------


def _bag(node: ir.MakeBag | ir.BagAdd | ir.BagAddAll | ir.BagRemove, scope: Scope) -> Meaning:
    match node:
        case ir.MakeBag(items=members):
            parts = scope.values(members)
            return lambda env: FrozenBag.of([part(env) for part in parts])
        case ir.BagAdd(bag=bag, item=item):
            before, one = scope.bag(bag), scope.value(item)
            return lambda env: before(env).change(one(env), 1)
        case ir.BagAddAll(bag=bag, items=added):
            return _add_all(scope.bag(bag), scope.items(added))
        case ir.BagRemove():
            return _remove(node, scope)
        case _:
            assert_never(node)


def _add_all(bag: Callable[[Environment], FrozenBag], added: Callable[[Environment], list[Value]]) -> Meaning:
    def add_all(env: Environment) -> Value:
        result = bag(env)
        for value in added(env):
            result = result.change(value, 1)
        return result

    return add_all


def _remove(node: ir.BagRemove, scope: Scope) -> Meaning:
    bag, item = scope.bag(node.bag), scope.value(node.item)

    def remove(env: Environment) -> Value:
        before, value = bag(env), item(env)
        if value not in before and not node.if_present:
            raise UserError(
                "R003", f"the bag holds no {show(value)} to remove", node.span,
                help="require that it is in the bag, or use `.discard`",
            )
        return before.change(value, -1)

    return remove


# --- sequences ----------------------------------------------------------------------------------------------------


def _sequence(node: ir.MakeSeq | ir.Concat | ir.Index | ir.Slice, scope: Scope) -> Meaning:
    match node:
        case ir.MakeSeq(items=members):
            parts = scope.values(members)
            return lambda env: Sequence([part(env) for part in parts])
        case ir.Concat(left=left, right=right):
            one, other = scope.sequence(left), scope.sequence(right)
            return lambda env: Sequence([*one(env), *other(env)])
        case ir.Index():
            return _index(node, scope)
        case ir.Slice():
            return _slice(node, scope)
        case _:
            assert_never(node)


def _index(node: ir.Index, scope: Scope) -> Meaning:
    sequence, index = scope.sequence(node.sequence), scope.number(node.index)

    def item(env: Environment) -> Value:
        values, position = sequence(env), index(env)
        if not 0 <= position < len(values):
            raise UserError(
                "R001", f"index {position} is outside of a sequence of length {len(values)}", node.span,
                help="indices run from 0 to the length minus 1; a test before the access can guard it",
            )
        return values[position]

    return item


def _slice(node: ir.Slice, scope: Scope) -> Meaning:
    sequence, start, stop = scope.sequence(node.sequence), scope.number(node.start), scope.number(node.stop)

    def part(env: Environment) -> Value:
        values, first, end = sequence(env), start(env), stop(env)
        if min(first, end) < 0:
            raise UserError(
                "R001", f"a slice ends at {min(first, end)}, which is computed and negative", node.span,
                help="only a written number counts from the end, `[:-1]`; from the start it is `[: len(s) - k]`, "
                "behind a test",
            )
        return Sequence(values[first:end])

    return part
