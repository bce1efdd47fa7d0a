"""The mentions of elements in a state, in machine code: those that `engines.symmetry` defines (`mentions`, `spots`).

    mentions(state, list)     writes them one behind the other; the number of words
    join(open, more)          adds one mention to another

A mention takes a word for its label, one for the number of its roles, and for each the number of the element and the
role.  What the values of a small type say is read from tables; others are taken apart.  All spots that differ only in
their place, surroundings and guards share their code.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Callable, Sequence
from itertools import groupby

from checker.core.types import OptionType, RecordType, SeqType, TupleType, Type, UnionType
from checker.engines.layout import WORD as WORD_BITS
from checker.engines.layout import BagShape, CodeShape, Layout, SetShape, bits_for
from checker.engines.symmetry.mentions import ODD, Mention, Mentions, deeper
from checker.engines.native.code.builder import POINTER, WORD, Array, Function, Local, Module, Value
from checker.engines.native.limits import NotNative
from checker.engines.native.symmetry.recode import constant_array
from checker.engines.plain import members_in_order
from checker.engines.symmetry.spots import Bits, Spot, spots_of
from checker.engines.symmetry.group import SymmetryGroup

LIST_LIMIT = 1 << 15
"""Words that the mentions in one state may take, since they lie on the stack."""


def mixed(number: Value) -> Value:
    """`mix` of a number."""
    number = (number ^ number >> 32) * ODD
    return number ^ number >> 29


class MentionWriter:
    """Writes the functions.  Raises `NotNative` where there can be very many mentions in a state."""

    def __init__(self, module: Module, group: SymmetryGroup, layout: Layout) -> None:
        self.module, self.mentions, self.plain = module, Mentions(group, layout), layout.plain
        self.spots = list(spots_of(self.mentions, layout))
        self.words = max(2, sum(map(self._most_words, self.spots)))
        if self.words > LIST_LIMIT:
            raise NotNative(f"what a state says of the elements takes up to {self.words:,} words, which are too many")
        self._functions: dict[tuple[Type, int], Function] = {}

    def write(self) -> None:
        """Both functions."""
        self._write_join()
        function = self.module.function("mentions", WORD, ("state", POINTER), ("list", POINTER))
        end = function.local(0)
        kinds = sorted(self.spots, key=_kind)
        for _, spots in groupby(kinds, _kind):
            self._write_spots(function, end, list(spots))
        function.return_(end.get())
        function.finish()

    def _most_words(self, spot: Spot) -> int:
        around = len(spot.surroundings.roles)
        match spot.shape:
            case Bits():
                return 2 + 2 * around
            case CodeShape(type=type):
                return 2 + 2 * (around + self.mentions.most_roles(type))
            case SetShape(type=type, width=width):
                return width * (2 + 2 * (around + self.mentions.most_roles(type.item)))
            case BagShape(type=type, capacity=capacity):
                return capacity * (2 + 2 * (around + self.mentions.most_roles(type.item)))

    # --- the mentions of a state ----------------------------------------------------------------------------------

    def _write_spots(self, function: Function, end: Local, spots: Sequence[Spot]) -> None:
        """Spots of one kind, in a loop: for each its position, and where its surroundings and its guards are."""
        rows, surroundings, guards = list[int](), list[int](), list[int]()
        for spot in spots:
            rows += [spot.position, len(surroundings), len(guards) // 4]
            surroundings += _words(spot.surroundings)
            for guard in spot.guards:
                guards += [guard.position, (1 << guard.width) - 1, guard.least, guard.most]
        rows += [0, 0, len(guards) // 4]
        table = constant_array(function, tuple(rows))
        around, conditions = (constant_array(function, tuple(words)) for words in (surroundings, guards))
        with function.for_(0, len(spots)) as row:
            if guards:
                self._skip_absent(function, conditions, table[row * 3 + 2], table[row * 3 + 5])
            self._write_spot(function, end, spots[0], table[row * 3], around.at(table[row * 3 + 1]))

    def _skip_absent(self, function: Function, conditions: Array, begin: Value, stop: Value) -> None:
        """Goes on with the next spot unless all conditions from `begin` to `stop` hold."""
        state, present = function.array("state"), function.local(1)
        with function.for_(begin, stop) as number:
            position, mask, least, most = (conditions[number * 4 + part] for part in range(4))
            value = _bits(state, position) & mask
            with function.if_((value < least) | (value > most)):
                present.set(0)
        with function.if_(present.get() == 0):
            function.continue_()

    def _write_spot(self, function: Function, end: Local, spot: Spot, position: Value, around: Value) -> None:
        """All mentions at a spot."""
        state, shape, role = function.array("state"), spot.shape, spot.role

        def mention(add: Callable[[Array], None]) -> None:
            open = function.array("list").from_(end.get())
            open[0], open[1] = 0, 0
            function.call(self.module.functions["join"], open.pointer, around)
            add(open)
            with function.if_(open[1] != 0):
                end.set(end.get() + open[1] * 2 + 2)

        match shape:
            case Bits(width=width):
                content = _bits(state, position) & (1 << width) - 1
                mention(lambda open: _add_label(open, mixed(content + role)))
            case CodeShape(type=type, width=width):
                content = _bits(state, position) & (1 << width) - 1
                mention(lambda open: self._add(function, open, type, content, role))
            case SetShape():
                self._write_set(function, shape, role, position, mention)
            case BagShape():
                self._write_bag(function, shape, role, position, mention)

    def _write_set(
        self, function: Function, shape: SetShape, role: int, position: Value, mention: Callable[..., None]
    ) -> None:
        state, words = function.array("state"), -(-shape.width // WORD_BITS)
        last = shape.width - WORD_BITS * (words - 1)
        with function.for_(0, words) as word:
            content = _bits(state, position + word * WORD_BITS)
            rest = function.local((word == words - 1).choose(content & (1 << last) - 1, content))
            with function.while_(lambda: rest.get() != 0):
                code = word * WORD_BITS + function.lowest_one(rest.get())
                mention(lambda open: self._add(function, open, shape.type.item, code, role))
                rest.set(rest.get() & (rest.get() - 1))

    def _write_bag(
        self, function: Function, shape: BagShape, role: int, position: Value, mention: Callable[..., None]
    ) -> None:
        state, item, copies = function.array("state"), shape.type.item, shape.copies_width
        mask = (1 << copies + bits_for(self.plain.size(item))) - 1
        copy_roles = constant_array(function, tuple(deeper(role, number) for number in range(1 << copies)))
        with function.for_(0, _bits(state, position) & (1 << shape.length_width) - 1) as index:
            entry = _bits(state, position + index * shape.stride + shape.start) & mask

            def add(open: Array) -> None:
                self._add(function, open, item, entry >> copies, role)
                _add_label(open, copy_roles[entry & (1 << copies) - 1])

            mention(add)

    def _write_join(self) -> None:
        function = self.module.function("join", WORD, ("open", POINTER), ("more", POINTER))
        open, more = function.array("open"), function.array("more")
        label, count = function.local(open[0] + more[0]), open[1]
        with function.for_(0, more[1]) as number:
            element, role = more[number * 2 + 2], more[number * 2 + 3]
            with function.for_(0, count) as before, function.if_(open[before * 2 + 2] == element):
                label.set(label.get() + mixed(open[before * 2 + 3] + role))
            open[(count + number) * 2 + 2] = element
            open[(count + number) * 2 + 3] = role
        open[0], open[1] = label.get(), count + more[1]
        function.return_(0)
        function.finish()

    # --- what a value says ----------------------------------------------------------------------------------------

    def _add(self, function: Function, open: Array, type: Type, code: Value, role: int) -> None:
        """Adds to the open mention what the value with this code says."""
        if not self.mentions.tells(type):
            _add_label(open, mixed(code + role))
            return
        if (type, role) not in self._functions:
            self._functions[type, role] = self._new(type, role)
        function.call(self._functions[type, role], code, open.pointer)

    def _new(self, type: Type, role: int) -> Function:
        name = f"mention_{len(self.module.functions)}"
        function = self.module.function(name, WORD, ("code", WORD), ("open", POINTER))
        if self.mentions.tabulated(type):
            width = 2 + 2 * self.mentions.most_roles(type)
            numbers = list[int]()
            for code in range(self.plain.size(type)):
                words = _words(self.mentions.in_value(type, code, role))
                numbers += words + [0] * (width - len(words))
            row = constant_array(function, tuple(numbers)).at(function["code"] * width)
            function.call(self.module.functions["join"], function["open"], row)
        else:
            self._take_apart(function, type, role)
        function.return_(0)
        function.finish()
        return function

    def _take_apart(self, function: Function, type: Type, role: int) -> None:
        """The body of the function for a type with many values.  Large collections inside of others say nothing."""
        code, open = function["code"], function.array("open")
        match type:
            case OptionType(item=item):
                with function.if_(code == 0):
                    _add_label(open, function.constant(deeper(role, 0)))
                    function.return_(0)
                self._add(function, open, item, code - 1, deeper(role, 1))
            case RecordType(fields=fields):
                self._add_parts(function, [field for _, field in fields], code, role)
            case TupleType(items=items):
                self._add_parts(function, items, code, role)
            case UnionType():
                first = 0
                for number, member in enumerate(members_in_order(type)):
                    size = self.plain.size(member)
                    with function.if_((code >= first) & (code < first + size)):
                        self._add(function, open, member, code - first, deeper(role, number))
                    first += size
            case SeqType(item=item, bound=bound):
                first, size = 0, self.plain.size(item)
                for length in range(self.plain.instance.lengths[bound or "seq"] + 1):
                    with function.if_((code >= first) & (code < first + size**length)):
                        _add_label(open, function.constant(deeper(role, length)))
                        self._add_parts(function, [item] * length, code - first, role)
                    first += size**length

    def _add_parts(self, function: Function, types: Sequence[Type], code: Value, role: int) -> None:
        """The last part counts least."""
        rest = code
        for number in reversed(range(len(types))):
            size = self.plain.size(types[number])
            part = rest % size if number else rest
            self._add(function, function.array("open"), types[number], part, deeper(role, number))
            rest = rest // size if number else rest


def _kind(spot: Spot) -> tuple[int, str]:
    """What spots that share their code have in common."""
    return spot.role, repr(spot.shape)


def _words(mention: Mention) -> list[int]:
    return [mention.label, len(mention.roles), *(number for pair in mention.roles for number in pair)]


def _add_label(open: Array, label: Value) -> None:
    open[0] = open[0] + label


def _bits(state: Array, position: Value) -> Value:
    """The rest of a word of the state, from a position on."""
    return state[position // WORD_BITS] >> position % WORD_BITS
