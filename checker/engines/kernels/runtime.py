"""What generated code calls: operations on plain values that are too long to be written out.

`SpecError` is an error of the spec, `Outside` leaves the model's bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from checker.engines.plain import Outside, Plain, check_int
from checker.engines.system import SpecError

Key = Callable[[Plain], Any]


def fail() -> NoReturn:
    """An error of the spec."""
    raise SpecError


def leave() -> NoReturn:
    """A value that the model has no room for."""
    raise Outside


def successor(position: int, last: int) -> int:
    """The position of the next element of an ordered sort."""
    if position >= last:
        raise Outside
    return position + 1


def floor_divide(left: int, right: int) -> int:
    """`left // right`."""
    if right == 0:
        raise SpecError
    return left // right


def modulo(left: int, right: int) -> int:
    """`left % right`."""
    if right == 0:
        raise SpecError
    return left % right


def item_at(sequence: tuple[Plain, ...], index: int) -> Plain:
    """The item of a sequence; negative indices are outside of it."""
    if not 0 <= index < len(sequence):
        raise SpecError
    return sequence[index]


def slice_of(sequence: tuple[Plain, ...], start: int, stop: int) -> Plain:
    """The items from `start` up to but not including `stop`; neither may be negative."""
    if start < 0 or stop < 0:
        raise SpecError
    return sequence[start:stop]


def least(values: Iterable[int]) -> int:
    """The least; of nothing, an error of the spec."""
    found = min(values, default=None)
    return fail() if found is None else found


def greatest(values: Iterable[int]) -> int:
    """The greatest; of nothing, an error of the spec."""
    found = max(values, default=None)
    return fail() if found is None else found


def replaced(values: tuple[Plain, ...], index: int, value: Plain) -> Plain:
    """The tuple with another value at `index`."""
    return (*values[:index], value, *values[index + 1 :])


def field_at(record: Plain, positions: dict[str, int]) -> Plain:
    """A field that the members of a union have at different positions."""
    return record[positions[record[0]]]


def mask_of(codes: Iterable[int]) -> int:
    """The set of the items with these codes."""
    mask = 0
    for code in codes:
        mask |= 1 << code
    return mask


def bag_of(items: Iterable[Plain], key: Key) -> Plain:
    """The bag of these items."""
    counts: dict[Plain, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return tuple(sorted(counts.items(), key=lambda entry: key(entry[0])))


def bag_count(bag: Plain, item: Plain) -> int:
    """The number of copies of `item`."""
    for other, copies in bag:
        if other == item:
            return copies
    return 0


def bag_size(bag: Plain) -> int:
    """The number of items with all copies."""
    return sum(copies for _, copies in bag)


def bag_add(bag: Plain, item: Plain, key: Key) -> Plain:
    """The bag with one more copy of `item`."""
    if not bag:
        return ((item, 1),)
    for index, (other, copies) in enumerate(bag):
        if other == item:
            return (*bag[:index], (item, copies + 1), *bag[index + 1 :])
    return tuple(sorted((*bag, (item, 1)), key=lambda entry: key(entry[0])))


def bag_add_all(bag: Plain, items: Iterable[Plain], key: Key) -> Plain:
    """The bag with one more copy of each of the items."""
    counts = dict(bag)
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return tuple(sorted(counts.items(), key=lambda entry: key(entry[0])))


def bag_remove(bag: Plain, item: Plain) -> Plain:
    """The bag with one copy less; without a copy, an error of the spec."""
    if not any(other == item for other, _ in bag):
        raise SpecError
    return bag_discard(bag, item)


def bag_discard(bag: Plain, item: Plain) -> Plain:
    """The bag with one copy less, if there is one."""
    return tuple(
        (other, copies - (other == item)) for other, copies in bag if copies > 1 or other != item
    )


FUNCTIONS: dict[str, Any] = {
    function.__name__: function
    for function in (
        fail, leave, successor, floor_divide, modulo, item_at, slice_of, least, greatest, replaced, field_at, mask_of,
        bag_of, bag_count, bag_size, bag_add, bag_add_all, bag_remove, bag_discard, check_int,
    )
}
"""The functions by the names under which generated code finds them."""
