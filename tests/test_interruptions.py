"""Ctrl-C at any moment from the command's first line on: it says so, ends with 3, and loses nothing that was found."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest

from checker import check, load, simulate
from checker.core.errors import Remark
from checker.core.verdict import Outcome
from checker.engines.proof.induction import prove
from checker.engines.tiers import Tier
from checker.export import graphviz_dot
from checker.frontend.load import load_proof

COMMANDS = {
    "check in Python": ("check", "paxos:large", "--no-symmetry", "--tier", "python"),
    "check in machine code": ("check", "paxos:large", "--no-symmetry", "--tier", "native", "--workers", "2"),
    "check and draw": ("check", "raft", "--out", "pictures"),
    "prove": ("prove", "raft"),
    "prove by two": ("prove", "raft", "--trust", "two"),
    "simulate": ("simulate", "raft:large", "--walks", "1000000"),
    "show": ("show", "paxos:large"),
    "show a graph": ("show", "paxos", "--graph", "--limit", "100000"),
    "explain": ("explain", "paxos:large"),
    "show-code": ("show-code", "raft:large"),
    "list": ("list",),
    "tour": ("tour",),
}

# the child tells when its first line is reached; a process that was started in the background ignores the signal
BEGIN = "import checker.__main__ as entry; print('up', flush=True); entry.run()"


def interrupted(
    arguments: Sequence[str], seconds: float, folder: Path, *, number: int = signal.SIGINT, presses: int = 1
) -> tuple[int, str, str, float]:
    """Presses Ctrl-C so long after the first line: status, standard output and error, and how long the end took."""
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    time.sleep(seconds)
    began = time.monotonic()
    for _ in range(presses):
        process.send_signal(number)
        time.sleep(0.01)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err, time.monotonic() - began


def check_end(arguments: Sequence[str], seconds: float, folder: Path, **more: int) -> None:
    """Either it says that it was interrupted, or it was through before."""
    status, out, err, _ = interrupted(arguments, seconds, folder, **more)
    told = f"{' '.join(arguments)} after {seconds:.3f} s: {status}\n{out}\n{err}"
    if status == -signal.SIGINT and "checker" not in err:
        return  # it came before our first line
    assert "Traceback" not in err, told
    assert "Exception ignored" not in err, told
    if status == 3:
        assert "interrupted" in out + err, told
    else:
        assert status == 0, told
        assert "interrupted" not in out + err, told


@pytest.mark.parametrize("seconds", [0.01, 1.0])
@pytest.mark.parametrize("command", ["check in machine code", "prove", "prove by two", "show", "explain"])
def test_an_interruption_is_told_as_one(command: str, seconds: float, tmp_path: Path) -> None:
    check_end(COMMANDS[command], seconds, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_an_interruption_at_a_random_moment_is_told_as_one(command: str, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    moments = random.Random(seed)
    for _ in range(20):
        seconds, presses = moments.choice((0.01, 0.3, 3.0)) * moments.random(), moments.choice((1, 1, 2, 6))
        check_end(COMMANDS[command], seconds, tmp_path, presses=presses)


@pytest.mark.parametrize("command", ["check in Python", "check in machine code"])
def test_a_second_interruption_while_ending_is_no_traceback(command: str, tmp_path: Path) -> None:
    check_end(COMMANDS[command], 0.8, tmp_path, presses=3)


def test_a_request_to_terminate_is_an_interruption(tmp_path: Path) -> None:
    check_end(COMMANDS["check in machine code"], 0.8, tmp_path, number=signal.SIGTERM)


def test_a_spec_that_swallows_the_interruption_is_interrupted_again(tmp_path: Path) -> None:
    (tmp_path / "stubborn.py").write_text(
        "import time\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    pass\ntime.sleep(60)\n"
    )
    status, out, _, seconds = interrupted(["check", "stubborn.py", "--json"], 1.0, tmp_path)
    assert (status, json.loads(out)["verdict"]) == (3, "interrupted")
    assert seconds < 30


def test_what_does_not_return_from_c_is_ended_from_outside(tmp_path: Path) -> None:
    # no signal wakes the main thread, and other threads may run: as in a library that computes
    block = "library.pthread_sigmask(0, bytes([255] * 128), None)"
    (tmp_path / "in_c.py").write_text(f"import ctypes\nlibrary = ctypes.CDLL(None)\n{block}\nlibrary.sleep(60)\n")
    status, out, err, seconds = interrupted(["check", "in_c.py"], 1.0, tmp_path)
    assert status == 3, out + err
    assert "interrupted" in err
    assert seconds < 50


DOT = "#!/bin/bash\necho $$ >> {folder}/started\nsleep 100\n"


def test_no_dot_outlives_the_command(tmp_path: Path) -> None:
    dot = tmp_path / "bin" / "dot"
    dot.parent.mkdir()
    dot.write_text(DOT.format(folder=tmp_path))
    dot.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "checker", "check", "paxos_forgotten_promise", "--out", "out"], cwd=tmp_path,
        env={**os.environ, "PATH": f"{dot.parent}:{os.environ['PATH']}"}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    started = tmp_path / "started"
    while not (started.exists() and started.read_text().endswith("\n")):
        time.sleep(0.05)
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "agreement is violated" in out  # what was found is told all the same
    assert "interrupted" in err
    assert not running_in_session(int(started.read_text().split()[0]))


def running_in_session(session: int) -> list[str]:
    """The processes of a session that have not ended; one that was killed ends in a while."""
    for _ in range(100):
        if not (told := _running_now(session)):
            break
        time.sleep(0.05)
    return told


def _running_now(session: int) -> list[str]:
    told: list[str] = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended since
            _, _, rest = entry.read_text().rpartition(")")
            state, _, _, its = rest.split()[:4]
            if int(its) == session and state != "Z":
                told.append(entry.read_text())
    return told


class Stop:
    """Presses Ctrl-C, as it were, as soon as Python calls a function of this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_done = False

    def __enter__(self) -> None:
        sys.setprofile(self)

    def __exit__(self, *raised: object) -> None:
        sys.setprofile(None)

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_name == self.name and not self.is_done:
            self.is_done = True
            raise KeyboardInterrupt


@pytest.mark.parametrize("tier", ["python", "native"])
def test_an_interruption_while_a_trace_is_confirmed_leaves_the_counts_and_claims_nothing(tier: Tier) -> None:
    model = load("paxos_forgotten_promise")
    with Stop("replay"):
        result = check(model, tier=tier)
    assert result.outcome is Outcome.INTERRUPTED
    assert result.statistics is not None and result.statistics.states > 0
    assert (result.trace, dict(result.witnesses)) == (None, {})
    assert {entry.outcome for entry in result.properties} == {Outcome.UNKNOWN}
    with Stop("replay"):
        assert simulate(model, walks=10_000, tier=tier).outcome is Outcome.INTERRUPTED
    assert check(model, tier=tier).outcome is Outcome.VIOLATED


def test_an_interruption_while_machine_code_is_made_leaves_what_python_found() -> None:
    model = replace(load("paxos:large"), expect=None)
    with Stop("search_in_machine_code"):
        result = check(model)
    assert result.outcome is Outcome.INTERRUPTED
    assert result.statistics is not None and result.statistics.states >= 10_000
    with Stop("walk_in_machine_code"):
        walked = simulate(model, walks=10_000)
    assert walked.outcome is Outcome.INTERRUPTED
    assert walked.statistics is not None and 0 < (walked.statistics.walks or 0) < 10_000


def test_a_dot_that_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dot = tmp_path / "dot"
    dot.write_text(DOT.format(folder=tmp_path))
    dot.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(graphviz_dot, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(graphviz_dot, "_is_slow", False)
    with pytest.warns(Remark, match="longer than"):
        assert graphviz_dot.drawn_by_dot("digraph {}") is None
    assert not running_in_session(int((tmp_path / "started").read_text().split()[0]))
    assert graphviz_dot.drawn_by_dot("digraph {}") is None  # it is not asked again


def test_an_interrupted_proof_says_proved_only_of_what_is() -> None:
    proof = load_proof("paxos").typed()
    whole = {entry.name for entry in prove(proof).properties if entry.outcome is Outcome.PROVED}

    def stop(claim: str) -> None:
        seen.append(claim)
        if len(seen) == count:
            raise KeyboardInterrupt

    for count in (1, 2, 4, 100):
        seen: list[str] = []
        verdict = prove(proof, progress=stop)
        proved = {entry.name for entry in verdict.properties if entry.outcome is Outcome.PROVED}
        if len(seen) < count:
            assert proved == whole
            continue
        assert verdict.outcome is Outcome.INTERRUPTED
        assert "stopped by hand" in verdict.message
        assert proved < whole
        assert count > 1 or not proved  # nothing was through yet
        names = {entry.name for entry in verdict.properties}
        for entry in verdict.properties:
            if entry.outcome is Outcome.PROVED:  # and so is what it rests on
                assert names & set(entry.detail.replace(",", " ").split()) <= proved
