"""A model checker for people who invent, vary and teach consensus protocols.

The names of the language are imported at once; the engines only when one of them is used, so that a spec loads fast.
"""

from typing import TYPE_CHECKING, Any

from checker.core.errors import UserError
from checker.core.instance import BagBound
from checker.core.language import (
    Bag,
    Bounded,
    Ghost,
    Map,
    Ordered,
    Quorum,
    Record,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    constraint,
    implies,
    init,
    invariant,
    lemma,
    require,
    step_invariant,
    witness,
)
from checker.core.model import Holds, Model, NotReached, Violated
from checker.core.verdict import Outcome

if TYPE_CHECKING:
    from checker.api import Result, check, load, play, prove, simulate

__all__ = [
    "Bag",
    "BagBound",
    "Bounded",
    "Ghost",
    "Holds",
    "Map",
    "Model",
    "NotReached",
    "Ordered",
    "Outcome",
    "Quorum",
    "Record",
    "Result",
    "Seq",
    "Set",
    "Sort",
    "Spec",
    "UserError",
    "Violated",
    "action",
    "check",
    "constraint",
    "implies",
    "init",
    "invariant",
    "lemma",
    "load",
    "play",
    "prove",
    "require",
    "simulate",
    "step_invariant",
    "witness",
]

_ENGINES = {"Result", "check", "load", "play", "prove", "simulate"}


def __getattr__(name: str) -> Any:
    if name not in _ENGINES:
        raise AttributeError(f"module `checker` has no attribute `{name}`")
    from checker import api

    return getattr(api, name)
