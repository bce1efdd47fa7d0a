"""Collections item by item, wherever they are: in the state, in registers, or in memory of their own."""

from __future__ import annotations

# pyright: basic
from abc import abstractmethod

from checker.core.types import BoolType, MapType, SeqType, SetType, Type
from checker.engines.kernels.formula import TRUE
from checker.engines.layout import BagShape, MapShape, SeqShape, SetShape
from checker.engines.native.code.builder import WORD, Array, Value
from checker.engines.native.kernels.coding import Coder
from checker.engines.native.kernels.emitter import BITS
from checker.engines.native.kernels.symbols import (
    CodePlan, Known, Listed, ListPlan, Mask, Members, Number, Patched, Plan, Slots, Stored, Symbol, Tabulated, Truth,
    Unbound, is_scalar, item_type, known_value, of_value,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import MASK_LIMIT, Outside, Plain
from checker.engines.system import SpecError


class Items(Coder):
    """Reads collections."""

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
            case Stored(shape=SeqShape(length_width=width, capacity=capacity)):
                return self.content(symbol, width).within(0, capacity)
            case Listed(memory=memory, plan=plan):
                return memory[0].within(0, plan.capacity)
            case Unbound():
                return self.emitter.number(0)
            case _:
                raise NotNative(f"the length of a value of type {symbol.type}")

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
                raise NotNative(f"the length of a value of type {symbol.type}")

    def item(self, symbol: Symbol, index: Value) -> Symbol:
        """An item of a sequence or a map, at an index that is inside."""
        match symbol:
            case Known(type=type, value=value):
                return self._known_item(item_type(type), value, index)
            case Stored(shape=MapShape(item=item, stride=stride), type=MapType(value=inner)):
                return self.load(self.inside_of(symbol, inner, 0, item, index, stride))
            case Stored(shape=SeqShape(item=item, stride=stride, start=start), type=SeqType(item=inner)):
                return self.load(self.inside_of(symbol, inner, start, item, index, stride))
            case Listed(memory=memory, plan=plan):
                return self.read(plan.item, memory, index * plan.stride + 1)
            case Slots() | Patched():
                return self.item(self.listed(symbol), index)
            case Unbound(type=type):
                return Unbound(item_type(type))
            case _:
                raise NotNative(f"an item of a value of type {symbol.type}")

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
        memory = self.emitter.scratch(plan.words)
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
        for raw in members.added:
            one = emitter.number(1) << (raw & 63)
            word = word | ((raw >> 6) == index).choose(one, emitter.number(0))
        return word | known if known else word

    @abstractmethod
    def plan_of(self, symbol: Symbol, type: Type) -> Plan:
        """How the value of an expression of this type is held."""

    @abstractmethod
    def plan_of_plain(self, type: Type, values: tuple[Plain, ...]) -> Plan:
        """How these values are held."""

    @abstractmethod
    def write(self, plan: Plan, symbol: Symbol, memory: Array, at: Value) -> None:
        """Puts the value into memory."""

    @abstractmethod
    def read(self, plan: Plan, memory: Array, at: Value) -> Symbol:
        """The value that is held in memory."""
