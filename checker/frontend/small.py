"""A small model of a spec that is to be proved: what a search looks at beside the solver."""

from __future__ import annotations

import math
import sys
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import BagBound, Instance
from checker.core.language import Quorum, Sort, Spec
from checker.core.model import Bound, Holds, Model, Size
from checker.core.types import BagType, IntType, QuorumType, SeqType, SortType
from checker.frontend.instantiate import needed_bounds
from checker.frontend.load import Proof, models_of

SIZE = 2
"""How many elements a sort has, and how far ints and lengths go, where no model says so."""


def small_model(proof: Proof, spec: ir.Spec) -> Model | None:
    """The smallest model that is written for the spec or for one that it derives from, with the constants of the proof.

    What that model does not say, or all where there is none, is as small as makes sense: two of each.  There is no such
    model (None) where a sort stands in none of the modules of the spec and of its bases, so that no size can be given.
    """
    if sorts_without_class(proof, spec):
        return None
    said = classes_of_sorts(proof.spec)
    like = min(_models_for(proof.spec), key=_extent, default=None)
    sizes: dict[type[Sort], Size] = {said[sort.name]: SIZE for sort in spec.sorts if isinstance(sort, SortType)}
    bounds = {name: _least_bound(type) for name, type in needed_bounds(spec).items()}
    families = {sort.name for sort in spec.sorts if isinstance(sort, QuorumType)}
    quorums: dict[type[Quorum[Any]], Any] = {}
    if like is not None:
        names = {cls.__name__ for cls in sizes}
        sizes |= {said[cls.__name__]: size for cls, size in like.sizes.items() if cls.__name__ in names}
        bounds |= {name: bound for name, bound in like.bounds.items() if name in bounds}
        quorums = {said[cls.__name__]: sets for cls, sets in like.quorums.items() if cls.__name__ in families}
    fixed: Mapping[str, object] = {} if like is None else like.fixed
    return Model(proof.spec, sizes=sizes, bounds=bounds, quorums=quorums, constants=proof.constants, fixed=fixed)


def sorts_without_class(proof: Proof, spec: ir.Spec) -> list[str]:
    """The sorts and families of quorums, by name, that stand in none of the modules of the spec and of its bases."""
    said = classes_of_sorts(proof.spec)
    return [
        sort.name for sort in spec.sorts if isinstance(sort, (SortType, QuorumType)) and sort.name not in said
    ]


def model_at(model: Model, spec: ir.Spec, instance: Instance, check: Collection[str]) -> Model:
    """A model of the same spec at the sizes of an instance, of which these properties are checked."""
    said = classes_of_sorts(model.spec)
    labels = {sort.name: instance.labels[sort.name] for sort in spec.sorts if isinstance(sort, SortType)}
    quorums: dict[type[Quorum[Any]], Any] = {
        said[sort.name]: [[labels[sort.member.name][member] for member in members] for members in sets]
        for sort in spec.sorts if isinstance(sort, QuorumType) for sets in [instance.quorums[sort.name]]
    }
    given: Mapping[str, Bound] = {**instance.ranges, **instance.lengths, **instance.bags}
    return Model(
        model.spec, sizes={said[name]: known for name, known in labels.items()}, quorums=quorums,
        bounds={name: given[name] for name in needed_bounds(spec)}, constants=model.constants, check=tuple(check),
    )


def classes_of_sorts(spec: type[Spec]) -> dict[str, type[Any]]:
    """The sorts and families of quorums, by name, that the modules of a spec and of its bases know, its own first."""
    modules = [sys.modules[base.__module__] for base in reversed(spec.__mro__) if issubclass(base, Spec)]
    seen = [value for module in modules for value in vars(module).values()]
    return {value.__name__: value for value in seen if isinstance(value, type) and issubclass(value, Sort)}


def _models_for(spec: type[Spec]) -> Iterator[Model]:
    """The models that stand in the modules of a spec and of its bases, or that the library has for these."""
    for base in spec.__mro__:
        if issubclass(base, Spec) and base is not Spec:
            for place in (base.__module__, _bundled_name(base.__module__)):
                yield from (model for model in _models_at(place) if issubclass(spec, model.spec))


def _models_at(place: str | None) -> list[Model]:
    if place is None:
        return []
    if place in sys.modules:
        return [value for value in vars(sys.modules[place]).values() if isinstance(value, Model)]
    try:
        return list(models_of(place).values())
    except UserError:
        return []


def _bundled_name(module: str) -> str | None:
    """`paxos` for `checker.specs.paxos`."""
    return module.rpartition(".")[2] if module.startswith("checker.specs.") else None


def _extent(model: Model) -> tuple[float, int]:
    """The states that the model is expected to have, if it says so, and its elements."""
    sizes = [size if isinstance(size, int) else len(size) for size in model.sizes.values()]
    states = model.expect.states if isinstance(model.expect, Holds) else None
    return states or math.inf, math.prod(sizes)


def _least_bound(type: IntType | SeqType | BagType) -> Bound:
    match type:
        case IntType():
            return 0, SIZE
        case SeqType():
            return SIZE
        case BagType():
            return BagBound(SIZE)
