"""Whatever the types of parameters and variables, every step has a picture, a page, a graph, a file and reasons."""

from __future__ import annotations

import random
from pathlib import Path
from xml.etree import ElementTree

import every_construct
import every_type
import pytest
import typer

from checker.core.model import Model
from checker.core.trace import Label, Step, Trace
from checker.core.verdict import Outcome, Verdict
from checker.export.actors import actor
from checker.export.dot import trace_graph
from checker.export.itf import trace_from_itf, trace_to_itf
from checker.export.page import run_page
from checker.export.spacetime import diagram
from checker.export.spacetime_svg import spacetime_svg
from checker.export.text import trace_text
from checker.ui.report import report
from checker.ui.subject import Subject

TYPES, CONSTRUCTS = Subject.of(every_type.small), Subject.of(every_construct.small)
FIRST = TYPES.interpreter.initial()[0]
STEPS = TYPES.interpreter.steps(FIRST.state)[0]


def in_every_form(trace: Trace, subject: Subject) -> None:
    """Draws and writes the trace in all ways there are, and holds what can be read again against it."""
    for entry in (*subject.spec.properties, *subject.spec.actions):
        assert subject.explain(trace, entry.name)
    explanation = subject.explanation(trace)
    drawn = diagram(subject.spec, trace, subject.oracle, explanation)
    assert ElementTree.fromstring(spacetime_svg(drawn)).tag.endswith("svg")
    assert len(drawn.events) == len(trace) - 1
    assert trace_graph(trace, subject.spec, explanation).source.count("->") >= len(trace) - 1
    assert trace_text(trace, explanation)
    assert trace_from_itf(trace_to_itf(trace, subject.spec), subject.spec, subject.interpreter.instance) == trace


def counterexample(subject: Subject, *steps: Step) -> Trace:
    shows = next(entry.name for entry in subject.spec.of_kind("invariant"))
    return Trace("counterexample", subject.spec.name, "small", shows, steps)


def test_every_action_can_be_taken() -> None:
    assert {step.label.action for step in STEPS} == {action.name for action in TYPES.spec.actions}


@pytest.mark.parametrize("name", [action.name for action in TYPES.spec.actions])
def test_a_step_with_a_parameter_of_any_type_is_drawn(name: str) -> None:
    steps = [step for step in STEPS if step.label.action == name]
    for step in steps[:: max(1, len(steps) // 8)]:
        in_every_form(counterexample(TYPES, FIRST, step), TYPES)


@pytest.mark.parametrize("model", [every_type.small, every_construct.small], ids=["types", "constructs"])
def test_long_walks_are_drawn_and_have_a_page(model: Model) -> None:
    subject, chance = Subject.of(model), random.Random(7)
    trace = counterexample(subject, subject.interpreter.initial()[0])
    for _ in range(3):
        steps = [chance.choice(subject.interpreter.initial())]
        while len(steps) < 9 and (found := subject.interpreter.steps(steps[-1].state)[0]):
            steps.append(chance.choice(found))
        trace = counterexample(subject, *steps)
        in_every_form(trace, subject)
    verdict = Verdict(Outcome.VIOLATED, subject.spec.name, "small", "", trace=trace)
    assert "<svg" in run_page(verdict, subject.spec, subject.oracle, subject.explanation)


def who(text: str) -> str:
    """The actor of the step from the first state that is shown as `text`."""
    (step,) = [step for step in STEPS if str(step.label) == text]
    return str(actor(TYPES.spec, FIRST.state, step.label))


def test_the_actor_is_the_one_of_the_case_that_is_taken() -> None:
    assert who("union(m=Here(x=n2))") == "n2"
    assert who("union(m=There(y=n2, at=Here(x=n1)))") == "n2"
    assert who("tested(m=There(y=n2, at=Here(x=n1)))") == "n2"
    assert who("option(p=There(y=n1, at=Here(x=n2)), n=n1)") == "n2"
    assert who("option(p=Here(x=n1), n=n2)") == "n2"
    assert who("option(p=None, n=None)") == "None"
    assert who("majority(q={n1, n2}, k=0, e=IDLE, t=True)") == "None"


def test_no_step_of_a_case_that_looks_into_no_map_has_an_actor() -> None:
    label = Label("union_inside", (("m", next(iter(m for m in FIRST.state["net"] if m.record == "Nowhere"))),))  # type: ignore
    assert actor(TYPES.spec, FIRST.state, label) is None


def test_what_cannot_be_drawn_takes_nothing_from_a_violation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A step of no action of the spec: no picture can say who takes it."""
    trace = counterexample(TYPES, FIRST, Step(Label("of_another_spec"), FIRST.state))
    verdict = Verdict(Outcome.VIOLATED, "Types", "small", "quiet is violated", trace=trace)
    with pytest.raises(typer.Exit) as ended:
        report(verdict, lambda: TYPES, json=False, out=tmp_path)
    assert ended.value.exit_code == 1
    told = capsys.readouterr()
    assert "quiet is violated" in told.out and "by a fault of the checker" in told.err
    assert [file.name for file in tmp_path.iterdir()] == ["Types-small-quiet.itf.json"]
