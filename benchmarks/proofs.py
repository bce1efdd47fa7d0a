"""How long proofs take: `python benchmarks/proofs.py [PLACE ...] [--seeds N]`, by default all proofs of the library.

Prints, for each, its lemmas and obligations, how many of these have no proof, and the seconds: on the clock, and of all
processors together.  Nothing is kept from one run to the next.  With `--seeds` each proof is found so many times, with
other random numbers of Z3 each time: one that needs luck shows.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib.resources import files
from time import perf_counter

from checker.core.verdict import Outcome
from checker.engines.proof.induction import prove
from checker.engines.proof.smt import solvers
from checker.frontend.load import PROOF, claims_of, load_proof

SECONDS = 1200.0
APART = 100
"""Between the seeds of two runs: further than those of the rungs of a ladder."""


def places() -> list[str]:
    """What has a proof in the library, as `checker prove` is told it."""
    found = files("checker").joinpath("specs").iterdir()
    return sorted(file.name.removesuffix(f"{PROOF}.py") for file in found if file.name.endswith(f"{PROOF}.py"))


def processor_seconds() -> float:
    """Of this process and of those that it waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def row(place: str, seed: int) -> bool:
    """Prints the row of a proof; is it one?"""
    solvers.FIRST_SEED = APART * seed
    proof = load_proof(place)
    spec = proof.typed()
    clock, spent = perf_counter(), processor_seconds()
    verdict = prove(spec, only=claims_of(proof.spec), seconds=SECONDS)
    clock, spent = perf_counter() - clock, processor_seconds() - spent
    counts = next((note for note in verdict.notes if "obligations" in note), "")
    lemmas = len(spec.of_kind("lemma"))
    cells = (place, seed, lemmas, counts, verdict.outcome.value, f"{clock:.1f}", f"{spent:.1f}")
    print(f"| {' | '.join(map(str, cells))} |", flush=True)
    return verdict.outcome is Outcome.PROVED


def main() -> int:
    """Prints the table; 1 where something is not proved."""
    parser = argparse.ArgumentParser(description="How long proofs take")
    parser.add_argument("places", nargs="*", metavar="PLACE", help="what is proved; by default all of the library")
    parser.add_argument("--seeds", type=int, default=1, help="how many times each proof is to be found")
    asked = parser.parse_args()
    print("| proof | seed | lemmas | obligations | verdict | seconds | of processors |\n|---|---|---|---|---|---|---|")
    proved = [row(place, seed) for place in asked.places or places() for seed in range(asked.seeds)]
    return 0 if all(proved) else 1


if __name__ == "__main__":
    sys.exit(main())
