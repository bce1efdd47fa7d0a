"""Messages: which records a state holds in its sets and bags, and which of them a step read.

What a step read is not guessed from the text of its action.  It follows from the meaning: a step read a message when,
without it, the step could not have happened as it did.  Where more messages were at hand than were needed (three
promises, and a majority of two), the ones that were sent last are left out first, so that what remains is enough and
no part of it can be spared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from checker.core import ir
from checker.core.errors import UserError
from checker.core.structs import struct
from checker.core.trace import Label
from checker.core.types import BagType, MapType, RecordType, SetType, Type, UnionType
from checker.core.values import FrozenBag, FrozenMap, RecordValue, State, Value, in_order
from checker.export.changes import FieldName, Key, Place


class Oracle(Protocol):
    """What has to be known of the meaning of a spec; the interpreter gives it."""

    def replay(self, state: State, label: Label) -> State | None:
        """The state to which the step leads, or None where it is not possible.  May raise `UserError`."""
        ...

    def holds(self, name: str, state: State) -> bool:
        """Is the property of this name true in the state?  May raise `UserError`."""
        ...


@struct
class Held:
    """A message, and the set or bag that holds it."""

    place: Place
    record: RecordValue


def channels(spec: ir.Spec) -> tuple[str, ...]:
    """The variables that hold messages: sets and bags of records, or maps of such."""
    return tuple(
        variable.name for variable in spec.variables if not variable.ghost and _holds_records(variable.type)
    )


def _holds_records(type: Type) -> bool:
    match type:
        case SetType(item=item) | BagType(item=item):
            return isinstance(item, RecordType | UnionType)
        case MapType(value=value):
            return _holds_records(value)
        case _:
            return False


def held(state: State, channels: Iterable[str]) -> dict[Held, int]:
    """The messages in the state with their numbers of copies, in a fixed order."""
    return {
        Held(place, record): copies
        for channel in channels
        for place, record, copies in _records(Place(channel), state[channel])
    }


def _records(place: Place, value: Value) -> Iterator[tuple[Place, RecordValue, int]]:
    match value:
        case frozenset():
            yield from ((place, item, 1) for item in in_order(value) if isinstance(item, RecordValue))
        case FrozenBag(items=items):
            yield from ((place, item, copies) for item, copies in items if isinstance(item, RecordValue))
        case FrozenMap(items=items):
            for key, item in items:
                yield from _records(place.into(Key(key)), item)
        case _:
            pass


def messages_read(
    oracle: Oracle, before: State, label: Label, after: State, candidates: Iterable[Held], copies: dict[Held, int]
) -> tuple[Held, ...]:
    """The messages of `before` without which the step would not be possible or would not lead to `after`.

    `candidates` are tried for leaving out in their order; `copies` says how many of each `before` holds.
    """

    def suffices(without: dict[Held, int]) -> bool:
        reached = oracle.replay(_changed(before, without, -1), label)
        return reached is not None and _changed(reached, without, +1) == after

    return _indispensable(suffices, candidates, copies)


def messages_behind(
    oracle: Oracle, name: str, state: State, candidates: Iterable[Held], copies: dict[Held, int]
) -> tuple[Held, ...]:
    """The messages of `state` without which the property would not be violated there, or, if it holds, not hold."""
    truth = oracle.holds(name, state)
    return _indispensable(
        lambda without: oracle.holds(name, _changed(state, without, -1)) == truth, candidates, copies
    )


def _indispensable(
    suffices: Callable[[dict[Held, int]], bool], candidates: Iterable[Held], copies: dict[Held, int]
) -> tuple[Held, ...]:
    left_out: dict[Held, int] = {}
    kept: list[Held] = []
    for message in candidates:
        attempt = {**left_out, message: copies[message]}
        try:
            spare = suffices(attempt)
        except UserError:
            spare = False  # a spec may fail on a state that it never reaches
        if spare:
            left_out = attempt
        else:
            kept.append(message)
    return tuple(kept)


def _changed(state: State, messages: dict[Held, int], sign: int) -> State:
    values = dict(state.items())
    for message, copies in messages.items():
        name = message.place.variable
        values[name] = _changed_value(values[name], message.place.path, message.record, sign * copies)
    return replace(state, values=tuple(values.values()))


def _changed_value(
    value: Value, path: tuple[Key | FieldName, ...], record: RecordValue, copies: int
) -> Value:
    match value, path:
        case FrozenMap(), (Key(key), *rest):
            return value.replace(key, _changed_value(value[key], tuple(rest), record, copies))
        case frozenset(), ():
            return value | {record} if copies > 0 else value - {record}
        case FrozenBag(), ():
            return value.change(record, copies)
        case _:
            raise AssertionError(f"no messages at {path}")
