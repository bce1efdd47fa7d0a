"""One LLVM function while it is generated: words of the state, formulas as truth values, ways out."""

from __future__ import annotations

# pyright: basic
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from typing import Any, assert_never

from checker.core.structs import struct
from checker.engines.kernels.formula import (
    FALSE, TRUE, AllOf, BitField, Constant, Formula, Holds, Match, Negation, SomeBit, SomeOf, Text, all_of, some_of,
)
from checker.engines.native.code.builder import MASK, TRUTH, Array, Block, Function, Type, Value
from checker.engines.native.kernels.symbols import Source
from checker.engines.native.limits import NotNative

BITS = 64
FULL = MASK

STATE, AFTER = "s", "after"
"""The state and its successor, as formulas name them."""

SCRATCH_LIMIT = 1 << 15
"""The most words of memory that one function takes for what it computes."""


@struct
class Mark:
    """A point in what is emitted: the block, and how much there was of everything."""

    block: Block
    incoming: int
    instructions: int
    blocks: int
    exits: int
    scratch: int
    operations: int


class Emitter:
    """Emits into `function`.  `error` is where an error of the spec leads, `outside` where leaving the model's bounds
    does; both are set by whoever makes the function."""

    def __init__(self, function: Function, sources: dict[str, Array]) -> None:
        self.function = function
        self.sources = {name: Source(name, memory) for name, memory in sources.items()}
        self.error = self.outside = self.new_block("error")
        self.exits = 0
        """How many ways out have been emitted so far."""
        self._scratch = 0
        self._atoms: dict[str, Value] = {}
        self._words: dict[tuple[str, int], Value] = {}

    # --- blocks -------------------------------------------------------------------------------------------------------

    @property
    def block(self) -> Block:
        """Where the next instruction goes."""
        return self.function.block

    @property
    def atoms(self) -> int:
        """How many truth values have been put into registers."""
        return len(self._atoms)

    def new_block(self, name: str) -> Block:
        """A block that nothing leads to yet."""
        return self.function.new_block(name)

    def at(self, block: Block) -> None:
        """Goes on at the end of `block`."""
        self.function.block = block

    def jump(self, target: Block) -> None:
        """Ends the block."""
        self.function.jump(target)

    def branch(self, test: Formula, then: Block, otherwise: Block) -> None:
        """Ends the block with a choice."""
        self.function.branch(self.truth(test), then, otherwise)

    def is_empty(self, block: Block) -> bool:
        """Has nothing been emitted since the block was begun?"""
        return self.block is block and not block.incoming and not block.lines and not block.end

    def remove(self, block: Block) -> None:
        """Takes an empty block away."""
        self.function.blocks.remove(block)

    def mark(self) -> Mark:
        """A point to which `roll_back` can return, as long as the block is not ended."""
        block, function = self.block, self.function
        return Mark(
            block, len(block.incoming), len(block.lines), len(function.blocks), self.exits, self._scratch,
            function.operations,
        )

    def roll_back(self, mark: Mark) -> None:
        """Forgets what has been emitted since then."""
        self.exits, self._scratch = mark.exits, mark.scratch
        block = mark.block
        del self.function.blocks[mark.blocks :]
        del block.incoming[mark.incoming :]
        del block.lines[mark.instructions :]
        block.known.clear()
        block.end = None
        self.at(block)

    def emitted(self, mark: Mark) -> int:
        """How many instructions since then."""
        later = self.function.blocks[mark.blocks :]
        return len(mark.block.lines) - mark.instructions + sum(len(block.lines) for block in later)

    def asked(self, mark: Mark) -> bool:
        """Has anything been asked for since then that is not known from the start of the function?"""
        return self.block is not mark.block or self.function.operations != mark.operations

    def scratch(self, words: int) -> Array:
        """Memory for as long as the function runs."""
        self._scratch += words
        if self._scratch > SCRATCH_LIMIT:
            raise NotNative("computed collections that are too large for the stack")
        return self.function.scratch(words)

    @contextmanager
    def when(self, test: Formula) -> Iterator[None]:
        """Runs the body where `test` is true."""
        if test == TRUE:
            yield
            return
        then, after = self.new_block("when"), self.new_block("after")
        self.branch(test, then, after)
        self.at(then)
        yield
        if not self.block.end:
            self.jump(after)
        self.at(after)

    def fail_if(self, test: Value) -> None:
        """An error of the spec where `test` is true."""
        self._exit_if(test, self.error)

    def leave_if(self, test: Value) -> None:
        """Out of the model's bounds where `test` is true."""
        self._exit_if(test, self.outside)

    def _exit_if(self, test: Value, target: Block) -> None:
        if test.number == 0:
            return
        self.exits += 1
        go_on = self.new_block("inside")
        self.function.branch(test, target, go_on)
        self.at(go_on)

    # --- numbers ------------------------------------------------------------------------------------------------------

    def number(self, value: int) -> Value:
        """A constant word."""
        if not -(1 << 63) <= value < 1 << 64:
            raise NotNative("a number that does not fit 64 bits")
        return self.function.constant(value)

    def word(self, source: str, index: int) -> Value:
        """A word of a state.  It is read once, when the function begins."""
        key = (source, index)
        if key not in self._words:
            with self.function.in_entry():
                self._words[key] = self.sources[source].memory[index]
        return self._words[key]

    def field(self, field: BitField) -> Value:
        """The content of a field of a state."""
        return self.bits(self.word(field.source, field.position // BITS), field.position % BITS, field.width)

    def bits(self, word: Value, position: int, width: int) -> Value:
        """The bits `position` up to `position + width` of a word."""
        shifted = word >> position if position else word
        return shifted if position + width == BITS else shifted & ((1 << width) - 1)

    def phi(self, type: Type, incoming: list[tuple[Value, Block]]) -> Value:
        """The value that belongs to the block from which control came."""
        return self.function.phi(type, incoming)

    # --- formulas -----------------------------------------------------------------------------------------------------

    def atom(self, value: Value) -> Formula:
        """A truth value in a register, as a formula."""
        if value.number is not None:
            return TRUE if value.number else FALSE
        name = f"t{len(self._atoms)}"
        self._atoms[name] = value
        return Text(name)

    def is_set(self, word: Value) -> Formula:
        """The word is not 0."""
        return self.atom(word != 0)

    def truth(self, formula: Formula) -> Value:
        """The formula in a register.  Nothing in it can fail, so all of it is evaluated."""
        match formula:
            case Constant(value=value):
                return self.function.constant(value, TRUTH)
            case Text(text=text):
                return self._atoms[text]
            case Negation(operand=operand):
                return ~self.truth(operand)
            case AllOf(operands=operands):
                return reduce(lambda left, right: left & right, map(self.truth, operands))
            case SomeOf(operands=operands):
                return reduce(lambda left, right: left | right, map(self.truth, operands))
            case Holds():
                return self._field_test(formula)
            case Match(source=source, mask=mask, value=value):
                tests = [self._masked(source, index, part) == (value >> index * BITS & FULL)
                         for index, part in _words_of(mask)]
                return reduce(lambda left, right: left & right, tests)
            case SomeBit(source=source, mask=mask):
                parts = [self._masked(source, index, part) for index, part in _words_of(mask)]
                return reduce(lambda left, right: left | right, parts) != 0
            case _:
                assert_never(formula)

    def _masked(self, source: str, index: int, mask: int) -> Value:
        word = self.word(source, index)
        return word if mask == FULL else word & mask

    def _field_test(self, test: Holds) -> Value:
        """Compares the field in place, without a shift, where its codes are an interval."""
        field, codes, others = test.field, test.codes, test.possible & ~test.codes
        index, position = divmod(field.position, BITS)
        masked = self._masked(field.source, index, field.mask >> index * BITS)
        lowest, highest = (codes & -codes).bit_length() - 1, codes.bit_length() - 1
        if codes.bit_count() == 1:
            return masked == lowest << position
        if others.bit_count() == 1:
            return masked != (others.bit_length() - 1) << position
        if others < codes & -codes:
            return masked >= lowest << position
        if others & -others > codes:
            return masked <= highest << position
        if codes.bit_length() > BITS:
            halves = [(part, codes >> part * BITS & FULL) for part in range(-(-codes.bit_length() // BITS))]
            content = self.field(field)
            tests = [((content >> 6) == part) & ((self.number(bits) >> (content & 63) & 1) != 0)
                     for part, bits in halves if bits]
            return reduce(lambda left, right: left | right, tests)
        content = self.field(field)
        found = (self.number(codes) >> (content & 63) & 1) != 0
        return found if field.width <= 6 else found & (content < 64)

    # --- conditions that are evaluated only where they are needed -----------------------------------------------------

    def settled(self, formula: Formula) -> Formula:
        """The same, in a register where it is more than a test or a name."""
        return self.atom(self.truth(formula)) if isinstance(formula, AllOf | SomeOf) else formula


class Chain:
    """`and` or `or` from left to right.  What emits no code is merged; what does is run only where it is needed.

    Control goes to `exit` where the chain is decided; without one, `result` is the truth value.
    """

    def __init__(self, emitter: Emitter, *, conjunction: bool, exit: Any = None) -> None:
        self.emitter = emitter
        self.conjunction = conjunction
        self.decided, self.neutral = (FALSE, TRUE) if conjunction else (TRUE, FALSE)
        self.exit = exit
        self._parts: list[Formula] = []
        self._from: list[Any] = []

    @property
    def formula(self) -> Formula:
        """What is still to be tested."""
        if len(self._parts) > 1:
            self._parts = [all_of(self._parts) if self.conjunction else some_of(self._parts)]
        return self._parts[0] if self._parts else self.neutral

    @property
    def is_decided(self) -> bool:
        """Is the rest never looked at?"""
        return bool(self._parts) and self._parts[-1] == self.decided

    def saved(self) -> tuple[list[Formula], list[Any]]:
        """What `restore` needs to forget what is added from now on."""
        return list(self._parts), list(self._from)

    def restore(self, saved: tuple[list[Formula], list[Any]]) -> None:
        """Goes back to how it was."""
        self._parts, self._from = list(saved[0]), list(saved[1])

    def add(self, evaluate: Callable[[], Formula]) -> None:
        """One more part."""
        if self.is_decided:
            return
        found = self._where_open(evaluate) if self._parts else evaluate()
        if found != self.neutral:
            self._parts.append(found)

    def _where_open(self, evaluate: Callable[[], Formula]) -> Formula:
        """Evaluates where the parts so far leave the chain open.  If that takes code, the parts are tested before."""
        emitter = self.emitter
        start, block = emitter.block, emitter.new_block("rest")
        emitter.at(block)
        found = evaluate()
        if emitter.is_empty(block):
            emitter.remove(block)
            emitter.at(start)
            return found
        end = emitter.block
        emitter.at(start)
        self._leave_unless_open(block)
        emitter.at(end)
        self._parts = []
        return found

    def flush(self) -> None:
        """Leaves to `exit` if what is known so far decides."""
        if self.formula != self.neutral:
            block = self.emitter.new_block("go_on")
            self._leave_unless_open(block)
            self.emitter.at(block)
            self._parts = []

    def result(self) -> Formula:
        """The truth value."""
        emitter = self.emitter
        if not self._from:
            return self.formula
        if self.is_decided:
            emitter.jump(self.exit)
            emitter.at(self.exit)
            return self.decided
        last = emitter.truth(self.formula)
        end = emitter.block
        emitter.jump(self.exit)
        emitter.at(self.exit)
        decided = emitter.truth(self.decided)
        return emitter.atom(emitter.phi(TRUTH, [*((decided, block) for block in self._from), (last, end)]))

    def _leave_unless_open(self, block: Any) -> None:
        emitter = self.emitter
        if self.exit is None:
            self.exit = emitter.new_block("decided")
        test = self.formula
        self._from.append(emitter.block)
        if self.conjunction:
            emitter.branch(test, block, self.exit)
        else:
            emitter.branch(test, self.exit, block)


def _words_of(mask: int) -> list[tuple[int, int]]:
    """The words in which the mask has bits, and these."""
    found: list[tuple[int, int]] = []
    index = 0
    while mask:
        if mask & FULL:
            found.append((index, mask & FULL))
        mask >>= BITS
        index += 1
    return found
