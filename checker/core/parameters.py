"""What a model gives a spec, as a verdict says it: sizes, quorums, bounds and constants."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checker.core.instance import BagBound, Instance
from checker.core.types import QuorumType
from checker.core.values import Value

Sets = tuple[tuple[str, ...], ...]
"""The sets of a family of quorums, each the labels of its members."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one run, each by name.

    `sizes`: how many elements each sort has.  `quorums`: of each family that is not the smallest majorities its sets,
    or where these are all sets of one size, that size.  `bounds`: of each int its least and greatest value, of each
    sequence its greatest length, and of each bag its size.  `constants`: those that differ from the spec's own.
    `fixed`: the values of variables that the model gives.
    """

    sizes: Mapping[str, int]
    quorums: Mapping[str, int | Sets]
    bounds: Mapping[str, int | tuple[int, int] | BagBound]
    constants: Mapping[str, bool | int]
    fixed: Mapping[str, Value]

    @staticmethod
    def of(instance: Instance, families: Iterator[QuorumType], constants: Mapping[str, bool | int]) -> Parameters:
        """Those of an instance, where `families` are those of the spec, and `constants` differ from its own."""
        return Parameters(
            sizes={name: len(labels) for name, labels in instance.labels.items()},
            quorums={family.name: sets for family in families if (sets := _sets(family, instance)) is not None},
            bounds={**instance.ranges, **instance.lengths, **instance.bags},
            constants=constants,
            fixed=instance.fixed,
        )

    @property
    def heading(self) -> str:
        """`Acceptor=5, Majority=2, restarts=true`: all but the bounds, as `--set` takes it; for what is written after
        the name of a spec."""
        said = {**self.sizes, **self.quorums, **self.constants}
        return ", ".join(f"{name}={_shown(value)}" for name, value in said.items())

    @property
    def limits(self) -> str:
        """`log=2, index=0..3, net=2x1`: the bounds, as `--set` takes them."""
        return ", ".join(f"{name}={_shown(value)}" for name, value in self.bounds.items())


def _sets(family: QuorumType, instance: Instance) -> int | Sets | None:
    """The sets of a family, or their size where they are all of that size; None for the smallest majorities."""
    labels, sets = instance.labels[family.member.name], instance.quorums[family.name]
    size = len(sets[0])
    if set(sets) == set(itertools.combinations(range(len(labels)), size)):
        return None if size == len(labels) // 2 + 1 else size
    return tuple(tuple(labels[member] for member in members) for members in sets)


def _shown(value: bool | int | tuple[int, int] | BagBound | Sets) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case BagBound(distinct=distinct, copies=copies):
            return f"{distinct}x{copies}"
        case (int(low), int(high)):
            return f"{low}..{high}"
        case _:
            return f"{len(value)} given sets"
