"""What Z3 waits for before it makes an instance of a clause about items that have collections inside.

Such a clause speaks of an item, which is a relation with an array an argument, and often of a place in one of its
collections too.  No single term has all of its variables, and what Z3 chooses instead can be a term that is in the
conclusion alone: it would wait for what only the instance brings.  So it is told to wait for items and for reads of
their collections.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Iterator, Sequence

import z3

from checker.engines.proof.smt.logic import Symbol
from checker.engines.proof.smt.traversal import occurring


def triggers(variables: Sequence[Symbol], matrix: Symbol) -> list[Symbol]:
    """Patterns, any of which is enough; none where Z3 chooses itself."""
    collections = [variable for variable in variables if z3.is_array(variable)]
    if not collections:
        return []
    items: list[Symbol] = []
    reads: list[Symbol] = []
    for term in _terms(matrix):
        if z3.is_select(term) and occurring(term.arg(0), collections):
            reads.append(term)
        elif term.decl().kind() == z3.Z3_OP_UNINTERPRETED and _is_tuple(term) and occurring(term, collections):
            items.append(term)
    known = {str(variable) for item in items for variable in occurring(item, variables)}
    left = [variable for variable in variables if str(variable) not in known]
    if not items or not left:
        return []
    return [z3.MultiPattern(*items, read) for read in reads if len(occurring(read, left)) == len(left)]


def matched(variables: Sequence[Symbol], matrix: Symbol) -> set[str]:
    """The names of the variables for which there is a term to wait for: the arguments of functions and relations."""
    of_functions = (term for term in _terms(matrix) if term.decl().kind() == z3.Z3_OP_UNINTERPRETED)
    arguments = {str(child) for term in of_functions for child in term.children() if z3.is_const(child)}
    return {str(variable) for variable in variables} & arguments


def _is_tuple(term: Symbol) -> bool:
    return term.num_args() > 0 and all(z3.is_const(child) for child in term.children())


def _terms(matrix: Symbol) -> Iterator[Symbol]:
    """Every term outside of inner quantifiers, once."""
    seen: set[int] = set()
    pending = [matrix]
    while pending:
        term = pending.pop()
        if term.get_id() not in seen and z3.is_app(term):
            seen.add(term.get_id())
            yield term
            pending += reversed(term.children())
