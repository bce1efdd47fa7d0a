"""The representative of a state's orbit in machine code, the one that `engines.symmetry.canonical` finds.

    canonical(state, out)

Of a group that is listed it is the least of all images, as one number.  For each renaming the words of the image are
made up, the most significant first, and the renaming is given up as soon as a word is greater than that of the best
image so far.  For larger groups see `refined`.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Sequence

from checker.engines.layout import Layout
from checker.engines.native.code.builder import POINTER, WORD, Array, Function, Local, Module, Value
from checker.engines.native.symmetry.images import ImageWriter, highest_word
from checker.engines.native.symmetry.refined import build_refined
from checker.engines.native.symmetry.sorting import build_sorting
from checker.engines.symmetry.group import SymmetryGroup

EQUAL, SMALLER, GREATER = 0, 1, 2
"""How the words of an image that are made up compare with those of the best one."""


def build_canonical(module: Module, group: SymmetryGroup, layout: Layout) -> None:
    """Adds the function to the module.  Raises `NotNative` where the group or the layout is out of its reach."""
    sorts = build_sorting(module, group.local, layout)
    if group.blocks:
        build_refined(module, group, layout, "refined" if sorts else "canonical")
        if sorts:
            _write_in_turn(module, sorts)
    elif sorts:
        _SortingWriter(module, group, layout, sorts).write()
    else:
        _Writer(module, group, layout).write()


def _write_in_turn(module: Module, sorts: Sequence[Function]) -> None:
    """Renamings of local sorts and of the others that do not touch the same part of a state: one after the other."""
    function = module.function("canonical", WORD, ("state", POINTER), ("out", POINTER))
    function.call(module.functions["refined"], function["state"], function["out"])
    for sort in sorts:
        function.call(sort, function["out"])
    function.return_(0)
    function.finish()


class _Writer:
    """Writes the function for a group that is listed, and has no local sorts, step by step."""

    def __init__(self, module: Module, group: SymmetryGroup, layout: Layout) -> None:
        self.count, self.words = len(group.renamings), layout.words
        self.function = module.function("canonical", WORD, ("state", POINTER), ("out", POINTER))
        self.state, self.best = self.function.array("state"), self.function.array("out")
        self.images = ImageWriter(module, self.function, self.state, group, layout)

    def write(self) -> None:
        """The whole function."""
        function, images = self.function, self.images
        self._copy(self.best, self.state)
        candidate = function.scratch(self.words)
        with function.for_(1, self.count) as renaming:
            result = function.local(EQUAL)
            images.clear()
            top = self.words
            for part in sorted(images.computed, key=highest_word, reverse=True):
                top = self._compare(renaming, candidate, result, highest_word(part) + 1, top)
                with function.if_(result.get() != GREATER):
                    images.compute(part, renaming)
            self._compare(renaming, candidate, result, 0, top)
            with function.if_(result.get() == SMALLER):
                self._copy(self.best, candidate)
        function.return_(0)
        function.finish()

    def _compare(self, renaming: Value, candidate: Array, result: Local, low: int, high: int) -> int:
        """Makes up the words from `high` (exclusive) down to `low` until the image is known to be greater; `low`."""
        function = self.function
        if low >= high:
            return high
        rest = function.local(high)
        with function.while_(lambda: (rest.get() > low) & (result.get() != GREATER)):
            rest.set(rest.get() - 1)
            word = self.images.word(renaming, rest.get())
            candidate[rest.get()] = word
            best = self.best[rest.get()]
            order = (word == best).choose(EQUAL, (word < best).choose(SMALLER, function.constant(GREATER)))
            result.set((result.get() == EQUAL).choose(order, result.get()))
        return low

    def _copy(self, target: Array, source: Array) -> None:
        with self.function.for_(0, self.words) as word:
            target[word] = source[word]


class _SortingWriter(_Writer):
    """Writes the function for local sorts, beside a group of others that is listed."""

    def __init__(self, module: Module, group: SymmetryGroup, layout: Layout, sorts: Sequence[Function]) -> None:
        super().__init__(module, group, layout)
        self.sorts = sorts

    def write(self) -> None:
        """The whole function."""
        function, images = self.function, self.images
        self._copy(self.best, self.state)
        self._sort(self.best)
        if self.count > 1:
            candidate = function.scratch(self.words)
            with function.for_(1, self.count) as renaming:
                images.clear()
                for part in images.computed:
                    images.compute(part, renaming)
                with function.for_(0, self.words) as word:
                    candidate[word] = images.word(renaming, word)
                self._sort(candidate)
                rest = function.local(self.words - 1)
                with function.while_(lambda: (rest.get() != 0) & (candidate[rest.get()] == self.best[rest.get()])):
                    rest.set(rest.get() - 1)
                with function.if_(candidate[rest.get()] < self.best[rest.get()]):
                    self._copy(self.best, candidate)
        function.return_(0)
        function.finish()

    def _sort(self, state: Array) -> None:
        for sort in self.sorts:
            self.function.call(sort, state.pointer)
