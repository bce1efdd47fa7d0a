"""The expressions of the intermediate representation: their classes, and what each means."""

from __future__ import annotations

from typing import Literal, TypeAlias

from checker.core.ir.collections import Collecting
from checker.core.ir.node import Node
from checker.core.structs import struct
from checker.core.types import RecordType, SortType, Type

# --- names and literals -------------------------------------------------------------------------------------------


@struct(kw_only=True)
class Boolean(Node):
    value: bool


@struct(kw_only=True)
class Integer(Node):
    value: int


@struct(kw_only=True)
class EnumMember(Node):
    """A member of the `EnumType` that is this node's type."""

    name: str


@struct(kw_only=True)
class Nothing(Node):
    """`None`, of an `OptionType`."""


@struct(kw_only=True)
class Undefined(Node):
    """The value of a local name on a path that does not bind it.  Lowered form only; never looked at."""


@struct(kw_only=True)
class Variable(Node):
    """A state variable.  `primed` reads it in the successor; that is for step invariants alone."""

    name: str
    primed: bool = False


@struct(kw_only=True)
class Local(Node):
    """A parameter, a bound variable or a local name."""

    name: str


@struct(kw_only=True)
class Let(Node):
    """`value` is evaluated once, and `body` with `name` standing for it."""

    name: str
    value: Expr
    body: Expr


# --- logic, comparison, arithmetic --------------------------------------------------------------------------------


@struct(kw_only=True)
class Not(Node):
    operand: Expr


@struct(kw_only=True)
class And(Node):
    operands: tuple[Expr, ...]


@struct(kw_only=True)
class Or(Node):
    operands: tuple[Expr, ...]


@struct(kw_only=True)
class Implies(Node):
    left: Expr
    right: Expr


@struct(kw_only=True)
class If(Node):
    condition: Expr
    then: Expr
    otherwise: Expr


@struct(kw_only=True)
class Equal(Node):
    """Equality of two values of one type (up to the names of bounds)."""

    left: Expr
    right: Expr


@struct(kw_only=True)
class Less(Node):
    """`left < right`, or `left <= right` where `or_equal`: ints, or elements of one ordered sort."""

    left: Expr
    right: Expr
    or_equal: bool


@struct(kw_only=True)
class Arithmetic(Node):
    """On ints.  `//` and `%` round towards minus infinity, as in Python; a divisor of 0 is an error of the spec."""

    operator: Literal["+", "-", "*", "//", "%"]
    left: Expr
    right: Expr


@struct(kw_only=True)
class First(Node):
    """The least element of the ordered `SortType` that is this node's type."""


@struct(kw_only=True)
class Next(Node):
    """The successor in an ordered sort; out of bounds at the last element of a model."""

    operand: Expr


# --- options, records, tuples -------------------------------------------------------------------------------------


@struct(kw_only=True)
class Some(Node):
    """`operand` as a value of an `OptionType`."""

    operand: Expr


@struct(kw_only=True)
class IsNothing(Node):
    operand: Expr


@struct(kw_only=True)
class Unwrap(Node):
    """The value inside an option.  Only where a test has shown that there is one."""

    operand: Expr


@struct(kw_only=True)
class MakeRecord(Node):
    """A record of the `RecordType` that is this node's type; one argument a field, in order."""

    arguments: tuple[Expr, ...]


@struct(kw_only=True)
class Field(Node):
    """A field of a record, or a field that all members of a union share."""

    operand: Expr
    name: str


@struct(kw_only=True)
class Widen(Node):
    """A record, or a smaller union, as a value of the `UnionType` that is this node's type."""

    operand: Expr


@struct(kw_only=True)
class IsRecord(Node):
    """Is `operand`, of a union, one of `records`?"""

    operand: Expr
    records: tuple[RecordType, ...]


@struct(kw_only=True)
class Narrow(Node):
    """`operand`, of a union, as a record or a smaller union.  Only where a test has shown that it is one."""

    operand: Expr


@struct(kw_only=True)
class MakeTuple(Node):
    items: tuple[Expr, ...]


@struct(kw_only=True)
class Item(Node):
    """A component of a tuple; `index` counts from 0."""

    operand: Expr
    index: int


# --- quantifiers -------------------------------------------------------------------------------------------------


@struct(kw_only=True)
class Binder:
    """`for name in domain if condition`.

    `domain` is a set (in the order of its items), a bag (its different items), a sequence or a quorum.  `condition`,
    where there is one, may use this name and the earlier ones.
    """

    name: str
    type: Type
    domain: Expr
    condition: Expr | None = None


@struct(kw_only=True)
class ForAll(Node):
    binders: tuple[Binder, ...]
    body: Expr


@struct(kw_only=True)
class Exists(Node):
    binders: tuple[Binder, ...]
    body: Expr


@struct(kw_only=True)
class Sum(Node):
    """The sum of the int `body` over all bindings."""

    binders: tuple[Binder, ...]
    body: Expr


@struct(kw_only=True)
class Extremum(Node):
    """The least or the greatest `body` over all bindings: ints or elements of an ordered sort.
    Over no binding it is `default`, or an error of the spec where there is none."""

    kind: Literal["min", "max"]
    binders: tuple[Binder, ...]
    body: Expr
    default: Expr | None


@struct(kw_only=True)
class Comprehension(Node):
    """The set of all values of `body`."""

    binders: tuple[Binder, ...]
    body: Expr


# --- groups, for the engines to tell apart by `isinstance` --------------------------------------------------------

Basic: TypeAlias = Boolean | Integer | EnumMember | Nothing | Undefined | Variable | Let | If | First
Logical: TypeAlias = Not | And | Or | Implies
Comparison: TypeAlias = Equal | Less | Arithmetic | Next
"""Comparisons and numbers."""
Structural: TypeAlias = (
    Some | IsNothing | Unwrap | MakeRecord | Field | Widen | IsRecord | Narrow | MakeTuple | Item
)
"""About options, records, unions and tuples."""
Quantified: TypeAlias = ForAll | Exists | Sum | Extremum | Comprehension

Expr: TypeAlias = Local | Basic | Logical | Comparison | Structural | Quantified | Collecting


def sort_of(node: Node) -> SortType:
    """The sort that is the type of `node`."""
    assert isinstance(node.type, SortType)
    return node.type
