"""`checker prove --sketch FILE`: a proof as a page to teach from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from inspect import cleandoc
from pathlib import Path

from checker.core import ir
from checker.core.errors import UserError
from checker.core.sketch import Hole
from checker.core.trace import Trace
from checker.core.verdict import Outcome, Verdict
from checker.export.sketch import Sketch, wrapped
from checker.export.sketch_markdown import sketch_markdown
from checker.export.sketch_page import sketch_page
from checker.export.spacetime import diagram
from checker.export.spacetime_svg import spacetime_svg
from checker.frontend.broken import broken_variants
from checker.frontend.definitions import Definitions, as_written
from checker.frontend.load import Proof
from checker.frontend.variants import without
from checker.ui.artifacts import write
from checker.ui.subject import Subject

SECONDS_FOR_A_HOLE = 120.0


def check_sketch(file: Path, *, is_whole: bool) -> None:
    """Raises `UserError` C004 for a file that is neither a page nor Markdown, and for a sketch of a part of a proof."""
    if not is_whole:
        raise UserError(
            "C004", "`--sketch` is of a whole proof", help="leave out `--lemma` and `--after-action`, or the sketch"
        )
    if file.suffix not in (".html", ".md"):
        raise UserError("C004", f"`--sketch {file}` is no page", help="name a file that ends with `.html` or `.md`")


def saved_sketch(file: Path, sketch: Callable[[], Sketch]) -> Iterator[Path]:
    """Writes the sketch of a proof that was found; the file, once it is written.  Raises `UserError` C008."""
    told = sketch()
    write(file, sketch_markdown(told) if file.suffix == ".md" else sketch_page(told))
    yield file


def sketched(
    proof: Proof, command: str, *, only: Collection[str] | None = None, seconds: float = 600.0,
    folder: Path | None = None, progress: Callable[[str], None] = lambda line: None,
) -> Sketch:
    """All that is told of a proof that was found, which `command` finds again.

    Proofs that are kept in `folder` are taken from there.  Each lemma is left out in turn, which takes a while.
    """
    from checker.engines.proof.needs import needs_of  # here, since this loads Z3

    spec = proof.typed()
    progress("what each step needs")
    needs = tuple(needs_of(spec, only, seconds, folder))
    claims = [entry for entry in spec.of_kind("lemma", "invariant", "step invariant")
              if only is None or entry.kind == "lemma" or entry.name in only]  # fmt: skip
    known = Definitions(proof.spec)
    return Sketch(
        spec=spec, command=command, idea=_idea(proof), claims=claims,
        text=lambda entry: as_written(entry.formula.span),
        definitions={entry.name: known.behind(entry.name) for entry in (*claims, *spec.axioms)},
        needs=needs, holes={hole.lemma: hole for hole in _holes(proof, spec, only, folder, progress)},
        draw=_drawn(proof), broken=tuple(broken_variants(proof.spec)),
    )


def _idea(proof: Proof) -> str:
    """What the module of the proof says of itself, or else the spec."""
    said = sys.modules[proof.spec.__module__].__doc__ or proof.spec.__doc__ or ""
    return cleandoc(said)


def _holes(
    proof: Proof, spec: ir.Spec, only: Collection[str] | None, folder: Path | None, progress: Callable[[str], None]
) -> Iterator[Hole]:
    """What the proof comes to without each lemma in turn."""
    from checker.engines.proof.induction import prove

    for lemma in spec.of_kind("lemma"):
        progress(f"what breaks without {lemma.name}")
        typed = without(proof, [lemma.name]).typed()
        # no small model is searched meanwhile: what is proved with the lemma is violated in no state that is reached
        verdict = prove(typed, only=only, seconds=SECONDS_FOR_A_HOLE, folder=folder)
        trace = verdict.trace
        explanation = Subject.of_proof(typed, verdict).explanation(trace) if trace else ()
        excluded = tuple(_excluded(spec, lemma, verdict)) if trace else ()
        yield Hole(lemma.name, _said(verdict), trace, verdict.instance, explanation, excluded)


def _excluded(spec: ir.Spec, lemma: ir.Property, verdict: Verdict) -> list[str]:
    """Why the lemma is false where the counterexample to induction begins; nothing where it is true there."""
    subject = Subject.of_proof(spec, verdict)
    first = replace(verdict.trace, steps=verdict.trace.steps[:1]) if verdict.trace else None
    if first is None or subject.interpreter.holds(lemma, first.states[0]):
        return []
    return subject.explain(first, lemma.name)


def _said(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.PROVED:
        return "Nothing: the proof goes through without it."
    wrong = [entry for entry in verdict.properties if entry.outcome in (Outcome.NOT_INDUCTIVE, Outcome.VIOLATED)]
    if not wrong:
        return "No proof is found any more, and no counterexample to induction either."
    said = ", and ".join(f"`{entry.name}` {entry.detail}" for entry in wrong)
    return f"Then {said}. The step below begins in a state in which all the other lemmas hold."


def _drawn(proof: Proof) -> Callable[[Hole, Trace], str]:
    def draw(hole: Hole, trace: Trace) -> str:
        spec = without(proof, [hole.lemma]).typed()
        subject = Subject.of_instance(spec, hole.instance)
        return spacetime_svg(diagram(spec, trace, subject.oracle, wrapped(hole.explanation)))

    return draw
