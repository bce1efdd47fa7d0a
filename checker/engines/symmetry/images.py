"""The images of a packed state under the renamings of a symmetry group, all at once.

A packed state is cut into *pieces*: a code, a sequence, a bag, a run of bits of a set.  The image of a state is the
union of the images of its pieces, so a table for each piece maps its bits to where they go, under every renaming at
once: the images lie side by side in one long int, the first renaming in the most significant place.  One `|` a piece
then gives all images of a state.  The tables are filled as the search meets new contents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from struct import Struct
from typing import Any, cast

from checker.core.structs import struct
from checker.core.types import SetType
from checker.engines.layout import Layout, MapShape, ProductShape, SetShape, Shape
from checker.engines.plain import TABLE_LIMIT, Table, bits
from checker.engines.symmetry.codes import RenamedCodes
from checker.engines.symmetry.group import SymmetryGroup

PIECE = 12
"""Bits that small neighbouring parts are brought together to, and that sets are cut into."""


TABLE_BYTES = 1 << 27
"""Bytes that the images in one table may take; then it starts afresh."""


@struct
class Part:
    """Bits `position`..`position + width` of a state, and what they become.

    `images` maps them to bits of the state under every renaming, side by side.
    """

    position: int
    width: int
    images: Callable[[int], int]


def source_of(pieces: list[tuple[Part, ...]], images: int, size: int, least: bool) -> str:
    """The text of the function: `pieces` are the parts that share a table, `images` how many renamings there are,
    `size` how many bytes a state takes, `least` whether it chooses one image."""
    looked_up: list[str] = []
    for number, parts in enumerate(pieces):
        position, end = parts[0].position, parts[-1].position + parts[-1].width
        shifted = f"state >> {position}" if position else "state"
        looked_up.append(f"piece_{number}[{shifted} & {(1 << end - position) - 1:#x}]")
    joined = "\n        | ".join(looked_up) or "0"
    result = f'split(images.to_bytes({images * size}, "big"))'
    return (
        "def images_of(state):\n"
        f'    """{"The least of the" if least else "The"} {images} images of a state of {size} bytes."""\n'
        f"    images = (\n        {joined}\n    )\n"
        "    return " + (f'from_bytes(min({result}), "big")\n' if least else f"{result}\n")
    )


def compile_images(group: SymmetryGroup, layout: Layout) -> Callable[[int], tuple[bytes, ...]]:
    """The function from a packed state to its image under each renaming of `group`, the most significant byte first."""
    return cast("Callable[[int], tuple[bytes, ...]]", _compile(group, layout, least=False))


def compile_least(group: SymmetryGroup, layout: Layout) -> Callable[[int], int]:
    """The function from a packed state to the least of its images under the renamings of `group`."""
    return cast("Callable[[int], int]", _compile(group, layout, least=True))


def _compile(group: SymmetryGroup, layout: Layout, *, least: bool) -> Any:
    images, size = len(group.renamings), max(1, -(-layout.bits // 8))
    pieces = list(_together(_Cutter(group, layout, size, RenamedCodes(group, layout.plain)).parts()))
    limit = min(TABLE_LIMIT, TABLE_BYTES // (images * size))
    namespace: dict[str, Any] = {
        "from_bytes": int.from_bytes,
        "split": Struct(f">{f'{size}s' * images}").unpack,
    }
    for number, parts in enumerate(pieces):
        namespace[f"piece_{number}"] = Table(_images(parts), limit)
    exec(compile(source_of(pieces, images, size, least), "<images>", "exec"), namespace)
    return namespace["images_of"]


def _together(parts: Iterator[Part]) -> Iterator[tuple[Part, ...]]:
    """The parts in groups of neighbours that take up to `PIECE` bits, or of a single wider one."""
    group: list[Part] = []
    for part in parts:
        if group and part.position + part.width - group[0].position > PIECE:
            yield tuple(group)
            group = []
        group.append(part)
    if group:
        yield tuple(group)


def _images(parts: tuple[Part, ...]) -> Callable[[int], int]:
    """The function behind a table: the bits of a piece -> its images under all renamings, side by side."""
    first = parts[0].position

    def side_by_side(content: int) -> int:
        joined = 0
        for part in parts:
            joined |= part.images(content >> part.position - first & (1 << part.width) - 1)
        return joined

    return side_by_side


@struct
class _Cutter:
    """Cuts a layout, of `size` bytes a state, into parts, and says where each goes.

    `renamed`: for each shape that is looked at as a whole, its content -> that under each renaming.
    """

    group: SymmetryGroup
    layout: Layout
    size: int
    codes: RenamedCodes
    renamed: dict[Shape, Table] = field(default_factory=dict[Shape, Table])

    def parts(self) -> Iterator[Part]:
        """The parts of a whole state, in the order of their positions."""
        for place in sorted(self.layout.places, key=lambda place: place.position):
            yield from self._cut(place.shape, place.position, [place.position] * len(self.group.renamings))

    def _cut(self, shape: Shape, position: int, targets: list[int]) -> Iterator[Part]:
        """The parts of what lies at `position`, and under renaming `r` goes to `targets[r]`."""
        if shape.width == 0:
            return
        match shape:
            case MapShape(type=type, item=item, count=count, stride=stride):
                keys = self.codes.of(type.key)
                for index in range(count):
                    moved = [target + key[index] * stride for target, key in zip(targets, keys, strict=True)]
                    yield from self._cut(item, position + index * stride, moved)
            case ProductShape(parts=parts):
                for at, part in parts:
                    yield from self._cut(part, position + at, [target + at for target in targets])
            case SetShape(type=type):
                yield from self._cut_set(type, shape.width, position, targets)
            case _:
                yield Part(position, shape.width, self._whole(shape, targets))

    def _cut_set(self, type: SetType, width: int, position: int, targets: list[int]) -> Iterator[Part]:
        codes = self.codes.of(type.item)
        images_of_bit = [
            self._beside(1 << target + code[bit] for target, code in zip(targets, codes, strict=True))
            for bit in range(width)
        ]

        def run(start: int) -> Callable[[int], int]:
            return lambda content: sum(images_of_bit[start + bit] for bit in bits(content))

        for start in range(0, width, PIECE):
            yield Part(position + start, min(PIECE, width - start), run(start))

    def _whole(self, shape: Shape, targets: list[int]) -> Callable[[int], int]:
        """What happens to a part that is looked at as a whole, whatever it is."""
        if shape not in self.renamed:
            self.renamed[shape] = Table(lambda content: self._renamed(shape, content))
        renamed = self.renamed[shape]
        return lambda content: self._beside(
            image << target for image, target in zip(renamed[content], targets, strict=True)
        )

    def _renamed(self, shape: Shape, content: int) -> list[int]:
        """The content of a part under each renaming."""
        plain, layout, group = self.layout.plain, self.layout, self.group
        value = plain.core(shape.type, layout.decode(shape, content))
        images = (group.rename(value, renaming) for renaming in group.renamings)
        return [layout.encode(shape, plain.plain(shape.type, image)) for image in images]

    def _beside(self, images: Iterable[int]) -> int:
        """States in one int, the first in the most significant place."""
        joined = 0
        for image in images:
            joined = joined << 8 * self.size | image
        return joined
