"""From memory to symbols, and from symbols to numbers in registers: parts of a state, codes of values."""

from __future__ import annotations

# pyright: basic
from collections.abc import Mapping
from typing import Any

from checker.core.types import (
    BagType, BoolType, IntType, MapType, OptionType, RecordType, SeqType, SetType, TupleType, Type, UnionType,
)
from checker.engines.kernels.formula import BitField
from checker.engines.layout import ChoiceShape, CodeShape, Layout, ProductShape, SetShape, bits_for
from checker.engines.native.builder import WORD, Array, Value
from checker.engines.native.kernels.emitter import BITS, Emitter
from checker.engines.native.kernels.symbols import (
    Coded, Known, Listed, ListPlan, Mask, Maybe, Members, Number, Plan, Product, Source, Stored, Symbol, Tabulated, Truth,
    Unbound, is_scalar, known_value, of_value, tabulated,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import Outside, Plain, PlainValues, check_int, member_of, members_in_order
from checker.engines.system import SpecError

TABLE_WIDTH = 6
"""The widest field whose contents are looked at one by one."""


class Reader:
    """Reads parts of packed values and computes codes."""

    def __init__(self, emitter: Emitter, layout: Layout) -> None:
        self.emitter = emitter
        self.layout = layout
        self.plain: PlainValues = layout.plain

    # --- memory -------------------------------------------------------------------------------------------------------

    def load(self, stored: Stored) -> Symbol:
        """The part as what it is: a function of a small field, a number, or memory still."""
        shape, type = stored.shape, stored.type
        if isinstance(shape, CodeShape):
            if shape.width == 0:
                return of_value(type, self.plain.value(type, 0))
            if not stored.steps and stored.source.name and shape.width <= TABLE_WIDTH:
                field = BitField(stored.source.name, stored.position, shape.width)
                values = {code: self.plain.value(type, code) for code in range(self.plain.size(type))}
                return tabulated(type, field, values, (1 << len(values)) - 1)
            return self.from_code(type, self.content(stored))
        return stored

    def content(self, stored: Stored, width: int | None = None) -> Value:
        """The bits of a part that is no wider than a word."""
        width = stored.shape.width if width is None else width
        assert width <= BITS
        if width == 0:
            return self.emitter.number(0)
        if not stored.steps:
            return self._static_bits(stored.source, stored.position, width)
        return self.bits_at(stored.source, self.position(stored), width)

    def position(self, stored: Stored) -> Value:
        """The bit at which the part begins."""
        place = self.emitter.number(stored.position)
        for index, stride in stored.steps:
            place = place + index * stride
        return place

    def _static_bits(self, source: Source, position: int, width: int) -> Value:
        index, shift = divmod(position, BITS)
        word = self.emitter.word(source.name, index) if source.name else source.memory[index]
        return self.emitter.bits(word, shift, width)

    def bits_at(self, source: Source, position: Value, width: int) -> Value:
        """The field of `width` bits at a computed position; it does not cross a word."""
        word = source.memory[position >> 6]
        shifted = word >> (position & 63)
        return shifted if width == BITS else shifted & ((1 << width) - 1)

    def inside_of(self, stored: Stored, type: Type, position: int, shape: Any, index: Value | None = None,
                  stride: int = 0) -> Stored:
        """A part of a part, `index` strides further."""
        steps = stored.steps
        if index is not None:
            steps = (*steps, (index, stride))
        return Stored(type, stored.source, stored.position + position, shape, steps)

    def mask_words(self, stored: Stored) -> tuple[Value, ...]:
        """The words of a stored set."""
        shape = stored.shape
        assert isinstance(shape, SetShape)
        words: list[Value] = []
        for start in range(0, shape.width, BITS):
            width = min(BITS, shape.width - start)
            words.append(self.content(self.inside_of(stored, stored.type, start, shape), width))
        return tuple(words)

    # --- codes to symbols ---------------------------------------------------------------------------------------------

    def size(self, type: Type) -> int:
        """How many values the type has, which are numbered in a word."""
        try:
            size = self.plain.size(type)
        except KeyError:
            raise NotNative(f"a {type} without bounds in a place that needs them") from None
        if size > 1 << 62:
            raise NotNative(f"a {type} has more values than a word can number")
        return size

    def from_code(self, type: Type, raw: Value) -> Symbol:
        """The value with this code."""
        match type:
            case BoolType():
                return Truth(self.emitter.is_set(raw))
            case IntType(bound=bound):
                low, high = self.plain.instance.ranges[bound or "int"]
                return Number(type, raw + low if low else raw, low, high)
            case SetType(item=item):
                if self.plain.size(item) > BITS - 2:
                    raise NotNative(f"a {type} inside of another collection")
                return Mask(type, (raw,))
            case MapType() | SeqType():
                return self._list_from_code(type, raw)
            case BagType():
                raise NotNative(f"a {type} inside of another collection")
            case _ if is_scalar(type):
                return Number(type, raw, 0, self.plain.size(type) - 1)
            case _:
                return Coded(type, raw)

    def _list_from_code(self, type: MapType | SeqType, raw: Value) -> Symbol:
        """The items of a map or a sequence, written out."""
        emitter = self.emitter
        item = type.value if isinstance(type, MapType) else type.item
        size = self.size(item)
        if isinstance(type, MapType):
            capacity, length = self.plain.size(type.key), emitter.number(self.plain.size(type.key))
            rest = raw
        else:
            capacity = self.plain.instance.lengths[type.bound or "seq"]
            starts = self.starts(size, capacity)
            length, first = emitter.number(0), emitter.number(0)
            for n in range(1, capacity + 1):
                longer = raw >= starts[n]
                length = longer.choose(emitter.number(n), length)
                first = longer.choose(emitter.number(starts[n]), first)
            rest = raw - first
        if capacity > 64:
            raise NotNative(f"a {type} inside of another collection")
        memory = emitter.function.scratch(1 + capacity)
        memory[0] = length
        rest_local = emitter.function.local(rest)
        with emitter.function.for_(0, length) as turn:
            now = rest_local.get()
            memory[length - turn] = now % size
            rest_local.set(now // size)
        return Listed(type, memory, ListPlan(type, self.plan_of_type(item), capacity))

    @staticmethod
    def starts(size: int, capacity: int) -> list[int]:
        """The code of the first sequence of each length."""
        found = [0]
        for length in range(capacity):
            found.append(found[-1] + size**length)
        return found

    def plan_of_type(self, type: Type) -> Plan:
        """How a value within bounds is held in one word, as its code."""
        from checker.engines.native.kernels.symbols import CodePlan

        self.size(type)
        return CodePlan(type)

    def parts(self, symbol: Coded) -> tuple[Symbol, ...]:
        """The components of a record or a tuple."""
        types = component_types(symbol.type)
        sizes = [self.size(type) for type in types]
        found: list[Symbol] = []
        rest, later = symbol.raw, 1
        for position in range(len(types)):
            later = 1
            for size in sizes[position + 1 :]:
                later *= size
            code = rest // later if later > 1 else rest
            code = code % sizes[position] if position > 0 else code
            found.append(self.from_code(types[position], code) if sizes[position] > 1
                         else of_value(types[position], self.plain.value(types[position], 0)))
        return tuple(found)

    # --- symbols to numbers -------------------------------------------------------------------------------------------

    def interval(self, symbol: Symbol) -> tuple[int, int]:
        """The least and the greatest number that a scalar can be."""
        match symbol:
            case Known(value=value):
                return int(value), int(value)
            case Tabulated(values=values):
                return min(values.values()), max(values.values())
            case Number(low=low, high=high):
                return low, high
            case Unbound():
                return 0, 0
            case _:
                raise NotNative(f"{type(symbol).__name__} as a number")

    def raw(self, symbol: Symbol) -> Value:
        """A scalar as a number."""
        match symbol:
            case Known(value=value):
                return self.emitter.number(int(value))
            case Tabulated(field=field, values=values):
                return self.table(field, values)
            case Number(raw=raw):
                return raw
            case Truth(formula=formula):
                return self.emitter.truth(formula).widened(WORD)
            case Unbound():
                return self.emitter.number(0)
            case _:
                raise NotNative(f"{type(symbol).__name__} as a number")

    def table(self, field: BitField, values: Mapping[int, int]) -> Value:
        """A function of the content of a field."""
        content = self.emitter.field(field)
        shifts = {value - code for code, value in values.items()}
        if len(shifts) == 1:
            shift = shifts.pop()
            return content + shift if shift else content
        low, high = min(values.values()), max(values.values())
        width = max(1, bits_for(high - low + 1))
        if width * (1 << field.width) <= BITS:
            packed = sum((value - low) << code * width for code, value in values.items())
            found = (self.emitter.number(packed) >> content * width) & ((1 << width) - 1)
            return found + low if low else found
        numbers = tuple(values.get(code, 0) for code in range(1 << field.width))
        return self.constant_array(numbers)[content]

    def constant_array(self, numbers: tuple[int, ...]) -> Array:
        """Numbers in memory that do not change."""
        function = self.emitter.function
        module = function.module
        name = f"table_{len(module.raw.globals)}"
        return Array(function, Value(function, module.table(name, numbers)))

    def code(self, symbol: Symbol, type: Type) -> Value:
        """The position of the value among all of its type; leaves where the model has no room for it."""
        self.size(type)
        value = known_value(symbol)
        if value is not None:
            return self._known_code(value[0], type)
        match symbol:
            case Unbound():
                return self.emitter.number(0)
            case Tabulated(field=field, values=values):
                codes = self._codes(values, type)
                if codes is not None:
                    return self.table(field, codes)
        match type:
            case BoolType():
                return self.raw(symbol)
            case IntType():
                low, high = self.plain.instance.ranges[type.bound or "int"]
                number = self.check_int(symbol, low, high)
                return number - low if low else number
            case SetType():
                return self._set_code(symbol, type)
            case OptionType(item=item):
                return self._option_code(symbol, type, item)
            case RecordType() | TupleType():
                return self._product_code(symbol, type)
            case UnionType():
                return self._union_code(symbol, type)
            case MapType() | SeqType():
                return self._list_code(symbol, type)
            case BagType():
                raise NotNative(f"a {type} inside of another collection")
            case _:
                return self.raw(symbol)

    def _known_code(self, value: Plain, type: Type) -> Value:
        try:
            return self.emitter.number(self.plain.code(type, value))
        except Outside:
            self.leave()
        except SpecError:
            self.fail()
        return self.emitter.number(0)

    def fail(self) -> None:
        """An error of the spec, here."""
        self._exit(self.emitter.error)

    def leave(self) -> None:
        """Out of the bounds of the model, here."""
        self._exit(self.emitter.outside)

    def _exit(self, target: Any) -> None:
        self.emitter.exits += 1
        self.emitter.jump(target)
        self.emitter.at(self.emitter.new_block("never"))

    def _codes(self, values: Mapping[int, Plain], type: Type) -> dict[int, int] | None:
        try:
            return {content: self.plain.code(type, value) for content, value in values.items()}
        except (Outside, SpecError, KeyError):
            return None

    def check_int(self, symbol: Symbol, low: int, high: int) -> Value:
        """The number, which must be in `low`..`high`."""
        value = known_value(symbol)
        if value is not None:
            try:
                check_int(value[0], low, high)
            except Outside:
                self.leave()
            except SpecError:
                self.fail()
            return self.emitter.number(value[0])
        least, greatest = self.interval(symbol)
        raw = self.raw(symbol)
        if greatest > high:
            self.emitter.leave_if(self.emitter.number(high).signed_less(raw))
        if least < low:
            self.emitter.fail_if(raw.signed_less(self.emitter.number(low)))
        return raw

    def _set_code(self, symbol: Symbol, type: SetType) -> Value:
        words = self.words_of_set(symbol, type)
        if words is None or len(words) > 1:
            raise NotNative(f"a {type} of unknown items inside of another collection")
        return words[0]

    def words_of_set(self, symbol: Symbol, type: SetType) -> tuple[Value, ...] | None:
        """Set by `collections`, which knows about sets."""
        raise NotImplementedError

    def _option_code(self, symbol: Symbol, type: OptionType, item: Type) -> Value:
        if isinstance(symbol.type, OptionType):
            match symbol:
                case Coded(type=OptionType(item=inside), raw=raw):
                    if inside == item:
                        return raw
                    code = self.code(Coded(inside, raw - 1), item)  # another union
                    return (raw == 0).choose(self.emitter.number(0), code + 1)
                case Stored(shape=ChoiceShape(start=start, members=members)):
                    inner = self.load(self.inside_of(symbol, item, start, members[1][1]))
                    return self._if_present(self.tag(symbol) != 0, inner, item)
                case Maybe(present=present, item=inner):
                    return self._if_present(self.emitter.truth(present), inner, item)
                case Tabulated(values=values):
                    raise NotNative("an option beyond its bounds")
        return self.code(symbol, item) + 1

    def _if_present(self, present: Value, item: Symbol, type: Type) -> Value:
        emitter = self.emitter
        start = emitter.block
        then, after = emitter.new_block("present"), emitter.new_block("after")
        emitter.builder.cbranch(present.raw, then, after)
        emitter.at(then)
        code = self.code(item, type) + 1
        end = emitter.block
        emitter.jump(after)
        emitter.at(after)
        return emitter.phi(WORD, [(emitter.number(0).raw, start), (code.raw, end)])

    def tag(self, stored: Stored) -> Value:
        """Which one a stored option or union is."""
        shape = stored.shape
        assert isinstance(shape, ChoiceShape)
        return self.content(stored, shape.tag_width)

    def _product_code(self, symbol: Symbol, type: RecordType | TupleType) -> Value:
        types = component_types(type)
        match symbol:
            case Coded(type=RecordType() as other, raw=raw) if other == type:
                return raw
            case Coded(type=TupleType(), raw=raw) if symbol.type == type:
                return raw
            case Coded():
                parts = self.parts(symbol)
            case Product(parts=parts):
                parts = parts
            case Stored(shape=ProductShape(parts=places)):
                parts = tuple(
                    self.load(self.inside_of(symbol, inner, at, shape))
                    for inner, (at, shape) in zip(types, places, strict=True)
                )
            case _:
                raise NotNative(f"{symbol.__class__.__name__} as a {type}")
        return self._combined([(self.code(part, inner), self.size(inner))
                               for part, inner in zip(parts, types, strict=True)])

    def _combined(self, codes: list[tuple[Value, int]]) -> Value:
        result = self.emitter.number(0)
        for code, size in codes:
            result = result * size + code
        return result

    def _union_code(self, symbol: Symbol, type: UnionType) -> Value:
        match symbol:
            case Coded(type=RecordType(name=name)) | Product(type=RecordType(name=name)):
                return self.code(symbol, member_of(type, name)) + self.plain.member_start(type, name)
            case Stored(type=RecordType(name=name)):
                return self.code(symbol, member_of(type, name)) + self.plain.member_start(type, name)
            case Coded(type=UnionType() as other, raw=raw):
                return raw if other == type else self._other_union_code(raw, other, type)
            case Stored(shape=ChoiceShape()):
                return self._stored_union_code(symbol, type)
            case _:
                raise NotNative(f"{symbol.__class__.__name__} as a {type}")

    def _other_union_code(self, raw: Value, other: UnionType, type: UnionType) -> Value:
        """The same value in another union; those that are not in it do not come."""
        start, result = 0, raw
        names = {member.name for member in type.members}
        for member in members_in_order(other):
            if member.name in names:
                moved = raw + (self.plain.member_start(type, member.name) - start)
                result = (raw >= start).choose(moved, result)
            start += self.size(member)
        return result

    def _stored_union_code(self, symbol: Stored, type: UnionType) -> Value:
        emitter = self.emitter
        shape = symbol.shape
        assert isinstance(shape, ChoiceShape) and isinstance(symbol.type, UnionType)
        found = emitter.function.local(0)
        tag = self.tag(symbol)
        for index, (name, inner) in enumerate(shape.members):
            if all(member.name != name for member in type.members):
                continue
            with emitter.when(emitter.atom(tag == index)):
                member = member_of(symbol.type, name or "")
                part = self.load(self.inside_of(symbol, member, shape.start, inner))
                found.set(self.code(part, type))
        return found.get()

    def _list_code(self, symbol: Symbol, type: MapType | SeqType) -> Value:
        """Set by `collections`."""
        emitter = self.emitter
        item = type.value if isinstance(type, MapType) else type.item
        size = self.size(item)
        length = self.length(symbol)
        code = emitter.function.local(0)
        if isinstance(type, SeqType):
            capacity = self.plain.instance.lengths[type.bound or "seq"]
            starts = self.starts(size, capacity)
            if self.most(symbol) > capacity:
                emitter.leave_if(emitter.number(capacity) < length)
        with emitter.function.for_(0, length) as turn:
            now = self.code(self.item(symbol, turn), item)
            code.set(code.get() * size + now)
        if isinstance(type, MapType):
            return code.get()
        first = emitter.number(0)
        for n in range(1, capacity + 1):
            first = (length == n).choose(emitter.number(starts[n]), first)
        return code.get() + first

    def length(self, symbol: Symbol) -> Value:
        """The number of items of a sequence or a map."""
        raise NotImplementedError

    def most(self, symbol: Symbol) -> int:
        """The most items that a sequence or a map can have."""
        raise NotImplementedError

    def item(self, symbol: Symbol, index: Value) -> Symbol:
        """An item of a sequence or a map, at an index that is inside."""
        raise NotImplementedError

    # --- bounds -------------------------------------------------------------------------------------------------------

    def is_inside(self, symbol: Symbol, type: Type) -> bool:
        """Is the value sure to be within the bounds of `type`?"""
        value = known_value(symbol)
        if value is not None:
            try:
                self.plain.code(type, value[0])
            except (Outside, SpecError, KeyError):
                return False
            return True
        match symbol:
            case Unbound() | Truth():
                return True
            case Tabulated(values=values):
                return self._codes(values, type) is not None
            case Number():
                if not isinstance(type, IntType):
                    return not isinstance(type, OptionType) or self.is_inside(symbol, type.item)
                allowed = self.plain.instance.ranges.get(type.bound or "int")
                return allowed is not None and allowed[0] <= symbol.low and symbol.high <= allowed[1]
            case Product(type=RecordType()):
                return True
            case Product(type=TupleType(), parts=parts):
                inner = type.item if isinstance(type, OptionType) else type
                return all(self.is_inside(part, item) for part, item in zip(parts, component_types(inner), strict=True))
            case Coded() | Stored():
                return self._same_bounds(symbol.type, type)
            case Mask() | Members():
                inner = type.item if isinstance(type, OptionType) else type
                return isinstance(inner, SetType) and symbol.type.item == inner.item
            case _:
                return False

    def _same_bounds(self, own: Type, type: Type) -> bool:
        if own == type:
            return True
        if isinstance(type, OptionType) and self._same_bounds(own, type.item):
            return True
        if isinstance(type, UnionType):
            return isinstance(own, RecordType | UnionType)
        return self.plain.always_inside(type)


def component_types(type: Type) -> list[Type]:
    """The types of the components of a record or a tuple."""
    if isinstance(type, RecordType):
        return [field for _, field in type.fields]
    assert isinstance(type, TupleType)
    return list(type.items)
