"""Formulas over a packed state: tests of bits that merge into one, and anything else as text.

`all_of` and `some_of` are `and` and `or`.  A test of bits can neither fail nor cost much, so those are moved to the
front and merged: `x in s and y in s` is one masked comparison.  They never move past a part that is not `total`, one
that may raise, since that part must raise exactly when the interpreter's does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, Union, assert_never

from checker.core.structs import struct


@struct(eq=False)
class Constant:
    """True or false, whatever the state: `TRUE` and `FALSE`, and no others."""

    value: bool


@struct
class BitField:
    """The bits `position` up to `position + width` of the packed state that the generated code calls `source`."""

    source: str
    position: int
    width: int

    @property
    def mask(self) -> int:
        """The bits of the field, in place."""
        return ((1 << self.width) - 1) << self.position

    @property
    def text(self) -> str:
        """The field's content."""
        shifted = f"{self.source} >> {self.position}" if self.position else self.source
        return f"{shifted} & {(1 << self.width) - 1}"


@struct
class Holds:
    """The content of `field` is one of `codes`; `possible` are all that occur (both with a bit for each code)."""

    field: BitField
    codes: int
    possible: int


@struct
class Match:
    """The bits under `mask` are those of `value`."""

    source: str
    mask: int
    value: int


@struct
class SomeBit:
    """A bit under `mask` is set."""

    source: str
    mask: int


@struct
class Text:
    """A Python expression that is true or false; one that is not `total` may raise."""

    text: str
    total: bool = True


@struct
class Negation:
    operand: Formula


@struct
class AllOf:
    operands: tuple[Formula, ...]


@struct
class SomeOf:
    operands: tuple[Formula, ...]


Formula: TypeAlias = Union[Constant, Holds, Match, SomeBit, Text, Negation, AllOf, SomeOf]

TRUE = Constant(True)
FALSE = Constant(False)


def holds(field: BitField, codes: int, possible: int) -> Formula:
    """The content of `field` is one of `codes`."""
    codes &= possible
    if codes == 0:
        return FALSE
    return TRUE if codes == possible else Holds(field, codes, possible)


def bit(source: str, position: int) -> Formula:
    """The bit at `position` is set."""
    return Holds(BitField(source, position, 1), 0b10, 0b11)


def is_total(formula: Formula) -> bool:
    """Can evaluation do nothing but give a value?"""
    match formula:
        case Constant() | Holds() | Match() | SomeBit():
            return True
        case Text(total=total):
            return total
        case Negation(operand=operand):
            return is_total(operand)
        case AllOf(operands=operands) | SomeOf(operands=operands):
            return all(map(is_total, operands))
        case _:
            assert_never(formula)


def is_cheap(formula: Formula) -> bool:
    """Is it as good as a name?  Then it can stand in several places."""
    match formula:
        case Constant() | Holds() | Match() | SomeBit():
            return True
        case Text(text=text):
            return text.isidentifier()
        case Negation(operand=operand):
            return is_cheap(operand)
        case AllOf() | SomeOf():
            return False
        case _:
            assert_never(formula)


def negate(formula: Formula) -> Formula:
    """`not formula`."""
    match formula:
        case Constant(value=value):
            return FALSE if value else TRUE
        case Holds(field=field, codes=codes, possible=possible):
            return holds(field, possible & ~codes, possible)
        case SomeBit(source=source, mask=mask):
            return Match(source, mask, 0)
        case Match(source=source, mask=mask, value=0):
            return SomeBit(source, mask)
        case Negation(operand=operand):
            return operand
        case AllOf(operands=operands):
            return some_of(map(negate, operands))
        case SomeOf(operands=operands):
            return all_of(map(negate, operands))
        case Match() | Text():
            return Negation(formula)
        case _:
            assert_never(formula)


def all_of(formulas: Iterable[Formula]) -> Formula:
    """The conjunction, from left to right."""
    return _joined(formulas, conjunction=True)


def some_of(formulas: Iterable[Formula]) -> Formula:
    """The disjunction, from left to right."""
    return _joined(formulas, conjunction=False)


def implies(left: Formula, right: Formula) -> Formula:
    """`right`, or not `left`."""
    return some_of((negate(left), right))


def _joined(formulas: Iterable[Formula], *, conjunction: bool) -> Formula:
    kind, neutral, decided = (AllOf, TRUE, FALSE) if conjunction else (SomeOf, FALSE, TRUE)
    joined = [formula for formula in formulas if formula is not neutral]
    if len(joined) == 1:
        return joined[0]
    parts: list[Formula] = []
    run: list[Formula] = []  # of parts that are total
    for formula in joined:
        for part in formula.operands if isinstance(formula, kind) else (formula,):
            if is_total(part):
                run.append(part)
            else:
                parts += _merged(run, conjunction)
                parts.append(part)
                run = []
    parts += _merged(run, conjunction)
    if decided in parts:
        parts = parts[: parts.index(decided) + 1]
    if len(parts) <= 1:
        return parts[0] if parts else neutral
    return kind(tuple(parts))


def _merged(run: list[Formula], conjunction: bool) -> list[Formula]:
    """The same as the run, with tests of the same field or of several bits made one, and these first."""
    fields: dict[BitField, tuple[int, int]] = {}
    rest: dict[object, Formula] = {}
    for part in run:
        if isinstance(part, Constant):
            if part.value != conjunction:
                return [part]
        elif isinstance(part, Holds):
            codes, _ = fields.get(part.field, (part.codes, 0))
            fields[part.field] = (codes & part.codes if conjunction else codes | part.codes, part.possible)
        else:
            rest.setdefault(_regardless_of_order(part), part)
    tests = [holds(field, codes, possible) for field, (codes, possible) in fields.items()]
    decided = FALSE if conjunction else TRUE
    if decided in tests:
        return [decided]
    merge = _one_match if conjunction else _one_bit_test
    return merge([*tests, *rest.values()])


def _regardless_of_order(formula: Formula) -> object:
    """The same for formulas that differ in the order of their operands only."""
    return (type(formula), frozenset(formula.operands)) if isinstance(formula, AllOf | SomeOf) else formula


def _one_match(parts: list[Formula]) -> list[Formula]:
    """Fields with one possible content each, as one masked comparison for each source."""
    merged: dict[str, tuple[int, int]] = {}
    others: list[Formula] = []
    for part in parts:
        match = _as_match(part)
        if match is None:
            others.append(part)
            continue
        mask, value = merged.get(match.source, (0, 0))
        if (value ^ match.value) & mask & match.mask:
            return [FALSE]
        merged[match.source] = (mask | match.mask, value | match.value)
    return [*(Match(source, mask, value) for source, (mask, value) in merged.items()), *others]


def _as_match(part: Formula) -> Match | None:
    if isinstance(part, Match):
        return part
    if isinstance(part, SomeBit) and part.mask.bit_count() == 1:
        return Match(part.source, part.mask, part.mask)
    if isinstance(part, Holds) and part.codes.bit_count() == 1:
        code = part.codes.bit_length() - 1
        return Match(part.field.source, part.field.mask, code << part.field.position)
    return None


def _one_bit_test(parts: list[Formula]) -> list[Formula]:
    """Tests for content other than 0, as one test for each source."""
    merged: dict[str, int] = {}
    others: list[Formula] = []
    for part in parts:
        match part:
            case SomeBit(source=source, mask=mask):
                merged[source] = merged.get(source, 0) | mask
            case Holds(field=field, codes=codes, possible=possible) if possible & ~codes == 1:
                merged[field.source] = merged.get(field.source, 0) | field.mask
            case Match(source=source, mask=mask, value=value) if value == mask and mask.bit_count() == 1:
                merged[source] = merged.get(source, 0) | mask
            case _:
                others.append(part)
    return [*(SomeBit(source, mask) for source, mask in merged.items()), *others]


def condition(formula: Formula) -> str:
    """The formula as a Python condition (any truthy value)."""
    match formula:
        case Constant(value=value):
            return str(value)
        case Holds():
            return _field_test(formula)
        case Match(source=source, mask=mask, value=0):
            return f"not {source} & {mask:#x}"
        case Match(source=source, mask=mask, value=value):
            return f"{source} & {mask:#x} == {value:#x}"
        case SomeBit(source=source, mask=mask):
            return f"{source} & {mask:#x}"
        case Text(text=text):
            return text
        case Negation(operand=operand):
            return f"not ({condition(operand)})"
        case AllOf(operands=operands):
            return " and ".join(f"({condition(o)})" if _is_open(o) else condition(o) for o in operands)
        case SomeOf(operands=operands):
            return " or ".join(f"({condition(o)})" if _is_open(o) else condition(o) for o in operands)
        case _:
            assert_never(formula)


def boolean(formula: Formula) -> str:
    """The formula as a Python expression that is True or False, in parentheses where it is not a call or a name."""
    match formula:
        case Constant() | Text():
            text = condition(formula)
            return text if isinstance(formula, Constant) or text.isidentifier() else f"({text})"
        case Match():
            return f"({condition(formula)})"
        case _:
            return f"bool({condition(formula)})"


def _is_open(formula: Formula) -> bool:
    """Does its text need parentheses inside of `and` and `or`?"""
    return isinstance(formula, AllOf | SomeOf) or (isinstance(formula, Text) and not formula.text.isidentifier())


def _field_test(test: Holds) -> str:
    """Compares the field in place, without a shift, where its codes are an interval."""
    field, codes, others = test.field, test.codes, test.possible & ~test.codes
    masked = f"{field.source} & {field.mask:#x}"
    lowest, highest = (codes & -codes).bit_length() - 1, codes.bit_length() - 1
    if codes.bit_count() == 1:
        return condition(Match(field.source, field.mask, lowest << field.position))
    if others == 1:
        return masked
    if others.bit_count() == 1:
        return f"{masked} != {others.bit_length() - 1 << field.position:#x}"
    if others < codes & -codes:
        return f"{masked} >= {lowest << field.position:#x}"
    if others & -others > codes:
        return f"{masked} <= {highest << field.position:#x}"
    return f"{codes:#x} >> ({field.text}) & 1"
