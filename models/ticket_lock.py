"""Three threads that draw four tickets together.

With `k` tickets drawn and not yet given back, there are `5 - k` numbers to be called, `3! / (3 - k)!` ways to hold the
tickets, and the first in line is inside or not: `5 + 4 * 3 * 2 + 3 * 6 * 2 + 2 * 6 * 2` states.
"""

from checker import Holds, Model
from checker.specs.ticket_lock import Thread, TicketLock

small = Model(
    TicketLock,
    sizes={Thread: 3},
    bounds={"next": (0, 4), "serving": (0, 4), "ticket": (0, 3)},
    expect=Holds(states=89, depth=13, orbits=23),
)
