"""A ticket lock, after Reed and Kanodia (1979) and Mellor-Crummey and Scott (1991).

As at a counter with a roll of numbered tickets: who wants to enter draws the next number, and waits until it is called.
To draw is one step, as the fetch-and-add of processors is.
"""

from checker import Map, Set, Sort, Spec, action, init, invariant, require, witness


class Thread(Sort):
    """Wants to be in the critical section from time to time."""


class TicketLock(Spec):
    """Threads enter a critical section one at a time, in the order in which they came."""

    next: int                       # the number on the next ticket
    serving: int                    # the number that is called
    ticket: Map[Thread, int | None]
    inside: Set[Thread]

    @init
    def start(self) -> None:
        self.next = 0
        self.serving = 0
        self.ticket = Map({t: None for t in Thread})
        self.inside = Set()

    @action
    def draw(self, t: Thread) -> None:
        """`t` draws a ticket."""
        require(self.ticket[t] is None)
        self.ticket[t] = self.next
        self.next += 1

    @action
    def enter(self, t: Thread) -> None:
        """The number of `t` is called."""
        require(t not in self.inside, self.ticket[t] == self.serving)
        self.inside.add(t)

    @action
    def leave(self, t: Thread) -> None:
        """`t` goes, and calls the next number."""
        require(t in self.inside)
        self.inside.discard(t)
        self.ticket[t] = None
        self.serving += 1

    @invariant
    def mutual_exclusion(self) -> bool:
        """At most one thread is inside."""
        return all(t == u for t in self.inside for u in self.inside)

    @witness
    def one_waits(self) -> bool:
        """One thread is inside, and all others wait."""
        return bool(self.inside) and all(self.ticket[t] is not None for t in Thread)
