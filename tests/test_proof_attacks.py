"""What a search refutes is not proved, however a careless proof would go."""

from __future__ import annotations

import attack_specs
import pytest

from checker.core.language import Spec
from checker.core.model import Model
from checker.core.verdict import Outcome
from checker.engines.proof.induction import prove
from checker.engines.run import check
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import needed_bounds


@pytest.mark.parametrize("attack", attack_specs.ATTACKS, ids=lambda attack: attack.__name__)
def test_what_a_search_refutes_is_not_proved(attack: type[Spec]) -> None:
    spec = elaborate(attack)
    bounds = {name: bound for name, bound in attack_specs.BOUNDS.items() if name in needed_bounds(spec)}
    searched = check(Model(attack, sizes=attack_specs.ATTACKS[attack], bounds=bounds))
    refuted = {entry.name for entry in searched.properties if entry.outcome is Outcome.VIOLATED}
    assert "claim" in refuted
    proved = {entry.name for entry in prove(spec, seconds=30).properties if entry.outcome is Outcome.PROVED}
    assert not proved & refuted


def test_an_index_of_the_same_name_that_was_tested_does_not_protect_another_one() -> None:
    bounds = {name: attack_specs.BOUNDS[name] for name in ("log", "count")}
    assert check(Model(attack_specs.Shadowed, sizes={attack_specs.Node: 2}, bounds=bounds)).outcome is Outcome.ERROR
    verdict = prove(elaborate(attack_specs.Shadowed))
    assert verdict.outcome is Outcome.NOT_INDUCTIVE
    assert "`look` may index past the end of `self.log`" in verdict.message


def test_a_proof_says_nothing_of_a_witness_which_the_search_finds_to_be_an_error() -> None:
    spec = attack_specs.WitnessIsAnError
    assert prove(elaborate(spec)).outcome is Outcome.PROVED
    assert check(Model(spec, bounds={"count": (0, 2)})).outcome is Outcome.ERROR
