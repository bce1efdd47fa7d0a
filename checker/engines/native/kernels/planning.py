"""How values are held that are computed: a plan that serves one value, or several that come to one place."""

from __future__ import annotations

from typing import assert_never

from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)

# pyright: basic
from checker.engines.layout import ProductShape, SetShape
from checker.engines.native.kernels.emitter import BITS
from checker.engines.native.kernels.items import Items
from checker.engines.native.kernels.reading import component_types
from checker.engines.native.kernels.symbols import (
    Coded, CodePlan, Known, Listed, ListPlan, Mask, MaskPlan, Maybe, MaybePlan, Members, NumberPlan, PartsPlan, Patched,
    Plan, Product, Slots, Stored, Symbol, Tabulated, TruthPlan, Unbound, is_scalar, item_type, known_value, of_value,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import Plain


class Planner(Items):
    """Makes plans."""

    def plan_of_type(self, type: Type) -> Plan:
        """How any value within bounds is held."""
        match type:
            case BoolType():
                return TruthPlan()
            case IntType(bound=bound):
                found = self.plain.instance.ranges.get(bound or "int")
                if found is None:
                    raise NotNative("an int without a range in a collection")
                return NumberPlan(type, *found)
            case EnumType() | SortType() | QuorumType():
                return NumberPlan(type, 0, self.plain.size(type) - 1)
            case SetType():
                if not self.is_maskable(type):
                    raise NotNative(f"a {type} with too many possible items")
                return MaskPlan(type, max(1, -(-self.plain.size(type.item) // BITS)))
            case MapType(key=key, value=value):
                return ListPlan(type, self.plan_of_type(value), self.plain.size(key))
            case SeqType(item=item, bound=bound):
                return ListPlan(type, self.plan_of_type(item), self.plain.instance.lengths[bound or "seq"])
            case BagType(item=item):
                distinct, _ = self.plain.bag_bound(type)
                return ListPlan(type, self.word_plan(item), min(distinct, self.size(item)))
            case RecordType() | TupleType() | OptionType() | UnionType():
                self.size(type)
                return CodePlan(type)
            case _:
                assert_never(type)

    def word_plan(self, type: Type) -> Plan:
        """How an item of a bag or of a listed set is held: one word that orders items as a binder goes through them."""
        if isinstance(type, IntType):
            found = self.plain.instance.ranges.get(type.bound or "int", (0, 0))
            return NumberPlan(type, *found)
        self.size(type)
        return NumberPlan(type, 0, self.size(type) - 1) if is_scalar(type) else CodePlan(type)

    def plan_of_plain(self, type: Type, values: tuple[Plain, ...]) -> Plan:
        """How these values are held."""
        if isinstance(type, IntType):
            return NumberPlan(type, min(values, default=0), max(values, default=0))
        symbols = [Known(type, value) for value in values]
        plans = [self.plan_of(symbol, type) for symbol in symbols]
        return self.joined(plans, type)

    def joined(self, plans: list[Plan], type: Type) -> Plan:
        """A plan that serves all."""
        if not plans:
            return NumberPlan(type, 0, 0) if isinstance(type, IntType) else self.plan_of_type(type)
        result = plans[0]
        for plan in plans[1:]:
            result = self.join(result, plan)
        return result

    def join(self, left: Plan, right: Plan) -> Plan:
        """A plan that serves both."""
        if left == right:
            return left
        match left, right:
            case NumberPlan(type=type), NumberPlan():
                return NumberPlan(type, min(left.low, right.low), max(left.high, right.high))
            case ListPlan(type=type), ListPlan():
                item = self.join(left.item, right.item) if left.capacity and right.capacity else (
                    left.item if left.capacity else right.item)
                return ListPlan(type, item, max(left.capacity, right.capacity))
            case MaybePlan(type=type, item=one), MaybePlan(item=other):
                return MaybePlan(type, self.join(one, other))
            case PartsPlan(type=type, parts=ones), PartsPlan(parts=others):
                return PartsPlan(type, tuple(map(self.join, ones, others)))
            case (CodePlan() as one, (MaybePlan() | PartsPlan() | CodePlan()) as other):
                return self.join(self._opened(one), other if not isinstance(other, CodePlan) else self._opened(other))
            case ((MaybePlan() | PartsPlan()) as one, CodePlan() as other):
                return self.join(one, self._opened(other))
            case _:
                raise NotNative("two different ways to hold one value")

    def _opened(self, plan: CodePlan) -> Plan:
        match plan.type:
            case OptionType(item=item):
                return MaybePlan(plan.type, self.plan_of_type(item))
            case TupleType(items=items):
                return PartsPlan(plan.type, tuple(map(self.plan_of_type, items)))
            case _:
                raise NotNative(f"two different ways to hold a {plan.type}")

    def plan_of(self, symbol: Symbol, type: Type) -> Plan:
        """How the value of an expression of this type is held."""
        if isinstance(type, BoolType):
            return TruthPlan()
        if is_scalar(type):
            return NumberPlan(type, *self.interval(symbol))
        if isinstance(symbol, Unbound):
            return self.plan_of_type(type)
        match type:
            case SetType():
                if self.is_mask(symbol, type):
                    return MaskPlan(type, max(1, -(-self.plain.size(type.item) // BITS)))
                return self._listed_set_plan(symbol, type)
            case MapType() | SeqType() | BagType():
                return ListPlan(type, self._item_plan(symbol, type), self.most(symbol))
            case _ if self.is_inside(symbol, type):
                self.size(type)
                return CodePlan(type)
            case OptionType(item=item):
                return self._maybe_plan(symbol, type, item)
            case TupleType():
                parts = self.components(symbol)
                return PartsPlan(type, tuple(
                    self.plan_of(part, item) for part, item in zip(parts, type.items, strict=True)))
            case _:
                raise NotNative(f"a {type} beyond its bounds")

    def is_mask(self, symbol: Symbol, type: SetType) -> bool:
        """Can the set be a bit for each code?"""
        if known_value(symbol) is not None:
            return self.known_mask(symbol, type) is not None
        match symbol:
            case Mask() | Members():
                return symbol.type.item == type.item
            case Stored(shape=SetShape()):
                return symbol.type == type
            case Tabulated(values=values):
                return self.is_maskable(type) and self._codes(values, type) is not None
            case _:
                return isinstance(symbol, Unbound)

    def list_plan(self, symbol: Symbol, type: Type) -> ListPlan:
        """`plan_of` for what is held as a list."""
        plan = self.plan_of(symbol, type)
        if not isinstance(plan, ListPlan):
            raise NotNative(f"a {type} as a list")
        return plan

    def _listed_set_plan(self, symbol: Symbol, type: SetType) -> Plan:
        if isinstance(symbol, Listed):
            return symbol.plan
        value = known_value(symbol)
        if value is not None and isinstance(value[0], frozenset) and isinstance(type.item, IntType):
            return ListPlan(type, self.plan_of_plain(type.item, tuple(value[0])), len(value[0]))
        if isinstance(symbol.type, SetType) and self.is_mask(symbol, symbol.type):
            return ListPlan(type, self.word_plan(symbol.type.item), self.size(symbol.type.item))
        raise NotNative(f"a {type} of items that may be beyond the model's bounds")

    def _item_plan(self, symbol: Symbol, type: MapType | SeqType | BagType) -> Plan:
        item = item_type(type)
        if isinstance(type, BagType):
            own = item_type(symbol.type)
            if isinstance(symbol, Listed):
                return symbol.plan.item
            return self.word_plan(own)
        match symbol:
            case Known(value=value):
                return self.plan_of_plain(item, tuple(value))
            case Slots(values=values):
                return self.joined([self.plan_of(value, item) for value in values], item)
            case Patched(origin=origin, patches=patches):
                plans = [self.plan_of(value, item) for _, value in patches]
                return self.joined([self.plan_of_type(item_type(origin.type)), *plans], item)
            case Listed(plan=plan):
                return plan.item
            case _:
                return self.plan_of_type(item_type(symbol.type))

    def _maybe_plan(self, symbol: Symbol, type: OptionType, item: Type) -> Plan:
        match symbol:
            case Known(value=None):
                return MaybePlan(type, self._least_plan(item))
            case Maybe(item=inner):
                return MaybePlan(type, self.plan_of(inner, item))
            case Coded(type=OptionType(item=own)) | Stored(type=OptionType(item=own)) | Tabulated(
                type=OptionType(item=own)
            ):
                return MaybePlan(type, self.plan_of_type(own))
            case _:
                return MaybePlan(type, self.plan_of(symbol, item))

    def _least_plan(self, item: Type) -> Plan:
        if isinstance(item, IntType):
            return NumberPlan(item, 0, 0)
        return self.plan_of_type(item)

    def components(self, symbol: Symbol) -> tuple[Symbol, ...]:
        """The parts of a record or a tuple."""
        match symbol:
            case Product(parts=parts):
                return parts
            case Coded():
                return self.parts(symbol)
            case Known(type=type, value=value):
                inner = type.item if isinstance(type, OptionType) else type
                if isinstance(inner, UnionType):
                    inner = next(member for member in inner.members if member.name == value[0])
                values = value[1:] if isinstance(inner, RecordType) else value
                return tuple(of_value(part, v) for part, v in zip(component_types(inner), values, strict=True))
            case Stored(type=type, shape=ProductShape(parts=places)):
                types = component_types(type)
                return tuple(
                    self.load(self.inside_of(symbol, part, at, shape))
                    for part, (at, shape) in zip(types, places, strict=True))
            case Tabulated():
                return self.parts(Coded(symbol.type, self.code(symbol, symbol.type)))
            case Unbound(type=type):
                return tuple(Unbound(part) for part in component_types(type))
            case _:
                raise NotNative(f"the parts of a value of type {symbol.type}")
