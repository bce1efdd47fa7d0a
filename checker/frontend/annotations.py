"""From annotations to types, and from Python classes to the declarations that they stand for."""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import inspect
from collections.abc import Mapping
from enum import Enum
from types import UnionType as PythonUnion
from typing import Annotated, Any, Union, cast, get_args, get_origin

from checker.core import language
from checker.core.errors import Note, Span, UserError, did_you_mean
from checker.core.names import as_name
from checker.core.types import (
    BOOL,
    BagType,
    EnumType,
    IntType,
    MapType,
    OptionType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)
from checker.frontend.source import ClassSource, class_source, span_in

GENERICS: Mapping[object, str] = {
    language.Map: "Map",
    language.Set: "Set",
    language.Bag: "Bag",
    language.Seq: "Seq",
    dict: "Map",
    set: "Set",
    frozenset: "Set",
    tuple: "tuple",
}


_TYPES = (
    "bool, int, an Enum, a Sort, Ordered, Quorum or Record; T | None, tuple[...], Map[K, V], Set[T], Bag[T], Seq[T]"
)

_EXAMPLES = {
    "Map": "Map[Acceptor, Value]", "Set": "Set[Acceptor]", "Bag": "Bag[Message]", "Seq": "Seq[Value]",
    "tuple": "tuple[Acceptor, Value]",
}


class Declarations:
    """The sorts, quorums, enumerations and records that a spec uses, each made into its type once."""

    def __init__(self) -> None:
        self.types: dict[type, Type] = {}
        self.places: dict[str, Span] = {}
        self._open: list[type] = []

    def of_class(self, cls: type, span: Span) -> Type | None:
        """The type that a Python class declares, or None where it declares none."""
        if cls is bool:
            return BOOL
        if cls is int:
            return IntType()
        if cls in self.types:
            return self.types[cls]
        made = self._make(cls, span)
        if made is not None:
            for other, known in self.types.items():
                if str(known) == str(made):
                    raise UserError(
                        "S010",
                        f"two different types are called `{made}`",
                        span,
                        help=f"rename one of them: one is in module {cls.__module__}, the other in {other.__module__}",
                    )
            self.types[cls] = made
        return made

    def _make(self, cls: type, span: Span) -> Type | None:
        if issubclass(cls, language.Quorum):
            return self._quorum(cast("type[language.Quorum[Any]]", cls), span)
        if issubclass(cls, language.Sort):
            if cls in (language.Sort, language.Ordered):
                raise UserError(
                    "S011",
                    f"`{cls.__name__}` itself is not a sort",
                    span,
                    help=f"declare one: `class Server({cls.__name__}): ...`",
                )
            _check_no_members(cls, span)
            return SortType(cls.__name__, ordered=issubclass(cls, language.Ordered))
        if issubclass(cls, Enum):
            if not len(cls):
                raise UserError(
                    "S011", f"`{cls.__name__}` has no members", span, help="`class Role(Enum): LEADER = auto()`"
                )
            return enum_type(cls)
        if issubclass(cls, language.Record):
            return self._record(cls, span)
        return None

    def _quorum(self, cls: type[language.Quorum[Any]], span: Span) -> Type:
        sort = _sort_of(cls)
        member = None if sort is None else self.of_class(sort, span)
        if not isinstance(member, SortType):
            raise UserError(
                "S012",
                f"`{cls.__name__}` does not say whose quorums it has",
                span,
                help=f"`class {cls.__name__}(Quorum[Acceptor]): ...`, with a Sort in the brackets",
            )
        families: object = cls.__dict__.get("__intersects__")
        if families is None:
            return QuorumType(cls.__name__, member, (cls.__name__,))
        if not isinstance(families, tuple):
            raise _no_family(cls, span)
        names: list[str] = []
        for family in cast("tuple[object, ...]", families):
            if not isinstance(family, type) or not issubclass(family, language.Quorum):
                raise _no_family(cls, span)
            other = _sort_of(cast("type[language.Quorum[Any]]", family))
            if other is not sort:
                raise UserError(
                    "S012",
                    f"`{cls.__name__}` has quorums of {member}, and `{family.__name__}` of {other and other.__name__}",
                    span,
                    help="only sets of one sort can share a member",
                )
            names.append(family.__name__)
        return QuorumType(cls.__name__, member, tuple(names))

    def _record(self, cls: type, span: Span) -> Type:
        if cls is language.Record:
            raise UserError(
                "S011", "`Record` itself is not a record", span, help="declare one: `class Vote(Record): ...`"
            )
        if cls in self._open:
            raise UserError(
                "S013",
                f"record `{cls.__name__}` contains itself",
                span,
                help="a record has a fixed size: break the cycle",
            )
        self._open.append(cls)
        fields: list[tuple[str, Type]] = []
        for base in reversed(cls.__mro__):
            if issubclass(base, language.Record) and base is not language.Record:
                fields += self._fields(cls, class_source(base))
        self._open.pop()
        return RecordType(cls.__name__, tuple(fields))

    def _fields(self, cls: type, source: ClassSource) -> list[tuple[str, Type]]:
        fields: list[tuple[str, Type]] = []
        for statement in source.node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=None):
                    type, _ = self.resolve(annotation, source, f"{cls.__name__}.{name}")
                    fields.append((name, type))
                    self.places[f"{cls.__name__}.{name}"] = source.span(statement)
                case ast.Expr(value=ast.Constant()) | ast.Pass():
                    continue
                case _:
                    raise UserError(
                        "S014",
                        f"record `{cls.__name__}` may hold `name: Type` lines only",
                        source.span(statement),
                        help="a default or a method of a record is not supported: write a helper method in the Spec",
                    )
        return fields

    # --- annotations ----------------------------------------------------------------------------------------------

    def resolve(self, node: ast.expr, source: ClassSource, place: str | None = None) -> tuple[Type, bool]:
        """The type that an annotation says, and whether it is a `Ghost`.  `place` names bounds that have no name."""
        value = self._value(node, source)
        ghost = get_origin(value) is Annotated and language.GHOST in value.__metadata__
        return self._type(value, node, source, place), ghost

    def _value(self, node: ast.expr, source: ClassSource) -> Any:
        """The Python object that an annotation evaluates to; names are looked up where the class was defined."""
        node = _Unquoted(source.file).visit(copy.deepcopy(node))
        for name in ast.walk(node):
            if isinstance(name, ast.Name) and name.id not in source.namespace and not hasattr(builtins, name.id):
                raise UserError(
                    "S020",
                    f"unknown type `{name.id}`",
                    span_in(source.file, name),
                    help=did_you_mean(name.id, source.namespace) or "declare it above, or import it",
                )
        try:
            # the file itself was executed when it was imported, so evaluating its annotations runs nothing new
            return eval(compile(ast.Expression(node), source.file, "eval"), dict(source.namespace))
        except Exception as problem:
            raise UserError("S020", f"this is not a type: {problem}", span_in(source.file, node)) from None

    def _type(self, value: Any, node: ast.expr, source: ClassSource, place: str | None) -> Type:
        span = source.span(node)
        if type(value).__name__ == "TypeAliasType":  # `type Message = ...`, of Python 3.12
            value = value.__value__
        origin, arguments = get_origin(value), get_args(value)
        if origin is Annotated:
            names = [as_name(mark.name) for mark in value.__metadata__ if isinstance(mark, language.Bounded)]
            return self._type(arguments[0], node, source, names[0] if names else place)
        if origin in (Union, PythonUnion):
            return self._union(arguments, node, source, place)
        if origin in GENERICS:
            return self._generic(GENERICS[origin], arguments, node, source, place)
        if value is int:
            return IntType(place)
        if isinstance(value, type):
            made = self.of_class(value, span)
            if made is not None:
                return made
            if value in GENERICS:
                raise UserError(
                    "S015",
                    f"`{value.__name__}` needs to say of what",
                    span,
                    help=f"for example `{_EXAMPLES[GENERICS[value]]}`",
                )
        part = _named(value, node)
        help = f"for example `{_EXAMPLES['Seq']}`" if list in (value, origin) else _TYPES
        if isinstance(value, type) and value.__module__ == source.namespace.get("__name__"):
            help = f"a message is a record, `class {value.__name__}(Record)`; processes are a Sort, names an Enum"
        raise UserError("S015", f"`{ast.unparse(part)}` is not a type of the language", source.span(part), help=help)

    def _union(self, arguments: tuple[Any, ...], node: ast.expr, source: ClassSource, place: str | None) -> Type:
        members = [self._type(argument, node, source, place) for argument in arguments if argument is not type(None)]
        records = [
            record for member in members for record in (member.members if isinstance(member, UnionType) else (member,))
        ]
        if len(records) == 1:
            item = records[0]
        elif all(isinstance(record, RecordType) for record in records):
            item = UnionType(tuple(record for record in records if isinstance(record, RecordType)))
        else:
            raise UserError(
                "S016",
                f"`{ast.unparse(node)}`: only records can be united, or one type with None",
                source.span(node),
                help="wrap the alternatives in records: `class Left(Record): ...`",
            )
        if len(arguments) == len(members):
            return item
        if isinstance(item, OptionType):
            return item
        return OptionType(item)

    def _generic(
        self, kind: str, arguments: tuple[Any, ...], node: ast.expr, source: ClassSource, place: str | None
    ) -> Type:
        if kind == "tuple":
            if not arguments or Ellipsis in arguments:
                raise UserError(
                    "S015",
                    "a tuple has a fixed number of parts",
                    source.span(node),
                    help="use Seq[T] for any number of items",
                )
            return TupleType(tuple(self._type(argument, node, source, place) for argument in arguments))
        if len(arguments) != (2 if kind == "Map" else 1):
            raise UserError(
                "S015",
                f"`{ast.unparse(node)}` is not a type of the language",
                source.span(node),
                help="Map[K, V] has two parts; Set[T], Bag[T] and Seq[T] have one",
            )
        # what a bounded collection holds has a bound of its own: `log` for the sequence, `log.item` for its ints
        item_place = f"{place}.item" if place and kind in ("Seq", "Bag") else place
        inner = [self._type(argument, node, source, item_place) for argument in arguments]
        match kind:
            case "Map":
                if not _can_be_key(inner[0]):
                    raise UserError(
                        "S017",
                        f"the keys of a Map cannot be of type {inner[0]}",
                        source.span(node),
                        help="keys are elements of a sort, members of an Enum, or tuples of these",
                        notes=(Note("a Map has a value for every key, so its keys are all the values of their type"),),
                    )
                return MapType(inner[0], inner[1])
            case "Set":
                return SetType(inner[0])
            case "Bag":
                return BagType(inner[0], place)
            case _:
                return SeqType(inner[0], place)


class _Unquoted(ast.NodeTransformer):
    """Puts what an annotation in quotes says in the place of the string, each word at its place in `file`."""

    def __init__(self, file: str) -> None:
        self.file = file

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return node  # the strings of `Bounded("index")` are no types

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, str):
            return node
        try:
            said = ast.parse(node.value, mode="eval").body
        except SyntaxError as error:
            raise UserError("S020", f"this is not a type: {error.msg}", span_in(self.file, node)) from None
        width = (node.end_col_offset or 0) - node.col_offset
        one_line = node.end_lineno == node.lineno and width == len(node.value.encode()) + 2
        for part in ast.walk(said):
            if one_line and isinstance(part, ast.expr) and part.lineno == 1:
                shift = node.col_offset + 1
                part.lineno = part.end_lineno = node.lineno
                part.col_offset, part.end_col_offset = part.col_offset + shift, (part.end_col_offset or 0) + shift
            else:
                ast.copy_location(part, node)
        return self.visit(said)


def _check_no_members(cls: type, span: Span) -> None:
    """Nothing in the body of a sort would mean anything: its elements have no names, and no parts."""
    members = [name for name in (*vars(cls), *inspect.get_annotations(cls)) if not name.startswith("__")]
    if members:
        with contextlib.suppress(UserError):  # a class that was not written anywhere
            source = class_source(cls)
            documented = ast.get_docstring(source.node) is not None
            span = source.span(source.node.body[int(documented)])
        raise UserError(
            "S018",
            f"`{cls.__name__}` is a sort, and `{members[0]}` in it means nothing",
            span,
            help="how many elements a sort has is said by a model; an Enum has members with names, a Record has fields",
        )


def enum_type(cls: type[Enum]) -> EnumType:
    """The type that a Python `Enum` declares."""
    return EnumType(cls.__name__, tuple(member.name for member in cls))


def _can_be_key(type: Type) -> bool:
    if isinstance(type, TupleType):
        return all(map(_can_be_key, type.items))
    return isinstance(type, (SortType, EnumType, QuorumType))


def _sort_of(family: type[language.Quorum[Any]]) -> type | None:
    """The class of the members of a family of quorums, where it says one."""
    bases = [base for base in getattr(family, "__orig_bases__", ()) if get_origin(base) is language.Quorum]
    said = get_args(bases[0])[0] if bases else None
    return said if isinstance(said, type) else None


def _no_family(cls: type, span: Span) -> UserError:
    return UserError(
        "S012",
        f"`{cls.__name__}` does not say which quorums it intersects",
        span,
        help="a tuple of families: `intersects=(Phase1,)`; `intersects=()` promises nothing",
    )


def _named(value: object, node: ast.expr) -> ast.expr:
    """The part of an annotation that names the class `value`; all of it where none does."""
    name = value.__name__ if isinstance(value, type) else None
    named = (part for part in ast.walk(node) if isinstance(part, ast.Name) and part.id == name)
    return next(named, node)
