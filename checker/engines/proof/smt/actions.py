"""Actions as formulas: for which arguments a step can be taken, and the state after it.

The state after a step is the old one with the updates around it (a weakest precondition), so nothing has to be said of
what stays as it was.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Mapping

from checker.core import ir
from checker.core.definedness import within_order
from checker.core.structs import struct
from checker.core.types import BagType, MapType, SeqType, SetType
from checker.engines.proof.smt import quantify
from checker.engines.proof.smt.concrete import from_value
from checker.engines.proof.smt.logic import Leaf, conjunction, disjunction
from checker.engines.proof.smt.columns import fresh, variable
from checker.engines.proof.smt.terms import Term
from checker.engines.proof.smt.translate import Names, Translator
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import equal, well_typed


@struct
class SymbolicStep:
    """A step with unknown arguments.  It is taken where `guard` holds; `defined`: it is neither an error nor cut.

    In an instance, `certain` is the part of `defined` without which no step is taken, for what stands in an `all` or
    `any` need not be evaluated; and `records`: no int of a record that is made is below its range.
    """

    arguments: Mapping[str, Term]
    guard: Leaf
    defined: Leaf
    after: Mapping[str, Term]
    certain: Leaf
    records: Leaf


def symbolic_step(
    universe: Universe, action: ir.LoweredAction, state: Mapping[str, Term], known: Mapping[str, Term] | None = None
) -> SymbolicStep:
    """One step of the action from the state (for an `@init`, from an empty one), where `known` with these arguments."""
    translator = Translator(universe, state)
    arguments: dict[str, Term] = {}
    guards: list[Leaf] = []
    for parameter in action.parameters:
        chosen = _unknown(universe, parameter, initial=not state) if known is None else known[parameter.name]
        guards.append(well_typed(universe, chosen, parameter.type, any_ints=True))
        guards.append(_is_offered(translator, parameter, arguments, chosen))
        translator.assume(conjunction(guards[-2:]))
        arguments[parameter.name] = chosen
    names = dict(arguments)
    for step in action.steps:
        match step:
            case ir.Require(condition=condition):
                guards.append(_taken(translator, condition, names))
                guards.append(translator.formula(condition, names))
                translator.assume(guards[-1])
            case ir.Bind(name=name, value=value):
                guards.append(_taken(translator, value, names))
                names[name] = translator.term(value, names)
    guards += [_taken(translator, value, names) for _, value in action.updates]
    after = {**state, **{name: translator.term(value, names) for name, value in action.updates}}
    return SymbolicStep(
        arguments, conjunction(guards), conjunction(translator.defined), after, conjunction(translator.certain),
        conjunction(translator.records),
    )


def _is_offered(translator: Translator, parameter: ir.Parameter, arguments: Names, chosen: Term) -> Leaf:
    """Is it a value that the parameter may have?  What a model fixes of an `@init`, is all that there is."""
    instance = translator.universe.instance
    given = None if instance is None else instance.given(parameter.gives)
    if given is None:
        return quantify.contains(translator, parameter.domain, arguments, chosen)
    terms = [from_value(translator.universe, value, parameter.type) for value in given]
    return disjunction(equal(translator.universe, chosen, term, parameter.type) for term in terms)


def _unknown(universe: Universe, parameter: ir.Parameter, *, initial: bool) -> Term:
    """An argument.  A collection is one of all that an instance has; what an `@init` is given becomes a variable,
    mostly, and looks like one at once, since a relation has more values than can be listed."""
    if initial and universe.instance is not None and isinstance(parameter.type, MapType | SetType | BagType | SeqType):
        return variable(universe, str(universe.constant(parameter.name, universe.truths)), parameter.type)
    return fresh(universe, parameter.name, parameter.type)


def _taken(translator: Translator, value: ir.Expr, names: Names) -> Leaf:
    """The step is not cut since there is no `next` of a last element."""
    within = within_order(value)
    return True if within is None else translator.formula(within, names)
