"""The types of the specification language.

Every expression of the intermediate representation carries one of these.  They are plain frozen data:
equal types are equal objects, and no type knows how a value is stored.  Sizes are not part of a type;
a `Model` gives them, so one typed spec serves every size and the proofs for all sizes.
"""

from __future__ import annotations

from typing import TypeAlias, Union

from checker.core.structs import struct


@struct
class BoolType:
    """Truth values."""

    def __str__(self) -> str:
        return "bool"


@struct
class IntType:
    """Integers.  `bound` is the name under which a model gives the least and the greatest value.  It is the one in
    `Annotated[int, Bounded("index")]`, else the name of the place that was declared: a variable (`commit`), a field
    of a record (`Append.commit`), a parameter (`advance.n`).  None is an integer that was computed."""

    bound: str | None = None

    def __str__(self) -> str:
        return "int"


@struct
class EnumType:
    """A Python `Enum`; `members` are the names in the order of their definition."""

    name: str
    members: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


@struct
class SortType:
    """An uninterpreted set of elements.  `ordered` sorts have a total order with a least element;
    the elements of the others can be neither named nor ordered, so every permutation of them is a symmetry."""

    name: str
    ordered: bool = False

    def __str__(self) -> str:
        return self.name


@struct
class QuorumType:
    """A family of sets of elements of `member`.  In a proof any set of this family shares an element with any set
    of each family named in `intersects` (by default, of the family itself); in a model the sets are given."""

    name: str
    member: SortType
    intersects: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


@struct
class RecordType:
    """A named product; `fields` are (name, type) pairs in the order of their definition."""

    name: str
    fields: tuple[tuple[str, Type], ...]

    def __str__(self) -> str:
        return self.name

    def field_type(self, name: str) -> Type | None:
        """The type of the field `name`, or None where there is no such field."""
        return next((type for field, type in self.fields if field == name), None)


@struct
class UnionType:
    """One of several records; at least two members, in the order in which they were written."""

    members: tuple[RecordType, ...]

    def __str__(self) -> str:
        return " | ".join(member.name for member in self.members)

    def field_type(self, name: str) -> Type | None:
        """The type of a field that every member has with the same type, or None."""
        types = {member.field_type(name) for member in self.members}
        return types.pop() if len(types) == 1 else None


@struct
class OptionType:
    """`item | None`.  `item` is never an option itself."""

    item: Type

    def __str__(self) -> str:
        return f"{self.item} | None"


@struct
class TupleType:
    """A fixed number of components."""

    items: tuple[Type, ...]

    def __str__(self) -> str:
        return f"tuple[{', '.join(map(str, self.items))}]"


@struct
class MapType:
    """A total function from a finite type."""

    key: Type
    value: Type

    def __str__(self) -> str:
        return f"Map[{self.key}, {self.value}]"


@struct
class SetType:
    """A finite set."""

    item: Type

    def __str__(self) -> str:
        return f"Set[{self.item}]"


@struct
class BagType:
    """A multiset.  `bound` is the name (as for `IntType`) under which a model gives the number of different items and
    the number of copies of each."""

    item: Type
    bound: str | None = None

    def __str__(self) -> str:
        return f"Bag[{self.item}]"


@struct
class SeqType:
    """A finite sequence.  `bound` is the name (as for `IntType`) under which a model gives the greatest length."""

    item: Type
    bound: str | None = None

    def __str__(self) -> str:
        return f"Seq[{self.item}]"


Type: TypeAlias = Union[
    BoolType, IntType, EnumType, SortType, QuorumType, RecordType, UnionType, OptionType, TupleType,
    MapType, SetType, BagType, SeqType,
]

BOOL = BoolType()
INT = IntType()


def components(type: Type) -> tuple[Type, ...]:
    """The types directly inside `type`."""
    match type:
        case RecordType(fields=fields):
            return tuple(field for _, field in fields)
        case UnionType(members=members):
            return members
        case TupleType(items=items):
            return items
        case MapType(key=key, value=value):
            return (key, value)
        case OptionType(item=item) | SetType(item=item) | BagType(item=item) | SeqType(item=item):
            return (item,)
        case QuorumType(member=member):
            return (member,)
        case BoolType() | IntType() | EnumType() | SortType():
            return ()


def parts(type: Type) -> tuple[Type, ...]:
    """`type` and every type inside it, outermost first, each once."""
    found: dict[Type, None] = {type: None}
    for component in components(type):
        found.update(dict.fromkeys(parts(component)))
    return tuple(found)


def erase_bounds(type: Type) -> Type:
    """`type` without the names of bounds: two types are interchangeable in an expression when these are equal."""
    match type:
        case IntType():
            return INT
        case OptionType(item=item):
            return OptionType(erase_bounds(item))
        case TupleType(items=items):
            return TupleType(tuple(map(erase_bounds, items)))
        case MapType(key=key, value=value):
            return MapType(erase_bounds(key), erase_bounds(value))
        case SetType(item=item):
            return SetType(erase_bounds(item))
        case BagType(item=item):
            return BagType(erase_bounds(item))
        case SeqType(item=item):
            return SeqType(erase_bounds(item))
        case BoolType() | EnumType() | SortType() | QuorumType() | RecordType() | UnionType():
            return type
