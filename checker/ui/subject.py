"""What a trace is a trace of: the spec, and the interpreter that knows what its states mean."""

from __future__ import annotations


from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.core.instance import Instance
from checker.core.model import Model
from checker.core.structs import struct
from checker.core.trace import Trace
from checker.core.verdict import Verdict
from checker.engines.interpreter.explain import explain_action, explain_property
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.interpreter.oracle import Oracle
from checker.engines.prepare import typed


@struct
class Subject:
    """A typed spec in one finite instance."""

    spec: ir.Spec
    interpreter: Interpreter

    @staticmethod
    def of(model: Model) -> Subject:
        """The spec of a model, at its sizes.  Raises `UserError`."""
        spec, instance, _ = typed(model)
        return Subject(spec, Interpreter(spec, instance))

    @staticmethod
    def of_proof(spec: ir.Spec, verdict: Verdict) -> Subject:
        """The spec that a proof was about, at the sizes of its counterexample to induction, where there is one."""
        return Subject.of_instance(spec, verdict.instance)

    @staticmethod
    def of_instance(spec: ir.Spec, instance: Instance | None) -> Subject:
        """The spec at these sizes."""
        return Subject(spec, Interpreter(spec, instance or Instance({}, {}, {}, {}, {})))

    @property
    def oracle(self) -> Oracle:
        """What pictures ask of the interpreter."""
        return Oracle(self.interpreter)

    def explanation(self, trace: Trace) -> tuple[str, ...]:
        """Why the property that the trace shows is false (for a witness: true) at its end; nothing for other traces.

        Where the explanation itself fails, it says so: what the trace shows is not lost."""
        known = {entry.name for entry in self.spec.properties}
        try:
            return tuple(self.explain(trace, trace.shows)) if trace.shows in known else ()
        except UserError as error:
            return (f"there is no explanation: {error.message}",)
        except Exception as fault:
            return (f"there is no explanation, by a fault of the checker: {fault!r}",)

    def explain(self, trace: Trace, name: str | None) -> list[str]:
        """Why the property `name` holds or does not at the end of the trace, or what stops the action `name` there.

        For None it is the property that the trace shows, or else every action.  Raises `UserError` C006 and C007.
        """
        state = trace.states[-1]
        properties = {entry.name: entry for entry in (*self.spec.properties, *self.spec.axioms)}
        actions = {entry.name: entry for entry in self.spec.actions}
        name = name or (trace.shows if trace.shows in properties else None)
        if name is None:
            return [line for entry in actions.values() for line in self._action(entry, trace)]
        if name in actions:
            return self._action(actions[name], trace)
        self.check_known(name)
        entry = properties[name]
        if entry.kind != "step invariant":
            return explain_property(self.interpreter, entry, state).lines()
        if len(trace) < 2:
            raise UserError("C007", f"`{name}` is about a step, and there is none", help="go to another state: --at 2")
        return explain_property(self.interpreter, entry, trace.states[-2], state).lines()

    def check_known(self, name: str) -> None:
        """Raises `UserError` C006 where the spec has no property and no action of this name."""
        known = [entry.name for entry in (*self.spec.properties, *self.spec.actions, *self.spec.axioms)]
        if name not in known:
            help = did_you_mean(name, known) or "there are " + ", ".join(f"`{entry}`" for entry in known)
            raise UserError("C006", f"{self.spec.name} has no property and no action `{name}`", help=help)

    def _action(self, action: ir.Action, trace: Trace) -> list[str]:
        """What stops the action at the end of the trace; where it is in error there, as at the end of a trace to an
        error it can be, that is what there is to say."""
        try:
            return explain_action(self.interpreter, action, trace.states[-1]).lines()
        except UserError as error:
            return [f"{action.name}: an error of the spec", *(f"  {line}" for line in error.render().splitlines())]
