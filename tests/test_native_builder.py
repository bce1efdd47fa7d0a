"""What is decided while code is built is what the processor would compute, and code does not grow with a model."""

from __future__ import annotations

from random import Random

import pytest

from checker.engines.prepare import prepare
from checker.frontend.load import load_model
from checker.frontend.lower import lower
from checker.ui.overrides import with_settings

pytest.importorskip("llvmlite")

from checker.engines.native.code.builder import MASK, WORD, Module, Value
from checker.engines.native.code.to_llvm import to_llvm
from checker.engines.native.kernels import build_kernels
from checker.engines.native.code.machine import compile_module

HALF = 1 << 63
INPUTS = ("first", "second")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of the person who runs the tests is left alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def signed(number: int) -> int:
    return number - (1 << 64) if number >= HALF else number


def combined(random: Random, left: tuple[Value, int], right: tuple[Value, int]) -> tuple[Value, int]:
    """A value made of two others by an operator, and the number that Python computes for it."""
    (one, first), (other, second) = left, right
    match random.choice(["+", "-", "*", "//", "%", "&", "|", "^", "<<", ">>", "~", "<", "<=", "signed", "if"]):
        case "+":
            return one + other, first + second & MASK
        case "-":
            return one - other, first - second & MASK
        case "*":
            return one * other, first * second & MASK
        case "//":
            return one // (other | 1), first // (second | 1)
        case "%":
            return one % (other | 1), first % (second | 1)
        case "&":
            return one & other, first & second
        case "|":
            return one | other, first | second
        case "^":
            return one ^ other, first ^ second
        case "<<":
            return one << (other & 63), first << (second & 63) & MASK
        case ">>":
            return one >> (other & 63), first >> (second & 63)
        case "~":
            return ~one, first ^ MASK
        case "<":
            return (one < other).widened(), int(first < second)
        case "<=":
            return (one <= other).widened(), int(first <= second)
        case "signed":
            test = one.signed_less(other) ^ other.signed_less_or_equal(one)
            return test.widened(), int(signed(first) < signed(second)) ^ int(signed(second) <= signed(first))
        case _:
            return (one != other).choose(one, other), first if first != second else second


def test_ranges_decide_what_the_processor_would_compute() -> None:
    """400 random programs: constants, unknown words and words of a known range, combined a dozen times."""
    random = Random(1)
    module, expected = Module(), list[tuple[list[int], int]]()
    for number in range(400):
        numbers = [random.choice([random.getrandbits(64), random.getrandbits(6), MASK, 0]) for _ in INPUTS]
        function = module.function(f"program{number}", WORD, *((name, WORD) for name in INPUTS))
        known = [(function[name], value) for name, value in zip(INPUTS, numbers, strict=True)]
        known += [(value.within(max(0, number - 3), number), number) for value, number in known]
        known += [(function.constant(value), value) for value in (*numbers, 0, 1, 63, 64, HALF, random.getrandbits(5))]
        for _ in range(12):
            known.append(combined(random, random.choice(known), random.choice(known)))
        value, result = known[-1]
        assert value.least <= result <= value.greatest
        function.return_(value)
        function.finish()
        expected.append((numbers, result))
    machine = compile_module(lambda: (module, {}), to_llvm(module))
    for optimise in (lambda: None, machine.optimise):
        optimise()
        for number, (numbers, result) in enumerate(expected):
            assert machine.function(f"program{number}", 2)(*numbers) == result


def test_an_instruction_is_repeated_within_a_block_only_where_it_is_another_one() -> None:
    module = Module()
    function = module.function("f", WORD, ("word", WORD))
    word = function["word"]
    total = function.count_ones(word) * 1000 + function.lowest_one(word)  # another instruction on the same operand
    size = function.size
    again = function.count_ones(word) * 1000
    assert function.size == size
    function.return_(total + again)
    function.finish()
    machine = compile_module(lambda: (module, {}), to_llvm(module))
    assert machine.function("f", 1)(0b1011000) == 2 * 3000 + 3


@pytest.mark.parametrize("bound", [0, 1, 2, 5])
@pytest.mark.parametrize("most", [1, 2, 7])
def test_a_loop_of_few_turns_does_what_any_loop_does(bound: int, most: int) -> None:
    """A loop that is known to have at most one turn is built without a jump back."""
    module = Module()
    function = module.function("loop", WORD, ("bound", WORD))
    total = function.local(0)
    with function.for_(0, function["bound"].within(0, most)) as index:
        with function.if_(index == 3):
            function.break_()
        with function.if_(index == 1):
            function.continue_()
        total.set(total.get() + 10 + index)
    function.return_(total.get())
    function.finish()
    machine = compile_module(lambda: (module, {}), to_llvm(module))
    given = min(bound, most)
    for optimise in (lambda: None, machine.optimise):
        optimise()
        assert machine.function("loop", 1)(given) == sum(10 + index for index in range(min(given, 3)) if index != 1)


def lines(name: str, setting: str) -> int:
    """The length of the machine code for a bundled model of another size."""
    prepared = prepare(with_settings(load_model(name)[1], [setting]))
    module = Module()
    build_kernels(module, lower(prepared.spec), prepared.checked, prepared.layout)
    return to_llvm(module).count("\n")


@pytest.mark.parametrize(("name", "small", "large", "factor"), [
    ("paxos:small", "Acceptor=3", "Acceptor=9", 10),
    ("paxos:small", "Ballot=2", "Ballot=12", 16),
    ("raft:large", "Server=3", "Server=7", 2),
])
def test_code_does_not_grow_with_the_sizes_of_a_model(name: str, small: str, large: str, factor: int) -> None:
    """What is written out choice by choice may take so much code for a parameter and so much for a quantifier; beyond
    that there are loops.  Raft is near these limits from the start, and the smallest Paxos takes less than a tenth of
    what they allow: from there it may grow so much and no more.  (Nine acceptors have 42 times as many majorities
    as three, and twelve ballots have 66 pairs where two have one.)"""
    assert lines(name, large) < factor * lines(name, small)
