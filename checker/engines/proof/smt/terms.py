"""Symbolic values: what an expression of the language becomes for Z3.

Records, tuples, options and unions are taken apart into leaves.  A map, a set, a bag or a sequence is a Python function
from a symbolic key to what Z3 has to say about it, so that the state after a step needs no new symbols: it is the old
functions with the updates applied around them.  None stands for a value that nobody looks at (the item of `None`).
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias


from checker.core.structs import struct
from checker.core.types import RecordType, UnionType
from checker.engines.proof.smt.logic import Leaf, Symbol


@struct
class RecordTerm:
    type: RecordType
    fields: tuple[Term, ...]

    def field(self, name: str) -> Term:
        return self.fields[[field for field, _ in self.type.fields].index(name)]


@struct
class UnionTerm:
    """One of `members`: the one whose flag is true.  None is a member that it cannot be."""

    type: UnionType
    flags: tuple[Leaf, ...]
    members: tuple[RecordTerm | None, ...]


@struct
class OptionTerm:
    nothing: Leaf
    item: Term


@struct
class TupleTerm:
    items: tuple[Term, ...]


@struct
class MapTerm:
    """`leaves`, here and below: the constants it was made of where it is a variable of a quantifier."""

    at: Callable[[Term], Term]
    leaves: tuple[Leaf, ...] | None = None


@struct
class Case:
    """Some values at once: `value`, for all values of `variables` that satisfy the condition."""

    variables: tuple[Symbol, ...]
    condition: Leaf
    value: Term


@struct
class SetTerm:
    """A set, seen in two ways: which items it contains, and cases that cover its items, perhaps more than once."""

    contains: Callable[[Term], Leaf]
    cases: Callable[[], list[Case]]
    leaves: tuple[Leaf, ...] | None = None


@struct
class BagTerm:
    """The number of copies of an item, and cases that cover the different items."""

    count: Callable[[Term], Leaf]
    cases: Callable[[], list[Case]]
    leaves: tuple[Leaf, ...] | None = None


@struct
class SequenceTerm:
    """`limit`: no more items than that, where it is known (in a finite instance)."""

    length: Leaf
    at: Callable[[Leaf], Term]
    limit: int | None = None
    leaves: tuple[Leaf, ...] | None = None


Term: TypeAlias = Any
"""A leaf, one of the classes above, or None.  Which one follows from a type of the language, as for a leaf."""
