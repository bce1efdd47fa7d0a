"""A small structured builder over LLVM IR, so that machine code is written like the pseudo-code of a paper.

    function = module.function("count_bits", WORD, ("word", WORD))
    rest, count = function.local(function["word"]), function.local(0)
    with function.while_(lambda: rest.get() != 0):
        rest.set(rest.get() & (rest.get() - 1))
        count.set(count.get() + 1)
    function.return_(count.get())

There are numbers of 64 bits (`WORD`), of other widths, truth values (`TRUTH`) and pointers.  Numbers are unsigned; the
few places that need a sign say so (`signed_less`).  A Python int stands for a constant of the other operand's type.
Locals are stack slots, which LLVM turns into registers.  Nothing here knows of model checking.
"""

from __future__ import annotations

# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from llvmlite import ir

WORD = ir.IntType(64)
HALF = ir.IntType(32)
BYTE = ir.IntType(8)
TRUTH = ir.IntType(1)
POINTER = ir.PointerType()
NOTHING = ir.VoidType()

MASK = (1 << 64) - 1

Operand: TypeAlias = "Value | int | bool"


class Value:
    """A value of the function that is being built; operators emit instructions."""

    __slots__ = ("function", "raw")

    def __init__(self, function: Function, raw: ir.Value) -> None:
        self.function = function
        self.raw = raw

    @property
    def type(self) -> ir.Type:
        """The LLVM type."""
        return self.raw.type

    def _with(self, instruction: str, other: Operand) -> Value:
        emit = getattr(self.function.builder, instruction)
        return Value(self.function, emit(self.raw, self.function.raw(other, self.type)))

    def _compare(self, operator: str, other: Operand) -> Value:
        raw = self.function.builder.icmp_unsigned(operator, self.raw, self.function.raw(other, self.type))
        return Value(self.function, raw)

    def __add__(self, other: Operand) -> Value:
        return self._with("add", other)

    def __sub__(self, other: Operand) -> Value:
        return self._with("sub", other)

    def __mul__(self, other: Operand) -> Value:
        return self._with("mul", other)

    def __floordiv__(self, other: Operand) -> Value:
        return self._with("udiv", other)

    def __mod__(self, other: Operand) -> Value:
        return self._with("urem", other)

    def __and__(self, other: Operand) -> Value:
        return self._with("and_", other)

    def __or__(self, other: Operand) -> Value:
        return self._with("or_", other)

    def __xor__(self, other: Operand) -> Value:
        return self._with("xor", other)

    def __lshift__(self, other: Operand) -> Value:
        return self._with("shl", other)

    def __rshift__(self, other: Operand) -> Value:
        return self._with("lshr", other)

    def __invert__(self) -> Value:
        return Value(self.function, self.function.builder.not_(self.raw))

    def __eq__(self, other: object) -> Value:  # type: ignore[override]
        return self._compare("==", other)  # type: ignore[arg-type]

    def __ne__(self, other: object) -> Value:  # type: ignore[override]
        return self._compare("!=", other)  # type: ignore[arg-type]

    def __lt__(self, other: Operand) -> Value:
        return self._compare("<", other)

    def __le__(self, other: Operand) -> Value:
        return self._compare("<=", other)

    def __gt__(self, other: Operand) -> Value:
        return self._compare(">", other)

    def __ge__(self, other: Operand) -> Value:
        return self._compare(">=", other)

    __hash__ = None  # type: ignore[assignment]

    def signed_less(self, other: Operand) -> Value:
        """`self < other`, both read as two's complement."""
        raw = self.function.builder.icmp_signed("<", self.raw, self.function.raw(other, self.type))
        return Value(self.function, raw)

    def signed_less_or_equal(self, other: Operand) -> Value:
        """`self <= other`, both read as two's complement."""
        raw = self.function.builder.icmp_signed("<=", self.raw, self.function.raw(other, self.type))
        return Value(self.function, raw)

    def widened(self, type: ir.IntType = WORD) -> Value:
        """The same number in a wider type."""
        return self if self.type == type else Value(self.function, self.function.builder.zext(self.raw, type))

    def narrowed(self, type: ir.IntType) -> Value:
        """The low bits, in a narrower type."""
        return self if self.type == type else Value(self.function, self.function.builder.trunc(self.raw, type))

    def choose(self, then: Operand, otherwise: Operand) -> Value:
        """`then` where this truth value holds, else `otherwise`; both are evaluated."""
        type = next((side.type for side in (then, otherwise) if isinstance(side, Value)), WORD)
        raw = self.function.builder.select(self.raw, self.function.raw(then, type), self.function.raw(otherwise, type))
        return Value(self.function, raw)


class Local:
    """A name of the function whose value changes."""

    __slots__ = ("function", "slot", "type")

    def __init__(self, function: Function, type: ir.Type) -> None:
        self.function = function
        self.type = type
        with function.builder.goto_entry_block():
            self.slot = function.builder.alloca(type)

    def get(self) -> Value:
        """The value it has now."""
        return Value(self.function, self.function.builder.load(self.slot, typ=self.type))

    def set(self, value: Operand) -> None:
        """Gives it another value."""
        self.function.builder.store(self.function.raw(value, self.type), self.slot)


class Array:
    """Memory as an array of numbers: `a[i]` reads and `a[i] = x` writes."""

    __slots__ = ("function", "item", "pointer")

    def __init__(self, function: Function, pointer: Value, item: ir.Type = WORD) -> None:
        self.function = function
        self.pointer = pointer
        self.item = item

    def at(self, index: Operand) -> Value:
        """The address of an item."""
        raw = self.function.raw(index, WORD)
        return Value(self.function, self.function.builder.gep(self.pointer.raw, [raw], source_etype=self.item))

    def __getitem__(self, index: Operand) -> Value:
        return Value(self.function, self.function.builder.load(self.at(index).raw, typ=self.item))

    def __setitem__(self, index: Operand, value: Operand) -> None:
        self.function.builder.store(self.function.raw(value, self.item), self.at(index).raw)

    def from_(self, index: Operand) -> Array:
        """The same memory, counted from `index` on."""
        return Array(self.function, self.at(index), self.item)

    def read_shared(self, index: Operand) -> Value:
        """An atomic read: what other threads wrote before they published this item is seen."""
        raw = self.function.builder.load_atomic(self.at(index).raw, "acquire", 8, typ=self.item)
        return Value(self.function, raw)

    def exchange_if(self, index: Operand, expected: Operand, new: Operand) -> tuple[Value, Value]:
        """An atomic compare-and-swap: what was there, and whether it was `expected` and now is `new`."""
        function = self.function
        pair = function.builder.cmpxchg(
            self.at(index).raw, function.raw(expected, self.item), function.raw(new, self.item), "acq_rel", "acquire"
        )
        return tuple(Value(function, function.builder.extract_value(pair, part)) for part in (0, 1))  # type: ignore[return-value]

    def add_shared(self, index: Operand, amount: Operand) -> Value:
        """An atomic addition; the value before it."""
        function = self.function
        raw = function.builder.atomic_rmw("add", self.at(index).raw, function.raw(amount, self.item), "acq_rel")
        return Value(function, raw)


class Function:
    """One function while it is built.  `function["name"]` is a parameter."""

    def __init__(self, module: Module, name: str, result: ir.Type, parameters: tuple[tuple[str, ir.Type], ...]) -> None:
        self.module = module
        self.raw_function = ir.Function(module.raw, ir.FunctionType(result, [type for _, type in parameters]), name)
        self.parameters: dict[str, Value] = {}
        for (parameter, _), raw in zip(parameters, self.raw_function.args, strict=True):
            raw.name = parameter
            self.parameters[parameter] = Value(self, raw)
        entry = self.raw_function.append_basic_block("entry")
        body = self.raw_function.append_basic_block("body")
        self.builder = ir.IRBuilder(entry)
        self.builder.branch(body)
        self.builder.position_at_end(body)
        self._loops: list[tuple[ir.Block, ir.Block]] = []  # of each enclosing loop: where to go on, where to leave

    def __getitem__(self, name: str) -> Value:
        return self.parameters[name]

    def array(self, name: str, item: ir.Type = WORD) -> Array:
        """A pointer parameter as an array."""
        return Array(self, self[name], item)

    def raw(self, operand: Operand, type: ir.Type) -> ir.Value:
        """The operand as LLVM has it; a Python number becomes a constant of `type`."""
        if isinstance(operand, Value):
            return operand.raw
        return ir.Constant(type, int(operand) & ((1 << type.width) - 1))

    def constant(self, number: int, type: ir.Type = WORD) -> Value:
        """A constant."""
        return Value(self, self.raw(number, type))

    def local(self, value: Operand, type: ir.Type = WORD) -> Local:
        """A name whose value changes; it starts with `value`."""
        local = Local(self, value.type if isinstance(value, Value) else type)
        local.set(value)
        return local

    def memory(self, address: Value, item: ir.Type = WORD) -> Array:
        """The memory at an address that is held as a number."""
        return Array(self, Value(self, self.builder.inttoptr(address.raw, POINTER)), item)

    def scratch(self, words: int) -> Array:
        """Words on the stack, for the whole call; what is in them is not defined at first."""
        with self.builder.goto_entry_block():
            raw = self.builder.alloca(WORD, size=words)
        return Array(self, Value(self, raw))

    # --- control --------------------------------------------------------------------------------------------------

    @contextmanager
    def if_(self, condition: Value) -> Iterator[None]:
        """Runs the body where the condition holds."""
        then, after = (self.raw_function.append_basic_block(name) for name in ("then", "after"))
        self.builder.cbranch(condition.raw, then, after)
        self.builder.position_at_end(then)
        yield
        self._leave_to(after)

    @contextmanager
    def if_else(self, condition: Value) -> Iterator[Callable[[], None]]:
        """Runs what is built before the given function is called where the condition holds, else what comes after."""
        then, other, after = (self.raw_function.append_basic_block(name) for name in ("then", "otherwise", "after"))
        self.builder.cbranch(condition.raw, then, other)
        self.builder.position_at_end(then)

        def otherwise() -> None:
            if not self.builder.block.is_terminated:
                self.builder.branch(after)
            self.builder.position_at_end(other)

        yield otherwise
        self._leave_to(after)

    @contextmanager
    def while_(self, condition: Callable[[], Value]) -> Iterator[None]:
        """Repeats the body while the condition, evaluated before each turn, holds."""
        test, body, after = (self.raw_function.append_basic_block(name) for name in ("test", "turn", "after"))
        self.builder.branch(test)
        self.builder.position_at_end(test)
        self.builder.cbranch(condition().raw, body, after)
        self.builder.position_at_end(body)
        self._loops.append((test, after))
        yield
        self._loops.pop()
        if not self.builder.block.is_terminated:
            self.builder.branch(test)
        self.builder.position_at_end(after)

    @contextmanager
    def for_(self, start: Operand, stop: Operand) -> Iterator[Value]:
        """Repeats the body with each number from `start` up to but not including `stop`."""
        counter = self.local(start)
        bound = stop if isinstance(stop, Value) else self.constant(stop)
        names = ("test", "turn", "step", "after")
        test, body, step, after = (self.raw_function.append_basic_block(name) for name in names)
        self.builder.branch(test)
        self.builder.position_at_end(test)
        self.builder.cbranch((counter.get() < bound).raw, body, after)
        self.builder.position_at_end(body)
        self._loops.append((step, after))
        yield counter.get()
        self._loops.pop()
        if not self.builder.block.is_terminated:
            self.builder.branch(step)
        self.builder.position_at_end(step)
        counter.set(counter.get() + 1)
        self.builder.branch(test)
        self.builder.position_at_end(after)

    def continue_(self) -> None:
        """Goes on with the next turn of the innermost loop."""
        self._jump(self._loops[-1][0])

    def break_(self) -> None:
        """Leaves the innermost loop."""
        self._jump(self._loops[-1][1])

    def return_(self, value: Operand | None = None) -> None:
        """Leaves the function."""
        if value is None:
            self.builder.ret_void()
        else:
            self.builder.ret(self.raw(value, self.raw_function.function_type.return_type))
        self._unreachable()

    def _jump(self, target: ir.Block) -> None:
        self.builder.branch(target)
        self._unreachable()

    def _unreachable(self) -> None:
        """What is built after a jump is never run, but must stand somewhere."""
        self.builder.position_at_end(self.raw_function.append_basic_block("never"))

    def _leave_to(self, after: ir.Block) -> None:
        if not self.builder.block.is_terminated:
            self.builder.branch(after)
        self.builder.position_at_end(after)

    # --- calls ----------------------------------------------------------------------------------------------------

    def call(self, function: Function, *arguments: Operand) -> Value:
        """Calls another function of the module."""
        types = function.raw_function.function_type.args
        raw = [self.raw(argument, type) for argument, type in zip(arguments, types, strict=True)]
        return Value(self, self.builder.call(function.raw_function, raw))

    def count_ones(self, value: Value) -> Value:
        """How many bits are 1."""
        return Value(self, self.builder.ctpop(value.raw))

    def lowest_one(self, value: Value) -> Value:
        """The position of the lowest bit that is 1; `value` is not 0."""
        return Value(self, self.builder.cttz(value.raw, ir.Constant(TRUTH, 1)))

    def prefetch(self, address: Value) -> None:
        """Asks for the memory at `address`, which is to be read soon."""
        type = ir.FunctionType(NOTHING, [POINTER, HALF, HALF, HALF])
        declared = self.module.raw.declare_intrinsic("llvm.prefetch.p0", (), type)
        numbers = [ir.Constant(HALF, number) for number in (0, 3, 1)]  # read, keep near, data
        self.builder.call(declared, [address.raw, *numbers])

    def copy(self, target: Array, source: Array, words: int) -> None:
        """Copies a fixed number of words."""
        for index in range(words):
            target[index] = source[index]

    def finish(self) -> None:
        """Closes the function: the block that is open cannot be reached, or returns nothing."""
        if not self.builder.block.is_terminated:
            if isinstance(self.raw_function.function_type.return_type, ir.VoidType):
                self.builder.ret_void()
            else:
                self.builder.unreachable()


class Module:
    """Functions that are compiled together."""

    def __init__(self, name: str) -> None:
        self.raw = ir.Module(name)
        self.functions: dict[str, Function] = {}

    def function(self, name: str, result: ir.Type, *parameters: tuple[str, ir.Type]) -> Function:
        """Begins a function; end it with `finish`."""
        function = Function(self, name, result, parameters)
        self.functions[name] = function
        return function

    def table(self, name: str, numbers: tuple[int, ...]) -> ir.GlobalVariable:
        """A constant array of words."""
        type = ir.ArrayType(WORD, len(numbers))
        variable = ir.GlobalVariable(self.raw, type, name)
        variable.global_constant = True
        variable.initializer = ir.Constant(type, [number & MASK for number in numbers])
        return variable
