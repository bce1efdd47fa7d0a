"""What each form of the intermediate representation allows.

`verify` raises `IllegalIR` where a spec is not legal for its stage.  The tests run it after every pass; what it finds
is a mistake of this program, for every mistake of a user has been reported before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from checker.core import ir
from checker.core.types import BOOL, Type
from checker.core.typing_rules import IllegalIR, Scope, check_expression, item_type, same


def verify(spec: ir.Spec | ir.LoweredSpec) -> None:
    """Raises `IllegalIR` unless `spec` is a legal typed spec, or a legal lowered one."""
    match spec:
        case ir.Spec():
            _verify_declarations(spec)
            for action in spec.initial:
                _verify_typed(action, _scope(spec), readable=frozenset())
            for action in spec.actions:
                _verify_typed(action, _scope(spec), readable=frozenset(v.name for v in spec.variables))
        case ir.LoweredSpec():
            verify(spec.source)
            for action in spec.initial:
                _verify_lowered(action, replace(_scope(spec.source), variables={}), spec.source)
                if [name for name, _ in action.updates] != [v.name for v in spec.source.variables]:
                    raise IllegalIR(f"{action.name} does not give a value to every variable")
            for action in spec.actions:
                _verify_lowered(action, _scope(spec.source), spec.source)
        case _:
            assert_never(spec)


def _scope(spec: ir.Spec) -> Scope:
    return Scope(variables={v.name: v.type for v in spec.variables}, names={})


def _verify_declarations(spec: ir.Spec) -> None:
    for kind, names in (
        ("variables", [v.name for v in spec.variables]),
        ("actions", [action.name for action in spec.actions]),
        ("properties", [entry.name for entry in (*spec.properties, *spec.axioms)]),
    ):
        if len(set(names)) < len(names):
            raise IllegalIR(f"two {kind} of {spec.name} have one name: {names}")
    if not spec.initial:
        raise IllegalIR(f"{spec.name} has no initial state")
    for entry in (*spec.properties, *spec.axioms):
        check_expression(entry.formula, replace(_scope(spec), primed=entry.kind == "step invariant"))
        if entry.formula.type != BOOL:
            raise IllegalIR(f"the property {entry.name} is not a formula")


def _verify_parameters(parameters: tuple[ir.Parameter, ...], scope: Scope) -> Scope:
    for parameter in parameters:
        for guard in parameter.guards:
            _verify_value(guard, BOOL, scope)
        check_expression(parameter.domain, scope)
        if not same(item_type(parameter.domain.type), parameter.type):
            raise IllegalIR(f"the parameter {parameter.name} is drawn from {parameter.domain.type}")
        scope = scope.bind(parameter.name, parameter.type)
    return scope


def _verify_typed(action: ir.Action, scope: Scope, readable: frozenset[str]) -> None:
    """`readable`: the variables that have a value before the action; none for an initial state."""
    reading = replace(scope, variables=_only(scope.variables, readable))
    inner = _verify_parameters(action.parameters, reading)
    assigned = _verify_statements(action.body, inner, scope.variables)
    missing = set(scope.variables) - assigned
    if missing:
        raise IllegalIR(f"{action.name} leaves {sorted(missing)} without a value")


def _only(variables: Mapping[str, Type], names: frozenset[str] | set[str]) -> dict[str, Type]:
    return {name: type for name, type in variables.items() if name in names}


def _verify_statements(body: tuple[ir.Statement, ...], scope: Scope, declared: Mapping[str, Type]) -> set[str]:
    """The variables that have a value after `body`."""
    for statement in body:
        match statement:
            case ir.Require(condition=condition):
                _verify_value(condition, BOOL, scope)
            case ir.Assign(variable=variable, value=value):
                if variable not in declared:
                    raise IllegalIR(f"{statement.span}: {variable} is not a variable")
                _verify_value(value, declared[variable], scope)
                scope = replace(scope, variables={**scope.variables, variable: declared[variable]})
            case ir.Bind(name=name, value=value):
                check_expression(value, scope)
                scope = scope.bind(name, value.type)
            case ir.Branch(condition=condition, then=then, otherwise=otherwise):
                _verify_value(condition, BOOL, scope)
                after = _verify_statements(then, scope, declared) & _verify_statements(otherwise, scope, declared)
                scope = replace(scope, variables=_only(declared, after))
            case _:
                assert_never(statement)
    return set(scope.variables)


def _verify_value(node: ir.Expr, expected: Type, scope: Scope) -> None:
    check_expression(node, scope)
    if not same(node.type, expected):
        raise IllegalIR(f"{node.span}: expected {expected}, found {node.type}")


def _verify_lowered(action: ir.LoweredAction, scope: Scope, spec: ir.Spec) -> None:
    scope = replace(_verify_parameters(action.parameters, scope), lowered=True)
    for step in action.steps:
        match step:
            case ir.Require(condition=condition):
                _verify_value(condition, BOOL, scope)
            case ir.Bind(name=name, value=value):
                check_expression(value, scope)
                scope = scope.bind(name, value.type)
            case _:
                assert_never(step)
    types = {v.name: v.type for v in spec.variables}
    updated = [name for name, _ in action.updates]
    if updated != [name for name in types if name in updated]:
        raise IllegalIR(f"the updates of {action.name} are not one a variable, in the order of the spec: {updated}")
    for name, value in action.updates:
        _verify_value(value, types[name], scope)
