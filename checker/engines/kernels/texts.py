"""From what is known of a value to Python expressions: for the plain value, and for its code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from checker.core.types import (
    BoolType, EnumType, IntType, OptionType, QuorumType, RecordType, SetType, SortType, Type, UnionType, components,
)
from checker.engines.kernels.bounded import some_value
from checker.engines.kernels.formula import TRUE, BitField, boolean, condition
from checker.engines.kernels.names import Program, Scope, operand, type_name
from checker.engines.kernels.symbols import (
    Computed, Known, Members, Patched, Product, Slots, Stored, Symbol, Tabulated, Truth, Unbound, computed, known_value,
    of_value, tabulated, total,
)
from checker.engines.layout import CodeShape, Layout, MapShape, ProductShape, SeqShape, SetShape
from checker.engines.plain import Outside, Plain, Table
from checker.engines.system import SpecError

TABLE_WIDTH = 8
"""The widest field, in bits, of which every possible content is looked at while code is generated."""

TABLE_VALUES = 128
"""The most possible contents of such a field."""


class Texts:
    """Writes values in one generated function."""

    def __init__(self, program: Program, layout: Layout) -> None:
        self.program = program
        self.layout = layout
        self.plain = layout.plain
        self.scope = Scope(layout)

    # --- reading the state ----------------------------------------------------------------------------------------

    def load(self, stored: Stored) -> Symbol:
        """What can be said of a part of the state: of a small one, every value that it can have."""
        shape = stored.shape
        if isinstance(shape, CodeShape | SeqShape) and shape.width == 0:
            return of_value(stored.type, self.layout.decode(shape, 0))
        if isinstance(shape, SetShape | MapShape | ProductShape):
            return stored
        if not stored.offset and shape.width <= TABLE_WIDTH and self.plain.size(stored.type) <= TABLE_VALUES:
            return self._tabulate(stored)
        if isinstance(shape, CodeShape):
            return self._load_code(stored, shape)
        return stored

    def _tabulate(self, stored: Stored) -> Symbol:
        field = BitField(stored.source, stored.position, stored.shape.width)
        values = self.program.every_value.get(stored.type)
        if values is None:
            values = self.program.every_value[stored.type] = self._values(stored)
        return tabulated(stored.type, field, values, sum(1 << code for code in values))

    def _values(self, stored: Stored) -> dict[int, Plain]:
        values = (self.plain.plain(stored.type, value) for value in self.layout.instance.domain(stored.type))
        return {self.layout.encode(stored.shape, value): value for value in values}

    def _load_code(self, stored: Stored, shape: CodeShape) -> Symbol:
        match stored.type:
            case BoolType():
                return computed(stored.type, f"{self.content(stored)} == 1", total=True)
            case IntType(bound=bound):
                low, high = self.layout.instance.ranges[bound or "int"]
                text = operand(self.content(stored))
                text = f"{text} + {low}" if low > 0 else f"{text} - {-low}" if low < 0 else text
                return Computed(stored.type, text, True, (low, high))
            case EnumType() | SortType() | QuorumType():
                return Computed(stored.type, self.content(stored))
            case _:
                return stored

    def content(self, stored: Stored) -> str:
        """The bits of a part of the state, as an int."""
        if not stored.offset:
            return self.scope.read(BitField(stored.source, stored.position, stored.shape.width))
        return f"{stored.source} >> {self.position(stored)} & {(1 << stored.shape.width) - 1:#x}"

    def position(self, stored: Stored) -> str:
        """The position of the first bit."""
        if not stored.offset:
            return str(stored.position)
        return f"{operand(stored.offset)} + {stored.position}" if stored.position else operand(stored.offset)

    def _decoded(self, stored: Stored) -> str:
        shape = stored.shape
        if isinstance(shape, SetShape) and self.plain.is_masked(shape.type.item):
            return self.content(stored)
        if isinstance(shape, CodeShape) and not isinstance(self._load_code(stored, shape), Stored):
            return self.text(self._load_code(stored, shape))
        hint, meaning = f"decode_{type_name(stored.type)}", f"bits -> {stored.type}"
        table = self.program.define(("decode", shape), hint, lambda: _decoder(self.layout, stored), meaning)
        if stored.offset:
            return f"{table}[{self.content(stored)}]"
        return self.scope.read(BitField(stored.source, stored.position, shape.width), f"{table}[{{}}]")

    # --- plain values ---------------------------------------------------------------------------------------------

    def text(self, symbol: Symbol) -> str:
        """A Python expression for the plain value."""
        value = known_value(symbol)
        if value is not None:
            return self.program.constant(value[0], type_name(symbol.type))
        match symbol:
            case Known(type=type, value=value):
                return self.program.constant(value, type_name(type))
            case Computed(text=text):
                return text
            case Tabulated(field=field, values=values):
                return self.function_of(field, values)
            case Stored():
                return self._decoded(symbol)
            case Truth(formula=formula):
                return boolean(formula)
            case Product(type=type, parts=parts):
                inside = [self.text(part) for part in parts]
                return _tuple_text([repr(type.name), *inside] if isinstance(type, RecordType) else inside)
            case Members():
                return self._mask(symbol)
            case Patched(origin=origin, patches=patches):
                text = self._decoded(origin)
                for key, patch in patches:
                    text = f"replaced({text}, {key}, {self.text(patch)})"
                return text
            case Slots(values=values):
                return _tuple_text(map(self.text, values))
            case Unbound():
                return self.program.constant(some_value(self.plain, symbol.type), "nothing")
            case _:
                assert_never(symbol)

    def function_of(self, field: BitField, values: Mapping[int, Plain]) -> str:
        """The value of a function of a field."""
        content = self.scope.read(field)
        numbers = all(isinstance(value, int) and not isinstance(value, bool) for value in values.values())
        differences: set[int] = {value - code for code, value in values.items()} if numbers else set()
        if len(differences) == 1:
            difference = differences.pop()
            return content if difference == 0 else f"{content} {'+' if difference > 0 else '-'} {abs(difference)}"
        listed = tuple(values.get(code) for code in range(max(values) + 1))
        return f"{self.program.constant(listed, 'table')}[{content}]"

    def _mask(self, members: Members) -> str:
        """The set as an int with a bit for each item."""
        terms: list[str] = []
        if members.origin is not None:
            origin = self.content(members.origin)
            kept = ((1 << members.origin.shape.width) - 1) & ~members.dropped
            terms.append(f"{operand(origin)} & {kept:#x}" if members.dropped else operand(origin))
        known = sum(1 << code for code, formula in members.formulas.items() if formula == TRUE)
        if known or not (terms or members.added or members.formulas):
            terms.append(hex(known))
        terms += self.member_terms(members)
        return " | ".join(terms)

    def member_terms(self, members: Members, shift: str = "") -> list[str]:
        """The bits that depend on the state: of each uncertain member, and of each that is computed."""
        terms: list[str] = []
        place = f" + {shift}" if shift else ""
        for code, formula in members.formulas.items():
            if formula != TRUE:
                bit = f"1 << {code}{place}" if place else hex(1 << code)
                terms.append(f"({bit} if {condition(formula)} else 0)")
        return [*terms, *(f"1 << {operand(code)}{place}" for code in members.added)]

    # --- codes ----------------------------------------------------------------------------------------------------

    def code(self, symbol: Symbol, type: Type) -> tuple[str, bool]:
        """A Python expression for the code of the value as a `type`, and whether it is total."""
        value = known_value(symbol)
        if value is not None:
            return self._known_code(type, value[0])
        match symbol:
            case Tabulated(field=field, values=values):
                try:
                    codes = {content: self.plain.code(type, inside) for content, inside in values.items()}
                except (Outside, SpecError):
                    return self._computed_code(symbol, type)
                return self.function_of(field, codes), True
            case Product():
                return self._product_code(symbol, type)
            case Stored(shape=CodeShape(type=own)) if own == type:
                return self.content(symbol), True
            case Members() if isinstance(type, SetType):
                return self._mask(symbol), True
            case _:
                return self._computed_code(symbol, type)

    def _known_code(self, type: Type, value: Plain) -> tuple[str, bool]:
        try:
            return self.program.constant(self.plain.code(type, value), "code"), True
        except Outside:
            return "leave()", False
        except SpecError:
            return "fail()", False

    def _product_code(self, product: Product, type: Type) -> tuple[str, bool]:
        match type:
            case OptionType(item=item):
                code, is_total = self._product_code(product, item)
                return f"{operand(code)} + 1", is_total
            case UnionType(members=members):
                member = next(member for member in members if member.name == str(product.type))
                code, is_total = self._product_code(product, member)
                start = self.plain.member_start(type, member.name)
                return (f"{code} + {start}" if start else code), is_total
            case _:
                return self._sum_of_codes(product, list(components(type)))

    def _sum_of_codes(self, product: Product, types: list[Type]) -> tuple[str, bool]:
        weight, constant, all_total = 1, 0, True
        terms: list[str] = []
        for part, type in reversed(list(zip(product.parts, types, strict=True))):
            code, is_total = self.code(part, type)
            all_total = all_total and is_total
            if code.isdecimal():
                constant += weight * int(code)
            else:
                terms.insert(0, operand(code) if weight == 1 else f"{weight}*{operand(code)}")
            weight *= self.plain.size(type)
        return " + ".join([*terms, *([str(constant)] if constant or not terms else [])]), all_total

    def _computed_code(self, symbol: Symbol, type: Type) -> tuple[str, bool]:
        text, is_total = self.text(symbol), total(symbol)
        match type:
            case BoolType() | EnumType() | SortType() | QuorumType():
                return text, is_total
            case IntType(bound=bound):
                low, high = self.layout.instance.ranges[bound or "int"]
                if not self.inside(symbol, low, high):
                    text, is_total = f"check_int({text}, {low}, {high})", False
                return (f"{operand(text)} - {low}" if low else text), is_total
            case _:
                table = self.program.table("code", type, lambda value: self.plain.code(type, value), f"{type} -> code")
                return f"{table}[{text}]", is_total and self.plain.always_inside(type)

    def inside(self, symbol: Symbol, low: int, high: int) -> bool:
        """Is the int sure to be in this range?"""
        if isinstance(symbol, Tabulated):
            return all(low <= value <= high for value in symbol.values.values())
        interval = symbol.interval if isinstance(symbol, Computed) else None
        return interval is not None and low <= interval[0] and interval[1] <= high


def _decoder(layout: Layout, stored: Stored) -> object:
    return Table(lambda packed: layout.decode(stored.shape, packed))


def _tuple_text(parts: Iterable[str]) -> str:
    listed = list(parts)
    return f"({listed[0]},)" if len(listed) == 1 else f"({', '.join(listed)})"
