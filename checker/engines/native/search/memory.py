"""Memory for large searches: how much there is, and how to get it in a few flat pieces."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

WORD_BYTES = 8
HUGE_PAGE = 2 << 20


class Words:
    """`count` words of zeroed memory.  Pages are taken from the system when they are first touched.

    Raises `MemoryError` where the system does not grant them.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        size = max(1, count) * WORD_BYTES
        reserve = getattr(mmap, "MAP_NORESERVE", 0)
        try:
            if hasattr(mmap, "MAP_PRIVATE"):
                self._memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | reserve)
            else:  # Windows
                self._memory = mmap.mmap(-1, size)
        except OSError as error:
            raise MemoryError from error
        if size >= HUGE_PAGE and hasattr(mmap, "MADV_HUGEPAGE"):
            # slots are read at random: with pages of 2 MiB the processor finds their addresses in its tables
            with contextlib.suppress(OSError):  # a system without them
                self._memory.madvise(mmap.MADV_HUGEPAGE)
        self._items = (ctypes.c_uint64 * max(1, count)).from_buffer(self._memory)
        self.address = ctypes.addressof(self._items)

    def __getitem__(self, index: int) -> int:
        return self._items[index]

    def __setitem__(self, index: int, value: int) -> None:
        self._items[index] = value

    def row(self, index: int, words: int) -> int:
        """Row `index` of an array of rows of `words` words, as one number, the first word lowest."""
        start = index * words * WORD_BYTES
        return int.from_bytes(self._memory[start : start + words * WORD_BYTES], "little")

    def set_row(self, index: int, words: int, value: int) -> None:
        """Writes a row."""
        start = index * words * WORD_BYTES
        self._memory[start : start + words * WORD_BYTES] = value.to_bytes(words * WORD_BYTES, "little")

    def view(self, begin: int, end: int) -> memoryview:
        """The bytes of the words from `begin` up to but not including `end`, to read or to write."""
        return memoryview(self._memory)[begin * WORD_BYTES : end * WORD_BYTES]


def free_memory() -> int:
    """Bytes that this process may still take: what the machine has free, or less where a control group or a limit of
    the process says so."""
    limits = [_available(), *_address_space()]
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        bound, taken = _number(limit), _number(used)
        if bound is not None and taken is not None:
            limits.append(max(0, bound - taken))
    return min(limits)


def _available() -> int:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 4 << 30  # not known: a cautious guess


def _address_space() -> list[int]:
    """What `ulimit -v` leaves, where it is set."""
    if resource is None:
        return []
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    try:
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    except OSError:
        taken = 0
    return [] if most == resource.RLIM_INFINITY else [max(0, most - taken)]


def _number(file: str) -> int | None:
    try:
        return int(Path(file).read_text())
    except (OSError, ValueError):  # there is no such limit
        return None
