"""Reachable states of small models: what is false in one of them is no invariant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.model import Model
from checker.core.structs import struct
from checker.core.types import QuorumType
from checker.core.values import State
from checker.engines.axioms import ways_to_begin
from checker.engines.kernels import compile_kernels
from checker.engines.layout import Layout
from checker.engines.search import BreadthFirst, Limits
from checker.frontend.fixed import with_fixed
from checker.frontend.instantiate import instantiate
from checker.frontend.lint import disjoint_quorums

STATES = 4000
"""About so many of each model are found."""
KEPT = 1000
"""So many of them are looked at, from the first to the last."""
BEGINNINGS = 5000
SIZES = (1, 2, 3, 4)
"""Something that is true of three may be false of four."""


@struct
class Sample:
    """States of one instance that can be reached, each of so many bits."""

    instance: Instance
    states: tuple[State, ...]
    bits: int


def samples(model: Model, spec: ir.LoweredSpec) -> list[Sample]:
    """Of the model, and of others about as small."""
    found: list[Sample] = []
    for each in _models(model, spec.source):
        sample = _sample(each, spec)
        if sample is not None and all(sample.instance != other.instance for other in found):
            found.append(sample)
    return sorted(found, key=lambda sample: sample.bits)


def _models(model: Model, spec: ir.Spec) -> Iterator[Model]:
    """The model, and ones with so many elements of each sort, or with more of one sort than of the others; of a sort
    whose sets are quorums there are three at least."""
    yield model
    if model.quorums or model.fixed:
        return
    members = {sort.member.name for sort in spec.sorts if isinstance(sort, QuorumType)}
    even = [dict.fromkeys(model.sizes, size) for size in SIZES]
    uneven = [{**dict.fromkeys(model.sizes, 2), sort: 3} for sort in model.sizes if len(model.sizes) > 1]
    for sizes in (*even, *uneven):
        yield replace(
            model, sizes={sort: max(3, size) if sort.__name__ in members else size for sort, size in sizes.items()}
        )


def _sample(model: Model, spec: ir.LoweredSpec) -> Sample | None:
    try:
        model = replace(model, expect=None, check=None)
        instance = with_fixed(model, spec.source, instantiate(model, spec.source))
        if ways_to_begin(spec.source, instance) > BEGINNINGS or list(disjoint_quorums(spec.source, instance)):
            return None
        layout = Layout(spec.source.variables, instance)
        system = compile_kernels(spec, spec.source.of_kind("constraint"), instance, layout)
    except UserError:
        return None
    search = BreadthFirst(system, None, Limits(None, STATES), False, None)
    search.run(None)
    packed = list(search.parents)
    states = tuple(layout.unpack(packed[place * len(packed) // KEPT]) for place in range(KEPT)) if (
        len(packed) > KEPT
    ) else tuple(map(layout.unpack, packed))
    return Sample(instance, states, layout.bits)
