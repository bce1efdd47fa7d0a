"""Whom a message is for: the field of a record that says so, as far as a spec shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from checker.core import ir
from checker.core.types import RecordType, UnionType
from checker.core.values import Element, RecordValue, Value
from checker.export.messages import channels

RECEIVERS = ("dest", "dst", "destination", "to", "receiver", "recipient", "target")
"""Names that such a field often has."""


def receiver(
    spec: ir.Spec, action: ir.Action, arguments: Iterable[tuple[str, Value]], sorts: tuple[str, ...]
) -> Element | None:
    """The process that takes a message in a step of the action, where one of the arguments is a message that says so.

    `sorts` are those of processes.  A step that does nothing but take a message away, or put it back, is one of the
    surroundings.
    """
    if not _does_something(spec, action):
        return None
    records = [value for _, value in arguments if isinstance(value, RecordValue)]
    found = dict.fromkeys(element for record in records if (element := _receiver_of(spec, record, sorts)) is not None)
    return next(iter(found)) if len(found) == 1 else None


def _does_something(spec: ir.Spec, action: ir.Action) -> bool:
    """Does it change more than one channel, or send a message that it makes?"""
    changes = list(ir.assignments(action.body))
    assigned = {change.variable for change in changes}
    makes = any(isinstance(part, ir.MakeRecord) for change in changes for part in ir.walk(change.value))
    return makes or len(assigned) > 1 or not assigned <= set(channels(spec))


def _receiver_of(spec: ir.Spec, record: RecordValue, sorts: tuple[str, ...]) -> Element | None:
    """By the field with which other actions look into the state of a process; else by its name."""
    elements = {
        name: value
        for name, value in zip(record.names, record.values, strict=True)
        if isinstance(value, Element) and (value.sort in sorts or not sorts)
    }
    used = Counter(name for kind, name in _fields_as_keys(spec) if kind == record.record and name in elements)
    most = [name for name, count in used.items() if count == max(used.values())]
    if len(most) == 1:
        return elements[most[0]]
    named = [name for name in elements if name in RECEIVERS] if not most else []
    return elements[named[0]] if len(named) == 1 else None


def _fields_as_keys(spec: ir.Spec) -> Iterator[tuple[str, str]]:
    """The records and fields of the parameters with which actions look into the maps of the state."""
    for action in spec.actions:
        roots = {parameter.name for parameter in action.parameters}
        names: dict[str, ir.Expr] = {}
        for part in _expressions(action.body, names):
            if isinstance(part, ir.Lookup | ir.Replace) and isinstance(part.map, ir.Variable):
                key = names.get(part.key.name) if isinstance(part.key, ir.Local) else part.key
                if isinstance(key, ir.Field) and _root(key.operand) in roots:
                    yield from ((record, key.name) for record in _records(key.operand))


def _expressions(statements: tuple[ir.Statement, ...], names: dict[str, ir.Expr]) -> Iterator[ir.Expr]:
    """Every expression in the statements; `names` gets what local names stand for."""
    for statement in statements:
        match statement:
            case ir.Require(condition=value) | ir.Assign(value=value):
                yield from ir.walk(value)
            case ir.Bind(name=name, value=value):
                names[name] = value
                yield from ir.walk(value)
            case ir.Branch(condition=condition, then=then, otherwise=otherwise):
                yield from ir.walk(condition)
                yield from _expressions((*then, *otherwise), names)


def _root(node: ir.Expr) -> str | None:
    """The name that a record has, whatever it was narrowed to."""
    while isinstance(node, ir.Narrow | ir.Unwrap):
        node = node.operand
    return node.name if isinstance(node, ir.Local) else None


def _records(node: ir.Expr) -> tuple[str, ...]:
    match node.type:
        case RecordType(name=name):
            return (name,)
        case UnionType(members=members):
            return tuple(member.name for member in members)
        case _:
            return ()
