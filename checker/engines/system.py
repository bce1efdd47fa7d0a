"""A transition system, as the search sees it.

Two implementations say the same: the generated kernels over packed ints, which are fast, and the interpreter over
plain values, which is the meaning.  A state is opaque here: it can be hashed, compared and unpacked, nothing else.

No labels come out of a system.  The search finds a path of states, and the interpreter replays it to name each step.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Protocol, TypeVar

from checker.core import ir
from checker.core.structs import struct
from checker.core.values import State

S = TypeVar("S", bound=Hashable)


class SpecError(Exception):
    """An error of the spec was met (an index past the end, say) while a state was expanded or a property evaluated.

    It carries nothing: the search knows the state, and the interpreter, asked about the same state, says what is
    wrong and where.
    """


@struct
class Checked:
    """What a run looks at.  Bit `i` of a mask stands for entry `i` of the tuple that the mask is about."""

    invariants: tuple[ir.Property, ...]
    step_invariants: tuple[ir.Property, ...]
    witnesses: tuple[ir.Property, ...]
    constraints: tuple[ir.Property, ...]

    @staticmethod
    def of(properties: Iterable[ir.Property]) -> Checked:
        """The properties by kind, each kind in the given order.  Lemmas are checked as invariants, and antecedents are
        looked for as witnesses are, but never have an error: they are false where they cannot be evaluated."""
        entries = tuple(properties)
        return Checked(
            invariants=tuple(entry for entry in entries if entry.kind in ("invariant", "lemma")),
            step_invariants=tuple(entry for entry in entries if entry.kind == "step invariant"),
            witnesses=tuple(entry for entry in entries if entry.kind in ("witness", "antecedent")),
            constraints=tuple(entry for entry in entries if entry.kind == "constraint"),
        )


class System(Protocol[S]):
    """Initial states, successors and properties of one spec in one instance.

    The order of everything that is returned is fixed: a search gives the same result every time.
    Every method but `pack` and `unpack` raises `SpecError` for an error of the spec.
    """

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of the actions, in the order of the spec."""
        ...

    @property
    def checked(self) -> Checked:
        """The properties that the masks are about."""
        ...

    @property
    def cuts(self) -> list[int]:
        """For each action, how many steps `successors` has cut so far because they would leave the model's bounds."""
        ...

    def initial(self) -> list[S]:
        """The initial states, one for each enabled choice of parameters; a state can come more than once."""
        ...

    def successors(self, state: S, /) -> tuple[list[S], tuple[int, ...]]:
        """The state after each enabled step, action by action, and for each action the position where its part ends.

        Steps that lead to the same state, or back to `state`, are all listed.  Cut steps are not: `cuts` counts them.
        """
        ...

    def violated(self, state: S, /) -> int:
        """The mask of the invariants that are false in `state`."""
        ...

    def step_violated(self, state: S, after: S, /) -> int:
        """The mask of the step invariants that are false of the step from `state` to `after`."""
        ...

    def reached(self, state: S, pending: int, /) -> int:
        """The mask of those witnesses in the mask `pending` that are true in `state`; the others are not evaluated."""
        ...

    def inside(self, state: S, /) -> bool:
        """Do all constraints hold in `state`?"""
        ...

    def unpack(self, state: S, /) -> State:
        """The state as plain values."""
        ...

    def pack(self, state: State, /) -> S:
        """The inverse of `unpack`."""
        ...
