"""What a proof says of states that can be reached: a small model is searched beside the solver."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker import api
from checker.core.verdict import Outcome
from checker.export.text import trace_text

MARKS = '''
from checker import Sort, Set, Spec, action, init, invariant, lemma, require

class Thing(Sort): ...

class Marks(Spec):
    marked: Set[Thing]

    @init
    def start(self) -> None:
        self.marked = Set()

    @action
    def mark(self, t: Thing) -> None:
        require({guard})
        self.marked.add(t)

    @{kind}
    def few(self) -> bool:
        return len(self.marked) {few}
'''


def marks(folder: Path, guard: str, few: str, kind: str = "invariant") -> str:
    """Things are marked one by one while the guard allows it."""
    file = folder / "marks.py"
    file.write_text(MARKS.replace("{guard}", guard).replace("{few}", few).replace("{kind}", kind), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("kind", ["invariant", "lemma"])
def test_a_claim_that_is_false_in_a_reachable_state_comes_back_with_the_way_there(kind: str, tmp_path: Path) -> None:
    result = api.prove(marks(tmp_path, "t not in self.marked", "< 2", kind))
    assert result.outcome is Outcome.VIOLATED
    assert [(entry.name, entry.outcome) for entry in result.properties] == [("few", Outcome.VIOLATED)]
    assert result.trace is not None
    assert result.trace.kind == "counterexample"
    assert [len(state["marked"]) for state in result.trace.states] == [0, 1, 2]
    assert "Thing=2" in result.message
    assert "few is false" in repr(result)


def test_a_counterexample_to_induction_says_that_its_first_state_cannot_be_reached(tmp_path: Path) -> None:
    result = api.prove(marks(tmp_path, "len(self.marked) != 1", "!= 3"))
    assert result.outcome is Outcome.NOT_INDUCTIVE
    assert result.trace is not None
    assert [len(state["marked"]) for state in result.trace.states] == [2, 3]
    # without a mark, and with any one of three
    said = "the first state of the trace cannot be reached: it is none of the 2 states (counted up to symmetry) of its"
    assert any(note.startswith(said) for note in result.notes), result.notes


def test_instances_grow_until_one_has_a_counterexample(tmp_path: Path) -> None:
    result = api.prove(marks(tmp_path, "len(self.marked) != 1", "!= 5"))
    assert result.outcome is Outcome.NOT_INDUCTIVE
    assert result.instance is not None
    assert len(result.instance.labels["Thing"]) == 5
    assert result.trace is not None
    assert [len(state["marked"]) for state in result.trace.states] == [4, 5]


def test_a_violation_beyond_the_small_model_is_found_at_the_size_of_the_counterexample(tmp_path: Path) -> None:
    result = api.prove(marks(tmp_path, "t not in self.marked", "!= 3"))
    assert result.outcome is Outcome.VIOLATED
    assert result.trace is not None
    assert [len(state["marked"]) for state in result.trace.states] == [0, 1, 2, 3]
    assert "Thing=3" in result.message


def test_of_a_counterexample_to_induction_those_variables_are_shown_that_matter(tmp_path: Path) -> None:
    text = Path(marks(tmp_path, "len(self.marked) != 1", "!= 3")).read_text(encoding="utf-8")
    text = text.replace("    marked: Set[Thing]", "    marked: Set[Thing]\n    quiet: bool\n    loud: bool")
    start = "        self.marked = Set()"
    text = text.replace(start, f"{start}\n        self.quiet = False\n        self.loud = False")
    text = text.replace("        require(", "        require(self.loud, ")
    (tmp_path / "marks.py").write_text(text, encoding="utf-8")
    result = api.prove(str(tmp_path / "marks.py"))
    assert result.trace is not None
    assert result.trace.as_initially == ("quiet",)
    shown = "\n".join(trace_text(result.trace))
    assert "as in an initial state: quiet" in shown
    assert "loud = True" in shown
    assert "quiet = False" not in shown
    picture = result.picture()
    assert "as in an initial state: quiet" in picture
    assert "quiet = False" not in picture


DOWN = '''
from checker import Spec, action, init, invariant

class Down(Spec):
    n: int

    @init
    def start(self) -> None:
        self.n = 0

    @action
    def down(self) -> None:
        self.n -= 1

    @invariant
    def never_up(self) -> bool:
        return self.n <= 0

    @invariant
    def small(self) -> bool:
        return self.n > -5
'''


def test_an_int_below_the_range_of_the_small_model_is_no_error_of_the_spec(tmp_path: Path) -> None:
    file = tmp_path / "down.py"
    file.write_text(DOWN, encoding="utf-8")
    result = api.prove(file)
    assert result.outcome is Outcome.VIOLATED
    assert {entry.name: entry.outcome for entry in result.properties} == {
        "never_up": Outcome.PROVED, "small": Outcome.VIOLATED,
    }
    assert result.trace is not None
    assert [state["n"] for state in result.trace.states] == [0, -1, -2, -3, -4, -5]


def test_sorts_that_the_module_of_a_spec_does_not_hold_are_no_fault(tmp_path: Path) -> None:
    (tmp_path / "things.py").write_text("from checker import Sort\n\nclass Thing(Sort): ...\n", encoding="utf-8")
    text = Path(marks(tmp_path, "len(self.marked) != 1", "!= 3")).read_text(encoding="utf-8")
    text = text.replace("class Thing(Sort): ...", "import things").replace("Set[Thing]", "Set[things.Thing]")
    (tmp_path / "marks.py").write_text(text.replace("t: Thing", "t: things.Thing"), encoding="utf-8")
    result = api.prove(tmp_path / "marks.py")
    assert result.outcome is Outcome.NOT_INDUCTIVE
    assert (
        "no small model was searched, for the modules of the spec do not import `Thing`, so no size can be given"
        in result.notes
    )
