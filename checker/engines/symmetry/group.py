"""Symmetry: states that differ only in which element is which.

The elements of an unordered sort can be neither named nor ordered, so renaming them in a state gives a state that is
reachable exactly when the first is, and that satisfies the same properties.  Exploring one state of each orbit is
enough.  One thing in a model can tell elements apart: a family of quorums that is given set by set.  Then only the
renamings are used that map every family onto itself; they form a group too.

A small group is listed, renaming by renaming.  Of a large one some sorts need no renamings at all, as what is said of
their elements can be sorted (see `local`).  Of the other sorts the renamings are listed if they are few, else only the
exchanges of two elements are, of which all others are made up: seven acceptors have 5,040 renamings and 21 exchanges.

`SymmetryGroup.orbit` works on plain values and is the measure of the generated code over packed states.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise, permutations, product
from typing import TypeAlias, assert_never

from checker.core import ir
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.types import QuorumType, SortType
from checker.core.values import (
    Element, EnumValue, FrozenBag, FrozenMap, QuorumValue, RecordValue, State, Value, in_order, sort_key,
)
from checker.core.values import Sequence as SequenceValue
from checker.engines.symmetry.local import Block, parted, renamings_of

LISTED_LIMIT = 100
"""Renamings up to which a group is listed, and all of them are tried for each state."""

CANDIDATES_LIMIT = 1_000
"""Renamings that are looked at one by one, for those that leave quorums as they are, and listed where that is all there
is to do."""

EXCHANGES_LIMIT = 1_000
"""Exchanges of two elements that are listed.  Above it some elements of the largest sorts keep their names."""

Images: TypeAlias = Mapping[str, tuple[int, ...]]
"""The name of a sort -> for each element, by position, the position of the element that it becomes."""


@struct
class Renaming:
    """One way to exchange elements: where each element of the `sorts` goes, and each set of the `quorums`."""

    sorts: Images
    quorums: Images

    @property
    def moves_nothing(self) -> bool:
        """Is this the identity?"""
        return all(images == tuple(range(len(images))) for images in self.sorts.values())


@struct
class SymmetryGroup:
    """Renamings under which a model is the same; the identity is the first.  `notes` say which are not used.

    `blocks` is empty where `renamings` lists the whole group.  Else the group holds every renaming that exchanges
    elements within the blocks, and `renamings` the exchanges of two, block by block, in the order of `pairs`.

    All of this is about the sorts that are not sorted.  The group holds in addition every renaming that exchanges
    elements within the blocks in `local`, and what is made up of both.
    """

    instance: Instance
    renamings: tuple[Renaming, ...]
    notes: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    local: tuple[Block, ...] = ()

    @property
    def trivial(self) -> bool:
        """Is there nothing to be gained?"""
        return len(self.renamings) == 1 and not self.local

    @property
    def elements(self) -> tuple[tuple[str, int], ...]:
        """The sort and the position of each element in a block.  Its place in this list is its *number*."""
        return tuple((block.sort, member) for block in self.blocks for member in block.members)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The numbers of the two elements, the smaller first, of each exchange: of `renamings` from 1 on."""
        start = 0
        for block in self.blocks:
            yield from combinations(range(start, start + len(block.members)), 2)
            start += len(block.members)

    def rename(self, value: Value, renaming: Renaming) -> Value:
        """`value` with every element in it exchanged."""
        match value:
            case Element(sort=sort, index=index):
                images = renaming.sorts.get(sort)
                return value if images is None else self.instance.element(sort, images[index])
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
        found = {state: None}
        fresh = [state]
        renamings = (*self.renamings, *self._exchanges_of_neighbours())
        while fresh:
            images = [self.rename_state(old, renaming) for old in fresh for renaming in renamings]
            whole = self.blocks or self.local
            fresh = [image for image in dict.fromkeys(images) if image not in found] if whole else []
            found.update(dict.fromkeys(images))
        return tuple(found)

    def _exchanges_of_neighbours(self) -> Iterator[Renaming]:
        """What all renamings within the blocks in `local` are made up of; no quorums, since a state with one is not
        local."""
        for block in self.local:
            for first, second in pairwise(block.members):
                images = list(range(len(self.instance.labels[block.sort])))
                images[first], images[second] = second, first
                yield Renaming({block.sort: tuple(images)}, {})

    def canonical(self, state: State) -> State:
        """A representative of the orbit of `state`: the least, by the order of its values."""
        return min(self.orbit(state), key=lambda entry: tuple(map(sort_key, entry.values)))


def symmetries(spec: ir.Spec, instance: Instance) -> SymmetryGroup:
    """The renamings of all unordered sorts of `spec` that leave the quorums of `instance` as they are.

    Any group of them is sound to use; where there are very many, it is a smaller one, and a note says so.
    """
    sorts = [sort for sort in spec.sorts if isinstance(sort, SortType) and not sort.ordered]
    families = [quorum for quorum in spec.sorts if isinstance(quorum, QuorumType)]
    whole = [Block(sort.name, tuple(range(len(instance.labels[sort.name])))) for sort in sorts]
    finder = _Finder.of(instance, families, whole)
    blocks = [block for sort in whole for block in finder.exchangeable(sort)]
    total, exchangeable, notes = renamings_of(whole), renamings_of(blocks), list[str]()
    if exchangeable < total:
        kept = finder.listed(whole) if total <= CANDIDATES_LIMIT else ()
        notes.append(_apart(max(len(kept), exchangeable), total))
        if len(kept) > exchangeable:
            return SymmetryGroup(instance, kept, tuple(notes))
    if exchangeable <= LISTED_LIMIT:
        return SymmetryGroup(instance, finder.listed(blocks), tuple(notes))
    local, others = parted(blocks, [variable.type for variable in spec.variables], instance, LISTED_LIMIT)
    finder = _Finder.of(instance, families, others)
    if renamings_of(others) <= LISTED_LIMIT:
        return SymmetryGroup(instance, finder.listed(others), tuple(notes), local=tuple(local))
    cut, more_notes = _cut(others)
    return SymmetryGroup(instance, finder.exchanges(cut), (*notes, *more_notes), tuple(cut), tuple(local))


def _apart(kept: int, total: int) -> str:
    share = f"{_written(kept)} of {_written(total)} permutations"
    return f"symmetry is used in part ({share}): the quorums of the model tell elements apart"


def _written(number: int) -> str:
    """The number in digits, or its size where nobody would read them (and of more than 4,300 Python writes none)."""
    return f"{number:,}" if number < 10**15 else f"about 10^{math.floor(math.log10(number))}"


def _cut(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """The blocks that have something to exchange, without the last elements of the largest where there are too many
    exchanges; and what there is to say of it."""
    sizes = [len(block.members) for block in blocks]
    while sum(math.comb(size, 2) for size in sizes) > EXCHANGES_LIMIT and max(sizes) > 1:
        sizes[sizes.index(max(sizes))] -= 1
    notes = [
        f"symmetry is used in part: of {len(block.members)} elements of {block.sort} that can be exchanged {size} are; "
        "all would take long"
        for block, size in zip(blocks, sizes, strict=True)
        if size < len(block.members)
    ]
    cut = [Block(block.sort, block.members[:size]) for block, size in zip(blocks, sizes, strict=True) if size > 1]
    return cut, notes


@struct
class _Finder:
    """Finds renamings that leave quorums as they are.  `identity` holds, for each sort that is renamed, all its
    elements."""

    instance: Instance
    families: Sequence[QuorumType]
    identity: Images

    @staticmethod
    def of(instance: Instance, families: Sequence[QuorumType], blocks: Iterable[Block]) -> _Finder:
        """One for the sorts of these blocks."""
        sorts = dict.fromkeys(block.sort for block in blocks)
        return _Finder(instance, families, {sort: tuple(range(len(instance.labels[sort]))) for sort in sorts})

    def listed(self, blocks: Sequence[Block]) -> tuple[Renaming, ...]:
        """Every such renaming that exchanges elements within the blocks; the identity is the first."""
        images = (permutations(block.members) for block in blocks)
        found = (self._renaming(zip(blocks, chosen, strict=True)) for chosen in product(*images))
        return tuple(renaming for renaming in found if renaming is not None)

    def exchanges(self, blocks: Sequence[Block]) -> tuple[Renaming, ...]:
        """The identity, and the exchange of any two elements of a block."""
        found = [self._renaming(())]
        for block in blocks:
            found += [self._exchange(block.sort, *pair) for pair in combinations(block.members, 2)]
        return tuple(renaming for renaming in found if renaming is not None)

    def exchangeable(self, whole: Block) -> list[Block]:
        """The elements of a sort in blocks, so that exchanging two of a block leaves the quorums as they are.

        To be exchangeable is an equivalence: (x z) is made up of (x y) and (y z).  So one comparison a block will do.
        """
        if all(family.member.name != whole.sort for family in self.families):
            return [whole]
        found: list[list[int]] = []
        for element in whole.members:
            for block in found:
                if self._exchange(whole.sort, block[0], element) is not None:
                    block.append(element)
                    break
            else:
                found.append([element])
        return [Block(whole.sort, tuple(block)) for block in found]

    def _exchange(self, sort: str, first: int, second: int) -> Renaming | None:
        return self._renaming([(Block(sort, (first, second)), (second, first))])

    def _renaming(self, changes: Iterable[tuple[Block, tuple[int, ...]]]) -> Renaming | None:
        """The renaming that takes the members of these blocks to these images; None where a set of a family of quorums
        becomes one that is not in it."""
        sorts = {name: list(members) for name, members in self.identity.items()}
        for block, images in changes:
            for member, image in zip(block.members, images, strict=True):
                sorts[block.sort][member] = image
        quorums: dict[str, tuple[int, ...]] = {}
        for family in self.families:
            images = sorts.get(family.member.name)
            if images is None:
                continue
            sets = {members: position for position, members in enumerate(self.instance.quorums[family.name])}
            changed = [tuple(sorted(images[member] for member in members)) for members in sets]
            if not all(members in sets for members in changed):
                return None
            quorums[family.name] = tuple(sets[members] for members in changed)
        return Renaming({name: tuple(images) for name, images in sorts.items()}, quorums)
