"""Values in ITF, the JSON format for traces: written and read by the type that they have.

    int             {"#bigint": "5"}              Map, Bag     {"#map": [[key, value], ...]}; a bag maps to copies
    bool            true                          Set, Quorum  {"#set": [...]}
    Sort, Enum      "a1", the name                Seq          [...]
    tuple           {"#tup": [...]}               Record       {"ballot": "b1", ...}
    T | None        {"tag": "Some", "value": ...} or {"tag": "Nothing", "value": "U_OF_UNIT"}
    Record | Record {"tag": "Prepare", "value": {...}}

These are Apalache's conventions (its ADR-015), with three choices for the sake of the reader `itf-py`, which turns a
tag into a class: the tag is not `None`, since that is a keyword; a value that JSON writes as an object but that is no
record goes into a record with the one field `value`; and a record whose fields are just `tag` and `value` gets a tag.

(`itf-py` compares variants by their fields alone: of a set that holds `Commit()` and `Abort()` it keeps one.  The file
holds both.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from checker.core.given import shown
from checker.core.instance import Instance
from checker.core.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    OptionType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)
from checker.core.values import (
    Element,
    EnumValue,
    FrozenBag,
    FrozenMap,
    QuorumValue,
    RecordValue,
    Sequence,
    Value,
    in_order,
    sort_key,
)

Json: TypeAlias = Any
"""What the `json` module reads and writes."""

UNIT = "U_OF_UNIT"


class Misfit(Exception):
    """What is written does not fit the type that is expected."""


def to_json(value: Value, type: Type) -> Json:
    """A value of `type` as ITF."""
    match type, value:
        case BoolType(), bool():
            return value
        case IntType(), int():
            return {"#bigint": str(value)}
        case EnumType() | SortType(), EnumValue(name=name) | Element(label=name):
            return name
        case QuorumType(member=member), QuorumValue(members=members):
            return {"#set": [to_json(item, member) for item in members]}
        case RecordType(), RecordValue():
            return _record_to_json(value, type)
        case UnionType(members=members), RecordValue(record=name):
            member = next(member for member in members if member.name == name)
            return {"tag": name, "value": _fields_to_json(value, member)}
        case OptionType(), None:
            return {"tag": "Nothing", "value": UNIT}
        case OptionType(item=item), _:
            inside = to_json(value, item)
            return {"tag": "Some", "value": {"value": inside} if _needs_record(item) else inside}
        case TupleType(items=items), tuple():
            return {"#tup": [to_json(inside, item) for inside, item in zip(value, items, strict=True)]}
        case MapType(key=key, value=item), FrozenMap(items=items):
            return {"#map": [[to_json(left, key), to_json(right, item)] for left, right in items]}
        case BagType(item=item), FrozenBag(items=items):
            return {"#map": [[to_json(inside, item), {"#bigint": str(copies)}] for inside, copies in items]}
        case SetType(item=item), _ if isinstance(value, frozenset):
            return {"#set": [to_json(inside, item) for inside in in_order(value)]}
        case SeqType(item=item), Sequence() as entries:
            return [to_json(inside, item) for inside in entries]
        case _:
            raise AssertionError(f"{value!r} is no {type}")


def _record_to_json(value: RecordValue, type: RecordType) -> Json:
    fields = _fields_to_json(value, type)
    return {"tag": type.name, "value": fields} if _looks_like_variant(type) else fields


def _fields_to_json(value: RecordValue, type: RecordType) -> Json:
    return {name: to_json(inside, field) for inside, (name, field) in zip(value.values, type.fields, strict=True)}


def _looks_like_variant(type: RecordType) -> bool:
    return {name for name, _ in type.fields} == {"tag", "value"}


def _needs_record(type: Type) -> bool:
    """Is a value of this type an object in JSON, though it is no record?"""
    return isinstance(type, IntType | QuorumType | TupleType | MapType | BagType | SetType)


def from_json(json: Json, type: Type, instance: Instance) -> Value:
    """The value of `type` that is written in ITF."""

    def read(inside: Json, of: Type) -> Value:
        return from_json(inside, of, instance)

    match type, json:
        case BoolType(), bool():
            return json
        case IntType(), {"#bigint": str() as digits}:
            return int(digits)
        case EnumType() | SortType(), str():
            return _named(json, type, instance)
        case QuorumType(), {"#set": members}:
            return _quorum(set(members), type, instance)
        case RecordType(name=name), {"tag": tag, "value": fields} if tag == name and _looks_like_variant(type):
            return _record(fields, type, read)
        case RecordType(), dict():
            return _record(json, type, read)
        case UnionType(members=members), {"tag": tag, "value": fields}:
            member = next((member for member in members if member.name == tag), None)
            if member is None:
                raise Misfit(f"{shown(tag)} is none of {type}")
            return _record(fields, member, read)
        case OptionType(), {"tag": "Nothing"}:
            return None
        case OptionType(item=item), {"tag": "Some", "value": inside}:
            return read(inside["value"] if _needs_record(item) else inside, item)
        case TupleType(items=items), {"#tup": inside}:
            return tuple(read(entry, item) for entry, item in zip(inside, items, strict=True))
        case MapType(key=key, value=item), {"#map": pairs}:
            found = [(read(left, key), read(right, item)) for left, right in pairs]
            return FrozenMap(tuple(sorted(found, key=lambda pair: sort_key(pair[0]))))
        case BagType(item=item), {"#map": pairs}:
            bag = FrozenBag()
            for left, copies in pairs:
                if (number := int(copies["#bigint"])) < 1:
                    raise Misfit(f"a bag holds {number} copies of something")
                bag = bag.change(read(left, item), number)
            return bag
        case SetType(item=item), {"#set": inside}:
            return frozenset(read(entry, item) for entry in inside)
        case SeqType(item=item), list():
            return Sequence(read(entry, item) for entry in json)
        case _:
            raise Misfit(f"expected a value of type {type}, found {shown(json)}")


def _named(name: str, type: EnumType | SortType, instance: Instance) -> Value:
    value = next((value for value in instance.domain(type) if repr(value) == name), None)
    if value is None:
        raise Misfit(f"{shown(name)} is no {type} of the model")
    return value


def _quorum(members: set[str], type: QuorumType, instance: Instance) -> Value:
    for quorum in instance.quorum_values(type):
        if {member.label for member in quorum.members} == members:
            return quorum
    raise Misfit(f"{shown(sorted(members))} is no {type} of the model")


def _record(fields: Json, type: RecordType, read: Callable[[Json, Type], Value]) -> RecordValue:
    names = tuple(name for name, _ in type.fields)
    if set(fields) != set(names):
        raise Misfit(f"expected the fields of {type}, found {shown(fields)}")
    return RecordValue(type.name, names, tuple(read(fields[name], field) for name, field in type.fields))
