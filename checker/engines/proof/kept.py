"""Results of earlier proofs, kept by content: what has a proof is not proved again while all that this rests on stays.

A proof of a goal is kept under all that says what the goal is: claim, action and sorts, without names of lemmas and
places in files; the version of Z3, and that of this code.  With it stand the hypotheses that it used, by their contents
too.  It counts again where all of these are among the hypotheses, whatever the others are: more of them do no harm.

That something was asked without a proof is kept where the whole was proved all the same, under all that was asked with
all hypotheses, so that a proof is found again without Z3.  What is open is always tried again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from checker.core import ir
from checker.engines.cache import content_of, digest, keep, trusted_folder
from checker.engines.proof.content import Contents
from checker.engines.proof.obligations import Claim, Question, Result
from checker.engines.proof.smt.ladder import Ladder
from checker.engines.proof.trust import Answer
from checker.engines.proof.vacuity import Case, Possibility

POSSIBILITIES: tuple[Possibility, ...] = ("possible", "impossible", "not known")


class Kept:
    """What is kept of one spec.  `naturals`: the variables whose ints are taken to be at least 0, for now."""

    def __init__(self, spec: ir.LoweredSpec, naturals: Sequence[str], folder: Path | None) -> None:
        self._folder = folder if folder and trusted_folder(folder.parent) and trusted_folder(folder) else None
        self._spec = spec
        self._naturals = naturals
        self._variables = [(entry.name, entry.type) for entry in spec.source.variables]
        self._types = dict(self._variables)
        self._contents = Contents()
        self._holds: dict[str, tuple[ir.Expr, str]] = {}
        self._actions: dict[str, tuple[ir.LoweredAction, bytes]] = {}
        """Contents of the spec's actions, and of hypotheses, by their names: they are asked for again and again."""
        self._version = _version_of_z3()
        self._unproved: dict[Path, Answer] = {}
        self._made: set[Path] = set()
        """The files of this run: what is in them is not of an earlier one."""

    @property
    def is_used(self) -> bool:
        """Is there a place where anything is kept?"""
        return self._folder is not None and self._version is not None

    def found(self, asked: Question, ladder: Ladder = ()) -> Result | None:
        """What came of a question earlier, as far as it is known."""
        if not self.is_used:
            return None
        assumed = self._assumed(asked.hypotheses)
        match _document(self._unproved_file(asked, assumed, ladder)):
            case {"answer": "refuted" | "unknown" as answer}:
                return Result(answer, kept=True)
            case _:
                return self._proof(self._proof_file(asked), assumed)

    def keep(self, asked: Question, result: Result, ladder: Ladder = ()) -> None:
        """Keeps a result; one without a proof until it is known whether the whole is proved."""
        if not self.is_used:
            return
        assumed = self._assumed(asked.hypotheses)
        if result.answer != "proved":
            self._unproved[self._unproved_file(asked, assumed, ladder)] = result.answer
            return
        used = [assumed[name] for name in result.used]
        document = {"used": used, "rung": result.rung, "seconds": round(result.seconds, 3)}
        file = self._proof_file(asked)
        self._made.add(file)
        keep(file, json.dumps(document).encode())

    def is_proved(self) -> None:
        """The whole is proved: what was asked without a proof need not be asked again."""
        for file, answer in self._unproved.items():
            keep(file, json.dumps({"answer": answer}).encode())

    def possibilities(self, every: Sequence[Case], hypotheses: Sequence[ir.Property]) -> list[Possibility] | None:
        """Which cases are possible, as far as that is known."""
        match _document(self._possibilities_file(every, hypotheses)) if self.is_used else None:
            case {"cases": [*found]} if len(found) == len(every) and all(each in POSSIBILITIES for each in found):
                return cast("list[Possibility]", found)
            case _:
                return None

    def keep_possibilities(
        self, every: Sequence[Case], hypotheses: Sequence[ir.Property], found: Sequence[Possibility]
    ) -> None:
        """Keeps which cases are possible."""
        if self.is_used:
            keep(self._possibilities_file(every, hypotheses), json.dumps({"cases": found}).encode())

    def beginning(self) -> str | None:
        """The sizes of an instance that begins with true axioms, empty where none was found, if that is known."""
        match _document(self._beginning_file()) if self.is_used else None:
            case {"sizes": str(sizes)}:
                return sizes
            case _:
                return None

    def keep_beginning(self, sizes: str) -> None:
        """Keeps the sizes of an instance that begins with true axioms, empty where none was found."""
        if self.is_used:
            keep(self._beginning_file(), json.dumps({"sizes": sizes}).encode())

    # --- contents -------------------------------------------------------------------------------------------------

    def _assumed(self, hypotheses: Sequence[ir.Property] | None) -> Mapping[str, str]:
        """The contents of what may be assumed, by its name."""
        if hypotheses is None:
            return {}
        naturals = {name: self._hex("ints from 0", name, self._types[name]) for name in self._naturals}
        return naturals | {entry.name: self._held(entry) for entry in hypotheses}

    def _held(self, entry: ir.Property) -> str:
        known = self._holds.get(entry.name)
        if known is None or known[0] is not entry.formula:
            known = self._holds[entry.name] = (entry.formula, self._hex("holds", entry.formula))
        return known[1]

    def _action(self, action: ir.LoweredAction) -> bytes:
        known = self._actions.get(action.name)
        if known is None or known[0] is not action:
            content = self._contents.of((action.parameters, action.steps, action.updates))
            known = self._actions[action.name] = (action, content)
        return known[1]

    def _goal(self, asked: Question) -> tuple[object, ...]:
        actions = (asked.action,) if asked.action else self._spec.actions if _is_about_steps(asked.claim) else ()
        return (asked.hypotheses is None, self._claim(asked.claim), *map(self._action, actions))

    def _claim(self, claim: Claim | None) -> tuple[object, ...] | None:
        if claim is None:
            return None
        if claim.property is None:
            return ("ints from 0", claim.name, self._types[claim.name])
        return ("step" if _is_about_steps(claim) else "state", claim.property.formula)

    def _hex(self, *parts: object) -> str:
        return self._contents.of(parts).hex()

    # --- files ----------------------------------------------------------------------------------------------------

    def _proof_file(self, asked: Question) -> Path:
        return self._file("proof", self._goal(asked))

    def _unproved_file(self, asked: Question, assumed: Mapping[str, str], ladder: Ladder) -> Path:
        """Named by all that the search depends on: the order of the hypotheses too, and which are meant to help."""
        own, support = "", ()
        if asked.claim and asked.claim.property:
            own = asked.claim.name
            support = asked.claim.property.support_after(asked.action.name if asked.action else None)
        marked = [(content, name == own, name in support) for name, content in assumed.items()]
        return self._file("no proof", self._goal(asked), marked, ladder)

    def _beginning_file(self) -> Path:
        initial = [self._action(action) for action in self._spec.initial]
        axioms = [entry.formula for entry in self._spec.source.axioms]
        return self._file("begins", self._variables, initial, axioms, list(self._assumed(()).values()))

    def _possibilities_file(self, every: Sequence[Case], hypotheses: Sequence[ir.Property]) -> Path:
        spec = self._spec
        actions = [self._action(action) for action in (*spec.initial, *spec.actions)]
        subjects = [entry.subject for entry in every]
        asked = [self._action(s) if isinstance(s, ir.LoweredAction) else s.formula for s in subjects]
        return self._file("possible", self._variables, actions, list(self._assumed(hypotheses).values()), asked)

    def _file(self, *parts: object) -> Path:
        assert self._folder and self._version
        return self._folder / digest("z3", self._version, self._hex(self._spec.source.sorts, *parts))

    def _proof(self, file: Path, assumed: Mapping[str, str]) -> Result | None:
        names = {content: name for name, content in reversed(list(assumed.items()))}
        match _document(file):
            case {"used": [*contents], "rung": str(rung), "seconds": float(seconds)} if all(
                isinstance(each, str) and each in names for each in contents
            ):
                used = {names[content] for content in contents}
                is_earlier = file not in self._made
                return Result("proved", tuple(name for name in assumed if name in used), rung, seconds, is_earlier)
            case _:
                return None


def _is_about_steps(claim: Claim | None) -> bool:
    return claim is not None and claim.property is not None and claim.property.kind == "step invariant"


def _document(file: Path) -> Mapping[str, Any] | None:
    """What a file says; None where there is none, or none that was written here."""
    content = content_of(file)
    try:
        document: object = json.loads(content) if content else None
    except (ValueError, RecursionError):
        return None
    return cast("Mapping[str, Any]", document) if isinstance(document, dict) else None


def _version_of_z3() -> str | None:
    """Known without loading it; None where nobody says which one it is."""
    try:
        return metadata.version("z3-solver")
    except metadata.PackageNotFoundError:
        return None
