"""Which process acts in a step.

Nothing in a spec says so, but a process reads and writes its own state: the entries of the maps that processes are the
keys of.  So the actor of a step is the key that the action uses most often to look into those maps.  An action that
looks into none is its own kind of actor: the holder of a ballot (the element of an ordered sort among its parameters),
or else the surroundings, such as a network that loses a message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from checker.core import ir
from checker.core.trace import Label
from checker.core.types import MapType, SortType
from checker.core.values import Element, FrozenMap, RecordValue, State, Value


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
    known = dict(label.arguments)
    keys = Counter(_keys(action, known, before))
    for sort in sorts:
        used = [(count, key) for key, count in keys.items() if key.sort == sort]
        if used:
            return max(used, key=lambda entry: entry[0])[1]  # the first one where counts are equal
    elements = [value for value in known.values() if isinstance(value, Element)]
    ordered = {
        parameter.type.name
        for parameter in action.parameters
        if isinstance(parameter.type, SortType) and parameter.type.ordered
    }
    processes = [element for element in elements if element.sort in sorts]
    holders = [element for element in elements if element.sort in ordered]
    return next(iter(processes + holders), None)


def _keys(action: ir.Action, known: dict[str, Value], before: State) -> Iterator[Element]:
    for node in _expressions(action.body, known, before):
        match node:
            case ir.Lookup(map=ir.Variable(), key=key) | ir.Replace(map=ir.Variable(), key=key):
                value = _evaluate(key, known, before)
                if isinstance(value, Element):
                    yield value
            case ir.Let(name=name, value=bound):
                known[name] = _evaluate(bound, known, before)
            case _:
                pass


def _expressions(
    statements: tuple[ir.Statement, ...], known: dict[str, Value], before: State
) -> Iterator[ir.Expr]:
    for statement in statements:
        match statement:
            case ir.Require(condition=condition):
                yield from ir.walk(condition)
            case ir.Assign(value=value):
                yield from ir.walk(value)
            case ir.Bind(name=name, value=value):
                known[name] = _evaluate(value, known, before)
                yield from ir.walk(value)
            case ir.Branch(condition=condition, then=then, otherwise=otherwise):
                yield from ir.walk(condition)
                yield from _expressions((*then, *otherwise), known, before)


def _evaluate(node: ir.Expr, known: Mapping[str, Value], before: State) -> Value:
    """The value of a name, a field of it, or an entry of the state; None for anything else."""
    match node:
        case ir.Local(name=name):
            return known.get(name)
        case ir.Variable(name=name):
            return before[name]
        case ir.Widen(operand=operand) | ir.Narrow(operand=operand) | ir.Some(operand=operand) | ir.Unwrap(
            operand=operand
        ):
            return _evaluate(operand, known, before)
        case ir.Field(operand=operand, name=name):
            record = _evaluate(operand, known, before)
            return record.values[record.names.index(name)] if isinstance(record, RecordValue) else None
        case ir.Lookup(map=map, key=key):
            whole, at = _evaluate(map, known, before), _evaluate(key, known, before)
            return whole[at] if isinstance(whole, FrozenMap) and isinstance(at, Element) else None
        case _:
            return None
