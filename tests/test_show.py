"""`show` and `explain`: whose scenario they take, and what they say of a search that found nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import Command

SPEC = '''from checker import Model, Spec, action, init, invariant, require, witness

class Counter(Spec):
    n: int

    @init
    def start(self) -> None:
        self.n = 0

    @action
    def add(self, step: bool) -> None:
        self.n += 2 if step else 1

    @invariant
    def below_six(self) -> bool:
        return self.n < 6

    @witness
    def five(self) -> bool:
        return self.n == 5

    @witness
    def eight(self) -> bool:
        return self.n == 8

class Other(Counter):
    """Without steps of one."""

    @action
    def add(self, step: bool) -> None:
        require(step)
        self.n += 2

low = Model(Counter, bounds={"n": (0, 5)})
high = Model(Counter, bounds={"n": (0, 9)}, check=["below_six"])
other = Model(Other, bounds={"n": (0, 9)})
blind = Model(Counter, bounds={"n": (0, 9)}, check=[])
'''
SCENARIO = 'scenario = [("add", {"step": False}), ("add", {"step": False})]\n'


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command, run in a folder with a spec, which has a scenario in one of two files."""
    (tmp_path / "counter.py").write_text(SPEC)
    (tmp_path / "told.py").write_text(SPEC + SCENARIO)
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capfd)


@pytest.mark.parametrize("model", ["", ":low", ":high"])
def test_a_model_that_is_named_has_the_scenario_beside_it(command: Command, model: str) -> None:
    assert command("show", f"told.py{model}").out.startswith("Scenario, Counter")
    assert "3 states" in command("explain", f"told.py{model}", "add").out.partition("\n")[0]


def test_a_scenario_is_not_that_of_a_model_of_another_spec(command: Command) -> None:
    assert command("show", "told.py:other").out.startswith("Counterexample, Other (other), 4 states")


@pytest.mark.parametrize("verb", ["show", "explain"])
def test_an_unknown_name_is_told_before_the_search(command: Command, verb: str) -> None:
    endless = SPEC.replace('"n": (0, 9)', '"n": (0, 10**9)').replace("return self.n < 6", "return True")
    Path("counter.py").write_text(endless)
    ended = command(verb, "counter.py:high", "--witness", "fife")
    assert ended.status == 2
    assert "did you mean `five`?" in ended.err
    assert "its witnesses are `five`, `eight`" in command(verb, "counter.py:high", "--witness", "below_six").err
    assert "did you mean `add`?" in command("explain", "counter.py:high", "ad").err


@pytest.mark.parametrize("verb", ["show", "explain"])
def test_a_witness_that_the_model_does_not_check_is_looked_for_all_the_same(command: Command, verb: str) -> None:
    assert command(verb, "counter.py:high", "--witness", "five").out.startswith("Witness, Counter (high), 4 states")


@pytest.mark.parametrize("verb", ["show", "explain"])
@pytest.mark.parametrize("limit", [("--max-depth", "2"), ("--max-states", "2")])
def test_a_limit_says_nothing_of_what_lies_behind_it(command: Command, verb: str, limit: tuple[str, str]) -> None:
    ended = command(verb, "counter.py:high", "--witness", "five", *limit)
    assert ended.status == 3
    assert "not expanded" in ended.out
    assert not list(Path().glob("*.svg"))


def test_a_limit_of_depth_is_told_in_words(command: Command) -> None:
    words = "nothing is violated on a path of up to 2 states"
    shown = command("show", "counter.py:high", "--max-depth", "2")
    assert (shown.status, words in shown.out) == (3, True)
    assert "says nothing of longer ones" in shown.out
    explained = command("explain", "counter.py:high", "add", "--max-depth", "2")
    assert (explained.status, words in explained.out) == (0, True)
    asked = command("explain", "counter.py:high", "--witness", "five", "--max-depth", "2")
    assert "`five` is not reached on a path of this length" in asked.out


def test_a_limit_that_is_far_enough_changes_nothing(command: Command) -> None:
    ended = command("show", "counter.py:high", "--max-depth", "4")
    assert (ended.status, ended.out.partition("\n")[0]) == (0, "Counterexample, Counter (high), 4 states: below_six")


def test_what_is_not_there_to_show_is_told_apart(command: Command) -> None:
    ended = command("show", "counter.py:high", "--witness", "eight")
    assert ended.status == 2
    assert "`eight` is not reached before the search ends: `below_six` is violated" in ended.err
    assert "`eight` is reached in no state" in command("show", "counter.py:low", "--witness", "eight").err
    assert "there is no witness to show the way to" in command("show", "counter.py:blind").err
    Path("counter.py").write_text(SPEC.replace("self.n == 5", "self.n == 7"))
    assert "nothing is violated, and no witness is reached" in command("show", "counter.py:low").err


def test_a_model_that_is_made_in_a_file_goes_before_one_that_it_imports(command: Command) -> None:
    Path("bases.py").write_text(SPEC)
    made = "mine = Model(high.spec, bounds=high.bounds)\n"
    Path("mine.py").write_text(f"from bases import high, low\nfrom checker import Model\n{made}")
    assert command("check", "mine.py", "--json").json["model"] == "mine"
    Path("theirs.py").write_text("from bases import high, low\n")
    assert command("check", "theirs.py", "--json").json["model"] == "high"
