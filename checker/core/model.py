"""A model: a spec with finite sizes, what to check, and what to expect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, InitVar, dataclass, field, replace
from enum import Enum
from types import FunctionType
from typing import Any, NoReturn, TypeAlias, cast

from checker.core.errors import Span, UserError
from checker.core.given import items_of, place_of_caller, shown, whole_number
from checker.core.instance import BagBound
from checker.core.language import Quorum, Sort, Spec
from checker.core.names import as_name

Size: TypeAlias = int | Collection[str]
"""How many elements, or their labels in order."""

Bound: TypeAlias = int | tuple[int, int] | BagBound
"""For a `Seq` its greatest length, for an int its least and greatest value, for a `Bag` a `BagBound`."""

QuorumSets: TypeAlias = int | Collection[Collection[str]]
"""All sets with that many members, or the sets themselves, by the labels of their members."""


Property: TypeAlias = str | Callable[..., object]
"""A property of a spec: its name, or the method, as in `Paxos.agreement`."""


@dataclass(frozen=True, slots=True)
class Holds:
    """Expected: everything holds, with this many distinct `states` (under symmetry, `orbits`) and this `depth`."""

    states: int | None = None
    depth: int | None = None
    orbits: int | None = None


@dataclass(frozen=True, slots=True)
class Violated:
    """Expected: `property` is violated, and the shortest trace has `length` states."""

    property: Property
    length: int | None = None


@dataclass(frozen=True, slots=True)
class NotReached:
    """Expected: everything holds, but `witness` is true in no state."""

    witness: Property


@dataclass(frozen=True, slots=True)
class Proved:
    """Expected of a proof: everything is proved for every size."""


@dataclass(frozen=True, slots=True)
class NotProved:
    """Expected of a proof: `property`, a lemma or an invariant, is not inductive, or even false."""

    property: str


Expectation: TypeAlias = Holds | Violated | NotReached
"""What a model is expected to show."""


@dataclass(frozen=True)
class Model:
    """A finite instance of `spec`.

    sizes       for every sort the spec uses, a number of elements or their labels: `{Acceptor: 3, Value: ("x", "y")}`
    bounds      for every int, `Seq` and `Bag` of the state, by name (see `Bounded`)
    quorums     the sets of a family of quorums, where they are not to be the smallest majorities
    constants   new values for the spec's class constants (bool, int)
    fixed       values of variables that no action assigns and an `@init` is given, by the labels of elements:
                `{"right": {"n1": "n2", "n2": "n1"}}`
    check       the properties to check, by name or as methods of the spec; all of them where None
    skip        the properties to leave out, where `check` does not name those to check
    symmetry    None: use every symmetry that is sound; False: use none
    deadlock    is a state without a successor a violation?
    expect      what the whole run is expected to show: anything else ends with exit status 4
    like        another model: sizes, bounds, quorums, constants, fixed, symmetry and deadlock are as there, but for
                what is given here, entry by entry; what it does not check is not checked here either, unless `check`
                names it
    left_out    the names of what is not checked since `like` does not check it
    """

    spec: type[Spec]
    _: KW_ONLY
    sizes: Mapping[type[Sort], Size] = field(default_factory=dict[type[Sort], Size])
    bounds: Mapping[str, Bound] = field(default_factory=dict[str, Bound])
    quorums: Mapping[type[Quorum[Any]], QuorumSets] = field(default_factory=dict[type[Quorum[Any]], QuorumSets])
    constants: Mapping[str, bool | int] = field(default_factory=dict[str, bool | int])
    fixed: Mapping[str, object] = field(default_factory=dict[str, object])
    check: Collection[Property] | None = None
    skip: Collection[Property] = ()
    symmetry: bool | None = None
    deadlock: bool | None = None
    expect: Expectation | None = None
    like: InitVar[Model | None] = None
    left_out: frozenset[str] = field(default=frozenset(), repr=False)
    place: Span = field(default_factory=place_of_caller, compare=False, repr=False)

    def __post_init__(self, like: Model | None) -> None:
        """Raises `UserError` M006 where an argument is of a wrong shape; what is inside is checked against the spec."""
        spec, check = cast("Any", self.spec), cast("Any", self.check)
        if not is_spec(spec):
            self._misshapen(*_no_spec(spec))
        for name, kind, example in (
            ("sizes", Sort, "{Acceptor: 3}"),
            ("quorums", Quorum, "{Majority: 2}"),
            ("bounds", None, '{"index": (0, 3)}'),
            ("constants", None, '{"restarts": True}'),
            ("fixed", None, '{"right": {"n1": "n2", "n2": "n1"}}'),
        ):
            given: Any = getattr(self, name)
            if not _has_keys(given, kind):
                keys = "names" if kind is None else f"classes of {kind.__name__}"
                message = f"`{name}` is a dict by {keys}, not {shown(given)}"
                if kind is not None and (meant := _of_wrong_key(given)) is not None:
                    raise UserError("M006", message, place_of_caller(), help=meant)
                self._misshapen(message, f"`{name}={example}`")
            # numbers of numpy and the like are as good as Python's own
            plain = {as_name(key) if isinstance(key, str) else key: _plain(value) for key, value in given.items()}
            object.__setattr__(self, name, plain)
        if like is not None:
            self._take_from(like)
        if check is not None and self.skip:
            self._misshapen("`check` says what is checked, and `skip` what is not", "`check` alone")
        if check is not None:
            object.__setattr__(self, "left_out", frozenset())
        skipped = items_of(self.skip)
        if skipped is None or any(property_name(entry, spec) is None for entry in skipped):
            self._misshapen(f"`skip` holds names of properties, and is {shown(self.skip)}", '`skip=["commits"]`')
        names = None if check is None else items_of(check)
        if check is not None and (names is None or any(property_name(entry, spec) is None for entry in names)):
            self._misshapen(f"`check` holds names of properties, and is {shown(check)}", '`check=["agreement"]`')
        if not isinstance(cast("Any", self.symmetry), bool | None):
            self._misshapen(f"`symmetry` is {shown(self.symmetry)}", "`symmetry=False`, to explore every state")
        if not isinstance(cast("Any", self.deadlock), bool | None):
            self._misshapen(f"`deadlock` is {shown(self.deadlock)}", "`deadlock=True`")
        object.__setattr__(self, "expect", _by_name(self.expect, spec))
        if (wrong := _wrong_expectation(self.expect)) is not None:
            self._misshapen(wrong, '`expect=Holds(states=99)`, `expect=Violated("agreement", length=13)`')

    def _take_from(self, like: Model) -> None:
        """Takes what is not given here from another model.  Raises `UserError` M006 where it is none."""
        if not isinstance(cast("Any", like), Model):
            self._misshapen(f"`like` is {shown(like)}, and no model", "`like=small`")
        for name in ("sizes", "quorums", "bounds", "constants", "fixed"):
            own: dict[Any, Any] = getattr(self, name)
            given = {_key_name(key) for key in own}
            taken = {key: value for key, value in getattr(like, name).items() if _key_name(key) not in given}
            object.__setattr__(self, name, {**taken, **own})
        for name in ("symmetry", "deadlock"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, getattr(like, name))
        unchecked = frozenset[str]() if like.check is None else frozenset(dir(like.spec)) - {*(like.to_check or ())}
        object.__setattr__(self, "left_out", self.left_out | like.left_out | unchecked | {*like.to_skip})

    @property
    def to_skip(self) -> tuple[str, ...]:
        """The names of the properties that `skip` leaves out."""
        return tuple(name for entry in self.skip if (name := property_name(entry, self.spec)) is not None)

    @property
    def to_check(self) -> tuple[str, ...] | None:
        """The names of the properties to check; None for all of them."""
        if self.check is None:
            return None
        return tuple(name for entry in self.check if (name := property_name(entry, self.spec)) is not None)

    def _misshapen(self, message: str, help: str) -> NoReturn:
        raise UserError("M006", message, place_of_caller(), help=f"for example {help}")


def is_spec(value: object) -> bool:
    """Is this a class that derives from `Spec`?"""
    return isinstance(value, type) and issubclass(value, Spec) and value is not Spec


def property_name(given: object, spec: type[Spec]) -> str | None:
    """The name that is meant by a name or by a method of the spec, `Paxos.agreement`; None where it is neither."""
    if isinstance(given, str):
        return as_name(given)
    found = (name for base in spec.__mro__ for name, value in vars(base).items() if value is given and callable(value))
    return next(found, None)


def _no_spec(given: object) -> tuple[str, str]:
    """What is wrong with what a person gave as a spec, and an example of what would not be."""
    if is_spec(type(given)):
        name = type(given).__name__
        return f"a Model is one of a Spec class, and `{name}()` is an object", f"`Model({name})`, without brackets"
    if not isinstance(given, type):
        return f"a Model is one of a Spec, and {shown(given)} is none", "`Model(Paxos, sizes={Acceptor: 3, ...})`"
    example = "`Model(Paxos, sizes={Acceptor: 3, ...})`" if given is Spec else f"`class {given.__name__}(Spec): ...`"
    return f"a Model is one of a Spec, and `{given.__name__}` is none", example


def _by_name(expect: Expectation | None, spec: type[Spec]) -> Expectation | None:
    """The expectation with the name of a property in the place of a method of the spec."""
    match expect:
        case Violated(property=given):
            name = property_name(given, spec)
            return expect if name is None else replace(expect, property=name)
        case NotReached(witness=given):
            name = property_name(given, spec)
            return expect if name is None else replace(expect, witness=name)
        case _:
            return expect


def _key_name(key: str | type) -> str:
    """A sort of a variant with the name of another one stands in its place."""
    return key if isinstance(key, str) else key.__name__


def _plain(value: object) -> object:
    """The same value with plain ints, where it is a number or a pair of them."""
    number = whole_number(value)
    if number is not None:
        return number
    ends = [whole_number(end) for end in items_of(value) or ()]
    return tuple(ends) if len(ends) == 2 and None not in ends else value


def _wrong_expectation(expect: object) -> str | None:
    """What is wrong with what a person gave as `expect`; None where nothing is."""
    match expect:
        case None:
            return None
        case Holds(states=states, depth=depth, orbits=orbits):
            counts: dict[str, object] = {"states": states, "depth": depth, "orbits": orbits}
        case Violated(property=str(), length=length):
            counts = {"length": length}
        case NotReached(witness=str()):
            return None
        case Violated(property=given) | NotReached(witness=given):
            what = f"`{given.__qualname__}`" if isinstance(given, FunctionType) else shown(given)
            return f"`expect` speaks of {what}, and a property is given by its name or as a method of the spec"
        case type() if expect in (Holds, Violated, NotReached):
            return f"`expect` is the class `{expect.__name__}`, without what is expected"
        case _:
            return f"`expect` is {shown(expect)}, and not what a run can show: `Holds`, `Violated` or `NotReached`"
    for name, count in counts.items():
        if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 1):
            return f"`expect`: `{name}` is {shown(count)}, and a count is a whole number from 1"
    return None


def _of_wrong_key(given: object) -> str | None:
    """What could be meant by a key that is no class of a sort."""
    for key in cast("Mapping[object, object]", given) if isinstance(given, Mapping) else ():
        if isinstance(key, str) and key.isidentifier():
            return f"give the class itself, without quotes: `{key}`"
        if isinstance(key, type) and issubclass(key, Enum):
            return f"leave `{key.__name__}` out: an Enum has the members that it lists"
    return None


def _has_keys(given: object, kind: type[Sort] | None) -> bool:
    """Is this a dict by subclasses of `kind`, or by names where it is None?"""
    if not isinstance(given, Mapping):
        return False
    keys = list(cast("Mapping[object, object]", given))
    if kind is None:
        return all(isinstance(key, str) for key in keys)
    return all(isinstance(key, type) and issubclass(key, kind) for key in keys)
