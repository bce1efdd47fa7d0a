"""From what a person types to the spec or the model that is meant.

A target is `PLACE` or `PLACE:NAME`.  The place is a file (`two_phase.py`), the name of a bundled protocol (`paxos`),
or a module (`my_package.raft`); the name is that of a `Model` or of a `Spec` class in it.

The library of specs, models and counterexamples is part of the package: `checker.specs.paxos` and so on.  It has no
top-level name of its own, so folders `specs/` and `models/` of a user neither shadow it nor are shadowed.
"""

from __future__ import annotations

import importlib
import importlib.util
import linecache
import re
import sys
import sysconfig
import traceback
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from checker.core import language
from checker.core.errors import Span, UserError, column_of, did_you_mean
from checker.core.language import Spec
from checker.core.instance import BagBound
from checker.core.model import Holds, Model, Violated
from checker.core.structs import struct
from checker.frontend.source import class_source

PACKAGE = Path(__file__).parents[1]
SHELVES = ("models", "specs", "counterexamples")
"""The parts of the library.  A counterexample is a folder of the third with its variant in `spec.py`."""

PROOF = "_proof"
"""`specs/paxos_proof.py` adds to `specs/paxos.py` the lemmas of its proof."""

_CALLED: Mapping[str, type[Any]] = {cls.__name__: cls for cls in (Model, Holds, Violated, BagBound)}

T = TypeVar("T")


@struct
class Target:
    """The modules that a target may mean something in, the most telling first, and the name after the colon."""

    text: str
    modules: tuple[ModuleType, ...]
    name: str | None


def load_model(text: str) -> tuple[str, Model]:
    """The model that a target means, with its name: the named one, else the first that is defined in its place.

    Where there is none, or where a spec is named, it is the spec without any sizes, named after the spec.  The only
    model of a place, where it is called just `model`, is named after the place.  Raises `UserError` for no model.
    """
    target = find(text)
    if target.name is None:
        models = [entry for module in target.modules for entry in _defined(module, Model).items()]
        if models:
            name, model = models[0]
            return (Path(text).stem if name == "model" else name), model
        return _without_sizes(_only_spec(target))
    found = _named(target, target.name)
    return (target.name, found) if isinstance(found, Model) else _without_sizes(found)


def _without_sizes(spec: type[Spec]) -> tuple[str, Model]:
    """A model that says nothing, named after the spec; what it lacks is missing where the spec is defined."""
    source = class_source(spec)
    span = source.span(source.node)
    header = replace(span, end_line=span.line, end_column=span.column + len(f"class {spec.__name__}"))
    return spec.__name__, Model(spec, place=header)


def load_scenario(text: str) -> list[tuple[str, Mapping[str, Any]]] | None:
    """The `scenario` that stands beside the model in its place; None where there is none, or where a model is named.

    Raises `UserError` M054 where it is not a list of actions with arguments.
    """
    target = find(text)
    scenario: Any = next((vars(module)["scenario"] for module in target.modules if "scenario" in vars(module)), None)
    if target.name is not None or scenario is None:
        return None
    match scenario:
        case [*entries] if all(_is_scenario_step(entry) for entry in entries):
            return entries
        case _:
            raise UserError(
                "M054",
                f"the `scenario` of `{text}` is not a list of actions with arguments",
                help='for example `[("prepare", {"b": "b1"}), ("promise", {"a": "a1"})]`',
            )


def _is_scenario_step(entry: object) -> bool:
    match entry:
        case (str(), Mapping()):
            return True
        case _:
            return False


def load_spec(text: str) -> type[Spec]:
    """The spec that a target means: the named one, that of the named model, or the only one that its place defines."""
    target = find(text)
    if target.name is None:
        return _only_spec(target)
    found = _named(target, target.name)
    return found.spec if isinstance(found, Model) else found


def load_proof(text: str) -> type[Spec]:
    """The spec that a target means, with the lemmas of its bundled proof where there is one."""
    return load_spec(text + PROOF if _has_proof(text) else text)


def lemmas_elsewhere(text: str) -> str | None:
    """Where a target names something in a bundled protocol whose proof stands elsewhere, how to use that; else None."""
    place, _, name = text.partition(":")
    return f"`checker prove {place}` uses the lemmas of `{place}{PROOF}`" if name and _has_proof(place) else None


def _has_proof(place: str) -> bool:
    return (PACKAGE / "specs" / f"{place}{PROOF}.py").is_file()


def claims_of(proof: type[Spec]) -> tuple[str, ...] | None:
    """The properties that the lemmas of a proof are for, where the module of the class, or of one that it derives from,
    says so in `PROVES`; None stands for all."""
    said = (getattr(sys.modules[base.__module__], "PROVES", None) for base in proof.__mro__)
    return next((claims for claims in said if claims is not None), None)


def find(text: str) -> Target:
    """The modules that a target speaks of, loaded.  Raises `UserError` where there are none."""
    place, _, name = text.rpartition(":") if ":" in text.removeprefix(Path(text).drive) else (text, "", "")
    if place.endswith(".py") or "/" in place or "\\" in place:
        return Target(text, (_load_file(Path(place)),), name or None)
    shelved = [module for module, file in _on_shelves(place) if file.is_file()]
    if shelved:
        return Target(text, tuple(map(_import, shelved)), name or None)
    if _is_module(place):
        with _found_first(Path.cwd()):
            return Target(text, (_import(place),), name or None)
    hint = f"a file is given with its ending: `{place}.py`" if Path(f"{place}.py").is_file() else None
    raise UserError(
        "C002",
        f"there is no bundled protocol and no module `{place}`",
        help=hint or did_you_mean(place, bundled()) or "`checker list` shows what is bundled",
    )


def bundled() -> tuple[str, ...]:
    """The names of all specs in the library, without those that only add a proof; the counterexamples last."""
    names = {path.stem for shelf in ("models", "specs") for path in (PACKAGE / shelf).glob("*.py")}
    broken = {path.parent.name for path in (PACKAGE / "counterexamples").glob("*/spec.py")}
    return (*sorted(name for name in names if not name.endswith(PROOF)), *sorted(broken))


def models_of(place: str) -> dict[str, Model]:
    """The models that a place defines, by name, in order."""
    return {name: model for module in find(place).modules for name, model in _defined(module, Model).items()}


def _on_shelves(name: str) -> Iterator[tuple[str, Path]]:
    """The modules that may stand for a bundled name, models first, each with its file."""
    for shelf in ("models", "specs"):
        yield f"checker.{shelf}.{name}", PACKAGE / shelf / f"{name}.py"
    yield f"checker.counterexamples.{name}.spec", PACKAGE / "counterexamples" / name / "spec.py"


def _is_module(name: str) -> bool:
    if not all(part.isidentifier() for part in name.split(".")):
        return False
    with _found_first(Path.cwd()):
        try:
            return importlib.util.find_spec(name) is not None
        except ImportError:  # a parent package that is missing
            return False


def _load_file(path: Path) -> ModuleType:
    if not path.is_file():
        if path.is_dir():
            raise UserError("C001", f"`{path}` is a folder, and no file", help="name the file in it that has the spec")
        folder = path.parent if path.parent.is_dir() else Path()
        known = [str(entry) for entry in folder.glob("*.py") if entry.is_file()]
        raise UserError("C001", f"there is no file `{path}`", help=did_you_mean(str(path), known))
    for shelf in SHELVES:
        if (PACKAGE / shelf).resolve() in path.resolve().parents:
            inside = path.resolve().relative_to((PACKAGE / shelf).resolve()).with_suffix("")
            return _import(".".join(("checker", shelf, *inside.parts)))
    name = path.stem
    if name in sys.modules and not _is_file_of(sys.modules[name], path):
        name = f"{path.stem} ({path.resolve()})"
    if name in sys.modules and not _has_changed(sys.modules[name]):
        return sys.modules[name]
    description = importlib.util.spec_from_file_location(name, path)
    assert description is not None
    assert description.loader is not None
    module = importlib.util.module_from_spec(description)
    sys.modules[name] = module
    try:
        with _found_first(path.resolve().parent), _executing(str(path)):
            description.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    linecache.getlines(module.__file__ or "")
    return module


def _has_changed(module: ModuleType) -> bool:
    """Has the file of a module been edited since its source was read?  Then a notebook wants it anew."""
    file = module.__file__ or ""
    was_read = file in linecache.cache
    linecache.checkcache(file)
    return was_read and file not in linecache.cache


def _is_file_of(module: ModuleType, path: Path) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).resolve() == path.resolve()


def _import(name: str) -> ModuleType:
    with _executing(name):
        return importlib.import_module(name)


@contextmanager
def _found_first(folder: Path) -> Generator[None]:
    """Imports look into this folder first, as when Python runs a file that lies there."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


@contextmanager
def _executing(what: str) -> Generator[None]:
    """While a user's module is executed, whatever goes wrong is a mistake of the user, with a place in that module, and
    what the module prints is no result of ours."""
    try:
        with redirect_stdout(sys.stderr):
            yield
    except UserError as error:
        if error.span is not None:
            raise
        place = _place_of_exception(error)
        raise UserError(error.code, error.message, place, help=error.help, notes=error.notes) from error
    except SyntaxError as error:
        raise UserError("S002", f"this is not valid Python: {error.msg}", _place_of_syntax_error(error)) from error
    except ImportError as error:
        reason = str(error).removesuffix(f" ({error.path})")
        raise UserError(
            "S003", f"`{what}` cannot be imported: {reason}", _place_of_exception(error), help=_meant_import(error)
        ) from error
    except (Exception, SystemExit) as error:
        reason, place = f"{type(error).__name__}: {error}", _place_of_exception(error)
        raise UserError("S003", f"`{what}` cannot be imported: {reason}", place, help=_meant_call(error)) from error


def _meant_import(error: ImportError) -> str | None:
    """What a name that a module does not have may have been meant to be."""
    if "attempted relative import" in str(error):
        return "the folder of the file is searched: write `from base import ...`, without the dot"
    missing = re.match(r"cannot import name '(\w+)'", str(error))
    module = sys.modules.get(error.name or "")
    return did_you_mean(missing[1], vars(module)) if missing and module else None


def _meant_call(error: BaseException) -> str | None:
    """How one of the language's names is used, where it was not imported, or a call of it did not fit."""
    if isinstance(error, NameError) and (error.name in vars(language) or error.name in _CALLED):
        return f"`from checker import {error.name}`"
    unknown = re.match(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", str(error))
    if unknown and unknown[1] in _CALLED:
        names = [field.name for field in fields(_CALLED[unknown[1]]) if field.init and field.name != "place"]
        return did_you_mean(unknown[2], names) or f"`{unknown[1]}` takes {', '.join(names)}"
    if re.match(r"Model\.__init__\(\) takes \d+ positional", str(error)):
        return "behind the spec, everything has a name: `Model(Paxos, sizes={Acceptor: 3})`"
    bare = re.match(r"(\w+)\(\) missing 1 required positional argument: 'function'", str(error))
    return f"without brackets: `@{bare[1]}`" if bare else None


def _place_of_syntax_error(error: SyntaxError) -> Span | None:
    if error.filename is None or error.lineno is None:
        return None
    column = max(0, (error.offset or 1) - 1)
    same_line = error.end_lineno == error.lineno and error.end_offset is not None
    end = max(column + 1, error.end_offset - 1) if same_line and error.end_offset else column + 1
    return Span(error.filename, error.lineno, column, error.lineno, end)


def _place_of_exception(error: BaseException) -> Span | None:
    """The innermost line outside of Python's own import machinery and of this package's floors."""
    own = (str(PACKAGE / "frontend"), str(PACKAGE / "core"), "<frozen importlib")
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(own)]
    frames = [frame for frame in frames if not _is_of_python(Path(frame.filename))]
    if not frames or frames[-1].lineno is None:
        return None
    last = frames[-1]
    text = (last.line or "").rstrip()
    start, line = column_of(last.filename, frames[-1].lineno, last.colno or 0), frames[-1].lineno
    one_line = last.end_colno is not None and last.end_lineno == line
    end = column_of(last.filename, line, last.end_colno or 0) if one_line else len(text)
    return Span(last.filename, line, start, line, end)


def _is_of_python(file: Path) -> bool:
    """Is this a file of Python's own library, or its import machinery?"""
    library = Path(sysconfig.get_path("stdlib"))
    return library in file.parents and not {"site-packages", "dist-packages"} & set(file.parts)


def _defined(module: ModuleType, kind: type[T]) -> dict[str, T]:
    """The objects of this kind that a module gives a public name, in order; what it imported counts too."""
    return {
        name: value for name, value in vars(module).items() if isinstance(value, kind) and not name.startswith("_")
    }


def _specs(module: ModuleType) -> dict[str, type[Spec]]:
    """The specs that are written in a module itself, not those it imported."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Spec) and value.__module__ == module.__name__
    }


def _only_spec(target: Target) -> type[Spec]:
    """The one spec that the place defines, or failing that the one that its models are of."""
    own = [_specs(module) for module in target.modules]
    of_models = [
        {model.spec.__name__: model.spec for model in _defined(module, Model).values()} for module in target.modules
    ]
    for specs in (*own, *of_models):
        if len(specs) == 1:
            return next(iter(specs.values()))
        if specs:
            names = ", ".join(f"`{target.text}:{name}`" for name in specs)
            raise UserError("S005", f"`{target.text}` holds several specs", help=f"say which: {names}")
    raise UserError(
        "S004",
        f"`{target.text}` holds no spec",
        help="a spec is a class that derives from `checker.Spec`",
    )


def _named(target: Target, name: str) -> Model | type[Spec]:
    for module in target.modules:
        value = getattr(module, name, None)
        if isinstance(value, Model) or (isinstance(value, type) and issubclass(value, Spec)):
            return value
    known = [entry for module in target.modules for entry in (*_defined(module, Model), *_specs(module))]
    what = ", ".join(f"`{entry}`" for entry in dict.fromkeys(known)) or "nothing"
    place = target.text.removesuffix(f":{name}")
    raise UserError(
        "C003",
        f"`{place}` holds no model and no spec `{name}`",
        help=did_you_mean(name, known) or f"it holds {what}",
    )
