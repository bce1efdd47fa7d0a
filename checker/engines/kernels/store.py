"""From new values to the next packed state: what to clear in the old one, and what to set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from checker.core.types import BoolType
from checker.engines.kernels.formula import FALSE, TRUE, condition
from checker.engines.kernels.names import STATE, operand, type_name
from checker.engines.kernels.symbols import (
    Members, Patched, Product, Slots, Stored, Symbol, Truth, known_value, total,
)
from checker.engines.kernels.texts import Texts
from checker.engines.layout import BagShape, CodeShape, MapShape, ProductShape, SetShape, Shape
from checker.engines.plain import Outside, Table
from checker.engines.system import SpecError


@dataclass(slots=True)
class NextState:
    """The expression for a packed state that differs from `text` in what is assigned."""

    texts: Texts
    text: str = STATE
    total: bool = True
    """Is the expression sure to have a value?"""
    cleared: int = 0
    constant: int = 0
    cleared_terms: list[str] = field(default_factory=list[str])
    terms: list[str] = field(default_factory=list[str])

    def finished(self) -> str:
        """The expression."""
        text = self.text
        if text != "0" and (self.cleared or self.cleared_terms):
            everything = (1 << self.texts.layout.bits) - 1
            kept = [f"{everything ^ self.cleared:#x}"] if self.cleared else []
            text = " & ".join([operand(text), *kept, *(f"~{term}" for term in self.cleared_terms)])
        parts = [] if text == "0" and (self.constant or self.terms) else [text]
        if self.constant:
            parts.append(hex(self.constant))
        return " | ".join([*parts, *self.terms])

    def assign(self, target: Stored, value: Symbol) -> None:
        """The part of the state at `target` has this value."""
        if value == target:
            return
        match value, target.shape:
            case Members(), SetShape() if value.origin in (None, target):
                self._assign_members(target, value)
            case Patched(origin=origin, patches=patches), MapShape() as shape if origin == target and _differ(patches):
                self._assign_patches(target, shape, patches)
            case Slots(values=values), MapShape(item=item, stride=stride):
                for index, inside in enumerate(values):
                    self.assign(_part(target, index * stride, item), inside)
            case Product(parts=parts), ProductShape(parts=places):
                for inside, (position, shape) in zip(parts, places, strict=True):
                    self.assign(_part(target, position, shape), inside)
            case _:
                self._assign_whole(target, value)

    def _assign_members(self, target: Stored, members: Members) -> None:
        if members.origin is None:
            self._clear(target)
        elif members.dropped:
            self._clear(target, members.dropped)
        known = sum(1 << code for code, formula in members.formulas.items() if formula == TRUE)
        if target.offset:
            position = self.texts.position(target)
            self.terms += [f"{known:#x} << {position}"] if known else []
            self.terms += self.texts.member_terms(members, position)
        else:
            self.constant |= known << target.position
            self.terms += self.texts.member_terms(members, str(target.position) if target.position else "")

    def _assign_patches(self, target: Stored, shape: MapShape, patches: Sequence[tuple[int | str, Symbol]]) -> None:
        """Slot by slot, in the order of the keys, in which bounds are checked."""
        for key, value in patches if len(patches) == 1 else sorted(patches, key=_slot_number):
            if isinstance(key, int):
                self.assign(_part(target, key * shape.stride, shape.item), value)
            else:
                step = f"{shape.stride}*{operand(key)}" if shape.stride != 1 else operand(key)
                offset = f"{target.offset} + {step}" if target.offset else step
                self.assign(replace(_part(target, 0, shape.item), offset=offset), value)

    def _clear(self, target: Stored, bits: int | None = None) -> None:
        mask = (1 << target.shape.width) - 1 if bits is None else bits
        if target.offset:
            self.cleared_terms.append(f"({mask:#x} << {self.texts.position(target)})")
        else:
            self.cleared |= mask << target.position

    def _assign_whole(self, target: Stored, value: Symbol) -> None:
        self._clear(target)
        bits, is_total = self._bits(target, value)
        self.total = self.total and is_total
        if isinstance(bits, int) and not target.offset:
            self.constant |= bits << target.position
        elif bits != 0:
            shift = self.texts.position(target)
            text = hex(bits) if isinstance(bits, int) else operand(bits)
            self.terms.append(text if shift == "0" else f"{text} << {shift}")

    def _bits(self, target: Stored, value: Symbol) -> tuple[int | str, bool]:
        """The bits to store, as a number where they are known, and whether the expression is total."""
        layout, shape = self.texts.layout, target.shape
        known = known_value(value)
        if known is not None:
            try:
                return layout.encode(shape, known[0]), True
            except Outside:
                return "leave()", False
            except SpecError:
                return "fail()", False
        match value, shape:
            case Truth(formula=formula), CodeShape(type=BoolType()):
                return ("0" if formula == FALSE else f"(1 if {condition(formula)} else 0)"), total(value)
            case Stored(), _ if value.shape == shape:
                return self.texts.content(value), True
            case _, CodeShape(type=type):
                return self.texts.code(value, type)
            case _:
                is_bag = isinstance(shape, BagShape)
                encoder: partial[Any] = partial(layout.encode_bag, shape) if is_bag else partial(layout.encode, shape)
                hint, meaning = f"encode_{type_name(shape.type)}", f"{shape.type} -> bits"
                encode = self.texts.program.define(("encode", shape), hint, lambda: Table(encoder), meaning)
                return f"{encode}[{self.texts.text(value)}]", False


def _differ(patches: Sequence[tuple[int | str, Symbol]]) -> bool:
    """Are the keys sure to differ?  Of two values for one key only the last one has to be within bounds."""
    return len(patches) == 1 or all(isinstance(key, int) for key, _ in patches)


def _slot_number(patch: tuple[int | str, Symbol]) -> int:
    assert isinstance(patch[0], int)
    return patch[0]


def _part(target: Stored, position: int, shape: Shape) -> Stored:
    """The part of `target` with this shape at this distance from its begin."""
    return Stored(shape.type, target.source, target.position + position, shape, target.offset)
