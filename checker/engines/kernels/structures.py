"""Options, records, unions and tuples over symbols: part by part as long as the parts are total."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, assert_never

from checker.core import ir
from checker.core.types import BOOL, IntType, RecordType, TupleType, Type, UnionType
from checker.engines.kernels.bounded import checked_value
from checker.engines.kernels.formula import boolean, is_total
from checker.engines.kernels.lifting import lift
from checker.engines.kernels.runtime import field_at
from checker.engines.kernels.symbols import (
    Computed, Known, Product, Stored, Symbol, Tabulated, Truth, computed, known_value, retyped, total, truth,
)
from checker.engines.layout import ProductShape
from checker.engines.plain import Plain, check_int

if TYPE_CHECKING:
    from checker.engines.kernels.evaluate import Evaluator


def evaluate(evaluator: Evaluator, node: ir.Structural) -> Symbol:
    """What is known of the value of an expression about options, records, unions and tuples."""
    match node:
        case ir.Some(operand=inside) | ir.Widen(operand=inside):
            return _as_part(evaluator, evaluator.evaluate(inside), node.type)
        case ir.IsNothing(operand=inside):
            symbol = evaluator.evaluate(inside)
            if isinstance(symbol, Product | Truth):
                return truth(False)
            return lift(evaluator.texts, node.type, lambda value: value is None, "{} is None", symbol)
        case ir.Unwrap(operand=inside):
            return _narrowed(evaluator, evaluator.evaluate(inside), node.type, lambda value: value is not None)
        case ir.Narrow(operand=inside):
            names = {record.name for record in _records(node.type)}
            return _narrowed(evaluator, evaluator.evaluate(inside), node.type, lambda value: value[0] in names)
        case ir.IsRecord(operand=inside, records=records):
            return _is_record(evaluator, evaluator.evaluate(inside), tuple(record.name for record in records))
        case ir.MakeRecord(arguments=arguments):
            return _make_record(evaluator, node, [evaluator.evaluate(argument) for argument in arguments])
        case ir.MakeTuple(items=items):
            assert isinstance(node.type, TupleType)
            parts = tuple(evaluator.evaluate(item) for item in items)
            product = Product(node.type, parts)
            return product if all(map(total, parts)) else Computed(node.type, evaluator.texts.text(product), False)
        case ir.Field(operand=inside, name=name):
            return field(evaluator, evaluator.evaluate(inside), name, node)
        case ir.Item(operand=inside, index=index):
            return _component(evaluator, evaluator.evaluate(inside), index, index, node.type)
        case _:
            assert_never(node)


def _as_part(evaluator: Evaluator, symbol: Symbol, type: Type) -> Symbol:
    """A value inside of an option or a union: a set of bits or a truth value is then no longer one by itevaluator."""
    if isinstance(symbol, Truth) and known_value(symbol) is None:
        return Computed(type, boolean(symbol.formula), is_total(symbol.formula))
    if isinstance(symbol, Stored):
        return Computed(type, evaluator.texts.text(symbol))
    value = known_value(symbol)
    if value is not None:
        return Known(type, value[0])
    return retyped(symbol, type)


def _narrowed(evaluator: Evaluator, symbol: Symbol, type: Type, keep: Callable[[Any], bool]) -> Symbol:
    """The same value, of which a test has shown that `keep` is true."""
    def narrow(value: Any) -> Any:
        if not keep(value):
            raise KeyError
        return value

    if isinstance(symbol, Stored):
        return computed(type, evaluator.texts.text(symbol), total=True)
    if known_value(symbol) is not None or isinstance(symbol, Tabulated):
        return lift(evaluator.texts, type, narrow, "{}", symbol)
    return retyped(symbol, type)


def _is_record(evaluator: Evaluator, symbol: Symbol, names: tuple[str, ...]) -> Symbol:
    if isinstance(symbol, Product):
        return truth(str(symbol.type) in names)
    test = f"== {names[0]!r}" if len(names) == 1 else f"in {names!r}"
    return lift(evaluator.texts, BOOL, lambda value: value[0] in names, f"{{}}[0] {test}", symbol)


def _make_record(evaluator: Evaluator, node: ir.MakeRecord, arguments: list[Symbol]) -> Symbol:
    """Every field is checked against its bounds, after all arguments are evaluated."""
    assert isinstance(node.type, RecordType)
    types = [type for _, type in node.type.fields]
    if all(map(total, arguments)):
        parts = tuple(checked(evaluator, part, type) for part, type in zip(arguments, types, strict=True))
        product = Product(node.type, parts)
        return product if all(map(total, parts)) else Computed(node.type, evaluator.texts.text(product), False)
    text = evaluator.texts.text(Product(node.type, tuple(arguments)))
    if all(map(evaluator.plain.always_inside, types)):
        return Computed(node.type, text, False)
    table, _ = _check(evaluator, node.type)
    return Computed(node.type, f"{table}[{text}]", False)


def _check(evaluator: Evaluator, type: Type) -> tuple[str, Callable[[Plain], Plain]]:
    """The function that returns a value which is within bounds, and the table of its results."""
    check = partial(checked_value, evaluator.plain, type)
    return evaluator.texts.program.table("checked", type, check, "itself, if within bounds"), check


def checked(evaluator: Evaluator, symbol: Symbol, type: Type) -> Symbol:
    """The value, which leaves the model's bounds where it is no `type` of the model."""
    if evaluator.plain.always_inside(type):
        return symbol
    if isinstance(type, IntType):
        allowed = evaluator.plain.instance.range_of(type)
        if allowed is None or evaluator.texts.inside(symbol, *allowed):
            return symbol
        low, high = allowed
        return lift(
            evaluator.texts, type, lambda value: check_int(value, low, high), f"check_int({{}}, {low}, {high})", symbol,
            may_raise=True, interval=(low, high),
        )
    if isinstance(symbol, Stored) and symbol.type == type:
        return symbol
    table, check = _check(evaluator, type)
    return lift(evaluator.texts, type, check, f"{table}[{{}}]", symbol, may_raise=True)


def field(evaluator: Evaluator, symbol: Symbol, name: str, node: ir.Field) -> Symbol:
    """A field of a record, or of a union whose members all have it."""
    if isinstance(symbol, Product):
        assert isinstance(symbol.type, RecordType)
        return symbol.parts[[field for field, _ in symbol.type.fields].index(name)]
    records = _records(node.operand.type)
    places = {record.name: [field for field, _ in record.fields].index(name) + 1 for record in records}
    if len(set(places.values())) == 1:
        place = next(iter(places.values()))
        return _component(evaluator, symbol, place, place - 1, node.type)
    key = ("places", node.operand.type, name)
    listed = evaluator.texts.program.define(key, f"place_of_{name}", lambda: places, "by record")
    return lift(evaluator.texts, node.type, lambda value: field_at(value, places), f"field_at({{}}, {listed})", symbol)


def _component(evaluator: Evaluator, symbol: Symbol, place: int, part: int, type: Type) -> Symbol:
    match symbol:
        case Product(parts=parts):
            return parts[part]
        case Stored(source=source, position=position, shape=ProductShape(parts=parts), offset=offset):
            inside, shape = parts[part]
            return evaluator.texts.load(Stored(type, source, position + inside, shape, offset))
        case _:
            return lift(evaluator.texts, type, lambda value: value[place], f"{{}}[{place}]", symbol)


def _records(type: Type) -> tuple[RecordType, ...]:
    if isinstance(type, UnionType):
        return type.members
    assert isinstance(type, RecordType)
    return (type,)
