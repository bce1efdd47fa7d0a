"""From symbols to codes, the positions of values among all of their types, with the checks of the model's bounds."""

from __future__ import annotations

from collections.abc import Mapping

from checker.core.types import (
    BagType, BoolType, IntType, MapType, OptionType, RecordType, SeqType, SetType, TupleType, Type, UnionType,
)
from checker.engines.layout import ChoiceShape, ProductShape
from checker.engines.native.code.builder import WORD, Value

# pyright: basic
from checker.engines.native.kernels.reading import Reader, component_types
from checker.engines.native.kernels.symbols import (
    Coded, Mask, Maybe, Members, Number, Product, Stored, Symbol, Tabulated, Truth, Unbound, known_value,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import Outside, Plain, check_int, member_of, members_in_order
from checker.engines.system import SpecError


class Coder(Reader):
    """Computes codes."""

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
                return self._option_code(symbol, item)
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

    def code_inside(self, symbol: Symbol, type: Type) -> Value:
        """The code, of which the register knows that it is one of the type: elsewhere an item out of the model's
        bounds has left already."""
        return self.code(symbol, type).within(0, self.size(type) - 1)

    def _known_code(self, value: Plain, type: Type) -> Value:
        try:
            return self.emitter.number(self.plain.code(type, value))
        except Outside:
            self.leave()
        except SpecError:
            self.fail()
        return self.emitter.number(0)

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
        match words:
            case (word,):
                return word
            case _:
                raise NotNative(f"a {type} of unknown items inside of another collection")

    def _option_code(self, symbol: Symbol, item: Type) -> Value:
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
                case Tabulated():
                    raise NotNative("an option beyond its bounds")
        return self.code(symbol, item) + 1

    def _if_present(self, present: Value, item: Symbol, type: Type) -> Value:
        emitter = self.emitter
        start = emitter.block
        then, after = emitter.new_block("present"), emitter.new_block("after")
        emitter.function.branch(present, then, after)
        emitter.at(then)
        code = self.code(item, type) + 1
        end = emitter.block
        emitter.jump(after)
        emitter.at(after)
        return emitter.phi(WORD, [(emitter.number(0), start), (code, end)])

    def _product_code(self, symbol: Symbol, type: RecordType | TupleType) -> Value:
        types = component_types(type)
        match symbol:
            case Coded(type=RecordType() as other, raw=raw) if other == type:
                return raw
            case Coded(type=TupleType(), raw=raw) if symbol.type == type:
                return raw
            case Coded():
                parts = self.parts(symbol)
            case Product():
                parts = symbol.parts
            case Stored(shape=ProductShape(parts=places)):
                parts = tuple(
                    self.load(self.inside_of(symbol, inner, at, shape))
                    for inner, (at, shape) in zip(types, places, strict=True)
                )
            case _:
                raise NotNative(f"a value of type {symbol.type} as a {type}")
        result = self.emitter.number(0)
        for part, inner in zip(parts, types, strict=True):
            result = result * self.size(inner) + self.code_inside(part, inner)
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
                raise NotNative(f"a value of type {symbol.type} as a {type}")

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
