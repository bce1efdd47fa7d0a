"""Methods and functions are inlined where they are called: a call is the callee's body with its arguments in place."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable
from dataclasses import replace
from types import FunctionType

from checker.core import ir
from checker.core.errors import Note, Span, UserError, did_you_mean
from checker.core.types import Type
from checker.frontend import comprehensions, expressions, patterns
from checker.frontend.coerce import coerce, unify
from checker.frontend.scope import Method, Scope
from checker.frontend.source import ClassSource

_FORMULAS = {"invariant", "lemma", "witness", "constraint"}


def find_method(name: str, node: ast.Call, scope: Scope) -> Method:
    """The method that `self.name` calls: the most derived one."""
    methods = scope.context.methods
    if name not in methods:
        span = scope.span(node.func)
        place = Span(span.file, span.end_line, span.end_column - len(name), span.end_line, span.end_column)
        known = {*methods, *scope.context.variables}
        if name in scope.context.variables or name in scope.context.constants:
            raise UserError("S045", f"`{name}` is a variable and cannot be called", place)
        raise UserError("S021", f"unknown name `{name}`", place, help=did_you_mean(name, known))
    return methods[name][0]


def find_super(name: str, node: ast.Call, scope: Scope) -> Method:
    """The method that `super().name` calls: the next one after the class in which the call is written."""
    order = scope.context.cls.__mro__
    after = order[order.index(scope.owner) + 1 :]
    for method in scope.context.methods.get(name, ()):
        if method.owner in after:
            return method
    raise UserError(
        "S021", f"no base class has a method `{name}`", scope.span(node), help=did_you_mean(name, scope.context.methods)
    )


def method_call(owner: str, name: str, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """The value of `self.name(...)`."""
    return _value(find_method(name, node, scope), scope.states[owner], node, scope, expected)


def super_call(name: str, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """The value of `super().name(...)`."""
    return _value(find_super(name, node, scope), next(iter(scope.states.values()), False), node, scope, expected)


def function_call(function: FunctionType, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """The value of a call of a plain function of a module."""
    file = function.__code__.co_filename
    tree = ast.parse("".join(linecache.getlines(file)) or inspect.getsource(function), file)
    found = next(
        (
            item
            for item in ast.walk(tree)
            if isinstance(item, ast.FunctionDef)
            and item.name == function.__name__
            and item.lineno <= function.__code__.co_firstlineno <= (item.end_lineno or item.lineno)
        ),
        None,
    )
    if found is None or function.__module__.startswith("checker."):
        raise UserError(
            "S060",
            f"`{function.__name__}` cannot be called in a spec",
            scope.span(node),
            help="functions are read from their source, like the methods of a spec",
        )
    source = ClassSource(file, ast.ClassDef(function.__name__, [], [], [], []), function.__globals__)
    return _value(Method(scope.owner, source, found), None, node, scope, expected)


def _value(method: Method, primed: bool | None, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    kinds = [word for word in method.decorators if word not in ("staticmethod", "override")]
    if kinds and not set(kinds) <= _FORMULAS:
        raise UserError(
            "S067",
            f"`{method.node.name}` is marked @{kinds[0]} and cannot be called here",
            scope.span(node),
            help="move what both need into a helper method without a decorator",
        )
    inner, bindings = enter(method, primed, node, scope)
    wish = _returned(method, inner) or expected
    because = (
        Note(f"`{method.node.name}` is declared to return {wish}", method.source.span(method.node)) if wish else None
    )
    value = body_value(method.node.body, inner, wish, because, method)
    for name, argument in reversed(bindings):
        value = ir.Let(name=name, value=argument, body=value, type=value.type, span=value.span)
    return value


def _returned(method: Method, scope: Scope) -> Type | None:
    if method.node.returns is None or (
        isinstance(method.node.returns, ast.Constant) and method.node.returns.value is None
    ):
        return None
    return scope.context.declarations.resolve(method.node.returns, method.source, method.node.name)[0]


def simple(value: ir.Expr) -> bool:
    """Can `value` stand in several places without being computed several times?"""
    match value:
        case ir.Local() | ir.Variable() | ir.Boolean() | ir.Integer() | ir.EnumMember() | ir.Nothing() | ir.First():
            return True
        case ir.Field() | ir.Item() | ir.Unwrap() | ir.Narrow() | ir.Some() | ir.Widen():
            return simple(value.operand)
        case ir.Lookup(map=collection, key=key):
            return simple(collection) and simple(key)
        case _:
            return False


def lasting(value: ir.Expr) -> bool:
    """Can `value` stand in several places of an action, between which the state changes?"""
    return simple(value) and not any(isinstance(part, ir.Variable) for part in ir.walk(value))


def enter(
    method: Method,
    primed: bool | None,
    node: ast.Call,
    scope: Scope,
    may_stand: Callable[[ir.Expr], bool] = simple,
) -> tuple[Scope, list[tuple[str, ir.Expr]]]:
    """The scope inside `method` as called by `node`, and the names that must first be bound to arguments: those of
    which `may_stand` says that they cannot be put in the place of the parameter."""
    name = f"{method.owner.__name__}.{method.node.name}"
    if name in scope.stack:
        raise UserError(
            "S068",
            f"`{method.node.name}` calls itself",
            scope.span(node),
            help="methods are inlined, so recursion has no end; use a quantifier over a range",
        )
    arguments = list(method.node.args.args)
    states: dict[str, bool] = {}
    if primed is not None and "staticmethod" not in method.decorators and arguments:
        states[arguments.pop(0).arg] = primed
    inner = replace(
        scope, source=method.source, owner=method.owner, names={}, states=states, stack=(*scope.stack, name)
    )
    bindings: list[tuple[str, ir.Expr]] = []
    for parameter, argument in _pair(method, arguments, node, scope):
        value = _argument(parameter, argument, method, scope)
        if not may_stand(value):
            fresh = scope.context.fresh(parameter.arg)
            bindings.append((fresh, value))
            value = ir.Local(name=fresh, type=value.type, span=value.span)
        inner = inner.bind(parameter.arg, value)
    return inner, bindings


def _argument(parameter: ast.arg, argument: ast.expr, method: Method, scope: Scope) -> ir.Expr:
    if parameter.annotation is None:
        return expressions.expression(argument, scope)
    expected, _ = scope.context.declarations.resolve(parameter.annotation, method.source, "")
    because = Note(
        f"parameter `{parameter.arg}` of `{method.node.name}` is declared as {expected}", method.source.span(parameter)
    )
    return expressions.typed(argument, scope, expected, because)


def _pair(method: Method, parameters: list[ast.arg], node: ast.Call, scope: Scope) -> list[tuple[ast.arg, ast.expr]]:
    names = [parameter.arg for parameter in parameters]
    span = scope.span(node)
    if len(node.args) > len(names):
        raise UserError("S069", f"`{method.node.name}` takes {len(names)} arguments, {len(node.args)} were given", span)
    given: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg not in names:
            raise UserError(
                "S069",
                f"`{method.node.name}` has no parameter `{keyword.arg}`",
                scope.span(keyword),
                help=did_you_mean(keyword.arg or "", names),
            )
        given[keyword.arg] = keyword.value
    for parameter, default in zip(reversed(names), reversed(method.node.args.defaults), strict=False):
        given.setdefault(parameter, default)
    missing = [name for name in names if name not in given]
    if missing:
        raise UserError(
            "S069",
            f"`{method.node.name}` needs a value for `{missing[0]}`",
            span,
            notes=(Note("it is declared here", method.source.span(method.node)),),
        )
    return [(parameter, given[parameter.arg]) for parameter in parameters]


# --- bodies with a value ------------------------------------------------------------------------------------------


def body_value(
    body: list[ast.stmt], scope: Scope, expected: Type | None, because: Note | None, method: Method
) -> ir.Expr:
    """The value that the body returns: local names, `if`, `match` and `return`."""
    if not body:
        raise UserError(
            "S070",
            f"`{method.node.name}` can end without a value",
            method.source.span(method.node),
            help="end every path with `return ...`",
        )
    first, rest = body[0], body[1:]
    match first:
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            return body_value(rest, scope, expected, because, method)
        case ast.Return(value=ast.expr() as value):
            result = expressions.expression(value, scope, expected)
            return result if expected is None else coerce(result, expected, scope, value, because)
        case ast.If(test=test, body=then, orelse=otherwise):
            condition = expressions.truth(test, scope)
            left = body_value([*then, *rest], scope.knowing(condition), expected, because, method)
            right = body_value([*otherwise, *rest], scope.knowing(condition, False), expected, because, method)
            left, right = unify(left, right, scope, first, "the branches")
            return ir.If(condition=condition, then=left, otherwise=right, type=left.type, span=scope.span(first))
        case ast.Match():
            inner = patterns.with_subject(first, scope)
            return body_value([patterns.as_if(first, inner), *rest], inner, expected, because, method)
        case _:
            name, value, inner = local(first, scope)
            result = body_value(rest, inner, expected, because, method)
            return (
                result
                if name is None
                else ir.Let(name=name, value=value, body=result, type=result.type, span=scope.span(first))
            )


def local(
    statement: ast.stmt, scope: Scope, may_stand: Callable[[ir.Expr], bool] = simple
) -> tuple[str | None, ir.Expr, Scope]:
    """`name = value`: the name to bind (None where the value can simply stand for it), the value, the scope after."""
    match statement:
        case ast.Assign(targets=[ast.Name() | ast.Tuple() as target], value=value):
            return _bound(target, expressions.expression(value, scope), scope, may_stand)
        case ast.AnnAssign(target=ast.Name() as target, annotation=annotation, value=ast.expr() as value):
            type, _ = scope.context.declarations.resolve(annotation, scope.source, "")
            made = expressions.typed(value, scope, type, Note(f"`{target.id}` is declared as {type}"))
            return _bound(target, made, scope, may_stand)
        case _:
            raise unsupported_statement(statement, scope)


def _bound(
    target: ast.expr, value: ir.Expr, scope: Scope, may_stand: Callable[[ir.Expr], bool]
) -> tuple[str | None, ir.Expr, Scope]:
    if may_stand(value) and isinstance(target, ast.Name):
        return None, value, scope.bind(target.id, value)
    name = scope.context.fresh(target.id if isinstance(target, ast.Name) else "parts")
    stands = ir.Local(name=name, type=value.type, span=value.span)
    return name, value, comprehensions.bind_target(target, stands, scope)


_INSTEAD: dict[type[ast.stmt], str] = {
    ast.While: "an action is one step: make each turn of the loop a step, or use a quantifier",
    ast.For: "write a quantifier or a comprehension: `self.sent |= {Vote(p) for p in Server}`, `Map({p: ... for p in Server})`",
    ast.Try: "nothing is raised in a spec; guard with `require(...)`",
    ast.With: "an action is one atomic step already",
    ast.Raise: "a condition that must hold is `require(...)` in an action, or an @invariant",
    ast.Assert: "write `require(...)` in an action, or an @invariant",
    ast.Delete: "assign a new value: `self.x = ...`, `.discard(...)`",
    ast.Global: "a spec's state is its variables, `self.x`",
    ast.Import: "import at the top of the file",
    ast.ImportFrom: "import at the top of the file",
    ast.FunctionDef: "write a helper method in the Spec",
    ast.ClassDef: "declare it at the top of the file",
}


def unsupported_statement(statement: ast.stmt, scope: Scope) -> UserError:
    """A statement that the language does not have, with what to write instead."""
    span = scope.span(statement)
    words = {
        ast.While: "while",
        ast.For: "for",
        ast.Try: "try",
        ast.With: "with",
        ast.FunctionDef: "def",
        ast.ClassDef: "class",
    }
    place = span
    if type(statement) in words:
        word = words[type(statement)]
        place = Span(span.file, span.line, span.column, span.line, span.column + len(word))
    what = f"`{words[type(statement)]}`" if type(statement) in words else f"`{ast.unparse(statement).splitlines()[0]}`"
    return UserError(
        "S050",
        f"{what} is not a statement of the language here",
        place,
        help=_INSTEAD.get(
            type(statement),
            "a helper method has local names, `if`, `match` and `return`; an action also `require` and changes of `self`",
        ),
    )
