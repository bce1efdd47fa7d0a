"""Canonical packed states: one of the states that differ in names only, always the same one.

Of a group that is listed it is the least of all images, as an int.  For larger groups see `refined`, and for elements
that are put in order `columns`.
"""

from __future__ import annotations

from collections.abc import Callable

from checker.engines.layout import Layout
from checker.engines.symmetry.columns import columns_of, compile_sorted
from checker.engines.symmetry.group import SymmetryGroup
from checker.engines.symmetry.images import compile_images, compile_least
from checker.engines.symmetry.refined import compile_refined


def compile_canonical(group: SymmetryGroup, layout: Layout) -> Callable[[int], int]:
    """The function from a packed state to the representative of its orbit under `group`."""
    if group.ordered:
        return _in_order(group, layout)
    return compile_refined(group, layout) if group.blocks else compile_least(group, layout)


def _in_order(group: SymmetryGroup, layout: Layout) -> Callable[[int], int]:
    """Where some elements are put in order: after each of the renamings that are listed for the others, of which the
    least result is chosen; or before their representative is found, where that is about other parts of the state."""
    sorted_by = [compile_sorted(columns_of(block.sort, block.members, layout)) for block in group.ordered]

    def put_in_order(state: int) -> int:
        for sort in sorted_by:
            state = sort(state)
        return state

    if group.blocks:
        refined = compile_refined(group, layout)
        return lambda state: refined(put_in_order(state))
    if len(group.renamings) == 1:
        return put_in_order
    images = compile_images(group, layout)
    return lambda state: min(put_in_order(int.from_bytes(image, "big")) for image in images(state))
