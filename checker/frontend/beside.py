"""Modules that lie beside a spec: they import each other by their names, and stand in nobody else's way.

Were their folder the first one where Python looks, then a user's `logging.py` would be what a library gets that imports
`logging`, now or later.  So it is the last one, while a spec is imported; and what the user's modules themselves import
is looked for beside them first, by an `__import__` of their own.  A module whose name is also that of another one has a
longer name among Python's modules, where only its neighbours find it.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import linecache
import sys
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

from checker.core.errors import Remark

OWN = frozenset((*sys.stdlib_module_names, "checker"))
"""Names that mean Python's module, or ours, also to a user's module that has a file of this name beside it."""


def load_module(file: Path) -> ModuleType:
    """The module in a file, which is executed; anew where the file was edited since.  Raises what the module raises."""
    name = _name_for(file.stem, file)
    if name in sys.modules and not _has_changed(sys.modules[name]):
        return sys.modules[name]
    return _executed(name, file)


def module_called(name: str, folder: Path) -> ModuleType | None:
    """The module of this name, with dots inside of packages, that lies in the folder or is installed; None without one.

    Raises what the module raises.
    """
    top = name.partition(".")[0]
    beside = _beside(folder, top)
    try:
        if beside is not None:
            return _part_of(_top(top, beside), name)
        with _found_last(folder):
            if importlib.util.find_spec(top) is None:
                return None
            return importlib.import_module(name)
    except ValueError:  # there is a module of this name that was not imported from anywhere
        return None
    except ModuleNotFoundError as error:
        missing = (error.name or "").replace(_name_for(top, beside), top) if beside else error.name or ""
        if f"{name}.".startswith(f"{missing}."):
            return None
        raise


def _beside(folder: Path, name: str) -> Path | None:
    """The file of the module, or of the package, of this name in the folder."""
    for file in (folder / name / "__init__.py", folder / f"{name}.py"):
        if file.is_file():
            return file
    return None


def _top(name: str, file: Path) -> ModuleType:
    """The module or package `name` that lies in this file."""
    if file.name != "__init__.py" or name == "__init__":
        return load_module(file)
    full_name = _name_for(name, file)
    if full_name in sys.modules:
        return sys.modules[full_name]
    return _executed(full_name, file, [str(file.parent)])


def _part_of(top: ModuleType, name: str) -> ModuleType:
    """The module `a.b.c`, where `a` is the one that is given."""
    rest = name.partition(".")[2]
    return importlib.import_module(f"{top.__name__}.{rest}") if rest else top


def _executed(name: str, file: Path, search: list[str] | None = None) -> ModuleType:
    description = importlib.util.spec_from_file_location(name, file, submodule_search_locations=search)
    assert description is not None
    assert description.loader is not None
    module = importlib.util.module_from_spec(description)
    folder = file.resolve().parent if search is None else file.resolve().parents[1]
    vars(module)["__builtins__"] = vars(builtins) | {"__import__": _importer(folder, file.resolve())}
    sys.modules[name] = module
    try:
        with _found_last(folder):
            description.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    linecache.getlines(module.__file__ or "")
    return module


def _importer(folder: Path, importing: Path) -> Callable[..., ModuleType]:
    """The `__import__` of a module in the folder: as Python's, but what lies beside the module comes first."""

    def import_(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        beside = None if level else _beside(folder, top)
        if beside is None or beside == importing or _means_own(name, fromlist or (), beside):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = _top(top, beside)
        if not fromlist:
            _part_of(module, name)
            return module
        module = _part_of(module, name)
        for wanted in fromlist:
            if not hasattr(module, wanted) and hasattr(module, "__path__"):
                with suppress(ModuleNotFoundError):  # then it is told as a name that the package does not have
                    importlib.import_module(f"{module.__name__}.{wanted}")
        return module

    return import_


def _means_own(name: str, wanted: Sequence[str], beside: Path) -> bool:
    """Does `import name`, or `from name import wanted`, mean Python's module, or ours, and not the one beside?"""
    if name.partition(".")[0] not in OWN:
        return False
    try:
        module = builtins.__import__(name, fromlist=tuple(wanted))
    except ImportError:
        return False
    if not all(entry == "*" or hasattr(module, entry) for entry in wanted):
        return False
    warnings.warn(
        f"`{beside}` has the name of the module `{name}`, which is the one that is imported. Another name is safer",
        Remark, stacklevel=3,
    )
    return True


def _name_for(name: str, file: Path) -> str:
    """What the module in the file is called among Python's modules: by its name, where that is free."""
    known = sys.modules.get(name)
    if known is not None and is_file_of(known, file):
        return name
    full_name = f"{name} in {file.resolve().parent}".replace(".", "\N{MIDDLE DOT}")
    if full_name in sys.modules:
        return full_name
    hides = _is_found_elsewhere(name, file)
    if hides:
        warnings.warn(
            f"`{file}` has the name of the module `{name}`, which others need: it is kept apart. Another name is safer",
            Remark, stacklevel=2,
        )
    return full_name if hides or known is not None else name


def _is_found_elsewhere(name: str, file: Path) -> bool:
    if name in OWN or name in sys.builtin_module_names:
        return True
    folder = file.resolve().parents[1] if file.name == "__init__.py" else file.resolve().parent
    found = PathFinder.find_spec(name, [entry for entry in sys.path if Path(entry).resolve() != folder])
    return found is not None and found.loader is not None


def is_file_of(module: ModuleType, path: Path) -> bool:
    """Was the module read from this file?"""
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).resolve() == path.resolve()


def _has_changed(module: ModuleType) -> bool:
    """Has the file of a module been edited since its source was read?  Then a notebook wants it anew."""
    file = module.__file__ or ""
    was_read = file in linecache.cache
    linecache.checkcache(file)
    return was_read and file not in linecache.cache


@contextmanager
def _found_last(folder: Path) -> Generator[None]:
    """Imports look into this folder too, after all others."""
    if str(folder) in sys.path:
        yield
        return
    sys.path.append(str(folder))
    try:
        yield
    finally:
        with suppress(ValueError):  # the module has taken it away itself
            sys.path.remove(str(folder))
