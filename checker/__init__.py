"""A model checker for people who invent, vary and teach consensus protocols.

Nothing is imported before one of the names is asked for, so that the command guards against Ctrl-C within its first
lines, and that a spec loads without the engines.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from checker.api import Result, check, infer, load, play, prove, simulate
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
        axiom,
        constraint,
        implies,
        init,
        invariant,
        lemma,
        require,
        step_invariant,
        witness,
    )
    from checker.core.model import Holds, Model, NotProved, NotReached, Proved, Violated
    from checker.core.verdict import Outcome

__all__ = [
    "Bag",
    "BagBound",
    "Bounded",
    "Ghost",
    "Holds",
    "Map",
    "Model",
    "NotProved",
    "NotReached",
    "Ordered",
    "Outcome",
    "Proved",
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
    "axiom",
    "check",
    "constraint",
    "implies",
    "infer",
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

_HOMES = {
    "checker.api": ("Result", "check", "infer", "load", "play", "prove", "simulate"),
    "checker.core.errors": ("UserError",),
    "checker.core.instance": ("BagBound",),
    "checker.core.model": ("Holds", "Model", "NotProved", "NotReached", "Proved", "Violated"),
    "checker.core.verdict": ("Outcome",),
}
"""Where a name is defined that is not one of the language."""


def __getattr__(name: str) -> "Any":
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module `checker` has no attribute `{name}`", name=name, obj=import_module(__name__))
    home = next((module for module, names in _HOMES.items() if name in names), "checker.core.language")
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
