"""`checker tour`: the one-minute show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from checker.core.structs import struct
from checker.core.verdict import UNEXPECTED, Outcome, Verdict
from checker.engines.run import check
from checker.export.text import trace_text
from checker.frontend.load import claims_of, load_model, load_proof
from checker.ui.console import results
from checker.ui.progress import progress_shown
from checker.ui.subject import Subject
from checker.ui.verdict_text import verdict_lines


@struct
class Stop:
    """One thing to see: `command` shows it by itself, and `expected` is how it ends."""

    title: str
    words: str
    command: str
    run: Callable[[], tuple[Verdict, Subject]]
    expected: Outcome


def tour(
    out: Annotated[Path, typer.Option(metavar="DIR", file_okay=False, help="Where the page goes.")] = Path("tour"),
) -> None:
    """Take the one-minute tour: Paxos and Raft explored, a broken Paxos caught and drawn, Paxos and Raft proved.

    `checker tour --out tour`
    """
    from checker.export.page import page_of  # here: other commands start sooner without
    from checker.ui.artifacts import write

    console, started = results(), perf_counter()
    sections: list[str] = []
    missed: list[str] = []
    for number, stop in enumerate(STOPS, start=1):
        console.print(f"\n{number}. {stop.title}", style="bold underline")
        console.print(f"   {stop.words}")
        console.print(f"   $ {stop.command}\n", style="dim")
        verdict, subject = stop.run()
        for line in _lines(verdict, subject):
            console.print("   ", line, sep="")
        sections.append(_section(number, stop, verdict, subject))
        if verdict.outcome is Outcome.INTERRUPTED:
            console.print("\ninterrupted: the tour ends here", style="bold yellow")
            raise typer.Exit(verdict.exit_status)
        if verdict.outcome is not stop.expected:
            missed.append(f"stop {number} was to end with `{stop.expected.value}`, not `{verdict.outcome.value}`")
    page = out / "index.html"
    write(page, page_of(sections, "A tour of the checker"))
    console.print(f"\nThat took {perf_counter() - started:.0f} seconds. All of it with its pictures: {page.resolve()}")
    for sentence in missed:
        console.print(sentence, style="bold red")
    raise typer.Exit(UNEXPECTED if missed else 0)


def _lines(verdict: Verdict, subject: Subject) -> Iterator[object]:
    yield from verdict_lines(verdict)
    if verdict.trace:
        yield ""
        yield from trace_text(verdict.trace, subject.explanation(verdict.trace))


def _section(number: int, stop: Stop, verdict: Verdict, subject: Subject) -> str:
    from html import escape

    from checker.export.page import run_section

    words = f"<h1>{number}. {escape(stop.title)}</h1>\n<p>{escape(stop.words)}</p>"
    return f"{words}\n{run_section(verdict, subject.spec, subject.oracle, subject.explanation)}"


def _checked(target: str, symmetry: bool | None = None) -> tuple[Verdict, Subject]:
    name, model = load_model(target)
    with progress_shown() as progress:
        return check(model, name=name, symmetry=symmetry, report=progress), Subject.of(model)


def _proved(target: str) -> tuple[Verdict, Subject]:
    from checker.engines.proof.induction import prove  # here, since it takes a moment to load the solver

    proof = load_proof(target)
    spec = proof.typed()
    verdict = prove(spec, only=claims_of(proof.spec))
    return verdict, Subject.of_proof(spec, verdict)


STOPS = (
    Stop(
        "Paxos, explored",
        "Three acceptors, two values, three ballots: every state that any order of messages can lead to.",
        "checker check paxos:medium --no-symmetry",
        lambda: _checked("paxos:medium", symmetry=False),
        Outcome.HOLDS,
    ),
    Stop(
        "Raft, explored",
        "Two servers elect a leader and commit an entry. Of states that differ by the names of servers, one is enough.",
        "checker check raft:medium",
        lambda: _checked("raft:medium"),
        Outcome.HOLDS,
    ),
    Stop(
        "A Paxos whose acceptors forget what they promised",
        "One method is overridden. The search finds a shortest run in which two values are chosen.",
        "checker check paxos_forgotten_promise --out pictures",
        lambda: _checked("paxos_forgotten_promise"),
        Outcome.VIOLATED,
    ),
    Stop(
        "Paxos, proved",
        "Any number of acceptors, ballots and values: each lemma is kept by every action.",
        "checker prove paxos",
        lambda: _proved("paxos"),
        Outcome.PROVED,
    ),
    Stop(
        "Raft's elections, proved",
        "Any number of servers and terms, with every message: no term has two leaders.",
        "checker prove raft_election",
        lambda: _proved("raft_election"),
        Outcome.PROVED,
    ),
)
