"""Templates: which variables a candidate quantifies over."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from checker.core import ir
from checker.core.structs import struct
from checker.core.types import BagType, RecordType, SetType, SortType, Type, UnionType

MOST_OF_A_KIND = 3
"""So many variables of one kind, at most."""


@struct
class Kind:
    """What a variable stands for: any element of a sort, or any record of one type in a collection of the state.

    `type` is that of the variable as it is bound: of a union where the collection holds one.
    """

    type: Type
    record: RecordType | None = None
    collection: str = ""

    @property
    def known(self) -> Type:
        """The type that the variable is known to have."""
        return self.type if self.record is None else self.record

    @property
    def words(self) -> str:
        """For a person."""
        return str(self.known) if self.record is None else f"{self.record.name} in {self.collection}"


@struct
class Bound:
    """A variable, universally quantified."""

    name: str
    kind: Kind

    @property
    def text(self) -> str:
        """`for m in self.net if isinstance(m, Grant)`."""
        kind = self.kind
        if kind.record is None:
            return f"for {self.name} in {kind.type}"
        is_one = f" if isinstance({self.name}, {kind.record.name})" if isinstance(kind.type, UnionType) else ""
        return f"for {self.name} in {kind.collection}{is_one}"


@struct
class Template:
    """The variables of a candidate, those of one kind beside each other."""

    bound: tuple[Bound, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the variables."""
        return tuple(entry.name for entry in self.bound)

    def renamings(self) -> Iterator[dict[str, str]]:
        """The ways to exchange variables of the same kind, the identity first."""
        groups = [
            [entry.name for entry in group] for _, group in itertools.groupby(self.bound, key=lambda entry: entry.kind)
        ]
        for orders in itertools.product(*map(itertools.permutations, groups)):
            olds, news = itertools.chain(*groups), itertools.chain(*orders)
            yield dict(zip(olds, news, strict=True))


def kinds_of(spec: ir.Spec) -> list[Kind]:
    """Every sort, and every record of more than one field that a collection of the state can hold.

    A record of one field says no more than an element does: `Grant(c) in self.net`.
    """
    found = [Kind(sort) for sort in spec.sorts if isinstance(sort, SortType)]
    for entry in spec.variables:
        if isinstance(entry.type, SetType | BagType):
            item = entry.type.item
            records = item.members if isinstance(item, UnionType) else (item,)
            found += [
                Kind(item, record, f"self.{entry.name}")
                for record in records if isinstance(record, RecordType) and len(record.fields) > 1
            ]
    return found


def templates(kinds: Sequence[Kind], size: int, taken: frozenset[str]) -> Iterator[Template]:
    """All with so many variables, whose names are none of those that are `taken`."""
    for chosen in itertools.combinations_with_replacement(kinds, size):
        if all(chosen.count(kind) <= MOST_OF_A_KIND for kind in chosen):
            yield Template(tuple(_named(chosen, taken)))


def _named(kinds: Sequence[Kind], taken: frozenset[str]) -> Iterator[Bound]:
    """Each with a name of one letter, the first of its type or one that follows."""
    used = set(taken)
    for kind in kinds:
        letter = (str(kind.known)[:1].lower() if kind.record is None else "m")
        start = ord(letter) if letter.isascii() and letter.isalpha() else ord("x")
        letters = [chr(ord("a") + (start - ord("a") + step) % 26) for step in range(26)]
        name = next((each for each in letters if each not in used), f"x{len(used)}")
        used.add(name)
        yield Bound(name, kind)
