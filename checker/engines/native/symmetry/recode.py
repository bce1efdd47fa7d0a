"""Functions from the code of a value to the code of what it becomes under a renaming.

The code of a value is its position among all values of its type (see `plain`).  A type with few values has a table;
for others the code is taken apart into the codes of its parts, down to types that have one.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Sequence
from typing import assert_never

from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.native.code.builder import WORD, Array, Function, Module, Value
from checker.engines.native.limits import NotNative
from checker.engines.native.symmetry.moves import Cutter
from checker.engines.plain import members_in_order

TABLE_LIMIT = 1 << 14
"""Entries of a table, those of all renamings together."""


def table_fits(cutter: Cutter, type: Type) -> bool:
    """Is the type small enough for a table?"""
    return cutter.layout.plain.size(type) * len(cutter.renamings) <= TABLE_LIMIT


class Recoder:
    """Makes the functions of one module, each once."""

    def __init__(self, module: Module, cutter: Cutter) -> None:
        self.module = module
        self.cutter = cutter
        self.plain = cutter.layout.plain
        self._functions: dict[Type, Function] = {}

    def image(self, function: Function, type: Type, code: Value, renaming: Value) -> Value:
        """In `function`: the code of what the value with this code becomes.  Raises `NotNative`."""
        if not self.cutter.changes(type):
            return code
        if type not in self._functions:
            self._functions[type] = self._new(type)
        return function.call(self._functions[type], code, renaming)

    def _new(self, type: Type) -> Function:
        name = f"recode_{len(self.module.functions)}"
        function = self.module.function(name, WORD, ("code", WORD), ("renaming", WORD))
        if table_fits(self.cutter, type):
            size = self.plain.size(type)
            table = self._table(function, self.cutter.codes.of(type))
            function.return_(table[function["renaming"] * size + function["code"]])
        else:
            self._take_apart(function, type)
        function.finish()
        return function

    def _table(self, function: Function, rows: Sequence[Sequence[int]]) -> Array:
        return constant_array(function, tuple(number for row in rows for number in row))

    def _take_apart(self, function: Function, type: Type) -> None:
        """The body of the function for a type with many values."""
        code, renaming = function["code"], function["renaming"]
        match type:
            case OptionType(item=item):
                with function.if_(code == 0):
                    function.return_(0)
                function.return_(self.image(function, item, code - 1, renaming) + 1)
            case RecordType(fields=fields):
                function.return_(self._product(function, [field for _, field in fields], code))
            case TupleType(items=items):
                function.return_(self._product(function, items, code))
            case UnionType():
                members = [(member, self.plain.size(member)) for member in members_in_order(type)]
                self._alternatives(function, members)
            case SeqType(item=item, bound=bound):
                size, longest = self.plain.size(item), self.cutter.layout.instance.lengths[bound or "seq"]
                self._alternatives(function, [(TupleType((item,) * n), size**n) for n in range(longest + 1)])
            case MapType():
                function.return_(self._map(function, type))
            case SetType():
                function.return_(self._set(function, type))
            case BoolType() | IntType() | EnumType() | SortType() | QuorumType() | BagType():
                raise NotNative(f"{len(self.cutter.renamings):,} renamings of {type} take a large table")
            case _:
                assert_never(type)

    def _product(self, function: Function, types: Sequence[Type], code: Value) -> Value:
        """The last part counts least."""
        result, rest, weight = function.constant(0), code, 1
        for position, type in reversed(list(enumerate(types))):
            size = self.plain.size(type)
            part = rest % size if position else rest
            result = result + self.image(function, type, part, function["renaming"]) * weight
            rest, weight = rest // size if position else rest, weight * size
        return result

    def _alternatives(self, function: Function, alternatives: Sequence[tuple[Type, int]]) -> None:
        """The values of the first type come first; each type has so many."""
        first, last = 0, len(alternatives) - 1
        for number, (type, size) in enumerate(alternatives):
            inside = function["code"] - first
            result = self._product(function, type.items, inside) if isinstance(type, TupleType) else (
                self.image(function, type, inside, function["renaming"])
            )
            if number == last:
                function.return_(result + first)
            else:
                with function.if_(inside < size):
                    function.return_(result + first)
            first += size

    def _map(self, function: Function, type: MapType) -> Value:
        """A digit for each key, the first key's the most significant; keys change places."""
        count, size = self.plain.size(type.key), self.plain.size(type.value)
        keys = self.cutter.codes.of(type.key)
        weights = self._table(function, [[size ** (count - 1 - key) for key in row] for row in keys])
        result, rest = function.constant(0), function["code"]
        for index in reversed(range(count)):
            part = rest % size if index else rest
            image = self.image(function, type.value, part, function["renaming"])
            result = result + image * weights[function["renaming"] * count + index]
            rest = rest // size if index else rest
        return result

    def _set(self, function: Function, type: SetType) -> Value:
        """A bit for each item."""
        result, rest = function.local(0), function.local(function["code"])
        with function.while_(lambda: rest.get() != 0):
            item = self.image(function, type.item, function.lowest_one(rest.get()), function["renaming"])
            result.set(result.get() | function.constant(1) << item)
            rest.set(rest.get() & (rest.get() - 1))
        return result.get()


def constant_array(function: Function, numbers: tuple[int, ...]) -> Array:
    """A table of the module that belongs to this function."""
    return function.module.table(function, numbers or (0,))
