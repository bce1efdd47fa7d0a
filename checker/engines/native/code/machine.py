"""Machine code in memory.

A module is compiled twice at most.  Baseline code is made in a moment and can be used at once; optimised code takes
many times as long to make and runs up to three times as fast, so it is for those who run for long: while it is made,
the baseline code runs.  Both do the same.
"""

from __future__ import annotations

# pyright: basic
import atexit
import contextlib
import ctypes
import gc
import threading
from collections.abc import Callable, Generator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import llvmlite
import llvmlite.binding as llvm

from checker.engines.cache import cache_folder, digest
from checker.engines.native.code.builder import Module
from checker.engines.native.code.compiling import object_code, processor, target
from checker.engines.native.code.stored import Stored, read, write
from checker.engines.threads import outlast, start_thread

Build: TypeAlias = Callable[[], tuple[Module, Mapping[str, int]]]
"""Makes a module, and says what is to be known about it."""


class _Loaded:
    """Object code in memory.

    The functions are looked up once for all, since LLVM does one thing at a time, and later it may be busy.
    """

    def __init__(self, stored: Stored) -> None:
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target(optimised=False))
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(stored.code))
        self._engine.finalize_object()
        self._addresses = {name: self._engine.get_function_address(name) for name in stored.names}
        self._functions: dict[str, Callable[..., int]] = {}

    def function(self, name: str, parameters: int) -> Callable[..., int]:
        """The same one each time it is asked for."""
        if name not in self._functions:
            kind = ctypes.CFUNCTYPE(ctypes.c_uint64, *[ctypes.c_uint64] * parameters)
            function: Any = kind(self._addresses[name])
            function.loaded = self  # whoever holds the function, and may be running it, holds the code
            self._functions[name] = function
        return self._functions[name]


class Machine:
    """Compiled functions.  `facts` is what the builder of the module had to say about it."""

    def __init__(self, stored: Stored, optimised: Callable[[], Stored] | None) -> None:
        """`optimised` makes better code than the stored one; None where there is none."""
        self.facts = stored.facts
        self._loaded = _Loaded(stored)
        self._optimised = optimised
        self._lock = threading.Lock()
        self._is_started = False

    def function(self, name: str, parameters: int) -> Callable[..., int]:
        """A function of `parameters` words (numbers or addresses) with a word as its result, in the fastest code that
        there is by now.

        A call releases the interpreter lock.
        """
        return self._loaded.function(name, parameters)

    def optimise(self) -> None:
        """Goes over to optimised code, which takes about a second to make."""
        with self._lock:
            if self._optimised is not None:
                self._loaded, self._optimised = _Loaded(self._optimised()), None

    def start_optimising(self) -> None:
        """Does so in a thread of its own, beside whatever runs.  Python waits for it before it ends."""
        if self._optimised is not None and not self._is_started:
            self._is_started = True
            with contextlib.suppress(RuntimeError):  # no thread is granted: it goes on with baseline code
                atexit.register(outlast, start_thread(self._optimise_where_there_is_room))

    def _optimise_where_there_is_room(self) -> None:
        with contextlib.suppress(MemoryError):  # what runs goes on with baseline code
            self.optimise()


def compile_module(build: Build, made_from: str, *, optimised: bool = False) -> Machine:
    """The machine code of what `build` makes; `made_from` says everything that it depends on.

    It is optimised where that is asked for, or where such code is in the cache, else baseline code.
    """
    versions = f"{llvmlite.__version__} {llvm.llvm_version_info}"
    file = cache_folder() / digest(*processor(), versions, made_from)
    build = cache(build)
    found = read(_file(file, optimised=True))
    if found is None and optimised:
        found = _compiled(file, build, optimised=True)
    if found is not None:
        return Machine(found, None)
    return Machine(
        read(_file(file, optimised=False)) or _compiled(file, build, optimised=False),
        lambda: _compiled(file, build, optimised=True),
    )


def _file(file: Path, *, optimised: bool) -> Path:
    return file.with_suffix(".optimised" if optimised else ".baseline")


def _compiled(file: Path, build: Build, *, optimised: bool) -> Stored:
    """Compiles, and stores the code."""
    with _without_collection():
        module, facts = build()
    made = Stored(tuple(module.functions), facts, object_code(module, optimised=optimised))
    write(_file(file, optimised=optimised), made)
    return made


@contextlib.contextmanager
def _without_collection() -> Generator[None]:
    """Nothing of the many small objects that a module is built of becomes garbage: to look for it takes a quarter of
    the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
