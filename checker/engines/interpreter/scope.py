"""The meaning of an expression is a function from what names stand for to a value: how these are kept and put together.

A function is made once for each expression and model, and calls those of the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import lru_cache
from typing import TypeAlias, cast

from checker.core import ir
from checker.core.errors import Span
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.types import IntType, QuorumType, SetType, Type
from checker.core.values import Element, FrozenBag, FrozenMap, QuorumValue, RecordValue, Sequence, Value, in_order
from checker.engines.interpreter.bounds import checks


@struct
class Environment:
    """What names stand for: state variables (`after`: in the successor), and local names.

    What a quantifier binds is among the local names while the quantifier is evaluated, and left there, under a key that
    is no name."""

    meanings: Meanings
    variables: dict[str, Value]
    after: Mapping[str, Value] | None = None
    names: dict[str, Value] = field(default_factory=dict[str, Value])

    def bind(self, name: str, value: Value) -> Environment:
        """The same, with `name` standing for `value`."""
        return Environment(self.meanings, self.variables, self.after, {**self.names, name: value})

    def copied(self) -> Environment:
        """The same, to be changed."""
        return Environment(self.meanings, dict(self.variables), self.after, dict(self.names))


Meaning: TypeAlias = Callable[[Environment], Value]
Truth: TypeAlias = Callable[[Environment], bool]
Number: TypeAlias = Callable[[Environment], int]
Members: TypeAlias = frozenset[Value] | tuple[Value, ...] | FrozenBag


class Meanings:
    """The functions of all expressions that were asked for at one instance, each made once by `make`."""

    def __init__(self, instance: Instance, make: Callable[[ir.Expr, Scope], Meaning]) -> None:
        self.instance = instance
        self._scope = Scope(instance, make)
        self._made: dict[int, tuple[ir.Expr, Meaning]] = {}
        self._items: dict[int, tuple[ir.Expr, Callable[[Environment], list[Value]]]] = {}

    def of(self, node: ir.Expr) -> Meaning:
        """The function of an expression."""
        known = self._made.get(id(node))
        if known is None:  # the node is kept, so that no other one gets its id
            known = self._made[id(node)] = node, self._scope.value(node)
        return known[1]

    def items_of(self, node: ir.Expr) -> Callable[[Environment], list[Value]]:
        """The function to what a binder over a collection goes through, in order."""
        known = self._items.get(id(node))
        if known is None:
            known = self._items[id(node)] = node, self._scope.items(node)
        return known[1]


@struct
class Scope:
    """Makes the function of each expression by `make`; `keys` are those of the names that are bound around it."""

    instance: Instance
    make: Callable[[ir.Expr, Scope], Meaning]
    domains: dict[Type, list[Value]] = field(default_factory=dict[Type, "list[Value]"])
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    depth: int = 0

    def value(self, node: ir.Expr) -> Meaning:
        """The function of an expression."""
        return self.make(node, self)

    def values(self, nodes: tuple[ir.Expr, ...]) -> list[Meaning]:
        """The functions of several expressions."""
        return [self.make(node, self) for node in nodes]

    def truth(self, node: ir.Expr) -> Truth:
        """The function of a formula."""
        return cast("Truth", self.make(node, self))

    def number(self, node: ir.Expr) -> Number:
        """The function of an int expression."""
        return cast("Number", self.make(node, self))

    def rank(self, node: ir.Expr) -> Number:
        """The function to the position of an int or of an element of an ordered sort among its like."""
        if isinstance(node.type, IntType):
            return self.number(node)
        value = self.make(node, self)
        return lambda env: rank(value(env))

    def record(self, node: ir.Expr) -> Callable[[Environment], RecordValue]:
        """The function of an expression whose value is a record, maybe of a union."""
        return cast("Callable[[Environment], RecordValue]", self.make(node, self))

    def map(self, node: ir.Expr) -> Callable[[Environment], FrozenMap]:
        """The function of an expression whose value is a map."""
        return cast("Callable[[Environment], FrozenMap]", self.make(node, self))

    def bag(self, node: ir.Expr) -> Callable[[Environment], FrozenBag]:
        """The function of an expression whose value is a bag."""
        return cast("Callable[[Environment], FrozenBag]", self.make(node, self))

    def sequence(self, node: ir.Expr) -> Callable[[Environment], Sequence]:
        """The function of an expression whose value is a sequence."""
        return cast("Callable[[Environment], Sequence]", self.make(node, self))

    def members(self, node: ir.Expr) -> Callable[[Environment], Members]:
        """The function to what a collection contains: a set, a bag, a sequence, or the members of a quorum."""
        collection = self.make(node, self)
        if isinstance(node.type, QuorumType):
            return lambda env: cast("QuorumValue", collection(env)).members
        return cast("Callable[[Environment], Members]", collection)

    def bounded(self, value: Meaning, type: Type, span: Span) -> Meaning:
        """The same function, but a value that the model has no room for is out of bounds."""
        check = checks(type, self.instance)
        if check is None:
            return value

        def bounded(env: Environment) -> Value:
            result = value(env)
            check(result, span)
            return result

        return bounded

    def items(self, node: ir.Expr) -> Callable[[Environment], list[Value]]:
        """The function to what a binder over a collection goes through, in order."""
        if isinstance(node, ir.AllOf) and isinstance(node.type, SetType):
            type = node.type.item
            return lambda env: self.domain(type)
        collection = self.make(node, self)
        if not isinstance(node.type, SetType):
            return lambda env: items(collection(env))
        sort = lru_cache(maxsize=1_000)(in_order)  # of sets of one type, since 1 == True
        return lambda env: sort(cast("frozenset[Value]", collection(env)))

    def domain(self, type: Type) -> list[Value]:
        """Every value of a type, in order."""
        known = self.domains.get(type)
        if known is None:
            known = self.domains[type] = in_order(self.instance.domain(type))
        return known

    def bind(self, name: str) -> tuple[str, Scope]:
        """A key for a name, which none of the names around has, and the scope in which the name stands for it."""
        key = f"{name}@{self.depth}"
        return key, Scope(self.instance, self.make, self.domains, {**self.keys, name: key}, self.depth + 1)


def items(collection: Value) -> list[Value]:
    """What a binder over `collection` goes through, in order."""
    match collection:
        case frozenset():
            return in_order(collection)
        case QuorumValue(members=members):
            return list(members)
        case FrozenBag() | Sequence():
            return list(collection)
        case _:
            raise AssertionError(f"not a collection: {collection!r}")



def rank(value: Value) -> int:
    """The position of an int or of an element of an ordered sort among its like."""
    if isinstance(value, Element):
        return value.index
    assert isinstance(value, int)
    return value
