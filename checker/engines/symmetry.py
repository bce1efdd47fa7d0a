"""Symmetry: states that differ only in which element is which.

The elements of an unordered sort can be neither named nor ordered, so renaming them in a state gives a state that is
reachable exactly when the first is, and that satisfies the same properties.  Exploring one state of each orbit is
enough.  One thing in a model can tell elements apart: a family of quorums that is given set by set.  Then only the
renamings are used that map every family onto itself; they form a group too.

`SymmetryGroup.canonical` works on plain values and is the measure of the generated code over packed states.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import TypeAlias, assert_never

from checker.core import ir
from checker.core.instance import Instance
from checker.core.types import QuorumType, SortType
from checker.core.values import (
    Element, EnumValue, FrozenBag, FrozenMap, QuorumValue, RecordValue, State, Value, in_order, sort_key,
)
from checker.core.values import Sequence as SequenceValue

GROUP_LIMIT = 1_000
"""Renamings that are tried for each state.  Above it some elements of the largest sorts keep their names."""

Images: TypeAlias = Mapping[str, tuple[int, ...]]
"""The name of a sort -> for each element, by position, the position of the element that it becomes."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """One way to exchange elements: where each element of the `sorts` goes, and each set of the `quorums`."""

    sorts: Images
    quorums: Images

    @property
    def moves_nothing(self) -> bool:
        """Is this the identity?"""
        return all(images == tuple(range(len(images))) for images in self.sorts.values())


@dataclass(frozen=True, slots=True)
class SymmetryGroup:
    """All renamings under which a model is the same; the identity is the first.  `notes` say which are not used."""

    instance: Instance
    renamings: tuple[Renaming, ...]
    notes: tuple[str, ...] = ()

    @property
    def trivial(self) -> bool:
        """Is there nothing to be gained?"""
        return len(self.renamings) == 1

    def rename(self, value: Value, renaming: Renaming) -> Value:
        """`value` with every element in it exchanged."""
        match value:
            case Element(sort=sort, index=index):
                images = renaming.sorts.get(sort)
                return value if images is None else self.instance.elements(sort)[images[index]]
            case QuorumValue():
                return self._rename_quorum(value, renaming)
            case RecordValue(record=record, names=names, values=values):
                return RecordValue(record, names, tuple(self.rename(item, renaming) for item in values))
            case FrozenMap(items=items):
                changed = {self.rename(key, renaming): self.rename(item, renaming) for key, item in items}
                return FrozenMap(tuple((key, changed[key]) for key, _ in items))
            case FrozenBag(items=items):
                counts = {self.rename(item, renaming): count for item, count in items}
                return FrozenBag(tuple((item, counts[item]) for item in in_order(counts)))
            case frozenset():
                return frozenset(self.rename(item, renaming) for item in value)
            case SequenceValue():
                return SequenceValue(self.rename(item, renaming) for item in value)
            case tuple():
                return tuple(self.rename(item, renaming) for item in value)
            case None | bool() | int() | EnumValue():
                return value
            case _:
                assert_never(value)

    def _rename_quorum(self, value: QuorumValue, renaming: Renaming) -> QuorumValue:
        images = renaming.quorums.get(value.quorum)
        if images is None or not value.members:
            return value
        sort = value.members[0].sort
        elements = self.instance.elements(sort)
        index = images[value.index]
        return QuorumValue(value.quorum, index, tuple(elements[i] for i in self.instance.quorums[value.quorum][index]))

    def rename_state(self, state: State, renaming: Renaming) -> State:
        """`state` with every element in it exchanged."""
        return State(state.names, tuple(self.rename(value, renaming) for value in state.values))

    def orbit(self, state: State) -> tuple[State, ...]:
        """Every state that differs from `state` in names only, each once, in a fixed order."""
        return tuple(dict.fromkeys(self.rename_state(state, renaming) for renaming in self.renamings))

    def canonical(self, state: State) -> State:
        """The representative of the orbit of `state`: the least, by the order of its values."""
        return min(self.orbit(state), key=lambda entry: tuple(map(sort_key, entry.values)))


def symmetries(spec: ir.Spec, instance: Instance) -> SymmetryGroup:
    """The renamings of all unordered sorts of `spec` that leave the quorums of `instance` as they are.

    Any group of them is sound to use; where there are more than `GROUP_LIMIT`, it is a smaller one.
    """
    sorts = [sort for sort in spec.sorts if isinstance(sort, SortType) and not sort.ordered]
    families = [quorum for quorum in spec.sorts if isinstance(quorum, QuorumType)]
    sizes = {sort.name: len(instance.labels[sort.name]) for sort in sorts}
    exchanged = dict(sizes)
    while math.prod(map(math.factorial, exchanged.values())) > GROUP_LIMIT:
        exchanged[max(exchanged, key=lambda name: exchanged[name])] -= 1
    notes = [
        f"symmetry is used in part: {number} of the {sizes[name]} elements of {name} are exchanged; all would take long"
        for name, number in exchanged.items()
        if number < sizes[name]
    ]
    choices = (_images(exchanged[name], size) for name, size in sizes.items())
    candidates = [dict(zip(sizes, images, strict=True)) for images in product(*choices)]
    kept = [
        Renaming(sorts, quorums)
        for sorts in candidates
        if (quorums := _quorum_images(families, sorts, instance)) is not None
    ]
    if len(kept) < len(candidates):
        notes.append(
            f"symmetry is used in part ({len(kept)} of {len(candidates)} permutations): the quorums of the model tell "
            "elements apart"
        )
    return SymmetryGroup(instance, tuple(kept), tuple(notes))


def _images(exchanged: int, size: int) -> list[tuple[int, ...]]:
    """Every way to exchange the first elements among themselves; the others stay."""
    return [(*images, *range(exchanged, size)) for images in permutations(range(exchanged))]


def _quorum_images(families: Iterable[QuorumType], sorts: Images, instance: Instance) -> Images | None:
    """Where each set of each family goes; None where one goes to a set that is not in its family."""
    found: dict[str, tuple[int, ...]] = {}
    for family in families:
        sets = instance.quorums[family.name]
        images = sorts.get(family.member.name)
        if images is None:
            continue
        changed = [tuple(sorted(images[member] for member in members)) for members in sets]
        if set(changed) != set(sets):
            return None
        found[family.name] = _positions(changed, sets)
    return found


def _positions(changed: Sequence[tuple[int, ...]], sets: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Where each changed set stands among `sets`."""
    return tuple(sets.index(members) for members in changed)
