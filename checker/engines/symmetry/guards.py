"""Guards: fields of a packed state that say whether another part of it is there."""

from __future__ import annotations

from typing import TypeAlias

from checker.core.structs import struct


@struct
class Guard:
    """The field of `width` bits at `position` is between `least` and `most`."""

    position: int
    width: int
    least: int
    most: int

    def holds(self, state: int) -> bool:
        """Is it so in this state?"""
        return self.least <= state >> self.position & (1 << self.width) - 1 <= self.most


Guards: TypeAlias = tuple[Guard, ...]
