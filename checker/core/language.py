"""The names that a spec is written with.

A spec is never executed: the front end reads its source.  These classes exist so that a spec is ordinary Python that
an editor completes and a strict type checker accepts; their methods say what they mean in their docstrings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Generic, NoReturn, Self, TypeAlias, TypeVar, dataclass_transform, overload

from checker.core.errors import UserError

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
S = TypeVar("S")
F = TypeVar("F", bound=Callable[..., object])


def _not_executed(what: str) -> NoReturn:
    raise UserError(
        "S001",
        f"{what}: a spec is read, not executed",
        help="use `checker.check(MySpec, ...)` or a `Model`; keep computations inside the methods of a Spec",
    )


class _SortMeta(type):
    def __iter__(cls: type[T]) -> Iterator[T]:
        _not_executed(f"{cls.__name__} was iterated over")


class Sort(metaclass=_SortMeta):
    """A set of interchangeable elements, of a size that only a model fixes: `class Acceptor(Sort): ...`.

    Elements can be compared with `==` and nothing else, so every permutation of them is a symmetry.
    """


class Ordered(Sort):
    """A sort with a total order and a least element: ballots, terms."""

    def __lt__(self, other: Self) -> bool:
        _not_executed("<")

    def __le__(self, other: Self) -> bool:
        _not_executed("<=")

    def __gt__(self, other: Self) -> bool:
        _not_executed(">")

    def __ge__(self, other: Self) -> bool:
        _not_executed(">=")

    @property
    def next(self) -> Self:
        """The next element.  In a model the last one has none: a step that asks for it is cut, and counted."""
        _not_executed(".next")

    @classmethod
    def first(cls) -> Self:
        """The least element."""
        _not_executed(".first()")


class Quorum(Sort, Generic[T]):
    """A family of sets of elements of a sort: `class Majority(Quorum[Acceptor]): ...`.

    Any two sets of it share an element.  `class Phase2(Quorum[Acceptor], intersects=(Phase1,)): ...` says instead that
    each set shares an element with each set of the named families; `intersects=()` promises nothing.
    A model uses the smallest majorities unless it is given other sets.
    """

    def __init_subclass__(cls, *, intersects: tuple[type[Quorum[Any]], ...] | None = None) -> None:
        cls.__intersects__ = intersects
        super().__init_subclass__()

    __intersects__: tuple[type[Quorum[Any]], ...] | None

    def __contains__(self, item: T) -> bool:
        _not_executed("in")

    def __iter__(self) -> Iterator[T]:
        _not_executed("iteration")

    def __len__(self) -> int:
        _not_executed("len")


@dataclass_transform(frozen_default=True)
class _RecordMeta(type):
    pass


class Record(metaclass=_RecordMeta):
    """An immutable record: `class Vote(Record): ballot: Ballot; value: Value`."""


class Map(dict[K, V]):
    """A total function from a finite type: `Map({a: None for a in Acceptor})`; `self.role[s] = x` changes it at `s`."""


class Set(set[T]):
    """A finite set: `Set()`, `Set({...})`; `.add(x)`, `.discard(x)`, `|= {...}`."""

    def __or__(self, value: AbstractSet[S]) -> Set[T | S]:
        _not_executed("|")

    def __and__(self, value: AbstractSet[object]) -> Set[T]:
        _not_executed("&")

    def __sub__(self, value: AbstractSet[object]) -> Set[T]:
        _not_executed("-")


class Bag(Generic[T]):
    """A multiset: `Bag()`, `Bag([...])`; an item is in it with a number of copies."""

    def __init__(self, items: Iterable[T] = ()) -> None: ...

    def __contains__(self, item: T) -> bool:
        _not_executed("in")

    def __iter__(self) -> Iterator[T]:
        """The different items, each once."""
        _not_executed("iteration")

    def __len__(self) -> int:
        """The number of items, with all copies."""
        _not_executed("len")

    def __ior__(self, items: AbstractSet[T]) -> Self:
        """Adds a copy of each item."""
        _not_executed("|=")

    def add(self, item: T) -> None:
        """Adds a copy."""

    def remove(self, item: T) -> None:
        """Takes a copy away; that there is none is an error of the spec."""

    def discard(self, item: T) -> None:
        """Takes a copy away if there is one."""

    def count(self, item: T) -> int:
        """The number of copies."""
        _not_executed(".count()")


class Seq(Generic[T]):
    """A finite sequence: `Seq()`, `Seq([x, y])`; `s[0]`, `s[-1]`, `s[i:j]`, `s + t`, `.append(x)`."""

    def __init__(self, items: Iterable[T] = ()) -> None: ...

    def __len__(self) -> int:
        _not_executed("len")

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Seq[T]: ...
    def __getitem__(self, index: int | slice) -> T | Seq[T]:
        _not_executed("[]")

    def __add__(self, other: Seq[T]) -> Seq[T]:
        _not_executed("+")

    def __contains__(self, item: T) -> bool:
        _not_executed("in")

    def __iter__(self) -> Iterator[T]:
        _not_executed("iteration")

    def append(self, item: T) -> None:
        """Adds an item at the end."""


class Bounded:
    """Names the bounds that a model gives: `Index = Annotated[int, Bounded("index")]`, and then
    `Model(..., bounds={"index": (0, 3)})`.

    For an int they are the least and the greatest value, for a `Seq` the greatest length, for a `Bag` a `BagBound`.
    Without it the name is that of the variable, of the field (`Append.commit`) or of the parameter (`advance.n`); for
    what a `Seq` or a `Bag` holds, `log.item`.
    """

    def __init__(self, name: str) -> None:
        self.name = name


GHOST = "ghost"
Ghost = Annotated[T, GHOST]
"""A history variable: actions write it, properties read it, and nothing else does."""


class Spec:
    """A protocol: annotated state variables, and methods that are marked with the decorators below.

    A variant is a subclass that overrides an action, a helper or a constant.
    """


def init(function: F) -> F:
    """Marks the initial states: the method assigns every variable.  Parameters are choices."""
    return function


@overload
def action(function: F, /) -> F: ...
@overload
def action(*, lane: str) -> Callable[[F], F]: ...
def action(function: F | None = None, /, *, lane: str = "") -> F | Callable[[F], F]:
    """Marks an action: for some values of its parameters all `require`s hold and the variables change at once.

    `@action(lane="coordinator")` names who takes the steps, where that is none of the spec's processes; pictures draw
    them in a lane of this name.
    """
    return function if function is not None else lambda function: function


Uses: TypeAlias = Sequence[str] | Mapping[str, Sequence[str]]
"""Names of lemmas and invariants, or such names for each of some actions."""


def axiom(function: F) -> F:
    """Marks a formula over constants, quorums and variables that no action assigns: an initial state where it is false
    is none.  A proof assumes it, for every size.
    """
    return function


@overload
def invariant(function: F, /) -> F: ...
@overload
def invariant(*, uses: Uses) -> Callable[[F], F]: ...
def invariant(function: F | None = None, /, *, uses: Uses = ()) -> F | Callable[[F], F]:
    """Marks a formula that must hold in every reachable state.  `uses` is as for a lemma."""
    return function if function is not None else lambda function: function


@overload
def lemma(function: F, /) -> F: ...
@overload
def lemma(*, uses: Uses) -> Callable[[F], F]: ...
def lemma(function: F | None = None, /, *, uses: Uses = ()) -> F | Callable[[F], F]:
    """Marks an invariant that exists to make a proof go through.

    `@lemma(uses=("vote_is_remembered", "reply_is_a_vote"))` names lemmas that its proof rests on, and
    `@lemma(uses={"become_leader": ("counted_is_a_vote",)})` those for the proof that one action keeps it.
    The prover tries these alone first, which helps where it loses its way among many.
    """
    return function if function is not None else lambda function: function


@overload
def step_invariant(function: F, /) -> F: ...
@overload
def step_invariant(*, uses: Uses) -> Callable[[F], F]: ...
def step_invariant(function: F | None = None, /, *, uses: Uses = ()) -> F | Callable[[F], F]:
    """Marks a formula about a state (`self`) and its successor (a parameter `after: Self`), for every step.

    `uses` is as for a lemma.
    """
    return function if function is not None else lambda function: function


def witness(function: F) -> F:
    """Marks a formula that must hold in some reachable state; it guards against a spec that does nothing."""
    return function


def constraint(function: F) -> F:
    """Marks a formula that bounds the search: states where it fails are neither counted nor expanded."""
    return function


def require(*conditions: bool) -> None:
    """The action is enabled only where all the conditions hold."""


def implies(left: bool, right: bool) -> bool:
    """`right` holds, or `left` does not."""
    _not_executed("implies")
