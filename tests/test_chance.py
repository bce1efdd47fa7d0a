"""Random numbers are those of SplitMix64, every choice has the same chance, and machine code draws the same ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.engines.chance import WORD, Chance, mix

PUBLISHED = [
    6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
]
"""What SplitMix64 gives for the seed 1234567, as Rosetta Code lists it ("Pseudo-random numbers/Splitmix64")."""


def test_the_words_are_those_of_splitmix64() -> None:
    chance = Chance(1234567)
    assert [chance.word() for _ in PUBLISHED] == PUBLISHED


def test_every_choice_has_the_same_chance() -> None:
    chance = Chance.of_walk(1, 2)
    throws = [chance.below(6) for _ in range(60_000)]
    for face in range(6):
        assert abs(throws.count(face) - 10_000) < 5 * (60_000 * 1 / 6 * 5 / 6) ** 0.5


def test_words_that_would_favour_some_choices_are_drawn_again() -> None:
    """There are three choices for four words: without another draw the first third would come twice as often."""
    choices = 3 << 62
    chance = Chance(3)
    drawn = [chance.below(choices) for _ in range(3_000)]
    thirds = [sum(number // (1 << 62) == third for number in drawn) for third in range(3)]
    assert sum(thirds) == 3_000
    assert all(abs(count - 1_000) < 5 * (3_000 * 1 / 3 * 2 / 3) ** 0.5 for count in thirds)


def test_every_walk_has_numbers_of_its_own() -> None:
    firsts = {Chance.of_walk(seed, number).word() for seed in (-1, 0, 1, 7, WORD - 1) for number in range(1_000)}
    assert len(firsts) == 5_000
    assert Chance.of_walk(-1, 3).word() == Chance.of_walk(WORD, 3).word()


@pytest.mark.parametrize("choices", [1, 2, 3, 7, 1 << 20, (1 << 63) + 1, 3 << 62, WORD])
def test_machine_code_draws_the_same_numbers(choices: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("llvmlite")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    from checker.engines.native.code.builder import Module
    from checker.engines.native.code.machine import compile_module
    from checker.engines.native.search.memory import Words
    from checker.engines.native.loops.walks import build_draw, build_mix

    module = Module()
    build_mix(module)
    build_draw(module)
    machine = compile_module(lambda: (module, {}), "chance")
    state, chance = Words(1), Chance(mix(choices))
    state[0] = mix(choices)
    for _ in range(200):
        assert machine.function("draw", 2)(state.address, choices) == chance.below(choices)
