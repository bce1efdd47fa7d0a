"""Methods and functions are inlined where they are called: a call is the callee's body with its arguments in place."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Hashable
from dataclasses import replace
from types import FunctionType

from checker.core import ir, language
from checker.core.errors import Call, Note, UserError, did_you_mean
from checker.core.types import Type
from checker.frontend import bodies, expressions
from checker.frontend.advice import instead_of_module
from checker.frontend.scope import Method, Scope
from checker.frontend.sharing import is_large, with_shared
from checker.frontend.source import function_source

_FORMULAS = {"invariant", "lemma", "witness", "constraint", "axiom"}


def find_method(name: str, node: ast.Call, scope: Scope) -> Method:
    """The method that `self.name` calls: the most derived one."""
    methods = scope.context.methods
    if name in methods:
        return methods[name][0]
    assert isinstance(node.func, ast.Attribute)
    place = scope.last_word(node.func)
    if name in scope.context.variables or name in scope.context.constants:
        what = "variable" if name in scope.context.variables else "constant"
        read = f"read it without the brackets: `{scope.text(node.func)}`"
        raise UserError("S045", f"`{name}` is a {what} and cannot be called", place, help=read)
    help = did_you_mean(name, methods) or f"a method is defined in the class: `def {name}(self, ...)`"
    raise UserError("S021", f"unknown name `{name}`", place, help=help)


def find_super(name: str, node: ast.Call, scope: Scope) -> Method:
    """The method that `super().name` calls: the next one after the class in which the call is written."""
    order = scope.context.cls.__mro__
    after = order[order.index(scope.owner) + 1 :]
    inherited = {
        word: method
        for word, versions in scope.context.methods.items()
        for method in reversed(versions)
        if method.owner in after
    }
    if name in inherited:
        return inherited[name]
    assert isinstance(node.func, ast.Attribute)
    raise UserError(
        "S021",
        f"no base class has a method `{name}`",
        scope.last_word(node.func),
        help=did_you_mean(name, inherited) or "leave the call out, or name a method of a base class",
    )


def is_of_a_spec(function: ast.Attribute, scope: Scope) -> bool:
    """Is this `Raft.timeout`, a method that is named by its class?"""
    owner = scope.python_object(function.value)
    return isinstance(owner, type) and issubclass(owner, language.Spec)


def by_class(node: ast.Call, scope: Scope) -> UserError:
    """The error for `Raft.timeout(self, x)`."""
    assert isinstance(node.func, ast.Attribute)
    owner, name = scope.python_object(node.func.value), node.func.attr
    rest = ", ".join(ast.unparse(argument) for argument in (*node.args[1:], *node.keywords))
    how = f"write `super().{name}({rest})`" if owner in scope.owner.__mro__[1:] else f"write `self.{name}(...)`"
    elsewhere = "a spec calls its own methods, those of its base classes, and functions"
    help = how if owner in scope.context.cls.__mro__ and hasattr(owner, name) else elsewhere
    return UserError("S067", f"`{scope.text(node.func)}` is named by its class", scope.span(node.func), help=help)


def method_call(owner: str, name: str, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """The value of `self.name(...)`."""
    return _value(find_method(name, node, scope), scope.states[owner], node, scope, expected)


def super_call(name: str, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """The value of `super().name(...)`."""
    return _value(find_super(name, node, scope), next(iter(scope.states.values()), False), node, scope, expected)


def function_call(function: FunctionType, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """The value of a call of a plain function of a module."""
    module = str(function.__module__)
    is_foreign = module == language.__name__ or module.partition(".")[0] in sys.stdlib_module_names
    found = None if is_foreign else function_source(function)
    if found is None:
        raise UserError(
            "S060",
            f"`{function.__name__}` cannot be called here",
            scope.span(node.func),
            help=instead_of_module(module)
            or "a spec calls functions of yours whose source can be read, and reads them like its own methods",
        )
    source, definition = found
    return _value(Method(scope.owner, source, definition), None, node, scope, expected)


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
    because = Note(f"`{method.node.name}` is declared to return {wish}", method.header) if wish else None
    context, key = scope.context, _call(method, inner, bindings, wish)
    assert inner.call is not None
    if key in context.calls:
        value, first = context.calls[key]
        first.again.append(inner.call)
        return value
    value = bodies.body_value(method.node.body, inner, wish, because, method)
    for name, argument in reversed(bindings):
        span = replace(argument.span, within=inner.call)
        value = ir.Let(name=name, value=argument, body=value, type=value.type, span=span)
    value = with_shared(value, context.given, context.fresh, scope.span(node))
    if is_large(value):  # a small one is read anew for each call, so that an explanation tells them apart
        context.calls[key] = (value, inner.call)
        context.given[id(value)] = value
    return value


def _call(method: Method, inner: Scope, bindings: list[tuple[str, ir.Expr]], wish: Type | None) -> Hashable:
    """What a call is known by: the method, its arguments, and what has been shown of the state."""
    values = dict(bindings)
    arguments = tuple(
        (name, values.get(value.name, value) if isinstance(value, ir.Local) else value)
        for name, value in inner.names.items()
    )
    return (method.node, arguments, tuple(inner.states.items()), tuple(inner.facts.items()), wish)


def _returned(method: Method, scope: Scope) -> Type | None:
    if method.node.returns is None or (
        isinstance(method.node.returns, ast.Constant) and method.node.returns.value is None
    ):
        return None
    return scope.context.declarations.resolve(method.node.returns, method.source)[0]


def lasting(value: ir.Expr) -> bool:
    """Can `value` stand in several places of an action, between which the state changes?"""
    return bodies.simple(value) and not any(isinstance(part, ir.Variable) for part in ir.walk(value))


def enter(
    method: Method,
    primed: bool | None,
    node: ast.Call,
    scope: Scope,
    may_stand: Callable[[ir.Expr], bool] | None = None,
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
    scope.context.inlined.add(method.node.name)
    parameters = list(method.node.args.args)
    states: dict[str, bool] = {}
    if primed is not None and "staticmethod" not in method.decorators and parameters:
        states[parameters.pop(0).arg] = primed
    home = Scope(
        scope.context, method.source, method.owner, states=states, facts=scope.facts, stack=(*scope.stack, name)
    )
    names: dict[str, ir.Expr] = {}
    arguments: list[tuple[str, ir.Expr]] = []
    bindings: list[tuple[str, ir.Expr]] = []
    for parameter, argument in _pair(method, parameters, node, scope).items():
        # a default is written, and so read, where the method is
        place = home if argument in method.node.args.defaults else scope
        if isinstance(argument, ast.Name) and argument.id in place.states and argument.id not in place.names:
            states[parameter.arg] = place.states[argument.id]
            continue
        value = _argument(parameter, argument, method, place)
        arguments.append((parameter.arg, value))
        if not (may_stand or bodies.simple)(value):
            bindings.append((scope.context.fresh(parameter.arg), value))
            value = ir.Local(name=bindings[-1][0], type=value.type, span=value.span)
        names[parameter.arg] = value
    call = Call(scope.span(node), tuple(arguments))
    return replace(home, names=names, states=states, call=call), bindings


def _argument(parameter: ast.arg, argument: ast.expr, method: Method, scope: Scope) -> ir.Expr:
    if parameter.annotation is None:
        return expressions.expression(argument, scope)
    expected, _ = scope.context.declarations.resolve(parameter.annotation, method.source)
    because = Note(
        f"parameter `{parameter.arg}` of `{method.node.name}` is declared as {expected}", method.source.span(parameter)
    )
    return expressions.typed(argument, scope, expected, because)


def _pair(method: Method, parameters: list[ast.arg], node: ast.Call, scope: Scope) -> dict[ast.arg, ast.expr]:
    """The argument, or else the default, of each parameter."""
    title, declared = method.node.name, Note("it is declared here", method.header)
    if len(node.args) > len(parameters):
        takes = "1 argument" if len(parameters) == 1 else f"{len(parameters)} arguments"
        message = f"`{title}` takes {takes}, {len(node.args)} were given"
        raise UserError("S069", message, scope.span(node), notes=(declared,))
    by_name = {parameter.arg: parameter for parameter in parameters}
    given: dict[ast.arg, ast.expr] = dict(zip(parameters, node.args, strict=False))
    for keyword in node.keywords:
        place = scope.span(keyword)
        if keyword.arg is None:
            raise UserError("S069", "`**` is not part of the language", place, help="write the arguments out")
        if keyword.arg not in by_name:
            hint = did_you_mean(keyword.arg, by_name)
            raise UserError("S069", f"`{title}` has no parameter `{keyword.arg}`", place, help=hint, notes=(declared,))
        if by_name[keyword.arg] in given:
            raise UserError("S069", f"`{keyword.arg}` is given twice", place, notes=(declared,))
        given[by_name[keyword.arg]] = keyword.value
    for parameter, default in zip(reversed(parameters), reversed(method.node.args.defaults), strict=False):
        given.setdefault(parameter, default)
    missing = [name for name, parameter in by_name.items() if parameter not in given]
    if missing:
        raise UserError("S069", f"`{title}` needs a value for `{missing[0]}`", scope.span(node), notes=(declared,))
    return {parameter: given[parameter] for parameter in parameters}
