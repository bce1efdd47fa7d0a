"""Collections item by item, and values held in registers or words: what branches, loops and lists need."""

from __future__ import annotations

# pyright: basic
from typing import assert_never

from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.kernels.formula import FALSE, TRUE, Formula
from checker.engines.layout import BagShape, MapShape, SeqShape, SetShape
from checker.engines.native.builder import TRUTH, WORD, Array, Value
from checker.engines.native.kernels.emitter import BITS
from checker.engines.native.kernels.reading import Reader, component_types
from checker.engines.native.kernels.symbols import (
    Coded, CodePlan, Known, Listed, ListPlan, Mask, MaskPlan, Maybe, MaybePlan, Members, Number, NumberPlan, PartsPlan,
    Patched, PatchPlan, Plan, Product, Slots, Stored, Symbol, Tabulated, Truth, TruthPlan, Unbound, is_scalar,
    known_value, of_value,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import MASK_LIMIT, Outside, Plain
from checker.engines.system import SpecError


class Holder(Reader):
    """Reads collections, and holds values by a plan."""

    # --- items of sequences and maps ----------------------------------------------------------------------------------

    def length(self, symbol: Symbol) -> Value:
        """The number of items of a sequence or a map."""
        match symbol:
            case Known(value=value):
                return self.emitter.number(len(value))
            case Slots(values=values):
                return self.emitter.number(len(values))
            case Patched(origin=origin):
                return self.length(origin)
            case Stored(shape=MapShape(count=count)):
                return self.emitter.number(count)
            case Stored(shape=SeqShape(length_width=width)):
                return self.content(symbol, width)
            case Listed(memory=memory):
                return memory[0]
            case Unbound():
                return self.emitter.number(0)
            case _:
                raise NotNative(f"the length of {symbol.__class__.__name__}")

    def most(self, symbol: Symbol) -> int:
        """The most items that a collection can have."""
        match symbol:
            case Known(value=int() as mask):
                return mask.bit_count()
            case Known(value=value):
                return len(value)
            case Slots(values=values):
                return len(values)
            case Patched(origin=origin):
                return self.most(origin)
            case Stored(shape=MapShape(count=count)):
                return count
            case Stored(shape=SeqShape(capacity=capacity)) | Stored(shape=BagShape(capacity=capacity)):
                return capacity
            case Listed(plan=ListPlan(capacity=capacity)):
                return capacity
            case Stored(shape=SetShape(width=width)):
                return width
            case Members() | Mask():
                return self.size(symbol.type.item)
            case Unbound():
                return 0
            case _:
                raise NotNative(f"the length of {symbol.__class__.__name__}")

    def item(self, symbol: Symbol, index: Value) -> Symbol:
        """An item of a sequence or a map, at an index that is inside."""
        match symbol:
            case Known(type=type, value=value):
                return self._known_item(_item_type(type), value, index)
            case Stored(shape=MapShape(item=item, stride=stride), type=MapType(value=inner)):
                return self.load(self.inside_of(symbol, inner, 0, item, index, stride))
            case Stored(shape=SeqShape(item=item, stride=stride, start=start), type=SeqType(item=inner)):
                return self.load(self.inside_of(symbol, inner, start, item, index, stride))
            case Listed(memory=memory, plan=plan):
                return self.read(plan.item, memory, index * plan.stride + 1)
            case Slots() | Patched():
                return self.item(self.listed(symbol), index)
            case Unbound(type=type):
                return Unbound(_item_type(type))
            case _:
                raise NotNative(f"an item of {symbol.__class__.__name__}")

    def _known_item(self, type: Type, values: tuple[Plain, ...], index: Value) -> Symbol:
        different = set(values)
        if len(different) <= 1:
            return of_value(type, values[0]) if different else Unbound(type)
        if isinstance(type, BoolType):
            return Truth(self.emitter.is_set(self.constant_array(tuple(map(int, values)))[index]))
        if is_scalar(type):
            return Number(type, self.constant_array(tuple(values))[index], min(values), max(values))
        plan = self.plan_of_plain(type, values)
        if isinstance(plan, CodePlan):
            codes = tuple(self.plain.code(type, value) for value in values)
            return self.from_code(type, self.constant_array(codes)[index])
        listed = self.listed(Known(SeqType(type), values))
        return self.item(listed, index)

    def listed(self, symbol: Symbol, plan: ListPlan | None = None) -> Listed:
        """The collection in memory of its own."""
        if plan is None:
            if isinstance(symbol, Listed):
                return symbol
            found = self.plan_of(symbol, symbol.type)
            assert isinstance(found, ListPlan)
            plan = found
        memory = self.emitter.function.scratch(plan.words)
        self.write(plan, symbol, memory, self.emitter.number(0))
        return Listed(plan.type, memory, plan)

    # --- sets ---------------------------------------------------------------------------------------------------------

    def is_maskable(self, type: SetType) -> bool:
        """Do the items have codes, few enough for a bit each?"""
        try:
            return self.plain.size(type.item) <= MASK_LIMIT
        except KeyError:
            return False

    def known_mask(self, symbol: Symbol, type: SetType) -> int | None:
        """A known set as a mask of codes of `type`."""
        value = known_value(symbol)
        if value is None or not self.is_maskable(type):
            return None
        if isinstance(value[0], int):
            return value[0]
        try:
            return sum(1 << self.plain.code(type.item, part) for part in value[0])
        except (Outside, SpecError, KeyError):
            return None

    def words_of_set(self, symbol: Symbol, type: SetType) -> tuple[Value, ...] | None:
        """The set as a bit for each code; None where an item may have none."""
        if not self.is_maskable(type):
            return None
        count = max(1, -(-self.plain.size(type.item) // BITS))
        mask = self.known_mask(symbol, type)
        if mask is not None:
            return tuple(self.emitter.number(mask >> index * BITS & (1 << BITS) - 1) for index in range(count))
        match symbol:
            case Unbound():
                return tuple(self.emitter.number(0) for _ in range(count))
            case Mask(words=words) if symbol.type.item == type.item:
                return words
            case Stored(shape=SetShape()) if symbol.type == type:
                return self.mask_words(symbol)
            case Members() if symbol.type.item == type.item:
                return tuple(self._members_word(symbol, index) for index in range(count))
            case Tabulated(field=field, values=values) if count == 1:
                return (self.table(field, self._codes(values, type) or {}),)
            case _:
                return None

    def _members_word(self, members: Members, index: int) -> Value:
        emitter = self.emitter
        known, word = 0, emitter.number(0)
        if members.origin is not None:
            word = self.mask_words(members.origin)[index]
            dropped = members.dropped >> index * BITS & (1 << BITS) - 1
            word = word & ~emitter.number(dropped) if dropped else word
        for code, formula in members.formulas.items():
            if code // BITS != index:
                continue
            if formula == TRUE:
                known |= 1 << code % BITS
            else:
                word = word | (emitter.truth(formula).widened(WORD) << code % BITS)
        for raw, _, _ in members.added:
            one = emitter.number(1) << (raw & 63)
            word = word | ((raw >> 6) == index).choose(one, emitter.number(0))
        return word | known if known else word

    # --- plans --------------------------------------------------------------------------------------------------------

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
        item = _item_type(type)
        if isinstance(type, BagType):
            own = _item_type(symbol.type)
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
                return self.joined([self.plan_of_type(_item_type(origin.type)), *plans], item)
            case Listed(plan=plan):
                return plan.item
            case _:
                return self.plan_of_type(_item_type(symbol.type))

    def _maybe_plan(self, symbol: Symbol, type: OptionType, item: Type) -> Plan:
        match symbol:
            case Known(value=None):
                return MaybePlan(type, self._least_plan(item))
            case Maybe(item=inner):
                return MaybePlan(type, self.plan_of(inner, item))
            case Coded(type=OptionType()):
                return MaybePlan(type, self.plan_of_type(symbol.type.item))
            case Stored(type=OptionType()) | Tabulated(type=OptionType()):
                return MaybePlan(type, self.plan_of_type(symbol.type.item))
            case _:
                return MaybePlan(type, self.plan_of(symbol, item))

    def _least_plan(self, item: Type) -> Plan:
        if isinstance(item, IntType):
            return NumberPlan(item, 0, 0)
        return self.plan_of_type(item)

    def components(self, symbol: Symbol) -> tuple[Symbol, ...]:
        """The parts of a record or a tuple."""
        from checker.engines.layout import ProductShape

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
                raise NotNative(f"the parts of {symbol.__class__.__name__}")

    # --- words --------------------------------------------------------------------------------------------------------

    def write(self, plan: Plan, symbol: Symbol, memory: Array, at: Value) -> None:
        """Puts the value into memory."""
        match plan:
            case ListPlan():
                self._write_list(plan, symbol, memory, at)
            case _:
                for index, leaf in enumerate(self.leaves(plan, symbol)):
                    memory[at + index] = leaf.widened(WORD)

    def _write_list(self, plan: ListPlan, symbol: Symbol, memory: Array, at: Value) -> None:
        function = self.emitter.function
        if isinstance(plan.type, BagType | SetType):
            self._write_words(plan, symbol, memory, at)
            return
        values: tuple[Symbol, ...] | None = None
        match symbol:
            case Slots(values=found):
                values = found
            case Known(value=found):
                inner = _item_type(plan.type)
                values = tuple(of_value(inner, value) for value in found)
        if values is not None:
            memory[at] = self.emitter.number(len(values))
            for index, value in enumerate(values):
                self.write(plan.item, value, memory, at + (1 + index * plan.stride))
            return
        if isinstance(symbol, Patched):
            self._write_list(plan, symbol.origin, memory, at)
            for key, value in symbol.patches:
                self.write(plan.item, value, memory, at + self.raw(key) * plan.stride + 1)
            return
        length = self.length(symbol)
        memory[at] = length
        with function.for_(0, length) as index:
            self.write(plan.item, self.item(symbol, index), memory, at + index * plan.stride + 1)

    def _write_words(self, plan: ListPlan, symbol: Symbol, memory: Array, at: Value) -> None:
        """Set by `gathering`, which knows about bags and listed sets."""
        raise NotImplementedError

    def read(self, plan: Plan, memory: Array, at: Value) -> Symbol:
        """The value that is held in memory."""
        if isinstance(plan, ListPlan):
            return Listed(plan.type, memory.from_(at), plan)
        return self.rebuilt(plan, [memory[at + index] for index in range(plan.words)])

    # --- registers ----------------------------------------------------------------------------------------------------

    def leaves(self, plan: Plan, symbol: Symbol) -> list[Value]:
        """The registers that hold the value."""
        match plan:
            case TruthPlan():
                return [truth_value(self, symbol)]
            case NumberPlan():
                return [self.raw(symbol)]
            case CodePlan(type=type):
                return [self.code(symbol, type)]
            case MaskPlan(type=type):
                words = self.words_of_set(symbol, type)
                if words is None:
                    raise NotNative(f"a {type} of unknown items")
                return list(words)
            case PartsPlan(parts=parts):
                pairs = zip(parts, self.components(symbol), strict=True)
                return [leaf for part, inner in pairs for leaf in self.leaves(part, inner)]
            case MaybePlan():
                return self._maybe_leaves(plan, symbol)
            case ListPlan():
                return [self.listed(symbol, plan).memory.pointer]
            case PatchPlan(patches=patches):
                return [leaf for key, inner in patches for leaf in self.leaves(inner, self.at_key(symbol, key))]
            case _:
                assert_never(plan)

    def _maybe_leaves(self, plan: MaybePlan, symbol: Symbol) -> list[Value]:
        emitter = self.emitter
        present, item = self.maybe(symbol)
        if present == FALSE:
            return [emitter.truth(FALSE), *self.leaves(plan.item, Unbound(plan.type.item))]
        return [emitter.truth(present), *self.leaves(plan.item, item)]

    def maybe(self, symbol: Symbol) -> tuple[Formula, Symbol]:
        """Is there an item, and which?  (What the item is where there is none does not matter.)"""
        from checker.engines.layout import ChoiceShape

        if not isinstance(symbol.type, OptionType):
            return TRUE, symbol
        item = symbol.type.item
        match symbol:
            case Maybe(present=present, item=inner):
                return present, inner
            case Known(value=value):
                return (FALSE, Unbound(item)) if value is None else (TRUE, of_value(item, value))
            case Coded(raw=raw):
                return self.emitter.is_set(raw), self.from_code(item, raw - 1)
            case Tabulated():
                return self.maybe(Coded(symbol.type, self.code(symbol, symbol.type)))
            case Stored(shape=ChoiceShape(start=start, members=members)):
                inner = self.load(self.inside_of(symbol, item, start, members[1][1]))
                return self.emitter.is_set(self.tag(symbol)), inner
            case Unbound():
                return FALSE, Unbound(item)
            case _:
                return TRUE, symbol

    def rebuilt(self, plan: Plan, leaves: list[Value]) -> Symbol:
        """The value that the registers hold."""
        match plan:
            case TruthPlan():
                value = leaves[0]
                return Truth(self.emitter.atom(value if value.type == TRUTH else value != 0))
            case NumberPlan(type=type, low=low, high=high):
                return Number(type, leaves[0], low, high)
            case CodePlan(type=type):
                return self.from_code(type, leaves[0])
            case MaskPlan(type=type):
                return Mask(type, tuple(leaves))
            case PartsPlan(type=type, parts=parts):
                found: list[Symbol] = []
                for part in parts:
                    count = leaf_count(part)
                    found.append(self.rebuilt(part, leaves[:count]))
                    leaves = leaves[count:]
                return Product(type, tuple(found))
            case MaybePlan(type=type, item=item):
                test = leaves[0]
                present = self.emitter.atom(test if test.type == TRUTH else test != 0)
                return Maybe(type, present, self.rebuilt(item, leaves[1:]))
            case ListPlan(type=type):
                return Listed(type, Array(self.emitter.function, leaves[0]), plan)
            case PatchPlan(type=type, origin=origin, patches=patches):
                patched: list[tuple[Symbol, Symbol]] = []
                for key, inner in patches:
                    count = leaf_count(inner)
                    patched.append((key, self.rebuilt(inner, leaves[:count])))
                    leaves = leaves[count:]
                return Patched(type, origin, tuple(patched))
            case _:
                assert_never(plan)


def leaf_count(plan: Plan) -> int:
    """How many registers hold a value."""
    match plan:
        case ListPlan():
            return 1
        case PartsPlan(parts=parts):
            return sum(map(leaf_count, parts))
        case PatchPlan(patches=patches):
            return sum(leaf_count(inner) for _, inner in patches)
        case MaybePlan(item=item):
            return 1 + leaf_count(item)
        case _:
            return plan.words


def truth_value(reader: Holder, symbol: Symbol) -> Value:
    """A truth value in a register of one bit."""
    match symbol:
        case Truth(formula=formula):
            return reader.emitter.truth(formula)
        case Known(value=value):
            return reader.emitter.truth(TRUE if value else FALSE)
        case Unbound():
            return reader.emitter.truth(FALSE)
        case _:
            raise NotNative(f"{symbol.__class__.__name__} as a truth value")


def _item_type(type: Type) -> Type:
    match type:
        case MapType(value=item) | SeqType(item=item) | SetType(item=item) | BagType(item=item):
            return item
        case QuorumType(member=item):
            return item
        case _:
            raise AssertionError(f"{type} is no collection")
