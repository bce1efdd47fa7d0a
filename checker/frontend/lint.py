"""What a spec says and very likely does not mean: methods that nothing uses, steps that change nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from checker.core import ir
from checker.core.errors import SpecWarning, closest
from checker.core.instance import Instance
from checker.core.language import Spec
from checker.core.types import QuorumType
from checker.frontend.classes import Members, mark_of
from checker.frontend.scope import Context, Method
from checker.frontend.source import class_source


def warnings_of(context: Context, members: Members, actions: Sequence[ir.Action]) -> tuple[SpecWarning, ...]:
    """What to tell of the class at hand, and of the steps of its hierarchy, in the order of the source."""
    cls = context.cls
    found = [*_unused(context, members), *_unread_names(context, members), *_dict_types(cls)]
    for action in actions:
        found += _of_action(action, members.methods[action.name])
    return tuple(sorted(found, key=lambda warning: (warning.span.file, warning.span.line, warning.span.column)))


# --- what nothing uses ----------------------------------------------------------------------------------------------


def _unused(context: Context, members: Members) -> Iterator[SpecWarning]:
    """The methods and constants that the class at hand defines and nothing in its hierarchy uses.

    What an overridden version uses counts as used: a variant may leave a method without a caller.
    """
    cls, used = context.cls, _used(context, members)
    inherited = {name for base in cls.__mro__[1:] if base is not Spec for name in vars(base)}
    for name, versions in members.methods.items():
        if versions[0].owner is cls and name not in used:
            meant = closest(name, (inherited & members.methods.keys()) - {name})
            yield SpecWarning(
                "S090",
                f"nothing uses the method `{name}`",
                versions[0].header,
                f"did you mean to override `{meant}`?" if meant else _forgotten(versions[0]),
            )
    for name, place in members.constant_places.items():
        if name in vars(cls) and name not in used:
            meant = closest(name, (inherited & members.constants.keys()) - {name})
            help = f"did you mean to override `{meant}`?" if meant else "read it, or leave it out"
            yield SpecWarning("S091", f"nothing reads the constant `{name}`", place, help)


def _used(context: Context, members: Members) -> set[str]:
    """The names of the methods and constants that declarations lead to, whichever versions of these are in force."""
    pending = [name for name, versions in members.methods.items() if mark_of(versions)] + sorted(context.inlined)
    used: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in used:
            used.add(name)
            pending += [word for version in members.methods.get(name, ()) for word in _mentioned(version.node)]
    return used


def _mentioned(node: ast.FunctionDef) -> Iterator[str]:
    """The members that a method names: `self.x`, `super().x`, `after.x`."""
    for part in ast.walk(node):
        match part:
            case ast.Attribute(value=ast.Name() | ast.Call(), attr=name):
                yield name
            case _:
                continue


def _forgotten(method: Method) -> str:
    """What may be missing above a method that nothing calls."""
    match method.node.returns, len(method.node.args.args):
        case None | ast.Constant(value=None), _:
            return "did you forget @action?"
        case ast.Name(id="bool"), 1:
            return "did you forget @invariant, or another decorator?"
        case _:
            return "did you forget to call it?"


def _unread_names(context: Context, members: Members) -> Iterator[SpecWarning]:
    """The local names that a method of the class at hand gives a value and never reads: `n = 1` for `self.n = 1`."""
    for versions in members.methods.values():
        method = versions[0]
        if method.owner is not context.cls:
            continue
        parts = list(ast.walk(method.node))
        read = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
        for part in parts:
            match part:
                case ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target):
                    name = target.id
                    if name not in read and not name.startswith("_"):
                        meant = closest(name, context.variables)
                        help = f"did you mean `self.{meant}`?" if meant else "leave it out, or begin its name with `_`"
                        message = f"nothing reads the local name `{name}`"
                        yield SpecWarning("S095", message, method.source.span(target), help)
                case _:
                    continue


# --- types and steps --------------------------------------------------------------------------------------------------


def _dict_types(cls: type[Spec]) -> Iterator[SpecWarning]:
    """State variables that are declared as a `dict`, which in Python may lack keys."""
    source = class_source(cls)
    for statement in source.node.body:
        if isinstance(statement, ast.AnnAssign) and statement.value is None:
            for part in ast.walk(statement.annotation):
                if isinstance(part, ast.Name) and part.id == "dict":
                    yield SpecWarning(
                        "S092", "a `dict` is read as a Map, which has a value for every key", source.span(part),
                        "write `Map[K, V]`",
                    )


def _of_action(action: ir.Action, versions: Sequence[Method]) -> Iterator[SpecWarning]:
    method = versions[0]
    if not any(True for _ in ir.assignments(action.body)):
        yield SpecWarning(
            "S093", f"`{action.name}` changes nothing: its steps lead back to where they begin", action.span,
            "assign what it changes, or leave it out",
        )
    if len(versions) > 1:
        return  # an override has the parameters of what it overrides, whether it needs them or not
    named = {part.id for statement in method.node.body for part in ast.walk(statement) if isinstance(part, ast.Name)}
    for argument in method.node.args.args[1:]:
        if argument.arg not in named and not argument.arg.startswith("_"):
            yield SpecWarning(
                "S094", f"nothing reads the parameter `{argument.arg}`: each of its values makes a step of its own",
                method.source.span(argument), "leave it out, or begin its name with `_`",
            )


# --- models -----------------------------------------------------------------------------------------------------------


def disjoint_quorums(spec: ir.Spec, instance: Instance) -> Iterator[str]:
    """For each promise that two families of quorums intersect and that the sets of a model do not keep, a note."""
    families = {sort.name: sort for sort in spec.sorts if isinstance(sort, QuorumType)}
    for family in families.values():
        for other in family.intersects:
            if other not in families:
                continue
            pair = _disjoint(family, families[other], instance)
            if pair is not None:
                labels = instance.labels[family.member.name]
                one, two = (f"{{{', '.join(labels[member] for member in members)}}}" for members in pair)
                yield (
                    f"the quorums {one} of `{family.name}` and {two} of `{other}` share no member; a proof assumes that"
                    " any two do"
                )


def _disjoint(
    family: QuorumType, other: QuorumType, instance: Instance
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The first two sets that share no member."""
    size = len(instance.labels[family.member.name])
    ones, others = instance.quorums[family.name], instance.quorums[other.name]
    if family.member == other.member and min(map(len, ones)) + min(map(len, others)) > size:
        return None  # so any two must overlap, and there may be a million pairs
    return next(((one, two) for one in ones for two in others if not set(one) & set(two)), None)
