"""Spin and TLC on the twins of our Paxos, exact and as fast as they can be made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from measure import Run, fastest

from checker.engines.processors import processors

TWINS = Path(__file__).with_name("twins")

COMPILE_PAN = (
    "gcc", "-O3", "-march=native", "-w",
    "-DSAFETY", "-DNOFAIR",  # no cycles are looked for
    "-DNOREDUCE",  # all states: partial order reduction finds nothing to leave out in one process
    "-DNOCOMP", "-DNOBOUNDCHECK",  # states whole as they are, and no tests of indices
    "-o", "pan", "pan.c",
)
"""Exact: no bit-state hashing, no hash compaction.  Searches breadth-first or on two cores were slower."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that has ended: all that it printed, and its seconds of CPU.

    `seconds` on the clock, from the first line with the text that was waited for (else from the start).
    """

    text: str
    seconds: float
    cpu: float


def run_measured(command: Sequence[str], folder: Path, begins: str = "") -> Ended:
    """Runs a command to its end.  Raises `RuntimeError` where it fails."""
    clock, lines = perf_counter(), list[str]()
    began = None
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if begins and began is None and begins in line:
                began = perf_counter()
            lines.append(line)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = perf_counter() - (began or clock)
    text = "".join(lines)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{text}")
    return Ended(text, seconds, used.ru_utime + used.ru_stime)


def has_spin() -> bool:
    """Are Spin and its compiler installed?"""
    return shutil.which("spin") is not None and shutil.which("gcc") is not None


def tlc_jar() -> str | None:
    """The jar that `TLC_JAR` names."""
    return os.environ.get("TLC_JAR") if shutil.which("java") else None


def spin(ballots: int, expected: int) -> tuple[Run, float]:
    """Spin's search, and the seconds to generate and compile it; `expected` states give the size of its table.

    A table of two to four slots a state was the fastest.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generating = run_measured(("spin", f"-DBALLOTS={ballots}", "-a", str(TWINS / "paxos.pml")), folder)
        compiling = run_measured(COMPILE_PAN, folder)
        search = ("./pan", f"-w{expected.bit_length() + 1}", "-m1000")
        ended = fastest(lambda: run_measured(search, folder), lambda ended: ended.seconds)
    if "errors: 0" not in ended.text or "Search not completed" in ended.text:
        raise RuntimeError(ended.text)
    run = Run(
        tool="spin",
        states=_number(_found(r"(\d+) states, stored", ended.text)),
        generated=_number(_found(r"(\d+) transitions", ended.text)) + 1,
        depth=None,  # Spin's is that of a depth-first search
        complete=True,
        seconds=ended.seconds,
        cpu=ended.cpu,
        memory=round(float(_found(r"([\d.]+)\s+memory usage \(Mbyte\)", ended.text)) * (1 << 20)),
    )
    return run, generating.seconds + compiling.seconds


def tlc(ballots: int, symmetry: bool, limit: float | None) -> Run:
    """TLC's search with all processors, stopped after about `limit` seconds.

    The clock starts when TLC has read its input; CPU is that of the whole Java machine.
    """
    jar = tlc_jar()
    assert jar is not None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(TWINS / "Paxos.tla", folder)
        (folder / "Paxos.cfg").write_text(_configuration(ballots, symmetry))
        command = [
            "java", "-XX:+UseParallelGC", *([] if limit is None else [f"-Dtlc2.TLC.stopAfter={limit:.0f}"]),
            "-cp", jar, "tlc2.TLC", "-deadlock", "-workers", str(processors()), "Paxos.tla",
        ]
        ended = run_measured(command, folder, begins="Computing initial states")
    if "No error has been found" not in ended.text:
        raise RuntimeError(ended.text)
    generated, states, queue = re.findall(
        r"([\d,]+) states generated.*?, ([\d,]+) distinct states found.*?, ([\d,]+) states left on queue", ended.text
    )[-1]
    complete = queue == "0"  # TLC calls a search completed that it has stopped
    return Run(
        tool=f"tlc, {processors()}",
        states=_number(states),
        generated=_number(generated),
        depth=int(_found(r"depth of the complete state graph search is (\d+)", ended.text)) if complete else None,
        complete=complete,
        seconds=ended.seconds,
        cpu=ended.cpu,
        memory=None,  # the heap grows as it pleases
    )


def _configuration(ballots: int, symmetry: bool) -> str:
    return f"""
        SPECIFICATION Spec
        CONSTANTS Acceptor = {{a1, a2, a3}} Value = {{v1, v2}} Ballots = {ballots} None = None
        INVARIANT Agreement
        {"SYMMETRY Symmetry" if symmetry else ""}
    """


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(text)
    return found[1]


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def versions() -> list[str]:
    """What there is to compare with."""
    found: list[str] = []
    if has_spin():
        found += [_line_with("ersion", "spin", "-V"), _line_with("gcc", "gcc", "--version")]
    jar = tlc_jar()
    if jar is not None:
        found += [_line_with("ersion", "java", "-cp", jar, "tlc2.TLC"), _line_with("ersion", "java", "-version")]
    return found


def _line_with(word: str, *command: str) -> str:
    """The first line with the word that a command prints."""
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return next((line.strip() for line in ended.stdout.splitlines() if word in line), f"{command[0]}: no version")
