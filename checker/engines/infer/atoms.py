"""The atoms of a template: what can be said of its variables and of the state, in the language of the spec."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from checker.core import ir
from checker.core.structs import struct
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, OptionType, QuorumType, RecordType, SetType, SortType, TupleType, Type,
    UnionType, erase_bounds,
)
from checker.engines.infer.spoken import Phrase, said_of
from checker.engines.infer.template import Bound, Template
from checker.engines.infer.terms import Term, made, terms_of

MOST_ATOMS = 90
"""So many of one template, the short ones first."""


@struct
class Atom:
    """`core` is true, and all `guards` are something.  `opposite` says that the core is false, where that can be said
    with another word than `not`, and there are no guards."""

    core: str
    guards: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    weight: int = 0
    opposite: str = ""

    @property
    def text(self) -> str:
        """As an expression that can stand anywhere."""
        return f"({self.guarded})" if self.guards else self.core

    @property
    def guarded(self) -> str:
        """The guards, and the core."""
        return " and ".join([*(f"{guard} is not None" for guard in self.guards), self.core])


def atoms_of(spec: ir.Spec, template: Template, phrases: Sequence[Phrase]) -> list[Atom]:
    """The atoms of a template; those that say the same in other words are among them."""
    terms = terms_of(spec.variables, template.bound)
    quorums = [sort for sort in spec.sorts if isinstance(sort, QuorumType)]
    found = [*_truths(terms), *_comparisons(terms), *_memberships(terms, template.bound)]
    found += said_atoms(phrases, terms, quorums)
    different = {atom.text: atom for atom in reversed(found)}
    return sorted(different.values(), key=lambda atom: atom.weight)[:MOST_ATOMS]


def said_atoms(phrases: Sequence[Phrase], terms: Sequence[Term], quorums: Sequence[QuorumType]) -> Iterator[Atom]:
    """What the spec itself says, of these terms."""
    for phrase in phrases:
        for text, used in said_of(phrase, terms, quorums):
            reads = frozenset(name for term in used for name in term.reads)
            yield Atom(text, reads=reads, weight=2 + sum(term.weight for term in used))


def _truths(terms: Sequence[Term]) -> Iterator[Atom]:
    for term in terms:
        if isinstance(term.type, BoolType):
            yield Atom(term.text, term.guards, term.reads, term.weight + 1)
        elif isinstance(term.type, OptionType):
            yield Atom(f"{term.text} is None", term.guards, term.reads, term.weight + 1, f"{term.text} is not None")


def _comparisons(terms: Sequence[Term]) -> Iterator[Atom]:
    scalars = [term for term in terms if _is_compared(term.type)]
    for term in scalars:
        bare = term.type.item if isinstance(term.type, OptionType) else term.type
        if isinstance(bare, EnumType):
            for member in bare.members:
                yield _equal(term, Term(f"{bare.name}.{member}", bare))
    for one, other in itertools.combinations(scalars, 2):
        if one.text == other.text or not _match(one.type, other.type):
            continue
        if not _is_unwrapped(one) and not _is_unwrapped(other):
            yield _equal(one, other)
        if _is_ordered(one.type) and _is_ordered(other.type):
            yield from _orders(one, other)


def _is_compared(type: Type) -> bool:
    bare = type.item if isinstance(type, OptionType) else type
    return isinstance(bare, SortType | EnumType | IntType | RecordType | TupleType)


def _match(one: Type, other: Type) -> bool:
    """Are the values of one sort, which may be missing?"""
    return erase_bounds(_bare(one)) == erase_bounds(_bare(other))


def _bare(type: Type) -> Type:
    return type.item if isinstance(type, OptionType) else type


def _is_unwrapped(term: Term) -> bool:
    """Is it the value inside of an option?  That is equal to another one where the option is."""
    return bool(term.guards) and term.guards[-1] == term.text


def _is_ordered(type: Type) -> bool:
    return isinstance(type, IntType) or isinstance(type, SortType) and type.ordered


def _equal(one: Term, other: Term) -> Atom:
    text = f"{one.text} == {other.text}"
    guards = _guards(one, other)
    return Atom(text, guards, one.reads | other.reads, _weight(one, other), f"{one.text} != {other.text}")


def _orders(one: Term, other: Term) -> Iterator[Atom]:
    """What can be said of their order: of two that are there, one is what the other is not."""
    for left, right in ((one, other), (other, one)):
        guards, reads, weight = _guards(one, other), one.reads | other.reads, _weight(one, other)
        yield Atom(f"{left.text} < {right.text}", guards, reads, weight, f"{right.text} <= {left.text}")
        if guards:
            yield Atom(f"{left.text} <= {right.text}", guards, reads, weight, f"{right.text} < {left.text}")


def _guards(one: Term, other: Term) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one.guards, *other.guards)))


def _weight(one: Term, other: Term) -> int:
    return one.weight + other.weight + 1


def _memberships(terms: Sequence[Term], bound: Sequence[Bound]) -> Iterator[Atom]:
    """A value is in a set or bag of the state."""
    for collection in terms:
        if isinstance(collection.type, SetType | BagType) and not collection.guards:
            plain = {
                term.text for entry in bound if entry.kind.collection == collection.text
                for term in _of(entry, terms)
            }
            for item in made(collection.type.item, terms):
                if item.text not in plain and not isinstance(item.type, UnionType):
                    reads = item.reads | collection.reads
                    text = f"{item.text} in {collection.text}"
                    opposite = f"{item.text} not in {collection.text}"
                    yield Atom(text, item.guards, reads, item.weight + collection.weight, opposite)


def _of(entry: Bound, terms: Sequence[Term]) -> list[Term]:
    """A bound record, and what is made up of its fields alone: that these are in the collection says nothing."""
    record = entry.kind.record
    if record is None:
        return []
    fields = [
        Term(f"{entry.name}.{name}", type, reads=frozenset({entry.name}), weight=1) for name, type in record.fields
    ]
    own = f"{record.name}({', '.join(field.text for field in fields)})"
    return [term for term in terms if term.text == entry.name] + [Term(own, record)]
