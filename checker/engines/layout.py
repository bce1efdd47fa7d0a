"""Where everything is in a packed state: from types and sizes to positions of bits.

A state is one int, cut into words of 64 bits.  No field crosses the end of a word, so that machine code can read each
with one load, a shift and a mask; only an int of more than 64 bits does, which is for Python alone.  Equal states are
equal ints: what is unused is zero, and a bag is sorted.

    anything small without a collection   one field: its code (the position among all values of its type)
    Map      a slot for every key, at a regular stride           Seq    the length, then a slot for every item
    Set      a bit for every value of the item type              Bag    how many different items, then sorted entries
    Record, tuple   part after part                              T | None, union   which one it is, then the value
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias, Union, assert_never

from checker.core.errors import UserError
from checker.core.given import counted
from checker.core.instance import Instance
from checker.core.ir import StateVariable
from checker.core.structs import struct
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType, parts,
)
from checker.core.values import State
from checker.engines.plain import MASK_LIMIT, Outside, Plain, PlainValues, check_bag

WORD = 64

SET_LIMIT = MASK_LIMIT
"""The most bits of one set."""

VARIABLE_LIMIT = 1 << 16
"""The most bits of one variable."""

CODE_LIMIT = 1 << 16
"""The most values of a composite type that is stored as one code; larger ones are stored part by part."""


@struct
class CodeShape:
    """One field that holds the code of a value."""

    type: Type
    width: int


@struct
class SetShape:
    """Bit `i` says whether the item with code `i` is in the set."""

    type: SetType
    width: int


@struct
class MapShape:
    """The value of the `i`-th key is at `i * stride`."""

    type: MapType
    item: Shape
    count: int
    stride: int
    width: int


@struct
class SeqShape:
    """The length is at 0 and takes `length_width` bits; item `i` is at `start + i * stride`."""

    type: SeqType
    length_width: int
    start: int
    item: Shape
    capacity: int
    stride: int
    width: int


@struct
class BagShape:
    """How many different items there are is at 0 and takes `length_width` bits; entry `i`, at `start + i * stride`,
    is the code of the item, shifted over `copies_width` bits that hold the number of copies minus 1."""

    type: BagType
    length_width: int
    start: int
    copies_width: int
    capacity: int
    stride: int
    width: int


@struct
class ProductShape:
    """A record or a tuple: each part with its position."""

    type: RecordType | TupleType
    parts: tuple[tuple[int, Shape], ...]
    width: int


@struct
class ChoiceShape:
    """An option or a union: at 0 which one it is (nothing is 0), and at `start` the value.
    `members` names the record of each choice; it is None for nothing and for the item of an option."""

    type: OptionType | UnionType
    tag_width: int
    start: int
    members: tuple[tuple[str | None, Shape | None], ...]
    width: int


Shape: TypeAlias = Union[CodeShape, SetShape, MapShape, SeqShape, BagShape, ProductShape, ChoiceShape]


@struct
class Place:
    """A variable of the state: where its shape begins."""

    name: str
    type: Type
    position: int
    shape: Shape


def bits_for(values: int) -> int:
    """The width of a field with so many different values."""
    return (values - 1).bit_length()


def aligned(position: int, width: int) -> int:
    """The first position from `position` on where a shape of `width` bits crosses no word, or begins one."""
    if width > WORD:
        return -(-position // WORD) * WORD
    return position if position % WORD + width <= WORD else -(-position // WORD) * WORD


def stride_for(width: int, count: int) -> int:
    """The distance of `count` equal slots, none of which crosses a word when the first one begins at 0."""
    if width * count <= WORD or width == 0:
        return width
    if width > WORD:
        return -(-width // WORD) * WORD
    return 1 << bits_for(width)


def positions_for(widths: Sequence[int]) -> list[int]:
    """Where variables of these widths lie, so that none crosses into a word that it does not begin.

    The widest come first, and each narrow one goes to the first word that has room for it.
    """
    used: list[int] = []  # bits of each word
    positions = [0] * len(widths)
    for index in sorted(range(len(widths)), key=lambda index: -widths[index]):
        width = widths[index]
        word = next((word for word, bits in enumerate(used) if bits + width <= WORD), len(used))
        if word < len(used):
            positions[index] = word * WORD + used[word]
            used[word] += width
        else:
            positions[index] = word * WORD
            used += [WORD] * (width // WORD) + [width % WORD]
    return positions


class Layout:
    """The bits of a packed state.  Raises `UserError` M060..M063 for a type that is too large to lay out."""

    def __init__(self, variables: Iterable[StateVariable], instance: Instance) -> None:
        self.instance = instance
        self.plain = PlainValues(instance)
        self.variables = tuple(variables)
        self._shapes: dict[Type, Shape] = {}
        shapes = [(variable, self._shape_of(variable)) for variable in self.variables]
        positions = positions_for([shape.width for _, shape in shapes])
        self.places = tuple(
            Place(variable.name, variable.type, position, shape)
            for (variable, shape), position in zip(shapes, positions, strict=True)
        )
        self.bits = max((place.position + place.shape.width for place in self.places), default=0)
        self.words = max(1, -(-self.bits // WORD))
        self._names = tuple(place.name for place in self.places)

    def place(self, name: str) -> Place:
        """Where the variable is."""
        return self.places[self._names.index(name)]

    def pack(self, state: State) -> int:
        """The packed form of a state that is within the model's bounds."""
        packed = 0
        for place, value in zip(self.places, state.values, strict=True):
            packed |= self.encode(place.shape, self.plain.plain(place.type, value)) << place.position
        return packed

    def unpack(self, packed: int) -> State:
        """The state that `packed` stands for."""
        values: list[Plain] = []
        for place in self.places:
            inside = packed >> place.position & (1 << place.shape.width) - 1
            values.append(self.plain.core(place.type, self.decode(place.shape, inside)))
        return State(self._names, tuple(values))

    def _shape_of(self, variable: StateVariable) -> Shape:
        try:
            shape = self.shape(variable.type)
        except UserError as error:
            error.span = variable.span
            error.message = f"`{variable.name}` cannot be laid out: {error.message}"
            raise
        if shape.width > VARIABLE_LIMIT:
            raise UserError(
                "M060",
                f"`{variable.name}` cannot be laid out: it takes {counted(shape.width)} bits, of {VARIABLE_LIMIT:,} "
                "at most",
                variable.span, help="use fewer elements, or smaller bounds, in the model",
            )
        return shape

    def shape(self, type: Type) -> Shape:
        """How a value of this type is stored, relative to its own position."""
        if type not in self._shapes:
            self._shapes[type] = self._new_shape(type)
        return self._shapes[type]

    def _new_shape(self, type: Type) -> Shape:
        match type:
            case BoolType() | IntType() | EnumType() | SortType() | QuorumType():
                return CodeShape(type, bits_for(self.plain.size(type)))
            case RecordType() | TupleType() | OptionType() | UnionType() if self._is_code(type):
                return CodeShape(type, bits_for(self.plain.size(type)))
            case SetType(item=item):
                return SetShape(type, self._set_width(item))
            case MapType(key=key, value=value):
                item, count = self.shape(value), self.plain.size(key)
                stride = stride_for(item.width, count)
                return MapShape(type, item, count, stride, stride * (count - 1) + item.width)
            case SeqType():
                return self._sequence_shape(type)
            case BagType():
                return self._bag_shape(type)
            case RecordType(fields=fields):
                return self._product_shape(type, [field for _, field in fields])
            case TupleType(items=items):
                return self._product_shape(type, items)
            case OptionType(item=item):
                return self._choice_shape(type, [(None, None), (None, self.shape(item))])
            case UnionType(members=members):
                return self._choice_shape(type, [(member.name, self.shape(member)) for member in members])
            case _:
                assert_never(type)

    def _is_code(self, type: Type) -> bool:
        simple = not any(isinstance(part, MapType | SetType | SeqType | BagType) for part in parts(type))
        return simple and self.plain.size(type) <= CODE_LIMIT

    def _set_width(self, item: Type) -> int:
        self._check_code(item)
        width = self.plain.size(item)
        if width > SET_LIMIT:
            raise UserError(
                "M061",
                f"a set of {item} takes a bit for each of the {_count(width)} possible items, of {SET_LIMIT:,} at most",
                help="use fewer elements or narrower ints in the model, or a Bag, which stores only what is in it",
            )
        return width

    def _check_code(self, item: Type) -> None:
        """Bags inside of items are numbered one by one; there must not be many."""
        for part in parts(item):
            if isinstance(part, BagType) and self.plain.size(part) > SET_LIMIT:
                raise UserError(
                    "M062", f"a {part} inside of another collection has more than {SET_LIMIT:,} values",
                    help="keep the bag in a variable or in a Map of its own, or give it a smaller bound",
                )

    def _sequence_shape(self, type: SeqType) -> Shape:
        capacity = self.instance.lengths[type.bound or "seq"]
        item, length_width = self.shape(type.item), bits_for(capacity + 1)
        stride = stride_for(item.width, capacity)
        total = stride * max(0, capacity - 1) + item.width if capacity else 0
        start = aligned(length_width, total)
        return SeqShape(type, length_width, start, item, capacity, stride, start + total)

    def _bag_shape(self, type: BagType) -> Shape:
        self._check_code(type.item)
        distinct, copies = self.plain.bag_bound(type)
        kinds = self.plain.size(type.item)
        width, copies_width = bits_for(kinds) + bits_for(copies), bits_for(copies)
        if width > WORD:
            raise UserError(
                "M063", f"an item of the {type} takes {width} bits, of {WORD} at most",
                help="use fewer elements, or smaller bounds of the sequences and ints inside of an item",
            )
        capacity = min(distinct, kinds)
        length_width, stride = bits_for(capacity + 1), stride_for(width, capacity)
        total = stride * max(0, capacity - 1) + width if capacity else 0
        start = aligned(length_width, total)
        return BagShape(type, length_width, start, copies_width, capacity, stride, start + total)

    def _product_shape(self, type: RecordType | TupleType, types: Iterable[Type]) -> Shape:
        placed: list[tuple[int, Shape]] = []
        position = 0
        for part in types:
            shape = self.shape(part)
            position = aligned(position, shape.width)
            placed.append((position, shape))
            position += shape.width
        return ProductShape(type, tuple(placed), position)

    def _choice_shape(self, type: OptionType | UnionType, members: list[tuple[str | None, Shape | None]]) -> Shape:
        tag_width = bits_for(len(members))
        widest = max(shape.width for _, shape in members if shape is not None)
        start = aligned(tag_width, widest)
        return ChoiceShape(type, tag_width, start, tuple(members), start + widest)

    def encode(self, shape: Shape, plain: Plain) -> int:
        """The bits of a plain value.  Raises `Outside` where the model has no room for it, `SpecError` for an int below
        its range."""
        match shape:
            case CodeShape(type=type):
                return self.plain.code(type, plain)
            case SetShape(type=type):
                return plain if isinstance(plain, int) else self.plain.code(type, plain)
            case MapShape(item=item, stride=stride):
                return self._encode_slots(item, stride, plain)
            case SeqShape(start=start, item=item, stride=stride, capacity=capacity):
                if len(plain) > capacity:
                    raise Outside
                return len(plain) | self._encode_slots(item, stride, plain) << start
            case BagShape():
                return self.encode_bag(shape, plain)
            case ProductShape(type=type, parts=placed):
                values = plain[1:] if isinstance(type, RecordType) else plain
                return sum(self.encode(part, value) << at for (at, part), value in zip(placed, values, strict=True))
            case ChoiceShape(start=start, members=members):
                tag = _tag(shape, plain)
                inside = members[tag][1]
                return tag | (self.encode(inside, plain) << start if inside is not None else 0)
            case _:
                assert_never(shape)

    def _encode_slots(self, item: Shape, stride: int, values: Iterable[Plain]) -> int:
        return sum(self.encode(item, value) << index * stride for index, value in enumerate(values))

    def encode_bag(self, shape: BagShape, bag: Plain) -> int:
        """`encode` for a bag."""
        if len(bag) > shape.capacity:  # most bags that do not fit are met here
            raise Outside
        check_bag(bag, *self.plain.bag_bound(shape.type))
        item = shape.type.item
        entries = sorted(self.plain.code(item, part) << shape.copies_width | copies - 1 for part, copies in bag)
        return len(entries) | sum(entry << shape.start + index * shape.stride for index, entry in enumerate(entries))

    def decode(self, shape: Shape, packed: int) -> Plain:
        """The inverse of `encode`."""
        match shape:
            case CodeShape(type=type):
                return self.plain.value(type, packed)
            case SetShape(type=SetType(item=item)):
                return self.plain.value(shape.type, packed) if not self.plain.is_masked(item) else packed
            case MapShape(item=item, count=count, stride=stride):
                return self._decode_slots(item, stride, count, packed)
            case SeqShape(length_width=length_width, start=start, item=item, stride=stride):
                return self._decode_slots(item, stride, packed & (1 << length_width) - 1, packed >> start)
            case BagShape():
                return self._decode_bag(shape, packed)
            case ProductShape(type=type, parts=placed):
                values = tuple(self.decode(part, packed >> at & (1 << part.width) - 1) for at, part in placed)
                return (type.name, *values) if isinstance(type, RecordType) else values
            case ChoiceShape(tag_width=tag_width, start=start, members=members):
                inside = members[packed & (1 << tag_width) - 1][1]
                return None if inside is None else self.decode(inside, packed >> start & (1 << inside.width) - 1)
            case _:
                assert_never(shape)

    def _decode_slots(self, item: Shape, stride: int, count: int, packed: int) -> tuple[Plain, ...]:
        mask = (1 << item.width) - 1
        return tuple(self.decode(item, packed >> index * stride & mask) for index in range(count))

    def _decode_bag(self, shape: BagShape, packed: int) -> Plain:
        count = packed & (1 << shape.length_width) - 1
        width = bits_for(self.plain.size(shape.type.item)) + shape.copies_width
        found: list[tuple[Plain, int]] = []
        for index in range(count):
            entry = packed >> shape.start + index * shape.stride & (1 << width) - 1
            code, copies = entry >> shape.copies_width, (entry & (1 << shape.copies_width) - 1) + 1
            found.append((self.plain.value(shape.type.item, code), copies))
        key = self.plain.order(shape.type.item)
        return tuple(sorted(found, key=lambda entry: key(entry[0])))


def _tag(shape: ChoiceShape, plain: Plain) -> int:
    if isinstance(shape.type, OptionType):
        return 0 if plain is None else 1
    return [name for name, _ in shape.members].index(plain[0])


def _count(number: int) -> str:
    """A large number as a person wants to read it."""
    return f"{number:,}" if number < 10**9 else f"2^{number.bit_length() - 1} or more"
