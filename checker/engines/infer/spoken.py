"""What a spec says itself: its helper methods, and the conditions in its actions, as phrases about their parameters."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from checker.core import ir
from checker.core.language import Spec
from checker.core.structs import struct
from checker.core.types import QuorumType, RecordType, Type, erase_bounds, parts
from checker.engines.infer.terms import Term
from checker.frontend.source import class_source

MOST_USES = 48
"""So many ways to put terms into one phrase."""


@struct
class Phrase:
    """An expression that is true or false, with parameters."""

    text: str
    parameters: tuple[tuple[str, Type], ...]


def phrases_of(cls: type[Spec], spec: ir.Spec) -> list[Phrase]:
    """The helper methods that are true or false, and the conditions of actions that are quantified or computed."""
    types = _types_by_name(spec)
    actions = {action.name: action for action in spec.actions}
    found: dict[str, Phrase] = {}
    seen: set[str] = set()
    for base in cls.__mro__:
        if not (issubclass(base, Spec) and base is not Spec):
            continue
        for method in class_source(base).node.body:
            if isinstance(method, ast.FunctionDef) and method.name not in seen:
                seen.add(method.name)
                is_action = method.name in actions
                phrases = _conditions(method, types) if is_action else _calls(method, types)
                found |= {phrase.text: phrase for phrase in phrases}
    return list(found.values())


def _types_by_name(spec: ir.Spec) -> dict[str, Type]:
    """The types that have a name."""
    every = [entry.type for entry in spec.variables]
    every += [parameter.type for action in spec.actions for parameter in action.parameters]
    return {str(part): part for type in (*every, *spec.sorts) for part in parts(type)}


def _parameters(method: ast.FunctionDef, types: Mapping[str, Type]) -> tuple[tuple[str, Type], ...] | None:
    """Those behind `self`; None where one has a type without a name."""
    arguments = method.args.args[1:]
    named = [types.get(ast.unparse(each.annotation)) if each.annotation else None for each in arguments]
    if any(type is None for type in named):
        return None
    return tuple((each.arg, type) for each, type in zip(arguments, named, strict=True) if type is not None)


def _calls(method: ast.FunctionDef, types: Mapping[str, Type]) -> Iterator[Phrase]:
    """A call of a helper method."""
    returns = ast.unparse(method.returns) if method.returns else ""
    parameters = _parameters(method, types)
    if not method.decorator_list and returns == "bool" and parameters is not None:
        names = ", ".join(name for name, _ in parameters)
        yield Phrase(f"self.{method.name}({names})", parameters)


def _conditions(method: ast.FunctionDef, types: Mapping[str, Type]) -> Iterator[Phrase]:
    """What an action requires, part by part, where it speaks of its parameters alone."""
    parameters = _parameters(method, types) or ()
    known = {name for name, _ in parameters}
    local = {node.id for node in ast.walk(method) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for call in ast.walk(method):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "require":
            for part in (part for argument in call.args for part in _conjuncts(argument)):
                bound = {
                    node.id for inner in ast.walk(part) if isinstance(inner, ast.comprehension)
                    for node in ast.walk(inner.target) if isinstance(node, ast.Name)
                }
                names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
                if not (names & local - bound) and _is_composed(part) and not bound & known:
                    yield Phrase(unparsed(part), tuple(entry for entry in parameters if entry[0] in names))


def _conjuncts(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            for value in values:
                yield from _conjuncts(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _conjuncts(operand)
        case _:
            yield node


def _is_composed(node: ast.expr) -> bool:
    """Does it say more than a comparison of terms, or than a helper method?"""
    return any(isinstance(part, ast.comprehension | ast.BinOp | ast.BoolOp) for part in ast.walk(node))


def said_of(
    phrase: Phrase, terms: Sequence[Term], quorums: Sequence[QuorumType]
) -> Iterator[tuple[str, tuple[Term, ...]]]:
    """The phrase with different terms for its parameters, and these terms; of some quorum where it speaks of one."""
    open_quorums = [(name, type) for name, type in phrase.parameters if isinstance(type, QuorumType)]
    others = [(name, type) for name, type in phrase.parameters if not isinstance(type, QuorumType)]
    choices = [_fitting(type, terms) for _, type in others]
    uses = (chosen for chosen in itertools.product(*choices) if len({term.text for term in chosen}) == len(chosen))
    taken = {word for term in terms for word in term.reads}
    for chosen in itertools.islice(uses, MOST_USES):
        put = {name: term.text for (name, _), term in zip(others, chosen, strict=True)}
        fresh = {name: _fresh(name, taken) for name, _ in open_quorums}
        text = _put(phrase.text, put | fresh, taken)
        if open_quorums and all(type in quorums for _, type in open_quorums):
            text = f"any({text} {' '.join(f'for {fresh[name]} in {type}' for name, type in open_quorums)})"
        yield text, chosen


def _fitting(type: Type, terms: Sequence[Term]) -> list[Term]:
    wanted = erase_bounds(type)
    weight = 0 if isinstance(type, RecordType) else 1
    return [
        term for term in terms if erase_bounds(term.type) == wanted and not term.guards and term.weight <= weight
    ]


def _fresh(name: str, taken: set[str]) -> str:
    names = itertools.chain([name], (f"{name}{number}" for number in itertools.count(1)))
    return next(each for each in names if each not in taken)


def _put(text: str, put: Mapping[str, str], taken: set[str]) -> str:
    """The text with other texts for its names; names that it binds itself are none of those `taken`."""
    tree = ast.parse(text, mode="eval")
    inner = {
        node.id for part in ast.walk(tree) if isinstance(part, ast.comprehension)
        for node in ast.walk(part.target) if isinstance(node, ast.Name)
    }
    renamed = {name: _fresh(name, taken | set(put.values())) for name in inner}
    return unparsed(_Put({**renamed, **put}).visit(tree))


def unparsed(node: ast.AST) -> str:
    """The text of an expression, in which a lone generator has no brackets of its own: `all(... for ...)`."""
    text = ast.unparse(node)
    for match in reversed(list(re.finditer(r"\w\(\(", text))):
        start = match.end() - 1
        depth, end = 0, start
        for end in range(start, len(text)):
            depth += (text[end] == "(") - (text[end] == ")")
            if depth == 0:
                break
        inside = text[start + 1 : end]
        if text[end + 1 : end + 2] == ")" and " for " in inside:
            text = text[:start] + inside + text[end + 1 :]
    return text


class _Put(ast.NodeTransformer):
    def __init__(self, put: Mapping[str, str]) -> None:
        self.put = put

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(self.put[node.id], mode="eval").body if node.id in self.put else node
