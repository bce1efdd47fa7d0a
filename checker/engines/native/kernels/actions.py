"""One action as a function that writes the successor of every enabled choice of parameters.

Parameters with few possible values are written out, which decides most of a guard while code is generated.  A step
that needs the first parameters alone comes before the loops over the others, if it can neither fail nor leave the
bounds: then it gives the same result there.
"""

from __future__ import annotations

# pyright: basic
from typing import Any

from checker.core import ir
from checker.core.faults import faults
from checker.core.types import SeqType
from checker.engines.kernels.actions import locals_of, needed_steps
from checker.engines.kernels.formula import TRUE
from checker.engines.layout import Layout
from checker.engines.native.code.builder import POINTER, WORD, Function, Module
from checker.engines.native.kernels.domains import Choice, choices, each, most_items
from checker.engines.native.kernels.emitter import FULL, STATE, Chain, Emitter
from checker.engines.native.kernels.equality import equal
from checker.engines.native.kernels.expressions import Evaluator
from checker.engines.native.kernels.storing import NextState
from checker.engines.native.kernels.symbols import Stored, Symbol, known_value

CHOICES = 256
"""How many choices of parameters are written out for one action."""

INSTRUCTIONS = 4_000
"""How much code the choices of one parameter may take when they are written out."""

ERROR = FULL


class ActionWriter:
    """Builds the function of one action: `step(state, out, cuts) -> rows`."""

    def __init__(self, action: ir.LoweredAction, module: Module, layout: Layout, name: str) -> None:
        self.action = action
        self.layout = layout
        self.function: Function = module.function(
            name, WORD, ("state", POINTER), ("out", POINTER), ("cuts", POINTER)
        )
        self.emitter = Emitter(self.function, {STATE: self.function.array("state")})
        self.ev = Evaluator(self.emitter, layout)
        self.steps = needed_steps(action)
        self.needs = [locals_of(step) for step in self.steps]
        self.rows = self.function.local(0)
        self.most = 0
        """How many rows it can write."""
        self.changed = 0
        """The bits of a state that a step may change."""
        self._finish_block = self.emitter.new_block("finish")

    @property
    def does_nothing(self) -> bool:
        """Was it found, while the function was built, that no state has a successor, an error or a cut step?"""
        return not self.most and not self.emitter.exits

    def build(self) -> Function:
        """The function."""
        emitter = self.emitter
        emitter.outside = self._cut_block(self._finish_block)
        self._parameters(0, 0, 1, 1)
        emitter.jump(self._finish_block)
        emitter.at(emitter.error)
        self.function.return_(ERROR)
        emitter.jump(self._finish_block)
        emitter.at(self._finish_block)
        self.function.return_(self.rows.get())
        self.function.finish()
        return self.function

    def _cut_block(self, after: Any) -> Any:
        """A block that counts a cut step and goes on."""
        emitter = self.emitter
        here, block = emitter.block, emitter.new_block("cut")
        emitter.at(block)
        cuts = self.function.array("cuts")
        cuts[0] = cuts[0] + 1
        emitter.jump(after)
        emitter.at(here)
        return block

    # --- parameters ---------------------------------------------------------------------------------------------------

    def _parameters(self, bound: int, step: int, written_out: int, most: int) -> None:
        """Everything from the parameter `bound` and the step `step` on."""
        emitter = self.emitter
        after = emitter.new_block("next")
        guard = Chain(emitter, conjunction=True, exit=after)
        outer = emitter.outside
        if bound < len(self.action.parameters):
            parameter = self.action.parameters[bound]
            if parameter.guards or faults(parameter.domain):
                emitter.outside = self._cut_block(after)
            step = self._early_steps(guard, step, bound)
            if not guard.is_decided:
                guard.flush()
                self._choose(bound, step, written_out, most)
        else:
            emitter.outside = self._cut_block(after)
            self._body(guard, step)
            self.most += most
        emitter.outside = outer
        if not emitter.block.end:
            emitter.jump(after)
        emitter.at(after)

    def _choose(self, bound: int, step: int, written_out: int, most: int) -> None:
        parameter = self.action.parameters[bound]
        mark = self.emitter.mark()
        found = choices(self.ev, parameter, CHOICES // written_out)
        if found is None or self.emitter.emitted(mark):
            self.emitter.roll_back(mark)
            self._loop(parameter, bound, step, written_out, most)
            return
        found = [choice for index, choice in enumerate(found) if _is_new(found, index)]
        before = self.most
        for item, present in found:
            with self.emitter.when(present):
                self.ev.bound(
                    parameter.name, item,
                    lambda: self._parameters(bound + 1, step, written_out * len(found), most),
                )
            if self.emitter.emitted(mark) * len(found) > INSTRUCTIONS and item is found[0][0] and len(found) > 2:
                self.emitter.roll_back(mark)
                self.most = before
                self._loop(parameter, bound, step, written_out, most)
                return

    def _loop(self, parameter: ir.Parameter, bound: int, step: int, written_out: int, most: int) -> None:
        count = most_items(self.ev, parameter.domain)
        if isinstance(parameter.domain.type, SeqType):
            self._distinct_loop(parameter, bound, step, written_out, most * count)
            return
        for item in each(self.ev, parameter):
            self.ev.bound(
                parameter.name, item, lambda: self._parameters(bound + 1, step, written_out, most * count)
            )

    def _distinct_loop(self, parameter: ir.Parameter, bound: int, step: int, written_out: int, most: int) -> None:
        """A sequence offers each of its different items once, where it comes first."""
        emitter, reader, function = self.emitter, self.ev.reader, self.function
        sequence = self.ev.evaluate(parameter.domain)
        if known_value(sequence) is not None:
            sequence = reader.listed(sequence)
        with function.for_(0, reader.length(sequence)) as index:
            item = reader.item(sequence, index)
            is_new = function.local(1, type=emitter.truth(TRUE).type)
            with (
                function.for_(0, index) as earlier,
                emitter.when(equal(self.ev, item, reader.item(sequence, earlier))),
            ):
                is_new.set(0)
                function.break_()
            with function.if_(is_new.get()):
                self.ev.bound(
                    parameter.name, item, lambda: self._parameters(bound + 1, step, written_out, most)
                )

    def _early_steps(self, guard: Chain, step: int, bound: int) -> int:
        """The first step that has to wait for the parameters from `bound` on, or may not be evaluated early.  The
        guards of this parameter are tested here whatever they may end in."""
        parameters = self.action.parameters[bound:]
        unbound, guards = {later.name for later in parameters}, parameters[0].guards
        tested: list[ir.Expr] = []
        while step < len(self.steps) and not self.needs[step] & unbound and not guard.is_decided:
            now = self.steps[step]
            mark, saved = self.emitter.mark(), guard.saved()
            if isinstance(now, ir.Bind):
                guard.flush()
                value = self.ev.settled(self.ev.evaluate(now.value))
                if self.emitter.exits == mark.exits:
                    self.ev.names[now.name] = value
            else:
                guard.add(lambda now=now: self.ev.formula(now.condition))
                if now.condition in guards:
                    tested.append(now.condition)
                    step += 1
                    continue
            if self.emitter.exits != mark.exits:
                self.emitter.roll_back(mark)
                guard.restore(saved)
                break
            step += 1
        for condition in guards:
            if condition not in tested and not guard.is_decided:
                guard.add(lambda condition=condition: self.ev.formula(condition))
        return step

    # --- one choice ---------------------------------------------------------------------------------------------------

    def _body(self, guard: Chain, step: int) -> None:
        """The remaining steps and the successor, for parameters that all have a value."""
        for now in self.steps[step:]:
            if isinstance(now, ir.Bind):
                guard.flush()
                self.ev.names[now.name] = self.ev.settled(self.ev.evaluate(now.value))
            else:
                guard.add(lambda now=now: self.ev.formula(now.condition))
            if guard.is_decided:
                break
        if not guard.is_decided:
            guard.flush()
            self._successor()

    def _successor(self) -> None:
        """All new values first, then their bounds, as the interpreter does."""
        values: dict[str, Symbol] = {}
        for name, node in self.action.updates:
            values[name] = self.ev.evaluate(node)
        count = self.rows.get()
        row = self.function.array("out").from_(count * self.layout.words)
        following = NextState(self.ev, STATE, row)
        for place in self.layout.places:
            if place.name in values:
                following.assign(Stored(place.type, following.row, place.position, place.shape), values[place.name])
        following.finish()
        self.changed |= following.changed
        self.rows.set(count + 1)


def _is_new(choices: list[Choice], index: int) -> bool:
    """A sequence offers each of its different items once."""
    value = known_value(choices[index][0])
    return all(known_value(item) != value for item, _ in choices[:index])
