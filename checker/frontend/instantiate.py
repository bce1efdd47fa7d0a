"""From a model to an instance: every size the spec needs, checked and resolved to names."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NoReturn, cast

from checker.core import ir
from checker.core.errors import Note, Span, UserError, did_you_mean, with_article
from checker.core.given import counted, items_of, shown
from checker.core.instance import BagBound, Instance, prefixes_of
from checker.core.names import as_name
from checker.core.model import Bound, Model, QuorumSets, Size
from checker.core.structs import struct
from checker.core.types import BagType, IntType, QuorumType, SeqType, SortType, Type, parts


LARGEST_SORT = 10_000
"""A sort has at most so many elements in a model: a search looks at each of them in every state."""

LARGEST_FAMILY = 10_000
"""A family of quorums has at most so many sets in a model: a search looks at each of them, too."""

LARGEST_INT = 10**1_000
"""An end of a range is no further from 0; Python does not write numbers that are much longer."""

LABELS_SHOWN = 10
"""Elements that a message lists."""


def instantiate(model: Model, spec: ir.Spec) -> Instance:
    """The instance that `model` makes of `spec`.  Raises `UserError` (M codes) for what is missing or does not fit."""
    sorts = [sort for sort in spec.sorts if isinstance(sort, SortType)]
    quorums = [sort for sort in spec.sorts if isinstance(sort, QuorumType)]
    sizes = {cls.__name__: size for cls, size in model.sizes.items()}
    sets = {cls.__name__: given for cls, given in model.quorums.items()}
    for name in sizes:
        _known(name, [sort.name for sort in sorts], "sort", "M003", model, spec)
    for name in sets:
        _known(name, [quorum.name for quorum in quorums], "quorum", "M004", model, spec)
    labels: dict[str, tuple[str, ...]] = {}
    prefixes = prefixes_of([sort.name for sort in sorts])
    for sort in sorts:
        if sort.name not in sizes:
            _fail(
                "M001",
                f"the model gives no size for `{sort.name}`",
                model,
                help=f"`sizes={{{sort.name}: 3}}`, or `--set {sort.name}=3` on the command line",
            )
        labels[sort.name] = _labels(sort.name, prefixes[sort.name], sizes[sort.name], model)
    families = {quorum.name: _family(quorum, sets.get(quorum.name), labels, model) for quorum in quorums}
    ranges, lengths, bags = _bounds(model, spec)
    return Instance(labels=labels, quorums=families, ranges=ranges, lengths=lengths, bags=bags)


def _fail(code: str, message: str, model: Model, *, help: str | None = None, notes: Collection[Note] = ()) -> NoReturn:
    raise UserError(code, message, model.place, help=help, notes=notes)


def _known(name: str, names: Collection[str], what: str, code: str, model: Model, spec: ir.Spec) -> None:
    if name not in names:
        _fail(
            code,
            f"{spec.name} has no {what} `{name}`",
            model,
            help=did_you_mean(name, names) or f"it has {', '.join(sorted(names)) or 'none'}",
        )


# --- sorts and quorums --------------------------------------------------------------------------------------------


def _labels(sort: str, prefix: str, size: Size, model: Model) -> tuple[str, ...]:
    """The labels of a sort's elements: those given, or a1, a2, a3."""
    said: Any = size  # what a person wrote need not be of the declared type
    if isinstance(said, (bool, str)) or not isinstance(said, (int, Collection)):
        _fail(
            "M002", f"the size of `{sort}` is {shown(said)}", model,
            help="a number, or the labels of its elements in order",
        )
    number = said if isinstance(said, int) else len(cast("Collection[Any]", said))
    if number < 1:
        _fail("M002", f"the size of `{sort}` is {counted(number)}", model, help="a sort has at least one element")
    if number > LARGEST_SORT:
        _fail(
            "M002", f"the size of `{sort}` is {counted(number)}", model,
            help=f"a search takes at most {LARGEST_SORT:,}",
        )
    if isinstance(size, int):
        return tuple(f"{prefix}{number}" for number in range(1, size + 1))
    if isinstance(said, set | frozenset):
        _fail("M002", f"the labels of `{sort}` are a set, which has no order", model, help='give them as `("x", "y")`')
    given: tuple[Any, ...] = tuple(size)
    if not all(map(_is_label, given)) or len(set(map(as_name, given))) < len(given):
        _fail(
            "M002",
            f"the labels of `{sort}` are {shown(list(given))}",
            model,
            help="at least one, all different, each a string of characters that can be seen",
        )
    return given


def _is_label(value: object) -> bool:
    """Can this name an element wherever elements are shown, a line of text or of generated code included?"""
    return isinstance(value, str) and value.strip() != "" and value.isprintable()


def _family(
    quorum: QuorumType, given: QuorumSets | None, labels: Mapping[str, tuple[str, ...]], model: Model
) -> tuple[tuple[int, ...], ...]:
    """The sets of a family, each as ascending positions; the smallest majorities where none are given."""
    members = labels[quorum.member.name]
    said: Any = len(members) // 2 + 1 if given is None else given
    if isinstance(said, int) and not isinstance(said, bool):
        return _sets_of_size(quorum, said, len(members), model)
    groups = items_of(said)
    if not groups or not all(map(items_of, groups)):
        _fail(
            "M005",
            f"`{quorum.name}` has no sets, or one that is empty or is no set: {shown(said)}",
            model,
            help='for example `{Majority: [{"a1", "a2"}]}`, or `{Majority: 2}` for all sets of that size',
        )
    return tuple(dict.fromkeys(_positions(quorum, group, members, model) for group in groups))


def _sets_of_size(quorum: QuorumType, size: int, members: int, model: Model) -> tuple[tuple[int, ...], ...]:
    """All sets with that many of the members."""
    if not 1 <= size <= members:
        _fail(
            "M005",
            f"`{quorum.name}` has sets of {counted(size)} of {members} elements",
            model,
            help=f"a number from 1 to {members}, or the sets themselves",
        )
    if (number := math.comb(members, size)) > LARGEST_FAMILY:
        _fail(
            "M005",
            f"`{quorum.name}` would have {counted(number)} sets, each of {size} of {members} elements",
            model,
            help=f"a search takes at most {LARGEST_FAMILY:,}; a proof is about any number of elements",
        )
    return tuple(itertools.combinations(range(members), size))


def _positions(quorum: QuorumType, group: Collection[Any], members: tuple[str, ...], model: Model) -> tuple[int, ...]:
    """A set as ascending positions."""
    for label in group:
        if label not in members:
            near = did_you_mean(label, members) if isinstance(label, str) else None
            more = ", ..." if len(members) > LABELS_SHOWN else ""
            _fail(
                "M005",
                f"`{quorum.name}`: {quorum.member.name} has no element {shown(label)}",
                model,
                help=near or f"its elements are {', '.join(members[:LABELS_SHOWN])}{more}",
            )
    return tuple(sorted({members.index(label) for label in group}))


# --- bounds -------------------------------------------------------------------------------------------------------


@struct
class _Need:
    """A bound that the spec asks for: its kind, and where the type was declared."""

    type: IntType | SeqType | BagType
    span: Span


def needed_bounds(spec: ir.Spec) -> dict[str, IntType | SeqType | BagType]:
    """The types that a model bounds, by the name of the bound.  Raises `UserError` S085 for one name for two kinds."""
    return {name: need.type for name, need in _needs(_stored(spec)).items()}


def _stored(spec: ir.Spec) -> list[tuple[Type, Span]]:
    """The types whose bounds a model has to give: of what is stored, and of parameters that run over a whole type."""
    return [(variable.type, variable.span) for variable in spec.variables] + [
        (parameter.type, parameter.span)
        for parameter in _parameters(spec)
        if isinstance(parameter.domain, ir.AllOf)
    ]


def _parameters(spec: ir.Spec) -> list[ir.Parameter]:
    return [parameter for action in (*spec.initial, *spec.actions) for parameter in action.parameters]


def _needs(places: Iterable[tuple[Type, Span]]) -> dict[str, _Need]:
    """The bounds of these types, by name."""
    found: dict[str, _Need] = {}
    for type, span in places:
        for part in parts(type):
            if isinstance(part, (IntType, SeqType, BagType)) and part.bound is not None:
                known = found.setdefault(part.bound, _Need(part, span))
                if known.type.__class__ is not part.__class__:
                    raise UserError(
                        "S085",
                        f'the bound "{part.bound}" is for {with_article(known.type)} and for {with_article(part)}',
                        span,
                        help="give one of them another name, `Bounded(...)`",
                        notes=(Note("the other one is here", known.span),),
                    )
    return found


def _bounds(model: Model, spec: ir.Spec) -> tuple[dict[str, tuple[int, int]], dict[str, int], dict[str, BagBound]]:
    needs = _needs(_stored(spec))
    # whether a parameter runs over its type hangs on the order of the guards: to give it a range is never a mistake
    drawn = _needs((parameter.type, parameter.span) for parameter in _parameters(spec))
    for name in model.bounds:
        _known(name, {**drawn, **needs}, "bound", "M010", model, spec)
    ranges: dict[str, tuple[int, int]] = {}
    lengths: dict[str, int] = {}
    bags: dict[str, BagBound] = {}
    for name, need in needs.items():
        given = model.bounds.get(name)
        match need.type:
            case IntType():
                ranges[name] = _range(name, given, need, model)
            case SeqType():
                lengths[name] = _length(name, given, need, model)
            case BagType():
                bags[name] = _bag(name, given, need, model)
    return ranges, lengths, bags


def _missing(name: str, what: str, example: str, given: Bound | None, need: _Need, model: Model) -> NoReturn:
    found = "the model gives none" if given is None else f"the model gives {shown(given)}"
    code = "M011" if given is None else "M012"
    _fail(
        code,
        f'"{name}" needs {what}: {found}',
        model,
        help=f'`bounds={{"{name}": {example}}}`',
        notes=(Note(f"it is declared here, as {with_article(need.type)}", need.span),),
    )


def _range(name: str, given: Bound | None, need: _Need, model: Model) -> tuple[int, int]:
    said: Any = given
    match said:
        case (low, high) if _is_number(low) and _is_number(high) and low <= high:
            return (low, high)
        case _:
            _missing(name, "the least and the greatest value of an int", "(0, 3)", given, need, model)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_INT


def _length(name: str, given: Bound | None, need: _Need, model: Model) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return given
    _missing(name, "the greatest length of a sequence", "2", given, need, model)


def _bag(name: str, given: Bound | None, need: _Need, model: Model) -> BagBound:
    if isinstance(given, BagBound):
        counts: dict[str, Any] = {"distinct": given.distinct, "copies": given.copies}
        wrong = [(part, count) for part, count in counts.items() if not (_is_number(count) and count >= 1)]
        if not wrong:
            return given
        part, count = wrong[0]
        said = f"`{part}` is {shown(count)}, and is to be a whole number from 1"
        _fail("M012", f'"{name}": {said}', model, help=f'`bounds={{"{name}": BagBound(distinct=2, copies=1)}}`')
    _missing(name, "the size of a bag", "BagBound(distinct=2, copies=1)", given, need, model)
