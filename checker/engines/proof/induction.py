"""Proofs for every size: each lemma and invariant by induction, with Z3, over the same representation as the search.

Obligations: a claim holds in every initial state; it holds after every action from a state in which all hypotheses
hold.  The hypotheses are the lemmas, and those invariants that do not follow from the others; one that does is proved
as a corollary, from the state alone.  What `unsat` was found for counts, and nothing else: a claim is proved when all
its obligations are, and with it all that its proofs used.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from checker.core import interruption, ir
from checker.core.errors import UserError, did_you_mean
from checker.core.types import QuorumType
from checker.core.verdict import Outcome, PropertyResult, Verdict
from checker.engines.asked import number_of_seconds
from checker.frontend.lower import lower

if TYPE_CHECKING:
    from checker.engines.proof.cti import Counterexample
    from checker.engines.proof.smt.attempts import Portfolio, Query, Result
    from checker.engines.proof.smt.theory import Claim, Obligation, Theory

CLAIMED: tuple[ir.PropertyKind, ...] = ("lemma", "invariant", "step invariant")
SECONDS_FOR_COUNTEREXAMPLES = 60.0


@dataclass
class _Ledger:
    """What has been tried so far."""

    used: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])
    corollaries: list[ir.Property] = field(default_factory=list[ir.Property])
    failures: list[Obligation] = field(default_factory=list["Obligation"])
    obligations: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    proved: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def note(self, claim: str, result: Result) -> None:
        """Enters the hypotheses that a proof used."""
        self.used.setdefault(claim, {}).update(dict.fromkeys(result.used))

    @property
    def failed(self) -> set[str]:
        """The claims with an obligation that has no proof."""
        return {failure.claim.name for failure in self.failures}


def prove(
    spec: ir.Spec,
    *,
    only: Collection[str] | None = None,
    seconds: float = 600.0,
    progress: Callable[[str], None] | None = None,
) -> Verdict:
    """Tries to prove the invariants and step invariants of the spec (or those named in `only`) for every size.

    All lemmas are proved too, since they are assumed.  `seconds` limit the whole; `progress` hears of each claim.
    Ctrl-C ends it early, with what was shown by then.  Raises `UserError` P001 for an unknown name in `only`, and
    P002 without Z3, and C030 for a time that is none.
    """
    until = time.monotonic() + number_of_seconds(seconds)
    claimed = _claimed(spec, only)
    _load_z3()
    proof = _Proof(spec, claimed, until, progress or (lambda line: None))
    try:
        return proof.run()
    except (KeyboardInterrupt, Exception) as problem:
        if not interruption.is_behind(problem):
            raise
        interruption.take()
        return proof.interrupted()


def _load_z3() -> None:
    try:
        with redirect_stdout(sys.stderr):  # where it prints its complaints
            import z3  # pyright: ignore  # noqa: F401
    except Exception as error:  # a missing library is told by an exception of its own
        if interruption.is_pending():  # it has swallowed that
            raise KeyboardInterrupt from None
        missing = isinstance(error, ModuleNotFoundError) and error.name == "z3"
        what = "is not installed" if missing else f"is installed and does not load: {type(error).__name__}: {error}"
        raise UserError(
            "P002", f"proofs need Z3, which {what}", help="`pip install --force-reinstall z3-solver` brings it"
        ) from None


def _claimed(spec: ir.Spec, only: Collection[str] | None) -> list[ir.Property]:
    every = spec.of_kind(*CLAIMED)
    for name in only or ():
        known = [entry.name for entry in every]
        if name not in known:
            raise UserError(
                "P001", f"{spec.name} has no invariant `{name}` to prove", spec.span,
                help=did_you_mean(name, known) or f"it has {', '.join(known) or 'none'}",
            )
    return [entry for entry in every if only is None or entry.kind == "lemma" or entry.name in only]


class _Proof:
    """One run."""

    def __init__(
        self, spec: ir.Spec, claimed: Sequence[ir.Property], until: float, progress: Callable[[str], None]
    ) -> None:
        self.spec = spec
        self.lowered = lower(spec)
        self.claimed = claimed
        self.until = until
        self.progress = progress
        self.ledger = _Ledger()
        self.found: list[Counterexample] = []

    @cached_property
    def theory(self) -> Theory:
        """The Z3 side: Z3 is loaded when the first proof is asked for, not when the checker is imported."""
        from checker.engines.proof.smt.theory import Theory

        return Theory(self.lowered)

    def run(self) -> Verdict:
        """Tries to prove every claim."""
        from checker.engines.proof.cti import find_counterexamples
        from checker.engines.proof.smt.attempts import PATIENT, QUICK

        starts = [self._attempt(self.theory.impossible(action), QUICK) for action in self.lowered.initial]
        if all(start.answer == "proved" for start in starts):
            return _nothing_to_prove(self.spec, self.claimed)
        hypotheses = self._hypotheses()
        for claim in self._claims():
            self.progress(claim.name)
            for obligation in self._obligations(claim):
                self._oblige(obligation, hypotheses, QUICK)
        about_states = [failure for failure in self.ledger.failures if failure.claim.property is not None]
        until = min(self.until, time.monotonic() + SECONDS_FOR_COUNTEREXAMPLES)
        for counterexample in find_counterexamples(self.lowered, about_states, hypotheses, until):
            self.found.append(counterexample)
        self._try_again({entry.failure.claim.name for entry in self.found}, hypotheses, PATIENT)
        return _verdict(self.spec, self.claimed, self.ledger, self.found)

    def interrupted(self) -> Verdict:
        """What was shown until now: whatever has no proof counts as without one, also where none was tried."""
        ledger = self.ledger
        left = [obligation for claim in self._claims() for obligation in self._obligations(claim)]
        ledger.failures = [obligation for obligation in left if _key(obligation) not in ledger.proved]
        ledger.obligations |= {_key(obligation) for obligation in left}
        verdict = _verdict(self.spec, self.claimed, ledger, self.found)
        message = f"stopped by hand: {len(ledger.failures)} of {len(ledger.obligations)} obligations were left"
        return replace(verdict, outcome=Outcome.INTERRUPTED, message=message)

    def _claims(self) -> list[Claim]:
        """What is shown by induction: all but the corollaries, as far as these are known."""
        from checker.engines.proof.smt.theory import Claim, int_claims

        claims = [Claim(entry.name, entry) for entry in self.claimed if entry not in self.ledger.corollaries]
        return [*claims, *int_claims(self.lowered)]

    def _try_again(self, refuted: Collection[str], hypotheses: Sequence[ir.Property], portfolio: Portfolio) -> None:
        """Gives more time to what has neither a proof nor a counterexample."""
        failures, self.ledger.failures = self.ledger.failures, []
        for failure in failures:
            if failure.claim.name in refuted:
                self.ledger.failures.append(failure)
            else:
                self.progress(f"{failure.claim.name} after {failure.action.name}")
                self._oblige(failure, hypotheses, portfolio)

    def _hypotheses(self) -> list[ir.Property]:
        """The lemmas, and the invariants that do not follow from the other hypotheses."""
        from checker.engines.proof.smt.attempts import QUICK
        from checker.engines.proof.smt.theory import Claim

        base = [entry for entry in self.claimed if entry.kind != "step invariant"]
        for entry in [entry for entry in base if entry.kind == "invariant"]:
            others = [other for other in base if other is not entry]
            result = self._attempt(self.theory.corollary(Claim(entry.name, entry), others), QUICK)
            if result.answer == "proved":
                self.ledger.obligations.add((entry.name, "corollary"))
                self.ledger.corollaries.append(entry)
                self.ledger.note(entry.name, result)
                base = others
        return base

    def _obligations(self, claim: Claim) -> Iterator[Obligation]:
        from checker.engines.proof.smt.theory import Obligation

        reads = claim.reads()
        is_step = claim.property is not None and claim.property.kind == "step invariant"
        if not is_step:
            yield from (Obligation(claim, action, initial=True) for action in self.lowered.initial)
        for action in self.lowered.actions:
            # an action that changes nothing that the claim reads keeps it, for it is among the hypotheses
            if is_step or reads & {name for name, _ in action.updates}:
                yield Obligation(claim, action, initial=False)

    def _oblige(self, obligation: Obligation, hypotheses: Sequence[ir.Property], portfolio: Portfolio) -> None:
        if obligation.initial:
            query = self.theory.initial(obligation.claim, obligation.action)
        else:
            query = self.theory.step(obligation.claim, obligation.action, hypotheses)
        result = self._attempt(query, portfolio)
        self.ledger.obligations.add(_key(obligation))
        if result.answer == "proved":
            self.ledger.proved.add(_key(obligation))
            self.ledger.note(obligation.claim.name, result)
        else:
            self.ledger.failures.append(obligation)

    def _attempt(self, query: Query, portfolio: Portfolio) -> Result:
        from checker.engines.proof.smt.attempts import attempt

        return attempt(self.theory.universe, query, portfolio, self.until)


def _key(obligation: Obligation) -> tuple[str, str]:
    return obligation.claim.name, obligation.action.name


# --- the verdict --------------------------------------------------------------------------------------------------


def _proved(claimed: Sequence[ir.Property], ledger: _Ledger) -> set[str]:
    """The claims all of whose obligations are proved, from others of which the same is true."""
    if any(failure.claim.property is None for failure in ledger.failures):
        return set()
    proved = {entry.name for entry in claimed} - ledger.failed
    while True:
        kept = {name for name in proved if set(ledger.used.get(name, ())) <= proved}
        if kept == proved:
            return proved
        proved = kept


def _nothing_to_prove(spec: ir.Spec, claimed: Sequence[ir.Property]) -> Verdict:
    """Whatever is claimed of no state at all is true, and says nothing."""
    return Verdict(
        outcome=Outcome.ERROR, spec=spec.name, model="every size",
        message="there is no initial state: nothing was proved",
        properties=tuple(PropertyResult(entry.kind, entry.name, Outcome.UNKNOWN) for entry in claimed),
    )


def _verdict(
    spec: ir.Spec, claimed: Sequence[ir.Property], ledger: _Ledger, found: Sequence[Counterexample]
) -> Verdict:
    proved = _proved(claimed, ledger)
    refuted = {entry.failure.claim.name: entry for entry in found}
    results = tuple(_result(entry, proved, ledger, refuted) for entry in claimed)
    goals = [entry for entry in claimed if entry.kind != "lemma"] or claimed
    if found:
        outcome, message = Outcome.NOT_INDUCTIVE, _not_inductive(found)
    elif not claimed:
        outcome, message = Outcome.UNKNOWN, "there is nothing to prove: the spec has no invariant and no lemma"
    elif len(proved) == len(claimed):
        outcome, message = Outcome.PROVED, _every_size(spec, goals)
    else:
        outcome, message = Outcome.UNKNOWN, f"no proof and no counterexample to induction: {_failures(ledger)}"
    smallest = min(found, key=lambda entry: len(entry.trace), default=None)
    return Verdict(
        outcome=outcome, spec=spec.name, model="every size", message=message, properties=results,
        trace=smallest.trace if smallest else None, instance=smallest.instance if smallest else None,
        notes=_notes(spec, claimed, ledger),
    )


def _result(
    entry: ir.Property, proved: set[str], ledger: _Ledger, refuted: dict[str, Counterexample]
) -> PropertyResult:
    used = [name for name in ledger.used.get(entry.name, ()) if name != entry.name]
    if entry.name in proved:
        how = "follows from" if entry in ledger.corollaries else "by induction, with"
        detail = f"{how} {', '.join(used)}" if used else "by induction, from itself alone"
        return PropertyResult(entry.kind, entry.name, Outcome.PROVED, detail)
    if entry.name in refuted:
        failure = refuted[entry.name].failure
        where = "in an initial state of" if failure.initial else "after"
        return PropertyResult(entry.kind, entry.name, Outcome.NOT_INDUCTIVE, f"fails {where} {failure.action.name}")
    if entry.name in ledger.failed:
        actions = [failure.action.name for failure in ledger.failures if failure.claim.name == entry.name]
        return PropertyResult(entry.kind, entry.name, Outcome.UNKNOWN, f"no answer for {', '.join(actions)}")
    missing = [name for name in used if name not in proved]
    detail = f"rests on {', '.join(missing)}" if missing else "rests on the ints being at least 0"
    return PropertyResult(entry.kind, entry.name, Outcome.UNKNOWN, detail + ", which is not proved")


def _not_inductive(found: Sequence[Counterexample]) -> str:
    names = ", ".join(f"`{entry.failure.claim.name}`" for entry in found)
    return (
        f"the lemmas are not enough for {names}: the trace is a counterexample to induction, "
        "from a state that satisfies them all but need not be reachable"
    )


def _every_size(spec: ir.Spec, goals: Sequence[ir.Property]) -> str:
    sorts = [f"`{sort}`" for sort in spec.sorts if not isinstance(sort, QuorumType)]
    sizes = f"any number of elements of {_listed(sorts)}" if sorts else "every size"
    return f"{_listed([f'`{entry.name}`' for entry in goals])} {'holds' if len(goals) == 1 else 'hold'} for {sizes}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _failures(ledger: _Ledger) -> str:
    shown = [
        f"`{failure.claim.name}` after {failure.action.name}" if failure.claim.property is not None
        else f"that the ints of `{failure.claim.name}` stay at least 0 after {failure.action.name}"
        for failure in ledger.failures
    ]
    return ", ".join(shown)


def _notes(spec: ir.Spec, claimed: Sequence[ir.Property], ledger: _Ledger) -> tuple[str, ...]:
    notes = [*map(str, spec.warnings), f"{len(ledger.obligations)} obligations, {len(ledger.failures)} without a proof"]
    attempted = {entry.name for entry in claimed}
    left = [entry.name for entry in spec.of_kind(*CLAIMED) if entry.name not in attempted]
    if left:
        notes.append(f"not attempted: {', '.join(left)}")
    if any(_may_err(node) for node in _expressions(spec, claimed)):
        notes.append("the proof is about the values of a state, not about errors such as an index past the end")
    return tuple(notes)


def _may_err(node: ir.Expr) -> bool:
    match node:
        case ir.Index():
            return True
        case ir.Slice(start=start, stop=stop):
            return not isinstance(start, ir.Integer) or not isinstance(stop, ir.Integer | ir.Length)
        case ir.Arithmetic(operator=operator):
            return operator in ("//", "%")
        case ir.Extremum(default=default):
            return default is None
        case ir.BagRemove(if_present=if_present):
            return not if_present
        case _:
            return False


def _expressions(spec: ir.Spec, claimed: Sequence[ir.Property]) -> list[ir.Expr]:
    """Every expression of the actions and of what is claimed."""
    lowered = lower(spec)
    found = [part for entry in claimed for part in ir.walk(entry.formula)]
    for action in lowered.actions:
        values = [step.condition if isinstance(step, ir.Require) else step.value for step in action.steps]
        found += [part for value in values for part in ir.walk(value)]
    return found


