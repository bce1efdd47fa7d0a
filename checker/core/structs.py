"""Data classes that are quick to make.

`dataclass(frozen=True)` writes and compiles six methods for each class, which for the two hundred classes that a check
loads is half of the time of its imports.  A struct has only its `__init__` compiled, and shares the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def struct(cls: type[T], /) -> type[T]: ...


@overload
def struct(*, kw_only: bool = False, eq: bool = True) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def struct(
    cls: type[Any] | None = None, /, *, kw_only: bool = False, eq: bool = True
) -> type[Any] | Callable[[type[Any]], type[Any]]:
    """Makes a data class with slots whose instances do not change: the type checker sees to that, nothing else does.

    Two are equal where their classes and their compared fields are; with `eq=False` each equals itself alone, or what
    the class itself says.
    `replace`, `fields` and `field` of `dataclasses` work as for any data class.
    """

    def made(plain: Any) -> type[Any]:
        if eq:
            plain.__eq__, plain.__hash__ = _equal, _hash
        result: Any = dataclass(slots=True, eq=False, repr=False, kw_only=kw_only)(plain)
        compared = [part.name for part in fields(result) if part.compare]
        result.__content__ = attrgetter(*compared or ("__class__",))
        if "__repr__" not in vars(plain):
            result.__repr__ = _repr_of(result)
        return result

    return made if cls is None else made(cls)


def _equal(self: Any, other: object) -> bool:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self.__content__(self) == self.__content__(other)


def _hash(self: Any) -> int:
    return hash(self.__content__(self))


def _repr_of(cls: type[Any]) -> Callable[[Any], str]:
    names = [part.name for part in fields(cls) if part.repr]
    text = f"{cls.__qualname__}({', '.join(f'{name}=%r' for name in names)})"
    if len(names) > 1:
        values = attrgetter(*names)
        return lambda self: text % values(self)
    return lambda self: text % tuple(getattr(self, name) for name in names)
