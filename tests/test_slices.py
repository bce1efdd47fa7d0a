"""Slices give what Python gives, and a computed bound that is negative is an error, as a computed index is."""

from __future__ import annotations

import pytest
from test_engines_agree import assert_kernels_agree
from test_domains import assert_machine_code_agrees
from written_specs import property_of, written

from checker.core.errors import UserError
from checker.core.instance import BagBound
from checker.core.values import Sequence, State
from checker.engines.interpreter.explain import explain_property
from checker.engines.interpreter.interpreter import Interpreter

CUTS = {
    "from_start": "[: {j}]", "to_end": "[{i} :]", "both": "[{i} : {j}]", "negated": "[: -{i}]", "last": "[-1:]",
    "but_last": "[:-1]", "middle": "[1:-1]", "but_two": "[-2:{j}]", "far": "[:7]", "shorter": "[: len({row}) - {i}]",
    "guarded": "[: len({row}) - {i}] if len({row}) >= {i} else {row}",
}
"""Cuts of a row, as they stand in a spec and in Python."""

VARIABLES = {
    "i": ("Small", "0"), "j": ("Small", "0"), "row": ("Annotated[Seq[Small], Bounded('row')]", "Seq[Small]()"),
}
BOUNDS: dict[str, int | tuple[int, int] | BagBound] = {"small": (-2, 3), "row": 4}
ROWS = [(), (2,), (0, 1), (2, 0, 1), (1, 1, 2, 3)]
NUMBERS = range(-2, 4)


def cut_of(name: str) -> str:
    return f"self.row{CUTS[name].format(row='self.row', i='self.i', j='self.j')}"


def invariant_of(name: str) -> str:
    """Whether the cut begins with `j`."""
    return (
        f"@invariant\ndef {name}(self) -> bool:\n    cut = {cut_of(name)}\n"
        "    return len(cut) > 0 and cut[0] == self.j\n"
    )


def expected(cut: str, row: tuple[int, ...], i: int, j: int) -> object:
    """Whether what Python cuts out begins with `j`; an error where a computed bound is negative."""
    text = CUTS[cut].format(row="row", i="i", j="j")
    bounds = text[1:].split("]")[0].replace(" ", "").split(":")
    names = {"i": i, "j": j, "row": row}
    computed = [bound for bound in bounds if bound and not bound.lstrip("-").isdigit()]
    if ("if" not in text or len(row) >= i) and any(eval(bound, names) < 0 for bound in computed):
        return "R001"
    found = eval(f"row{text}", names)
    return len(found) > 0 and found[0] == j


def test_a_slice_is_pythons_or_an_error() -> None:
    loaded = written(VARIABLES, "".join(map(invariant_of, CUTS)), BOUNDS)
    states = [State(("i", "j", "row"), (i, j, Sequence(row))) for row in ROWS for i in NUMBERS for j in NUMBERS]
    interpreter = Interpreter(loaded.spec, loaded.instance)
    for state in states:
        _, i, _, j, _, row = (part for item in state.items() for part in item)
        for name in CUTS:
            wanted = expected(name, tuple(row), i, j)
            entry = property_of(loaded, name)
            if wanted == "R001":
                with pytest.raises(UserError) as caught:
                    interpreter.holds(entry, state)
                assert caught.value.code == "R001", (name, state)
                continue
            assert interpreter.holds(entry, state) == wanted, (name, state)
            assert explain_property(interpreter, entry, state).holds == wanted
    for name in CUTS:
        storing = f"@action\ndef store(self) -> None:\n    self.row = {cut_of(name)}\n"
        alone = written(VARIABLES, invariant_of(name) + storing, BOUNDS)
        assert_kernels_agree(alone.spec, alone.instance, states)
        assert_machine_code_agrees(alone, states)
