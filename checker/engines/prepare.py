"""A model made ready to run: its spec typed, its sizes resolved, its properties chosen, its kernels compiled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.core.instance import Instance
from checker.core.model import Model
from checker.core.parameters import Parameters
from checker.core.structs import struct
from checker.core.types import QuorumType
from checker.engines.expectation import check_expectation
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.kernels import KernelSystem, compile_kernels
from checker.engines.layout import Layout
from checker.engines.symmetry.group import SymmetryGroup, symmetries
from checker.engines.system import Checked
from checker.engines.vacuity import antecedents
from checker.frontend.elaborate import elaborate
from checker.frontend.fixed import with_fixed
from checker.frontend.ghosts import without_unread_ghosts
from checker.frontend.instantiate import instantiate
from checker.frontend.lower import lower


@struct
class Prepared:
    """Everything that a run needs.

    `checked` holds the chosen properties and, behind the witnesses, the antecedents; `antecedents` says which of these
    belong to which invariant.
    """

    model: Model
    spec: ir.Spec
    instance: Instance
    checked: Checked
    antecedents: Mapping[str, tuple[ir.Property, ...]]
    interpreter: Interpreter
    layout: Layout
    system: KernelSystem

    @property
    def parameters(self) -> Parameters:
        """What the model gives the spec."""
        families = (sort for sort in self.spec.sorts if isinstance(sort, QuorumType))
        own = {name: getattr(self.model.spec, name) for name in self.model.constants}
        constants = {name: value for name, value in self.model.constants.items() if value != own[name]}
        return Parameters.of(self.instance, families, constants)

    @property
    def group(self) -> SymmetryGroup:
        """The symmetries of the model."""
        return symmetries(self.spec, self.instance)


def prepare(model: Model, *, vacuity: bool = True) -> Prepared:
    """Makes `model` ready to run; `vacuity` adds the antecedents of its invariants to what is looked for.

    Raises `UserError` for a mistake in the spec or in the model.
    """
    spec, instance, chosen = typed(model)
    cases = {entry.name: antecedents(entry) for entry in chosen if vacuity and entry.kind != "constraint"}
    properties = (*chosen, *(case for found in cases.values() for case in found))
    layout = Layout(spec.variables, instance)
    system = compile_kernels(lower(spec), properties, instance, layout)
    return Prepared(model, spec, instance, Checked.of(properties), cases, Interpreter(spec, instance), layout, system)


def typed(model: Model) -> tuple[ir.Spec, Instance, tuple[ir.Property, ...]]:
    """The typed spec of `model` without the ghosts that nothing chosen reads, its sizes, and the chosen properties.

    Raises `UserError` for a mistake in the spec or in the model.
    """
    whole = elaborate(model.spec, model.constants, model.place)
    instance = with_fixed(model, whole, instantiate(model, whole))
    chosen = chosen_properties(model, whole)
    check_expectation(model, whole.properties, chosen)
    return without_unread_ghosts(whole, chosen), instance, chosen


def chosen_properties(model: Model, spec: ir.Spec) -> tuple[ir.Property, ...]:
    """The properties that `model.check` names, where it is None all but those to skip; constraints always, as they
    bound the search.

    Raises `UserError` M040 for a name that is not a property of the spec, and for a constraint that is to be skipped.
    """
    kinds = {entry.name: entry.kind for entry in spec.properties}
    axioms = [entry.name for entry in spec.axioms]
    for name in (*(model.to_check or ()), *model.to_skip):
        if name in axioms:
            message = f"`{name}` is an axiom, which holds in every initial state and ever after"
            raise UserError("M040", message, model.place, help="leave it out of what is checked or skipped")
        if name not in kinds:
            raise UserError(
                "M040",
                f"`{spec.name}` has no property `{name}`",
                model.place,
                help=did_you_mean(name, kinds) or f"its properties are {_listed(kinds)}",
            )
        if kinds[name] == "constraint" and name in model.to_skip:
            raise UserError("M040", f"`{name}` is a constraint, which bounds every search", model.place)
    left_out = {*model.to_skip, *model.left_out}
    wanted = [name for name in kinds if name not in left_out] if model.to_check is None else model.to_check
    return tuple(entry for entry in spec.properties if entry.kind == "constraint" or entry.name in wanted)


def _listed(names: Collection[str] | Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
