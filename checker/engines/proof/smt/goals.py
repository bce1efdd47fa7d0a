"""A long formula as the many small goals that it consists of, each with what may be assumed for it.

Names that it introduces and what it says of all values are opened up here, where the language is still known, so that a
goal speaks of constants: what Z3 is told of a sum or a maximum is then about these constants too, with no quantifier.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.core import ir
from checker.core.structs import struct
from checker.engines.proof.smt import quantify
from checker.engines.proof.smt.columns import fresh
from checker.engines.proof.smt.logic import Leaf, conjunction, negation
from checker.engines.proof.smt.translate import Names, Translator
from checker.engines.proof.smt.values import well_typed


@struct
class Goal:
    """Where `given` holds, `formula` is to hold."""

    given: Leaf
    formula: Leaf


def goals(translator: Translator, formula: ir.Expr, names: Names, given: Sequence[Leaf] = ()) -> Iterator[Goal]:
    """Goals that together are the formula, in its order; none is left out, be it plainly true."""
    match formula:
        case ir.And(operands=operands):
            for operand in operands:
                yield from goals(translator, operand, names, given)
        case ir.Implies(left=left, right=right):
            yield from goals(translator, right, names, _more(translator, given, names, [left]))
        case ir.Or(operands=(*others, last)):
            yield from goals(translator, last, names, _more(translator, given, names, others, truth=False))
        case ir.Let(name=name, value=value, body=body):
            found = None if _is_excluded(given) else translator.term(value, names)
            yield from goals(translator, body, {**names, name: found}, given)
        case ir.ForAll(binders=binders, body=body):
            inner, assumed = dict(names), list(given)
            for binder in binders:
                assumed += () if _is_excluded(assumed) else _chosen(translator, binder, inner)
            yield from goals(translator, body, inner, assumed)
        case _:
            yield Goal(False, True) if _is_excluded(given) else Goal(
                conjunction(given), translator.formula(formula, names)
            )


def _is_excluded(given: Sequence[Leaf]) -> bool:
    return any(part is False for part in given)


def _more(
    translator: Translator, given: Sequence[Leaf], names: Names, conditions: Sequence[ir.Expr], truth: bool = True
) -> list[Leaf]:
    """What is given, and these conditions (or that they are false).  Nothing is looked at once one of them is False."""
    found = list(given)
    for condition in conditions:
        if not _is_excluded(found):
            holds = translator.formula(condition, names)
            found.append(holds if truth else negation(holds))
    return found


def _chosen(translator: Translator, binder: ir.Binder, names: dict[str, object]) -> Iterator[Leaf]:
    """Any value of the binder, which gets its name."""
    chosen = fresh(translator.universe, binder.name, binder.type)
    yield well_typed(translator.universe, chosen, binder.type, any_ints=True)
    yield quantify.contains(translator, binder.domain, names, chosen)
    names[binder.name] = chosen
    if binder.condition is not None:
        yield translator.formula(binder.condition, names)
