"""What was tried in a proof, and the verdict on it.

A claim is proved when all its obligations are, its evaluation is never an error, and the same is true of all that its
proofs used.  It also needs the actions that it was shown to survive to have no error, so that they are what Z3 saw.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from checker.core import ir
from checker.core.types import QuorumType
from checker.core.verdict import ObligationResult, Outcome, PropertyResult, Verdict
from checker.engines.proof.definedness import Evaluation, Gap
from checker.engines.proof.obligations import Obligation, Result
from checker.engines.proof.trust import SOLVERS, Solver, Trusted

if TYPE_CHECKING:
    from checker.engines.proof.cti import Counterexample
    from checker.engines.proof.undefined import Undefined

Key: TypeAlias = tuple[str, str]
"""A claim or evaluation, and the action after which it is shown, or a word in the place of one."""
COROLLARY = "corollary"
"""In the place of an action: that a claim follows from others."""
DEFINED = "definedness"
"""In the place of an action: that an evaluation is no error."""
CLAIMED: tuple[ir.PropertyKind, ...] = ("lemma", "invariant", "step invariant")


@dataclass
class Ledger:
    """What has been tried so far, with these solvers.

    `naturals`: the variables whose ints are at least 0 by an inferred lemma, `integers`: those for which there is none;
    `proved`: the obligations with a proof, `left`: what was tried of others.
    `defined`: of what is never an error, by its name, how that was proved; `gaps`: what has no such proof, with what
    was tried in `undefined`.  `doubts`: of what only some solvers prove, or some refute, who does which.
    """

    trust: Trusted
    used: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])
    corollaries: list[ir.Property] = field(default_factory=list[ir.Property])
    failures: list[Obligation] = field(default_factory=list[Obligation])
    obligations: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    naturals: list[str] = field(default_factory=list[str])
    integers: list[str] = field(default_factory=list[str])
    proved: dict[tuple[str, str], Result] = field(default_factory=dict[tuple[str, str], Result])
    left: dict[tuple[str, str], Result] = field(default_factory=dict[tuple[str, str], Result])
    defined: dict[str, Result] = field(default_factory=dict[str, Result])
    gaps: dict[str, Gap] = field(default_factory=dict[str, Gap])
    undefined: dict[str, Result] = field(default_factory=dict[str, Result])
    doubts: dict[Key, Result] = field(default_factory=dict[Key, Result])

    def note(self, claim: str, result: Result) -> None:
        """Enters the hypotheses that a proof used."""
        self.used.setdefault(claim, {}).update(dict.fromkeys(result.used))

    def enter(self, obligation: tuple[str, str], result: Result) -> None:
        """Enters what came of an obligation."""
        self.obligations.add(obligation)
        self.note(obligation[0], result)
        if self.doubt(obligation, result):
            self.proved[obligation] = result
        else:
            self.left[obligation] = result

    def doubt(self, obligation: Key, result: Result) -> bool:
        """Enters who proves an obligation, and who refutes it; is it proved by as many as are needed?"""
        known = self.doubts.pop(obligation, result)
        proved_by = tuple(dict.fromkeys((*known.proved_by, *result.proved_by)))
        refuted_by = tuple(dict.fromkeys((*known.refuted_by, *result.refuted_by)))
        is_proved = result.answer == "proved" or self.trust.suffices(proved_by)
        if refuted_by or not is_proved:
            self.doubts[obligation] = replace(result, proved_by=proved_by, refuted_by=refuted_by)
        return is_proved

    def proved_by(self, obligation: Key) -> tuple[Solver, ...]:
        """Who proves what has no proof by as many as are needed."""
        return self.doubts[obligation].proved_by if obligation in self.doubts else ()

    def forget(self, claim: str) -> None:
        """Drops what was tried of a claim by induction: it follows from others."""
        self.failures = [failure for failure in self.failures if failure.claim.name != claim]
        self.obligations = {entry for entry in self.obligations if entry[0] != claim or entry[1] == COROLLARY}
        self.left = {entry: result for entry, result in self.left.items() if entry[0] != claim}
        self.doubts = {entry: result for entry, result in self.doubts.items() if entry[0] != claim}
        self.proved = {e: result for e, result in self.proved.items() if e[0] != claim or e[1] == COROLLARY}

    def is_tried(self, obligation: Obligation) -> bool:
        """Was there time for it?"""
        found = self.left.get(key(obligation))
        return found is not None and found.rung != ""

    @property
    def failed(self) -> set[str]:
        """The claims with an obligation that has no proof."""
        return {failure.claim.name for failure in self.failures}

    def evaluated(self, evaluation: Evaluation, left: Sequence[int], result: Result) -> None:
        """Enters what came of an evaluation: which of its demands have no proof, by their places."""
        self.doubt((evaluation.name, DEFINED), result)
        if left:
            self.undefined[evaluation.name] = result
            demands = evaluation.definedness.demands
            self.gaps[evaluation.name] = Gap(evaluation, tuple(demands[place] for place in left))
        else:
            self.gaps.pop(evaluation.name, None)
            self.defined[evaluation.name] = result

    def fill(self, evaluations: Sequence[Evaluation]) -> None:
        """Counts whatever evaluation was not tried as one without a proof, and puts them in their order."""
        for evaluation in evaluations:
            if evaluation.name not in self.defined:
                found = self.gaps.pop(evaluation.name, None)
                self.gaps[evaluation.name] = found or Gap(evaluation, evaluation.definedness.demands)


@dataclass
class Findings:
    """What shows that a proof cannot be had like this: of a claim, and of an evaluation."""

    counterexamples: list[Counterexample] = field(default_factory=list["Counterexample"])
    undefined: list[Undefined] = field(default_factory=list["Undefined"])

    @property
    def erring(self) -> set[str]:
        """What is shown to be an error for some state that satisfies the hypotheses: actions, and properties."""
        return {entry.gap.evaluation.name for entry in self.undefined}


def key(obligation: Obligation) -> tuple[str, str]:
    """An obligation by its names."""
    return obligation.claim.name, obligation.action.name


def _proved(claimed: Sequence[ir.Property], ledger: Ledger) -> set[str]:
    """The claims that are proved, from others of which the same is true."""
    proved = {*(entry.name for entry in claimed), *ledger.naturals} - ledger.failed - ledger.gaps.keys()
    while True:
        kept = {
            name for name in proved
            if {*ledger.used.get(name, ()), *_used_to_define(ledger, name)} <= proved
            and not _unsafe_actions(name, ledger, proved)
        }
        if kept == proved:
            return proved
        proved = kept


def _unsafe_actions(claim: str, ledger: Ledger, proved: Collection[str]) -> list[str]:
    """The actions in the obligations of the claim that are not known to be without an error."""
    actions = [action for name, action in sorted(ledger.obligations) if name == claim]
    return [a for a in actions if a in ledger.gaps or not set(_used_to_define(ledger, a)) <= set(proved)]


def _used_to_define(ledger: Ledger, name: str) -> tuple[str, ...]:
    return ledger.defined[name].used if name in ledger.defined else ()


def nothing_to_prove(spec: ir.Spec, claimed: Sequence[ir.Property]) -> Verdict:
    """Whatever is claimed of no state at all is true, and says nothing."""
    return Verdict(
        outcome=Outcome.ERROR, spec=spec.name, model="every size",
        message="there is no initial state: nothing was proved",
        properties=tuple(PropertyResult(entry.kind, entry.name, Outcome.UNKNOWN) for entry in claimed),
    )


def verdict_of(
    spec: ir.Spec, claimed: Sequence[ir.Property], ledger: Ledger, findings: Findings,
    obligations: Sequence[ObligationResult],
) -> Verdict:
    """The verdict on what was tried, and on what was found where it failed."""
    proved = _proved([*spec.axioms, *claimed], ledger)
    refuted = {entry.failure.claim.name: entry for entry in findings.counterexamples}
    results = tuple(_result(entry, proved, ledger, refuted, findings) for entry in claimed)
    goals = [entry for entry in claimed if entry.kind != "lemma"] or claimed
    at_start = [entry for entry in findings.undefined if entry.gap.evaluation.initial]
    if at_start:
        outcome, message = Outcome.ERROR, f"the spec has an error: {_undefined(at_start)}"
    elif conflicts := _conflicts(ledger, findings):
        outcome, message = Outcome.UNKNOWN, f"{'; '.join(conflicts)}: a solver is wrong, so believe neither"
    elif findings.counterexamples or findings.undefined:
        outcome, message = Outcome.NOT_INDUCTIVE, _not_inductive(findings, claimed)
    elif not claimed:
        outcome, message = Outcome.UNKNOWN, "there is nothing to prove: the spec has no invariant and no lemma"
    elif all(entry.name in proved for entry in claimed) and not ledger.gaps:
        outcome, message = Outcome.PROVED, _every_size(spec, goals) + (", by z3 and cvc5" if ledger.trust.both else "")
    else:
        outcome, message = Outcome.UNKNOWN, _failures(ledger, obligations)
    shown = [entry for entry in (*findings.counterexamples, *findings.undefined) if entry.trace is not None]
    smallest = min(shown, key=lambda entry: len(entry.trace or ()), default=None)
    return Verdict(
        outcome=outcome, spec=spec.name, model="every size", message=message,
        properties=(*results, *_evaluations(ledger, proved, findings)),
        trace=smallest.trace if smallest else None, instance=smallest.instance if smallest else None,
        notes=_notes(spec, claimed, ledger, obligations), obligations=tuple(obligations),
    )


# --- a row each ---------------------------------------------------------------------------------------------------


def _result(
    entry: ir.Property, proved: set[str], ledger: Ledger, refuted: dict[str, Counterexample], findings: Findings
) -> PropertyResult:
    used = [name for name in ledger.used.get(entry.name, ()) if name not in (entry.name, *ledger.naturals)]
    if entry.name in proved:
        how = "follows from" if entry in ledger.corollaries else "by induction, with"
        detail = f"{how} {', '.join(used)}" if used else "by induction, from itself alone"
        return PropertyResult(entry.kind, entry.name, Outcome.PROVED, detail)
    if entry.name in refuted:
        failure = refuted[entry.name].failure
        where = "is false in an initial state of" if failure.initial else "fails after"
        return PropertyResult(entry.kind, entry.name, Outcome.NOT_INDUCTIVE, f"{where} {failure.action.name}")
    if entry.name in ledger.failed:
        failures = [failure for failure in ledger.failures if failure.claim.name == entry.name]
        tried = [failure.action.name for failure in failures if ledger.is_tried(failure)]
        untried = [failure.action.name for failure in failures if not ledger.is_tried(failure)]
        parts: list[str] = []
        for solver in SOLVERS:
            half = [action for action in tried if ledger.proved_by((entry.name, action)) == (solver,)]
            parts += [f"proved by {solver} only for {', '.join(half)}"] if half else []
            tried = [action for action in tried if action not in half]
        parts += [f"no answer for {', '.join(tried)}"] if tried else []
        parts += [f"no time to try {', '.join(untried)}"] if untried else []
        if findings.erring.issuperset(failure.action.name for failure in failures):
            parts = [f"not tried after {', '.join(failure.action.name for failure in failures)}, which may be an error"]
        return PropertyResult(entry.kind, entry.name, Outcome.UNKNOWN, "; ".join(parts))
    if entry.name in ledger.gaps:
        outcome = _outcome_of_gap(entry.name, findings)
        return PropertyResult(entry.kind, entry.name, outcome, _without_name(ledger.gaps[entry.name]))
    rests_on = (*ledger.used.get(entry.name, ()), *_used_to_define(ledger, entry.name))
    missing = [
        f"the ints of `{name}` being at least 0" if name in ledger.naturals else name
        for name in rests_on if name not in proved
    ] or [f"`{name}` being no error" for name in dict.fromkeys(_unsafe_actions(entry.name, ledger, proved))]
    detail = f"rests on {', '.join(dict.fromkeys(missing))}, which is not proved"
    return PropertyResult(entry.kind, entry.name, Outcome.UNKNOWN, detail)


def _evaluations(ledger: Ledger, proved: set[str], findings: Findings) -> list[PropertyResult]:
    """A row for each action in which something might be an error."""
    rows: list[PropertyResult] = []
    actions = {name for name, gap in ledger.gaps.items() if not isinstance(gap.evaluation.owner, ir.Property)}
    for name in sorted(actions):
        outcome = _outcome_of_gap(name, findings)
        rows.append(PropertyResult("definedness", name, outcome, _without_name(ledger.gaps[name])))
    return rows


def _outcome_of_gap(name: str, findings: Findings) -> Outcome:
    found = [entry for entry in findings.undefined if entry.gap.evaluation.name == name]
    if any(entry.gap.evaluation.initial for entry in found):
        return Outcome.ERROR
    return Outcome.NOT_INDUCTIVE if found else Outcome.UNKNOWN


def _without_name(gap: Gap) -> str:
    return gap.words.partition(" ")[2]


# --- in a sentence ------------------------------------------------------------------------------------------------


def _not_inductive(findings: Findings, claimed: Sequence[ir.Property]) -> str:
    found = findings.counterexamples
    later = list(dict.fromkeys(f"`{entry.failure.claim.name}`" for entry in found if not entry.failure.initial))
    parts = [
        f"`{entry.failure.claim.name}` is false in an initial state of `{entry.failure.action.name}`"
        for entry in found if entry.failure.initial
    ]
    has_lemmas = any(entry.kind == "lemma" for entry in claimed)
    if later and has_lemmas:
        parts.append(f"the lemmas are not enough for {', '.join(later)}")
    elif later:
        support = "by itself" if len(claimed) == 1 else "with the invariants alone"
        are = "is" if len(later) == 1 else "are"
        parts.append(f"{', '.join(later)} {are} not inductive {support}, and there is no @lemma")
    if findings.undefined:
        those = "lemmas do" if has_lemmas else "invariants alone do" if claimed else "actions alone do"
        parts.append(f"the {those} not exclude an error: {_undefined(findings.undefined)}")
    message = "; ".join(parts)
    if not later and not findings.undefined:
        return message
    satisfied = f" that satisfies {'it' if len(claimed) == 1 else 'them all'} but" if claimed else ", which"
    return f"{message}: the trace is a counterexample to induction, from a state{satisfied} need not be reachable"


def _undefined(found: Sequence[Undefined]) -> str:
    clauses: list[str] = []
    for entry in found:
        error = entry.error
        said = [] if error is None else [error.message, *(note.message for note in error.notes)]
        clauses.append(entry.gap.words + (f" [{', '.join(said)}]" if said else ""))
    return ", and ".join(clauses)


def _every_size(spec: ir.Spec, goals: Sequence[ir.Property]) -> str:
    sorts = [f"`{sort}`" for sort in spec.sorts if not isinstance(sort, QuorumType)]
    sizes = f"any number of elements of {_listed(sorts)}" if sorts else "every size"
    holds = f"{_listed([f'`{entry.name}`' for entry in goals])} {'holds' if len(goals) == 1 else 'hold'} for {sizes}"
    axioms = [f"`{entry.name}`" for entry in spec.axioms]
    where = f"axiom {axioms[0]} holds" if len(axioms) == 1 else f"axioms {_listed(axioms)} hold" if axioms else ""
    return f"{holds}, where the {where}" if axioms else holds


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _conflicts(ledger: Ledger, findings: Findings) -> list[str]:
    """Where one solver proves what another has a model against, or what the interpreter has seen fail."""
    found = [
        f"{_listed(by.proved_by)} proves {words_of(entry, ledger)}, and {_listed(by.refuted_by)} has a model against it"
        for entry, by in ledger.doubts.items() if by.proved_by and by.refuted_by
    ]
    seen = [key(entry.failure) for entry in findings.counterexamples]
    seen += [(entry.gap.evaluation.name, DEFINED) for entry in findings.undefined]
    return found + [
        f"{_listed(ledger.proved_by(entry))} proves {words_of(entry, ledger)}, and the interpreter has seen it fail"
        for entry in seen if ledger.proved_by(entry)
    ]


def words_of(obligation: Key, ledger: Ledger) -> str:
    """What an obligation is, in words."""
    claim, action = obligation
    if action == COROLLARY:
        return f"that `{claim}` follows from the others"
    if action == DEFINED:
        return f"that `{claim}` is no error"
    if claim in (*ledger.naturals, *ledger.integers):
        return f"that the ints of `{claim}` stay at least 0 after {action}"
    return f"`{claim}` after {action}"


def _failures(ledger: Ledger, obligations: Sequence[ObligationResult]) -> str:
    missing = [key(failure) for failure in ledger.failures if ledger.is_tried(failure)]
    parts: list[str] = []
    half: list[Key] = []
    for solver in SOLVERS:
        every = [*missing, *((name, DEFINED) for name in ledger.gaps)]
        by_it = [entry for entry in every if ledger.proved_by(entry) == (solver,)]
        half += by_it
        parts += [f"proved by {solver} only: {', '.join(words_of(entry, ledger) for entry in by_it)}"] if by_it else []
    shown = [words_of(entry, ledger) for entry in missing if entry not in half]
    parts += [f"no proof and no counterexample to induction: {', '.join(shown)}"] if shown else []
    tried = [
        gap.words for name, gap in ledger.gaps.items()
        if name in ledger.undefined and ledger.undefined[name].rung != "" and (name, DEFINED) not in half
    ]
    if tried:
        gaps = ", and ".join(tried)
        parts.append(f"there is no proof that nothing is an error: {gaps}")
    untried = [entry for entry in obligations if not entry.is_tried]
    if untried:
        names = _listed([f"`{name}`" for name in dict.fromkeys(entry.name for entry in untried)])
        which = f"{len(untried)} of {len(obligations)} obligations"
        parts.append(f"there was no time to try {which}, of {names}")
    return "; ".join(parts)


def _counted(obligations: Sequence[ObligationResult]) -> str:
    """How many there are, how many are open, and how many are known from earlier."""
    left = sum(entry.outcome is not Outcome.PROVED for entry in obligations)
    kept = sum(entry.kept for entry in obligations)
    many = len(obligations)
    words = f"{many} obligation{'' if many == 1 else 's'}, {left} without a proof"
    return f"{words}, {kept} kept from earlier proofs" if kept else words


def _notes(
    spec: ir.Spec, claimed: Sequence[ir.Property], ledger: Ledger, obligations: Sequence[ObligationResult]
) -> tuple[str, ...]:
    notes = [*map(str, spec.warnings), _counted(obligations)]
    proofs = [*ledger.proved.values(), *ledger.defined.values()]
    by_cvc5 = sum("z3" not in result.proved_by and not result.kept for result in proofs)
    if by_cvc5 and not ledger.trust.both:
        notes.append(f"{by_cvc5} of them are proved by cvc5, where z3 has no answer")
    if ledger.integers:
        names = _listed([f"`{name}`" for name in ledger.integers])
        notes.append(f"it is not shown that the ints of {names} stay at least 0: they are any ints in this proof")
    attempted = {entry.name for entry in claimed}
    not_attempted = [entry.name for entry in spec.of_kind(*CLAIMED) if entry.name not in attempted]
    if not_attempted:
        notes.append(f"not attempted: {', '.join(not_attempted)}")
    return tuple(notes)
