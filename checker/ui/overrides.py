"""`--set NAME=VALUE`: a model with another size, bound or constant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from checker.core.errors import UserError, did_you_mean
from checker.core.instance import BagBound
from checker.core.language import Quorum, Sort, Spec
from checker.core.model import Bound, Model, Size
from checker.core.names import as_name
from checker.core.structs import struct
from checker.core.types import BagType, IntType, QuorumType, SeqType, SortType
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import needed_bounds
from checker.frontend.small import classes_of_sorts

MOST_DIGITS = 100
"""A number on the command line has at most so many."""


def with_settings(model: Model, settings: Iterable[str]) -> Model:
    """`model` changed as the settings say, and without what it was expected to give.

    A name is that of a sort (`Acceptor=5`, or at least two labels, `Value=x,y`), a family of quorums (`Majority=2`: all
    sets of that size), a bound (`log=2`, `index=0..3`, `net=2` or `net=2x1` for a bag of two different messages, one
    copy each), or a constant of the spec (`restarts=true`).  Raises `UserError` C004 for a value that does not fit, and
    C005 for an unknown name.
    """
    given: set[str] = set()
    for setting in map(as_name, [settings] if isinstance(settings, str) else settings):
        name, _, text = (part.strip() for part in setting.partition("="))
        if not name or not text:
            raise UserError(
                "C004", f"`--set {setting}` is not of the form NAME=VALUE",
                help=f"for example `--set {name or 'Acceptor'}={text or '3'}`",
            )
        if name in given:
            raise UserError("C004", f"`{name}` is set twice", help="give it one value")
        given.add(name)
        model = replace(_with_setting(model, name, text), expect=None)
    return model


@struct
class _Settable:
    """What can be set in a model, by name."""

    constants: Mapping[str, bool | int]
    sorts: Mapping[str, type[Sort]]
    families: Mapping[str, type[Quorum[Any]]]
    bounds: Mapping[str, IntType | SeqType | BagType]

    @staticmethod
    def of(model: Model) -> _Settable:
        spec = elaborate(model.spec, model.constants)
        families = [sort.name for sort in spec.sorts if isinstance(sort, QuorumType)]
        sorts = [sort.name for sort in spec.sorts if isinstance(sort, SortType)]
        return _Settable(
            _constants(model.spec), _classes(model, sorts), _classes(model, families), needed_bounds(spec)
        )


def _with_setting(model: Model, name: str, text: str) -> Model:
    settable = _Settable.of(model)
    if not re.fullmatch(r"[\w.]+", name) or not _is_settable(name, settable):
        known = [*settable.constants, *settable.sorts, *settable.families, *settable.bounds]
        raise UserError(
            "C005",
            f"`{model.spec.__name__}` has nothing named `{name}` to set",
            help=_meant(name, known) or "what can be set: " + (", ".join(f"`{entry}`" for entry in known) or "nothing"),
        )
    if "=" in text and (separated := _separated(name, text)) is not None:
        raise _wrong_value(name, text, separated)
    if name in settable.constants:
        return replace(
            model, constants={**model.constants, name: _constant(name, text, settable.constants[name])}
        )
    if name in settable.families:
        count = _whole(name, text, f"how many members its sets have: `--set {name}=2`")
        return replace(model, quorums={**model.quorums, settable.families[name]: count})
    if name in settable.sorts:
        return replace(model, sizes={**model.sizes, settable.sorts[name]: _size(name, text)})
    return replace(model, bounds={**model.bounds, name: _bound(name, text, settable.bounds[name])})


def _is_settable(name: str, settable: _Settable) -> bool:
    return any(name in group for group in (settable.constants, settable.sorts, settable.families, settable.bounds))


def _meant(name: str, known: Collection[str]) -> str | None:
    """The name that was meant, perhaps in other letters."""
    same = next((entry for entry in known if entry.lower() == name.lower()), None)
    return did_you_mean(name, known) if same is None else f"did you mean `{same}`?"


def _separated(name: str, text: str) -> str | None:
    """How several settings in one are written: those in `P=3,B=2`; None where these are not several."""
    settings = [name + "="]
    for piece in re.split(r"[,;\s]+", text):
        if "=" in piece:
            settings.append(piece)
        else:
            settings[-1] += piece if settings[-1].endswith("=") else f",{piece}"
    if not all(re.fullmatch(r"[\w.]+=[^=]+", setting) for setting in settings):
        return None
    return "one name in each: `" + " ".join(f"--set {setting}" for setting in settings) + "`"


def _constants(spec: type[Spec]) -> dict[str, bool | int]:
    return {
        name: value
        for base in reversed(spec.__mro__)
        for name, value in vars(base).items()
        if isinstance(value, bool | int) and not name.startswith("_")
    }


def _classes(model: Model, names: Collection[str]) -> dict[str, type[Any]]:
    """The sorts of these names, as the model or the modules of its spec and of the spec's bases know them."""
    given: dict[str, type[Any]] = {cls.__name__: cls for cls in (*model.sizes, *model.quorums)}
    classes = given | classes_of_sorts(model.spec)
    return {name: classes[name] for name in names if name in classes}


def _size(name: str, text: str) -> Size:
    """A number of elements, or the labels of at least two."""
    if re.fullmatch(r"-?[0-9]+", text):
        return _number(name, text)
    form = f"a whole number, `--set {name}=3`, or the labels of two or more elements, `--set {name}=a,b`"
    labels = tuple(label.strip() for label in text.split(","))
    wrong = next((label for label in labels if not label.isidentifier()), None)
    if len(labels) < 2:
        raise _wrong_value(name, text, form)
    if wrong is not None:
        raise UserError("C004", f"`--set {name}={text}`: {_as_label(wrong)} is no label", help=f"give {form}")
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise UserError("C004", f"`--set {name}={text}`: `{twice}` is there twice", help=f"give {form}")
    return labels


def _as_label(text: str) -> str:
    return f"`{text}`" if text else "nothing between two commas"


def _constant(name: str, text: str, current: bool | int) -> bool | int:
    if not isinstance(current, bool):
        return _whole(name, text, f"a whole number: `--set {name}=3`")
    if text.lower() not in ("true", "false"):
        raise _wrong_value(name, text, f"true or false: `--set {name}={str(not current).lower()}`")
    return text.lower() == "true"


def _bound(name: str, text: str, type: IntType | SeqType | BagType) -> Bound:
    match type:
        case IntType():
            form = f"the least and the greatest value of an int: `--set {name}=0..3`"
            if not (match := re.fullmatch(r"(-?[0-9]+)\s*\.\.\s*(-?[0-9]+)", text)):
                raise _wrong_value(name, text, form)
            low, high = _number(name, match[1]), _number(name, match[2])
            if low > high:
                raise _wrong_value(name, text, form)
            return low, high
        case BagType():
            form = f"how many different items there may be, and copies of each: `--set {name}=3` or `{name}=3x2`"
            match = re.fullmatch(r"([0-9]+)(?:x([0-9]+))?", text)
            bound = BagBound(_number(name, match[1]), _number(name, match[2] or "1")) if match else BagBound(0)
            if bound.distinct < 1 or bound.copies < 1:
                raise _wrong_value(name, text, form)
            return bound
        case SeqType():
            form = f"the greatest length of a sequence: `--set {name}=2`"
            if (length := _whole(name, text, form)) < 0:
                raise _wrong_value(name, text, form)
            return length


def _whole(name: str, text: str, form: str) -> int:
    """The whole number that the text is.  Raises `UserError` C004 with the `form` that is meant."""
    if not re.fullmatch(r"-?[0-9]+", text):
        raise _wrong_value(name, text, form)
    return _number(name, text)


def _number(name: str, digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise UserError("C004", f"`--set {name}=...`: a number of {len(digits):,} digits is too large")
    return int(digits)


def _wrong_value(name: str, text: str, form: str) -> UserError:
    return UserError("C004", f"`{text}` is no value for `{name}`", help=f"give {form}")
