"""`checker prove`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from checker.core.verdict import Outcome
from checker.engines.axioms import broken_assumptions
from checker.engines.cache import proofs_folder
from checker.engines.proof.dump import Dump
from checker.engines.proof.expectation import expected_of, judged
from checker.engines.proof.trust import Trust
from checker.frontend.load import claims_of, load_proof
from checker.frontend.small import small_model
from checker.frontend.variants import with_lemmas, without
from checker.ui.console import messages
from checker.ui.options import Json, Out, Properties, Target
from checker.ui.progress import proof_progress_shown
from checker.ui.report import report
from checker.ui.sketch import check_sketch, saved_sketch
from checker.ui.subject import Subject


def prove(
    target: Target,
    properties: Properties = [],  # noqa: B006 - typer reads the default, nothing changes it
    lemmas: Annotated[
        str | None,
        typer.Option(
            "--proof", metavar="TARGET", show_default=False,
            help="Take the lemmas of this proof, of a protocol that the spec is a variant of: paxos, my_proof.py.",
        ),
    ] = None,
    left_out: Annotated[
        list[str], typer.Option("--without", metavar="LEMMA", help="Go without this lemma, to see what breaks.")
    ] = [],  # noqa: B006
    sketch: Annotated[
        Path | None,
        typer.Option(
            "--sketch", metavar="FILE", dir_okay=False, show_default=False,
            help="Write the proof as a page to teach from, .html or .md.",
        ),
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="A limit for the whole.")] = 600,
    trust: Annotated[
        Trust, typer.Option("--trust", help="How many solvers have to prove each obligation: z3, or cvc5 too.")
    ] = "one",
    dump: Annotated[
        Path | None,
        typer.Option(
            "--dump", metavar="DIR", file_okay=False, show_default=False,
            help="Write every obligation into this folder, as SMT-LIB that other solvers read.",
        ),
    ] = None,
    json: Json = False,
    out: Out = None,
) -> None:
    """Prove the invariants of a spec for every size, from its lemmas.

    A proof that fails comes with a counterexample to induction: a gap in the lemmas, which need not be reachable.

    `checker prove paxos`

    `checker prove my_spec.py:MySpec --property agreement`

    `checker prove my_paxos.py --proof paxos`

    `checker prove paxos --without vote_is_joined`
    """
    from checker.engines.proof.induction import prove as run_proof  # here, since it takes a moment to load the solver

    if sketch is not None:
        check_sketch(sketch)
    proof = load_proof(target)
    if lemmas is not None:
        proof = with_lemmas(proof, load_proof(lemmas).spec)
    proof = without(proof, left_out)
    spec = proof.typed()
    only = properties or claims_of(proof.spec)
    texts = None if dump is None else Dump(dump)
    whole = not properties and not left_out and lemmas is None
    expected = expected_of(proof, spec) if whole else None
    with proof_progress_shown(seconds) as progress:
        verdict = run_proof(
            spec,
            only=only,
            seconds=seconds,
            trust=trust,
            small=small_model(proof, spec),
            progress=progress,
            folder=proofs_folder(),
            dump=texts,
        )
    notes = (*proof.notes, *broken_assumptions(proof.model), *verdict.notes)
    verdict = judged(expected, replace(verdict, notes=notes))
    problem = texts and texts.problem
    if sketch is None or verdict.outcome is not Outcome.PROVED:
        report(verdict, lambda: Subject.of_proof(spec, verdict), json=json, out=out, problem=problem)
    with messages().status("sketching ...") as status:
        pages = saved_sketch(sketch, proof, only, seconds, lambda part: status.update(f"sketching {part}"))
        report(verdict, lambda: Subject.of_proof(spec, verdict), json=json, out=out, more=pages, problem=problem)
