"""A lock server with few clients.

The lock is in one of `1 + 3 * clients` places, and any set of clients has a request under way: for three clients these
are `(1 + 3 * 3) * 2**3` states.
"""

from checker import Holds, Model
from checker.specs.lock_server import Client, LockServer

small = Model(LockServer, sizes={Client: 3}, expect=Holds(states=80, depth=8, orbits=22))
medium = Model(LockServer, sizes={Client: 6}, expect=Holds(states=1_216, depth=11, orbits=43))
