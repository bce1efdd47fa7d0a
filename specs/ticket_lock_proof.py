"""Why a ticket lock lets one thread in at a time, for any number of threads and tickets.

No two threads have the same ticket, and who is inside has the one that is called.
"""

from checker import Proved, implies, lemma
from checker.specs.ticket_lock import Thread, TicketLock


EXPECT = Proved()


class TicketLockProof(TicketLock):
    """The ticket lock with the lemmas of its proof."""

    @lemma
    def one_thread_per_ticket(self) -> bool:
        """No ticket is drawn twice."""
        return all(
            implies(self.ticket[t] is not None and self.ticket[t] == self.ticket[u], t == u)
            for t in Thread for u in Thread)

    @lemma
    def drawn_below_next(self) -> bool:
        """The tickets that were drawn are those before the next one."""
        return all(self.drawn(t) for t in Thread)

    @lemma
    def inside_is_called(self) -> bool:
        """Who is inside has the ticket that is called."""
        return all(self.ticket[t] == self.serving for t in self.inside)

    def drawn(self, t: Thread) -> bool:
        """`t` has no ticket, or one before the next one."""
        ticket = self.ticket[t]
        return ticket is None or ticket < self.next
