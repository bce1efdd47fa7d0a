"""Random specs run by Python itself: the same source, with classes that do what the language's names say.

A spec is ordinary Python, so Python is a second judge of what it means, and one that shares nothing with the checker.
Values here are mutable where Python's are; a value is copied where it is stored, for in a spec values never change.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

from checker.core.instance import Instance
from checker.core.values import (
    Element, EnumValue, FrozenBag, FrozenMap, QuorumValue, RecordValue, Sequence, State, Value, in_order,
)


class NotEnabledHere(Exception):
    """A `require` does not hold."""


class NoNext(Exception):
    """The last element of an ordered sort has no next one."""


class Each(type):
    """A class whose elements can be run over."""

    members: list[Any]

    def __iter__(cls) -> Iterator[Any]:
        return iter(cls.members)


class Sort(metaclass=Each):
    def __init__(self, index: int) -> None:
        self.index = index

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.index == other.index

    def __hash__(self) -> int:
        return self.index

    def __deepcopy__(self, memo: object) -> Any:
        return self


class Ordered(Sort):
    def __lt__(self, other: Any) -> bool:
        return self.index < other.index

    def __le__(self, other: Any) -> bool:
        return self.index <= other.index

    @property
    def next(self) -> Any:
        if self.index + 1 == len(type(self).members):
            raise NoNext
        return type(self).members[self.index + 1]

    @classmethod
    def first(cls) -> Any:
        return cls.members[0]


class Quorum(Sort):
    sets: list[list[Any]]

    def __class_getitem__(cls, item: object) -> type:
        return cls

    def __iter__(self) -> Iterator[Any]:
        return iter(type(self).sets[self.index])

    def __contains__(self, item: object) -> bool:
        return item in type(self).sets[self.index]

    def __len__(self) -> int:
        return len(type(self).sets[self.index])


class Record:
    def __init__(self, *values: Any, **named: Any) -> None:
        names = list(type(self).__annotations__)
        self.values = tuple({**dict(zip(names, values, strict=False)), **named}[name] for name in names)
        for name, value in zip(names, self.values, strict=True):
            setattr(self, name, value)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.values == other.values

    def __hash__(self) -> int:
        return hash(self.values)


class Map(dict[Any, Any]):
    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, copy.deepcopy(value))


class Set(set[Any]):
    """A set that can be an item of another one; nobody changes it while it is."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self))

    def __or__(self, other: Any) -> Any:
        return Set(set.__or__(self, other))

    def __and__(self, other: Any) -> Any:
        return Set(set.__and__(self, other))

    def __sub__(self, other: Any) -> Any:
        return Set(set.__sub__(self, other))


class Seq(list[Any]):
    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Seq(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> Any:
        return Seq([*self, *other])


class Bag:
    def __init__(self, items: Any = ()) -> None:
        self.counts = Counter(items)

    def __class_getitem__(cls, item: object) -> type:
        return cls

    def __contains__(self, item: object) -> bool:
        return self.counts[item] > 0

    def __iter__(self) -> Iterator[Any]:
        return iter(list(+self.counts))

    def __len__(self) -> int:
        return self.counts.total()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bag) and +self.counts == +other.counts

    def __ior__(self, items: Any) -> Any:
        for item in items:
            self.add(item)
        return self

    def add(self, item: Any) -> None:
        self.counts[item] += 1

    def remove(self, item: Any) -> None:
        if item not in self:
            raise KeyError(item)
        self.counts[item] -= 1

    def discard(self, item: Any) -> None:
        if item in self:
            self.counts[item] -= 1

    def count(self, item: Any) -> int:
        return self.counts[item]


class Spec:
    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, copy.deepcopy(value))


def require(*conditions: Any) -> None:
    if not all(conditions):
        raise NotEnabledHere


def extremum(function: Any, values: Any, *, default: Any) -> Any:
    """`min` or `max`, with a default that is computed where it is needed."""
    found = list(values)
    return function(found) if found else default()


class _ValuesForObjects(ast.NodeTransformer):
    """`y = x` gives `y` the value that `x` has now, whatever becomes of it, and `{x}` can be an item of a set.

    What is not needed is not computed: `b` in `implies(a, b)` where `a` is false and in `x in (a, b)` where `x` is
    `a`, and the default of `min` and `max`.
    """

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.targets[0], ast.Name):
            node.value = ast.Call(ast.Name("deepcopy", ast.Load()), [node.value], [])
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return self.visit_Assign(ast.Assign([node.target], node.value)) if node.value else node

    def visit_Set(self, node: ast.Set) -> ast.AST:
        self.generic_visit(node)
        return ast.Call(ast.Name("Set", ast.Load()), [ast.List(node.elts, ast.Load())], [])

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        self.generic_visit(node)
        return ast.Call(ast.Name("Set", ast.Load()), [ast.ListComp(node.elt, node.generators)], [])

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="implies"), args=[left, right]):
                return ast.BoolOp(ast.Or(), [ast.UnaryOp(ast.Not(), left), right])
            case ast.Call(func=ast.Name(id="min" | "max"), keywords=[ast.keyword(value=default) as keyword]):
                nothing = ast.arguments([], [], None, [], [], None, [])
                keyword.value = ast.Lambda(nothing, default)
                return ast.Call(ast.Name("extremum", ast.Load()), [node.func, *node.args], [keyword])
            case _:
                return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn() as operator], comparators=[ast.Tuple(elts=items)]):
                found = ast.BoolOp(ast.Or(), [ast.Compare(node.left, [ast.Eq()], [item]) for item in items])
                return found if isinstance(operator, ast.In) else ast.UnaryOp(ast.Not(), found)
            case _:
                return node


class PythonSpec:
    """A random spec as Python runs it, in the sizes of `instance`."""

    def __init__(self, source: str, instance: Instance) -> None:
        names: dict[str, Any] = {name: lambda function: function for name in _DECORATORS}
        names |= {"Sort": Sort, "Ordered": Ordered, "Quorum": Quorum, "Record": Record, "Spec": Spec, "Map": Map}
        names |= {"Set": Set, "Seq": Seq, "Bag": Bag, "require": require}
        names |= {"deepcopy": copy.deepcopy, "extremum": extremum}
        tree = ast.parse(source)
        tree.body = [node for node in tree.body if not _is_import_of_checker(node)]
        text = "from __future__ import annotations\nfrom checker import Bounded, Ghost\n"
        exec(text + ast.unparse(ast.fix_missing_locations(_ValuesForObjects().visit(tree))), names)
        self.names = names
        for sort, labels in instance.labels.items():
            names[sort].members = [names[sort](index) for index in range(len(labels))]
        for quorum, sets in instance.quorums.items():
            nodes = names["Node"].members
            names[quorum].sets = [[nodes[member] for member in members] for members in sets]
            names[quorum].members = [names[quorum](index) for index in range(len(sets))]

    def state(self, state: State) -> Any:
        """An object of the spec's class whose variables have the values of `state`."""
        made = self.names["Random"]()
        for name, value in state.items():
            setattr(made, name, self.value(value))
        return made

    def value(self, value: Value) -> Any:
        """The value as Python has it."""
        match value:
            case Element(sort=sort, index=index) | QuorumValue(quorum=sort, index=index):
                return self.names[sort].members[index]
            case EnumValue(enum=enum, name=name):
                return self.names[enum][name]
            case RecordValue(record=record, values=values):
                return self.names[record](*map(self.value, values))
            case frozenset():
                inside = map(self.value, in_order(value))
                return Set(inside)
            case FrozenMap(items=items):
                return Map({self.value(key): self.value(item) for key, item in items})
            case FrozenBag(items=items):
                return Bag(self.value(item) for item, count in items for _ in range(count))
            case Sequence():
                return Seq(map(self.value, value))
            case tuple():
                return tuple(map(self.value, value))
            case None | bool() | int():
                return value


_DECORATORS = ("init", "action", "invariant", "lemma", "step_invariant", "witness", "constraint")


def _is_import_of_checker(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "checker"
