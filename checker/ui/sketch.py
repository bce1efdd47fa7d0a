"""`checker prove --sketch FILE`: a proof as a page to teach from."""

from __future__ import annotations

import linecache
import sys
import textwrap
from collections.abc import Callable, Collection, Iterator
from inspect import cleandoc
from pathlib import Path

from checker.core import ir
from checker.core.errors import UserError
from checker.core.sketch import Hole
from checker.core.trace import Trace
from checker.core.verdict import Outcome, Verdict
from checker.export.sketch import Sketch, sketch_markdown, sketch_page
from checker.export.spacetime import diagram
from checker.export.spacetime_svg import spacetime_svg
from checker.frontend.load import Proof
from checker.frontend.small import small_model
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


def saved_sketch(
    file: Path, proof: Proof, only: Collection[str] | None, seconds: float, progress: Callable[[str], None]
) -> Iterator[Path]:
    """Writes the sketch of a proof that was found; the file, once it is written.  Raises `UserError` C008."""
    from checker.engines.proof.needs import needs_of  # here, since this loads Z3

    spec = proof.typed()
    progress("what each step needs")
    needs = tuple(needs_of(spec, only, seconds))
    claims = [entry for entry in spec.of_kind("lemma", "invariant", "step invariant")
              if only is None or entry.kind == "lemma" or entry.name in only]  # fmt: skip
    holes = {hole.lemma: hole for hole in _holes(proof, spec, only, progress)}
    sketch = Sketch(
        spec=spec, idea=_idea(proof), claims=claims, text=_text, needs=needs, holes=holes, draw=_drawn(proof)
    )
    write(file, sketch_markdown(sketch) if file.suffix == ".md" else sketch_page(sketch))
    yield file


def _idea(proof: Proof) -> str:
    """What the module of the proof says of itself, or else the spec."""
    said = sys.modules[proof.spec.__module__].__doc__ or proof.spec.__doc__ or ""
    return cleandoc(said)


def _text(entry: ir.Property) -> str:
    """The formula as it is written, without the `return` before it."""
    span = entry.formula.span
    lines = [linecache.getline(span.file, number).rstrip() for number in range(span.line, span.end_line + 1)]
    return textwrap.dedent("\n".join(lines)).replace("return ", "", 1)


def _holes(
    proof: Proof, spec: ir.Spec, only: Collection[str] | None, progress: Callable[[str], None]
) -> Iterator[Hole]:
    """What the proof comes to without each lemma in turn."""
    from checker.engines.proof.induction import prove

    for lemma in spec.of_kind("lemma"):
        progress(f"what breaks without {lemma.name}")
        less = without(proof, [lemma.name])
        typed = less.typed()
        verdict = prove(typed, only=only, seconds=SECONDS_FOR_A_HOLE, small=small_model(less, typed))
        trace = verdict.trace
        explanation = Subject.of_proof(typed, verdict).explanation(trace) if trace else ()
        yield Hole(lemma.name, _said(verdict), trace, verdict.instance, explanation)


def _said(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.PROVED:
        return "Nothing: the proof goes through without it."
    wrong = [entry for entry in verdict.properties if entry.outcome in (Outcome.NOT_INDUCTIVE, Outcome.VIOLATED)]
    if not wrong:
        return "No proof is found any more, and no counterexample to induction either."
    said = ", and ".join(f"`{entry.name}` {entry.detail}" for entry in wrong)
    return f"Then {said}: from this state on, in which all other lemmas hold."


def _drawn(proof: Proof) -> Callable[[Hole, Trace], str]:
    def draw(hole: Hole, trace: Trace) -> str:
        spec = without(proof, [hole.lemma]).typed()
        subject = Subject.of_instance(spec, hole.instance)
        return spacetime_svg(diagram(spec, trace, subject.oracle, hole.explanation))

    return draw
