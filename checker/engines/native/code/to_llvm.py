"""Instructions as the text that LLVM reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, assert_never

from checker.engines.native.code.instructions import (
    PAIR, AddressFrom, AddressOf, AddShared, Binary, Branch, Call, Choose, Compare, CountOnes, End, ExchangeShared,
    Incoming, Instruction, Jump, Load, LoadShared, LowestOne, PartOf, Prefetch, Return, Stack, Store,
    Unreachable, Widen,
)

if TYPE_CHECKING:
    from checker.engines.native.code.builder import Block, Function, Module

INTRINSICS = (
    "declare i64 @llvm.ctpop.i64(i64)",
    "declare i64 @llvm.cttz.i64(i64, i1)",
    "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)",
)


def to_llvm(module: Module) -> str:
    """The text of a whole module.  Blocks to which nothing leads are left out."""
    parts = [_table(name, numbers) for name, numbers in module.tables.items()]
    parts += INTRINSICS
    for function in module.functions.values():
        parts += _function(function)
    return "\n".join(parts) + "\n"


def _table(name: str, numbers: tuple[int, ...]) -> str:
    content = ", ".join(f"i64 {number}" for number in numbers)
    return f"{name} = private constant [{len(numbers)} x i64] [{content}]"


def _function(function: Function) -> Iterator[str]:
    given = ", ".join(f"{value.type.name} {value.operand}" for value in function.parameters.values())
    yield f"define {function.result.name} @{function.name}({given}) {function.attributes} {{"
    reachable = function.reachable()
    for block in function.blocks:
        if block in reachable:
            yield f"{block.label}:"
            for name, incoming in block.incoming:
                yield f"{name} = {_incoming(incoming, block, reachable)}"
            for name, line in block.lines:
                yield f"{name} = {_instruction(line)}" if name else _instruction(line)
            yield _end(block.end)
    yield "}"


def _incoming(value: Incoming, block: Block, reachable: Collection[Block]) -> str:
    """Without the ways that come from where nobody gets."""
    ways = ", ".join(
        f"[ {operand}, %{side.label} ]" for operand, side in value.sides
        if side in reachable and block in side.targets
    )
    return f"phi {value.type.name} {ways}"


def _instruction(line: Instruction) -> str:
    match line:
        case Binary(operator, type, left, right):
            return f"{operator} {type.name} {left}, {right}"
        case Compare(predicate, type, left, right):
            return f"icmp {predicate} {type.name} {left}, {right}"
        case Load(type, address):
            return f"load {type.name}, ptr {address}"
        case Store(type, value, address):
            return f"store {type.name} {value}, ptr {address}"
        case AddressOf(array, index):
            return f"getelementptr i64, ptr {array}, i64 {index}"
        case Choose(condition, type, then, otherwise):
            return f"select i1 {condition}, {type.name} {then}, {type.name} {otherwise}"
        case Widen(source, operand, target):
            return f"zext {source.name} {operand} to {target.name}"
        case Call(function, result, arguments):
            given = ", ".join(f"{type.name} {operand}" for type, operand in arguments)
            return f"call {result.name} @{function}({given})"
        case Stack(type, count):
            return f"alloca {type.name}" if count is None else f"alloca [{count} x {type.name}]"
        case AddressFrom(number):
            return f"inttoptr i64 {number} to ptr"
        case CountOnes(word):
            return f"call i64 @llvm.ctpop.i64(i64 {word})"
        case LowestOne(word):
            return f"call i64 @llvm.cttz.i64(i64 {word}, i1 true)"
        case Prefetch(address):
            read, near, data = 0, 3, 1
            return f"call void @llvm.prefetch.p0(ptr {address}, i32 {read}, i32 {near}, i32 {data})"
        case LoadShared(address):
            return f"load atomic i64, ptr {address} acquire, align 8"
        case ExchangeShared(address, expected, new):
            return f"cmpxchg ptr {address}, i64 {expected}, i64 {new} acq_rel acquire"
        case PartOf(pair, position):
            return f"extractvalue {PAIR.name} {pair}, {position}"
        case AddShared(address, amount):
            return f"atomicrmw add ptr {address}, i64 {amount} acq_rel"
        case _:
            assert_never(line)


def _end(end: End | None) -> str:
    match end:
        case Jump(target):
            return f"br label %{target.label}"
        case Branch(condition, then, otherwise):
            return f"br i1 {condition}, label %{then.label}, label %{otherwise.label}"
        case Return(type, value):
            return f"ret {type.name} {value}"
        case Unreachable():
            return "unreachable"
        case None:
            raise AssertionError("a block has no end")
        case _:
            assert_never(end)
