"""What a model expects: is it about what the run checks, and does the verdict meet it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.core.model import Holds, Model, NotReached, Violated
from checker.core.verdict import DEADLOCK, Outcome, Verdict

WHOLE = (Outcome.HOLDS, Outcome.VIOLATED, Outcome.NOT_REACHED)
"""The outcomes of a run that came to its end: of any other one nothing that is expected can be said."""


def check_expectation(model: Model, properties: Sequence[ir.Property], chosen: Sequence[ir.Property]) -> None:
    """Is what `model` expects about one of the `chosen` properties, and can it be said of its kind?

    Raises `UserError` M041 where it is not, with what was meant.
    """
    match model.expect:
        case None | Holds():
            return
        case Violated(property=given):
            name = str(given)  # a model has put names in the place of methods
            if name == DEADLOCK:
                if not model.deadlock:
                    _cannot_be(model, "a deadlock is expected, and none is looked for", "add `deadlock=True`")
                return
            kinds, others = ("invariant", "lemma", "step invariant"), "NotReached"
        case NotReached(witness=given):
            name = str(given)
            kinds, others = ("witness",), "Violated"
    kind_of = {entry.name: entry.kind for entry in properties}
    if name not in kind_of:
        fitting = [known for known, kind in kind_of.items() if kind in kinds]
        listed = ", ".join(f"`{known}`" for known in fitting) or "none"
        _cannot_be(
            model, f"`{model.spec.__name__}` has no property `{name}`, which the model expects something of",
            did_you_mean(name, fitting) or f"it has {listed}",
        )
    if kind_of[name] not in kinds:
        advice = "a constraint is neither violated nor reached"
        if kind_of[name] != "constraint":
            advice = f'what can be expected of it: `{others}("{name}")`'
        _cannot_be(model, f"`{name}` is a {kind_of[name]}, and the model expects {model.expect}", advice)
    if name not in {entry.name for entry in chosen}:
        _cannot_be(model, f"the model expects something of `{name}`, and does not check it", "check it as well")


def _cannot_be(model: Model, message: str, help: str) -> None:
    raise UserError("M041", message, model.place, help=help)


def judged(model: Model, verdict: Verdict) -> Verdict:
    """`verdict` with the answer whether it is what `model` expects, and notes of what differs or was not compared.

    It is to be that of a search from the initial states.  Where that did not come to its end (a limit was reached, it
    was interrupted, the spec has an error), nothing is compared.
    """
    if model.expect is None or verdict.outcome not in WHOLE:
        return verdict
    unmet = unmet_expectation(model, verdict)
    notes = tuple(_not_compared(model, verdict)) if unmet is None else (f"not what the model expects: {unmet}",)
    return replace(verdict, expected=unmet is None, notes=(*verdict.notes, *notes))


def unmet_expectation(model: Model, verdict: Verdict) -> str | None:
    """How `verdict` differs from what `model` expects, in words; None where it does not.

    States are compared with `Holds.orbits` where they were counted up to symmetry, else with `Holds.states`.
    """
    match model.expect:
        case None:
            return None
        case Holds() as expected:
            if verdict.outcome is not Outcome.HOLDS:
                return f"expected that everything holds, and {_found(verdict)}"
            return "; ".join(_different_counts(verdict, expected)) or None
        case Violated(property=given, length=length):
            name = str(given)
            if verdict.outcome is not Outcome.VIOLATED or name not in _wrong(verdict):
                return f"expected a violation of `{name}`, and {_found(verdict)}"
            shown = verdict.counterexamples.get(name) or verdict.wrong
            if length is not None and (found := len(shown[0])) != length:
                return f"expected a trace of {length} states to a violation of `{name}`, found one of {found}"
        case NotReached(witness=given):
            name = str(given)
            if verdict.outcome is not Outcome.NOT_REACHED or _wrong(verdict) != [name]:
                return f"expected that `{name}` is not reached, and {_found(verdict)}"
    return None


def _wrong(verdict: Verdict) -> list[str]:
    """The properties that are violated, or where none is, the witnesses that are not reached."""
    named = [entry.name for entry in verdict.properties if entry.outcome is verdict.outcome]
    shown = verdict.trace.shows if verdict.trace is not None else None
    return named if shown is None or shown in named else [*named, shown]


def _found(verdict: Verdict) -> str:
    """What was found in place of what is expected, naming the properties."""
    names = _wrong(verdict) if verdict.outcome is not Outcome.HOLDS else []
    listed = " and ".join(f"`{name}`" for name in names)
    are = "are" if len(names) > 1 else "is"
    match verdict.outcome:
        case Outcome.VIOLATED:
            assert verdict.trace is not None
            return f"{listed} {are} violated, by a trace of {len(verdict.trace)} states"
        case Outcome.NOT_REACHED:
            return f"{listed} {are} not reached"
        case _:
            ways = [f"`{name}` is reached by {len(trace)} states" for name, trace in verdict.witnesses.items()]
            return ", ".join(["every invariant holds", *ways])


def _different_counts(verdict: Verdict, expected: Holds) -> Iterator[str]:
    found = verdict.statistics
    assert found is not None
    states = expected.orbits if found.orbits else expected.states
    if states is not None and states != found.states:
        yield f"expected {states:,} {'orbits' if found.orbits else 'states'}, found {found.states:,}"
    if expected.depth is not None and expected.depth != found.depth:
        yield f"expected a depth of {expected.depth}, found {found.depth}"


def _not_compared(model: Model, verdict: Verdict) -> Iterator[str]:
    """Which of the expected counts this run does not have."""
    expected, found = model.expect, verdict.statistics
    if not isinstance(expected, Holds) or found is None:
        return
    if found.orbits and expected.orbits is None and expected.states is not None:
        yield (
            f"the expected {expected.states:,} states were not compared, since orbits were counted: "
            "compare them with `--no-symmetry`, or expect `orbits=`"
        )
    if not found.orbits and expected.states is None and expected.orbits is not None:
        yield f"the expected {expected.orbits:,} orbits were not compared, since all states were counted"
