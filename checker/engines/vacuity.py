"""Antecedents: what must be reachable for an invariant to say anything.

`implies(A, B)` holds of a system in which `A` never happens, and `all(B for m in self.net if A)` of one that sends no
messages.  For each such place in an invariant there is a formula that says "here is a case": `A`, under the
quantifiers around it as `Exists`.  The search treats it like a witness, and a result says when it was never true.

The invariant stops at the first binding that decides it, where `Exists` goes on: so an antecedent can have an error
where its invariant has none.  That is no error of the spec.  The antecedent is not true there.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.core import ir
from checker.core.errors import Span
from checker.core.types import BOOL

MOST = 8
"""Antecedents of one invariant.  A formula with more has many cases; the first ones are looked at."""


def antecedents(invariant: ir.Property) -> tuple[ir.Property, ...]:
    """A witness for each place in `invariant` where a case is assumed; none where nothing is assumed.

    Those that read the successor of a step are left out: a witness is about one state.
    """
    found: list[ir.Property] = []
    for formula in _cases(invariant.formula):
        if not any(isinstance(node, ir.Variable) and node.primed for node in ir.walk(formula)):
            found.append(
                ir.Property(
                    kind="antecedent",
                    name=f"antecedent {len(found) + 1} of {invariant.name}",
                    doc=f"A state in which {invariant.name} says something.",
                    formula=formula,
                    span=formula.span,
                )
            )
    return tuple(found[:MOST])


def _cases(formula: ir.Expr) -> Iterator[ir.Expr]:
    """The cases that `formula` is about, innermost assumptions included; none where it assumes nothing."""
    match formula:
        case ir.Implies(left=left, right=right):
            yield from _under((left,), right, formula.span)
        case ir.Or(operands=(*others, last)):
            if any(isinstance(operand, ir.Not) for operand in others):
                yield from _under(tuple(map(_negated, others)), last, formula.span)
        case ir.And(operands=operands):
            for position, operand in enumerate(operands):
                for case in _cases(operand):
                    # what stands before may be what makes the case mean something, as `self.vote is not None` does
                    yield _and((*operands[:position], case), formula.span)
        case ir.If(condition=condition, then=then, otherwise=otherwise):
            yield from _branches(condition, then, otherwise, formula.span)
        case ir.Let(name=name, value=value, body=body):
            for case in _cases(body):
                yield ir.Let(type=BOOL, span=case.span, name=name, value=value, body=case)
        case ir.ForAll(binders=binders, body=body):
            yield from _instances(binders, body, formula.span)
        case _:
            return


def _under(assumed: tuple[ir.Expr, ...], conclusion: ir.Expr, span: Span) -> Iterator[ir.Expr]:
    """All of `assumed`, together with each case of the conclusion where it has some."""
    inner = tuple(_cases(conclusion))
    for case in inner or (None,):
        yield _and(assumed if case is None else (*assumed, case), span)


def _branches(condition: ir.Expr, then: ir.Expr, otherwise: ir.Expr, span: Span) -> Iterator[ir.Expr]:
    """An early `return True` assumes that its condition is false."""
    for assumed, branch, other in ((condition, then, otherwise), (_negated(condition), otherwise, then)):
        if isinstance(branch, ir.Boolean):
            continue
        if isinstance(other, ir.Boolean) and other.value:
            yield from _under((assumed,), branch, span)
        else:
            for case in _cases(branch):
                yield _and((assumed, case), span)


def _instances(binders: tuple[ir.Binder, ...], body: ir.Expr, span: Span) -> Iterator[ir.Expr]:
    """Some binding: one that satisfies the conditions of the binders, and a case of the body where it has some."""
    inner = tuple(_cases(body))
    for case in inner:
        yield ir.Exists(type=BOOL, span=case.span, binders=binders, body=case)
    if not inner and any(binder.condition is not None or _varies(binder.domain) for binder in binders):
        yield ir.Exists(type=BOOL, span=span, binders=binders, body=ir.Boolean(type=BOOL, span=span, value=True))


def _varies(domain: ir.Expr) -> bool:
    """Can the domain be empty in one state and not in another?"""
    return any(isinstance(node, ir.Variable) for node in ir.walk(domain))


def _and(operands: tuple[ir.Expr, ...], span: Span) -> ir.Expr:
    return operands[0] if len(operands) == 1 else ir.And(type=BOOL, span=span, operands=operands)


def _negated(operand: ir.Expr) -> ir.Expr:
    return operand.operand if isinstance(operand, ir.Not) else ir.Not(type=BOOL, span=operand.span, operand=operand)
