"""Random specs of one shape, whose guards and properties are where a proof may go wrong.

They are about what is finite in a model and has no size in a proof: orders with a first and a last element, sets and
counts over parts of them, quorums over them, sequences, and operations that have no value everywhere.  Most guards are
behind an action that sets `bad`, so a guard that a proof takes for false, and is not, proves what a search violates.
"""

from __future__ import annotations

from random import Random

HEADER = '''\
from typing import Annotated, Self

from checker import (
    Bounded, Map, Ordered, Quorum, Seq, Set, Sort, Spec, action, implies, init, invariant, lemma, require,
    step_invariant,
)

Small = Annotated[int, Bounded("small")]


class Node(Sort): ...
class Level(Ordered): ...
class Most(Quorum[Level]): ...


class Random(Spec):
    LIMIT = 1

    at: Level
    seen: Set[Level]
    log: Seq[Level]
    n: Small
    votes: Map[Node, Level]
    bad: bool

    @init
    def start(self) -> None:
        self.at = Level.first()
        self.seen = Set[Level]()
        self.log = Seq[Level]()
        self.n = 0
        self.votes = Map({s: Level.first() for s in Node})
        self.bad = False

    @invariant
    def good(self) -> bool:
        return not self.bad

'''

ACTIONS = {
    "climb": ("", ["self.at = self.at.next"]),
    "see": ("l: Level", ["self.seen.add(l)"]),
    "vote": ("s: Node", ["self.votes[s] = self.at"]),
    "push": ("l: Level", ["require(len(self.log) < 2)", "self.log.append(l)"]),
    "pop": ("", ["require(len(self.log) > 0)", "self.log = self.log[:-1]"]),
    "up": ("", ["require(self.n < 2)", "self.n += 1"]),
    "down": ("", ["require(self.n > -2)", "self.n -= 1"]),
}


def write(random: Random) -> str:
    """The source of a spec."""
    chosen = random.sample(sorted(ACTIONS), random.randint(2, 5))
    lines = [HEADER.rstrip("\n"), ""]
    for name in chosen:
        parameters, body = ACTIONS[name]
        lines += _method("action", name, parameters, "None", body)
    for name in random.choice((["fail"], ["fail", "spoil"])):
        guards = ", ".join(_Formula(random).truth(random.choice((1, 2))) for _ in range(random.choice((1, 1, 2))))
        change = "self.bad = True" if random.random() < 0.8 else f"self.seen = {_Formula(random).levels(1)}"
        lines += _method("action", name, "", "None", [f"require({guards})", change])
    kinds = ["invariant", "invariant", random.choice(("lemma", "step_invariant"))]
    for number, kind in enumerate(kinds):
        formula = _Formula(random, after=kind == "step_invariant")
        parameters = "after: Self" if kind == "step_invariant" else ""
        claim = formula.truth(random.choice((1, 2)))
        if random.random() < 0.7:  # true, and no error only where the claim is none
            claim = f"implies({claim}, {claim})"
        lines += _method(kind, f"claim{number}", parameters, "bool", [f"return {claim}"])
    return "\n".join(lines) + "\n"


def _method(kind: str, name: str, parameters: str, result: str, body: list[str]) -> list[str]:
    head = f"    def {name}(self{', ' + parameters if parameters else ''}) -> {result}:"
    return [f"    @{kind}", head, *(f"        {line}" for line in body), ""]


class _Formula:
    """Writes one formula; `bound` are the names of its quantifiers for levels."""

    def __init__(self, random: Random, *, after: bool = False) -> None:
        self.random = random
        self.states = ["self", "after"] if after else ["self"]
        self.bound: list[str] = []
        self.made = 0

    def truth(self, depth: int) -> str:
        """A formula."""
        if depth == 0:
            return self._comparison(0)
        forms = (
            self._comparison, self._comparison, self._connected, self._quantified, self._quantified, self._negated,
            self._about_sets, self._about_quorums,
        )
        return self.random.choice(forms)(depth - 1)

    def _comparison(self, depth: int) -> str:
        operator = self.random.choice(("==", "!=", "<", "<="))
        part = self.number if self.random.random() < 0.5 else self.level
        return f"{part(depth)} {operator} {part(depth)}"

    def _connected(self, depth: int) -> str:
        left, right = self.truth(depth), self.truth(depth)
        form = self.random.choice(("({} and {})", "({} or {})", "implies({}, {})"))
        return form.format(left, right)

    def _negated(self, depth: int) -> str:
        return f"not ({self.truth(depth)})"

    def _quantified(self, depth: int) -> str:
        domain = self.domain(depth)
        name = self._fresh()
        inside = self.truth(depth)
        condition = f" if {self.truth(0)}" if self.random.random() < 0.4 else ""
        self.bound.pop()
        return f"{self.random.choice(('all', 'any'))}({inside} for {name} in {domain}{condition})"

    def _about_sets(self, depth: int) -> str:
        left, right = self.levels(depth), self.levels(depth)
        form = self.random.choice(("{} <= {}", "{} == {}", "not ({} - {})", "len({} & {}) == 0", "({} | {}) == Set()"))
        return form.format(left, right)

    def _about_quorums(self, depth: int) -> str:
        name = f"q{self.made}"
        self.made += 1
        inside = self.random.choice((
            f"{self.level(depth)} in {name}", f"len({name}) {self.random.choice(('==', '<', '>'))} {self.number(0)}",
            f"any(m {self.random.choice(('<', '==', '>='))} {self.level(0)} for m in {name})",
        ))
        return f"{self.random.choice(('all', 'any'))}({inside} for {name} in Most)"

    def level(self, depth: int) -> str:
        """An element of the order."""
        state = self.random.choice(self.states)
        forms = ["Level.first()", f"{state}.at", *self.bound, *self.bound]
        if depth > 0:
            order = self.random.choice(("min", "max"))
            default = ", default=Level.first()" if self.random.random() < 0.6 else ""
            forms += [
                f"{state}.log[{self.number(0)}]", f"{self.level(0)}.next", f"max({self.domain(0)})",
                f"{order}((l for l in {self.domain(0)}{self._filter()}){default})",
                f"{state}.log[-1]", f"min({state}.votes[s] for s in Node)",
            ]
        return self.random.choice(forms)

    def number(self, depth: int) -> str:
        """An int."""
        state = self.random.choice(self.states)
        forms = ["0", "1", "2", "-1", "self.LIMIT", f"{state}.n", f"len({state}.log)", f"len({state}.seen)"]
        if depth > 0:
            left, right = self.number(0), self.number(0)
            forms += [
                f"({left} {operator} ({right}))" for operator in self.random.sample(("+", "-", "*", "//", "%"), 2)
            ]
            forms += [
                f"len({self.levels(0)})", f"sum(1 for l in {self.domain(0)}{self._filter()})",
                f"len([l for l in {self.domain(0)}{self._filter()}])", f"len({state}.log[{left} : {right}])",
                f"sum({right} for l in {self.domain(0)}{self._filter()})",
            ]
            forms += forms[8:]
        return self.random.choice(forms)

    def levels(self, depth: int) -> str:
        """A set of levels."""
        state = self.random.choice(self.states)
        forms = [
            f"{state}.seen", "Set(l for l in Level)", f"{{l for l in {self.domain(0)}{self._filter()}}}",
            f"{{l for l in Level{self._filter()}}}", f"{{{self.level(0)}}}",
        ]
        if depth > 0:
            forms += [f"({self.levels(0)} {self.random.choice(('|', '&', '-'))} {self.levels(0)})"]
        return self.random.choice(forms)

    def domain(self, depth: int) -> str:
        """What a quantifier over levels goes through."""
        state = self.random.choice(self.states)
        forms = ("Level", "Level", f"{state}.seen", f"{state}.log", f"{state}.log[{self.number(0)} :]")
        return self.random.choice(forms)

    def _filter(self) -> str:
        operator = self.random.choice(("<", "<=", "==", "!=", ">"))
        return f" if l {operator} {self.level(0)}"

    def _fresh(self) -> str:
        name = f"x{self.made}"
        self.made += 1
        self.bound.append(name)
        return name
