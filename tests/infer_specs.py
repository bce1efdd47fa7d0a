"""Small protocols for which lemmas are inferred, under names of their own; one of them is wrong."""

from __future__ import annotations

from checker import Map, Quorum, Record, Set, Sort, Spec, action, init, invariant, require


class Robot(Sort):
    """Works at a bench."""


class Wish(Record):
    """`robot` would like to have the bench."""
    robot: Robot


class Key(Record):
    """`robot` may use the bench."""
    robot: Robot


class Bench(Spec):
    """One key for a bench, which is handed out by message and comes back at once."""

    locked: bool
    using: Set[Robot]
    post: Set[Wish | Key]

    @init
    def start(self) -> None:
        self.locked = False
        self.using = Set()
        self.post = Set()

    @action
    def wish(self, r: Robot) -> None:
        self.post.add(Wish(r))

    @action
    def hand_out(self, r: Robot) -> None:
        require(Wish(r) in self.post, not self.locked)
        self.locked = True
        self.post.add(Key(r))

    @action
    def use(self, r: Robot) -> None:
        require(Key(r) in self.post)
        self.post.discard(Key(r))
        self.using.add(r)

    @action
    def leave(self, r: Robot) -> None:
        require(r in self.using)
        self.using.discard(r)
        self.locked = False

    @invariant
    def alone(self) -> bool:
        """At most one robot uses the bench."""
        return all(r == s for r in self.using for s in self.using)


class CarelessBench(Bench):
    """The key is handed out again before it is back."""

    def hand_out(self, r: Robot) -> None:
        require(Wish(r) in self.post)
        self.locked = True
        self.post.add(Key(r))


class Juror(Sort):
    """Has a voice."""


class Opinion(Sort):
    """What can be agreed on."""


class Bank(Quorum[Juror]):
    """Any two share a juror."""


class Voice(Record):
    """`juror` is for `opinion`."""
    juror: Juror
    opinion: Opinion


class Jury(Spec):
    """A toy consensus with messages: voices are never lost, and a sentence needs those of a quorum."""

    spoken: Set[Juror]
    voices: Set[Voice]
    sentence: Map[Juror, Opinion | None]

    @init
    def start(self) -> None:
        self.spoken = Set()
        self.voices = Set()
        self.sentence = Map({j: None for j in Juror})

    @action
    def speak(self, j: Juror, o: Opinion) -> None:
        require(j not in self.spoken)
        self.spoken.add(j)
        self.voices.add(Voice(j, o))

    @action
    def learn(self, j: Juror, o: Opinion, b: Bank) -> None:
        require(all(Voice(k, o) in self.voices for k in b))
        self.sentence[j] = o

    @invariant
    def agreement(self) -> bool:
        """No two jurors learn different sentences."""
        return all(
            self.sentence[j] == self.sentence[k]
            for j in Juror for k in Juror if self.sentence[j] is not None and self.sentence[k] is not None)
