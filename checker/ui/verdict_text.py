"""A verdict as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.text import Text

from checker.core.verdict import ActionStatistics, ObligationResult, Outcome, Statistics, Verdict

STYLES = {0: "bold green", 1: "bold red", 2: "bold red", 3: "bold yellow", 4: "bold red"}
"""By exit status."""


def verdict_lines(verdict: Verdict) -> Iterator[Text]:
    """What was established and for what, the properties, the counts, and what a careful reader should know besides."""
    yield Text.assemble((f"{verdict.heading}: ", "bold"), (verdict.wording, STYLES[verdict.exit_status]))
    if verdict.parameters and verdict.parameters.bounds:
        yield Text(f"  within {verdict.parameters.limits}")
    if verdict.message:
        yield Text(f"  {verdict.message}")
    yield from _property_lines(verdict)
    yield from _obligation_lines([entry for entry in verdict.obligations if entry.hypotheses is not None])
    if verdict.statistics:
        yield from _statistics_lines(verdict.statistics)
    yield from _note_lines(verdict.notes)


def _property_lines(verdict: Verdict) -> Iterator[Text]:
    kind_width = max((len(entry.kind) for entry in verdict.properties), default=0)
    name_width = max((len(entry.name) for entry in verdict.properties), default=0)
    for entry in verdict.properties:
        witness = verdict.witnesses.get(entry.name)
        detail = entry.detail or (f"by {len(witness)} states" if witness else "")
        yield Text.assemble(
            f"  {entry.kind:<{kind_width}}  {entry.name:<{name_width}}  ",
            (entry.outcome.value, STYLES[entry.outcome.exit_status]),
            f" ({detail})" if detail else "",
        )


def _obligation_lines(obligations: Sequence[ObligationResult]) -> Iterator[Text]:
    """The obligations that are looked at: how they came out, what they may assume (once for those that may assume the
    same), and what their proofs need of that."""
    assumed: tuple[str, ...] = ()
    for entry in obligations:
        if entry.hypotheses and entry.hypotheses != assumed:
            assumed = entry.hypotheses
            yield Text(f"  from the hypotheses {', '.join(assumed)}:")
        when = " in an earlier proof" if entry.kept else ""
        outcome = "proved" if entry.outcome is Outcome.PROVED else entry.outcome.value
        needed = f", needs {', '.join(entry.core) or 'nothing'}" if entry.core is not None else ""
        yield Text.assemble(
            f"  {_obligation_words(entry)}  ", (outcome, STYLES[entry.outcome.exit_status]),
            f" ({entry.seconds:.2f} s{when}{needed})" if entry.is_tried else " (there was no time to try it)",
        )


def _obligation_words(entry: ObligationResult) -> str:
    match entry.obligation:
        case "no error":
            return f"{entry.name} is no error"
        case "follows":
            return f"{entry.name} follows from the others"
        case "initially":
            return f"{entry.name} initially, by {entry.action}"
        case _:
            return f"{entry.name} after {entry.action}"


def _statistics_lines(statistics: Statistics) -> Iterator[Text]:
    unit = "orbits of states" if statistics.orbits else "states"
    counts = [
        f"{statistics.states:,} {unit}" if statistics.walks is None else _walked(statistics.walks, statistics.states),
        f"{statistics.generated:,} generated",
        f"depth {statistics.depth}",
        f"{statistics.terminal:,} terminal",
    ]
    if statistics.queue:
        counts.append(f"{statistics.queue:,} not expanded")
    if statistics.outside_constraint:
        counts.append(f"{statistics.outside_constraint:,} steps outside the constraint")
    yield Text(f"  {', '.join(counts)}, {statistics.seconds:.1f} s")
    if statistics.most_steps:
        yield Text(f"  {statistics.mean_steps:.1f} steps from a state on average, {statistics.most_steps:,} at most")
    yield from _action_lines(statistics.actions)


def _walked(walks: int, states: int) -> str:
    return f"{walks:,} walks, {states:,} states passed"


def _action_lines(actions: Mapping[str, ActionStatistics]) -> Iterator[Text]:
    """A table; a column of zeros, or of counts that are not known, is left out."""
    columns = {
        "steps": [action.generated for action in actions.values()],
        "new states": [action.distinct or 0 for action in actions.values()],
        "cut": [action.cut for action in actions.values()],
    }
    shown = {title: counts for title, counts in columns.items() if any(counts)}
    if not shown:
        return
    width = max(6, *(len(name) for name in actions))
    yield Text(f"  {'action':<{width}}" + "".join(f"  {title:>12}" for title in shown), style="dim")
    for name, counts in zip(actions, zip(*shown.values(), strict=True), strict=True):
        yield Text(f"  {name:<{width}}" + "".join(f"  {count:>12,}" for count in counts))


def _note_lines(notes: Iterable[str]) -> Iterator[Text]:
    for note in notes:
        yield Text.assemble("  ", ("note: ", "yellow"), note)


