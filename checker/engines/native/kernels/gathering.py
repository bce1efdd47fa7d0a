"""Maps by their keys; bags and listed sets, whose items are words in ascending order."""

from __future__ import annotations

from typing import Any

# pyright: basic
from checker.core.types import BagType, IntType, MapType, SetType, Type, parts
from checker.engines.layout import BagShape, MapShape, bits_for
from checker.engines.native.code.builder import Array, Value
from checker.engines.native.kernels.holding import Holder
from checker.engines.native.kernels.symbols import (
    Known, Listed, ListPlan, Number, NumberPlan, Patched, Plan, Slots, Stored, Symbol, Unbound, item_type, known_value,
    of_value, same_key,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import Outside
from checker.engines.system import SpecError


class Gatherer(Holder):
    """Everything about memory and registers that an evaluator needs."""

    # --- maps ---------------------------------------------------------------------------------------------------------

    def key(self, key: Symbol, type: Type) -> Symbol:
        """The position of a key among the keys; leaves where the model has no such key."""
        value = known_value(key)
        keys = self.plain.keys(type)
        if value is not None:
            if value[0] in keys:
                return Known(IntType(), keys.index(value[0]))
            self._known_code(value[0], type)
            return Known(IntType(), 0)
        code = self.code(key, type)
        codes = [self.plain.code(type, value) for value in keys]
        if codes != sorted(codes):
            places = tuple(codes.index(number) for number in range(len(codes)))
            code = self.constant_array(places)[code]
        if isinstance(key, Number) and code.is_same(key.raw):
            return key
        return Number(IntType(), code, 0, len(keys) - 1)

    def at_key(self, map: Symbol, key: Symbol) -> Symbol:
        """The value of a map at the key with this position."""
        place = known_value(key)
        match map:
            case Known(type=type, value=values) if place is not None:
                return of_value(item_type(type), values[place[0]])
            case Slots(values=values) if place is not None:
                return values[place[0]]
            case Stored(type=MapType(value=inner), shape=MapShape(item=item, stride=stride)) if place is not None:
                return self.load(self.inside_of(map, inner, place[0] * stride, item))
            case Patched(origin=origin, patches=patches):
                for other, value in reversed(patches):
                    if same_key(other, key):
                        return value
                    if known_value(other) is None or place is None:
                        return self.item(self.listed(map), self.raw(key))
                return self.at_key(origin, key)
            case _:
                return self.item(map, self.raw(key))

    def replaced(self, map: Symbol, key: Symbol, value: Symbol) -> Symbol:
        """The map with another value at the key with this position."""
        place = known_value(key)
        type = map.type
        assert isinstance(type, MapType)
        if place is not None and isinstance(map, Known | Slots):
            values = list(map.values) if isinstance(map, Slots) else [of_value(type.value, v) for v in map.value]
            values[place[0]] = value
            return Slots(type, tuple(values))
        if isinstance(map, Stored) and isinstance(map.shape, MapShape):
            return Patched(type, map, ((key, value),))
        if isinstance(map, Patched):
            kept = tuple(patch for patch in map.patches if not same_key(patch[0], key))
            if place is not None and all(known_value(other) is not None for other, _ in kept) or not kept:
                return Patched(type, map.origin, (*kept, (key, value)))
        plan = self.plan_of(map, type)
        assert isinstance(plan, ListPlan)
        item = self.join(plan.item, self.plan_of(value, type.value))
        result = self.listed(map, ListPlan(type, item, plan.capacity))
        self.write(item, value, result.memory, self.raw(key) * result.plan.stride + 1)
        return result

    # --- ascending words ----------------------------------------------------------------------------------------------

    def word_of(self, item: Symbol, type: Type) -> Value:
        """An item of a bag or of a listed set as a word: an int itself, any other its code."""
        if isinstance(type, IntType):
            return self.raw(item)
        if not self.is_inside(item, type):
            raise NotNative(f"a {type} that may be beyond the model's bounds in a collection")
        return self.code(item, type)

    def item_word_plan(self, item: Symbol, type: Type) -> Plan:
        """How such an item is held as a word."""
        return NumberPlan(type, *self.interval(item)) if isinstance(type, IntType) else self.word_plan(type)

    def item_of_word(self, word: Value, plan: Plan) -> Symbol:
        """The inverse of `word_of`."""
        return self.rebuilt(plan, [word])

    def entry(self, bag: Symbol, index: Value) -> tuple[Value, Value]:
        """The word of the item at `index` of a bag, and its copies."""
        match bag:
            case Stored(shape=BagShape() as shape, type=BagType(item=item)):
                width = self._entry_width(shape)
                entry = self.inside_of(bag, item, shape.start, shape, index, shape.stride)
                packed = self.content(entry, width)
                copies = (packed & ((1 << shape.copies_width) - 1)) + 1
                word = packed >> shape.copies_width
                if isinstance(item, IntType):
                    word = word + self.plain.instance.ranges[item.bound or "int"][0]
                return word, copies
            case Listed(memory=memory, plan=plan):
                at = index * plan.stride + 1
                return memory[at], memory[at + 1] if isinstance(plan.type, BagType) else self.emitter.number(1)
            case _:
                raise NotNative(f"a value of type {bag.type} as a bag")

    def _entry_width(self, shape: BagShape) -> int:
        return bits_for(self.plain.size(shape.type.item)) + shape.copies_width

    def distinct(self, bag: Symbol) -> Value:
        """How many different items a bag holds."""
        match bag:
            case Stored(shape=BagShape(length_width=width, capacity=capacity)):
                return self.content(bag, width).within(0, capacity)
            case Listed(memory=memory, plan=plan):
                return memory[0].within(0, plan.capacity)
            case Known(value=value):
                return self.emitter.number(len(value))
            case _:
                raise NotNative(f"a value of type {bag.type} as a bag")

    def check_order(self, type: Type) -> None:
        """Items that hold sets or bags are in another order as words than a binder goes through them."""
        if any(isinstance(part, SetType | BagType) for part in parts(type)):
            raise NotNative(f"a bag of {type}, which holds sets")

    def listed_words(self, symbol: Symbol, plan: ListPlan) -> Listed:
        """A bag or a set as a list of words that can be changed."""
        memory = self.emitter.scratch(plan.words)
        self._write_words(plan, symbol, memory, self.emitter.number(0))
        return Listed(plan.type, memory, plan)

    def _write_words(self, plan: ListPlan, symbol: Symbol, memory: Array, at: Value) -> None:
        function, is_bag = self.emitter.function, isinstance(plan.type, BagType)
        item = item_type(plan.type)
        value = known_value(symbol)
        if isinstance(symbol, Unbound):
            memory[at] = 0
        elif value is not None and is_bag:
            entries = sorted(((self._plain_word(part, item), copies) for part, copies in value[0]))
            memory[at] = self.emitter.number(len(entries))
            for index, (word, copies) in enumerate(entries):
                memory[at + (1 + 2 * index)] = self.emitter.number(word)
                memory[at + (2 + 2 * index)] = self.emitter.number(copies)
        elif value is not None and isinstance(value[0], frozenset):
            words = sorted(self._plain_word(part, item) for part in value[0])
            memory[at] = self.emitter.number(len(words))
            for index, word in enumerate(words):
                memory[at + (1 + index)] = self.emitter.number(word)
        elif isinstance(symbol, Listed) or is_bag:
            count = self.distinct(symbol)
            memory[at] = count
            with function.for_(0, count) as index:
                word, copies = self.entry(symbol, index)
                place = at + index * plan.stride + 1
                memory[place] = word
                if is_bag:
                    memory[place + 1] = copies
        else:
            self._write_mask(symbol, memory, at)

    def _write_mask(self, symbol: Symbol, memory: Array, at: Value) -> None:
        own = symbol.type
        assert isinstance(own, SetType)
        memory[at] = 0
        self.check_order(own.item)
        for code in self.codes_of(symbol, own):
            count = memory[at]
            memory[at + count + 1] = self.word_of(self.from_code(own.item, code), own.item)
            memory[at] = count + 1

    def _plain_word(self, value: Any, type: Type) -> int:
        if isinstance(type, IntType):
            return value
        try:
            return self.plain.code(type, value)
        except (Outside, SpecError):
            raise NotNative("a constant beyond the model's bounds in a collection") from None

    def codes_of(self, symbol: Symbol, type: SetType) -> Any:
        """The codes of a set of bits, ascending, as a loop: `for code in codes_of(...)` builds its body once."""
        words = self.words_of_set(symbol, type)
        if words is None:
            raise NotNative(f"a {type} of unknown items")
        function = self.emitter.function
        if len(words) == 1:
            rest = function.local(words[0])
            with function.while_(lambda: rest.get() != 0):
                now = rest.get()
                rest.set(now & (now - 1))
                yield function.lowest_one(now)
            return
        memory = self.emitter.scratch(len(words))
        for index, word in enumerate(words):
            memory[index] = word
        with function.for_(0, len(words)) as index:
            rest = function.local(memory[index])
            with function.while_(lambda: rest.get() != 0):
                now = rest.get()
                rest.set(now & (now - 1))
                yield function.lowest_one(now) + index * 64

    def insert(self, listed: Listed, word: Value, copies: Value) -> None:
        """Adds a word to a list of words that has room: a set holds it once, a bag has more copies of it."""
        function, plan = self.emitter.function, listed.plan
        memory, is_bag = listed.memory, isinstance(plan.type, BagType)
        count = memory[0]
        place = function.local(0)
        with function.while_(lambda: place.get() < count):
            with function.if_(word.signed_less_or_equal(memory[place.get() * plan.stride + 1])):
                function.break_()
            place.set(place.get() + 1)
        found = place.get()
        here = function.local(0, type=(found < count).type)
        with function.if_(found < count):
            here.set(memory[found * plan.stride + 1] == word)
        with function.if_else(here.get()) as otherwise:
            if is_bag:
                at = found * plan.stride + 2
                memory[at] = memory[at] + copies
            otherwise()
            moved = function.local(count)
            with function.while_(lambda: found < moved.get()):
                last = moved.get() - 1
                for part in range(plan.stride):
                    memory[moved.get() * plan.stride + (1 + part)] = memory[last * plan.stride + (1 + part)]
                moved.set(last)
            memory[found * plan.stride + 1] = word
            if is_bag:
                memory[found * plan.stride + 2] = copies
            memory[0] = count + 1

    def remove(self, listed: Listed, word: Value, *, must_be_there: bool) -> None:
        """Takes one copy of a word out of a bag, or a word out of a set."""
        function, plan = self.emitter.function, listed.plan
        memory, count = listed.memory, listed.memory[0]
        found = self.find(listed, word)
        if must_be_there:
            self.emitter.fail_if(found == count)
        last_copy = function.local(1, type=(found == count).type)
        if isinstance(plan.type, BagType):
            with function.if_(found < count):
                at = found * plan.stride + 2
                memory[at] = memory[at] - 1
                last_copy.set(memory[at] == 0)
        with function.if_(last_copy.get() & (found < count)):
            with function.for_(found + 1, count) as index:
                for part in range(plan.stride):
                    memory[(index - 1) * plan.stride + (1 + part)] = memory[index * plan.stride + (1 + part)]
            memory[0] = count - 1

    def find(self, collection: Symbol, word: Value) -> Value:
        """The position of a word in a bag or a listed set; their number where it is not there."""
        function = self.emitter.function
        count = self.distinct(collection)
        place = function.local(0)
        with function.while_(lambda: place.get() < count):
            other, _ = self.entry(collection, place.get())
            with function.if_(other == word):
                function.break_()
            place.set(place.get() + 1)
        return place.get()

