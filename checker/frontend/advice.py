"""What a spec says in place of words of Python that it does not have."""

from __future__ import annotations

from collections.abc import Mapping

from checker.core.types import BagType, MapType, RecordType, SeqType, SetType, Type

_NO_TEXT = "specs have no strings: use an Enum"
_NO_ORDER = "a set has no order: `min`, `max` or a quantifier says what is needed of it"
_COMPREHENSION = "write a comprehension: `{f(x) for x in xs if p}`"
_POSITIONS = "quantify over positions: `all(s[i] == t[i] for i in range(len(s)))`"
_CHOICE = "what is chosen is a parameter of the action"

FUNCTIONS: Mapping[str, str] = {
    "abs": "`x if x >= 0 else -x`",
    "round": "numbers are ints: `//` rounds down",
    "int": "numbers are ints already; `1 if p else 0` counts a condition",
    "pow": "multiply: `x * x`",
    "divmod": "`x // y` and `x % y`",
    "sorted": _NO_ORDER,
    "reversed": "read a sequence by its positions: `s[len(s) - 1 - i]`",
    "map": _COMPREHENSION,
    "filter": _COMPREHENSION,
    "enumerate": _POSITIONS,
    "zip": _POSITIONS,
    "str": _NO_TEXT,
    "repr": _NO_TEXT,
    "list": "`Seq([x, y])` is a sequence, `{x, y}` a set",
    "tuple": "a tuple is written out: `(x, y)`; `Seq([x, y])` is a sequence",
    "dict": "`Map({key: value for key in Sort})`",
    "range": "`range(n)` stands behind `for` or `in`, or inside of `len(...)`",
    "iter": _CHOICE,
    "next": _CHOICE,
    "type": "`isinstance(m, Vote)` tells records apart",
    "print": "leave it out: traces and pictures show every value",
}
"""What to write in place of a function of Python."""


_MODULES: Mapping[str, str] = {
    "random": _CHOICE,
    "secrets": _CHOICE,
    "time": "there is no time: an int counts, and an `Ordered` sort has a next element",
    "datetime": "there is no time: an int counts, and an `Ordered` sort has a next element",
    "itertools": "a quantifier runs over several: `all(p for x in xs for y in xs if x != y)`",
    "functools": "`sum`, `min`, `max`, `all` and `any` go over a collection",
    "math": "numbers are ints, with `+ - * // %`",
    "logging": "leave it out: traces and pictures show every value",
    "copy": "leave it out: values do not change, only variables do",
    "dataclasses": "write the new record out: `Vote(m.ballot, v)`",
}


def instead_of_module(name: str) -> str | None:
    """What to write in place of what a module of Python's library gives; `name` is that of the module, or in it."""
    return _MODULES.get(name.partition(".")[0])


def instead_of_method(type: Type, name: str) -> str | None:
    """What to write in place of a method that Python's collections have and ours have not."""
    match type, name:
        case MapType(), "get":
            return "a Map has a value for every key: `m[k]`"
        case MapType(), "update" | "setdefault" | "pop" | "clear" | "popitem":
            return "a Map keeps its keys: `self.m[k] = v`, or for all of them `self.m = Map({k: ... for k in Sort})`"
        case SetType() | BagType(), "pop":
            return "which one is a parameter of the action: `require(x in self.s)`, then `self.s.discard(x)`"
        case SetType(), "append":
            return "a Set has `.add`, and no order"
        case SetType() | BagType(), "clear":
            return "assign an empty one: `self.s = Set()`, `self.b = Bag()`"
        case SeqType(), "pop":
            return "the first item is `s[0]`, the rest `s[1:]`; the last one `s[-1]`, the rest `s[:-1]`"
        case SeqType(), "insert":
            return "build a new one: `self.s = s[:i] + Seq([x]) + s[i:]`"
        case SeqType(), "extend":
            return "`self.s += t`"
        case SeqType(), "add":
            return "a Seq has `.append`"
        case SeqType(), "remove" | "clear":
            return "assign what is to remain: `self.s = self.s[1:]`, `self.s = Seq()`"
        case SeqType(), "index":
            return _POSITIONS
        case RecordType(), _:
            return "a record has fields alone; write a new one out: `Vote(m.ballot, v)`"
        case MapType(), "keys" | "values" | "items":
            return f"`.{name}()` stands behind `for` or `in`, or inside of `len(...)`"
        case _, "copy":
            return "leave it out: values do not change, only variables do"
        case _:
            return None
