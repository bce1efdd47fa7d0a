"""The interpreter: what a spec does, step by step, with nothing clever about it.

It runs the typed form, statement by statement as it was written, and the lowered form.  It is the meaning of a spec:
the fast engines are tested against it, and every trace is replayed by it before a person sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import field, replace
from typing import Any

from checker.core import ir
from checker.core.errors import Note, UserError
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.trace import Label, Step
from checker.core.types import SeqType
from checker.core.values import State, Value
from checker.engines.interpreter.bounds import OutOfBounds, check_bounds
from checker.engines.interpreter.evaluate import meanings, truth
from checker.engines.interpreter.performing import NotEnabled, performed
from checker.engines.interpreter.scope import Environment, Meanings

__all__ = [
    "Interpreter", "NotEnabled", "OutOfBounds", "domain_values", "label_of", "parameter_choices",
]


@struct
class Interpreter:
    """A spec at one instance.  `spec` may be typed or lowered."""

    spec: ir.Spec | ir.LoweredSpec
    instance: Instance
    meanings: Meanings = field(init=False, compare=False, repr=False)
    _performed: dict[int, tuple[object, Callable[[Environment], State]]] = field(
        init=False, compare=False, repr=False, default_factory=dict[int, Any]
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "meanings", meanings(self.instance))

    @property
    def source(self) -> ir.Spec:
        """The typed spec, which holds the variables and the properties."""
        return self.spec.source if isinstance(self.spec, ir.LoweredSpec) else self.spec

    def initial(self) -> list[Step]:
        """The initial states, one for each way to choose parameters; the same state may come twice.

        Raises `UserError` R007 for one that the model has no room for, and R001..R005.
        """
        return list(self.each_initial())

    def initial_like(self, state: State) -> Iterator[Step]:
        """The same for those that give `state`, as far as parameters say what a variable is: there may be many others.

        Raises what `initial` does, but of the initial states that are tried alone.
        """
        given = {name for action in self.spec.initial for entry in action.parameters for name in entry.gives}
        fixed = {name: value for name, value in state.items() if name in given}
        among = Interpreter(self.spec, replace(self.instance, fixed={**self.instance.fixed, **fixed}))
        return (step for step in among.each_initial() if step.state == state)

    def each_initial(self) -> Iterator[Step]:
        """What `initial` gives, each when it is asked for."""
        def outside(label: Label, reason: OutOfBounds) -> None:
            raise UserError(
                "R007", f"an initial state leaves the model's bounds: {reason.message}", reason.span,
                help="widen the bounds of the model", notes=(Note(f"in `{label}`"),),
            ) from reason

        env = Environment(self.meanings, {})
        for action in self.spec.initial:
            yield from self._taken(action, env, outside)

    def begins(self, step: Step) -> bool:
        """Is it one of the initial states, reached like that?  Only the choice of its label is tried, however many
        there are.  Raises `UserError` R001..R005."""
        action = next(action for action in self.spec.initial if action.name == step.label.action)
        env = Environment(self.meanings, {})
        try:
            for parameter, (name, value) in zip(action.parameters, step.label.arguments, strict=True):
                if isinstance(parameter.domain, ir.AllOf) and not parameter.guards:
                    check_bounds(value, parameter.type, self.instance, parameter.span)
                elif value not in domain_values(parameter, env):
                    return False
                env = env.bind(name, value)
            return self.perform(action, env) == step.state
        except (NotEnabled, OutOfBounds):
            return False

    def steps(self, state: State) -> tuple[list[Step], Counter[str]]:
        """The successors of `state`, action by action and in the order of their arguments, repetitions included;
        and how many steps of each action the model's bounds cut off.

        Raises `UserError` R001..R005, with a note that says in which step.
        """
        cut: Counter[str] = Counter()

        def outside(label: Label, reason: OutOfBounds) -> None:
            cut[label.action] += 1

        return list(self._steps(state, outside)), cut

    def each_step(self, state: State) -> Iterator[Step]:
        """The same successors, each when it is asked for."""
        return self._steps(state, lambda label, reason: None)

    def _steps(self, state: State, outside: Callable[[Label, OutOfBounds], None]) -> Iterator[Step]:
        env = self.environment(state)
        for action in self.spec.actions:
            yield from self._taken(action, env, outside)

    def _taken(
        self, action: ir.Action | ir.LoweredAction, env: Environment, outside: Callable[[Label, OutOfBounds], None]
    ) -> Iterator[Step]:
        """The steps of an action, in the order of their arguments; `outside` hears of those that leave the bounds."""
        for chosen in parameter_choices(action, env.copied(), outside):
            try:
                yield Step(label_of(action, chosen), self.perform(action, chosen))
            except NotEnabled:
                continue
            except OutOfBounds as reason:
                outside(label_of(action, chosen), reason)
            except UserError as error:
                error.notes += (Note(f"in {'the step ' if env.variables else ''}`{label_of(action, chosen)}`"),)
                raise

    def successor(self, state: State, label: Label) -> State | None:
        """The state to which the labelled step leads from `state`; None where it is not enabled, or cut.

        Raises `UserError` R001..R005.
        """
        action = next(action for action in self.spec.actions if action.name == label.action)
        env = self.environment(state)
        try:
            for parameter, (name, value) in zip(action.parameters, label.arguments, strict=True):
                if value not in domain_values(parameter, env):
                    return None
                env = env.bind(name, value)
            return self.perform(action, env)
        except (NotEnabled, OutOfBounds):
            return None

    def holds(self, property: ir.Property, state: State, after: State | None = None) -> bool:
        """Is `property` true in `state` (for a step invariant: of the step from `state` to `after`)?

        Raises `UserError` R006 where its value depends on what the model has no room for, and R001..R005.
        """
        try:
            return truth(property.formula, self.environment(state, after))
        except OutOfBounds as reason:
            raise UserError(
                "R006", f"`{property.name}` leaves the model's bounds: {reason.message}", reason.span,
                help="bound the quantifier, or test before `.next` or building the record",
            ) from reason

    def environment(self, state: State, after: State | None = None) -> Environment:
        """What names mean in `state`."""
        return Environment(self.meanings, dict(state.items()), None if after is None else dict(after.items()))

    def perform(self, action: ir.Action | ir.LoweredAction, env: Environment) -> State:
        """The state after `action`, with its parameters bound in `env`.  Raises `NotEnabled` and `OutOfBounds`."""
        if id(action) not in self._performed:
            self._performed[id(action)] = action, performed(action, self.source, self.meanings)
        return self._performed[id(action)][1](env.copied())


def parameter_choices(
    action: ir.Action | ir.LoweredAction,
    env: Environment,
    outside: Callable[[Label, OutOfBounds], None],
    bound: int = 0,
) -> Iterator[Environment]:
    """Each choice of the parameters behind the first `bound`, entered in `env` itself.  Where what a parameter is drawn
    from leaves the model's bounds, `outside` hears of it, with the earlier arguments.

    Raises `UserError` R001..R005.
    """
    if bound == len(action.parameters):
        yield env
        return
    parameter = action.parameters[bound]
    try:
        values = domain_values(parameter, env)
    except NotEnabled:
        return
    except OutOfBounds as reason:
        outside(label_of(action, env, bound), reason)
        return
    except UserError as error:
        error.notes += (Note(f"where `{parameter.name}` is chosen for the step `{label_of(action, env, bound)}`"),)
        raise
    for value in values:
        env.names[parameter.name] = value
        yield from parameter_choices(action, env, outside, bound + 1)


def domain_values(parameter: ir.Parameter, env: Environment) -> list[Value]:
    """The values that a parameter has, for those of the earlier ones in `env`; a sequence offers each of its different
    items once.  Raises `NotEnabled` at the first of its guards that is false."""
    for guard in parameter.guards:
        if not truth(guard, env):
            raise NotEnabled(ir.Require(condition=guard, span=guard.span), env)
    given = env.meanings.instance.given(parameter.gives)
    if given is not None:
        return given
    values = env.meanings.items_of(parameter.domain)(env)
    return list(dict.fromkeys(values)) if isinstance(parameter.domain.type, SeqType) else values


def label_of(action: ir.Action | ir.LoweredAction, env: Environment, bound: int | None = None) -> Label:
    """The step of `action` with the arguments in `env`: of the first `bound` parameters, or of all that have one."""
    names = [parameter.name for parameter in action.parameters[:bound] if parameter.name in env.names]
    return Label(action.name, tuple([(name, env.names[name]) for name in names]))
