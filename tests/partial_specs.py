"""Specs in which an evaluation may be an error, each beside one that tests before: what a proof has to tell apart."""

from typing import Self

from checker import (
    Bag, Map, Ordered, Seq, Sort, Spec, action, implies, init, invariant, lemma, require, step_invariant,
)


class Thing(Sort): ...


class Level(Ordered): ...


class Base(Spec):
    """Some collections, empty at first."""

    log: Seq[Thing]
    bag: Bag[Thing]
    at: Level
    bad: bool

    @init
    def start(self) -> None:
        self.log = Seq[Thing]()
        self.bag = Bag()
        self.at = Level.first()
        self.bad = False

    @invariant
    def good(self) -> bool:
        return not self.bad


# --- errors that a search meets -----------------------------------------------------------------------------------


class PastWritten(Base):
    """A guard that never has a value, so Z3 may well think it false."""

    @action
    def go(self, s: Thing) -> None:
        require(Seq([s])[5] != s)
        self.bad = True


class PastStored(Base):
    """A property of what is not there."""

    @invariant
    def third(self) -> bool:
        return any(self.log[3] == s for s in Thing)


class BeforeStart(Base):
    """A computed index below 0."""

    @action
    def go(self, s: Thing) -> None:
        require(self.log[len(self.log) - 1] != s)


class LastButOne(Base):
    """There is a last item, but none before it."""

    @action
    def push(self, s: Thing) -> None:
        self.log.append(s)

    @action
    def go(self, s: Thing) -> None:
        require(len(self.log) > 0, self.log[-1] == s, self.log[-2] != s)


class NotHeld(Base):
    """Takes out what was never put in."""

    @action
    def go(self, s: Thing) -> None:
        self.bag.remove(s)


class HeldOnce(Base):
    """Takes out two copies of what has one."""

    @action
    def go(self, s: Thing) -> None:
        self.bag.add(s)
        self.bag.remove(s)
        self.bag.remove(s)


class OfNothing(Base):
    """The greatest of no numbers."""

    @action
    def go(self) -> None:
        require(max(0 for _ in self.log) > 5)
        self.bad = True


class ByZero(Base):
    """Divides by a length."""

    @action
    def go(self) -> None:
        require(5 // len(self.log) == 1)
        self.bad = True


class NegativeSlice(Base):
    """Leaves out more items than there are."""

    @action
    def go(self) -> None:
        self.log = self.log[: len(self.log) - 2]


class InUpdate(Base):
    """An error behind a guard that lets it happen."""

    @action
    def go(self) -> None:
        require(len(self.log) == 0)
        self.bad = self.log[0] != self.log[0]


class InUnusedName(Base):
    """An error in a name that nothing needs: it is evaluated all the same."""

    @action
    def go(self) -> None:
        first = self.log[0]
        if self.bad:
            self.log.append(first)


class InMap(Base):
    """A map has a value for each key, also where one key alone is looked up."""

    level: Map[Thing, bool]

    @init
    def start(self) -> None:
        super().start()
        self.level = Map({t: True for t in Thing})

    @action
    def go(self, s: Thing) -> None:
        self.level = Map({t: 1 // len([u for u in self.log if u == t]) == 1 for t in Thing})
        self.bad = not self.level[s] and self.level[s]


class InSet(Base):
    """Every item of a set is computed, whichever is asked for."""

    @action
    def go(self) -> None:
        require(1 in {1 // len(self.log) for _ in Thing} or len(self.log) == 0)
        self.bad = False


class WrongOrder(Base):
    """The test comes too late."""

    @action
    def go(self, s: Thing) -> None:
        require(self.log[0] == s, len(self.log) > 0)
        self.bad = False


class AtTheEnd(Base):
    """No level comes after the last one: a step would not be taken, but a property has no value."""

    @action
    def climb(self) -> None:
        self.at = self.at.next

    @invariant
    def climbs(self) -> bool:
        return self.at.next > Level.first()


class OfAStep(Base):
    """What a step leads to may be empty."""

    @action
    def go(self, s: Thing) -> None:
        self.log.append(s)

    @action
    def clear(self) -> None:
        self.log = Seq[Thing]()

    @step_invariant
    def grows(self, after: Self) -> bool:
        return after.log[0] == after.log[0]


class AtStart(Base):
    """An error before there is a state."""

    @init
    def start(self) -> None:
        self.log = Seq[Thing]()
        self.bag = Bag()
        self.at = Level.first()
        self.bad = self.log[0] != self.log[0]


class InLemma(Base):
    """A lemma that Z3 takes for true, whatever stands there."""

    @lemma
    def long(self) -> bool:
        return self.log[2] == self.log[2]


# --- the same, tested before --------------------------------------------------------------------------------------


class Tested(Base):
    """Each of these is evaluated where it has a value alone."""

    @action
    def by_require(self, s: Thing) -> None:
        require(len(self.log) > 0, self.log[0] == s)
        self.log = self.log[1:]

    @action
    def by_and(self, s: Thing) -> None:
        require(s in self.bag and self.bag.count(s) // self.bag.count(s) == 1)
        self.bag.remove(s)

    @action
    def by_if(self, s: Thing) -> None:
        if s in self.bag:
            self.bag.remove(s)
        self.bag.add(s)
        self.bag.remove(s)

    @action
    def by_choice(self, s: Thing) -> None:
        self.log = self.log[: len(self.log) - 2] if len(self.log) > 3 else self.log + Seq([s])

    @action
    def by_default(self) -> None:
        require(max((1 for _ in self.log), default=0) > 5)
        self.bad = True

    @action
    def by_comprehension(self) -> None:
        require(any(self.log[i] == self.log[j] for i in range(len(self.log)) if i > 0 for j in range(i)))
        self.bag |= {self.log[i] for i in range(len(self.log)) if i // len(self.log) == 0}

    @invariant
    def by_implies(self) -> bool:
        return implies(len(self.log) > 2, self.log[2] == self.log[2])

    @invariant
    def by_or(self) -> bool:
        return len(self.log) < 2 or any(self.log[1] == s for s in Thing)

    @invariant
    def by_order(self) -> bool:
        return all(implies(any(m > l for m in Level), l.next > l) for l in Level)  # noqa: E741


class Ahead(Base):
    """Looks ahead as far as it has counted, which is an error without the lemma below."""

    seen: int

    @init
    def start(self) -> None:
        super().start()
        self.seen = 0

    @action
    def add(self, s: Thing) -> None:
        self.log.append(s)

    @action
    def look(self) -> None:
        require(self.seen < len(self.log))
        self.seen += 1

    @action
    def back(self, s: Thing) -> None:
        require(self.seen > 0, self.log[self.seen - 1] == s)
        self.seen -= 1


class AheadProof(Ahead):
    """With it."""

    @lemma
    def seen_in_log(self) -> bool:
        return self.seen <= len(self.log)
