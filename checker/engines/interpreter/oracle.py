"""Answers to "what if": could this step be taken from another state, and does a property hold there?

Pictures ask this to find out which messages a step read: those without which it could not have happened as it did.
"""

from __future__ import annotations


from checker.core.structs import struct
from checker.core.trace import Label
from checker.core.values import State
from checker.engines.interpreter.interpreter import Interpreter


@struct
class Oracle:
    """What the interpreter knows of one spec at one instance."""

    interpreter: Interpreter

    def replay(self, state: State, label: Label) -> State | None:
        """The state to which the step leads, or None where it is not possible.  Raises `UserError`."""
        return self.interpreter.successor(state, label)

    def holds(self, name: str, state: State) -> bool:
        """Is the property of this name true in the state?  Raises `UserError`."""
        spec = self.interpreter.source
        return self.interpreter.holds(next(entry for entry in spec.properties if entry.name == name), state)
