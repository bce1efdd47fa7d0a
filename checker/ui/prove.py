"""`checker prove`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from checker.core.errors import UserError
from checker.core.verdict import Outcome
from checker.engines.cache import proofs_folder
from checker.engines.proof.dump import Dump
from checker.engines.proof.request import Request
from checker.engines.proof.trust import Trust
from checker.export.sketch import Sketch
from checker.frontend.load import Proof, load_proof
from checker.frontend.variants import with_lemmas, without
from checker.ui.console import messages
from checker.ui.options import Json, Out, Properties, Target
from checker.ui.paths import check_alone, report_on_paths
from checker.ui.progress import proof_progress_shown
from checker.ui.report import report
from checker.ui.sketch import check_sketch, saved_sketch, sketched
from checker.ui.subject import Subject

Lemmas = Annotated[
    str | None,
    typer.Option(
        "--proof", metavar="TARGET", show_default=False,
        help="Take the lemmas of this proof, of a protocol that the spec is a variant of: paxos, my_proof.py.",
    ),
]
LeftOut = Annotated[
    list[str], typer.Option("--without", metavar="LEMMA", help="Go without this lemma, to see what breaks.")
]
Lemma = Annotated[
    str | None,
    typer.Option(
        "--lemma", metavar="NAME", show_default=False,
        help="Look at the obligations of this lemma or invariant alone, which is no proof yet.",
    ),
]
AfterAction = Annotated[
    str | None,
    typer.Option(
        "--after-action", metavar="NAME", show_default=False,
        help="Look only at what has to hold after this action, or after this @init.",
    ),
]
SketchFile = Annotated[
    Path | None,
    typer.Option(
        "--sketch", metavar="FILE", dir_okay=False, show_default=False,
        help="Write the proof as a page to teach from, .html or .md.",
    ),
]
Bounded = Annotated[
    int | None,
    typer.Option(
        "--bounded", min=1, metavar="K", show_default=False,
        help="Look with the solver at all paths of up to K states of a model, as a search does.",
    ),
]
KInduction = Annotated[
    int | None,
    typer.Option(
        "--k-induction", min=1, metavar="K", show_default=False,
        help="Show it for a model by induction over K states in a row.",
    ),
]
Seconds = Annotated[float, typer.Option(min=1, help="A limit for the whole.")]
TrustedSolvers = Annotated[
    Trust, typer.Option("--trust", help="How many solvers have to prove each obligation: z3, or cvc5 too.")
]
DumpFolder = Annotated[
    Path | None,
    typer.Option(
        "--dump", metavar="DIR", file_okay=False, show_default=False,
        help="Write every obligation into this folder, as SMT-LIB that other solvers read.",
    ),
]


def prove(
    target: Target,
    properties: Properties = [],  # noqa: B006 - typer reads the default, nothing changes it
    lemmas: Lemmas = None,
    left_out: LeftOut = [],  # noqa: B006
    lemma: Lemma = None,
    after_action: AfterAction = None,
    sketch: SketchFile = None,
    depth: Bounded = None,
    induction: KInduction = None,
    seconds: Seconds = 600,
    trust: TrustedSolvers = "one",
    dump: DumpFolder = None,
    json: Json = False,
    out: Out = None,
) -> None:
    """Prove the invariants of a spec for every size, from its lemmas.

    A proof that fails comes with a counterexample to induction: a gap in the lemmas, which need not be reachable.

    `checker prove paxos`

    `checker prove my_spec.py:MySpec --property agreement`

    `checker prove my_paxos.py --proof paxos`

    `checker prove paxos --without vote_is_joined`

    `checker prove paxos --lemma safe_at --after-action propose`

    `checker prove my_spec.py:small --bounded 8`
    """
    if depth is not None or induction is not None:
        others = {
            "--bounded" if induction is not None else "": depth, "--proof": lemmas, "--without": left_out,
            "--lemma": lemma, "--after-action": after_action, "--sketch": sketch, "--dump": dump,
            "--trust": None if trust == "one" else trust,
        }
        check_alone("--k-induction" if induction is not None else "--bounded", others)
        report_on_paths(target, properties, depth, induction, seconds, json=json, out=out)
    if sketch is not None:
        check_sketch(sketch, is_whole=lemma is None and after_action is None)
    proof = load_proof(target)
    if lemmas is not None:
        proof = with_lemmas(proof, load_proof(lemmas).spec)
    proof = without(proof, left_out)
    request = Request(
        only=properties or None, lemma=lemma, after_action=after_action, seconds=seconds, trust=trust,
        dump=None if dump is None else Dump(dump),
    )
    command = " ".join(["checker prove", target, *(["--proof", lemmas] if lemmas else [])])
    _report(request, proof, command, sketch, json=json, out=out)


def _report(request: Request, proof: Proof, command: str, sketch: Path | None, *, json: bool, out: Path | None) -> None:
    """Proves it, writes a sketch of what is proved, and ends the command; `command` is what proves it again."""
    with proof_progress_shown(request.seconds) as progress:
        verdict = request.prove(proof, progress)
    problem: UserError | None = request.dump and request.dump.problem
    spec = proof.typed()
    if sketch is None or verdict.outcome is not Outcome.PROVED:
        report(verdict, lambda: Subject.of_proof(spec, verdict), json=json, out=out, problem=problem)
    with messages().status("sketching ...") as status:
        def told() -> Sketch:
            return sketched(
                proof, command, only=request.claims(proof), seconds=request.seconds, folder=proofs_folder(),
                progress=lambda part: status.update(f"sketching {part}"),
            )

        pages = saved_sketch(sketch, told)
        report(verdict, lambda: Subject.of_proof(spec, verdict), json=json, out=out, more=pages, problem=problem)
