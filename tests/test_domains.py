"""Parameters are drawn from parts of the state only where this comes to the same as trying all values of their types.

The judge is the typed form of a spec whose parameters run over their types, `require` by `require`, and for some
written specs a calculation by hand.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest
from random_specs import Loaded, random_state
from test_engines_agree import assert_kernels_agree, what_it_does
from written_specs import written

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import BagBound
from checker.core.types import SetType, SortType
from checker.core.values import Element, FrozenMap, Sequence, State, Value
from checker.core.verify import verify
from checker.engines.interpreter.explain import explain_action
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.kernels import compile_kernels
from checker.engines.layout import Layout
from checker.engines.system import Checked
from checker.frontend.lower import lower

VARIABLES = {
    "k": ("Small", "0"),
    "n": ("Small", "0"),
    "at": ("Round", "Round.first()"),
    "last": ("Node | None", "None"),
    "members": ("Set[Node] | None", "None"),
    "by": ("Map[Node, Set[Node]]", "Map({s: Set[Node]() for s in Node})"),
    "sets": ("Annotated[Seq[Set[Node]], Bounded('length')]", "Seq[Set[Node]]()"),
    "net": ("Set[Ping | Pong]", "Set()"),
    "bag": ("Annotated[Bag[Ping], Bounded('bag')]", "Bag[Ping]()"),
    "row": ("Annotated[Seq[Small], Bounded('length')]", "Seq[Small]()"),
}
BOUNDS: dict[str, int | tuple[int, int] | BagBound] = {"small": (0, 3), "length": 2, "bag": BagBound(2, 1)}

PARAMETERS = {"s": "Node", "t": "Node", "m": "Ping | Pong", "p": "Ping", "b": "Round", "i": "Small"}

ABOUT_THE_STATE = [
    "self.k != 0",
    "self.n > 0",
    "self.k // self.n == 1",
    "len(self.sets) > 0",
    "not not self.sets",
    "self.members is not None",
    "self.last is not None",
    "self.row[self.k] == 1",
    "self.at.next in {self.at}",
    "not (self.last is None or self.k // self.n == 3)",
    "min(self.row) < 2",
    "self.k > 2 or self.n > 2",
]
ABOUT = {
    "s": [
        "s in self.sets[-1]",
        "s in self.members",
        "s in self.by[self.last]",
        "s == self.last",
        "s in self.at_place(0)",
        "Pong(s, self.k - 1) in self.net",
        "s in {x.node for x in self.net if isinstance(x, Ping) or x.count // self.n == 1}",
        "not (s == self.last or self.members is None)",
    ],
    "t": [
        "t in self.by[s]",
        "t != s",
        "t in self.sets[self.k]",
        "t in self.members",
        "(t in self.by[t] and self.n > 0)",
    ],
    "m": ["m in self.net", "m.node == s", "(isinstance(m, Ping) or m.count // self.n == 0)", "m != Pong(t, self.k)"],
    "p": [
        "p in self.bag",
        "p in self.net",
        "p.round == b",
        "p.node == s",
        "p in {Ping(x, self.at.next) for x in Node}",
    ],
    "b": ["b in {self.at.next}", "b != self.at", "b in {x.round for x in self.bag}", "b.next == self.at"],
    "i": [
        "i in range(3 // self.k)",
        "i in self.row",
        "i != 1",
        "self.row[i] == 1",
        "i in {x // self.n for x in self.row}",
    ],
}


NARROWING = {"in self.members": "self.members is not None", "self.by[self.last]": "self.last is not None"}


def random_action(random: Random) -> str:
    """An action that chooses some parameters, and requires some of everything in any order."""
    chosen = ["s", *random.sample(["t", "m", "p", "b", "i"], random.randrange(1, 4))]
    random.shuffle(chosen)
    about = [text for name in chosen for text in random.sample(ABOUT[name], random.randrange(1, 3))]
    others = set(PARAMETERS) - set(chosen)
    wanted = [text for text in about if not others & set(re.findall(r"\b[a-z]\b", text))]
    wanted += random.sample(ABOUT_THE_STATE, random.randrange(1, 4))
    random.shuffle(wanted)
    for reading, test in NARROWING.items():
        first = next((index for index, text in enumerate(wanted) if reading in text), None)
        if first is not None and test not in wanted[:first]:
            wanted.insert(random.randrange(first + 1), test)
    parameters = "".join(f", {name}: {PARAMETERS[name]}" for name in chosen)
    return (
        "def at_place(self, i: int) -> Set[Node]:\n    return self.sets[i]\n"
        f"@action\ndef act(self{parameters}) -> None:\n    require({', '.join(wanted)})\n"
        "    self.last = s\n    self.k = 1\n"
    )


def over_whole_types(spec: ir.Spec) -> ir.Spec:
    """The spec before domains are drawn."""

    def whole(action: ir.Action) -> ir.Action:
        return replace(
            action,
            parameters=tuple(
                replace(p, domain=ir.AllOf(type=SetType(p.type), span=p.span), guards=()) for p in action.parameters
            ),
        )

    return replace(spec, actions=tuple(map(whole, spec.actions)))


def steps_of(interpreter: Interpreter, state: State) -> tuple[object, bool]:
    """The steps, or that there is an error; and whether some are cut."""
    try:
        steps, cut = interpreter.steps(state)
    except UserError as error:
        assert error.code.startswith("R"), error
        return "error", False
    return sorted((str(step.label), repr(step.state)) for step in steps), bool(cut.total())


def assert_same_as_over_whole_types(loaded: Loaded, states: list[State]) -> None:
    verify(loaded.spec)
    verify(lower(loaded.spec))
    judge = Interpreter(over_whole_types(loaded.spec), loaded.instance)
    for state in states:
        expected, may_be_cut = steps_of(judge, state)
        for spec in (loaded.spec, lower(loaded.spec)):
            found, is_cut = steps_of(Interpreter(spec, loaded.instance), state)
            assert found == expected, state
            assert may_be_cut or not is_cut, state


def assert_machine_code_agrees(loaded: Loaded, states: list[State]) -> None:
    pytest.importorskip("llvmlite")
    from test_native_kernels import native

    layout = Layout(loaded.spec.variables, loaded.instance)
    checked = Checked.of(loaded.spec.properties)
    python = compile_kernels(lower(loaded.spec), loaded.spec.properties, loaded.instance, layout)
    machine, _ = native(loaded.spec, checked, layout, python.initial)
    for state in states:
        assert what_it_does(machine, state) == what_it_does(python, state), state


@pytest.mark.parametrize("group", range(6))
def test_random_guards_mean_what_they_mean_over_all_values(group: int) -> None:
    random, judged = Random(group), 0
    while judged < 8:
        action = random_action(random)
        try:
            loaded = written(VARIABLES, action, BOUNDS)
        except UserError as error:
            assert error.code in ("S023", "S030", "S031"), (
                error,
                action,
            )  # a guard in an order in which it narrows nothing
            continue
        judged += 1
        states = [random_state(random, loaded.spec, loaded.instance) for _ in range(20)]
        assert_same_as_over_whole_types(loaded, states)
        assert_kernels_agree(loaded.spec, loaded.instance, states)
        if judged % 4 == 0:
            assert_machine_code_agrees(loaded, states)


def examined(action: str, **values: Value) -> object:
    """The steps, or "error", of `act` in a state with these values, after every engine has been asked for them."""
    loaded = written(VARIABLES, action, BOUNDS)
    (start,) = Interpreter(loaded.spec, loaded.instance).initial()
    state = State(start.state.names, tuple(values.get(name, value) for name, value in start.state.items()))
    assert_same_as_over_whole_types(loaded, [state])
    assert_kernels_agree(loaded.spec, loaded.instance, [state])
    assert_machine_code_agrees(loaded, [state])
    interpreter = Interpreter(loaded.spec, loaded.instance)
    try:
        steps, cut = interpreter.steps(state)
    except UserError as error:
        return error.code
    explained = explain_action(interpreter, loaded.spec.actions[0], state)
    assert list(explained.enabled) == [step.label for step in steps]
    assert sum(cut.values()) == len(explained.cut)
    return [str(step.label) for step in steps]


def acting(parameters: str, *guards: str) -> str:
    return f"@action\ndef act(self, {parameters}) -> None:\n    require({', '.join(guards)})\n    self.n = 1\n"


N1, N2 = Element("Node", 0, "n1"), Element("Node", 1, "n2")
R1, R2 = Element("Round", 0, "r1"), Element("Round", 1, "r2")


def test_a_guard_protects_the_collection_that_a_parameter_is_drawn_from() -> None:
    two = acting("s: Node, t: Node", "s != t", "len(self.sets) > 0", "t in self.sets[-1]")
    assert examined(two) == []
    assert examined(two, sets=Sequence([frozenset({N1}), frozenset({N2})])) == ["act(s=n1, t=n2)"]
    optional = acting("s: Node", "self.members is not None", "s in self.members")
    assert examined(optional) == []
    assert examined(optional, members=frozenset({N2})) == ["act(s=n2)"]
    number = acting("i: Small", "i != 1", "self.k != 0", "i in range(3 // self.k)")
    assert examined(number, k=0) == []
    assert examined(number, k=1) == ["act(i=0)", "act(i=2)"]


def test_a_parameter_without_a_range_is_drawn_behind_the_guards_before() -> None:
    loaded = written(
        {"k": ("Small", "0")},
        acting("i: int", "i != 5", "self.k != 0", "i in range(3 // self.k)").replace("n = 1", "k = 1"),
        BOUNDS,
    )
    for k, expected in ((0, []), (1, ["act(i=0)", "act(i=1)", "act(i=2)"])):
        steps, _ = Interpreter(loaded.spec, loaded.instance).steps(State(("k",), (k,)))
        assert [str(step.label) for step in steps] == expected


def test_a_guard_in_error_is_an_error_where_the_collection_is_empty() -> None:
    before = acting("m: Ping | Pong", "self.k // self.n == 1", "m in self.net")
    assert examined(before, n=0) == "R004"
    assert examined(before, n=1) == []
    assert examined(acting("m: Ping | Pong", "m in self.net", "self.k // self.n == 1"), n=0) == []


def test_a_guard_in_error_for_a_value_outside_of_the_collection_is_an_error() -> None:
    guards = ("self.row[i] == 2", "i in range(self.k)")
    assert examined(acting("i: Small", *guards), k=1, row=Sequence([2])) == "R001"
    assert examined(acting("i: Small", *reversed(guards)), k=1, row=Sequence([2])) == ["act(i=0)"]


def test_a_guard_behind_a_collection_in_error_does_not_hide_it() -> None:
    action = acting("s: Node", "s in self.sets[0]", "self.k == 1")
    assert examined(action, k=0) == "R001"
    assert examined(action, k=0, sets=Sequence([frozenset({N1})])) == []


def test_a_collection_beyond_the_bounds_cuts_only_the_choices_that_lead_to_it() -> None:
    action = acting("b: Round, c: Round", "c in {b.next}")
    assert examined(action) == ["act(b=r1, c=r2)"]
    downwards = acting("s: Node, c: Round", "c in {self.at.next if s in self.by[s] else self.at}")
    assert examined(downwards, at=R2, by=FrozenMap(((N1, frozenset({N1})), (N2, frozenset())))) == ["act(s=n2, c=r2)"]


def test_the_choices_of_an_initial_state_may_leave_the_bounds() -> None:
    loaded = written(VARIABLES, "", BOUNDS)
    source = loaded.spec.initial[0]
    span = source.span
    beyond = ir.Next(
        operand=ir.First(type=SortType("Round", True), span=span), type=SortType("Round", True), span=span
    )
    twice = ir.Next(operand=beyond, type=beyond.type, span=span)
    domain = ir.MakeSet(items=(twice,), type=SetType(beyond.type), span=span)
    chosen = replace(source, parameters=(ir.Parameter(name="b", type=beyond.type, domain=domain, span=span),))
    with pytest.raises(UserError, match="leaves the model's bounds") as caught:
        Interpreter(replace(loaded.spec, initial=(chosen,)), loaded.instance).initial()
    assert caught.value.code == "R007"
