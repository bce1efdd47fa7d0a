"""What the front end knows at a point of a method: names, what tests have shown, and where it is."""

from __future__ import annotations

import ast
import builtins
import linecache
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, Final

from checker.core import ir, language
from checker.core.errors import Call, Span
from checker.core.structs import struct
from checker.core.types import RecordType, UnionType
from checker.frontend.annotations import Declarations
from checker.frontend.facts import Fact, facts_of
from checker.frontend.source import ClassSource

MISSING: Final = object()
"""Stands for no Python object, since None is one."""

_WORDS: Final = {id(value): name for module in (builtins, language) for name, value in vars(module).items()}
"""What Python and the language call by a name of their own."""


@struct
class Method:
    """A method as written, and the class that it was written in."""

    owner: type
    source: ClassSource
    node: ast.FunctionDef

    @property
    def decorators(self) -> tuple[str, ...]:
        """The last word of each decorator."""
        found: list[str] = []
        for decorator in self.node.decorator_list:
            match decorator:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Call(func=ast.Name(id=name)):
                    found.append(name)
                case _:
                    found.append(ast.unparse(decorator))
        return tuple(found)

    @property
    def doc(self) -> str:
        """The docstring, or nothing."""
        return ast.get_docstring(self.node) or ""

    @property
    def header(self) -> Span:
        """The place of `def name`."""
        span = self.source.span(self.node)
        return replace(span, end_line=span.line, end_column=span.column + len(f"def {self.node.name}"))


@dataclass(slots=True)
class Context:
    """What is the same everywhere in one spec.

    `inlined` holds the names of the methods that were called so far.  Of the declaration at hand: `names` are those
    given out, with the last number of each in `numbers`; `calls` says what each call gives, and `given` holds the same
    by identity.
    """

    cls: type
    declarations: Declarations
    variables: Mapping[str, ir.StateVariable]
    constants: Mapping[str, bool | int]
    methods: Mapping[str, tuple[Method, ...]]
    names: set[str] = field(default_factory=set[str])
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    inlined: set[str] = field(default_factory=set[str])
    calls: dict[Hashable, tuple[ir.Expr, Call]] = field(default_factory=dict[Hashable, tuple[ir.Expr, Call]])
    given: dict[int, ir.Expr] = field(default_factory=dict[int, ir.Expr])

    def start(self) -> None:
        """Before a declaration: no name is given out, and nothing has been called."""
        self.names, self.numbers, self.calls, self.given = set(), {}, {}, {}

    def fresh(self, name: str) -> str:
        """`name`, or `name_2`, `name_3` ... if it is taken in this declaration."""
        candidate, number = name, self.numbers.get(name, 1)
        while candidate in self.names:
            number += 1
            candidate = f"{name}_{number}"
        self.names.add(candidate)
        self.numbers[name] = number
        return candidate


@struct
class Scope:
    """What a name means here.

    `names`: local names; `states`: names that stand for a state (`self`, and the successor in a step invariant, which
    is True); `facts`: what enclosing tests have shown; `outer`: names that were bound before the innermost branch of
    an action began; `stack`: the methods being inlined, outermost first; `call`: what the innermost one is inlined for.
    """

    context: Context
    source: ClassSource
    owner: type
    names: Mapping[str, ir.Expr] = field(default_factory=dict[str, ir.Expr])
    states: Mapping[str, bool] = field(default_factory=dict[str, bool])
    facts: Mapping[ir.Expr, Fact] = field(default_factory=dict[ir.Expr, Fact])
    outer: frozenset[str] = frozenset()
    stack: tuple[str, ...] = ()
    call: Call | None = None

    def span(self, node: ast.AST) -> Span:
        """The place of a syntax node."""
        span = self.source.span(node)
        return span if self.call is None else replace(span, within=self.call)

    def text(self, node: ast.AST) -> str:
        """The words of a syntax node, as far as its first line goes."""
        span = self.span(node)
        line = linecache.getline(span.file, span.line)
        return line[span.column : span.end_column if span.end_line == span.line else None].strip()

    def last_word(self, node: ast.Attribute) -> Span:
        """The place of the attribute's name alone."""
        span = self.span(node)
        return Span(span.file, span.end_line, span.end_column - len(node.attr), span.end_line, span.end_column)

    def bind(self, name: str, value: ir.Expr) -> Scope:
        """The scope in which `name` stands for `value`."""
        states = {state: primed for state, primed in self.states.items() if state != name}
        return replace(self, names={**self.names, name: value}, states=states)

    def knowing(self, condition: ir.Expr, truth: bool = True) -> Scope:
        """The scope in which `condition` has turned out to be `truth`."""
        return replace(self, facts={**self.facts, **facts_of(condition, truth)})

    def forgetting(self, variable: str) -> Scope:
        """The scope after an assignment to a state variable: what was shown of it need not hold any more."""
        kept = {
            subject: fact
            for subject, fact in self.facts.items()
            if not any(isinstance(part, ir.Variable) and part.name == variable for part in ir.walk(subject))
        }
        return replace(self, facts=kept)

    def python_object(self, node: ast.expr) -> Any:
        """The Python object that a global name stands for, or a name in a module or a class; else `MISSING`."""
        match node:
            case ast.Name(id=name) if name not in self.names and name not in self.states:
                return self.source.namespace.get(name, MISSING)
            case ast.Attribute(value=inner, attr=name):
                owner = self.python_object(inner)
                return getattr(owner, name, MISSING) if isinstance(owner, (ModuleType, type)) else MISSING
            case _:
                return MISSING

    def word(self, name: str) -> str | None:
        """The word of Python or of the language that a name stands for here; None where the spec itself defines it."""
        if name in self.names or name in self.states:
            return None
        found = self.source.namespace.get(name, MISSING)
        return name if found is MISSING else _WORDS.get(id(found))

    def calls(self, node: ast.AST, *words: str) -> bool:
        """Is it a call of one of these words of Python or of the language?"""
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and self.word(node.func.id) in words

    def narrowed(self, expression: ir.Expr) -> ir.Expr:
        """`expression`, narrowed by what is known of it."""
        fact = self.facts.get(expression)
        if fact is None:
            return expression
        if isinstance(fact, (RecordType, UnionType)) and isinstance(expression.type, UnionType):
            return self.narrowed(ir.Narrow(operand=expression, type=fact, span=expression.span))
        return self.narrowed(ir.Unwrap(operand=expression, type=fact, span=expression.span))
