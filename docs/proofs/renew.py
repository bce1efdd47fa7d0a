"""Writes the pages of proofs anew: `python docs/proofs/renew.py [NAME ...]`; Raft's take some minutes.

Nothing that earlier runs kept is used, so that the pages are the same each time.  Graphviz' `dot` draws the graphs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from checker.export.sketch_markdown import sketch_markdown
from checker.export.sketch_page import sketch_page
from checker.frontend.load import claims_of, load_proof
from checker.ui.sketch import sketched

SHELF = Path(__file__).parent
PROOFS = {"paxos": "paxos", "raft_election": "raft_election_proof", "raft": "raft"}
"""The pages, each with what is proved there: `checker prove` takes it."""
SECONDS = 3600.0


def pages(name: str) -> Iterator[tuple[Path, str]]:
    """The files of one proof, each with its text."""
    target = PROOFS[name]
    proof = load_proof(target)
    with TemporaryDirectory() as folder:
        sketch = sketched(
            proof, f"checker prove {target}", only=claims_of(proof.spec), seconds=SECONDS,
            folder=Path(folder) / "cache" / "proofs", progress=lambda part: print(f"{name}: {part}", flush=True),
        )
    yield SHELF / f"{name}.html", sketch_page(sketch)
    yield SHELF / f"{name}.md", sketch_markdown(sketch)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or PROOFS:
        for file, text in pages(chosen):
            file.write_text(text, encoding="utf-8")
            print(f"wrote {file.relative_to(SHELF)}")
