"""Representatives under a group that is too large to try all its renamings, in machine code.

    canonical(state, out)          the same states as `engines.symmetry.refined` computes, in the same way
    exchange(state, out, number)   the image under one exchange of two elements
    refine(list, end, places)      splits the cells
    split(...)                     puts one element first in its cell, and refines that
    arrange(...)                   the image under one order
    descend(...)                   comes to one order, and to its image
    choose(...)                    comes to all orders, one of which gives the representative

Numbers of elements, places, cells and twins are those of `engines.symmetry.refined`.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Callable

from checker.engines.layout import Layout
from checker.engines.native.code.builder import MASK, POINTER, WORD, Array, Function, Module, Value
from checker.engines.native.symmetry.images import ImageWriter
from checker.engines.native.limits import NotNative
from checker.engines.native.symmetry.mentions import MentionWriter, mixed
from checker.engines.native.symmetry.recode import constant_array
from checker.engines.symmetry.group import SymmetryGroup

STACK_LIMIT = 1 << 15
"""Words that the images in all calls of `choose` may take."""


def build_refined(module: Module, group: SymmetryGroup, layout: Layout, name: str = "canonical") -> None:
    """Adds the functions to the module, the one that finds representatives under this name.

    Raises `NotNative` where the group or the layout is out of its reach.
    """
    _Writer(module, group, layout).write(name)


class _Writer:
    """Writes the functions."""

    def __init__(self, module: Module, group: SymmetryGroup, layout: Layout) -> None:
        self.module, self.group, self.layout = module, group, layout
        self.words, self.count = layout.words, len(group.elements)
        if (stack := self.count**2 * self.words) > STACK_LIMIT:
            raise NotNative(f"to exchange {self.count} elements takes up to {stack:,} words of the stack, too many")
        self.starts: list[int] = []  # for each element the first place of its block, and the place behind it
        self.ends: list[int] = []
        for block in group.blocks:
            start, size = len(self.starts), len(block.members)
            self.starts += [start] * size
            self.ends += [start + size] * size

    def write(self, name: str) -> None:
        """All functions."""
        mentions = MentionWriter(self.module, self.group, self.layout)
        mentions.write()
        self._write_exchange()
        self._write_refine()
        self._write_arrange()
        self._write_split()
        self._write_descend()
        self._write_choose()
        self._write_canonical(name, mentions.words)

    def _call(self, function: Function, name: str, *arguments: Value | Array) -> Value:
        given = [argument.pointer if isinstance(argument, Array) else argument for argument in arguments]
        return function.call(self.module.functions[name], *given)

    def _copy(self, function: Function, target: Array, source: Array, words: int) -> None:
        with function.for_(0, words) as word:
            target[word] = source[word]

    def _exchange_of(self, function: Function, first: Value, second: Value) -> Value:
        """The number of the exchange of two elements of a block, the smaller first."""
        numbers = [0] * self.count**2
        for number, (low, high) in enumerate(self.group.pairs(), start=1):
            numbers[low * self.count + high] = number
        return constant_array(function, tuple(numbers))[first * self.count + second]

    # --- images ---------------------------------------------------------------------------------------------------

    def _write_exchange(self) -> None:
        """`exchange(state, out, number)`"""
        function = self.module.function(
            "exchange", WORD, ("state", POINTER), ("out", POINTER), ("number", WORD)
        )
        out = function.array("out")
        images = ImageWriter(self.module, function, function.array("state"), self.group, self.layout)
        images.clear()
        for part in images.computed:
            images.compute(part, function["number"])
        with function.for_(0, self.words) as word:
            out[word] = images.word(function["number"], word)
        function.return_(0)
        function.finish()

    def _write_arrange(self) -> None:
        """`arrange(state, places, image, best)`: the image with every element in its place, and the lesser one of it
        and of the best one so far."""
        function = self.module.function(
            "arrange", WORD, ("state", POINTER), ("places", POINTER), ("image", POINTER), ("best", POINTER)
        )
        image, best = function.array("image"), function.array("best")
        other, places = function.scratch(self.words), function.scratch(self.count)
        self._copy(function, image, function.array("state"), self.words)
        self._copy(function, places, function.array("places"), self.count)
        with function.for_(0, self.count) as place:
            found = function.local(place)
            with function.for_(place + 1, constant_array(function, tuple(self.ends))[place]) as element:
                found.set((places[element] < places[found.get()]).choose(element, found.get()))
            with function.if_(found.get() != place):
                self._call(function, "exchange", image, other, self._exchange_of(function, place, found.get()))
                self._copy(function, image, other, self.words)
                places[found.get()] = places[place]
        word = function.local(self.words - 1)
        with function.while_(lambda: (word.get() != 0) & (image[word.get()] == best[word.get()])):
            word.set(word.get() - 1)
        with function.if_(image[word.get()] < best[word.get()]):
            self._copy(function, best, image, self.words)
        function.return_(0)
        function.finish()

    # --- orders ---------------------------------------------------------------------------------------------------

    def _write_refine(self) -> None:
        """`refine(list, end, places)`: splits cells as far as the mentions tell their elements apart."""
        function = self.module.function("refine", WORD, ("list", POINTER), ("end", WORD), ("places", POINTER))
        places, said, finer = function.array("places"), function.scratch(self.count), function.scratch(self.count)
        again = function.local(1)
        with function.while_(lambda: again.get() != 0):
            self._hear(function, places, said)
            split, tied = function.local(0), function.local(0)
            with function.for_(0, self.count) as element:
                place = function.local(places[element])
                self._for_cell_mates(function, places, element, lambda other: (
                    place.set(place.get() + (said[other] < said[element]).widened()),
                    tied.set(tied.get() + (said[other] == said[element]).widened()),
                ))
                finer[element] = place.get()
                split.set(split.get() | place.get() - places[element])
            self._copy(function, places, finer, self.count)
            again.set((tied.get() != self.count).choose(split.get(), 0))
        function.return_(0)
        function.finish()

    def _for_cell_mates(
        self, function: Function, places: Array, element: Value, visit: Callable[[Value], object]
    ) -> None:
        """Visits every element of a cell, this one included."""
        begin, end = (constant_array(function, tuple(table))[element] for table in (self.starts, self.ends))
        with function.for_(begin, end) as other, function.if_(places[other] == places[element]):
            visit(other)

    def _hear(self, function: Function, places: Array, said: Array) -> None:
        """What all mentions say of each element, given the places of the others."""
        mentions, at = function.array("list"), function.local(0)
        with function.for_(0, self.count) as element:
            said[element] = 0
        with function.while_(lambda: at.get() < function["end"]):
            mention = mentions.from_(at.get())
            whole = function.local(mention[0])
            with function.for_(0, mention[1]) as number:
                whole.set(whole.get() + mixed(places[mention[number * 2 + 2]] + mention[number * 2 + 3]))
            told = mixed(whole.get())
            with function.for_(0, mention[1]) as number:
                element = mention[number * 2 + 2]
                said[element] = said[element] + mixed(told + mention[number * 2 + 3])
            at.set(at.get() + mention[1] * 2 + 2)

    def _write_split(self) -> None:
        """`split(list, end, twins, places, first, out)`: the places when an element is put first in its cell; 0 where
        a twin of it was, and nothing is to be done."""
        function = self.module.function(
            "split", WORD, ("list", POINTER), ("end", WORD), ("twins", POINTER), ("places", POINTER), ("first", WORD),
            ("out", POINTER),
        )
        places, twins, first, out = (
            function.array("places"), function.array("twins"), function["first"], function.array("out")
        )
        cell = places[first]
        begin = constant_array(function, tuple(self.starts))[first]
        with function.for_(begin, first) as before:
            twin = (places[before] == cell) & (twins[before] == twins[first])
            with function.if_(twin):
                function.return_(0)
        with function.for_(0, self.count) as element:
            other = (places[element] == cell) & (element != first)
            out[element] = places[element] + other.widened()
        self._call(function, "refine", function["list"], function["end"], out)
        function.return_(1)
        function.finish()

    def _mixed_element(self, function: Function, places: Array, twins: Array) -> Value:
        """The first element of the first cell whose elements are not all twins; `MASK` where there is none."""
        cell, found = function.local(MASK), function.local(MASK)
        with function.for_(0, self.count) as element, function.if_(places[element] < cell.get()):
            mixed_with = function.local(0)
            self._for_cell_mates(function, places, element, lambda other: (
                mixed_with.set(mixed_with.get() | twins[other] ^ twins[element])
            ))
            with function.if_(mixed_with.get() != 0):
                cell.set(places[element])
                found.set(element)
        return found.get()

    def _write_descend(self) -> None:
        """`descend(state, list, end, twins, places, image, best)`: comes to one order from the places, and has it
        arranged; 1 where there are others."""
        function = self.module.function(
            "descend", WORD, ("state", POINTER), ("list", POINTER), ("end", WORD), ("twins", POINTER),
            ("places", POINTER), ("image", POINTER), ("best", POINTER),
        )
        places, twins = function.scratch(self.count), function.array("twins")
        split, others = function.scratch(self.count), function.local(0)
        self._copy(function, places, function.array("places"), self.count)
        with function.while_(lambda: function.constant(0) == 0):
            first = self._mixed_element(function, places, twins)
            with function.if_(first == MASK):
                function.break_()
            others.set(1)
            self._call(function, "split", function["list"], function["end"], twins, places, first, split)
            self._copy(function, places, split, self.count)
        self._call(function, "arrange", function["state"], places, function["image"], function["best"])
        function.return_(others.get())
        function.finish()

    def _write_choose(self) -> None:
        """`choose(state, list, end, twins, places, best)`: comes to all orders from the places, which have a mixed
        cell.  Of elements that are known to give the same images when they are put first, only one is."""
        function = self.module.function(
            "choose", WORD, ("state", POINTER), ("list", POINTER), ("end", WORD), ("twins", POINTER),
            ("places", POINTER), ("best", POINTER),
        )
        places, twins, split = function.array("places"), function.array("twins"), function.scratch(self.count)
        images, known = function.scratch(self.count * self.words), function.local(0)
        listed, end, best = function["list"], function["end"], function["best"]
        begin = self._mixed_element(function, places, twins)
        with function.for_(begin, constant_array(function, tuple(self.ends))[begin]) as first:
            with function.if_(places[first] != places[begin]):
                function.continue_()
            with function.if_(self._call(function, "split", listed, end, twins, places, first, split) == 0):
                function.continue_()
            image = images.from_(known.get() * self.words)
            others = function.local(
                self._call(function, "descend", function["state"], listed, end, twins, split, image, best)
            )
            with function.for_(0, known.get()) as before:
                different = self._different(function, image, images.from_(before * self.words))
                others.set((different == 0).choose(0, others.get()))
            with function.if_(others.get() != 0):
                known.set(known.get() + 1)
                self._call(function, "choose", function["state"], listed, end, twins, split, best)
        function.return_(0)
        function.finish()

    def _different(self, function: Function, left: Array, right: Array) -> Value:
        """0 where both states are the same."""
        different = function.local(0)
        with function.for_(0, self.words) as word:
            different.set(different.get() | left[word] ^ right[word])
        return different.get()

    # --- the whole ------------------------------------------------------------------------------------------------

    def _write_canonical(self, name: str, list_words: int) -> None:
        """`canonical(state, out)`"""
        function = self.module.function(name, WORD, ("state", POINTER), ("out", POINTER))
        state, out = function.array("state"), function.array("out")
        sizes = (list_words, self.count, self.count, self.words)
        mentions, places, twins, image = (function.scratch(words) for words in sizes)
        end = self._call(function, "mentions", state, mentions)
        starts = constant_array(function, tuple(self.starts))
        self._copy(function, places, starts, self.count)
        self._call(function, "refine", mentions, end, places)
        self._find_twins(function, places, twins)
        with function.for_(0, self.words) as word:
            out[word] = MASK
        others = self._call(function, "descend", state, mentions, end, twins, places, image, out)
        with function.if_(others != 0):
            self._call(function, "choose", state, mentions, end, twins, places, out)
        function.return_(0)
        function.finish()

    def _find_twins(self, function: Function, places: Array, twins: Array) -> None:
        """For each element the first one in its cell that it can be exchanged with; it may be the element itself."""
        state, image = function.array("state"), function.scratch(self.words)
        with function.for_(0, self.count) as element:
            twins[element] = element
            with function.for_(constant_array(function, tuple(self.starts))[element], element) as other:
                with function.if_((places[other] != places[element]) | (twins[other] != other)):
                    function.continue_()
                self._call(function, "exchange", state, image, self._exchange_of(function, other, element))
                with function.if_(self._different(function, image, state) == 0):
                    twins[element] = other
                    function.break_()
