"""What the native search shares with the machine code that it runs: sizes, places of numbers, and the kernels."""

from __future__ import annotations

# pyright: basic
from enum import IntEnum

from checker.core.structs import struct
from checker.engines.native.code.builder import MASK, Array, Function, Module
from checker.engines.native.kernels import Kernels, build_kernels
from checker.engines.native.symmetry.canonical import build_canonical
from checker.engines.prepare import Prepared
from checker.engines.symmetry.group import SymmetryGroup
from checker.frontend.lower import lower

ERROR = MASK
"""What a kernel returns for an error of the spec."""

CHUNK = 64
"""States that a thread takes at once, where they do not have very many successors."""

CHUNK_ROWS = 1 << 15
"""The most successors that those can have together, unless a single one has more."""

BATCH = 256
"""Successors that are looked up together."""

BLOCK = 256
"""Rows that a thread claims at once."""

RECENT_WORDS = 1 << 13
"""What a thread remembers of the successors that it met last: few enough to stay in the second cache."""

INDEX_BITS = 40
INDEX = (1 << INDEX_BITS) - 1
TAG = MASK & ~INDEX


class Shared(IntEnum):
    """What all threads see, word by word.  What is written often has a cache line of its own."""

    ROWS = 0
    SLOTS = 1
    SLOT_MASK = 2
    END = 3
    FULL = 4  # a count of rows at which threads stop for the table to be enlarged
    PENDING = 5  # witnesses that were not reached in earlier levels
    STOP = 6
    CURSOR = 16
    COUNT = 32  # rows that are taken; with several threads, in whole blocks
    SIZE = 48


class Mine(IntEnum):
    """What one thread has for itself, word by word.  The `FIRST_` ones are positions of rows plus 1, 0 for none."""

    BATCH_ROWS = 0
    HASHES = 1
    PLACES = 2
    ACTIONS = 3
    ENDS = 4
    CUTS = 5
    STEPS = 6
    NEW = 7
    HITS = 8
    NEXT = 9
    BLOCK_END = 10
    TERMINAL = 11
    OUTSIDE = 12
    FIRST_ERROR = 13  # the four from FIRST_ERROR on are about states that were expanded,
    FIRST_STEP = 14
    FIRST_OUTSIDE = 15  # a state outside the constraint, to which a step leads from here, violates an invariant
    FIRST_DEADLOCK = 16
    FIRST_FOUND_ERROR = 17  # FIRST_FOUND_ERROR and FIRST_VIOLATION about states that were found, as HITS are
    FIRST_VIOLATION = 18
    COLLISIONS = 19  # slots that were looked at in vain
    MOST_STEPS = 20  # from one state
    RECENT = 21
    SIZE = 22


@struct
class Program:
    """The kernels that a search or a walk calls, and which of them there is need of.

    `words` are the size of a state, and `kernels` tells more of them.  `threads`: will there be several that share the
    rows?
    """

    module: Module
    words: int
    kernels: Kernels
    actions: int
    constrained: bool
    step_invariants: bool
    deadlock: bool
    canonical: bool
    threads: bool

    @staticmethod
    def of(
        prepared: Prepared, *, deadlock: bool, group: SymmetryGroup | None = None, threads: bool = False
    ) -> Program:
        """The kernels of a model in a new module, with those of its symmetries where there is a group.

        Raises `NotNative` where the model cannot be compiled.
        """
        module, lowered, checked, layout = Module(), lower(prepared.spec), prepared.checked, prepared.layout
        kernels = build_kernels(module, lowered, checked, layout)
        if group is not None:
            build_canonical(module, group, layout)
        return Program(
            module=module,
            words=layout.words,
            kernels=kernels,
            actions=len(lowered.actions),
            constrained=bool(checked.constraints),
            step_invariants=bool(checked.step_invariants),
            deadlock=deadlock,
            canonical=group is not None,
            threads=threads,
        )

    def kernel(self, name: str) -> Function:
        """One of the functions of the spec."""
        return self.module.functions[name]


def chunk_for(max_rows: int) -> int:
    """How many states a thread takes at once, of which each has so many successors at most."""
    return max(1, min(CHUNK, CHUNK_ROWS // max_rows))


def recent_for(words: int) -> int:
    """How many successors of so many words a thread remembers: a power of two."""
    return 1 << max(1, RECENT_WORDS // words).bit_length() - 1


def rows_of(function: Function) -> Array:
    """The array of states, in a function with the parameter `shared`."""
    return function.memory(function.array("shared")[Shared.ROWS])


def slots_of(function: Function) -> Array:
    """The table over them, likewise."""
    return function.memory(function.array("shared")[Shared.SLOTS])
