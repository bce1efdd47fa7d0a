"""Candidates: the weakest disjunctions of literals that are true in all states of a sample."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence

from checker.core.structs import struct
from checker.engines.infer.tables import Vocabulary

MOST_IN_LONG_ONES = 50
"""So many atoms, the short ones, stand in clauses of more than two literals."""


@struct
class Clause:
    """Some of the atoms `wanted` are true, or some of the atoms `excluded` false, for all choices of the variables.
    Both are masks."""

    words: Vocabulary
    wanted: int
    excluded: int

    @property
    def size(self) -> int:
        """The number of literals."""
        return self.wanted.bit_count() + self.excluded.bit_count()

    @property
    def weight(self) -> tuple[int, int, int]:
        """How much there is to read."""
        atoms = sum(atom.weight + 2 for number, atom in enumerate(self.words.atoms) if self.about >> number & 1)
        return self.size, atoms + 2 * len(self.words.template.bound), self.wanted

    @property
    def about(self) -> int:
        """The atoms that it speaks of."""
        return self.wanted | self.excluded

    def is_true(self, masks: set[int]) -> bool:
        """In a state with these masks."""
        about, excluded = self.about, self.excluded
        return all(mask & about != excluded for mask in masks)

    def holds_beside(self, other: Clause) -> bool:
        """Does the other one, of the same template, follow from it?"""
        return not self.wanted & ~other.wanted and not self.excluded & ~other.excluded


def weakest_clauses(words: Vocabulary, rows: set[int], size: int, until: float) -> Iterator[Clause]:
    """The disjunctions of up to so many literals that are true in all rows, and none of whose parts is.

    They speak of all variables of the template.  `until` is a time of the processor."""
    columns = _columns(words, rows)
    literals = [literal for literal in range(len(columns)) if columns[literal]]
    units = [literal for literal in range(len(columns)) if not columns[literal]]
    yield from (_clause(words, [literal]) for literal in units if _speaks_of_all(words, [literal]))
    literals = [literal for literal in literals if literal ^ 1 not in units]
    valid: set[tuple[int, ...]] = set()
    level = [((literal,), columns[literal]) for literal in literals]
    for length in range(2, size + 1):
        if length > 2:
            literals = [literal for literal in literals if literal < 2 * MOST_IN_LONG_ONES]
        longer: list[tuple[tuple[int, ...], int]] = []
        for chosen, false in level:
            if time.process_time() > until:
                return
            for literal in literals:
                if literal <= chosen[-1] or literal ^ 1 in chosen:
                    continue
                both = (*chosen, literal)
                if length > 2 and any(part in valid for part in _parts(both)):
                    continue
                left = false & columns[literal]
                if not left:
                    valid.add(both)
                    if _speaks_of_all(words, both):
                        yield _clause(words, both)
                elif length < size:
                    longer.append((both, left))
        level = longer


def _parts(chosen: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for length in range(2, len(chosen)):
        yield from itertools.combinations(chosen, length)


def _columns(words: Vocabulary, rows: set[int]) -> list[int]:
    """For each literal, in which rows it is false: literal `2 i` is atom `i`, and `2 i + 1` is its opposite."""
    width = len(words.atoms)
    text = "".join(format(row, f"0{width}b") for row in sorted(rows))
    everywhere = (1 << len(rows)) - 1
    found: list[int] = []
    for number in range(width):
        true = int(text[width - 1 - number :: width] or "0", 2)
        found += [everywhere ^ true, true]
    return found


def _clause(words: Vocabulary, literals: Sequence[int]) -> Clause:
    wanted = sum(1 << (literal >> 1) for literal in literals if not literal & 1)
    excluded = sum(1 << (literal >> 1) for literal in literals if literal & 1)
    return Clause(words, wanted, excluded)


def _speaks_of_all(words: Vocabulary, literals: Sequence[int]) -> bool:
    names = {name for literal in literals for name in words.atoms[literal >> 1].reads}
    return len(names) == len(words.template.bound)
