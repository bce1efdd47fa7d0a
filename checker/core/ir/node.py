"""What every expression has."""

from __future__ import annotations

from dataclasses import field

from checker.core.errors import Span
from checker.core.structs import struct
from checker.core.types import Type


@struct(kw_only=True)
class Node:
    """Common to every expression.  The place is not part of its identity."""

    type: Type
    span: Span = field(compare=False, repr=False)
