"""Names for what a spec declares: those that generated code, Python and libraries use, which no spec may run into."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Collection, Iterable
from random import Random
from types import BuiltinFunctionType
from unicodedata import normalize

def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


USED = frozenset(words("""
    self after Annotated Bounded Self Enum auto Bag Map Model BagBound Ordered Quorum Record Seq Set Sort Spec action
    constraint implies init invariant require step_invariant witness bool int tuple isinstance len sum min max all any
    range
"""))
"""What the text of a spec itself uses: it cannot mean anything else there."""

ATTRIBUTES = frozenset(words("len sum min max all any range isinstance implies require after"))
"""What it uses as functions alone, so that a variable or a method may be called so."""

ORDINARY = words("a b k n p q x alpha beta queue term leader count_of state_of")
OURS = words("""
    s after_ add add_ found cuts pending mask state start start_ step step_ step_violated violated inside reached
    initial     successors end_0 end_1 Outside SpecError
    TABLE TABLE_2 table decode decode_ encode code index item item_2 key key_2
    parts subject subject_2 x_2 n_2 mask_ cut error function value values entry block then otherwise
""")
PYTHONS = words("""
    match case type match_ case_ type_ self_ this cls object print id hash list dict str property classmethod next iter
    sorted zip map filter abs pow vars dir input open exec eval compile repr set frozenset super name value names items
    keys
    get pop copy count remove discard update append first elements __len__ __x__ _x_ _ __ _private nan inf sys os re
    json
""")
LIBRARIES = words("""
    ir llvm llvmlite binding builder module define declare i1 i64 ptr malloc memcpy memset printf main entry br ret phi
    And Or Not Implies ForAll Exists Int Bool Array Function Solver sat unsat If Const z3
    node edge graph digraph subgraph strict label shape color cluster cluster_0 svg html body script title desc
""")
UNUSUAL = words("é ñ ﬁ ª x̂ x̌ ẍ π Δ 变量 имя x_ X _x x1 x_1 l O I ǅ ſ")
FORBIDDEN = frozenset(word for word in dir(builtins) if word.startswith("_"))
"""What Python itself keeps."""


def of_python() -> list[str]:
    """The names that Python itself brings along; others (IPython, say) add some while they are loaded."""
    return [word for word, value in vars(builtins).items() if isinstance(value, type | BuiltinFunctionType)]


def pool(generated: Iterable[str] = ()) -> list[str]:
    """All of them, with those of generated code."""
    found = dict.fromkeys((*ORDINARY, *OURS, *PYTHONS, *LIBRARIES, *UNUSUAL, *of_python(), *generated))
    return [word for word in found if word.isidentifier() and not keyword.iskeyword(word) and word not in FORBIDDEN]


class Names:
    """Gives names out, no two of them the same where Python would mix them up."""

    def __init__(self, random: Random, words: Collection[str]) -> None:
        self.random = random
        self.words = list(words)
        self.module: set[str] = {*USED, "_"}  # a pattern takes `_.x` for no name
        self.attributes: set[str] = set(USED - ATTRIBUTES)

    def top(self) -> str:
        """A name for a class, a function or a type of the module."""
        word = self._one_not_in(self.module)
        self.module.add(same_to_python(word))
        self.attributes.add(same_to_python(word))
        return word

    def attribute(self) -> str:
        """A name for a variable, a constant or a method of the spec."""
        word = self._one_not_in(self.attributes)
        self.attributes.add(same_to_python(word))
        return word

    def inside(self, count: int) -> list[str]:
        """Names for the fields of a record, or for the members of an enumeration."""
        taken = {word for word in self.words if word.startswith("_")} | {"mro", "name", "value", "auto"}
        found: list[str] = []
        for _ in range(count):
            found.append(self._one_not_in(taken))
            taken.add(same_to_python(found[-1]))
        return found

    def local(self, taken: Collection[str] = ()) -> str:
        """A name for a parameter or a local name."""
        return self._one_not_in({*self.module, *map(same_to_python, taken), "_"})

    def _one_not_in(self, taken: Collection[str]) -> str:
        word = self.random.choice(self.words)
        while same_to_python(word) in taken:
            word = self.random.choice(self.words)
        return word


def same_to_python(word: str) -> str:
    """What Python makes of a name: `ﬁ` is `fi`."""
    return normalize("NFKC", word)
