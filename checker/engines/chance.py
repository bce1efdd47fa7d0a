"""Random numbers that Python and machine code draw alike: SplitMix64.

Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014), with the mixing constants of
Stafford's Mix13, as in `splitmix64.c` by Vigna.  `native.loops.walks` has the same functions.
"""

from __future__ import annotations

WORD = (1 << 64) - 1

GAMMA = 0x9E3779B97F4A7C15
"""What the state grows by: 2^64 divided by the golden ratio, made odd."""

FIRST_FACTOR = 0xBF58476D1CE4E5B9
SECOND_FACTOR = 0x94D049BB133111EB


def mix(word: int) -> int:
    """Another word, in which every bit depends on all bits of this one; different words give different ones."""
    word = (word ^ word >> 30) * FIRST_FACTOR & WORD
    word = (word ^ word >> 27) * SECOND_FACTOR & WORD
    return word ^ word >> 31


class Chance:
    """A stream of random numbers, which its first state, a word, determines."""

    def __init__(self, state: int) -> None:
        self._state = state & WORD

    @staticmethod
    def of_walk(seed: int, number: int) -> Chance:
        """The stream of one walk: walk 7 is the same whatever happened in walk 6.  `seed` counts modulo 2^64."""
        return Chance(mix(mix(seed & WORD) + number & WORD))

    def word(self) -> int:
        """The next 64 random bits."""
        self._state = self._state + GAMMA & WORD
        return mix(self._state)

    def below(self, choices: int) -> int:
        """A number from 0 up to but not including `choices`, each with the same chance.

        Of the 2^64 words the first `2^64 % choices` are drawn again: the others are a multiple of `choices`.
        """
        over = (1 << 64) % choices
        while (word := self.word()) < over:
            pass
        return word % choices
