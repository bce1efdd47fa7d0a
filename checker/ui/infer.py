"""`checker infer`."""

from __future__ import annotations

from typing import Annotated

import typer

from checker.engines.cache import proofs_folder
from checker.engines.proof.trust import load_z3
from checker.frontend.load import load_proof
from checker.frontend.variants import without
from checker.ui.options import Json, Out, Properties, Target
from checker.ui.progress import proof_progress_shown
from checker.ui.report import report
from checker.ui.subject import Subject


def infer(
    target: Target,
    properties: Properties = [],  # noqa: B006 - typer reads the default, nothing changes it
    left_out: Annotated[
        list[str],
        typer.Option(
            "--without", metavar="LEMMA",
            help="Take the lemmas of the bundled proof, but for this one; without this option none of them.",
        ),
    ] = [],  # noqa: B006
    seconds: Annotated[float, typer.Option(min=1, help="A limit for the whole.")] = 120,
    json: Json = False,
    out: Out = None,
) -> None:
    """Look for lemmas with which the invariants of a spec are proved for every size.

    Candidates are made of what the spec says of its state: disjunctions of up to four literals over up to three bound
    variables, elements of sorts or records in a collection, of which all are universal; "there is a quorum" stands
    within a literal. What is false in a small model, or not kept by a step, is dropped. What is left is printed as a
    class with lemmas, which can be saved or pasted, and proved as it is printed. Lemmas that the spec has are used.

    `checker infer lock_server`

    `checker infer my_spec.py --seconds 300`

    `checker infer paxos --without vote_is_joined`
    """
    load_z3()
    from checker.engines.infer.inference import infer as run_inference  # here, since it needs Z3

    proof = without(load_proof(target, with_lemmas=bool(left_out)), left_out)
    with proof_progress_shown(seconds, "looking for lemmas ...") as progress:
        found = run_inference(
            proof, only=properties or None, seconds=seconds, progress=progress, folder=proofs_folder()
        )
    if found.lemmas and not json:
        print(found.module)
    report(
        found.verdict, lambda: Subject.of_proof(found.spec, found.verdict), json=json, out=out,
        also={"lemmas": list(found.lemmas), "methods": found.methods, "module": found.module},
    )
