"""What the classes of a spec declare: state variables, constants and methods, the most derived of each."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic

from checker.core import ir, language
from checker.core.errors import Note, Span, UserError, did_you_mean
from checker.core.given import shown
from checker.frontend.annotations import Declarations
from checker.frontend.scope import Method
from checker.frontend.source import ClassSource, class_source

PROPERTIES: Mapping[str, ir.PropertyKind] = {
    "invariant": "invariant",
    "lemma": "lemma",
    "step_invariant": "step invariant",
    "witness": "witness",
    "constraint": "constraint",
    "axiom": "axiom",
}
"""The kinds of property by their decorators."""

_MARKS = {"init", "action", *PROPERTIES}
_WORDS = {"require", "implies", "Map", "Set", "Bag", "Seq"}
"""What methods call."""

USING = ("lemma", "invariant", "step_invariant")
"""The marks that may name the lemmas that a proof rests on."""

_ALL_MARKS = ", ".join(f"@{mark}" for mark in sorted(_MARKS))
_HARMLESS = {"staticmethod", "override"}


@dataclass(slots=True)
class Members:
    """The members of a spec, its base classes included; of a method every version, the most derived one first."""

    name: str
    variables: dict[str, ir.StateVariable] = field(default_factory=dict[str, ir.StateVariable])
    constants: dict[str, bool | int] = field(default_factory=dict[str, "bool | int"])
    constant_places: dict[str, Span] = field(default_factory=dict[str, Span])
    methods: dict[str, tuple[Method, ...]] = field(default_factory=dict[str, tuple[Method, ...]])

    def replace_constants(self, given: Mapping[str, bool | int], place: Span | None) -> None:
        """Gives constants the values that a model says at `place`."""
        for name, value in given.items():
            if name not in self.constants:
                none = "its constants are " + ", ".join(sorted(self.constants)) if self.constants else "it has none"
                raise UserError(
                    "M020",
                    f"{self.name} has no constant `{name}`",
                    place,
                    help=did_you_mean(name, self.constants) or none,
                )
            if type(value) is not type(self.constants[name]):
                old = self.constants[name]
                raise UserError(
                    "M021",
                    f"the constant `{name}` is {old!r} in {self.name}, and {shown(value)} is of another type",
                    place,
                    help=f"give {'True or False' if isinstance(old, bool) else 'an int'}",
                )
            self.constants[name] = value


def read_classes(cls: type, declarations: Declarations) -> Members:
    """The members that `cls` declares or inherits."""
    members = Members(cls.__name__)
    for base in reversed(cls.__mro__):
        if base not in (object, Generic, language.Spec):
            _read_class(base, class_source(base), declarations, members)
    return members


def mark_of(versions: Sequence[Method]) -> str | None:
    """How a method is marked: as its most derived version with a mark is."""
    return next((word for version in versions for word in version.decorators if word in _MARKS), None)


def _read_class(base: type, source: ClassSource, declarations: Declarations, members: Members) -> None:
    here: dict[str, Span] = {}
    for statement in source.node.body:
        span = source.span(statement)
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                continue
            case ast.FunctionDef(name=name):
                method = Method(base, source, statement)
                _check_new(name, replace(method.header, column=method.header.end_column - len(name)), here)
                _check_kind(name, (members.variables, members.constants), method.header)
                _check_method(method, members.methods.get(name, ()))
                members.methods[name] = (method, *members.methods.get(name, ()))
            case ast.AnnAssign(target=ast.Name(id=name) as target, annotation=annotation, value=None):
                _check_new(name, source.span(target), here)
                _check_kind(name, (members.constants, members.methods), source.span(target))
                type, ghost = declarations.resolve(annotation, source, name)
                members.variables[name] = ir.StateVariable(name=name, type=type, ghost=ghost, span=span)
            case ast.AnnAssign(target=ast.Name(id=name) as target) | ast.Assign(targets=[ast.Name(id=name) as target]):
                _check_new(name, source.span(target), here)
                _check_kind(name, (members.variables, members.methods), source.span(target))
                members.constants[name] = _constant(base, name, span)
                members.constant_places[name] = source.span(target)
            case ast.AsyncFunctionDef(name=name):
                header = replace(span, end_line=span.line, end_column=span.column + len(f"async def {name}"))
                raise UserError("S073", f"`{name}` is `async`", header, help=f"leave it out: `def {name}`")
            case _:
                raise UserError(
                    "S073",
                    f"`{ast.unparse(statement).splitlines()[0]}` does not belong in a Spec",
                    span,
                    help="a class stands beside the Spec, and not inside of it"
                    if isinstance(statement, ast.ClassDef)
                    else "a Spec holds `name: Type`, constants `name = 3`, and methods",
                )


def _constant(base: type, name: str, span: Span) -> bool | int:
    value = base.__dict__.get(name)
    if not isinstance(value, (bool, int)):
        raise UserError(
            "S072",
            f"the constant `{name}` is neither a bool nor an int",
            span,
            help=f"a state variable is declared without a value, `{name}: Type`; it gets one in @init",
        )
    return value


def _check_new(name: str, place: Span, here: dict[str, Span]) -> None:
    if name in here:
        raise UserError(
            "S077",
            f"`{name}` is defined twice",
            place,
            help="the second one hides the first: rename it",
            notes=(Note("the first one is here", here[name]),),
        )
    here[name] = place


def _check_kind(name: str, others: Sequence[Mapping[str, object]], place: Span) -> None:
    if any(name in other for other in others):
        raise UserError(
            "S074",
            f"`{name}` is something else in a base class",
            place,
            help="a variable, a constant or a method stays one: rename it",
        )


def _check_method(method: Method, overridden: Sequence[Method]) -> None:
    node, source = method.node, method.source
    marks: list[str] = []
    for word, decorator in zip(method.decorators, node.decorator_list, strict=True):
        if isinstance(decorator, ast.Call):
            _check_brackets(word, decorator, source)
        if word in _MARKS:
            marks.append(word)
        elif word not in _HARMLESS:
            raise UserError(
                "S075",
                f"unknown decorator `{word}`",
                source.span(decorator),
                help=_plain_method(word, node.name) or did_you_mean(word, _MARKS) or f"there are {_ALL_MARKS}",
            )
    if len(marks) > 1:
        raise UserError(
            "S076",
            f"`{node.name}` is marked both @{marks[0]} and @{marks[1]}",
            source.span(node.decorator_list[1]),
            help="a method is one or the other",
        )
    inherited = mark_of(overridden)
    if marks and inherited and marks[0] != inherited:
        raise UserError(
            "S076",
            f"`{node.name}` is marked @{marks[0]} here and @{inherited} in a base class",
            source.span(node.decorator_list[0]),
            help="an override is what the overridden method is",
            notes=(Note("it overrides this one", overridden[0].header),),
        )
    _check_parameters(method)
    _check_imports(method)


def _plain_method(word: str, name: str) -> str | None:
    """What to do about a decorator of Python that a helper method does not need."""
    if word not in ("property", "cached_property", "classmethod", "cache", "lru_cache", "abstractmethod"):
        return None
    return f"leave it out: a helper is a plain method, and is called, `self.{name}()`"


def _check_brackets(word: str, decorator: ast.Call, source: ClassSource) -> None:
    """An action may say more than its mark, its lane, and a property that is proved, its support (see `support`)."""
    match decorator:
        case ast.Call(args=[], keywords=[ast.keyword(arg="uses")]) if word in USING:
            return
        case ast.Call(args=[], keywords=[ast.keyword(arg="lane", value=ast.Constant(value=str(lane)))]) if (
            word == "action" and lane.strip() and lane.isprintable()
        ):
            return
        case ast.Call(args=[], keywords=[]) if word in _MARKS:
            help = f"without brackets: `@{word}`"
        case _ if word in USING:
            help = f'`@{word}(uses=("a", "b"))` names lemmas that its proof rests on; nothing else stands in brackets'
        case _:
            help = '`@action(lane="coordinator")` names a lane of pictures, in quotes; nothing else stands in brackets'
    message = f"`@{ast.unparse(decorator)}` is no decorator of the language"
    raise UserError("S075", message, source.span(decorator), help=help)


def lane_of(versions: Sequence[Method]) -> str:
    """The lane that an action names, or that which its override does; empty where none is named."""
    for decorator in (entry for version in versions for entry in version.node.decorator_list):
        match decorator:
            case ast.Call(keywords=[ast.keyword(arg="lane", value=ast.Constant(value=str(lane)))]):
                return lane
            case _:
                continue
    return ""


def _check_imports(method: Method) -> None:
    """A word of the language has to be imported like any other name, though a spec is only read."""
    words = [part for part in ast.walk(method.node) if isinstance(part, ast.Name) and part.id in _WORDS]
    known = {argument.arg for argument in method.node.args.args} | method.source.namespace.keys()
    known |= {part.id for part in words if isinstance(part.ctx, ast.Store)}
    for part in words:
        if part.id not in known:
            help = f"`from checker import {part.id}`"
            raise UserError("S021", f"unknown name `{part.id}`", method.source.span(part), help=help)


def _check_parameters(method: Method) -> None:
    node, arguments = method.node, method.node.args
    odd = [*arguments.posonlyargs, *arguments.kwonlyargs, *(arg for arg in (arguments.vararg, arguments.kwarg) if arg)]
    if odd:
        raise UserError(
            "S078",
            f"parameter `{odd[0].arg}`: plain parameters only",
            method.source.span(odd[0]),
            help="no `*`, `/` or `**`",
        )
    if "staticmethod" in method.decorators:
        return
    first = arguments.args[0] if arguments.args else None
    if first is None or (first.arg != "self" and not _is_state(first)):
        help = f"`def {node.name}({', '.join(('self', *(arg.arg for arg in arguments.args)))})`"
        raise UserError("S078", f"`{node.name}` has no `self`", method.header, help=help)
    twin = next((arg for arg in arguments.args[1:] if arg.arg == "self"), None)
    if twin:
        raise UserError(
            "S078", "a parameter called `self` that is not the first one", method.source.span(twin),
            help="`self` is the state: give the parameter another name",
        )


def _is_state(first: ast.arg) -> bool:
    """Can this first parameter, which is not called `self`, be the state?  One with another type surely is not."""
    return first.annotation is None or "Self" in ast.unparse(first.annotation)
