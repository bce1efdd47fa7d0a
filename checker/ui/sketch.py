"""`checker prove --sketch FILE`: a proof as a page to teach from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.sketch import Hole, Need
from checker.core.trace import Trace
from checker.core.verdict import Outcome
from checker.export.sketch import CLAIM_KINDS, Sketch, listed, wrapped
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

if TYPE_CHECKING:
    from checker.engines.proof.cti import Counterexample

SECONDS_FOR_A_HOLE = 30.0
"""For a step that a lemma excludes; what else it takes to find one is little for most."""
SECONDS_FOR_A_PROOF = 60.0
"""For a proof without a lemma, where no such step was found."""


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
    told = replace(spec, properties=tuple(claims))
    known = Definitions(proof.spec)
    return Sketch(
        spec=spec, command=command, idea=_idea(proof), claims=claims,
        text=lambda entry: as_written(entry.formula.span),
        definitions={entry.name: known.behind(entry.name) for entry in (*claims, *spec.axioms)},
        needs=needs, holes={hole.lemma: hole for hole in _holes(proof, told, needs, folder, progress)},
        draw=_drawn(proof), broken=tuple(broken_variants(proof.spec)),
    )


def _idea(proof: Proof) -> str:
    """What the module of the proof says of itself, or else the spec."""
    said = sys.modules[proof.spec.__module__].__doc__ or proof.spec.__doc__ or ""
    return cleandoc(said)


def _holes(
    proof: Proof, spec: ir.Spec, needs: Sequence[Need], folder: Path | None, progress: Callable[[str], None]
) -> Iterator[Hole]:
    """What the proof comes to without each lemma in turn; the spec has the claims of the proof alone."""
    from checker.engines.proof.holes import counterexamples_without

    same = {entry.name: _says_the_same(spec, entry) for entry in spec.of_kind("lemma")}
    progress("what breaks without each lemma")
    sought = [name for name, other in same.items() if other is None]
    found = counterexamples_without(spec, sought, needs, SECONDS_FOR_A_HOLE)
    for lemma in spec.of_kind("lemma"):
        other, counterexample = same[lemma.name], found.get(lemma.name)
        if other is not None:
            yield Hole(lemma.name, f"Nothing: `{other}` says the same.", None, None, ())
        elif counterexample is not None:
            yield _hole(without(proof, [lemma.name]).typed(), spec, lemma, counterexample)
        elif behind := [need.claim for need in needs if lemma.name in need.lemmas and need.claim != lemma.name]:
            claims = listed([f"`{claim}`" for claim in dict.fromkeys(behind)])
            limit = f"in {SECONDS_FOR_A_HOLE:.0f} seconds"
            said = f"Then no proof of {claims} is found; nor was a step that breaks what they say, {limit}."
            yield Hole(lemma.name, said, None, None, ())
        else:
            progress(f"what breaks without {lemma.name}")
            yield _hole_of_proof(without(proof, [lemma.name]).typed(), spec, lemma, folder)


def _says_the_same(spec: ir.Spec, lemma: ir.Property) -> str | None:
    """Another claim with the same formula."""
    others = spec.of_kind("lemma", "invariant")
    return next((entry.name for entry in others if entry is not lemma and entry.formula == lemma.formula), None)


def _hole(less: ir.Spec, spec: ir.Spec, lemma: ir.Property, found: Counterexample) -> Hole:
    claim, action = found.failure.claim.name, found.failure.action.name
    said = f"Then `{claim}` need not hold after {action}. All the other claims hold where this step begins."
    explanation = Subject.of_instance(less, found.instance).explanation(found.trace)
    excluded = tuple(_excluded(spec, lemma, found.trace, found.instance))
    return Hole(lemma.name, said, found.trace, found.instance, explanation, excluded)


def _hole_of_proof(less: ir.Spec, spec: ir.Spec, lemma: ir.Property, folder: Path | None) -> Hole:
    """Where no step was found: is it proved without the lemma?"""
    from checker.engines.proof.induction import prove

    goals = [entry.name for entry in spec.of_kind(*CLAIM_KINDS)]
    # no small model is searched meanwhile: what is proved with the lemma is violated in no state that is reached
    verdict = prove(less, only=goals, seconds=SECONDS_FOR_A_PROOF, folder=folder)
    if verdict.outcome is Outcome.PROVED:
        return Hole(lemma.name, "Nothing: the proof goes through without it.", None, None, ())
    erring = next((entry for entry in verdict.properties if entry.kind == "definedness" and entry.detail), None)
    if erring is None or verdict.trace is None or verdict.instance is None or verdict.trace.shows is not None:
        said = "No proof is found any more, and no counterexample to induction either."
        return Hole(lemma.name, said, None, None, ())
    where = verdict.trace.steps[-1].label.action if len(verdict.trace) > 1 else erring.name
    said = f"Then a step may be an error: `{where}` {erring.detail}. All the other claims hold in the state below."
    excluded = tuple(_excluded(spec, lemma, verdict.trace, verdict.instance))
    return Hole(lemma.name, said, verdict.trace, verdict.instance, (), excluded)


def _excluded(spec: ir.Spec, lemma: ir.Property, trace: Trace, instance: Instance) -> list[str]:
    """Why the lemma is false where the counterexample to induction begins; nothing where it is true there."""
    subject = Subject.of_instance(spec, instance)
    first = replace(trace, steps=trace.steps[:1])
    return [] if subject.interpreter.holds(lemma, first.states[0]) else subject.explain(first, lemma.name)


def _drawn(proof: Proof) -> Callable[[Hole, Trace], str]:
    def draw(hole: Hole, trace: Trace) -> str:
        spec = without(proof, [hole.lemma]).typed()
        subject = Subject.of_instance(spec, hole.instance)
        return spacetime_svg(diagram(spec, trace, subject.oracle, wrapped(hole.explanation)))

    return draw
