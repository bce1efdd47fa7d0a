"""Structs are data classes in everything but how their methods come about."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

from hypothesis import given
from hypothesis import strategies as st

from checker.core.structs import struct


@struct
class Point:
    x: int
    y: int = 0
    label: str = field(default="", compare=False, repr=False)


@struct
class Place(Point):
    z: int = 0


@struct
class Empty: ...


@struct(eq=False)
class Token:
    name: str


@struct(kw_only=True)
class Named:
    name: str

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Model:
    """What `Point` is measured by."""

    x: int
    y: int = 0
    label: str = field(default="", compare=False, repr=False)


NUMBERS = st.integers(0, 2)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["", "a"]))
def test_structs_are_equal_as_data_classes_are(x: int, y: int, other_x: int, other_y: int, label: str) -> None:
    one, other = Point(x, y), Point(other_x, other_y, label)
    assert (one == other) == (Model(x, y) == Model(other_x, other_y, label))
    assert one != other or hash(one) == hash(other)
    assert len({one, other}) == len({Model(x, y), Model(other_x, other_y, label)})


def test_another_class_is_never_equal() -> None:
    assert Point(1, 2) != Place(1, 2) and Place(1, 2) != Point(1, 2)
    assert Place(1, 2, z=3) == Place(1, 2, z=3) != Place(1, 2, z=4)
    assert Point(1, 2) != (1, 2)
    assert Empty() == Empty() and hash(Empty()) == hash(Empty())


def test_without_eq_a_struct_equals_itself_alone() -> None:
    one = Token("t")
    assert one == one and one != Token("t") and len({one, Token("t")}) == 2


def test_text_names_what_is_shown_unless_the_class_says_otherwise() -> None:
    assert repr(Point(1, 2, "hidden")) == repr(Model(1, 2, "hidden")).replace("Model", "Point")
    assert repr(Empty()) == "Empty()"
    assert repr(Named(name="n")) == "n"


def test_the_functions_of_dataclasses_take_structs() -> None:
    assert replace(Place(1, 2), y=5) == Place(1, 5)
    assert [part.name for part in fields(Place(1))] == ["x", "y", "label", "z"]


def test_a_struct_has_no_room_for_anything_else() -> None:
    assert not hasattr(Place(1), "__dict__")
