"""`match` statements, as the `if` chains that they mean."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from typing import TypeVar

from checker.core import ir
from checker.core.errors import UserError
from checker.core.types import BoolType, EnumType, OptionType, RecordType, Type, UnionType
from checker.frontend.scope import Scope

A = TypeVar("A", bound=ast.AST)

LENGTH = "length of a pattern"
"""The function that asks for the length of what a sequence pattern is matched with; no user can write it."""


def _subject(node: ast.Match) -> str:
    """The name that stands for the subject inside the `if` chain; no user can write it, and no two matches share it."""
    return f"match subject {node.lineno}:{node.col_offset}"


def with_subject(node: ast.Match, stands: ir.Expr, scope: Scope) -> Scope:
    """The scope in which the subject of the `match` has its name, which stands for `stands`."""
    return scope.bind(_subject(node), stands)


def as_if(node: ast.Match, scope: Scope) -> ast.stmt:
    """The `match` as nested `if`s over its subject; a statement to be read in the scope of `with_subject`."""
    chain: list[ast.stmt] = []
    exhaustive = _values(scope.names[_subject(node)].type) <= {value for case in node.cases for value in _covered(case)}
    for case in reversed(node.cases):
        subject = _at(ast.Name(_subject(node), ast.Load()), node.subject)
        tests, names = _pattern(case.pattern, subject, scope)
        if case.guard is not None:
            tests.append(_Rename(names).visit(copy.deepcopy(case.guard)))
        body = _renamed(case.body, names)
        if not tests or (exhaustive and case is node.cases[-1]):
            chain = body
            continue
        test = tests[0] if len(tests) == 1 else _at(ast.BoolOp(ast.And(), tests), case.pattern)
        chain = [ast.copy_location(ast.If(test, body, chain), case.pattern)]  # its parts have their places
    if len(chain) == 1:
        return chain[0]
    first = node.cases[0].pattern
    return ast.copy_location(ast.If(_at(ast.Constant(True), first), chain, []), first)


def _values(type: Type) -> set[str]:
    """Names for the kinds of value that a `match` can tell apart without looking inside; {"_"} where there are none."""
    match type:
        case EnumType(members=members):
            return {f"{type.name}.{member}" for member in members}
        case RecordType(name=name):
            return {name}
        case UnionType(members=members):
            return {member.name for member in members}
        case OptionType(item=item):
            return {"None", *_values(item)}
        case BoolType():
            return {"True", "False"}
        case _:
            return {"_"}


def _covered(case: ast.match_case) -> set[str]:
    """The kinds of value, by the same names, that the `case` takes whatever is inside them."""

    def whole(pattern: ast.pattern) -> set[str]:
        match pattern:
            case ast.MatchValue(value=ast.Attribute() as value):
                return {ast.unparse(value)}
            case ast.MatchSingleton(value=value):
                return {str(value)}
            case ast.MatchClass(cls=cls, patterns=patterns, kwd_patterns=keyword_patterns):
                names = (*patterns, *keyword_patterns)
                captures = all(isinstance(part, ast.MatchAs) and part.pattern is None for part in names)
                return {ast.unparse(cls)} if captures else set()
            case ast.MatchAs(pattern=ast.pattern() as inner):
                return whole(inner)
            case ast.MatchOr(patterns=patterns):
                return {value for part in patterns for value in whole(part)}
            case _:
                return set()

    return whole(case.pattern) if case.guard is None else set()


def _at(node: A, place: ast.AST) -> A:
    return ast.fix_missing_locations(ast.copy_location(node, place))


def _renamed(body: Sequence[ast.stmt], names: dict[str, ast.expr]) -> list[ast.stmt]:
    """The statements with what a pattern captured in the place of its names, until these are given anew."""
    made: list[ast.stmt] = []
    for statement in body:
        made.append(_Rename(names).visit(copy.deepcopy(statement)))
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):  # comprehensions in its value bind names for themselves
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = _without(names, *targets)
    return made


def _without(names: dict[str, ast.expr], *binding: ast.AST) -> dict[str, ast.expr]:
    """The names but for those that the nodes bind."""
    bound = {
        part.id
        for node in binding
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    return {name: stands for name, stands in names.items() if name not in bound}


class _Rename(ast.NodeTransformer):
    """Puts what a pattern captured in the place of the names that it gave."""

    def __init__(self, names: dict[str, ast.expr]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self.names:
            return ast.copy_location(copy.copy(self.names[node.id]), node)
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """What a comprehension binds is a name of its own everywhere in it, but for what it first runs over."""
        if not isinstance(node, (ast.GeneratorExp, ast.SetComp, ast.ListComp, ast.DictComp)):
            return super().generic_visit(node)
        first = node.generators[0]
        first.iter = self.visit(first.iter)
        outer_iter, first.iter = first.iter, ast.Constant(None)
        inner = _Rename(_without(self.names, *(generator.target for generator in node.generators)))
        ast.NodeTransformer.generic_visit(inner, node)
        first.iter = outer_iter
        return node


def _pattern(pattern: ast.pattern, subject: ast.expr, scope: Scope) -> tuple[list[ast.expr], dict[str, ast.expr]]:
    """The tests that a pattern makes of `subject`, in order, and what its names stand for."""
    match pattern:
        case ast.MatchAs(pattern=None, name=name):
            return [], {name: subject} if name else {}
        case ast.MatchAs(pattern=ast.pattern() as inner, name=str(name)):
            tests, names = _pattern(inner, subject, scope)
            return tests, {**names, name: subject}
        case ast.MatchValue(value=value):
            return [_at(ast.Compare(subject, [ast.Eq()], [value]), pattern)], {}
        case ast.MatchSingleton(value=value):
            return [_at(ast.Compare(subject, [ast.Is()], [_at(ast.Constant(value), pattern)]), pattern)], {}
        case ast.MatchOr(patterns=alternatives):
            parts: list[ast.expr] = []
            for alternative in alternatives:
                tests, names = _pattern(alternative, subject, scope)
                if names or not tests:
                    raise UserError(
                        "S051",
                        "alternatives of a pattern cannot give names",
                        scope.span(alternative),
                        help="write a `case` for each; a field that all of them have can be read below without a name",
                    )
                parts.append(tests[0] if len(tests) == 1 else _at(ast.BoolOp(ast.And(), tests), pattern))
            return [_at(ast.BoolOp(ast.Or(), parts), pattern)], {}
        case ast.MatchSequence(patterns=inner):
            return _sequence_pattern(pattern, inner, subject, scope)
        case ast.MatchClass():
            return _class_pattern(pattern, subject, scope)
        case _:
            raise UserError(
                "S051",
                "this pattern is not part of the language",
                scope.span(pattern),
                help="patterns are records `Vote(ballot=b)`, members of an Enum, numbers, None and `_`",
            )


def _class_pattern(
    pattern: ast.MatchClass, subject: ast.expr, scope: Scope
) -> tuple[list[ast.expr], dict[str, ast.expr]]:
    """`Promise(a, ballot=b)`: a test of the kind of record, then the patterns of its fields."""
    span = scope.span(pattern)
    record, _ = scope.context.declarations.resolve(pattern.cls, scope.source, "")
    if not isinstance(record, RecordType):
        raise UserError("S051", f"`{scope.text(pattern.cls)}` is not a record", span)
    fields = [name for name, _ in record.fields]
    inner = [*zip(fields, pattern.patterns, strict=False), *zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True)]
    unknown = [name for name, _ in inner if name not in fields]
    if unknown or len(pattern.patterns) > len(fields):
        raise UserError(
            "S023",
            f"{record.name} has no field `{unknown[0] if unknown else len(fields) + 1}`",
            span,
            help=f"its fields are {', '.join(fields)}",
        )
    tests: list[ast.expr] = [_at(ast.Call(ast.Name("isinstance", ast.Load()), [subject, pattern.cls], []), pattern)]
    fields_of = [(_at(ast.Attribute(subject, name, ast.Load()), part), part) for name, part in inner]
    more, names = _all(fields_of, scope)
    return [*tests, *more], names


def _sequence_pattern(
    pattern: ast.pattern, inner: list[ast.pattern], subject: ast.expr, scope: Scope
) -> tuple[list[ast.expr], dict[str, ast.expr]]:
    """`(a, b)`: of a tuple its parts, of a sequence its items where it has so many."""
    length = ast.Call(ast.Name(LENGTH, ast.Load()), [subject], [])
    tests: list[ast.expr] = [_at(ast.Compare(length, [ast.Eq()], [ast.Constant(len(inner))]), pattern)]
    items = [(_at(ast.Subscript(subject, ast.Constant(i), ast.Load()), part), part) for i, part in enumerate(inner)]
    more, names = _all(items, scope)
    return [*tests, *more], names


def _all(parts: Sequence[tuple[ast.expr, ast.pattern]], scope: Scope) -> tuple[list[ast.expr], dict[str, ast.expr]]:
    """The tests and the names of several patterns, each of its own part of the subject."""
    tests: list[ast.expr] = []
    names: dict[str, ast.expr] = {}
    for part, pattern in parts:
        more, captured = _pattern(pattern, part, scope)
        tests += more
        names |= captured
    return tests, names
