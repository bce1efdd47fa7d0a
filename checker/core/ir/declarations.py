"""Statements, actions, properties and whole specs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Literal, TypeAlias, Union

from checker.core.errors import Span, SpecWarning
from checker.core.ir.expressions import Expr
from checker.core.structs import struct
from checker.core.types import Type


@struct(kw_only=True)
class Require:
    """The action is enabled only where `condition` holds.  `axiom` names the axiom that it stands for."""

    condition: Expr
    axiom: str | None = None
    span: Span = field(compare=False, repr=False)


@struct(kw_only=True)
class Assign:
    """From here on the variable has this value.  A change of a part (`self.role[s] = ...`) is written as the whole."""

    variable: str
    value: Expr
    span: Span = field(compare=False, repr=False)


@struct(kw_only=True)
class Bind:
    """A local name."""

    name: str
    value: Expr
    span: Span = field(compare=False, repr=False)


@struct(kw_only=True)
class Branch:
    """`if condition: then` `else: otherwise`.  A name bound inside is not seen outside."""

    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    span: Span = field(compare=False, repr=False)


Statement: TypeAlias = Union[Require, Assign, Bind, Branch]


def assignments(body: Sequence[Statement]) -> Iterator[Assign]:
    """Every assignment in the statements, those inside branches too."""
    for statement in body:
        if isinstance(statement, Assign):
            yield statement
        elif isinstance(statement, Branch):
            yield from assignments(statement.then)
            yield from assignments(statement.otherwise)


@struct(kw_only=True)
class Parameter:
    """A choice of the action.  `domain` is a set, bag or sequence over the state and the earlier parameters: the
    set of all values of the type (`AllOf`), or where the action starts with `require(m in self.net)`, the net.

    `guards` are formulas over the same, conjuncts of the first `require`s.  They are tested in order before the domain
    is evaluated; where one is false there is no choice, and neither the others nor the domain are evaluated.
    `gives`, in an `@init`: the variables that have the value of the parameter, one of all of its type.
    """

    name: str
    type: Type
    domain: Expr
    guards: tuple[Expr, ...] = ()
    gives: tuple[str, ...] = ()
    span: Span = field(compare=False, repr=False)


@struct(kw_only=True)
class Action:
    """An action (or, among `Spec.initial`, a set of initial states: it assigns every variable and reads none).

    `lane` names who takes its steps in pictures, where that is no process of the spec.
    """

    name: str
    doc: str = field(repr=False)
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    span: Span = field(compare=False, repr=False)
    lane: str = field(default="", compare=False, repr=False)


@struct(kw_only=True)
class LoweredAction:
    """One action as guards and simultaneous updates.

    `steps` are evaluated in order: a `Require` that fails disables the action, a `Bind` gives a name its value.  Then
    all `updates` happen at once; their values are over the old state, the parameters and the bound names.
    A variable without an update is unchanged.
    """

    name: str
    parameters: tuple[Parameter, ...]
    steps: tuple[Require | Bind, ...]
    updates: tuple[tuple[str, Expr], ...]
    span: Span = field(compare=False, repr=False)


@struct(kw_only=True)
class StateVariable:
    """`ghost` variables are written by actions and read by properties alone."""

    name: str
    type: Type
    ghost: bool
    span: Span = field(compare=False, repr=False)


PropertyKind: TypeAlias = Literal[
    "invariant", "lemma", "step invariant", "witness", "constraint", "antecedent", "axiom"
]
"""An antecedent is made by the checker: what an invariant assumes (see `engines.vacuity`)."""


@struct(kw_only=True)
class Support:
    """What the proof of a property rests on, for its author; that it holds after one action, where one is named."""

    action: str | None
    uses: tuple[str, ...]


@struct(kw_only=True)
class Property:
    """A named formula about a state, or, for a step invariant, about a state and its successor."""

    kind: PropertyKind
    name: str
    doc: str = field(repr=False)
    formula: Expr
    span: Span = field(compare=False, repr=False)
    support: tuple[Support, ...] = field(default=(), compare=False, repr=False)

    def support_after(self, action: str | None) -> tuple[str, ...]:
        """The support set for a step of the action, or for any state (None); empty where none is named."""
        said = {entry.action: entry.uses for entry in self.support}
        return said.get(action, said.get(None, ()))


@struct(kw_only=True)
class Spec:
    """A whole spec, typed.  Declarations stand in the order in which they were written, base classes first.

    `axioms` read no variable that an action assigns, and each `initial` ends with a `Require` for each of them: so they
    hold in every state, and only a proof has to look at them.
    """

    name: str
    doc: str = field(repr=False)
    file: str = field(repr=False)
    sorts: tuple[Type, ...]
    variables: tuple[StateVariable, ...]
    initial: tuple[Action, ...]
    actions: tuple[Action, ...]
    properties: tuple[Property, ...]
    axioms: tuple[Property, ...] = ()
    span: Span = field(compare=False, repr=False)
    warnings: tuple[SpecWarning, ...] = field(default=(), compare=False, repr=False)

    def of_kind(self, *kinds: PropertyKind) -> tuple[Property, ...]:
        """The properties of these kinds, in order."""
        return tuple(entry for entry in self.properties if entry.kind in kinds)


@struct(kw_only=True)
class LoweredSpec:
    """A spec whose actions are lowered; properties are as they were."""

    source: Spec
    initial: tuple[LoweredAction, ...]
    actions: tuple[LoweredAction, ...]
