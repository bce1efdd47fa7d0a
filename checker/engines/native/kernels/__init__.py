"""Machine code for one spec at one instance: successors and properties as LLVM functions.

`build_kernels` is the entry; an `Evaluator` turns an expression into what is known of its value, and
emits code for the rest.
"""

from checker.engines.native.kernels.system import Kernels, build_kernels

__all__ = ["Kernels", "build_kernels"]
