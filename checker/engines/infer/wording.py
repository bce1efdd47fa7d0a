"""Candidates as methods that can be pasted: named, documented, with helpers for what may be missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeAlias

from checker.core.language import Spec
from checker.core.structs import struct
from checker.engines.infer.atoms import Atom
from checker.engines.infer.clauses import Clause
from checker.engines.infer.template import Bound
from checker.frontend.written import names_seen

WIDTH = 116
LONGEST_NAME = 56

Said: TypeAlias = Callable[[Atom], str]
"""The text of an atom."""
_BETWEEN: dict[type[ast.cmpop], str] = {ast.Eq: "is", ast.NotEq: "is_not", ast.Lt: "below", ast.LtE: "at_most"}


@struct
class Method:
    """A method of a class, indented as it is pasted."""

    name: str
    text: str


@struct
class Written:
    """A candidate as a lemma; `helpers` are methods that it calls."""

    clause: Clause
    lemma: Method
    helpers: tuple[Method, ...]

    @property
    def text(self) -> str:
        """The lemma by itself."""
        return self.lemma.text


@struct
class _Sentence:
    """If all `conditions` hold, some `conclusion` does; without any, not all conditions hold."""

    conditions: list[Atom]
    conclusions: list[Atom]


def formula_text(clause: Clause) -> str:
    """The candidate as one expression, in which nothing is called."""
    return _formula(clause, _sentence(clause), lambda atom: atom.text)


def written(clauses: Sequence[Clause], taken: Iterable[str]) -> list[Written]:
    """The candidates as lemmas, whose names and whose helpers' names are none of those `taken`."""
    names = set(taken)
    helpers: dict[str, Method] = {}
    found: list[Written] = []
    for clause in clauses:
        sentence = _sentence(clause)
        own: dict[str, Method] = {}
        def said(atom: Atom, clause: Clause = clause, own: dict[str, Method] = own) -> str:
            if not any("[" in guard for guard in atom.guards):
                return atom.guarded
            bound = [entry for entry in clause.words.template.bound if entry.name in atom.reads]
            general, call = _general(atom, bound)
            if general not in helpers:
                helpers[general] = _helper(atom, bound, _new(_words(atom), names))
            own[general] = helpers[general]
            return f"self.{helpers[general].name}({call})"
        body = _formula(clause, sentence, said)
        lemma = _lemma(_new(_name(clause, sentence), names), _documentation(clause, sentence, said), body)
        found.append(Written(clause, lemma, tuple(own.values())))
    return found


def methods_text(lemmas: Sequence[Written]) -> str:
    """All of them in the body of a class, each helper once and behind the lemmas."""
    helpers = {helper.name: helper for entry in lemmas for helper in entry.helpers}
    return "\n".join([*(entry.lemma.text for entry in lemmas), *(helper.text for helper in helpers.values())])


def module_text(spec: type[Spec], lemmas: Sequence[Written]) -> str:
    """A module with a class that derives from the spec and has the lemmas."""
    methods = methods_text(lemmas)
    used = set(re.findall(r"\b[A-Z]\w*", methods)) | {spec.__name__}
    modules: dict[str, list[str]] = {}
    for name, value in sorted({**names_seen(spec), spec.__name__: spec}.items()):
        if name in used and isinstance(value, type):
            modules.setdefault(value.__module__, []).append(name)
    imports = "".join(f"from {module} import {', '.join(names)}\n" for module, names in sorted(modules.items()))
    name = spec.__name__
    head = f'class {name}Proof({name}):\n    """`{name}` with lemmas that were inferred."""\n'
    return f"from checker import lemma\n{imports}\n\n{head}\n{methods}"


# --- formulas -----------------------------------------------------------------------------------------------------


def _sentence(clause: Clause) -> _Sentence:
    """Which atoms are conditions: those that are excluded, and of several that are wanted all but the plainest, as far
    as their opposites have a word."""
    atoms = clause.words.atoms
    conditions = [atom for number, atom in enumerate(atoms) if clause.excluded >> number & 1]
    wanted = [atom for number, atom in enumerate(atoms) if clause.wanted >> number & 1]
    wanted.sort(key=lambda atom: (atom.core.endswith("is None"), bool(atom.opposite and not atom.guards)))
    conclusions = wanted[:1]
    for atom in wanted[1:]:
        if atom.opposite and not atom.guards:
            conditions.append(_opposite(atom))
        else:
            conclusions.append(atom)
    if not conclusions and len(conditions) == 1 and conditions[0].opposite and not conditions[0].guards:
        conditions, conclusions = [], [_opposite(conditions[0])]
    return _Sentence(conditions, conclusions)


def _opposite(atom: Atom) -> Atom:
    return Atom(atom.opposite, (), atom.reads, atom.weight, atom.core)


def _formula(clause: Clause, sentence: _Sentence, said: Said) -> str:
    bound = clause.words.template.bound
    conditions = " and ".join(_and_part(said(atom)) for atom in sentence.conditions)
    several = len(sentence.conclusions) > 1
    conclusion = " or ".join(_or_part(said(atom)) if several else said(atom) for atom in sentence.conclusions)
    if not bound:
        if not conditions:
            return conclusion
        return f"not ({conditions})" + (f" or {_or_part(conclusion)}" if conclusion else "")
    domains = " ".join(entry.text for entry in bound)
    if not conclusion:
        return f"not any({conditions} {domains})"
    if not conditions:
        return f"all({conclusion} {domains})"
    joint = " and " if domains.endswith(")") and bound[-1].text.count(" if ") else " if "
    if " or " in conditions and joint == " and ":
        conditions = conditions if len(sentence.conditions) > 1 else f"({conditions})"
    return f"all({conclusion} {domains}{joint}{conditions})"


def _and_part(text: str) -> str:
    return f"({text})" if isinstance(_parsed(text), ast.BoolOp) and " or " in text else text


def _or_part(text: str) -> str:
    return f"({text})" if isinstance(_parsed(text), ast.BoolOp) else text


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _lemma(name: str, documentation: str, formula: str) -> Method:
    line = f"        return {formula}"
    if len(line) > WIDTH:
        line = _broken(formula)
    return Method(name, f'    @lemma\n    def {name}(self) -> bool:\n        """{documentation}"""\n{line}\n')


def _broken(formula: str) -> str:
    """The formula over several lines."""
    match = re.match(r"(all|any|not any)\((.*)\)$", formula)
    if match is None:
        return f"        return (\n            {formula}\n        )"
    word, inside = match.groups()
    depth, parts, start = 0, list[str](), 0
    for place, letter in enumerate(inside):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and re.match(r" (for|if|and) ", inside[place:]):
            parts.append(inside[start:place])
            start = place + 1
    parts.append(inside[start:])
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) < WIDTH - 14:
            lines[-1] += " " + part
        else:
            lines.append(part)
    return f"        return {word}(\n            " + "\n            ".join(lines) + ")"


# --- helpers ------------------------------------------------------------------------------------------------------


def _general(atom: Atom, bound: Sequence[Bound]) -> tuple[str, str]:
    """The atom whatever its variables are called, and these as arguments."""
    text = atom.guarded
    for number, entry in enumerate(bound):
        text = re.sub(rf"(?<![\w.]){entry.name}\b", f"<{number} {entry.kind.known}>", text)
    return text, ", ".join(entry.name for entry in bound)


def _helper(atom: Atom, bound: Sequence[Bound], name: str) -> Method:
    """A method that gives what may be missing a name, so that it is looked up once."""
    parameters = "".join(f", {entry.name}: {entry.kind.known}" for entry in bound)
    used = {entry.name for entry in bound}
    put: dict[str, str] = {}
    lines: list[str] = []
    for guard in atom.guards:
        if "[" in guard:
            local = _new(re.findall(r"\.([A-Za-z_]\w*)", guard)[-1], used)
            lines.append(f"        {local} = {_replaced(guard, put)}")
            put[guard] = local
    guards = " and ".join(f"{_replaced(guard, put)} is not None" for guard in atom.guards)
    core = _replaced(atom.core, put)
    documentation = f"`{atom.core}`, where there is such a thing."
    head = f'    def {name}(self{parameters}) -> bool:\n        """{documentation}"""\n'
    return Method(name, head + "\n".join(lines) + f"\n        return {guards} and {core}\n")


def _replaced(text: str, put: dict[str, str]) -> str:
    for guard in sorted(put, key=len, reverse=True):
        text = text.replace(guard, put[guard])
    return text


# --- names and documentation --------------------------------------------------------------------------------------


def _new(name: str, taken: set[str]) -> str:
    found = name if name not in taken else next(
        each for number in range(2, len(taken) + 3) if (each := f"{name}_{number}") not in taken
    )
    taken.add(found)
    return found


def _name(clause: Clause, sentence: _Sentence) -> str:
    conditions = list(dict.fromkeys(_words(atom) for atom in sentence.conditions))
    conclusions = [_words(atom) for atom in sentence.conclusions]
    bound = clause.words.template.names
    said = sentence.conclusions[0].core if len(sentence.conclusions) == 1 else ""
    if not conclusions:
        name = f"never_{'_and_'.join(conditions)}"
    elif said in {f"{one} == {other}" for one in bound for other in bound} and conditions:
        name = f"one_{'_and_'.join(conditions)}"
    elif conditions:
        name = f"{'_and_'.join(conditions)}_means_{'_or_'.join(conclusions)}"
    else:
        name = "_or_".join(conclusions)
    return name[:LONGEST_NAME].rstrip("_")


def _words(atom: Atom) -> str:
    """What an atom is called in a name."""
    found = _named(_parsed(atom.core))
    found = re.sub(r"\W+", "_", found).strip("_").lower()
    found = re.sub(r"_+", "_", found)
    return found if found and not found[0].isdigit() else f"fact_{found}"


def _named(node: ast.expr) -> str:
    match node:
        case ast.Compare(left=left, ops=[ast.In()], comparators=[right]):
            return _named(left) if isinstance(left, ast.Call) else f"in_{_named(right)}"
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[right]):
            return f"no_{_named(left) if isinstance(left, ast.Call) else _named(right)}"
        case ast.Compare(left=left, ops=[ast.Is()]):
            return f"no_{_named(left)}"
        case ast.Compare(left=left, ops=[ast.IsNot()]):
            return f"some_{_named(left)}"
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Attribute(value=ast.Name(), attr=attr)]) if (
            attr.isupper()
        ):
            return attr
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[ast.Attribute(value=ast.Name(), attr=attr)]) if (
            attr.isupper()
        ):
            return f"not_{attr}"
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            one, other = _named(left), _named(right)
            word = _BETWEEN.get(type(operator), "and")
            if one == other and isinstance(operator, ast.Eq | ast.NotEq):
                return f"same_{one}" if isinstance(operator, ast.Eq) else f"other_{one}"
            return f"{one}_{word}_{other}"
        case ast.Call(func=ast.Name(id=("any" | "all"))):
            names = [part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)]
            names += [
                _snake(part.id) for part in ast.walk(node) if isinstance(part, ast.Name) and part.id[:1].isupper()
            ]
            return "_".join(dict.fromkeys(reversed(names)))
        case ast.Call(func=func, keywords=keywords):
            constants = [
                ("" if word.value.value else "not_") + str(word.arg)
                for word in keywords if isinstance(word.value, ast.Constant)
            ]
            return "_".join([_named(func), *constants])
        case ast.Attribute(attr=attr):
            return _snake(attr)
        case ast.Subscript(value=value):
            return _named(value)
        case ast.Name(id=id):
            return _snake(id)
        case ast.BoolOp(values=values):
            return "_or_".join(_named(value) for value in values)
        case _:
            return "fact"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _documentation(clause: Clause, sentence: _Sentence, said: Said) -> str:
    """One line."""
    conditions = _listed([f"`{said(atom)}`" for atom in sentence.conditions], "and")
    conclusions = _listed([f"`{said(atom)}`" for atom in sentence.conclusions], "or")
    if not conclusions:
        text = f"Never {'both ' if len(sentence.conditions) == 2 else ''}{conditions}."
    elif conditions:
        text = f"Where {conditions}, also {conclusions}."
    else:
        text = f"Always {conclusions}."
    return text if len(text) <= WIDTH - 14 else f"{_name(clause, sentence).replace('_', ' ').capitalize()}."


def _listed(parts: Collection[str], word: str) -> str:
    *first, last = [*parts] or [""]
    return f"{', '.join(first)} {word} {last}" if first else last
