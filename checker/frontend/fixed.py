"""What a model fixes of the variables that no action assigns: Python's values by labels, as values of the language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, NoReturn, cast

from checker.core import ir
from checker.core.errors import Note, UserError, did_you_mean
from checker.core.given import items_of, shown, whole_number
from checker.core.instance import BagBound, Instance
from checker.core.model import Model
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.core.values import EnumValue, FrozenBag, FrozenMap, RecordValue, Sequence, Value


def with_fixed(model: Model, spec: ir.Spec, instance: Instance) -> Instance:
    """The instance with what the model fixes.

    Raises `UserError` M022 for a variable that cannot be fixed, and M023 for a value that does not fit its type.
    """
    variables = {variable.name: variable for variable in spec.variables}
    fixed: dict[str, Value] = {}
    for name, given in model.fixed.items():
        _check_variable(name, model, spec)
        reader = _Reader(name, variables[name], model, instance)
        fixed[name] = reader.read(given, variables[name].type)
        for parameter in (parameter for action in spec.initial for parameter in action.parameters):
            if name in parameter.gives:
                reader.read(given, parameter.type)  # which may have other bounds
    return replace(instance, fixed=fixed)


def _check_variable(name: str, model: Model, spec: ir.Spec) -> None:
    """Is it a variable that never changes, whose value an `@init` is given?"""
    known = [variable.name for variable in spec.variables]
    if name not in known:
        help = did_you_mean(name, known) or f"it has {', '.join(known) or 'none'}"
        raise UserError("M022", f"{spec.name} has no variable `{name}` to fix", model.place, help=help)
    for action in spec.actions:
        for assignment in ir.assignments(action.body):
            if assignment.variable == name:
                raise UserError(
                    "M022", f"`{name}` changes: `{action.name}` assigns it", model.place,
                    help="a model fixes what no action assigns; a variant may begin in another `@init`",
                    notes=(Note("it is assigned here", assignment.span),),
                )
    for action in spec.initial:
        if not any(name in parameter.gives for parameter in action.parameters):
            raise UserError(
                "M022", f"`{name}` is not what a parameter of `{action.name}` chooses", model.place,
                help=f"`def {action.name}(self, {name}: ...)`, and in it `self.{name} = {name}`",
                notes=(Note("it is declared here", action.span),),
            )


class _Reader:
    """Reads the value of one variable."""

    def __init__(self, name: str, variable: ir.StateVariable, model: Model, instance: Instance) -> None:
        self.name = name
        self.variable = variable
        self.model = model
        self.instance = instance

    def read(self, given: Any, type: Type) -> Value:
        """The value of the type."""
        match type:
            case BoolType():
                return given if isinstance(given, bool) else self._wrong(given, "True or False")
            case IntType():
                return self._int(given, type)
            case EnumType(name=name, members=members):
                word = given.name if isinstance(given, Enum) else given
                return EnumValue(name, self._position(word, members), word)
            case SortType(name=name):
                return self.instance.element(name, self._position(given, self.instance.labels[name]))
            case QuorumType():
                return self._quorum(given, type)
            case OptionType(item=item):
                return None if given is None else self.read(given, item)
            case RecordType() | UnionType():
                return self._record(given, type)
            case TupleType(items=items):
                parts = self._items(given, "a tuple")
                if len(parts) != len(items):
                    self._wrong(given, f"a tuple of {len(items)}")
                return tuple(self.read(part, item) for part, item in zip(parts, items, strict=True))
            case MapType():
                return self._map(given, type)
            case SetType(item=item):
                return frozenset(self.read(part, item) for part in self._items(given, "a set"))
            case SeqType(item=item, bound=bound):
                parts = self._items(given, "a list")
                if len(parts) > self.instance.lengths[bound or "seq"]:
                    self._wrong(given, f"at most {self.instance.lengths[bound or 'seq']} items")
                return Sequence(self.read(part, item) for part in parts)
            case BagType():
                return self._bag(given, type)

    def _wrong(self, given: Any, wanted: str) -> NoReturn:
        raise UserError(
            "M023", f"`{self.name}` is fixed, and {shown(given)} in it does not fit", self.model.place,
            help=f"here is needed: {wanted}",
            notes=(Note(f"it is declared here, as {self.variable.type}", self.variable.span),),
        )

    def _items(self, given: Any, what: str) -> list[Any]:
        found = None if isinstance(given, Mapping) else items_of(given)
        return self._wrong(given, what) if found is None else found

    def _position(self, given: Any, names: Collection[str]) -> int:
        known = list(names)
        return known.index(given) if given in known else self._wrong(given, f"one of {', '.join(known)}")

    def _int(self, given: Any, type: IntType) -> int:
        number, limits = whole_number(given), self.instance.range_of(type)
        if number is None or limits is not None and not limits[0] <= number <= limits[1]:
            self._wrong(given, "an int" if limits is None else f"an int from {limits[0]} to {limits[1]}")
        return number

    def _quorum(self, given: Any, type: QuorumType) -> Value:
        members = {self.read(part, type.member) for part in self._items(given, "the members of a quorum")}
        values = self.instance.quorum_values(type)
        found = next((value for value in values if set(value.members) == members), None)
        return self._wrong(given, f"the members of a quorum of `{type}`") if found is None else found

    def _record(self, given: Any, type: RecordType | UnionType) -> Value:
        records = [type] if isinstance(type, RecordType) else type.members
        fields = _entries(given) if isinstance(given, Mapping) else {"": None}
        fitting = [record for record in records if {name for name, _ in record.fields} == {*fields}]
        if len(fitting) != 1:
            self._wrong(given, f"a dict of the fields of {' or '.join(record.name for record in records)}")
        (record,) = fitting
        names = tuple(name for name, _ in record.fields)
        return RecordValue(record.name, names, tuple(self.read(fields[name], part) for name, part in record.fields))

    def _map(self, given: Any, type: MapType) -> Value:
        if not isinstance(given, Mapping):
            self._wrong(given, "a dict")
        values = {self.read(key, type.key): self.read(value, type.value) for key, value in _entries(given).items()}
        keys = list(self.instance.domain(type.key))
        if len(values) < len(keys):
            missing = next(key for key in keys if key not in values)
            self._wrong(given, f"a value for every key, and there is none for {missing!r}")
        return FrozenMap(tuple((key, values[key]) for key in keys))

    def _bag(self, given: Any, type: BagType) -> Value:
        bag = FrozenBag.of(self.read(part, type.item) for part in self._items(given, "a list"))
        limit: BagBound = self.instance.bags[type.bound or "bag"]
        if len(bag.items) > limit.distinct or any(copies > limit.copies for _, copies in bag.items):
            self._wrong(given, f"at most {limit.distinct} different items, and {limit.copies} of each")
        return bag


def _entries(given: Any) -> dict[Any, Any]:
    return dict(cast("Mapping[Any, Any]", given))
