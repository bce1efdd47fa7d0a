"""The terms that a candidate may compare: variables, parts of the state at them, and the parts of these."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from checker.core import ir
from checker.core.structs import struct
from checker.core.types import (
    BoolType, EnumType, MapType, OptionType, RecordType, SortType, TupleType, Type, UnionType, erase_bounds,
)
from checker.engines.infer.template import Bound

MOST_LOOKUPS = 3
"""So many lookups inside of each other."""
MOST_RECORDS = 24
"""So many ways to make up a value of one type, the short ones."""
MOST_PRODUCTS = 400
"""So many of them are tried."""


@struct
class Term:
    """An expression as text.  `guards` are options that have to be something before it has a value, the outermost
    first; `reads` are the bound variables in it; `weight` says how long it is."""

    text: str
    type: Type
    guards: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    weight: int = 0


def terms_of(variables: Sequence[ir.StateVariable], bound: Sequence[Bound]) -> list[Term]:
    """The terms over these state and bound variables, the short ones first."""
    found: dict[str, Term] = {}
    fresh = [Term(entry.name, entry.kind.known, reads=frozenset({entry.name})) for entry in bound]
    fresh += [Term(f"self.{entry.name}", entry.type, weight=1) for entry in variables]
    for _ in range(MOST_LOOKUPS + 1):
        opened = [part for term in fresh for part in _opened(term)]
        new = {_key(term): term for term in opened if _key(term) not in found}
        found |= new
        keys = [term for term in found.values() if term.weight <= 2 and len(term.guards) <= 1]
        fresh = [
            looked for term in found.values() if isinstance(term.type, MapType) and not term.guards
            for looked in _lookups(term, term.type, keys)
        ]
    return sorted(found.values(), key=lambda term: term.weight)


def _key(term: Term) -> str:
    return f"{term.text} {bool(term.guards)} {isinstance(term.type, OptionType)}"


def _opened(term: Term) -> Iterator[Term]:
    """The term, and the parts of its value."""
    yield term
    match term.type:
        case RecordType(fields=fields):
            for name, type in fields:
                yield from _opened(_part(term, f".{name}", type))
        case TupleType(items=items):
            for index, type in enumerate(items):
                yield from _opened(_part(term, f"[{index}]", type))
        case OptionType(item=item):
            yield from _opened(Term(term.text, item, (*term.guards, term.text), term.reads, term.weight))
        case _:
            return


def _part(term: Term, access: str, type: Type) -> Term:
    return Term(term.text + access, type, term.guards, term.reads, term.weight + 1)


def _lookups(map: Term, type: MapType, terms: Sequence[Term]) -> Iterator[Term]:
    for key in made(type.key, terms, atomic=True):
        text = key.text[1:-1] if isinstance(type.key, TupleType) and key.text.startswith("(") else key.text
        yield Term(f"{map.text}[{text}]", type.value, key.guards, map.reads | key.reads, map.weight + key.weight + 1)


def made(type: Type, terms: Sequence[Term], *, atomic: bool = False) -> list[Term]:
    """The terms of the type, and its values that are made up of terms, the short ones first.

    `atomic`: no constant is made up."""
    wanted = erase_bounds(type)
    found = [term for term in terms if erase_bounds(term.type) == wanted]
    match type:
        case BoolType():
            found = [] if atomic else [Term("True", type), Term("False", type)]
        case EnumType(name=name, members=members):
            found += [] if atomic else [Term(f"{name}.{member}", type) for member in members]
        case RecordType(name=name, fields=fields):
            choices = [made(field, terms) for _, field in fields]
            bools = [field for field, inside in fields if isinstance(inside, BoolType)]
            names = [f"{field}=" if field in bools else "" for field, _ in fields]
            if bools:  # after a name, every field has one
                first = [field for field, _ in fields].index(bools[0])
                names[first:] = [f"{field}=" for field, _ in fields[first:]]
            found += _products(choices, lambda parts: f"{name}({_listed(names, parts)})", type)
        case TupleType(items=items):
            choices = [made(item, terms) for item in items]
            found += _products(choices, lambda parts: f"({', '.join(part.text for part in parts)})", type)
        case UnionType(members=members):
            found += [term for member in members for term in made(member, terms)]
        case OptionType(item=item):
            found += [Term("None", type), *made(item, terms)] if not atomic else made(item, terms)
        case SortType():
            pass
        case _:
            found = [term for term in found if not atomic]
    return sorted(found, key=lambda term: term.weight)[: MOST_RECORDS * (3 if isinstance(type, UnionType) else 1)]


def _listed(names: Sequence[str], parts: Sequence[Term]) -> str:
    return ", ".join(name + part.text for name, part in zip(names, parts, strict=True))


def _products(choices: Sequence[list[Term]], text: Callable[[Sequence[Term]], str], type: Type) -> list[Term]:
    """One value for each choice of the parts."""
    found: list[Term] = []
    for parts in itertools.islice(itertools.product(*choices), MOST_PRODUCTS):
        guards = tuple(dict.fromkeys(guard for part in parts for guard in part.guards))
        reads = frozenset(name for part in parts for name in part.reads)
        found.append(Term(text(parts), type, guards, reads, 1 + sum(part.weight for part in parts)))
    return found
