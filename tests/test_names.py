"""No name of a spec meets a name of ours: with every name exchanged for one that generated code, Python or the language
uses, a spec has the same states, steps and verdict, however it is run."""

from __future__ import annotations

import ast
import builtins
import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from native_runs import counts
from random_specs import HEADER, RandomSpec, load, random_specs
from test_engines_agree import assert_kernels_agree, states_of
from test_kernels import kernels_of

from checker.core.verdict import Outcome, Verdict
from checker.engines.kernels.names import Program
from checker.engines.proof.induction import prove
from checker.engines.proof.smt.columns import columns
from checker.engines.proof.smt.universe import Universe
from checker.engines.run import check

METHODS = {"add", "append", "auto", "count", "default", "discard", "first", "items", "last", "next", "remove", "values"}
"""What the language itself calls by a name after a dot."""

CALLED = {"all", "any", "isinstance", "len", "max", "min", "range", "sum"}
"""What a spec only calls, so that something of `self` may have this name too."""

UNUSUAL = ("x\u0323", "x\u0324", "x", "\u0436\u0323", "\u30ce\u30fc\u30c9", "_", "__", "_1", "a__", "T_",
           "v\u00b7w", "self")
"""Names that differ in combining marks alone, or hold little that Python's own names do."""

SAID = ("value", "code", "key", "offset", "nothing", "table", "branch", "grant", "new_v0", "T_table", "_value", "s_2",
        "step_0", "start_0", "end_0", "violated", "step_violated", "reached", "inside", "initial", "successors", "cuts",
        "explore", "state", "out", "ends", "mine", "shared", "body", "entry", "hash", "mix", "draw", "i64", "ptr")
"""Names that stand in generated code of one kind or another."""


@cache
def hostile() -> tuple[str, ...]:
    """Every name that generated code has, or that Python gives a meaning."""
    found: dict[str, None] = dict.fromkeys((*SAID, *UNUSUAL, *METHODS))
    for name in ("paxos:small", "raft:small"):
        found.update(dict.fromkeys(names_in(kernels_of(name).source)))
    found.update(dict.fromkeys(Program().values))
    found.update(dict.fromkeys((*keyword.softkwlist, *dir(builtins))))
    return tuple(name for name in found if not keyword.iskeyword(name) and not re.fullmatch("__.+__", name))


def names_in(source: str) -> Iterator[str]:
    """The names that a piece of Python binds or reads, strings included."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Constant(value=str() as text) if text.isidentifier():
                yield text
            case _:
                pass


def tokens(source: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(source).readline))


def renamed(random_spec: RandomSpec, random: Random) -> RandomSpec:
    """The same spec with other names for everything that it names."""
    source = random_spec.source
    imported = {word for line in (HEADER,) for word in re.findall(r"\w+", line[: line.index("Small =")])}
    words = [token.string for token in tokens(source) if token.type == tokenize.NAME]
    theirs = imported | METHODS | set(keyword.kwlist) | set(keyword.softkwlist) | set(dir(builtins)) | {"Small", "self"}
    tree = ast.parse(source)
    members = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    enumerated: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    members.add(part.name)
                elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    members.add(part.target.id)
                elif isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                    enumerated.add(part.targets[0].id)
    free = [name for name in hostile() if name not in set(words) - CALLED]
    random.shuffle(free)
    names: dict[str, str] = {}
    for word in sorted(dict.fromkeys(words)):
        if word in theirs and word not in ("round",):
            continue
        is_member = word in members or word in enumerated
        suited = (name for name in free if is_member or name not in CALLED | {"self"})
        if word in enumerated:
            suited = (name for name in free if name not in ("mro", "name", "value") and not name.startswith("_"))
        names[word] = next(suited)
        free.remove(names[word])
    lines = source.splitlines(keepends=True)
    for token in reversed(tokens(source)):
        if token.type == tokenize.NAME and token.string in names:
            (row, begin), (_, end) = token.start, token.end
            lines[row - 1] = lines[row - 1][:begin] + names[token.string] + lines[row - 1][end:]
    bounds = {names.get(name, name): bound for name, bound in random_spec.bounds.items()}
    return RandomSpec("".join(lines), bounds, names["Random"])


def summary(verdict: Verdict) -> object:
    """What must be the same whatever the names are.  Of several mistakes another one may be met first."""
    if verdict.outcome in (Outcome.VIOLATED, Outcome.ERROR):
        return "wrong"
    found = counts(verdict)
    return {**found, "actions": list(dict(found["actions"]).values()), "outcome": verdict.outcome}  # type: ignore[call-overload]


def test_specs_mean_the_same_under_every_name() -> None:
    @given(random_specs())
    @settings(
        max_examples=12, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    def hold(random_spec: RandomSpec) -> None:
        random = Random(len(random_spec.source))
        given = load(random_spec)
        expected = summary(check(given.model, tier="python", max_depth=4))
        for _ in range(3):
            other = load(renamed(random_spec, random))
            assert_kernels_agree(other.spec, other.instance, states_of(other.spec, other.instance, 6, 1))
            assert summary(check(other.model, tier="python", max_depth=4)) == expected
            assert summary(check(other.model, tier="native", max_depth=4)) == expected

    hold()


FREE = """
def implies(left: bool, right: bool) -> bool:
    return left and right


def sum(n: int) -> int:
    return n + 2


def require(n: int) -> bool:
    return n > 0


class map(Record):
    node: Node


"""


def test_what_a_module_defines_is_not_taken_for_a_word_of_the_language() -> None:
    source = HEADER + FREE + '''\
class Random(Spec):
    n: Small
    m: map | None

    @init
    def start(self) -> None:
        self.n = sum(0)
        self.m = None

    @action
    def go(self, k: Node) -> None:
        self.m = map(k)

    @witness
    def never(self) -> bool:
        return implies(False, False)

    @witness
    def two(self) -> bool:
        return require(self.n) and self.n == 2
'''
    verdict = check(load(RandomSpec(source, {"small": (0, 3)})).model)
    assert {entry.name: entry.outcome for entry in verdict.properties} == {
        "never": Outcome.NOT_REACHED, "two": Outcome.REACHED,
    }


def test_a_word_of_the_language_means_the_same_under_another_name() -> None:
    source = HEADER.replace("implies,", "implies as entails,") + '''\
class Random(Spec):
    n: bool

    @init
    def start(self) -> None:
        self.n = False

    @invariant
    def holds(self) -> bool:
        return entails(self.n, False)
'''
    assert check(load(RandomSpec(source, {})).model).outcome is Outcome.HOLDS


def test_names_that_are_the_same_to_python_are_the_same_here() -> None:
    """Python reads an identifier in its NFKC form."""
    source = HEADER + '''\
class Random(Spec):
    ﬁn: bool

    @init
    def start(self) -> None:
        self.fin = False

    @action
    def go(self, Ⅳ: Node) -> None:
        self.ﬁn = IV == Ⅳ

    @invariant
    def holds(self) -> bool:
        return not self.ﬁn
'''
    assert check(load(RandomSpec(source, {})).model).outcome is Outcome.VIOLATED


def test_no_record_is_called_as_a_flag_of_the_proofs_is() -> None:
    """Of two kinds of record, one called `something`: one step stores the other one."""
    source = HEADER + '''\
class something(Record):
    node: Node


class other(Record):
    node: Node


class Random(Spec):
    held: Map[Node, something | other | None]
    mode: Map[Node, Mode]
    gone: Set[Node]

    @init
    def start(self) -> None:
        self.held = Map({n: None for n in Node})
        self.mode = Map({n: Mode.IDLE for n in Node})
        self.gone = Set()

    @action
    def go(self, n: Node, k: Node) -> None:
        require(self.held[n] is None)
        self.held[n] = other(k)
        self.mode[n] = Mode.BUSY
        self.gone.add(n)

    @invariant
    def never(self) -> bool:
        return all(not (m is not None and isinstance(m, something)) for n in Node for m in (self.held[n],))

    @invariant
    def told(self) -> bool:
        return all((n in self.gone) == (self.mode[n] == Mode.BUSY) for n in Node)

    @invariant
    def wrong(self) -> bool:
        return all(self.held[n] is None or self.mode[n] == Mode.IDLE for n in Node)
'''
    spec = load(RandomSpec(source, {})).spec
    found = {entry.name: entry.outcome for entry in prove(spec).properties}
    assert found == {"never": Outcome.PROVED, "told": Outcome.PROVED, "wrong": Outcome.NOT_INDUCTIVE}
    for variable in spec.variables:
        names = [column.name for column in columns(Universe(), variable.type)]
        assert len(set(names)) == len(names)
