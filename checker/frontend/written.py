"""A spec with more methods, whose text the checker has written itself: read as if it stood in a file."""

from __future__ import annotations

import itertools
import linecache
import sys
from collections.abc import Mapping
from typing import Any

from checker.core import language
from checker.core.language import Record, Spec

_numbers = itertools.count(1)


def with_methods(spec: type[Spec], methods: str, name: str | None = None) -> type[Spec]:
    """A class that derives from the spec, with these methods, indented as in a class.

    It sees what the modules of the spec and of its bases see, and stands, for Python, in the module of the spec.
    """
    file = f"<methods {next(_numbers)} for {spec.__name__}>"
    text = f"class {name or spec.__name__ + 'Proof'}(_Spec):\n    pass\n{methods}"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names: dict[str, Any] = {**names_seen(spec), "_Spec": spec, "lemma": language.lemma}
    exec(compile(text, file, "exec", dont_inherit=True), names)
    return names[name or spec.__name__ + "Proof"]


def names_seen(spec: type[Spec]) -> Mapping[str, Any]:
    """What the modules of the spec and of its bases know, by name, its own last; each class by its own name too."""
    found: dict[str, Any] = {}
    for base in reversed(spec.__mro__):
        if issubclass(base, Spec) and base is not Spec and base.__module__ in sys.modules:
            seen = vars(sys.modules[base.__module__])
            types = [value for value in seen.values() if isinstance(value, type)]
            found.update({value.__name__: value for value in types if issubclass(value, Record | language.Sort)})
            found.update(seen)
    return found
