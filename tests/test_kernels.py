"""Generated code: what is merged means the same, what is too long to write out is a loop, and a person can read it.

That it does what the interpreter does is tested with the other engines; here are the ways in which it could fail to.
"""

from __future__ import annotations

import ast
import builtins
import os
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Annotated

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_specs import RandomSpec, load, random_specs, random_state

from checker import Bounded, Map, Sort, Spec, action, init
from checker.core import ir
from checker.core.errors import Span
from checker.core.instance import Instance
from checker.core.model import Model
from checker.core.types import BOOL, INT, IntType
from checker.core.values import State
from checker.engines import layout as layouts
from checker.engines import plain
from checker.engines.interpreted import InterpretedSystem
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.kernels import KernelSystem, actions, collections, compile_kernels, quantifiers, sets, texts
from checker.engines.kernels.formula import (
    FALSE, TRUE, BitField, Constant, Formula, Text, all_of, boolean, condition, holds, negate, some_of,
)
from checker.engines.kernels.names import comment
from checker.engines.kernels.runtime import FUNCTIONS
from checker.engines.layout import Layout
from checker.engines.system import Checked, SpecError
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate
from checker.frontend.load import load_model
from checker.frontend.lower import lower

# --- formulas ---------------------------------------------------------------------------------------------------------

FIELDS = [BitField("s", 0, 2), BitField("s", 2, 1), BitField("s", 3, 3), BitField("after", 0, 2)]

Meaning = tuple[Formula, Callable[[int, int], bool]]
"""A formula as it was simplified, and what it says of two packed states; a `SpecError` is a meaning too."""


def raises(s: int) -> bool:
    """A part of a formula that is an error of the spec in some states."""
    if s & 1:
        raise SpecError
    return bool(s & 4)


def atoms() -> st.SearchStrategy[Meaning]:
    """Tests of a field, constants, and code that may raise."""

    def of_field(field: BitField, codes: int) -> Meaning:
        possible = (1 << (1 << field.width)) - 1
        return holds(field, codes, possible), lambda s, after: bool(
            codes >> ((s if field.source == "s" else after) >> field.position & (1 << field.width) - 1) & 1
        )

    fields = st.builds(of_field, st.sampled_from(FIELDS), st.integers(0, 255))
    constants = st.sampled_from([(TRUE, lambda s, after: True), (FALSE, lambda s, after: False)])
    code = st.just((Text("raises(s)", total=False), lambda s, after: raises(s)))
    return st.one_of(fields, constants, code)


def joined(parts: list[Meaning], conjunction: bool) -> Meaning:
    quantify = all if conjunction else any
    formula = (all_of if conjunction else some_of)(part for part, _ in parts)
    return formula, lambda s, after: quantify(says(s, after) for _, says in parts)


def meanings() -> st.SearchStrategy[Meaning]:
    return st.recursive(
        atoms(),
        lambda inner: st.one_of(
            st.builds(joined, st.lists(inner, max_size=4), st.booleans()),
            inner.map(lambda part: (negate(part[0]), lambda s, after: not part[1](s, after))),
        ),
        max_leaves=12,
    )


def outcome(evaluate: Callable[[], object]) -> object:
    try:
        return evaluate()
    except SpecError:
        return "an error of the spec"


@given(meanings(), st.integers(0, 63), st.integers(0, 3))
@settings(max_examples=600, deadline=None)
def test_a_simplified_formula_says_what_its_parts_say(meaning: Meaning, s: int, after: int) -> None:
    formula, says = meaning
    names = {"s": s, "after": after, "raises": raises}
    expected = outcome(lambda: says(s, after))
    assert outcome(lambda: bool(eval(condition(formula), names))) == expected
    assert outcome(lambda: eval(boolean(formula), names)) == expected


def test_memberships_merge_into_one_test() -> None:
    bits = [holds(BitField("s", position, 1), 0b10, 0b11) for position in (3, 70, 5)]
    assert condition(all_of(bits)) == "s & 0x400000000000000028 == 0x400000000000000028"
    assert condition(some_of(bits)) == "s & 0x400000000000000028"
    assert condition(negate(some_of(bits))) == "not s & 0x400000000000000028"
    assert all_of([bits[0], negate(bits[0])]) == FALSE
    assert not isinstance(all_of([Text("raises(s)", total=False), bits[0], negate(bits[0])]), Constant)


# --- every way to generate the code -----------------------------------------------------------------------------------

LIMITS: dict[str, list[tuple[object, str, int]]] = {
    "loops instead of written-out quantifiers": [(quantifiers, "BODIES", 3), (quantifiers, "DOMAIN_LIMIT", 1)],
    "loops over parameters": [(actions, "CHOICES", 1)],
    "no tables of small fields": [(texts, "TABLE_WIDTH", 0)],
    "sets as a whole": [(sets, "EXPANSION_LIMIT", 0)],
    "sets that are no ints": [(plain, "MASK_LIMIT", 1)],
    "records part by part": [(layouts, "CODE_LIMIT", 1)],
    "maps in a loop": [(collections, "KEYS_LIMIT", 1)],
    "words of 8 bits": [(layouts, "WORD", 8)],
}
LIMITS["all of these"] = [limit for limits in LIMITS.values() for limit in limits]


def agree(spec: ir.Spec, instance: Instance, random: Random) -> None:
    """The kernels and the interpreter say the same about initial states, some states after them, and random ones."""
    kernels = compile_kernels(lower(spec), spec.properties, instance, Layout(spec.variables, instance))
    interpreted = InterpretedSystem(Interpreter(spec, instance), kernels.actions, Checked.of(spec.properties))
    initial = outcome(interpreted.initial)
    assert outcome(lambda: [kernels.unpack(state) for state in kernels.initial()]) == initial
    states = list(dict.fromkeys(initial)) if isinstance(initial, list) else []
    for state in states[:8]:
        following = outcome(lambda state=state: interpreted.successors(state)[0])
        states += following if isinstance(following, list) else []
    for state in [*dict.fromkeys(states[:12]), *(random_state(random, spec, instance) for _ in range(4))]:
        agree_about(kernels, interpreted, state)


def agree_about(kernels: KernelSystem, interpreted: InterpretedSystem, state: State) -> None:
    packed = kernels.pack(state)
    for system in (kernels, interpreted):
        system.cuts[:] = [0] * len(kernels.actions)
    assert outcome(lambda: _unpacked(kernels, packed)) == outcome(lambda: interpreted.successors(state))
    assert outcome(lambda: kernels.violated(packed)) == outcome(lambda: interpreted.violated(state))
    assert outcome(lambda: kernels.inside(packed)) == outcome(lambda: interpreted.inside(state))
    if outcome(lambda: interpreted.successors(state)) != "an error of the spec":
        kernels.successors(packed)
        assert kernels.cuts == interpreted.cuts


def _unpacked(kernels: KernelSystem, packed: int) -> object:
    following, ends = kernels.successors(packed)
    return [kernels.unpack(state) for state in following], ends


@pytest.mark.parametrize("ways", LIMITS)
@given(random_specs(), st.randoms(use_true_random=False))
@settings(max_examples=8, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_too_large_to_write_out_means_the_same(ways: str, random_spec: RandomSpec, random: Random) -> None:
    loaded = load(random_spec)
    with pytest.MonkeyPatch.context() as patch:
        for module, name, limit in LIMITS[ways]:
            patch.setattr(module, name, limit)
        agree(loaded.spec, loaded.instance, random)


class Node(Sort): ...


class Counter(Spec):
    """Writes a slot of a map twice: only the last value has to be within bounds."""

    count: Map[Node, Annotated[int, Bounded("count")]]
    chosen: Node

    @init
    def start(self, n: Node) -> None:
        self.count = Map({m: 1 for m in Node})
        self.chosen = n

    @action
    def overwrite(self) -> None:
        self.count[self.chosen] = self.count[self.chosen] + 1
        self.count[self.chosen] = self.count[self.chosen] - 1

    @action
    def overflow(self, n: Node) -> None:
        self.count[n] = self.count[n] + 1
        self.count[self.chosen] = self.count[self.chosen] - 1


def test_only_the_last_of_two_values_for_one_key_is_checked() -> None:
    kernels = _compiled(Model(Counter, sizes={Node: 2}, bounds={"count": (0, 1)}))
    for state in kernels.initial():
        following, ends = kernels.successors(state)
        # overwriting changes nothing; only the chosen node can overflow and come back
        assert following == [state, state]
        assert ends == (1, 2)
    assert kernels.cuts == [0, 2]


# --- the text ---------------------------------------------------------------------------------------------------------


def kernels_of(name: str) -> KernelSystem:
    _, model = load_model(name)
    return _compiled(model)


def _compiled(model: Model) -> KernelSystem:
    spec = elaborate(model.spec, model.constants)
    instance = instantiate(model, spec)
    return compile_kernels(lower(spec), spec.properties, instance, Layout(spec.variables, instance))


def function(kernels: KernelSystem, action: str) -> str:
    """The text of the function that is generated for an action."""
    name = f"step_{kernels.actions.index(action)}"
    found = re.search(rf"^def {name}\(.*?(?=^def |\Z)", kernels.source, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group()


def test_the_same_model_gives_the_same_text() -> None:
    assert kernels_of("raft:small").source == kernels_of("raft:small").source


CODE = Path(__file__).parent / "golden" / "code"


@pytest.mark.parametrize(
    ("target", "golden"), [("paxos:small", "paxos.txt"), (str(CODE / "odd_names.py"), "odd_names.txt")]
)
def test_the_text_is_that_of_the_golden_file(target: str, golden: str) -> None:
    """`RENEW_GOLDEN=1 pytest tests/test_kernels.py` writes it anew; read the difference before you commit it."""
    source, file = kernels_of(target).source, CODE / golden
    if os.environ.get("RENEW_GOLDEN"):
        file.write_text(source, encoding="utf-8")
    assert source == file.read_text(encoding="utf-8")


def test_every_name_in_generated_code_shows_of_which_kind_it_is() -> None:
    ours = {"s", "after", "add", "cuts", "found", "mask", "pending", "initial", "successors", "violated",
            "step_violated", "reached", "inside", "Outside", "SpecError", *FUNCTIONS, *vars(builtins)}
    for target in ("paxos:small", "raft:small", str(CODE / "odd_names.py")):
        for node in ast.walk(ast.parse(kernels_of(target).source)):
            if isinstance(node, ast.keyword):
                continue
            name = getattr(node, "id", None) or getattr(node, "name", None) or getattr(node, "arg", None)
            assert name is None or name in ours or re.match(r"_[^\W_]|T_|(start|step|end)_\d+$", name), name
    assert not any(name.startswith(("_", "T_")) for name in FUNCTIONS)


def test_a_comment_is_one_line_whatever_it_says() -> None:
    said = comment('a = "\n    return 0\r\u2028 \ud800\\ \'\'\' ж')
    assert said == '# a = "\\n    return 0\\r\\u2028 \\ud800\\ \'\'\' ж'
    assert ast.parse(said).body == []


def test_a_block_says_for_which_arguments_it_is() -> None:
    accept = function(kernels_of("paxos:small"), "accept")
    labels = [f"# a=a{a}, b=b{b}, v=v{v}" for a in (1, 2, 3) for b in (1, 2) for v in (1, 2)]
    assert re.findall(r"# .*", accept) == labels
    assert accept.count("add(") == len(labels)


def test_the_head_says_where_every_variable_is() -> None:
    kernels = kernels_of("raft:small")
    head = kernels.source[: kernels.source.index("def ")]
    for place in kernels.layout.places:
        assert re.search(rf"bits +{place.position}\.\.-?\d+ +{place.name}: ", head)


def test_a_guard_over_known_messages_is_one_test_of_bits() -> None:
    accept = function(kernels_of("paxos:small"), "accept")
    tests = re.findall(r"if (.*):", accept)
    assert tests
    # one test for the promise, a field, and one for the message
    assert all(test.count("s &") <= 2 and "(" not in test for test in tests)


def test_an_action_that_can_never_happen_has_no_code() -> None:
    span = Span("spec.py", 1, 0, 1, 0)
    never = ir.Require(condition=ir.Boolean(type=BOOL, value=False, span=span), span=span)
    one = ir.Integer(type=INT, value=1, span=span)
    variable = ir.StateVariable(name="x", type=IntType("x"), ghost=False, span=span)
    action = ir.LoweredAction(name="idle", parameters=(), steps=(never,), updates=(("x", one),), span=span)
    start = ir.LoweredAction(name="start", parameters=(), steps=(), updates=(("x", one),), span=span)
    source = ir.Spec(
        name="Idle", doc="", file="spec.py", sorts=(), variables=(variable,), initial=(), actions=(), properties=(),
        span=span,
    )
    instance = Instance(labels={}, quorums={}, ranges={"x": (0, 3)}, lengths={}, bags={})
    lowered = ir.LoweredSpec(source=source, initial=(start,), actions=(action,))
    kernels = compile_kernels(lowered, (), instance, Layout(source.variables, instance))
    assert kernels.initial() == [1]
    assert kernels.successors(1) == ([], (0,))
    assert "add(" not in function(kernels, "idle")[len("def step_0(s, add)") :]
