"""The expressions about sets, maps, bags and sequences: their classes, and what each means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from checker.core.ir.node import Node
from checker.core.structs import struct
from checker.core.types import Type

if TYPE_CHECKING:
    from checker.core.ir.expressions import Expr


@struct(kw_only=True)
class AllOf(Node):
    """Every value of the item type of the `SetType` that is this node's type."""


@struct(kw_only=True)
class Range(Node):
    """The ints from `start` up to but not including `stop`, as a set."""

    start: Expr
    stop: Expr


@struct(kw_only=True)
class Contains(Node):
    """`item in collection`: a set, a bag, a sequence or a quorum."""

    item: Expr
    collection: Expr


@struct(kw_only=True)
class Length(Node):
    """How many items: of a set, of a sequence, of a quorum, or of a bag with all copies."""

    operand: Expr


@struct(kw_only=True)
class MakeMap(Node):
    """`{name: body for name in key type}`: a value for every key."""

    name: str
    key: Type
    body: Expr


@struct(kw_only=True)
class Lookup(Node):
    """`map[key]`."""

    map: Expr
    key: Expr


@struct(kw_only=True)
class Replace(Node):
    """`map` with another value at `key`."""

    map: Expr
    key: Expr
    value: Expr


@struct(kw_only=True)
class MakeSet(Node):
    items: tuple[Expr, ...]


@struct(kw_only=True)
class SetOperation(Node):
    """Union, intersection or difference."""

    operator: Literal["|", "&", "-"]
    left: Expr
    right: Expr


@struct(kw_only=True)
class Subset(Node):
    """Is every item of `left` in `right`?"""

    left: Expr
    right: Expr


@struct(kw_only=True)
class MakeBag(Node):
    """A bag of these items; an item that is given twice has two copies."""

    items: tuple[Expr, ...]


@struct(kw_only=True)
class BagAdd(Node):
    """`bag` with one more copy of `item`."""

    bag: Expr
    item: Expr


@struct(kw_only=True)
class BagAddAll(Node):
    """`bag` with one more copy of every item of the set `items`."""

    bag: Expr
    items: Expr


@struct(kw_only=True)
class BagRemove(Node):
    """`bag` with one copy of `item` less.  Without any copy: an error of the spec, or no change where `if_present`."""

    bag: Expr
    item: Expr
    if_present: bool


@struct(kw_only=True)
class Count(Node):
    """How many copies of `item` the bag holds."""

    bag: Expr
    item: Expr


@struct(kw_only=True)
class MakeSeq(Node):
    items: tuple[Expr, ...]


@struct(kw_only=True)
class Concat(Node):
    """`left` followed by `right`."""

    left: Expr
    right: Expr


@struct(kw_only=True)
class Index(Node):
    """The item of a sequence at `index`, counted from 0.  Outside of it: an error of the spec."""

    sequence: Expr
    index: Expr


@struct(kw_only=True)
class Slice(Node):
    """The items from `start` up to but not including `stop`, either of which may lie past the end.  A negative one is
    an error of the spec (the front end turns literal negative bounds into lengths)."""

    sequence: Expr
    start: Expr
    stop: Expr


Collecting: TypeAlias = (
    AllOf | Range | Contains | Length | MakeMap | Lookup | Replace | MakeSet | SetOperation | Subset | MakeBag | BagAdd
    | BagAddAll | BagRemove | Count | MakeSeq | Concat | Index | Slice
)
"""About sets, maps, bags and sequences."""
