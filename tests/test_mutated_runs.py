"""Changed specs through the whole of the API, and changed files of traces: nothing is raised but what tells a mistake.

`pytest -m nightly tests/test_mutated_runs.py` tries 3,000 specs, 1,000 traces and 1,000 checkpoints; the
suite a few of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from native_runs import COUNTERS
from test_mutations import SPECS, is_python, mutant

from checker import BagBound, Model, Quorum, Sort, UserError, check, load, prove, simulate
from checker.core.trace import Trace
from checker.core.types import BagType, IntType
from checker.export.itf import trace_to_itf
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import needed_bounds
from checker.frontend.load import load_spec
from checker.ui.subject import Subject
from checker.ui.traces import trace_in_file

FEW_SPECS, FEW_TRACES = 24, 150
"""Of each in the suite; the nightly run has those that come after them."""


SWAPS = [
    ("@action", "@init"), ("@invariant", "@witness"), ("@init", "@action"), ("==", "<="), ("+", "-"), ("in", "not in"),
    (" and ", " or "), ("not ", ""), ("all(", "any("), ("int", "bool"), ("None", "0"), ("1", "-1"), ("1", "0"),
    (": ", ": None | "), ("self", "after"), ("@invariant", "@step_invariant"), ("@action", "@constraint"),
    ("Set", "Bag"), ("Seq", "Set"), ("Map", "Seq"), ("Ordered", "Sort"), ("Record", "Sort"), ("@action", "@lemma"),
]


def changed(text: str, random: random.Random) -> str:
    """The text of a spec with a mutation, sometimes of what `mutant` leaves alone: a decorator, an operator."""
    if random.random() < 0.6:
        return mutant(text, random)
    lines = text.splitlines(keepends=True)
    written = [n for n, line in enumerate(lines) if line.strip() and not line.startswith(("from", "import"))]
    number = random.choice(written)
    line, other = lines[number], random.choice(lines)
    possible = [pair for pair in SWAPS if pair[0] in line] or [(line, ""), (line, line * 2), (line, other)]
    old, new = random.choice(possible)
    lines[number] = line.replace(old, new, 1)
    return "".join(lines)


def model_of(target: str) -> Model:
    """A model of a spec with small sizes and bounds."""
    spec = load_spec(target)
    typed = elaborate(spec)
    modules = [sys.modules[base.__module__] for base in spec.__mro__[:-2]]
    seen = {name: value for module in modules for name, value in vars(module).items()}
    sorts = {sort.name for sort in typed.sorts}
    sizes: dict[Any, Any] = {
        value: 2 for value in seen.values()
        if isinstance(value, type) and issubclass(value, Sort) and not issubclass(value, Quorum)
        and value.__name__ in sorts
    }
    bounds: dict[str, Any] = {
        name: (0, 2) if isinstance(type, IntType) else BagBound(1) if isinstance(type, BagType) else 1
        for name, type in needed_bounds(typed).items()
    }
    return Model(spec, sizes=sizes, bounds=bounds)


def try_everything(target: str, random: random.Random) -> bool:
    """Whatever the API does with a spec that may be wrong; is it a spec?"""
    try:
        model = model_of(target)
        for tier in ("python", "native") if random.random() < 0.15 else ("python",):
            result = check(model, max_states=30, tier=tier, workers=1)
            assert str(result)
            result.explanation()
            result.picture()
            for witness in result.witnesses:
                assert result.picture(witness)
        simulate(model, walks=2, depth=5, tier="python")
        if random.random() < 0.1:
            prove(model.spec, seconds=0.5)
    except UserError as error:
        assert error.render()
        return False
    return True


def specs_are_told(seeds: range, folder: Path) -> None:
    good = 0
    for seed in seeds:
        chance = random.Random(f"run {seed}")
        name = chance.choice(list(SPECS))
        text = changed(SPECS[name].read_text(encoding="utf-8"), chance)
        file = folder / f"run_{seed}.py"
        file.write_text(text, encoding="utf-8")
        try:
            good += try_everything(f"{file}:{name}", chance)
        except Exception as error:
            error.add_note(f"seed {seed}, {name}, {file}, is Python: {is_python(text)}")
            raise
    assert good > len(seeds) // 20, "some changes make another spec, and no mistake"


def nodes_of(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of everything in a JSON value."""
    inside: Any = enumerate(document) if isinstance(document, list) else ()
    inside = document.items() if isinstance(document, dict) else inside
    return [path, *(found for key, value in inside for found in nodes_of(value, (*path, key)))]


ODD: list[Any] = [
    None, True, -1, 10**11, 10**400, float("nan"), float("inf"), "", "x", "\ud800", [], {}, [[]],
    {"#bigint": "9" * 5000},
    {"#bigint": -1}, {"#map": [[1]]}, {"#map": 5}, {"#set": [[1]]}, {"#tup": []}, {"tag": "Some"},
    {"tag": [], "value": {}},
]


def with_another_node(text: str, random: random.Random) -> str:
    """The file with something else in one place."""
    document = json.loads(text)
    *path, last = random.choice([path for path in nodes_of(document) if path])
    place = document
    for key in path:
        place = place[key]
    others = [other for other in nodes_of(document) if other]
    choice = random.randrange(4)
    if choice == 0:
        del place[last]
    elif choice == 1:
        place[last] = random.choice(ODD)
    elif choice == 2 and isinstance(place, list):
        place.append(place[last])
    else:
        other = document
        for key in random.choice(others):
            other = other[key]
        place[last] = json.loads(json.dumps(other))
    return json.dumps(document)


def with_other_letters(text: str, random: random.Random) -> str:
    start = random.randrange(len(text))
    end = min(len(text), start + random.randrange(20))
    new = random.choice(["", "[" * 100_000, text[start:end] * 2, "\0", "9" * 5_000, '"', "NaN"])
    return text[:start] + new + text[end:]


def traces_are_told(seeds: range, folder: Path) -> None:
    samples = []
    for name in ("paxos_forgotten_promise", "raft_two_votes"):
        model = load(name)
        subject, result = Subject.of(model), check(model)
        assert result.trace is not None
        samples.append((subject, trace_to_itf(result.trace, subject.spec)))
    file = folder / "trace.itf.json"
    for seed in seeds:
        chance = random.Random(f"trace {seed}")
        subject, text = chance.choice(samples)
        for _ in range(chance.choice((1, 1, 2))):
            if is_json(text):
                text = chance.choice((with_another_node, with_another_node, with_other_letters))(text, chance)
        file.write_bytes(text.encode("utf-8", errors="surrogatepass"))
        try:
            trace_in_file(file, subject)
        except UserError as error:
            assert error.code in {"C001", "C010", "C120", "M053"}
            assert error.render().encode()
        except Exception as error:
            error.add_note(f"seed {seed}: {text[:2000]}")
            raise


def is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict) and len(nodes_of(json.loads(text))) > 1
    except (ValueError, RecursionError):
        return False


def test_a_changed_spec_runs_or_is_told(tmp_path: Path) -> None:
    specs_are_told(range(FEW_SPECS), tmp_path)


def test_a_changed_trace_is_taken_or_told(tmp_path: Path) -> None:
    traces_are_told(range(FEW_TRACES), tmp_path)


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(30))
def test_each_of_three_thousand_changed_specs_runs_or_is_told(part: int, tmp_path: Path) -> None:
    specs_are_told(range(FEW_SPECS + part * 100, FEW_SPECS + (part + 1) * 100), tmp_path)


def checkpoints_are_told(seeds: range, folder: Path) -> None:
    check(COUNTERS, tier="native", checkpoint=folder, max_states=3_000)
    files = [folder / "search.json", folder / "search.rows"]
    whole = [file.read_bytes() for file in files]
    for seed in seeds:
        chance = random.Random(f"checkpoint {seed}")
        for file, content in zip(files, whole, strict=True):
            file.write_bytes(content)
        text = json.loads(whole[0])["document"]
        if chance.random() < 0.7:  # the checksum is right, and nothing else need be
            text = with_another_node(text, chance)
            checksum = hashlib.blake2b(text.encode()).hexdigest()
            files[0].write_text(json.dumps({"document": text, "checksum": checksum}))
        else:
            number = chance.randrange(2)
            place = chance.randrange(len(whole[number]))
            new = chance.choice([b"", b"\0", whole[number][place : place + 9] * 2])
            files[number].write_bytes(whole[number][:place] + new + whole[number][place + 1 :])
        try:
            check(COUNTERS, checkpoint=folder, resume=True, max_states=1)
        except UserError as error:
            assert error.code in {"C022", "C023", "C024", "C028"}, error.render()
        except Exception as error:
            error.add_note(f"seed {seed}: {text[:2000]}")
            raise


def test_a_changed_checkpoint_is_gone_on_with_or_told(tmp_path: Path) -> None:
    checkpoints_are_told(range(60), tmp_path)


@pytest.mark.nightly
def test_each_of_a_thousand_changed_checkpoints_is_gone_on_with_or_told(tmp_path: Path) -> None:
    checkpoints_are_told(range(60, 1_060), tmp_path)


@pytest.mark.nightly
def test_each_of_a_thousand_changed_traces_is_taken_or_told(tmp_path: Path) -> None:
    traces_are_told(range(FEW_TRACES, FEW_TRACES + 1_000), tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"5", b"[]", b"{}", b'{"states": []}', b'{"states": 5}', b"null"]
)
def test_a_file_that_is_no_trace_is_told(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "trace.itf.json"
    file.write_bytes(content)
    with pytest.raises(UserError) as caught:
        trace_in_file(file, Subject.of(load("paxos")))
    assert caught.value.code in {"C001", "C120"}


def test_a_folder_and_a_pipe_are_no_traces(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", tmp_path / "missing"):
        with pytest.raises(UserError) as caught:
            trace_in_file(place, Subject.of(load("paxos")))
        assert caught.value.code == "C001"


def test_a_step_invariant_needs_a_step(tmp_path: Path) -> None:
    model = load("raft")
    subject = Subject.of(model)
    step = next(entry.name for entry in subject.spec.properties if entry.kind == "step invariant")
    first = subject.interpreter.initial()[0]
    file = tmp_path / "trace.itf.json"
    file.write_text(trace_to_itf(Trace("counterexample", "Raft", "", step, (first,)), subject.spec), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        trace_in_file(file, subject)
    assert caught.value.code == "C010"
