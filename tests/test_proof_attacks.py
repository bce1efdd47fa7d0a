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
