"""Variants of Paxos and Raft with the lemmas of the right ones, and specs whose proofs can be done in the head."""

from typing import Annotated, Self

from checker import (
    Bag, Bounded, Map, Ordered, Quorum, Record, Seq, Set, Sort, Spec, action, implies, init, invariant, lemma,
    require, step_invariant,
)
from checker.counterexamples.paxos_any_value.spec import HeedlessPaxos
from checker.counterexamples.paxos_forgotten_promise.spec import ForgetfulPaxos
from checker.counterexamples.paxos_lowest_vote.spec import LowestVotePaxos
from checker.counterexamples.paxos_vote_below_promise.spec import ObedientPaxos
from checker.counterexamples.raft_forgotten_vote.spec import AmnesicRaft
from checker.counterexamples.raft_two_votes.spec import GenerousRaft
from checker.specs.paxos import Acceptor, Ballot, Propose, Value
from checker.specs.paxos_proof import PaxosProof
from checker.specs.raft_election_proof import RaftElectionProof


class HeedlessProof(HeedlessPaxos, PaxosProof):
    """Proposes any value."""


class ForgetfulProof(ForgetfulPaxos, PaxosProof):
    """Keeps no promise."""


class LowestVoteProof(LowestVotePaxos, PaxosProof):
    """Takes up the lowest vote."""


class ObedientProof(ObedientPaxos, PaxosProof):
    """Votes below a promise."""


class Some(Quorum[Acceptor], intersects=()):
    """Sets of acceptors that need not meet."""


class DisjointProof(PaxosProof):
    """Begins a ballot with acceptors that need not meet a majority."""

    @action
    def propose(self, b: Ballot, v: Value, q: Some) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        require(not any(Propose(b, w) in self.sent for w in Value))
        require(all(any(m.acceptor == a for m in self.promises(b)) for a in q))
        votes = {m.last for m in self.promises(b) if m.acceptor in q and m.last is not None}
        require(self.allows(v, votes))
        self.sent.add(Propose(b, v))


class GenerousProof(GenerousRaft, RaftElectionProof):
    """Votes for every candidate of a term."""


class AmnesicProof(AmnesicRaft, RaftElectionProof):
    """Forgets its vote in a restart."""


class Cell(Sort): ...


class Level(Ordered): ...


Count = Annotated[int, Bounded("count")]


class Falling(Spec):
    """Counts down, below 0 too."""

    left: Count

    @init
    def start(self) -> None:
        self.left = 3

    @action
    def take(self) -> None:
        self.left -= 1

    @invariant
    def at_most_three(self) -> bool:
        return self.left <= 3


class Landing(Falling):
    """Counts down to 0."""

    @action
    def take(self) -> None:
        require(self.left > 0)
        self.left -= 1


class Sinking(Falling):
    """Says that it does not sink."""

    calm_so_far: bool

    @init
    def start(self) -> None:
        self.left = 3
        self.calm_so_far = True

    @invariant
    def not_below_0(self) -> bool:
        return self.left >= 0

    @invariant
    def calm(self) -> bool:
        return self.calm_so_far


class Believing(Spec):
    """Its ints are at least 0 only if a lemma holds, which does not."""

    left: Count
    total: Count
    drained: bool
    rough: bool

    @init
    def start(self) -> None:
        self.left = 1
        self.total = 0
        self.drained = False
        self.rough = False

    @action
    def take(self) -> None:
        if self.drained:
            self.left -= 1
        else:
            self.left += 1

    @action
    def drain(self) -> None:
        self.drained = True

    @action
    def count(self) -> None:
        self.total += 1 + self.left

    @lemma
    def never_drained(self) -> bool:
        return not self.drained

    @invariant
    def counts_up(self) -> bool:
        return self.total == 0 or self.total > 0

    @invariant
    def calm(self) -> bool:
        return not self.rough


class Even(Spec):
    """Counts by twos: never 3, but that is not inductive, since 1 is not 3."""

    count: Count

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def step(self) -> None:
        self.count += 2

    @invariant
    def never_three(self) -> bool:
        return self.count != 3


class EvenProof(Even):
    """With what is missing."""

    @lemma
    def is_even(self) -> bool:
        return self.count % 2 == 0


class EvenWithLittle(Even):
    """With a lemma that is too weak to help."""

    @lemma
    def not_below_0(self) -> bool:
        return self.count >= 0


class EmptyCases(EvenProof):
    """Has an action that no even count enables, one that few do, and a lemma about no even count."""

    @action
    def never(self) -> None:
        require(self.count == 7)
        self.count += 2

    @action
    def seldom(self) -> None:
        require(self.count == 100)
        self.count += 2

    @lemma
    def of_nothing(self) -> bool:
        return implies(self.count == 5, self.count == 6)


class Inconsistent(Even):
    """Rests on a lemma that is wrong from the start."""

    @lemma
    def is_ten(self) -> bool:
        return self.count == 10 or self.count % 2 == 0 and self.count > 1


class Rising(Spec):
    """Levels rise, and are remembered in order."""

    level: Map[Cell, Level]
    seen: Set[Level]
    history: Seq[Level]

    @init
    def start(self) -> None:
        self.level = Map({c: Level.first() for c in Cell})
        self.seen = Set({Level.first()})
        self.history = Seq[Level]()

    @action
    def rise(self, c: Cell) -> None:
        self.history.append(self.level[c])
        self.level[c] = self.level[c].next
        self.seen.add(self.level[c])

    @invariant
    def levels_are_seen(self) -> bool:
        return all(self.level[c] in self.seen for c in Cell)

    @invariant
    def none_is_above_all_seen(self) -> bool:
        return all(self.level[c] <= max(self.seen) for c in Cell)

    @invariant
    def past_was_seen(self) -> bool:
        return all(past in self.seen for past in self.history)

    @step_invariant
    def never_falls(self, after: Self) -> bool:
        return all(self.level[c] <= after.level[c] for c in Cell)


class Amount(Record):
    """An int that nobody has looked at."""
    size: int


class AnyAmount(Spec):
    """An int that is a parameter can be below 0, as it can in a model."""

    sent: Bag[Amount]

    @init
    def start(self) -> None:
        self.sent = Bag()

    @action
    def send(self, amount: Amount) -> None:
        self.sent.add(amount)

    @action
    def resend(self, amount: Amount) -> None:
        require(amount in self.sent)
        self.sent.add(amount)

    @invariant
    def none_below_0(self) -> bool:
        return all(amount.size >= 0 for amount in self.sent)


class GuardedAmount(AnyAmount):
    """Only what is at least 0 is sent."""

    @action
    def send(self, amount: Amount) -> None:
        require(amount.size >= 0)
        self.sent.add(amount)


class Nowhere(Spec):
    """No state at all, of which everything is true."""

    count: int

    @init
    def start(self) -> None:
        require(self.never())
        self.count = 0

    @invariant
    def anything(self) -> bool:
        return self.never()

    def never(self) -> bool:
        return False


class Climb(Spec):
    """Climbs to the last level, and falls down from there."""

    level: Level
    fallen: bool

    @init
    def start(self) -> None:
        self.level = Level.first()
        self.fallen = False

    @action
    def climb(self) -> None:
        self.level = self.level.next

    @action
    def fall(self) -> None:
        require(not any(above > self.level for above in Level))
        self.fallen = True

    @invariant
    def stands(self) -> bool:
        return not self.fallen


class NoneBelowFirst(Climb):
    """Falls since no level is below the first one, in a set."""

    @action
    def fall(self) -> None:
        require(len({below for below in Level if below < Level.first()}) == 0)
        self.fallen = True


class CountBelowFirst(Climb):
    """The same, counted."""

    @action
    def fall(self) -> None:
        require(sum(1 for below in Level if below < Level.first()) == 0)
        self.fallen = True


class RestBelowFirst(Climb):
    """The same, as what is left of all levels."""

    @action
    def fall(self) -> None:
        require(not (Set(level for level in Level) - {level for level in Level if Level.first() <= level}))
        self.fallen = True


class AtGreatest(Climb):
    """Falls from the greatest level."""

    @action
    def fall(self) -> None:
        require(self.level == max(Level))
        self.fallen = True


class LooksUp(Climb):
    """Looks for what follows the last level in no case, as its sets are empty: the step is taken."""

    seen: Set[Level]
    looks: bool

    @init
    def start(self) -> None:
        super().start()
        self.seen = Set()
        self.looks = False

    @action
    def fall(self) -> None:
        require(self.level == max(Level), self.level not in {self.level.next for _ in self.seen})
        self.fallen = True


class LooksUpInSubset(LooksUp):
    """The same, with a subset."""

    @action
    def fall(self) -> None:
        require(self.level == max(Level), {self.level.next for _ in self.seen} <= self.seen)
        self.fallen = True


class LooksUpSometimes(LooksUp):
    """The same, with a set that is made only if it is asked for."""

    @action
    def fall(self) -> None:
        above = {self.level.next for _ in Cell} if self.looks else Set[Level]()
        require(self.level == max(Level), self.level not in above)
        self.fallen = True


class LooksUpForAll(LooksUp):
    """Climbs with every cell, so it cannot when one of them is at the last level."""

    levels: Map[Cell, Level]

    @init
    def start(self) -> None:
        super().start()
        self.levels = Map({c: Level.first() for c in Cell})

    @action
    def climb(self) -> None:
        self.level = self.level.next
        self.levels = Map({c: self.level for c in Cell})

    @action
    def fall(self) -> None:
        self.levels = Map({c: self.levels[c].next for c in Cell})
        self.fallen = all(self.levels[c] > max(Level) for c in Cell)


class Most(Quorum[Level]):
    """Sets of levels that meet."""


class Meeting(Climb):
    """Falls from the last level; whatever two quorums share is a level up to that."""

    @action
    def fall(self) -> None:
        require(self.level == max(Level), all(l > self.level for q in Most for l in q))  # noqa: E741
        self.fallen = True

    @invariant
    def quorums_meet(self) -> bool:
        return all(any(l in q and l in r for l in Level) for q in Most for r in Most)  # noqa: E741


class BeyondLast(Climb):
    """Would fall from the level behind the last one."""

    @action
    def fall(self) -> None:
        require(self.level == max(Level), self.level.next > self.level)
        self.fallen = True


class Supported(Spec):
    """A lemma that follows from two others, which its author names, and which no action keeps for itself alone."""

    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def step(self) -> None:
        require(self.count + 2 <= 5)
        self.count = self.count + 2

    @lemma
    def at_most_five(self) -> bool:
        return self.count <= 5

    @lemma
    def is_even(self) -> bool:
        return self.count % 2 == 0

    @lemma(uses=("is_even", "at_most_five"))
    def at_most_four(self) -> bool:
        return self.count <= 4


class Circular(Spec):
    """Two lemmas, false after a step, each of which follows from the other."""

    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def step(self) -> None:
        self.count = self.count + 1

    @lemma(uses=("at_most_three",))
    def below_four(self) -> bool:
        return self.count < 4

    @lemma(uses=("below_four",))
    def at_most_three(self) -> bool:
        return self.count <= 3

    @invariant
    def below_ten(self) -> bool:
        return self.count < 10
