"""What is decided while machine code is built is what the code would have computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("llvmlite")

from checker.engines.native.builder import MASK, POINTER, WORD, Module, Value
from checker.engines.native.machine import compile_module
from checker.engines.native.memory import Words

Step: TypeAlias = tuple[str, int, int]
"""An operator, and which of the values so far it is about; or a constant."""

WORDS = st.one_of(st.integers(0, 70), st.integers(MASK - 3, MASK), st.integers(0, 63).map(lambda bit: 1 << bit),
                  st.integers(0, MASK))


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def signed(word: int) -> int:
    return word - (1 << 64) if word >> 63 else word


OPERATORS: dict[str, tuple[Callable[[Value, Value], Value], Callable[[int, int], int]]] = {
    "add": (lambda x, y: x + y, lambda x, y: x + y),
    "sub": (lambda x, y: x - y, lambda x, y: x - y),
    "mul": (lambda x, y: x * y, lambda x, y: x * y),
    "and": (lambda x, y: x & y, lambda x, y: x & y),
    "or": (lambda x, y: x | y, lambda x, y: x | y),
    "xor": (lambda x, y: x ^ y, lambda x, y: x ^ y),
    "not": (lambda x, y: ~x, lambda x, y: ~x),
    "quotient": (lambda x, y: x // (y | 1), lambda x, y: x // (y | 1)),
    "rest": (lambda x, y: x % (y | 1), lambda x, y: x % (y | 1)),
    "left": (lambda x, y: x << (y & 63), lambda x, y: x << (y & 63)),
    "right": (lambda x, y: x >> (y & 63), lambda x, y: x >> (y & 63)),
    "equal": (lambda x, y: (x == y).widened(), lambda x, y: x == y),
    "other": (lambda x, y: (x != y).widened(), lambda x, y: x != y),
    "less": (lambda x, y: (x < y).widened(), lambda x, y: x < y),
    "most": (lambda x, y: (x <= y).widened(), lambda x, y: x <= y),
    "more": (lambda x, y: (x > y).widened(), lambda x, y: x > y),
    "least": (lambda x, y: (x >= y).widened(), lambda x, y: x >= y),
    "signed less": (lambda x, y: x.signed_less(y).widened(), lambda x, y: signed(x) < signed(y)),
    "signed most": (lambda x, y: x.signed_less_or_equal(y).widened(), lambda x, y: signed(x) <= signed(y)),
    "choose": (lambda x, y: (x < y).choose(x, y + 1), lambda x, y: x if x < y else y + 1),
    "ones": (lambda x, y: x.function.count_ones(x), lambda x, y: x.bit_count()),
}

STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(sorted(OPERATORS)), st.integers(0, 30), st.integers(0, 30)),
        st.tuples(st.just("constant"), WORDS, st.just(0)),
    ),
    min_size=1, max_size=25,
)


@given(steps=STEPS, words=st.tuples(WORDS, WORDS), narrow=st.integers(0, 63))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_value_is_what_arithmetic_says_and_lies_within_its_range(
    steps: list[Step], words: tuple[int, int], narrow: int
) -> None:
    module = Module()
    function = module.function("compute", WORD, ("first", WORD), ("second", WORD), ("out", POINTER))
    built: list[Value] = [function["first"], function["second"], function["first"] & ((1 << narrow) - 1)]
    expected = [*words, words[0] & ((1 << narrow) - 1)]
    for operator, left, right in steps:
        if operator == "constant":
            built.append(function.constant(left))
            expected.append(left)
            continue
        build, compute = OPERATORS[operator]
        one, other = left % len(built), right % len(built)
        built.append(build(built[one], built[other]))
        expected.append(int(compute(expected[one], expected[other])) & MASK)
    out = function.array("out")
    for index, value in enumerate(built):
        out[index] = value
    function.return_(0)
    function.finish()
    machine = compile_module(lambda: (module, {}), str(module))
    results = Words(len(built))
    machine.function("compute", 3)(*words, results.address)
    assert [results[index] for index in range(len(built))] == expected
    for value, word in zip(built, expected, strict=True):
        assert value.least <= word <= value.greatest
