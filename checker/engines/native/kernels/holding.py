"""Values in registers and words, as a plan says."""

from __future__ import annotations

from abc import abstractmethod
from typing import assert_never

from checker.core.types import BagType, OptionType, SetType
from checker.engines.kernels.formula import FALSE, TRUE, Formula

# pyright: basic
from checker.engines.layout import ChoiceShape
from checker.engines.native.code.builder import TRUTH, WORD, Array, Value
from checker.engines.native.kernels.planning import Planner
from checker.engines.native.kernels.symbols import (
    Coded, CodePlan, Known, Listed, ListPlan, Mask, MaskPlan, Maybe, MaybePlan, Number, NumberPlan, PartsPlan, Patched,
    PatchPlan, Plan, Product, Slots, Stored, Symbol, Tabulated, Truth, TruthPlan, Unbound, item_type, of_value,
)
from checker.engines.native.limits import NotNative


class Holder(Planner):
    """Holds values by a plan."""

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
                inner = item_type(plan.type)
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

    @abstractmethod
    def at_key(self, map: Symbol, key: Symbol) -> Symbol:
        """The value of a map at the key with this position."""

    @abstractmethod
    def _write_words(self, plan: ListPlan, symbol: Symbol, memory: Array, at: Value) -> None:
        """Puts a bag or a listed set into memory."""

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
            return [emitter.truth(FALSE), *self.leaves(plan.item, Unbound(item_type(plan.type)))]
        return [emitter.truth(present), *self.leaves(plan.item, item)]

    def maybe(self, symbol: Symbol) -> tuple[Formula, Symbol]:
        """Is there an item, and which?  (What the item is where there is none does not matter.)"""
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
            raise NotNative(f"a value of type {symbol.type} as a truth value")
