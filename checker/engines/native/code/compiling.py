"""From a module to object code: baseline code, which is made in a moment, or optimised code, which runs faster."""

from __future__ import annotations

# pyright: basic
from typing import Any

import llvmlite.binding as llvm

from checker.engines.native.code.builder import Module
from checker.engines.native.code.to_llvm import to_llvm

LONG, LONG_WITHOUT_LOOPS = 1_500, 250
"""Instructions above which a function is improved by few passes.  LLVM's own pipeline takes several times as long, and
what is written out, without a loop, runs no faster after it."""


def processor() -> tuple[str, str]:
    """The name of this machine's processor, and its features, as LLVM writes them."""
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def target(*, optimised: bool) -> Any:
    """The processor of this machine, with all its features; a new one each time, since an engine takes its own."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    name, features = processor()
    triple = llvm.Target.from_default_triple()
    return triple.create_target_machine(cpu=name, features=features, opt=int(optimised))


def object_code(module: Module, *, optimised: bool) -> bytes:
    """The code of all functions of the module."""
    machine = target(optimised=optimised)
    parsed = llvm.parse_assembly(to_llvm(module))
    parsed.verify()
    options = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2))
    inlining = llvm.create_new_module_pass_manager()
    inlining.add_always_inliner_pass()
    inlining.run(parsed, options)
    if optimised:
        _optimise(module, parsed, options)
    return machine.emit_object(parsed)


def _optimise(module: Module, parsed: Any, options: Any) -> None:
    """Runs the optimiser function by function.

    Those that are inlined or called seldom are left as they are.  LLVM's `newgvn` is not among the few passes: in some
    functions of 10,000 instructions it meets an assertion of its own, which ends the process.
    """
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
