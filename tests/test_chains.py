"""Long chains of `if` and `elif`: they mean what Python says that they mean, and none is too long for an engine."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from random_specs import Loaded
from test_domains import assert_machine_code_agrees
from test_engines_agree import assert_kernels_agree
from written_specs import written

from checker.core.errors import UserError
from checker.core.values import State
from checker.core.verify import verify
from checker.engines.interpreter.interpreter import Interpreter
from checker.frontend import chains
from checker.frontend.lower import lower

LENGTH = 400


def stepping(kind: str, length: int) -> str:
    """Methods by which `n` goes from 0 up to `length`, a step for each link of a chain of this kind."""
    lines = [f"{'if' if number == 0 else 'elif'} {{n}} == {number}:" for number in range(length)]
    match kind:
        case "elif":
            places = [line.format(n="self.n") for line in lines]
            chain = "".join(f"    {line}\n        self.n = {i + 1}\n" for i, line in enumerate(places))
            return f"@action\ndef go(self) -> None:\n{chain}"
        case "returns":
            chain = "".join(f"    if self.n == {i}:\n        self.n = {i + 1}\n        return\n" for i in range(length))
            return f"@action\ndef go(self) -> None:\n{chain}"
        case "match":
            cases = "".join(f"        case {i}:\n            self.n = {i + 1}\n" for i in range(length))
            return f"@action\ndef go(self) -> None:\n    match self.n:\n{cases}"
        case "helper":
            chain = "".join(f"    {line.format(n='n')}\n        return {i + 1}\n" for i, line in enumerate(lines))
            helper = f"def next(self, n: int) -> int:\n{chain}    else:\n        return n\n"
            return f"@action\ndef go(self) -> None:\n    self.n = self.next(self.n)\n{helper}"
        case _:
            value = " else ".join(f"{i + 1} if self.n == {i}" for i in range(length))
            return f"@action\ndef go(self) -> None:\n    self.n = {value} else self.n\n"


def loaded(methods: str, length: int) -> Loaded:
    return written({"n": ("Annotated[int, Bounded('long')]", "0"), "m": ("Small", "0")}, methods, {"long": (0, length)})


@pytest.mark.parametrize("kind", ["elif", "returns", "match", "helper", "conditional"])
def test_each_link_of_a_long_chain_is_reached(kind: str) -> None:
    spec = loaded(stepping(kind, LENGTH), LENGTH)
    verify(lower(spec.spec))
    interpreter = Interpreter(spec.spec, spec.instance)
    (start,) = interpreter.initial()
    states = [start.state]
    for number in range(1, LENGTH + 1):
        states += [step.state for step in interpreter.steps(states[-1])[0]]
        assert states[-1]["n"] == number
    chosen = [states[0], states[LENGTH // 2 - 1], states[LENGTH // 2], states[-2], states[-1]]
    assert_kernels_agree(spec.spec, spec.instance, chosen)
    if kind in ("elif", "helper"):
        assert_machine_code_agrees(spec, chosen)


def written_chain(random: Random, indent: str, depth: int) -> list[str]:
    """A chain whose conditions overlap; some links hold another chain, some end the action, some do nothing."""
    lines: list[str] = []
    for number in range(random.randrange(1, 9)):
        test = random.choice(("self.n < {}", "self.n == {}", "self.m >= {}", "6 // (self.n - {}) > 1 and self.m == 1"))
        lines.append(f"{indent}{'if' if number == 0 else 'elif'} {test.format(random.randrange(4))}:")
        lines += written_link(random, indent + "    ", depth)
    if random.random() < 0.5:
        lines += [f"{indent}else:", *written_link(random, indent + "    ", depth)]
    return lines


def written_link(random: Random, indent: str, depth: int) -> list[str]:
    inner = written_chain(random, indent, depth - 1) if depth and random.random() < 0.3 else []
    last = random.choice((f"self.n = {random.randrange(4)}", f"self.m = {random.randrange(3)}", "return", "pass"))
    return [*inner, indent + last]


def in_python(methods: str, state: State) -> tuple[int, int] | None:
    """What Python makes of `n` and `m`; None for an error."""
    names: dict[str, Any] = {"action": lambda function: function}
    exec(methods.replace(" -> None", ""), names)
    self = SimpleNamespace(n=state["n"], m=state["m"])
    try:
        names["go"](self)
    except ZeroDivisionError:
        return None
    return self.n, self.m


@pytest.mark.parametrize("longest", [1, 2, 3, 40])
def test_a_tree_of_branches_does_what_the_chain_does_in_python(longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "LONGEST", longest)
    compared = 0
    for seed in range(30):
        random = Random(seed)
        body = [*written_chain(random, "    ", 2), *(["    self.m = 2 - self.m"] if seed % 2 else [])]
        methods = "@action\ndef go(self) -> None:\n" + "\n".join(body) + "\n"
        try:
            spec = loaded(methods, 3)
        except UserError as error:
            assert error.code == "S081"  # a path that assigns twice
            continue
        interpreter = Interpreter(spec.spec, spec.instance)
        (start,) = interpreter.initial()
        for n in range(4):
            for m in range(3):
                values = {"n": n, "m": m}
                state = State(start.state.names, tuple(values[name] for name in start.state.names))
                expected = in_python(methods, state)
                try:
                    steps = interpreter.steps(state)[0]
                except UserError as error:
                    assert error.code == "R004"
                    assert expected is None
                    continue
                assert [(step.state["n"], step.state["m"]) for step in steps] == [expected]
                assert_kernels_agree(spec.spec, spec.instance, [state])
                compared += 1
    assert compared > 60


def test_what_is_no_chain_and_too_deep_is_an_early_error() -> None:
    pair = "    if self.n == {0}:\n        self.m = 1 - self.m\n    if self.n == {0}:\n        return\n"
    body = "".join(pair.format(number) for number in range(200))
    with pytest.raises(UserError) as caught:
        loaded(f"@action\ndef go(self) -> None:\n{body}", 200)
    assert caught.value.code == "S086"
