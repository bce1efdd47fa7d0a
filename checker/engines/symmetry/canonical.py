"""Canonical packed states: one of the states that differ in names only, always the same one.

Of a group that is listed it is the least of all images, as an int.  For larger groups see `refined`.
"""

from __future__ import annotations

from collections.abc import Callable

from checker.engines.symmetry.images import compile_least
from checker.engines.layout import Layout
from checker.engines.symmetry.refined import compile_refined
from checker.engines.symmetry.group import SymmetryGroup


def compile_canonical(group: SymmetryGroup, layout: Layout) -> Callable[[int], int]:
    """The function from a packed state to the representative of its orbit under `group`."""
    return compile_refined(group, layout) if group.blocks else compile_least(group, layout)
