"""Bodies with a value: the local names, `if`, `match` and `return` of helper methods and properties."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from checker.core import ir
from checker.core.errors import Note, UserError
from checker.core.types import Type
from checker.frontend import chains, comprehensions, expressions, patterns
from checker.frontend.coerce import coerce, same, unify
from checker.frontend.scope import Method, Scope


def body_value(
    body: list[ast.stmt], scope: Scope, expected: Type | None, because: Note | None, method: Method
) -> ir.Expr:
    """The value that the body returns: local names, `if`, `match` and `return`."""
    if not body:
        raise _without_value(method)
    first, rest = body[0], body[1:]
    match first:
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            return body_value(rest, scope, expected, because, method)
        case ast.Return(value=None):
            raise _without_value(method)
        case ast.Return(value=ast.expr() as value):
            result = expressions.expression(value, scope, expected)
            return result if expected is None else coerce(result, expected, scope, value, because)
        case ast.If():
            return _choice(first, rest, scope, expected, because, method)
        case ast.Match(subject=subject):
            value = expressions.expression(subject, scope)
            name = None if simple(value) else scope.context.fresh("subject")
            stands = value if name is None else ir.Local(name=name, type=value.type, span=value.span)
            inner = patterns.with_subject(first, stands, scope)
            result = body_value([patterns.as_if(first, inner), *rest], inner, expected, because, method)
        case _:
            name, value, inner = local(first, scope)
            result = body_value(rest, inner, expected, because, method)
    if name is None:
        return result
    return ir.Let(name=name, value=value, body=result, type=result.type, span=scope.span(first))


def _without_value(method: Method) -> UserError:
    return UserError(
        "S070",
        f"`{method.node.name}` can end without a value",
        method.header,
        help="end every path with `return ...`; a `match` needs a `case` for all that is left, `case _:`",
    )


def _choice(
    node: ast.If, rest: list[ast.stmt], scope: Scope, expected: Type | None, because: Note | None, method: Method
) -> ir.Expr:
    """An `if` and what follows it: each side goes on with the rest."""
    links: list[tuple[ast.If, ir.Expr, ir.Expr]] = []
    while True:
        condition = expressions.truth(node.test, scope)
        then = body_value([*node.body, *rest], scope.knowing(condition), expected, because, method)
        if settled(node.test, condition):
            otherwise = then
            break
        links.append((node, condition, then))
        scope = scope.knowing(condition, False)
        match [*node.orelse, *rest]:
            case [ast.If() as following, *rest]:
                node = following
            case others:
                otherwise = body_value(others, scope, expected, because, method)
                break
    if all(same(then.type, otherwise.type) for _, _, then in links):
        return chains.tree([(condition, then) for _, condition, then in links], otherwise, _chosen)
    for part, condition, then in reversed(links):
        otherwise = _chosen(condition, *unify(then, otherwise, scope, part, "the branches", united=True))
    return otherwise


def _chosen(condition: ir.Expr, then: ir.Expr, otherwise: ir.Expr) -> ir.Expr:
    return ir.If(condition=condition, then=then, otherwise=otherwise, type=then.type, span=condition.span)


def settled(test: ast.expr, condition: ir.Expr) -> bool:
    """Is the other side never taken, since this is the last kind of record that a value can be (or just `True`)?"""
    match test:
        case ast.Constant(value=True):
            return True
        case ast.Call(func=ast.Name(id="isinstance")):
            return isinstance(condition, ir.Boolean) and condition.value
        case _:
            return False


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


def local(
    statement: ast.stmt, scope: Scope, may_stand: Callable[[ir.Expr], bool] = simple
) -> tuple[str | None, ir.Expr, Scope]:
    """`name = value`: the name to bind (None where the value can simply stand for it), the value, the scope after."""
    match statement:
        case ast.Assign(targets=[ast.Name() | ast.Tuple() as target], value=value) if not _changes(target, scope):
            made = expressions.expression(value, scope)
        case ast.AnnAssign(target=ast.Name() as target, annotation=annotation, value=ast.expr() as value):
            type, _ = scope.context.declarations.resolve(annotation, scope.source)
            because = Note(f"`{target.id}` is declared as {type}", scope.span(annotation))
            made = expressions.typed(value, scope, type, because)
        case _:
            raise unsupported_statement(statement, scope)
    if may_stand(made) and isinstance(target, ast.Name):
        return None, made, scope.bind(target.id, made)
    name = scope.context.fresh(target.id if isinstance(target, ast.Name) else "parts")
    stands = ir.Local(name=name, type=made.type, span=made.span)
    return name, made, comprehensions.bind_target(target, stands, scope)


# --- what is no part of the language ------------------------------------------------------------------------------

_INSTEAD: dict[type[ast.stmt], str] = {
    ast.While: "an action is one step: make each turn of the loop a step, or use a quantifier",
    ast.For: "write a comprehension: `self.sent |= {Vote(p) for p in Server}`, `Map({p: ... for p in Server})`, "
    "`sum(...)`",
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
    ast.Return: "an action returns nothing: it changes `self`; a plain `return` ends it early",
}
_WORDS: dict[type[ast.stmt], str] = {
    ast.While: "while",
    ast.For: "for",
    ast.Try: "try",
    ast.With: "with",
    ast.FunctionDef: "def",
    ast.ClassDef: "class",
}
_OTHERWISE = (
    "a helper method has local names, `if`, `match` and `return`; an action also `require` and changes of `self`"
)


def unsupported_statement(statement: ast.stmt, scope: Scope) -> UserError:
    """A statement that the language does not have here, with what to write instead."""
    span = scope.span(statement)
    text = scope.text(statement)
    match statement:
        case ast.Expr(value=call) if scope.calls(call, "require"):
            return UserError(
                "S055", "`require` is for actions alone", span, help="here, `return` the condition (with `and`)"
            )
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=target))) if _in_state(target, scope):
            return _no_change(text, scope, statement)
        case ast.Assign(targets=[target]) | ast.AugAssign(target=target) if _in_state(target, scope):
            return _no_change(text, scope, statement)
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() as target]):
            return UserError(
                "S058",
                f"`{scope.text(target)}` cannot be changed",
                scope.span(target),
                help="only the variables of the state change, `self.x`; make a new value and give it a name",
            )
        case ast.AnnAssign(target=target, value=ast.expr()) if _in_state(target, scope):
            help = f"a variable has its type in the class; here, `{scope.text(target)} = ...`"
            return UserError("S050", f"`{text}` declares and assigns", span, help=help)
        case ast.Assign():
            return UserError(
                "S050",
                f"`{text}` gives several values at once",
                span,
                help="one assignment a line; `old = self.x` keeps the value that `self.x` had",
            )
        case ast.Expr(value=value):
            insisting = f"to insist on it, an action says `require({text})`; a property or a helper `return`s it"
            changing = ""
            if isinstance(value, ast.Yield | ast.YieldFrom | ast.Await):
                insisting = "leave it out: an action is one step, and nothing waits in it"
            if isinstance(value, ast.Compare) and isinstance(value.ops[0], ast.Eq) and _in_state(value.left, scope):
                changing = f"; to change it, `{text.replace('==', '=', 1)}`"
            return UserError("S054", f"`{text}` does nothing here", span, help=insisting + changing)
        case _:
            word = _WORDS.get(type(statement))
            place = replace(span, end_line=span.line, end_column=span.column + len(word)) if word else span
            instead = _INSTEAD.get(type(statement), _OTHERWISE)
            return UserError("S050", f"`{word or text}` is not a statement of the language here", place, help=instead)


def _no_change(text: str, scope: Scope, statement: ast.stmt) -> UserError:
    return UserError(
        "S055",
        f"`{text}` changes the state, which only actions do",
        scope.span(statement),
        help="a property or a method with a value computes it: `return ...`",
    )


def _changes(target: ast.expr, scope: Scope) -> bool:
    return any(_in_state(part, scope) for part in ast.walk(target) if isinstance(part, ast.expr))


def _in_state(node: ast.expr, scope: Scope) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=owner)):
            return owner in scope.states and owner not in scope.names
        case ast.Attribute(value=inner) | ast.Subscript(value=inner):
            return _in_state(inner, scope)
        case _:
            return False
