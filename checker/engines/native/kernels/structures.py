"""Options, records, unions and tuples."""

from __future__ import annotations

# pyright: basic
from typing import TYPE_CHECKING, Any, assert_never

from checker.core import ir
from checker.core.types import BOOL, IntType, OptionType, RecordType, TupleType, Type, UnionType
from checker.engines.kernels.bounded import checked_value
from checker.engines.kernels.formula import FALSE, TRUE, Formula, negate, some_of
from checker.engines.layout import ChoiceShape, ProductShape
from checker.engines.native.kernels.lifting import lift
from checker.engines.native.kernels.symbols import (
    Coded, Known, Maybe, Number, Product, Stored, Symbol, Tabulated, Truth, Unbound, is_scalar, known_value,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import Outside, member_of, members_in_order
from checker.engines.system import SpecError

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator


def evaluate(ev: Evaluator, node: ir.Structural) -> Symbol:
    """The value of an expression about options, records, unions and tuples.

    A value in an option or a union keeps a type of its own, which says more than that of the expression.
    """
    match node:
        case ir.Some(operand=inside) | ir.Widen(operand=inside):
            symbol = ev.evaluate(inside)
            return Known(node.type, symbol.value) if isinstance(symbol, Known) else symbol
        case ir.IsNothing(operand=inside):
            return Truth(negate(is_present(ev, ev.evaluate(inside))))
        case ir.Unwrap(operand=inside):
            return unwrapped(ev, ev.evaluate(inside), node.type)
        case ir.Narrow(operand=inside):
            return narrowed(ev, ev.evaluate(inside), node.type)
        case ir.IsRecord(operand=inside, records=records):
            return Truth(is_record(ev, ev.evaluate(inside), {record.name for record in records}))
        case ir.MakeRecord(arguments=arguments):
            return _make_record(ev, node, [ev.evaluate(argument) for argument in arguments])
        case ir.MakeTuple(items=items):
            assert isinstance(node.type, TupleType)
            return Product(node.type, tuple(ev.evaluate(item) for item in items))
        case ir.Field(operand=inside, name=name):
            return field(ev, ev.evaluate(inside), name, node.type)
        case ir.Item(operand=inside, index=index):
            symbol = ev.evaluate(inside)
            found = lift(node.type, lambda value: value[index], symbol)
            return found if found is not None else ev.reader.components(symbol)[index]
        case _:
            assert_never(node)


def is_present(ev: Evaluator, symbol: Symbol) -> Formula:
    """Is there a value in the option?"""
    found = lift(BOOL, lambda value: value is not None, symbol)
    if found is not None:
        return ev.formula_of(found)
    if not isinstance(symbol.type, OptionType):
        return TRUE
    match symbol:
        case Maybe(present=present):
            return present
        case Coded(raw=raw):
            return ev.emitter.is_set(raw)
        case Stored(shape=ChoiceShape()):
            return ev.emitter.is_set(ev.reader.tag(symbol))
        case _:
            return TRUE


def unwrapped(ev: Evaluator, symbol: Symbol, type: Type) -> Symbol:
    """The value inside of an option that is known to have one."""

    def there(value: Any) -> Any:
        if value is None:
            raise KeyError
        return value

    found = lift(type, there, symbol)
    if found is not None:
        return found
    _, item = ev.reader.maybe(symbol)
    return item


def is_record(ev: Evaluator, symbol: Symbol, names: set[str]) -> Formula:
    """Is the value one of the records with these names?"""
    if isinstance(symbol.type, RecordType):
        return TRUE if symbol.type.name in names else FALSE
    found = lift(BOOL, lambda value: value[0] in names, symbol)
    if found is not None:
        return ev.formula_of(found)
    match symbol:
        case Coded(type=UnionType() as union, raw=raw):
            tests: list[Formula] = []
            start = 0
            for member in members_in_order(union):
                size = ev.reader.size(member)
                if member.name in names:
                    tests.append(ev.emitter.atom((raw - start) < size if start else raw < size))
                start += size
            return some_of(tests)
        case Stored(shape=ChoiceShape(members=members)):
            tag = ev.reader.tag(symbol)
            return some_of(ev.emitter.atom(tag == index) for index, (name, _) in enumerate(members) if name in names)
        case _:
            raise NotNative(f"the record of a value of type {symbol.type}")


def narrowed(ev: Evaluator, symbol: Symbol, type: Type) -> Symbol:
    """The same value, of which a test has shown that it is of `type`."""
    names = {member.name for member in type.members} if isinstance(type, UnionType) else {str(type)}

    def narrow(value: Any) -> Any:
        if value[0] not in names:
            raise KeyError
        return value

    found = lift(type, narrow, symbol)
    if found is not None:
        return found
    return as_member(ev, symbol, type.name) if isinstance(type, RecordType) else symbol


def as_member(ev: Evaluator, symbol: Symbol, name: str) -> Symbol:
    """A value of a union as the record that it is."""
    union = symbol.type
    if isinstance(union, RecordType):
        return symbol if union.name == name else Unbound(union)
    assert isinstance(union, UnionType)
    member = member_of(union, name)
    match symbol:
        case Coded(raw=raw):
            start = ev.plain.member_start(union, name)
            return ev.reader.from_code(member, raw - start if start else raw)
        case Stored(shape=ChoiceShape(start=start, members=members)):
            shape = next(shape for other, shape in members if other == name)
            return ev.reader.load(ev.reader.inside_of(symbol, member, start, shape))
        case Tabulated():
            return as_member(ev, Coded(union, ev.reader.code(symbol, union)), name)
        case _:
            raise NotNative(f"a value of type {symbol.type} as a record")


def _make_record(ev: Evaluator, node: ir.MakeRecord, arguments: list[Symbol]) -> Symbol:
    """Every field is checked against its bounds, after all arguments are evaluated."""
    assert isinstance(node.type, RecordType)
    types = [type for _, type in node.type.fields]
    return Product(node.type, tuple(checked(ev, part, type) for part, type in zip(arguments, types, strict=True)))


def checked(ev: Evaluator, symbol: Symbol, type: Type) -> Symbol:
    """The value, which leaves the model's bounds where it is no `type` of the model."""
    reader = ev.reader
    if ev.plain.always_inside(type) or reader.is_inside(symbol, type):
        return symbol
    value = known_value(symbol)
    if value is not None:
        try:
            checked_value(ev.plain, type, value[0])
        except Outside:
            reader.leave()
            return Unbound(type)
        except SpecError:
            reader.fail()
            return Unbound(type)
        return symbol
    if isinstance(type, IntType):
        allowed = ev.plain.instance.range_of(type)
        if allowed is None:
            return symbol
        raw = reader.check_int(symbol, *allowed)
        low, high = reader.interval(symbol)
        return Number(type, raw, max(low, allowed[0]), min(high, allowed[1]))
    try:
        return reader.from_code(type, reader.code(symbol, type))
    except KeyError:
        raise NotNative(f"a {type} without bounds in a record") from None


def field(ev: Evaluator, symbol: Symbol, name: str, type: Type) -> Symbol:
    """A field of a record, or of a union whose members all have it."""
    record = symbol.type.item if isinstance(symbol.type, OptionType) else symbol.type
    if isinstance(record, RecordType):
        place = [inner for inner, _ in record.fields].index(name)
        found = lift(type, lambda value: value[place + 1], symbol)
        if found is not None:
            return found
        if isinstance(symbol, Stored) and isinstance(symbol.shape, ProductShape):
            at, shape = symbol.shape.parts[place]
            return ev.reader.load(ev.reader.inside_of(symbol, record.fields[place][1], at, shape))
        return ev.reader.components(symbol)[place]
    assert isinstance(record, UnionType)
    places = {member.name: [inner for inner, _ in member.fields].index(name) + 1 for member in record.members
              if any(inner == name for inner, _ in member.fields)}
    found = lift(type, lambda value: value[places[value[0]]], symbol)
    return found if found is not None else _field_of_union(ev, symbol, record, name, type)


def _field_of_union(ev: Evaluator, symbol: Symbol, union: UnionType, name: str, type: Type) -> Symbol:
    """The field of whichever member the value is; those without it do not come."""
    members = [member for member in union.members if member.field_type(name) is not None]
    if isinstance(symbol, Coded) and (is_scalar(type) or type == BOOL):
        members.sort(key=lambda member: member.name)
        result = field(ev, as_member(ev, symbol, members[0].name), name, type)
        raw = ev.reader.raw(result)
        low, high = (0, 1) if type == BOOL else ev.reader.interval(result)
        for member in members[1:]:
            other = field(ev, as_member(ev, symbol, member.name), name, type)
            if type != BOOL:
                least, greatest = ev.reader.interval(other)
                low, high = min(low, least), max(high, greatest)
            later = symbol.raw >= ev.plain.member_start(union, member.name)
            raw = later.choose(ev.reader.raw(other), raw)
        return Truth(ev.emitter.is_set(raw)) if type == BOOL else Number(type, raw, low, high)
    from checker.engines.native.kernels.branches import choose

    def from_member(index: int) -> Symbol:
        member = members[index]

        def here() -> Symbol:
            return field(ev, as_member(ev, symbol, member.name), name, type)

        if index == len(members) - 1:
            return here()
        return choose(ev, type, is_record(ev, symbol, {member.name}), here, lambda: from_member(index + 1))

    return from_member(0)
