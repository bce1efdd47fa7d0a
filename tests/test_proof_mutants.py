"""Paxos changed in one place, with the lemmas of the right one: what is proved of it, the search does not violate."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker import api
from checker.core.errors import UserError
from checker.core.model import Model
from checker.core.verdict import Outcome

SPECS = Path(__file__).parents[1] / "specs"
OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Gt, ast.Gt: ast.GtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}
CALLED = {"max": "min", "min": "max", "any": "all", "all": "any"}


def mutants() -> Iterator[str]:
    """The source of Paxos with one comparison, quantifier or condition changed or left out."""
    tree = ast.parse((SPECS / "paxos.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for _ in changes(node):
            yield ast.unparse(tree)


def changes(node: ast.AST) -> Iterator[None]:
    """Changes the node, and back again after each change."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in OTHER:
            node.ops = [OTHER[type(operator)]()]
            yield
            node.ops = [operator]
        case ast.BoolOp(values=[first, *others]):
            for kept in (first, others[-1]):
                node.values = [kept, kept]
                yield
            node.values = [first, *others]
        case ast.Call(func=ast.Name(id="require"), args=[first, *others]) if others:
            for kept in ([first], others):
                node.args = kept
                yield
            node.args = [first, *others]
        case ast.Call(func=ast.Name(id=name) as called) if name in CALLED:
            called.id = CALLED[name]
            yield
            called.id = name
        case _:
            return


SOURCES = tuple(mutants())


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(len(SOURCES)))
def test_what_is_proved_of_a_mutant_is_not_violated(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, proof = f"mutant_{number}", f"mutant_proof_{number}"
    lemmas = (SPECS / "paxos_proof.py").read_text(encoding="utf-8").replace("checker.specs.paxos", spec)
    (tmp_path / f"{spec}.py").write_text(SOURCES[number], encoding="utf-8")
    (tmp_path / f"{proof}.py").write_text(lemmas, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    mutant = importlib.import_module(spec)
    try:
        found = api.prove(importlib.import_module(proof).PaxosProof, seconds=60)
    except UserError:
        return  # no spec any more
    proved = {entry.name for entry in found.properties if entry.outcome is Outcome.PROVED}
    sizes = {mutant.Acceptor: 3, mutant.Value: 2, mutant.Ballot: 2}
    searched = api.check(Model(mutant.Paxos, sizes=sizes), max_states=200_000)
    assert not proved & {entry.name for entry in searched.properties if entry.outcome is Outcome.VIOLATED}
    assert found.outcome is not Outcome.PROVED or searched.outcome in (Outcome.HOLDS, Outcome.NOT_REACHED)
