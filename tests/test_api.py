"""The checker from Python, and in a notebook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from IPython.core.interactiveshell import InteractiveShell

import checker
from checker import Model, Outcome, UserError, check, load, play, prove, simulate

CELL = '''
from checker import Map, Model, Sort, Spec, action, check, init, invariant, require

class Philosopher(Sort):
    """Eats."""

class Table(Spec):
    eating: Map[Philosopher, bool]

    @init
    def start(self) -> None:
        self.eating = Map({p: False for p in Philosopher})

    @action
    def eat(self, p: Philosopher) -> None:
        require(not self.eating[p])
        self.eating[p] = True

    @invariant
    def alone(self) -> bool:
        return all(p == q for p in Philosopher for q in Philosopher if self.eating[p] and self.eating[q])

result = check(Model(Table, sizes={Philosopher: 2}))
'''


@pytest.fixture(scope="module")
def broken() -> checker.Result:
    """A verdict with a violation."""
    return check(load("paxos_disjoint_quorums"), name="disjoint")


def test_a_result_is_true_only_where_it_is_established(broken: checker.Result) -> None:
    assert check(load("paxos:two_acceptors"))
    assert broken, "the model expects the violation"
    assert (broken.outcome, broken.expected, broken.exit_status) == (Outcome.VIOLATED, True, 0)
    assert not check(replace(load("paxos_disjoint_quorums"), expect=None))


def test_settings_change_a_loaded_model() -> None:
    small, large = load("paxos"), load("paxos", ["Acceptor=4"])
    assert set(small.sizes.values()) == {3, 2}
    assert set(large.sizes.values()) == {4, 2}
    assert large.expect is None  # what was expected of another size


def test_a_result_explains_and_draws_itself(broken: checker.Result) -> None:
    assert "agreement is false" in broken.explanation()
    assert "prepare" in broken.explanation("prepare")
    assert ElementTree.fromstring(broken.picture()).tag.endswith("svg")
    assert str(broken).startswith("Paxos (disjoint), Acceptor=3, Ballot=2, Value=2, Majority=1: violated, as")
    with pytest.raises(UserError, match="agrement"):
        broken.explanation("agrement")


def test_a_result_saves_its_trace_and_pictures(broken: checker.Result, tmp_path: Path) -> None:
    files = broken.save(tmp_path / "new")
    assert {file.suffix for file in files} == {".json", ".svg", ".html"}
    assert all(file.is_file() for file in files)


def test_a_search_goes_on_after_a_trace() -> None:
    model = load("paxos:two_acceptors")
    first = check(model, symmetry=False)
    later = check(model, symmetry=False, after=first.witnesses["decides"])
    assert first.statistics
    assert later.statistics
    assert 0 < later.statistics.states < first.statistics.states


def test_walks_claim_nothing_about_states_they_did_not_visit() -> None:
    assert simulate(load("paxos"), walks=3, depth=5).outcome is Outcome.NOT_VIOLATED


def test_a_proof_is_for_every_size_and_a_failed_one_shows_a_step() -> None:
    assert prove("paxos").outcome is Outcome.PROVED
    without_lemmas = prove(load("paxos").spec, only=["agreement"])
    assert without_lemmas.outcome is Outcome.NOT_INDUCTIVE
    assert without_lemmas.trace is not None
    assert without_lemmas.trace.kind == "counterexample to induction"
    assert "agreement is false" in without_lemmas.explanation()


def test_a_spec_in_a_notebook_cell_is_checked_and_shows_itself() -> None:
    shell = InteractiveShell.instance()
    ran = shell.run_cell(CELL)
    ran.raise_error()
    result = shell.user_ns["result"]
    assert result.outcome is Outcome.VIOLATED
    shown, _ = shell.display_formatter.format(result)
    assert "alone is violated" in shown["text/plain"]
    assert "<svg" in shown["text/html"]


def test_a_mistake_in_a_notebook_cell_shows_its_place_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell.instance()
    assert not shell.run_cell(CELL.replace("self.eating[p] = True", "self.eatin[p] = True")).success
    shown = capsys.readouterr().out
    assert "error[S021]: unknown name `eatin`" in shown
    assert "self.eatin[p] = True" in shown
    assert "did you mean `eating`?" in shown
    assert "Traceback" not in shown


def test_a_spec_without_sizes_needs_no_model() -> None:
    class Switch(checker.Spec):
        on: bool

        @checker.init
        def start(self) -> None:
            self.on = False

        @checker.action
        def flip(self) -> None:
            self.on = not self.on

        @checker.witness
        def shines(self) -> bool:
            return self.on

    result = check(Switch)
    assert result
    assert result.statistics
    assert result.statistics.states == 2


def test_unknown_names_of_the_package_are_attribute_errors() -> None:
    assert not hasattr(checker, "chek")


def test_a_model_can_be_written_in_a_test() -> None:
    spec = load("paxos").spec
    with pytest.raises(UserError, match="gives no size"):
        check(Model(spec))


@pytest.mark.parametrize(
    "wrong", [{"max_depth": 0}, {"max_states": 0}, {"workers": 0}, {"workers": 10**6}, {"memory": 0}, {"tier": "C"}]
)
def test_what_cannot_be_asked_of_a_search_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError) as caught:
        check(load("paxos:small"), **wrong)  # type: ignore[arg-type]
    assert caught.value.code == "C030"


@pytest.mark.parametrize("wrong", [{"walks": 0}, {"depth": -1}, {"workers": 0}, {"tier": "C"}])
def test_what_cannot_be_asked_of_walks_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError) as caught:
        simulate(load("paxos:small"), **wrong)  # type: ignore[arg-type]
    assert caught.value.code == "C030"


def test_what_is_asked_of_a_result_by_a_wrong_name_is_told_with_the_right_one() -> None:
    result = check(load("paxos"))
    with pytest.raises(UserError, match="has no witness `decide`"):
        result.picture("decide")
    with pytest.raises(UserError, match="no property and no action `agreemnt`"):
        result.explanation("agreemnt")
    with pytest.raises(KeyError, match="did you mean `sent`"):
        result.witnesses["decides"].states[0]["snet"]


def test_a_property_that_holds_is_said_to_hold() -> None:
    assert check(load("paxos")).explanation("agreement") == "agreement: holds for this model"


def test_what_was_played_shows_itself_and_can_be_gone_on_from() -> None:
    model = load("paxos")
    played = play(model, [("prepare", {"b": "b1"})])
    assert repr(played).splitlines()[-1].strip() == "sent + Prepare(ballot=b1)"
    assert played._repr_html_().startswith("<svg") and "prepare" in played._repr_html_()
    assert check(model, after=played)
