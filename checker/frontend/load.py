"""From what a person types to the spec or the model that is meant.

A target is `PLACE` or `PLACE:NAME`.  The place is a file (`two_phase.py`), the name of a bundled protocol (`paxos`),
or a module (`my_package.raft`); the name is that of a `Model` or of a `Spec` class in it.

The library of specs, models and counterexamples is part of the package: `checker.specs.paxos` and so on.  It has no
top-level name of its own, so folders `specs/` and `models/` of a user neither shadow it nor are shadowed.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from checker.core import ir
from checker.core.errors import Span, UserError, did_you_mean
from checker.core.language import Spec
from checker.core.model import Model
from checker.core.structs import struct
from checker.frontend.beside import is_file_of, load_module, module_called
from checker.frontend.elaborate import elaborate
from checker.frontend.executing import executing
from checker.frontend.source import class_source

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

PACKAGE = Path(__file__).parents[1]
SHELVES = ("models", "specs", "counterexamples")
"""The parts of the library.  A counterexample is a folder of the third with its variant in `spec.py`."""

PROOF = "_proof"
"""`specs/paxos_proof.py` adds to `specs/paxos.py` the lemmas of its proof."""

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
        models = [entry for module in target.modules for entry in _models(module).items()]
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
    """The `scenario` that stands beside the model in its place; None where there is none.

    It is about the spec of the first model of its place: where one of another spec is named, it is none of that.
    Raises `UserError` M054 where it is not a list of actions with arguments.
    """
    target = find(text)
    scenario: Any = next((vars(module)["scenario"] for module in target.modules if "scenario" in vars(module)), None)
    if scenario is None or not _is_of_first_spec(target):
        return None
    match scenario:
        case [*entries] if all(is_scenario_step(entry) for entry in entries):
            return entries
        case _:
            raise UserError(
                "M054",
                f"the `scenario` of `{text}` is not a list of actions with arguments",
                help='for example `[("prepare", {"b": "b1"}), ("promise", {"a": "a1"})]`',
            )


def _is_of_first_spec(target: Target) -> bool:
    """Is what a target names, if anything, of the spec of the first model of its place?"""
    models = [model for module in target.modules for model in _models(module).values()]
    if target.name is None or not models:
        return True
    found = _named(target, target.name)
    return (found.spec if isinstance(found, Model) else found) is models[0].spec


def is_scenario_step(entry: object) -> bool:
    """Is this an action, by name, with arguments?"""
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


@struct
class Proof:
    """What is to be proved: a spec, with the constants of the model that a target names, which gives them at `place`.

    `notes` are for the reader of the verdict, `left_out` are lemmas that it goes without, `model` is what the target
    names, or else the first one there.  `is_own`: are the lemmas those that its author wrote for it?
    """

    spec: type[Spec]
    constants: Mapping[str, bool | int] = field(default_factory=dict[str, "bool | int"])
    place: Span | None = None
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    model: Model | None = None
    is_own: bool = True

    def typed(self) -> ir.Spec:
        """The typed IR.  Raises `UserError`."""
        spec = elaborate(self.spec, self.constants, self.place)
        kept = tuple(entry for entry in spec.properties if entry.name not in self.left_out)
        return spec if len(kept) == len(spec.properties) else replace(spec, properties=kept)


def load_proof(text: str, *, with_lemmas: bool = True) -> Proof:
    """The spec that a target means, `with_lemmas` of its bundled proof where there is one."""
    if with_lemmas and _has_proof(text):
        return Proof(load_spec(text + PROOF))
    notes: list[str] = []
    place, _, name = text.partition(":")
    if with_lemmas and name and _has_proof(place):
        notes.append(f"`checker prove {place}` uses the lemmas of `{place}{PROOF}`")
    target = find(text)
    model = _named(target, target.name) if target.name else None
    if not isinstance(model, Model):
        spec = load_spec(text)
        models = (other for module in target.modules for other in _models(module).values())
        return Proof(spec, notes=tuple(notes), model=next((other for other in models if other.spec is spec), None))
    if model.constants:
        said = ", ".join(f"{constant}={value}" for constant, value in model.constants.items())
        notes.append(f"the proof is about the constants of `{name}`: {said}")
    return Proof(model.spec, model.constants, model.place, tuple(notes), model=model)


def _has_proof(place: str) -> bool:
    return _package().joinpath("specs", f"{place}{PROOF}.py").is_file()


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
    if all(part.isidentifier() for part in place.split(".")) and (folder := _current_folder()):
        with executing(place):
            module = module_called(place, folder)
        if module is not None:
            return Target(text, (module,), name or None)
    if Path(place).is_dir():
        raise _is_folder(Path(place))
    hint = f"a file is given with its ending: `{place}.py`" if Path(f"{place}.py").is_file() else None
    known = [*bundled(), *_files_in(Path())]
    raise UserError(
        "C002",
        f"there is no bundled protocol and no module `{place}`",
        help=hint or did_you_mean(place, known) or "`checker list` shows what is bundled",
    )


def _current_folder() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # it was removed
        return None


def bundled() -> tuple[str, ...]:
    """The names of all specs in the library, without those that only add a proof; the counterexamples last."""
    files = {entry.name for shelf in ("models", "specs") for entry in _package().joinpath(shelf).iterdir()}
    names = {name.removesuffix(".py") for name in files if name.endswith(".py") and not name.endswith(f"{PROOF}.py")}
    return (*sorted(names), *broken())


def broken() -> tuple[str, ...]:
    """The names of the counterexamples in the library, in order."""
    folders = _package().joinpath("counterexamples").iterdir()
    return tuple(sorted(entry.name for entry in folders if entry.is_dir() and entry.joinpath("spec.py").is_file()))


def models_of(place: str) -> dict[str, Model]:
    """The models that a place defines, by name, in order."""
    return {name: model for module in find(place).modules for name, model in _models(module).items()}


def _package() -> Traversable:
    """The folder of this package, which may lie in a zip file."""
    if PACKAGE.is_dir():
        return PACKAGE
    from importlib.resources import files  # here, since it takes a moment to load

    return files("checker")


def _on_shelves(name: str) -> Iterator[tuple[str, Traversable]]:
    """The modules that may stand for a bundled name, models first, each with its file."""
    package = _package()
    for shelf in ("models", "specs"):
        yield f"checker.{shelf}.{name}", package.joinpath(shelf, f"{name}.py")
    yield f"checker.counterexamples.{name}.spec", package.joinpath("counterexamples", name, "spec.py")


def _is_folder(path: Path) -> UserError:
    return UserError("C001", f"`{path}` is a folder, and no file", help="name the file in it that has the spec")


def _files_in(folder: Path) -> list[str]:
    return [str(entry) for entry in folder.glob("*.py") if entry.is_file()]


def _load_file(path: Path) -> ModuleType:
    if not path.is_file():
        if path.is_dir():
            raise _is_folder(path)
        known = _files_in(path.parent if path.parent.is_dir() else Path())
        raise UserError("C001", f"there is no file `{path}`", help=did_you_mean(str(path), known))
    if not path.is_absolute() and _current_folder() is None:
        raise UserError("C001", f"`{path}` cannot be found: the current folder is gone", help="go to another one")
    for shelf in SHELVES:
        if (PACKAGE / shelf).resolve() in path.resolve().parents:
            inside = path.resolve().relative_to((PACKAGE / shelf).resolve()).with_suffix("")
            return _import(".".join(("checker", shelf, *inside.parts)))
    with executing(str(path)):
        return load_module(path)


def _import(name: str) -> ModuleType:
    if not PACKAGE.is_dir():
        _open_zip(name)
    with executing(name):
        return importlib.import_module(name)


def _open_zip(name: str) -> None:
    """Makes the folders on the way to a module packages: in a zip file, Python takes none for one by itself."""
    *parents, _ = name.split(".")
    for parts in (*(["checker", shelf] for shelf in SHELVES), parents):
        package = ModuleType(".".join(parts))
        package.__path__ = [str(PACKAGE.joinpath(*parts[1:]))]
        sys.modules.setdefault(package.__name__, package)


def _models(module: ModuleType) -> dict[str, Model]:
    """The models that a module gives a public name, in order: those that are made in its file, or where none is, those
    that it imported.  One that others are made like is not what is to be checked."""
    known = _defined(module, Model)
    own = {name: model for name, model in known.items() if is_file_of(module, Path(model.place.file))}
    return own or known


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
        {model.spec.__name__: model.spec for model in _models(module).values()} for module in target.modules
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
