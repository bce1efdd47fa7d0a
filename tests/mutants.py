"""Mutants of the bundled proofs: the text of a spec or of its lemmas, changed in one place."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from checker.core.language import Spec
from checker.core.model import Model

SPECS = Path(__file__).parents[1] / "specs"
PROOFS = tuple(sorted(path.stem.removesuffix("_proof") for path in SPECS.glob("*_proof.py")))
OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}
CALLED = {"max": "min", "min": "max", "any": "all", "all": "any"}
FIELDS = {"source": "dest", "dest": "source", "prev_index": "commit", "voter": "candidate", "last_index": "index"}
_IMPORTED = re.compile(r"from checker\.specs\.(\w+) import")


@dataclass(frozen=True)
class Mutant:
    """`name` says what was changed; `module` has the new `source`."""

    name: str
    module: str
    source: str


def family(module: str) -> list[str]:
    """The bundled spec or proof with all that it is made of, that first."""
    found: list[str] = []
    for name in _IMPORTED.findall((SPECS / f"{module}.py").read_text(encoding="utf-8")):
        found += [entry for entry in family(name) if entry not in found]
    return [*found, module]


def mutants(module: str) -> Iterator[Mutant]:
    """All mutants of a module."""
    tree = ast.parse((SPECS / f"{module}.py").read_text(encoding="utf-8"))
    for place, node in _parts(tree, module):
        before = _said(node)
        for change in _changes(node):
            yield Mutant(f"{place}: {change or f'{_said(node)} for {before}'}", module, ast.unparse(tree))


def proof_with(module: str) -> str:
    """The smallest bundled proof that a module is a part of."""
    proofs = [proof for proof in PROOFS if module in family(f"{proof}_proof")]
    return min(proofs, key=lambda proof: len(family(f"{proof}_proof")))


def load(mutant: Mutant, number: int, folder: Path) -> dict[str, ModuleType]:
    """Writes and imports the mutant and all else that its proof is made of; the modules by name."""
    names = family(f"{proof_with(mutant.module)}_proof")
    for name in names:
        source = mutant.source if name == mutant.module else (SPECS / f"{name}.py").read_text(encoding="utf-8")
        text = _IMPORTED.sub(lambda found: f"from {_called(found[1], mutant, number)} import", source)
        (folder / f"{_called(name, mutant, number)}.py").write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    try:
        return {name: importlib.import_module(_called(name, mutant, number)) for name in names}
    finally:
        sys.path.remove(str(folder))


def _called(name: str, mutant: Mutant, number: int) -> str:
    return f"{mutant.module}_{number}_of_{name}"


def proof_in(modules: dict[str, ModuleType]) -> type[Spec]:
    """The spec with lemmas."""
    module = list(modules.values())[-1]
    return next(
        entry for entry in vars(module).values()
        if isinstance(entry, type) and issubclass(entry, Spec) and entry.__module__ == module.__name__
    )


def model_of(proof: type[Spec], modules: dict[str, ModuleType], like: Model, bounds: dict[str, Any]) -> Model:
    """The model of the right spec as one of the mutant."""
    def own(sort: Any) -> Any:
        return next(vars(module)[sort.__name__] for module in modules.values() if sort.__name__ in vars(module))
    return Model(
        proof, sizes={own(sort): size for sort, size in like.sizes.items()}, bounds={**like.bounds, **bounds},
        quorums={own(family): sets for family, sets in like.quorums.items()}, constants=like.constants,
    )


def _parts(node: ast.AST, place: str) -> Iterator[tuple[str, ast.AST]]:
    """All parts but witnesses, which no proof is about, each with the name of the method that it is in."""
    if isinstance(node, ast.FunctionDef):
        if "witness" in map(ast.unparse, node.decorator_list):
            return
        place = f"{place}.{node.name}"
    yield place, node
    for child in ast.iter_child_nodes(node):
        yield from _parts(child, place)


def _said(node: ast.AST) -> str:
    """An expression in a line, shortened."""
    return " ".join(ast.unparse(node).split())[:60] if isinstance(node, ast.expr) else ""


def _changes(node: ast.AST) -> Iterator[str]:
    """Changes the node, and back again after each change.  What it says of a change is empty for a new expression."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in OTHER:
            node.ops = [OTHER[type(operator)]()]
            yield ""
            node.ops = [operator]
        case ast.BoolOp(values=[first, *others]):
            for kept in (first, others[-1]):
                node.values = [kept, kept]
                yield ""
            node.values = [first, *others]
        case ast.BinOp(op=ast.Add() | ast.Sub(), right=ast.Constant(value=1) as one):
            one.value = 0
            yield ""
            one.value = 1
        case ast.Call(func=ast.Name(id="require"), args=[first, *others]) if others:
            for kept in ([first], others):
                node.args = kept
                yield ""
            node.args = [first, *others]
        case ast.Call(func=ast.Name(id=name) as called) if name in CALLED:
            called.id = CALLED[name]
            yield ""
            called.id = name
        case ast.Attribute(attr=name) if name in FIELDS:
            node.attr = FIELDS[name]
            yield ""
            node.attr = name
        case ast.FunctionDef():
            yield from _of_method(node)
        case _:
            return


def _of_method(node: ast.FunctionDef) -> Iterator[str]:
    """A lemma is dropped or said to be true; an action loses one of its statements."""
    marks = [ast.unparse(mark) for mark in node.decorator_list]
    body, decorators = node.body, node.decorator_list
    if any(mark.startswith("lemma") for mark in marks):
        node.decorator_list = []
        yield "no lemma"
        node.decorator_list = decorators
        node.body = [ast.Return(ast.Constant(True))]
        yield "true"
    elif any(mark.startswith("action") for mark in marks):
        for place, statement in enumerate(body):
            if not isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign) or _is_text(statement):
                continue
            node.body = [*body[:place], *body[place + 1 :], ast.Pass()]
            yield f"without {ast.unparse(statement)}"
    node.body = body


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
