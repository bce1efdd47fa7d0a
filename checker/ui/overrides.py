"""`--set NAME=VALUE`: a model with another size, bound or constant."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.core.instance import BagBound
from checker.core.language import Quorum, Sort, Spec
from checker.core.model import Bound, Model
from checker.core.types import BagType, BoolType, IntType, SeqType, Type, parts
from checker.frontend.elaborate import elaborate


def with_settings(model: Model, settings: Iterable[str]) -> Model:
    """`model` changed as the settings say, and without what it was expected to give.

    A name is that of a sort (`Acceptor=5`, `Value=x,y`), a family of quorums (`Majority=2`: all sets of that size), a
    bound (`log=2`, `index=0..3`, `net=2` or `net=2x1` for a bag of two different messages, one copy each), or a
    constant of the spec (`restarts=true`).  Raises `UserError` C004 or C005.
    """
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name or not text:
            raise UserError("C004", f"`--set {setting}` is not of the form NAME=VALUE", help="--set Acceptor=5")
        model = replace(_with_setting(model, name.strip(), text.strip()), expect=None)
    return model


def _with_setting(model: Model, name: str, text: str) -> Model:
    if name in (constants := _constants(model.spec)):
        return replace(model, constants={**model.constants, name: _constant(name, text, constants[name])})
    spec = elaborate(model.spec, model.constants)
    families = {sort.__name__: sort for sort in _classes(model.spec, Quorum)}
    if name in families:
        return replace(model, quorums={**model.quorums, families[name]: _integer(name, text)})
    sorts = {sort.__name__: sort for sort in _classes(model.spec, Sort) if sort.__name__ not in families}
    if name in sorts:
        size = int(text) if re.fullmatch(r"-?\d+", text) else tuple(label.strip() for label in text.split(","))
        return replace(model, sizes={**model.sizes, sorts[name]: size})
    bounds = _bounds(spec)
    if name in bounds:
        return replace(model, bounds={**model.bounds, name: _bound(name, text, bounds[name])})
    known = [*constants, *sorts, *families, *bounds]
    raise UserError(
        "C005",
        f"`{spec.name}` has nothing named `{name}` to set",
        help=did_you_mean(name, known) or "what can be set: " + ", ".join(f"`{entry}`" for entry in known),
    )


def _constants(spec: type[Spec]) -> dict[str, bool | int]:
    return {
        name: value
        for base in reversed(spec.__mro__)
        for name, value in vars(base).items()
        if isinstance(value, bool | int) and not name.startswith("_")
    }


def _classes(spec: type[Spec], kind: type[Sort]) -> list[type[Any]]:
    """The classes of this kind that the modules of a spec and of its bases can see."""
    modules = [sys.modules[base.__module__] for base in reversed(spec.__mro__) if issubclass(base, Spec)]
    found = {
        value: None
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, kind) and value.__module__ != Sort.__module__
    }
    return list(found)


def _bounds(spec: ir.Spec) -> dict[str, Type]:
    """What a model can bound: the ints, sequences and bags of state variables and parameters, by name of the bound."""
    declared = [variable.type for variable in spec.variables]
    declared += [parameter.type for action in (*spec.initial, *spec.actions) for parameter in action.parameters]
    return {
        part.bound: part
        for type in declared
        for part in parts(type)
        if isinstance(part, IntType | SeqType | BagType) and part.bound is not None
    }


def _constant(name: str, text: str, current: bool | int) -> bool | int:
    if not isinstance(current, bool):
        return _integer(name, text)
    if text.lower() not in ("true", "false"):
        raise _wrong_value(name, text, f"{BoolType()}: true or false")
    return text.lower() == "true"


def _bound(name: str, text: str, type: Type) -> Bound:
    if isinstance(type, IntType):
        if not (match := re.fullmatch(r"(-?\d+)\.\.(-?\d+)", text)):
            raise _wrong_value(name, text, "the least and the greatest value: 0..3")
        return int(match[1]), int(match[2])
    if isinstance(type, BagType):
        if not (match := re.fullmatch(r"(\d+)(?:x(\d+))?", text)):
            raise _wrong_value(name, text, "how many different items, and how many copies of each: 3 or 3x2")
        return BagBound(int(match[1]), int(match[2] or 1))
    return _integer(name, text)


def _integer(name: str, text: str) -> int:
    if not re.fullmatch(r"-?\d+", text):
        raise _wrong_value(name, text, "a whole number")
    return int(text)


def _wrong_value(name: str, text: str, expected: str) -> UserError:
    return UserError("C004", f"`{text}` is no value for `{name}`", help=f"give {expected}")
