"""What the plain programs begin with: values that are ordinary Python, and a breadth-first search.

It knows nothing of the checker.  A state is a dict of variables; elements of a sort are numbers, members of an
enumeration strings, a record is a tuple that begins with its name, a map a dict, a set a frozenset, a sequence a tuple,
and a bag a dict of counts.  A method of the spec is a function of a state that it may change.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


class Disabled(Exception):
    """A `require` does not hold."""


class Cut(Exception):
    """The model has no room for a value."""


class Below(Exception):
    """An int is below its range."""


class Missing(Exception):
    """A bag does not hold what is removed from it."""


CODES = {IndexError: "R001", ValueError: "R002", Missing: "R003", ZeroDivisionError: "R004", Below: "R005"}
"""What Python raises, and what the checker calls it."""

ERRORS = tuple(CODES)


# --- what the language has and Python has not ---------------------------------------------------------------------


def need(condition: object) -> None:
    """`require` of one condition."""
    if not condition:
        raise Disabled


def following(element: int, size: int) -> int:
    """`.next` in a sort of that size."""
    if element + 1 == size:
        raise Cut
    return element + 1


def at(sequence: tuple[Any, ...], index: int) -> Any:
    """An item at a computed index, which does not count from the end."""
    if index < 0:
        raise IndexError
    return sequence[index]


def part(sequence: tuple[Any, ...], start: int, stop: int) -> tuple[Any, ...]:
    """A slice with computed bounds, which do not count from the end."""
    if start < 0 or stop < 0:
        raise IndexError
    return sequence[start:stop]


def bag(items: Any) -> dict[Any, int]:
    """The bag of these items."""
    return added({}, *items)


def added(bag: dict[Any, int], *items: Any) -> dict[Any, int]:
    """The bag with one more of each of the items."""
    bag = dict(bag)
    for item in items:
        bag[item] = bag.get(item, 0) + 1
    return bag


def discarded(bag: dict[Any, int], item: Any) -> dict[Any, int]:
    """The bag with one less of the item, if it has one."""
    left = {**bag, item: bag.get(item, 0) - 1}
    return {item: count for item, count in left.items() if count > 0}


def removed(bag: dict[Any, int], item: Any) -> dict[Any, int]:
    """The bag with one less of the item."""
    if item not in bag:
        raise Missing
    return discarded(bag, item)


# --- bounds -------------------------------------------------------------------------------------------------------

Shape = tuple[Any, ...]
"""What a type allows in the model: ("any",), ("int", low, high), ("maybe", shape), ("record", {name: shapes}),
("tuple", shapes), ("map", shape), ("set", shape), ("seq", length, shape), ("bag", distinct, copies, shape)."""


def stored(value: Any, shape: Shape) -> Any:
    """`value`, where the model has room for it.  A container is looked at before what it holds."""
    match shape:
        case ("int", low, high):
            if value < low:
                raise Below
            if value > high:
                raise Cut
        case ("maybe", item) if value is not None:
            stored(value, item)
        case ("record", shapes):
            for inside, inner in zip(value[1:], shapes[value[0]], strict=True):
                stored(inside, inner)
        case ("tuple", shapes):
            for inside, inner in zip(value, shapes, strict=True):
                stored(inside, inner)
        case ("map", item):
            for inside in value.values():
                stored(inside, item)
        case ("set", item):
            for inside in value:
                stored(inside, item)
        case ("seq", length, item):
            if len(value) > length:
                raise Cut
            for inside in value:
                stored(inside, item)
        case ("bag", distinct, copies, item):
            if len(value) > distinct or any(count > copies for count in value.values()):
                raise Cut
            for inside in value:
                stored(inside, item)
    return value


# --- the search ---------------------------------------------------------------------------------------------------


@dataclass
class Method:
    """An initial state, an action, or a property: its name in the spec, and the values of each of its parameters."""

    name: str
    function: Callable[..., Any]
    domains: tuple[list[Any], ...] = ()


@dataclass
class Program:
    """What a plain program says.  `shapes` has the bounds of each variable, in the order of their declaration."""

    shapes: dict[str, Shape]
    inits: list[Method]
    actions: list[Method]
    invariants: list[Method]
    step_invariants: list[Method]
    witnesses: list[Method]
    constraints: list[Method]
    deadlock: bool


@dataclass
class Found:
    """What there is to compare.  `wrong` holds what a search may meet first: a verdict, and the length of its trace.

    `drawn` are the actions with a parameter that has no range: how often a step of them is cut depends on how many of
    the ints are tried.
    """

    states: int = 0
    generated: int = 0
    depth: int = 0
    terminal: int = 0
    outside: int = 0
    complete: bool = True
    actions: dict[str, tuple[int, int]] = field(default_factory=dict)
    witnesses: dict[str, int] = field(default_factory=dict)
    wrong: set[tuple[str, int]] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)


def frozen(value: Any) -> Any:
    """The value as something that can be in a set."""
    if isinstance(value, dict):
        return frozenset((key, frozen(inside)) for key, inside in value.items())
    return tuple(map(frozen, value)) if isinstance(value, tuple) else value


class Enumeration:
    """All states, level by level, until something is wrong or there are more than `most`."""

    def __init__(self, program: Program, most: int) -> None:
        self.program = program
        self.most = most
        self.found = Found(
            actions={action.name: (0, 0) for action in program.actions},
            drawn={action.name for action in program.actions if list(range(-15, 16)) in action.domains},
        )
        self.seen: set[Any] = set()
        self.fresh: list[dict[str, Any]] = []

    def run(self) -> Found:
        """What was found: in all levels, or in those before the one that goes beyond `most` states."""
        for initial in self.program.inits:
            for state in self._steps(initial, {}):
                self._reach(None, state)
        while self.fresh and not self.found.wrong:
            before = copy.deepcopy(self.found)
            level, self.fresh = self.fresh, []
            self.found.depth += 1
            for state in level:
                self._expand(state)
            if self.found.states > self.most and not self.found.wrong:
                before.depth, before.complete = before.depth + 1, False
                return before
        return self.found

    def _expand(self, state: dict[str, Any]) -> None:
        found = self.found
        steps = 0
        before = sum(cut for _, cut in found.actions.values())
        for action in self.program.actions:
            for after in self._steps(action, state):
                steps += 1
                self._reach(state, after)
        if not steps:
            found.terminal += 1
            if self.program.deadlock and before == sum(cut for _, cut in found.actions.values()):
                found.wrong.add(("deadlock", found.depth))

    def _steps(self, method: Method, state: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The states after the method, for all choices of its parameters."""
        found = self.found
        for arguments in itertools.product(*method.domains):
            after = dict(state)
            generated, cut = found.actions.get(method.name, (0, 0))
            try:
                method.function(after, *arguments)
                after = {name: stored(after[name], shape) for name, shape in self.program.shapes.items()}
            except Disabled:
                continue
            except Cut:
                if state:
                    found.actions[method.name] = (generated, cut + 1)
                else:
                    found.wrong.add(("R007", 0))
                continue
            except ERRORS as error:
                found.wrong.add((CODES[type(error)], found.depth))
                continue
            found.generated += 1
            if state:
                found.actions[method.name] = (generated + 1, cut)
            yield after

    def _reach(self, before: dict[str, Any] | None, state: dict[str, Any]) -> None:
        """Looks at a step and at the state that it leads to (from nowhere to an initial state)."""
        found, program, key = self.found, self.program, frozen(state)
        values = [self._true(entry, state) for entry in program.constraints]
        inside = all(values)
        found.outside += not inside
        if before is not None:
            self._check(program.step_invariants, before, state)
        if key not in self.seen:
            self._check(program.invariants, state)
        if not inside or key in self.seen:
            return
        self.seen.add(key)
        self.fresh.append(state)
        found.states += 1
        length = found.depth + 1
        for witness in program.witnesses:
            if found.witnesses.get(witness.name, length) == length and self._true(witness, state):
                found.witnesses[witness.name] = length

    def _check(self, entries: list[Method], *states: dict[str, Any]) -> None:
        for entry in entries:
            if self._true(entry, *states) is False:
                self.found.wrong.add((entry.name, self.found.depth + 1))

    def _true(self, entry: Method, *states: dict[str, Any]) -> bool | None:
        """Is the property true?  None where it has no value, which is noted."""
        try:
            return bool(entry.function(*states))
        except Cut:
            code = "R006"
        except ERRORS as error:
            code = CODES[type(error)]
        self.found.wrong.add((code, self.found.depth + 1))
        return None
