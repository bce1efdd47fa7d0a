"""What is known of a value while machine code is generated.

A value is either known, or a number in a register, or something between: which values a small field of the state can
hold, where in memory it lies, the parts of a record.  Code is emitted only for what is left.

`Truth`, `Tabulated`, `Members` and `Stored` are lazy: nothing is emitted before they are needed.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Mapping
from typing import TypeAlias, Union

from checker.core.structs import struct
from checker.core.types import (
    BOOL, BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type,
)
from checker.engines.kernels.formula import FALSE, TRUE, BitField, Constant, Formula, holds
from checker.engines.layout import Shape
from checker.engines.native.code.builder import Array, Value
from checker.engines.native.limits import NotNative
from checker.engines.plain import Plain

NUMBER_LIMIT = 1 << 62
"""Numbers lie between this and its negative, both excluded: so no sum or difference of two leaves a signed word."""


def number_inside(number: int) -> int:
    """The number itself.  Raises `NotNative` for one that is beyond `NUMBER_LIMIT`."""
    if abs(number) >= NUMBER_LIMIT:
        raise NotNative("numbers of 2^62 or more")
    return number


@struct(eq=False)
class Source:
    """Memory that holds a packed value.  `name` is that of a state in formulas, empty for other memory."""

    name: str
    memory: Array


@struct(eq=False)
class Known:
    """The plain value itself."""

    type: Type
    value: Plain


@struct(eq=False)
class Tabulated:
    """A function of a small field: for each content of the field that can occur here, the plain value."""

    type: Type
    field: BitField
    values: Mapping[int, Plain]
    possible: int


@struct(eq=False)
class Truth:
    """A truth value."""

    formula: Formula
    type: Type = BOOL


@struct(eq=False)
class Number:
    """An int, or the position of an element, of a quorum or of a member of an enumeration: between `low` and `high`.

    Raises `NotNative` where these are beyond `NUMBER_LIMIT`.
    """

    type: Type
    raw: Value
    low: int
    high: int

    def __post_init__(self) -> None:
        number_inside(self.low)
        number_inside(self.high)


@struct(eq=False)
class Coded:
    """A record, union, tuple or option as its code, in a register."""

    type: Type
    raw: Value


@struct(eq=False)
class Stored:
    """A part of a packed value: the shape that begins at bit `position`, and as many strides further as `steps` say."""

    type: Type
    source: Source
    position: int
    shape: Shape
    steps: tuple[tuple[Value, int], ...] = ()


@struct(eq=False)
class Product:
    """A record or a tuple, part by part."""

    type: RecordType | TupleType
    parts: tuple[Symbol, ...]


@struct(eq=False)
class Maybe:
    """An option whose item need not be within the bounds of the model."""

    type: Type
    present: Formula
    item: Symbol


@struct(eq=False)
class Members:
    """A set, code by code: those of `origin` (in the state, at a known place) but for `dropped`, those whose formula
    is true, and the codes in the registers `added`."""

    type: SetType
    origin: Stored | None
    dropped: int
    formulas: Mapping[int, Formula]
    added: tuple[Value, ...] = ()


@struct(eq=False)
class Mask:
    """A set as words, with a bit for each code."""

    type: SetType
    words: tuple[Value, ...]


@struct(eq=False)
class Patched:
    """A map in the packed state with other values at some keys, the last one first to be looked at."""

    type: Type
    origin: Stored
    patches: tuple[tuple[Symbol, Symbol], ...]


@struct(eq=False)
class Slots:
    """A map, value by value."""

    type: MapType
    values: tuple[Symbol, ...]


@struct(eq=False)
class Listed:
    """A collection that was computed: `plan` says how the items lie in `memory`, which begins with their number."""

    type: Type
    memory: Array
    plan: ListPlan


@struct(eq=False)
class Unbound:
    """The value of a name on a path that does not bind it."""

    type: Type


Symbol: TypeAlias = Union[
    Known, Tabulated, Truth, Number, Coded, Stored, Product, Maybe, Members, Mask, Patched, Slots, Listed, Unbound
]


# --- plans: how a value that is computed is held, in registers or words -----------------------------------------------


@struct
class TruthPlan:
    """0 or 1."""

    words: int = 1


@struct
class NumberPlan:
    """An int or a position."""

    type: Type
    low: int
    high: int
    words: int = 1


@struct
class CodePlan:
    """The code of a value that is within bounds."""

    type: Type
    words: int = 1


@struct
class MaskPlan:
    """A set with a bit for each code."""

    type: SetType
    words: int


@struct
class PartsPlan:
    """A record or a tuple."""

    type: RecordType | TupleType
    parts: tuple[Plan, ...]

    @property
    def words(self) -> int:
        """How many words it takes."""
        return sum(part.words for part in self.parts)


@struct
class MaybePlan:
    """1 and the item, or 0."""

    type: Type
    item: Plan

    @property
    def words(self) -> int:
        """How many words it takes."""
        return 1 + self.item.words


@struct
class ListPlan:
    """How many items there are, then each: of a sequence, of a map (in the order of its keys), of a set or a bag
    (each item is one word, and these ascend; in a bag a word with its copies follows each)."""

    type: Type
    item: Plan
    capacity: int

    @property
    def stride(self) -> int:
        """The words of one item."""
        return self.item.words + isinstance(self.type, BagType)

    @property
    def words(self) -> int:
        """How many words it takes."""
        return 1 + self.capacity * self.stride


@struct(eq=False)
class PatchPlan:
    """A map in the packed state with other values at these keys."""

    type: Type
    origin: Stored
    patches: tuple[tuple[Symbol, Plan], ...]

    @property
    def words(self) -> int:
        """How many words it takes."""
        return sum(plan.words for _, plan in self.patches)


Plan: TypeAlias = Union[TruthPlan, NumberPlan, CodePlan, MaskPlan, PartsPlan, MaybePlan, ListPlan, PatchPlan]


# --- what is known ----------------------------------------------------------------------------------------------------


def is_scalar(type: Type) -> bool:
    """Is a value of the type one number?"""
    return isinstance(type, IntType | EnumType | SortType | QuorumType)


def truth(value: bool) -> Truth:
    """A truth value that is known."""
    return Truth(TRUE if value else FALSE)


def of_value(type: Type, value: Plain) -> Symbol:
    """A known value."""
    return truth(value) if isinstance(type, BoolType) else Known(type, value)


def tabulated(type: Type, field: BitField, values: Mapping[int, Plain], possible: int) -> Symbol:
    """A function of a field.  One that has the same value everywhere is known."""
    if isinstance(type, BoolType):
        codes = sum(1 << code for code, value in values.items() if value)
        return Truth(holds(field, codes, possible))
    results = set(values.values())
    if len(results) == 1:
        return Known(type, results.pop())
    return Tabulated(type, field, values, possible)


def known_value(symbol: Symbol) -> tuple[Plain] | None:
    """The value in a tuple of its own where it is known, else None."""
    match symbol:
        case Known(value=value):
            return (value,)
        case Truth(formula=Constant(value=value)):
            return (value,)
        case Product(type=type, parts=parts):
            values = [known_value(part) for part in parts]
            if any(value is None for value in values):
                return None
            inside = tuple(value[0] for value in values if value is not None)
            return ((type.name, *inside) if isinstance(type, RecordType) else inside,)
        case Slots(values=values):
            found = [known_value(value) for value in values]
            return None if any(value is None for value in found) else (tuple(value[0] for value in found if value),)
        case _:
            return None


def same_place(left: Symbol, right: Symbol) -> bool:
    """Are both the same part of the same memory?"""
    return (
        isinstance(left, Stored) and isinstance(right, Stored) and left.source is right.source
        and left.position == right.position and left.shape == right.shape and len(left.steps) == len(right.steps)
        and all(one.is_same(other) and stride == width
                for (one, stride), (other, width) in zip(left.steps, right.steps, strict=True))
    )


def same_key(left: Symbol, right: Symbol) -> bool:
    """Are two keys sure to be the same?"""
    one, other = known_value(left), known_value(right)
    if one is not None or other is not None:
        return one == other
    match left, right:
        case Number(raw=first), Number(raw=second):
            return first.is_same(second)
        case Tabulated(field=first, values=ones), Tabulated(field=second, values=others):
            return first == second and ones == others
        case _:
            return False


def item_type(type: Type) -> Type:
    """The type of what is in a collection or an option."""
    match type:
        case MapType(value=item) | SeqType(item=item) | SetType(item=item) | BagType(item=item):
            return item
        case OptionType(item=item):
            return item
        case QuorumType(member=item):
            return item
        case _:
            raise AssertionError(f"{type} is no collection")
