"""Which process acts in a step.

Nothing in a spec says so, but a process reads and writes its own state: the entries of the maps that processes are the
keys of.  So the actor of a step is the key that the action uses most often to look into those maps.  An action that
looks into none is taken by a process among its arguments, or by the receiver of a message among them.  Otherwise it has
an actor of its own kind: the holder of a ballot (the element of an ordered sort among its parameters), or else the
surroundings, such as a network that loses a message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from checker.core import ir
from checker.core.trace import Label
from checker.core.types import MapType, SortType
from checker.core.values import Element, State
from checker.export.glimpse import UNKNOWN, Glimpse
from checker.export.receivers import receiver


def process_sorts(spec: ir.Spec) -> tuple[str, ...]:
    """The sorts that are keys of state variables, the one with most variables first."""
    counts = Counter(
        variable.type.key.name
        for variable in spec.variables
        if not variable.ghost and isinstance(variable.type, MapType) and isinstance(variable.type.key, SortType)
    )
    return tuple(name for name, _ in counts.most_common())


def actor(spec: ir.Spec, before: State, label: Label) -> Element | None:
    """The process that takes the step, or the holder of a ballot; None for the surroundings."""
    action = next(action for action in spec.actions if action.name == label.action)
    sorts = process_sorts(spec)
    keys = Counter(_keys(action.body, Glimpse(dict(before.items()), dict(label.arguments))))
    for sort in sorts:
        used = [(count, key) for key, count in keys.items() if key.sort == sort]
        if used:
            return max(used, key=lambda entry: entry[0])[1]  # the first one where counts are equal
    elements = [value for _, value in label.arguments if isinstance(value, Element)]
    ordered = {
        parameter.type.name
        for parameter in action.parameters
        if isinstance(parameter.type, SortType) and parameter.type.ordered
    }
    processes = [element for element in elements if element.sort in sorts]
    holders = [element for element in elements if element.sort in ordered]
    if processes:
        return processes[0]
    return receiver(spec, action, label.arguments, sorts) or next(iter(holders), None)


def _keys(statements: tuple[ir.Statement, ...], seen: Glimpse) -> Iterator[Element]:
    """The elements with which the step looks into the maps of the state, once for every look.

    `seen` follows the statements.  Of a branch only the side that is taken counts, where that can be told."""
    for statement in statements:
        match statement:
            case ir.Require(condition=condition):
                yield from _keys_in(condition, seen)
            case ir.Assign(variable=variable, value=value):
                yield from _keys_in(value, seen)
                seen.variables[variable] = seen.value(value)
            case ir.Bind(name=name, value=value):
                yield from _keys_in(value, seen)
                seen.names[name] = seen.value(value)
            case ir.Branch(condition=condition, then=then, otherwise=otherwise):
                yield from _keys_in(condition, seen)
                truth = seen.value(condition)
                yield from _keys(then, seen) if truth is not False else ()
                yield from _keys(otherwise, seen) if truth is not True else ()
                if truth is UNKNOWN:
                    seen.variables.update((part.variable, UNKNOWN) for part in ir.assignments((*then, *otherwise)))


def _keys_in(node: ir.Expr, seen: Glimpse) -> Iterator[Element]:
    """The same of an expression: of what is evaluated in it, as far as that can be told."""
    match node:
        case ir.Lookup(map=ir.Variable(), key=key) | ir.Replace(map=ir.Variable(), key=key):
            element = seen.value(key)
            if isinstance(element, Element):
                yield element
        case ir.Let(name=name, value=value):
            seen.names[name] = seen.value(value)
        case _:
            pass
    for part in _evaluated(node, seen):
        yield from _keys_in(part, seen)


def _evaluated(node: ir.Expr, seen: Glimpse) -> Iterator[ir.Expr]:
    """The expressions directly inside `node` that are evaluated: all, but for those after the result is known."""
    match node:
        case ir.And(operands=operands) | ir.Or(operands=operands):
            for operand in operands:
                yield operand
                if seen.value(operand) is isinstance(node, ir.Or):
                    return
        case ir.Implies(left=left, right=right):
            yield left
            if seen.value(left) is not False:
                yield right
        case ir.If(condition=condition, then=then, otherwise=otherwise):
            truth = seen.value(condition)
            yield condition
            yield from (then,) if truth is not False else ()
            yield from (otherwise,) if truth is not True else ()
        case _:
            yield from ir.children(node)
