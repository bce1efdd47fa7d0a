"""A small structured builder of instructions, so that machine code is written like the pseudo-code of a paper.

    function = module.function("count_bits", WORD, ("word", WORD))
    rest, count = function.local(function["word"]), function.local(0)
    with function.while_(lambda: rest.get() != 0):
        rest.set(rest.get() & (rest.get() - 1))
        count.set(count.get() + 1)
    function.return_(count.get())

There are numbers of 64 bits (`WORD`), truth values (`TRUTH`) and pointers.  Numbers are unsigned; the
few places that need a sign say so (`signed_less`).  A Python int stands for a constant of the other operand's type.
Locals are stack slots, which LLVM turns into registers.  What is built are `instructions`, and `to_llvm` writes them as
the text that LLVM reads.  Nothing here knows of model checking.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from checker.engines.native.code.places import Array, Local
from checker.engines.native.code.instructions import (
    POINTER, TRUTH, WORD, AddressFrom, Branch, Call, CountOnes, End, Incoming, Instruction, Jump, LowestOne, Name,
    Prefetch, Pure, Return, Stack, Type, Unreachable, targets,
)
from checker.engines.native.code.values import MASK, Operand, Value

__all__ = [
    "MASK", "POINTER", "TRUTH", "WORD", "Array", "Block", "Function", "Local", "Module",
    "Operand", "Type", "Value",
]


class Block:
    """Instructions that run one after the other: `incoming` values first, then `lines`, each with the name of the
    register that it sets, empty where it sets none, and at last the `end`, once there is one."""

    __slots__ = ("end", "incoming", "known", "label", "lines")

    def __init__(self, label: str) -> None:
        self.label = label
        self.incoming: list[tuple[Name, Incoming]] = []
        self.lines: list[tuple[Name, Instruction]] = []
        self.known: dict[tuple[type[Pure], Pure], Value] = {}
        """What was computed here: an instruction that is asked for again is not repeated."""
        self.end: End | None = None

    @property
    def targets(self) -> tuple[Block, ...]:
        """The blocks to which this one leads."""
        return targets(self.end)

    def close(self, end: End) -> None:
        """Ends the block."""
        assert self.end is None, "the block has an end already"
        self.end = end


class Function:
    """One function while it is built.  `function["name"]` is a parameter; `block` is where instructions go."""

    def __init__(
        self, module: Module, name: str, result: Type, parameters: tuple[tuple[str, Type], ...], attributes: str
    ) -> None:
        self.module = module
        self.name = name
        self.result = result
        self.attributes = attributes
        self.parameters = {name: Value(self, type, f"%{name}", 0, type.greatest) for name, type in parameters}
        self.operations = 0
        """How many values were asked for that take an instruction."""
        self.has_loops = False
        self._names = 0
        self._loops: list[tuple[Block, Block]] = []  # of each enclosing loop: where to go on, where to leave
        self.entry = Block("entry")
        self.blocks: list[Block] = [self.entry]
        self.block = self.new_block("body")
        self.entry.close(Jump(self.block))

    def __getitem__(self, name: str) -> Value:
        return self.parameters[name]

    @property
    def size(self) -> int:
        """How many instructions there are, those that are never run included."""
        return sum(len(block.lines) for block in self.blocks)

    def array(self, name: str) -> Array:
        """A pointer parameter as an array of words."""
        return Array(self, self[name])

    def constant(self, number: int, type: Type = WORD) -> Value:
        """A constant."""
        number = int(number) & type.greatest
        return Value(self, type, number, number, number)

    def value(self, operand: Operand, type: Type) -> Value:
        """The operand as a value; a Python number becomes a constant of `type`."""
        return operand if isinstance(operand, Value) else self.constant(operand, type)

    def local(self, value: Operand, type: Type = WORD) -> Local:
        """A name whose value changes; it starts with `value`."""
        local = Local(self, value.type if isinstance(value, Value) else type)
        local.set(value)
        return local

    def memory(self, address: Value) -> Array:
        """The words at an address that is held as a number."""
        return Array(self, self.computed(AddressFrom(address.operand), POINTER))

    def scratch(self, words: int) -> Array:
        """Words on the stack, for the whole call; what is in them is not defined at first."""
        return Array(self, self.stack(WORD, words))

    # --- instructions -------------------------------------------------------------------------------------------------

    def done(self, line: Instruction) -> None:
        """Does what has no result."""
        self.block.lines.append(("", line))

    def emitted(self, line: Instruction, type: Type, least: int = 0, greatest: int | None = None) -> Value:
        """The result of an instruction, which lies within this range."""
        self._names += 1
        self.operations += 1
        name = f"%v{self._names}"
        self.block.lines.append((name, line))
        return Value(self, type, name, least, type.greatest if greatest is None else greatest, self.block)

    def computed(self, line: Pure, type: Type, least: int = 0, greatest: int | None = None) -> Value:
        """The same for an instruction that depends on its operands alone: it is not repeated within a block."""
        key = line.__class__, line  # two classes can have the same operands
        known = self.block.known.get(key)
        if known is not None:
            self.operations += 1
            return known
        found = self.block.known[key] = self.emitted(line, type, least, greatest)
        return found

    def stack(self, type: Type, count: int | None = None) -> Value:
        """The address of memory for the whole call: for one value of a type, or for so many."""
        with self.in_entry():
            return self.emitted(Stack(type, count), POINTER)

    @contextmanager
    def in_entry(self) -> Generator[None]:
        """What is built inside of it is done once, when the function begins."""
        here, self.block = self.block, self.entry
        yield
        self.block = here

    def phi(self, type: Type, incoming: list[tuple[Value, Block]]) -> Value:
        """The value that belongs to the block from which control came to this one."""
        least, greatest = min(side.least for side, _ in incoming), max(side.greatest for side, _ in incoming)
        self._names += 1
        self.operations += 1
        name = f"%v{self._names}"
        value = Value(self, type, name, least, greatest, self.block)
        if value.number is not None:
            return self.constant(value.number, type)
        sides = tuple((side.operand, block) for side, block in incoming)
        self.block.incoming.append((name, Incoming(type, sides)))
        return value

    # --- control --------------------------------------------------------------------------------------------------

    def new_block(self, name: str) -> Block:
        """A block that nothing leads to yet."""
        self._names += 1
        block = Block(f"{name}{self._names}")
        self.blocks.append(block)
        return block

    def jump(self, target: Block) -> None:
        """Ends the block."""
        self.block.close(Jump(target))

    def branch(self, condition: Value, then: Block, otherwise: Block) -> None:
        """Ends the block with a choice."""
        if condition.number is not None or then is otherwise:
            self.jump(then if condition.number != 0 else otherwise)
        else:
            self.block.close(Branch(condition.operand, then, otherwise))

    @contextmanager
    def if_(self, condition: Value) -> Generator[None]:
        """Runs the body where the condition holds."""
        then, after = self.new_block("then"), self.new_block("after")
        self.branch(condition, then, after)
        self.block = then
        yield
        self._go_on_at(after)

    @contextmanager
    def if_else(self, condition: Value) -> Generator[Callable[[], None]]:
        """Runs what is built before the given function is called where the condition holds, else what comes after."""
        then, other, after = (self.new_block(name) for name in ("then", "otherwise", "after"))
        self.branch(condition, then, other)
        self.block = then

        def otherwise() -> None:
            if not self.block.end:
                self.jump(after)
            self.block = other

        yield otherwise
        self._go_on_at(after)

    @contextmanager
    def while_(self, condition: Callable[[], Value]) -> Generator[None]:
        """Repeats the body while the condition, evaluated before each turn, holds."""
        test, body, after = (self.new_block(name) for name in ("test", "turn", "after"))
        self.has_loops = True
        self.jump(test)
        self.block = test
        self.branch(condition(), body, after)
        self.block = body
        self._loops.append((test, after))
        yield
        self._loops.pop()
        self._go_on_at(test)
        self.block = after

    @contextmanager
    def for_(self, start: Operand, stop: Operand) -> Generator[Value]:
        """Repeats the body with each number from `start` up to but not including `stop`."""
        first, bound = self.value(start, WORD), self.value(stop, WORD)
        if first.number is not None and bound.greatest <= first.number + 1:
            with self._at_most_once(first < bound):
                yield first
            return
        counter = self.local(first)
        test, body, step, after = (self.new_block(name) for name in ("test", "turn", "step", "after"))
        self.has_loops = True
        self.jump(test)
        self.block = test
        now = counter.get()
        self.branch(now < bound, body, after)
        self.block = body
        now = now.within(first.least, bound.greatest - 1)
        self._loops.append((step, after))
        yield now
        self._loops.pop()
        self._go_on_at(step)
        counter.set(now + 1)
        self.jump(test)
        self.block = after

    @contextmanager
    def _at_most_once(self, condition: Value) -> Generator[None]:
        """A loop that has one turn where the condition holds, else none."""
        body, after = self.new_block("turn"), self.new_block("after")
        self.branch(condition, body, after)
        self.block = body
        self._loops.append((after, after))
        yield
        self._loops.pop()
        self._go_on_at(after)

    def continue_(self) -> None:
        """Goes on with the next turn of the innermost loop."""
        self.leave_to(self._loops[-1][0])

    def break_(self) -> None:
        """Leaves the innermost loop."""
        self.leave_to(self._loops[-1][1])

    def return_(self, value: Operand) -> None:
        """Leaves the function."""
        self.block.close(Return(self.result, self.value(value, self.result).operand))
        self.block = self.new_block("never")

    def leave_to(self, target: Block) -> None:
        """Jumps; what is built after that is never run, but must stand somewhere."""
        self.jump(target)
        self.block = self.new_block("never")

    def _go_on_at(self, after: Block) -> None:
        if not self.block.end:
            self.jump(after)
        self.block = after

    # --- calls ----------------------------------------------------------------------------------------------------

    def call(self, function: Function, *arguments: Operand) -> Value:
        """Calls another function of the module."""
        values = [self.value(argument, parameter.type)
                  for argument, parameter in zip(arguments, function.parameters.values(), strict=True)]
        given = tuple((value.type, value.operand) for value in values)
        return self.emitted(Call(function.name, function.result, given), function.result)

    def count_ones(self, value: Value) -> Value:
        """How many bits are 1."""
        return self.computed(CountOnes(value.operand), WORD, 0, 64)

    def lowest_one(self, value: Value) -> Value:
        """The position of the lowest bit that is 1; `value` is not 0."""
        return self.computed(LowestOne(value.operand), WORD, 0, 63)

    def prefetch(self, address: Value) -> None:
        """Asks for the memory at `address`, which is to be read soon."""
        self.done(Prefetch(address.operand))

    def copy(self, target: Array, source: Array, words: int) -> None:
        """Copies a fixed number of words."""
        for index in range(words):
            target[index] = source[index]

    def finish(self) -> None:
        """Closes the function: the block that is open cannot be reached."""
        if not self.block.end:
            self.block.close(Unreachable())

    def reachable(self) -> set[Block]:
        """The blocks to which something leads."""
        found, rest = {self.entry}, [self.entry]
        while rest:
            for target in rest.pop().targets:
                if target not in found:
                    found.add(target)
                    rest.append(target)
        return found


class Module:
    """Functions that are compiled together."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.tables: dict[Name, tuple[int, ...]] = {}

    def function(
        self, name: str, result: Type, *parameters: tuple[str, Type], inlined: bool = False, seldom: bool = False
    ) -> Function:
        """Begins a function; end it with `finish`.

        One that is `inlined` is copied to wherever it is called.  One that is called `seldom` is compiled in the
        shortest time, and not made fast.
        """
        attributes = "alwaysinline" if inlined else "noinline optnone" if seldom else ""
        function = Function(self, name, result, parameters, attributes)
        self.functions[name] = function
        return function

    def table(self, function: Function, numbers: tuple[int, ...]) -> Array:
        """Words in memory that do not change, for use in `function`."""
        name = f"@table{len(self.tables)}"
        self.tables[name] = tuple(number & MASK for number in numbers)
        return Array(function, Value(function, POINTER, name, 0, 0))
