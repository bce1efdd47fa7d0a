"""What a person sees while a search runs: a line that renews itself on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic

from checker.engines.progress import Progress, Report
from checker.ui.console import messages

PLAIN_SECONDS = 10
"""Between two plain lines, at least."""


@contextmanager
def progress_shown() -> Generator[Report]:
    """A function that shows a report, for as long as the block lasts."""
    with _lines_shown("exploring ...") as show:
        yield lambda progress: show(progress.seconds, progress_line(progress))


@contextmanager
def proof_progress_shown(seconds: float, beginning: str = "proving ...") -> Generator[Callable[[str], None]]:
    """The same for what a proof tells: a function of a line.  `seconds` is the limit of the proof."""
    start = monotonic()

    def line(told: str) -> None:
        spent = monotonic() - start
        show(spent, f"{spent:5.0f} s: {told}, at most {max(0.0, seconds - spent):.0f} s left")

    with _lines_shown(beginning) as show:
        yield line


@contextmanager
def _lines_shown(beginning: str) -> Generator[Callable[[float, str], None]]:
    """A function that shows a line, told so many seconds after the start."""
    console = messages()
    if not console.is_terminal:
        latest = -float(PLAIN_SECONDS)  # the first report is printed at once

        def print_sometimes(seconds: float, line: str) -> None:
            nonlocal latest
            if seconds >= latest + PLAIN_SECONDS:
                latest = seconds
                console.print(line)

        yield print_sometimes
        return
    with console.status(beginning) as status:
        yield lambda seconds, line: status.update(line)


def progress_line(progress: Progress) -> str:
    """One line: how much was found, how fast, how deep, how much is left to expand, and the room that it takes."""
    if progress.walks is None:
        found = f"{progress.states:,} states, depth {progress.depth}, {progress.queue:,} to expand"
    else:
        found = f"{progress.walks:,} walks, {progress.states:,} states passed, depth {progress.depth}"
    return f"{progress.seconds:5.0f} s: {found}, {progress.rate:,.0f} generated/s{_room(progress)}"


def _room(progress: Progress) -> str:
    """The memory that is taken, how full it is with states, and what is on disk."""
    memory = f", {_mebibytes(progress.memory)}" if progress.memory else ""
    fullness = f" ({progress.fullness:.0%} full)" if memory and progress.fullness else ""
    return memory + fullness + (f", {_mebibytes(progress.disk)} on disk" if progress.disk else "")


def _mebibytes(count: int) -> str:
    return f"{count / 2**20:,.0f} MiB"
