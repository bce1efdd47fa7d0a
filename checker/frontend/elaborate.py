"""From a class to a typed spec: its variables, constants, methods, actions and properties."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from checker.core import ir, language
from checker.core.errors import Note, Span, UserError, with_article
from checker.core.types import BOOL, QuorumType, SetType, SortType, Type, parts
from checker.frontend import bodies
from checker.frontend.annotations import Declarations
from checker.frontend.classes import PROPERTIES, Members, lane_of, mark_of, read_classes
from checker.frontend.domains import with_domains
from checker.frontend.ghosts import check_ghosts
from checker.frontend.lint import warnings_of
from checker.frontend.rules import check_action, check_axioms, check_depth, check_initial, too_deep
from checker.frontend.scope import Context, Method, Scope
from checker.frontend.source import ClassSource, class_source
from checker.frontend.support import support_of
from checker.frontend.statements import statements


def elaborate(
    cls: type[language.Spec], constants: Mapping[str, bool | int] | None = None, place: Span | None = None
) -> ir.Spec:
    """The typed IR of a spec class; `constants`, given at `place`, replace the values of its class constants.

    Raises `UserError` (S codes) at the first mistake of the spec, M020 and M021 for a constant that does not fit.
    """
    own = class_source(cls)
    span = own.span(own.node)
    header = replace(span, end_line=span.line, end_column=span.column + len(f"class {cls.__name__}"))
    try:
        spec = _elaborate(cls, own, header, constants or {}, place)
        check_depth(spec)
        check_ghosts(spec)
    except RecursionError:
        raise too_deep(header) from None
    return spec


def _elaborate(
    cls: type[language.Spec],
    own: ClassSource,
    header: Span,
    constants: Mapping[str, bool | int],
    place: Span | None,
) -> ir.Spec:
    declarations = Declarations()
    members = read_classes(cls, declarations)
    members.replace_constants(constants, place)
    context = Context(cls, declarations, members.variables, members.constants, members.methods)
    actions = tuple(_action(context, method) for method in _marked(members, "action"))
    axioms = tuple(_property(context, method, members) for method in _marked(members, "axiom"))
    check_axioms(axioms, actions)
    initial = tuple(_initial(context, method, members) for method in _marked(members, "init"))
    if not initial:
        raise UserError(
            "S071",
            f"`{cls.__name__}` has no initial state",
            header,
            help="mark a method that assigns every variable with @init"
            + (", in the place of `__init__`" if "__init__" in members.methods else ""),
        )
    # read before the sorts are collected: a quorum may be met in a property alone
    marks = [mark for mark in PROPERTIES if mark != "axiom"]
    properties = tuple(_property(context, method, members) for method in _marked(members, *marks))
    return ir.Spec(
        name=cls.__name__,
        doc=ast.get_docstring(own.node) or (cls.__doc__ or ""),
        file=own.file,
        sorts=_sorts(members.variables, (*initial, *actions), declarations),
        variables=tuple(members.variables.values()),
        initial=initial,
        actions=actions,
        properties=properties,
        axioms=axioms,
        span=header,
        warnings=warnings_of(context, members, actions),
    )


def _marked(members: Members, *marks: str) -> list[Method]:
    """The methods with one of these marks, in order.  An override without a mark keeps that of what it overrides."""
    return [versions[0] for versions in members.methods.values() if mark_of(versions) in marks]


def _sorts(
    variables: Mapping[str, ir.StateVariable], actions: Sequence[ir.Action], declarations: Declarations
) -> tuple[Type, ...]:
    """The sorts and quorums that the spec uses, in the order of their first use."""
    used = [*(variable.type for variable in variables.values())]
    used += [parameter.type for action in actions for parameter in action.parameters]
    used += declarations.types.values()
    found = dict.fromkeys(part for type in used for part in parts(type) if isinstance(part, (SortType, QuorumType)))
    return tuple(found)


# --- actions and properties ---------------------------------------------------------------------------------------


def _action(context: Context, method: Method) -> ir.Action:
    action = _declared(context, method)
    check_action(action)
    return action


def _initial(context: Context, method: Method, members: Members) -> ir.Action:
    """An `@init`, which requires the axioms of what it has assigned."""
    action = _declared(context, method)
    local = {part.id for part in ast.walk(method.node) if isinstance(part, ast.Name)}
    check_initial(action, context.variables, local)
    action = replace(action, parameters=tuple(_giving(parameter, action) for parameter in action.parameters))
    # the names in the axioms are other ones than those in the body
    for axiom in _marked(members, "axiom"):
        formula = _formula(context, axiom, {axiom.node.args.args[0].arg: False})
        required = ir.Require(condition=formula, axiom=axiom.node.name, span=axiom.header)
        action = replace(action, body=(*action.body, required))
    return action


def _giving(parameter: ir.Parameter, action: ir.Action) -> ir.Parameter:
    """The parameter with the variables that it gives their only value."""
    if not isinstance(parameter.domain, ir.AllOf):
        return parameter
    assigned = [entry.variable for entry in ir.assignments(action.body)]
    given = [
        entry.variable for entry in action.body
        if isinstance(entry, ir.Assign) and isinstance(entry.value, ir.Local) and entry.value.name == parameter.name
    ]
    return replace(parameter, gives=tuple(name for name in given if assigned.count(name) == 1))


def _declared(context: Context, method: Method) -> ir.Action:
    context.start()
    scope, parameters = _parameters(context, method)
    body, _ = statements(method.node.body, scope)
    return ir.Action(
        name=method.node.name,
        doc=method.doc,
        parameters=with_domains(parameters, body, [variable.type for variable in context.variables.values()]),
        body=body,
        span=method.header,
        lane=lane_of(context.methods[method.node.name]),
    )


def _parameters(context: Context, method: Method) -> tuple[Scope, tuple[ir.Parameter, ...]]:
    arguments = method.node.args.args
    if method.node.args.defaults:
        raise UserError(
            "S079",
            "a parameter of an action has no default",
            method.source.span(method.node.args.defaults[0]),
            help="it stands for every value of its type in turn",
        )
    scope = Scope(
        context,
        method.source,
        method.owner,
        states={arguments[0].arg: False},
        stack=(f"{method.owner.__name__}.{method.node.name}",),
    )
    parameters: list[ir.Parameter] = []
    for argument in arguments[1:]:
        span = method.source.span(argument)
        if argument.annotation is None:
            raise UserError(
                "S079", f"parameter `{argument.arg}` has no type", span, help=f"`{argument.arg}: Server`, for example"
            )
        type, _ = context.declarations.resolve(argument.annotation, method.source, f"{method.node.name}.{argument.arg}")
        name = context.fresh(argument.arg)
        parameters.append(ir.Parameter(name=name, type=type, domain=ir.AllOf(type=SetType(type), span=span), span=span))
        scope = scope.bind(argument.arg, ir.Local(name=name, type=type, span=span))
    return scope, tuple(parameters)


def _property(context: Context, method: Method, members: Members) -> ir.Property:
    context.start()
    title, arguments = method.node.name, method.node.args.args
    kind = PROPERTIES[mark_of(context.methods[title]) or ""]
    of_step = kind == "step invariant"
    if len(arguments) != (2 if of_step else 1):
        raise UserError(
            "S080",
            f"{with_article(kind)} has the parameters ({'self, after: Self' if of_step else 'self'})",
            method.header if of_step else method.source.span(arguments[-1]),
            help=f"`def {title}(self, after: Self) -> bool:`, where `after` is the state after the step"
            if of_step
            else "quantify inside: `all(... for s in Server)`",
        )
    formula = _formula(context, method, {argument.arg: index == 1 for index, argument in enumerate(arguments)})
    support = support_of(members.methods[title], members)
    return ir.Property(kind=kind, name=title, doc=method.doc, formula=formula, span=method.header, support=support)


def _formula(context: Context, method: Method, states: Mapping[str, bool]) -> ir.Expr:
    """What a property says; `states` are its parameters, of which a successor is True."""
    title = method.node.name
    scope = Scope(context, method.source, method.owner, states=states, stack=(f"{method.owner.__name__}.{title}",))
    kind = PROPERTIES[mark_of(context.methods[title]) or ""]
    because = Note(f"`{title}` is {with_article(kind)}, so it is true or false")
    return bodies.body_value(method.node.body, scope, BOOL, because, method)
