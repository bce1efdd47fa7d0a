"""Small specs written out in a test: variables, initial values, and methods."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from random_specs import HEADER, Loaded, RandomSpec, load

from checker.core import ir
from checker.core.instance import BagBound
from checker.core.trace import Label
from checker.core.values import State
from checker.engines.interpreter.interpreter import Interpreter


def written(
    variables: Mapping[str, tuple[str, str]],
    methods: str = "",
    bounds: Mapping[str, int | tuple[int, int] | BagBound] | None = None,
) -> Loaded:
    """A spec with these `variables`: the name, the type and the initial value of each.  It has the header of the
    random specs: two `Node`s, two `Round`s, `Mode`, and the records `Ping`, `Pong` and `Memo`."""
    lines = ["class Random(Spec):", *(f"    {name}: {type}" for name, (type, _) in variables.items())]
    lines += ["    @init", "    def start(self) -> None:"]
    lines += [f"        self.{name} = {value}" for name, (_, value) in variables.items()]
    source = "\n".join(lines) + "\n" + textwrap.indent(textwrap.dedent(methods), "    ")
    return load(RandomSpec(HEADER + source, {"small": (0, 2), "length": 2, "bag": BagBound(2, 1), **(bounds or {})}))


def initial(loaded: Loaded) -> State:
    """The one initial state."""
    (step,) = Interpreter(loaded.spec, loaded.instance).initial()
    return step.state


def after(loaded: Loaded, *labels: str) -> State:
    """The state to which these steps lead, each named as it is shown."""
    interpreter, state = Interpreter(loaded.spec, loaded.instance), initial(loaded)
    for label in labels:
        (state,) = [step.state for step in interpreter.steps(state)[0] if str(step.label) == label]
    return state


def labels(loaded: Loaded, state: State) -> list[Label]:
    """The steps that can be taken in `state`."""
    return [step.label for step in Interpreter(loaded.spec, loaded.instance).steps(state)[0]]


def property_of(loaded: Loaded, name: str) -> ir.Property:
    """The property with this name."""
    return next(entry for entry in loaded.spec.properties if entry.name == name)
