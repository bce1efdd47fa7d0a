"""Canonical packed states: one of the states that differ in names only, always the same one.

Of a group that is listed it is the least of all images, as an int.  For larger groups see `refined`.

Elements of local sorts are put in order by sorting (`sorting`).  Where the renamings of the other sorts are listed,
each image is sorted and the least is taken: in whatever order both are done, they come to the same.  Where these are
not listed they touch nothing that is sorted, so one is done after the other.
"""

from __future__ import annotations

from collections.abc import Callable

from checker.engines.symmetry.images import compile_images, compile_least
from checker.engines.layout import Layout
from checker.engines.symmetry.refined import compile_refined
from checker.engines.symmetry.sorting import compile_sorted
from checker.engines.symmetry.group import SymmetryGroup


def compile_canonical(group: SymmetryGroup, layout: Layout) -> Callable[[int], int]:
    """The function from a packed state to the representative of its orbit under `group`."""
    if not group.local:
        return compile_refined(group, layout) if group.blocks else compile_least(group, layout)
    in_order = compile_sorted(group.local, layout)
    if group.blocks:
        refined = compile_refined(group, layout)
        return lambda state: in_order(refined(state))
    if len(group.renamings) == 1:
        return in_order
    images = compile_images(group, layout)
    return lambda state: min(in_order(int.from_bytes(image, "big")) for image in images(state))
