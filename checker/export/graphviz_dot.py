"""The program `dot`, where it is installed: it may fail in any way, and is never waited for in vain."""

from __future__ import annotations

import os
import subprocess
import warnings
from contextlib import suppress
from signal import SIGKILL

from checker.core.errors import Remark

PATIENCE_SECONDS = 30.0
"""For one graph.  After the first one that takes longer `dot` is not asked again."""

_is_slow = False


def drawn_by_dot(source: str) -> str | None:
    """A graph in the dot language as the text of an SVG file; None where there is no `dot`, or where it fails.

    A failure is told as a `Remark`: whoever asks has another way to draw.
    """
    global _is_slow
    if _is_slow:
        return None
    try:
        drawn = _run(source)
    except FileNotFoundError:
        return None
    except subprocess.TimeoutExpired:
        _is_slow = True
        return _failed(f"it took longer than {PATIENCE_SECONDS:.0f} s")
    except OSError as problem:
        return _failed(problem.strerror or str(problem))
    except subprocess.CalledProcessError as problem:
        last = problem.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        return _failed(f"it ended with status {problem.returncode}" + (f": {last}" if last else ""))
    return drawn if "<svg" in drawn else _failed("it wrote no picture")


def _failed(reason: str) -> None:
    warnings.warn(f"Graphviz is not used, since `dot` failed: {reason}", Remark, stacklevel=2)


def _run(source: str) -> str:
    command = ["dot", "-Kdot", "-Tsvg"]
    pipe = subprocess.PIPE
    # in a group of its own, so that it ends with whatever it has started
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as process:
        try:
            drawn, complaint = process.communicate(source.encode(), PATIENCE_SECONDS)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, SIGKILL)
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, drawn, complaint)
    return drawn.decode(errors="replace")
