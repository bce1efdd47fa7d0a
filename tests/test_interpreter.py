"""What the interpreter does where Python has no word for it: bounds, cut steps, errors of a spec, labels."""

from __future__ import annotations

from collections import Counter

import pytest
from written_specs import after, initial, labels, property_of, written

from checker.core.errors import UserError
from checker.core.instance import BagBound
from checker.engines.interpreter.interpreter import Interpreter

COUNTER = {"count": ("int", "0")}


def test_a_step_above_a_range_is_cut_and_counted_for_its_action() -> None:
    loaded = written(COUNTER, "@action\ndef up(self, n: Node) -> None:\n    self.count += 1\n", {"count": (0, 1)})
    interpreter = Interpreter(loaded.spec, loaded.instance)
    assert interpreter.steps(initial(loaded))[1] == Counter()
    assert interpreter.steps(after(loaded, "up(n=n1)")) == ([], Counter(up=2))


def test_only_what_is_stored_must_lie_in_the_range() -> None:
    body = "self.count = 7 * 3 - 20\n    require(self.count + 100 > 99)\n"
    loaded = written(COUNTER, f"@action\ndef up(self) -> None:\n    {body}", {"count": (0, 1)})
    assert after(loaded, "up()")["count"] == 1


@pytest.mark.parametrize(
    ("type", "first", "change"),
    [
        ("Round", "Round.first()", "self.x = self.x.next.next"),
        ('Annotated[Seq[Node], Bounded("length")]', "Seq()", "self.x = Seq([n, n, n])"),
        ('Annotated[Bag[Mode], Bounded("bag")]', "Bag()", "self.x = Bag([Mode.IDLE, Mode.BUSY, Mode.DONE])"),
        ('Annotated[Bag[Mode], Bounded("bag")]', "Bag()", "self.x = Bag([Mode.IDLE, Mode.IDLE])"),
        ("Set[Pong]", "Set()", "self.x.add(Pong(n, 3))"),
        ("Map[Node, Small]", "Map({n: 0 for n in Node})", "self.x[n] = 3"),
        ("tuple[bool, Small]", "(True, 0)", "self.x = (True, 3)"),
        ("Small | None", "None", "self.x = 3"),
    ],
)
def test_a_step_that_needs_more_room_than_the_model_has_is_cut(type: str, first: str, change: str) -> None:
    loaded = written({"x": (type, first)}, f"@action\ndef grow(self, n: Node) -> None:\n    {change}\n")
    assert Interpreter(loaded.spec, loaded.instance).steps(initial(loaded)) == ([], Counter(grow=2))


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("R001", "self.count = self.log[0]"),
        ("R001", "self.count = self.log[self.count - 1]"),
        ("R002", "self.count = max(x for x in self.log)"),
        ("R003", "self.net.remove(Mode.IDLE)"),
        ("R004", "self.count = 1 // self.count"),
        ("R004", "self.count = 1 % self.count"),
        ("R005", "self.count = self.count - 1"),
        ("R005", "require(Pong(n, self.count - 1).count == 0)"),
    ],
)
def test_an_error_of_the_spec_says_where_it_is_and_in_which_step(code: str, statement: str) -> None:
    variables = {**COUNTER, "log": ('Annotated[Seq[Small], Bounded("length")]', "Seq()")}
    variables["net"] = ('Annotated[Bag[Mode], Bounded("bag")]', "Bag()")
    loaded = written(variables, f"@action\ndef act(self, n: Node) -> None:\n    {statement}\n", {"count": (0, 2)})
    with pytest.raises(UserError) as caught:
        Interpreter(loaded.spec, loaded.instance).steps(initial(loaded))
    assert caught.value.code == code
    assert caught.value.span is not None
    assert [note.message for note in caught.value.notes] == ["in the step `act(n=n1)`"]


def test_an_error_behind_a_false_condition_is_none() -> None:
    guards = "require(len(self.log) > 0 and self.log[0] == 1)\n    self.log = Seq()\n"
    invariant = "@invariant\ndef p(self) -> bool:\n    return implies(len(self.log) > 0, self.log[0] == 1)\n"
    loaded = written(
        {"log": ('Annotated[Seq[Small], Bounded("length")]', "Seq()")},
        f"@action\ndef act(self) -> None:\n    {guards}\n{invariant}",
    )
    assert labels(loaded, initial(loaded)) == []
    assert Interpreter(loaded.spec, loaded.instance).holds(property_of(loaded, "p"), initial(loaded))


def test_a_property_that_leaves_the_bounds_is_an_error() -> None:
    formula = "self.x.next.next != self.x"
    loaded = written({"x": ("Round", "Round.first()")}, f"@invariant\ndef p(self) -> bool:\n    return {formula}\n")
    with pytest.raises(UserError) as caught:
        Interpreter(loaded.spec, loaded.instance).holds(property_of(loaded, "p"), initial(loaded))
    assert caught.value.code == "R006"


def test_an_initial_state_that_leaves_the_bounds_is_an_error() -> None:
    loaded = written({"count": ("int", "5")}, bounds={"count": (0, 2)})
    with pytest.raises(UserError) as caught:
        Interpreter(loaded.spec, loaded.instance).initial()
    assert caught.value.code == "R007"


def test_a_parameter_is_drawn_from_what_it_must_be_in_each_value_once() -> None:
    variables = {"log": ('Annotated[Seq[Node | None], Bounded("length")]', "Seq([None, None])")}
    loaded = written(variables, "@action\ndef act(self, m: Node | None) -> None:\n    require(m in self.log)\n")
    assert list(map(str, labels(loaded, initial(loaded)))) == ["act(m=None)"]


def test_steps_come_in_the_order_of_the_actions_and_of_their_arguments() -> None:
    methods = """
        @action
        def second(self, n: Node, r: Round) -> None:
            require(True)
        @action
        def first(self, b: bool) -> None:
            require(True)
    """
    loaded = written({"x": ("bool", "True")}, methods)
    arguments = ["n=n1, r=r1", "n=n1, r=r2", "n=n2, r=r1", "n=n2, r=r2"]
    expected = [*(f"second({both})" for both in arguments), "first(b=False)", "first(b=True)"]
    assert list(map(str, labels(loaded, initial(loaded)))) == expected


def test_a_bag_counts_copies_and_is_run_over_by_different_items() -> None:
    methods = """
        @invariant
        def p(self) -> bool:
            return len(self.net) == 3 and self.net.count(Mode.IDLE) == 2 and sum(1 for m in self.net) == 2
    """
    net = ('Annotated[Bag[Mode], Bounded("bag")]', "Bag([Mode.IDLE, Mode.DONE, Mode.IDLE])")
    loaded = written({"net": net}, methods, {"bag": BagBound(2, 2)})
    assert Interpreter(loaded.spec, loaded.instance).holds(property_of(loaded, "p"), initial(loaded))


def test_a_set_that_is_added_to_a_bag_adds_one_copy_of_each_item() -> None:
    net = ('Annotated[Bag[Mode], Bounded("bag")]', "Bag([Mode.IDLE])")
    methods = """
        @action
        def send(self) -> None:
            self.net |= {Mode.IDLE, Mode.DONE}
        @invariant
        def p(self) -> bool:
            return self.net.count(Mode.IDLE) == 2 and self.net.count(Mode.DONE) == 1 and len(self.net) == 3
    """
    loaded = written({"net": net}, methods, {"bag": BagBound(2, 2)})
    interpreter = Interpreter(loaded.spec, loaded.instance)
    assert interpreter.holds(property_of(loaded, "p"), after(loaded, "send()"))
