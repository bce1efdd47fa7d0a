"""From a class to a typed spec: its variables, constants, methods, actions and properties."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, cast

from checker.core import ir, language
from checker.core.errors import Note, Span, UserError, did_you_mean
from checker.core.types import BOOL, BoolType, QuorumType, SetType, SortType, Type, parts
from checker.frontend import bodies
from checker.frontend.annotations import Declarations
from checker.frontend.domains import with_domains
from checker.frontend.rules import check_action, check_ghosts, check_initial
from checker.frontend.scope import Context, Method, Scope
from checker.frontend.source import ClassSource, class_source
from checker.frontend.statements import statements

KINDS: Mapping[str, ir.PropertyKind] = {
    "invariant": "invariant",
    "lemma": "lemma",
    "step_invariant": "step invariant",
    "witness": "witness",
    "constraint": "constraint",
}
DECORATORS = {"init", "action", *KINDS}
HARMLESS = {"staticmethod", "override"}


def elaborate(cls: type[language.Spec], constants: Mapping[str, bool | int] | None = None) -> ir.Spec:
    """The typed IR of a spec class; `constants` replace the values of its class constants.

    Raises `UserError` (S codes) at the first mistake of the spec, M020 and M021 for a constant that does not fit.
    """
    classes = [base for base in reversed(cls.__mro__) if issubclass(base, language.Spec) and base is not language.Spec]
    sources = [(base, class_source(base)) for base in classes]
    declarations = Declarations()
    variables: dict[str, ir.StateVariable] = {}
    values: dict[str, bool | int] = {}
    methods: dict[str, tuple[Method, ...]] = {}
    for base, source in sources:
        _read_class(base, source, declarations, variables, values, methods)
    _override(values, constants or {}, cls)
    context = Context(cls, declarations, variables, values, methods)
    own = sources[-1][1]
    actions = [_declared(context, method, "action") for method in _marked(methods, "action")]
    initial = [_declared(context, method, "init") for method in _marked(methods, "init")]
    span = own.span(own.node)
    header = replace(span, end_line=span.line, end_column=span.column + len(f"class {cls.__name__}"))
    if not initial:
        raise UserError(
            "S071",
            f"`{cls.__name__}` has no initial state",
            header,
            help="mark a method that assigns every variable with @init",
        )
    # read before the sorts are collected: a quorum may be met in a property alone
    properties = tuple(_property(context, method) for method in _marked(methods, *KINDS))
    spec = ir.Spec(
        name=cls.__name__,
        doc=ast.get_docstring(own.node) or (cls.__doc__ or ""),
        file=own.file,
        sorts=_sorts(variables, (*initial, *actions), declarations),
        variables=tuple(variables.values()),
        initial=tuple(initial),
        actions=tuple(actions),
        properties=properties,
        span=header,
    )
    check_ghosts(spec)
    return spec


# --- reading classes ----------------------------------------------------------------------------------------------


def _read_class(
    base: type,
    source: ClassSource,
    declarations: Declarations,
    variables: dict[str, ir.StateVariable],
    values: dict[str, bool | int],
    methods: dict[str, tuple[Method, ...]],
) -> None:
    for statement in source.node.body:
        span = source.span(statement)
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                continue
            case ast.FunctionDef(name=name):
                method = Method(base, source, statement)
                _check_method(method, methods)
                methods[name] = (method, *methods.get(name, ()))
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=None):
                type, ghost = declarations.resolve(annotation, source, name)
                _check_name(name, span, values, methods, "variable")
                variables[name] = ir.StateVariable(name=name, type=type, ghost=ghost, span=span)
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                value = base.__dict__.get(name)
                if not isinstance(value, (bool, int)):
                    raise UserError(
                        "S072",
                        f"the constant `{name}` is neither a bool nor an int",
                        span,
                        help=f"a state variable is declared without a value, `{name}: Type`; it gets one in @init",
                    )
                _check_name(name, span, variables, methods, "constant")
                values[name] = value
            case _:
                raise UserError(
                    "S073",
                    f"`{ast.unparse(statement).splitlines()[0]}` does not belong in a Spec",
                    span,
                    help="a Spec holds `name: Type`, constants `name = 3`, and methods",
                )


def _check_name(name: str, span: Span, others: Mapping[str, object], methods: Mapping[str, object], what: str) -> None:
    if name in others or name in methods:
        raise UserError("S074", f"`{name}` is declared twice, here as a {what}", span, help="rename one of them")


def _check_method(method: Method, methods: Mapping[str, tuple[Method, ...]]) -> None:
    node, marks = method.node, [word for word in method.decorators if word not in HARMLESS]
    for word, decorator in zip(method.decorators, node.decorator_list, strict=True):
        if word not in DECORATORS | HARMLESS:
            raise UserError(
                "S075",
                f"unknown decorator `{word}`",
                method.source.span(decorator),
                help=did_you_mean(word.split("(")[0], DECORATORS)
                or f"there are {', '.join('@' + name for name in sorted(DECORATORS))}",
            )
    if len(marks) > 1:
        raise UserError(
            "S076",
            f"`{node.name}` is marked both @{marks[0]} and @{marks[1]}",
            method.source.span(node.decorator_list[1]),
            help="a method is one or the other",
        )
    if any(other.owner is method.owner for other in methods.get(node.name, ())):
        raise UserError(
            "S077",
            f"`{node.name}` is defined twice",
            method.source.span(node),
            help="the second one hides the first: rename it",
        )
    arguments = node.args
    odd = [
        *arguments.posonlyargs,
        *arguments.kwonlyargs,
        *(part for part in (arguments.vararg, arguments.kwarg) if part),
    ]
    if odd:
        raise UserError(
            "S078",
            f"parameter `{odd[0].arg}`: plain parameters only",
            method.source.span(odd[0]),
            help="no `*`, `/` or `**`",
        )
    if not arguments.args and "staticmethod" not in method.decorators:
        raise UserError(
            "S078", f"`{node.name}` has no `self`", method.source.span(node), help=f"def {node.name}(self, ...)"
        )


def _override(values: dict[str, bool | int], constants: Mapping[str, bool | int], cls: type) -> None:
    for name, value in constants.items():
        if name not in values:
            raise UserError(
                "M020",
                f"{cls.__name__} has no constant `{name}`",
                help=did_you_mean(name, values)
                or ("its constants are " + ", ".join(sorted(values)) if values else "it has none"),
            )
        if isinstance(value, bool) != isinstance(values[name], bool):
            raise UserError(
                "M021", f"the constant `{name}` is {values[name]!r} in {cls.__name__}, and {value!r} is of another type"
            )
        values[name] = value


def _marked(methods: Mapping[str, tuple[Method, ...]], *marks: str) -> list[Method]:
    """The methods with one of these marks, in order.  An override without a mark keeps the mark of what it overrides."""
    return [versions[0] for versions in methods.values() if _mark(versions) in marks]


def _mark(versions: Sequence[Method]) -> str | None:
    for version in versions:
        for word in version.decorators:
            if word in DECORATORS:
                return word
    return None


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


def _declared(context: Context, method: Method, kind: Literal["action", "init"]) -> ir.Action:
    context.names = set()
    scope, parameters = _parameters(context, method)
    body, _ = statements(method.node.body, scope)
    action = ir.Action(
        name=method.node.name,
        doc=method.doc,
        parameters=with_domains(parameters, body),
        body=body,
        span=_name_span(method),
    )
    if kind == "init":
        check_initial(action, context.variables)
    else:
        check_action(action)
    return action


def _name_span(method: Method) -> Span:
    span = method.source.span(method.node)
    return replace(span, end_line=span.line, end_column=span.column + len(f"def {method.node.name}"))


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


def _property(context: Context, method: Method) -> ir.Property:
    context.names = set()
    kind = KINDS[cast("str", _mark(context.methods[method.node.name]))]
    arguments = method.node.args.args
    wanted = 2 if kind == "step invariant" else 1
    if len(arguments) != wanted:
        shape = "self, after: Self" if wanted == 2 else "self"
        raise UserError(
            "S080",
            f"a {kind} has the parameters ({shape})",
            method.source.span(method.node.args.args[-1]),
            help="quantify inside: `all(... for s in Server)`",
        )
    states = {argument.arg: index == 1 for index, argument in enumerate(arguments)}
    scope = Scope(
        context, method.source, method.owner, states=states, stack=(f"{method.owner.__name__}.{method.node.name}",)
    )
    because = Note(f"`{method.node.name}` is a {kind}, so it is true or false")
    formula = bodies.body_value(method.node.body, scope, BOOL, because, method)
    assert isinstance(formula.type, BoolType)
    return ir.Property(kind=kind, name=method.node.name, doc=method.doc, formula=formula, span=_name_span(method))


def without_unread_ghosts(spec: ir.Spec, properties: Sequence[ir.Property]) -> ir.Spec:
    """The spec without the ghost variables that none of `properties` reads (directly, or through another ghost's update)."""
    needed = {part.name for entry in properties for part in ir.walk(entry.formula) if isinstance(part, ir.Variable)}
    ghosts = {variable.name for variable in spec.variables if variable.ghost}
    updates = [(part.variable, part.value) for action in spec.actions for part in ir.assignments(action.body)]
    while True:
        read = {
            part.name
            for name, value in updates
            if name in needed
            for part in ir.walk(value)
            if isinstance(part, ir.Variable)
        }
        if read <= needed:
            break
        needed |= read
    dropped = ghosts - needed
    if not dropped:
        return spec
    return replace(
        spec,
        variables=tuple(variable for variable in spec.variables if variable.name not in dropped),
        initial=tuple(replace(action, body=_without(action.body, dropped)) for action in spec.initial),
        actions=tuple(replace(action, body=_without(action.body, dropped)) for action in spec.actions),
        properties=tuple(properties),
    )


def _without(body: Sequence[ir.Statement], dropped: set[str]) -> tuple[ir.Statement, ...]:
    kept: list[ir.Statement] = []
    for statement in body:
        if isinstance(statement, ir.Branch):
            statement = replace(
                statement, then=_without(statement.then, dropped), otherwise=_without(statement.otherwise, dropped)
            )
        elif isinstance(statement, ir.Assign) and statement.variable in dropped:
            continue
        kept.append(statement)
    return tuple(kept)
