"""From a module to machine code in memory, with the object code kept on disk.

The cache holds one file a program, named by what the program was made from: spec, model, processor, versions.  A file
starts with a checksum of the rest; one that is damaged, or that another version wrote, is made anew.  Where the
folder cannot be written, the code is compiled every time.
"""

from __future__ import annotations

# pyright: basic
import contextlib
import ctypes
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm

from checker.core.structs import struct
from checker.engines.native.code.builder import Module

LONG, LONG_WITHOUT_LOOPS = 1_500, 250
"""Instructions above which a function is improved by few passes.  LLVM's own pipeline takes several times as long, and
what is written out, without a loop, runs no faster after it."""

_CHECKSUM = 32


@struct
class Machine:
    """Compiled functions.  `facts` is what the builder of the module had to say about it."""

    engine: Any
    facts: Mapping[str, int]

    def function(self, name: str, parameters: int) -> Callable[..., int]:
        """A function of `parameters` words (numbers or addresses) with a word as its result.

        A call releases the interpreter lock.
        """
        address = self.engine.get_function_address(name)
        assert address, f"there is no function {name}"
        return ctypes.CFUNCTYPE(ctypes.c_uint64, *[ctypes.c_uint64] * parameters)(address)


def _target() -> Any:
    """The processor of this machine, with all its features; a new one each time, since an engine takes its own."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=1
    )


def compile_module(build: Callable[[], tuple[Module, Mapping[str, int]]], made_from: str) -> Machine:
    """The machine code of what `build` makes; `made_from` says everything that it depends on."""
    processor = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    versions = f"{llvmlite.__version__} {llvm.llvm_version_info}"
    file = cache_folder() / f"{digest(processor, versions, made_from)}.object"
    stored = _read(file)
    if stored is None:
        module, facts = build()
        stored = (dict(facts), _object_code(module))
        _write(file, *stored)
    facts, code = stored
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return Machine(engine, facts)


def digest(*made_from: str) -> str:
    """A name for what native code made from these texts does; with another version of the engines it is another."""
    return hashlib.sha256("\n".join((_own_version(), *made_from)).encode()).hexdigest()


def _object_code(module: Module) -> bytes:
    target = _target()
    parsed = llvm.parse_assembly(str(module))
    parsed.verify()
    _improve(module, parsed, target)
    return target.emit_object(parsed)


def _improve(module: Module, parsed: Any, target: Any) -> None:
    """Runs the optimiser: inlines what asks for it, and then function by function.

    Those that are inlined or called seldom are left as they are.  LLVM's `newgvn` is not among the few passes: in some
    functions of 10,000 instructions it meets an assertion of its own, which ends the process.
    """
    options = llvm.create_pass_builder(target, llvm.create_pipeline_tuning_options(speed_level=2))
    inlining = llvm.create_new_module_pass_manager()
    inlining.add_always_inliner_pass()
    inlining.run(parsed, options)
    thorough, quick = options.getFunctionPassManager(), llvm.create_new_function_pass_manager()
    quick.add_sroa_pass()
    quick.add_simplify_cfg_pass()
    quick.add_instruction_combine_pass()
    quick.add_simplify_cfg_pass()
    improved = {name: function for name, function in module.functions.items() if not function.attributes}
    for name, function in improved.items():
        longest = LONG if function.has_loops else LONG_WITHOUT_LOOPS
        passes = thorough if function.size <= longest else quick
        passes.run(parsed.get_function(name), options)


@cache
def _own_version() -> str:
    """A digest of the code that makes native programs, so that a change of it makes old object code foreign."""
    package = Path(__file__).parents[3]
    sources = sorted(source for part in ("core", "engines") for source in (package / part).rglob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def cache_folder() -> Path:
    """Where object code is kept: below the user's cache folder, which `XDG_CACHE_HOME` names."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return Path(base) / "consensus-checker"


def _read(file: Path) -> tuple[dict[str, int], bytes] | None:
    """The facts and the object code in a file of the cache, or None where it has none that can be trusted."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    checksum, rest = content[:_CHECKSUM], content[_CHECKSUM:]
    if hashlib.sha256(rest).digest() != checksum:
        return None
    header, _, code = rest.partition(b"\n")
    return json.loads(header), code


def _write(file: Path, facts: dict[str, int], code: bytes) -> None:
    """Stores them under a temporary name first, so that no other process sees half a file."""
    rest = json.dumps(facts).encode() + b"\n" + code
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(descriptor, "wb") as target:
            target.write(hashlib.sha256(rest).digest() + rest)
        Path(temporary).replace(file)
