"""What a spec very likely does not mean is told in a note of every verdict, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker import Result, check, load, prove, simulate
from checker.frontend.elaborate import elaborate
from checker.frontend.load import bundled, load_proof, load_spec

COUNTER = """
from __future__ import annotations
from checker import Map, Model, Quorum, Sort, Spec, action, init, invariant, require

class Node(Sort):
    pass

class Majority(Quorum[Node]):
    pass

class Counter(Spec):
    up: Map[Node, bool]
    LIMIT = True

    @init
    def start(self) -> None:
        self.up = Map({n: False for n in Node})

    def free(self, n: Node) -> bool:
        return self.LIMIT and not self.up[n]

    @action
    def rise(self, n: Node) -> None:
        require(self.free(n))
        self.up[n] = True

    @invariant
    def known(self) -> bool:
        return all(self.up[n] in (True, False) for n in Node)
"""


def notes_of(tmp_path: Path, more: str) -> list[str]:
    """The warnings of a check of the counter, or of the variant of it in `more`, which is added to the text."""
    file, name = tmp_path / "counter.py", "Variant" if "class Variant" in more else "Counter"
    file.write_text(f"{COUNTER}{more}\nmodel = Model({name}, sizes={{Node: 2}})\n", encoding="utf-8")
    return warned(check(load(str(file))))


def warned(result: Result) -> list[str]:
    """The warnings among the notes, each as its code and its text, without the place."""
    assert result, "a warning changes no exit status"
    return [note.partition("warning[")[2].replace("]: ", ": ", 1) for note in result.notes if "warning[" in note]


def test_nothing_is_told_of_a_spec_that_uses_all_it_says(tmp_path: Path) -> None:
    assert notes_of(tmp_path, "") == []


UNUSED = {
    "S090: nothing uses the method `safe`; did you forget @invariant, or another decorator?": """
    def safe(self) -> bool:
        return True
""",
    "S090: nothing uses the method `fall`; did you forget @action?": """
    def fall(self, n: Node) -> None:
        self.up[n] = False
""",
    "S090: nothing uses the method `others`; did you forget to call it?": """
    def others(self, n: Node) -> int:
        return sum(self.up[m] for m in Node if m != n)
""",
    "S091: nothing reads the constant `STEPS`; read it, or leave it out": """
    STEPS = 3
""",
    "S093: `wait` changes nothing: its steps lead back to where they begin; assign what it changes, or leave it "
    "out": """
    @action
    def wait(self, n: Node) -> None:
        require(self.up[n])
""",
    "S094: nothing reads the parameter `n`: each of its values makes a step of its own; leave it out, or begin its "
    "name with `_`": """
    @action
    def reset(self, n: Node) -> None:
        self.up = Map({m: False for m in Node})
""",
    "S095: nothing reads the local name `up`; did you mean `self.up`?": """
    @action
    def fall(self, n: Node) -> None:
        up = Map({m: False for m in Node})
        self.up[n] = False
""",
    "S090: nothing uses the method `fre`; did you mean to override `free`?": """
class Variant(Counter):
    def fre(self, n: Node) -> bool:
        return True
""",
    "S091: nothing reads the constant `LIMITS`; did you mean to override `LIMIT`?": """
class Variant(Counter):
    LIMITS = False
""",
}


LEAP = """
    @action
    def leap(self, q: Majority) -> None:
        self.up = Map({m: m in q for m in Node})

"""


@pytest.mark.parametrize("told", UNUSED)
def test_what_nothing_uses_is_told(tmp_path: Path, told: str) -> None:
    assert notes_of(tmp_path, UNUSED[told]) == [told]


def test_a_dict_among_the_variables_is_told(tmp_path: Path) -> None:
    file = tmp_path / "counter.py"
    file.write_text(f"{COUNTER.replace('up: Map[', 'up: dict[')}\nmodel = Model(Counter, sizes={{Node: 2}})\n")
    (found,) = warned(check(load(str(file))))
    assert found.startswith("S092: a `dict` is read as a Map")


ON_PURPOSE = {
    "an override that no longer calls a method of its base class": """
class Variant(Counter):
    @action
    def rise(self, n: Node) -> None:
        self.up[n] = True
""",
    "an override of what only the overridden action called": """
class Variant(Counter):
    def free(self, n: Node) -> bool:
        return True

    def rise(self, n: Node) -> None:
        self.up[n] = True
""",
    "an override that has to take the parameters of what it overrides": """
class Variant(Counter):
    def rise(self, n: Node) -> None:
        self.up = Map({m: True for m in Node})
""",
    "a parameter that is marked as not read": """
    @action
    def drop(self, _n: Node) -> None:
        self.up = Map({m: False for m in Node})
""",
    "a method that a function of the module calls": """
    def hidden(self) -> bool:
        return True

    @invariant
    def seen(self) -> bool:
        return outside(self)

def outside(spec: Counter) -> bool:
    return spec.hidden()
""",
}


@pytest.mark.parametrize("why", ON_PURPOSE)
def test_what_is_left_without_use_on_purpose_is_not_told(tmp_path: Path, why: str) -> None:
    assert notes_of(tmp_path, ON_PURPOSE[why]) == []


@pytest.mark.parametrize("name", bundled())
def test_no_bundled_spec_is_warned_of(name: str) -> None:
    assert not elaborate(load_spec(name)).warnings
    assert not load_proof(name).typed().warnings


def test_walks_and_proofs_tell_it_too(tmp_path: Path) -> None:
    notes_of(tmp_path, "    STEPS = 3\n")
    file = str(tmp_path / "counter.py")
    assert warned(simulate(load(file), walks=1)) == warned(prove(f"{file}:Counter")) != []


@pytest.mark.parametrize(
    ("quorums", "disjoint"),
    [
        ("{}", False),
        ("{Majority: 1}", True),
        ('{Majority: [{"n1"}, {"n1", "n2"}]}', False),
        ('{Majority: [{"n1"}, {"n1", "n2"}, {"n2"}]}', True),
    ],
)
def test_quorums_that_do_not_intersect_are_told(tmp_path: Path, quorums: str, disjoint: bool) -> None:
    file, model = tmp_path / "counter.py", f"model = Model(Counter, sizes={{Node: 2}}, quorums={quorums})\n"
    file.write_text(f"{COUNTER}{LEAP}{model}", encoding="utf-8")
    notes = [note for note in check(load(str(file))).notes if "share no member" in note]
    told = "the quorums {n1} of `Majority` and {n2} of `Majority` share no member; a proof assumes that any two do"
    assert notes == ([told] if disjoint else [])


def test_the_lemmas_of_a_bundled_proof_are_hinted_at_where_a_model_is_named() -> None:
    assert "`checker prove paxos` uses the lemmas of `paxos_proof`" in prove("paxos:small", only=["validity"]).notes
    assert not any("paxos_proof" in note for note in prove("paxos", only=["validity"]).notes)
