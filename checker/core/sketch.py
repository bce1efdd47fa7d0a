"""A proof as it is taught: what each step of it needs, and what breaks without each lemma."""

from __future__ import annotations

from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.trace import Trace


@struct
class Need:
    """What one obligation needs, and no less: leave anything out, and no proof is found with little effort.

    `after` is the action that keeps the claim; None where the claim follows from the state alone.  `lemmas` are the
    claims that have to hold before it, perhaps the claim itself; `naturals` the variables whose ints have to be at
    least 0; `quorums`: is it needed that quorums share an element?
    """

    claim: str
    after: str | None
    lemmas: tuple[str, ...]
    naturals: tuple[str, ...]
    quorums: bool


@struct
class Hole:
    """What a proof without one lemma comes to.

    `said` is that in a sentence; `trace` shows it, at the sizes of `instance`, and `explanation` says why it ends so.
    `excluded` says why the lemma is false where the trace begins: so no run leads there.  Empty where it is true there.
    """

    lemma: str
    said: str
    trace: Trace | None
    instance: Instance | None
    explanation: tuple[str, ...]
    excluded: tuple[str, ...] = ()
