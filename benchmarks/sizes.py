"""The models of the benchmarks.  `paxos_3x4`: 3 acceptors and 4 ballots.  `raft_3x1x2`: 3 servers, logs of at most 1
entry, and at most 2 messages in flight.
"""

from checker import Holds, Model
from checker.models.raft import SAFETY, bounds
from checker.specs import paxos as paxos_spec
from checker.specs import raft as raft_spec
from checker.specs.paxos import Paxos
from checker.specs.raft import Raft


def paxos(acceptors: int, ballots: int, expect: Holds | None = None) -> Model:
    """Paxos with 2 values."""
    return Model(
        Paxos,
        sizes={paxos_spec.Acceptor: acceptors, paxos_spec.Value: 2, paxos_spec.Ballot: ballots},
        expect=expect,
    )


def raft(servers: int, entries: int, messages: int, expect: Holds | None = None) -> Model:
    """Raft with 1 value and 2 terms, in the first of which nobody leads."""
    return Model(
        Raft,
        sizes={raft_spec.Server: servers, raft_spec.Value: 1, raft_spec.Term: 2},
        bounds=bounds(entries=entries, messages=messages),
        check=(*SAFETY, "elects", "commits") if entries else (*SAFETY, "elects"),
        expect=expect,
    )


# what is expected was counted by TLC, for Lamport's own Paxos.tla and for Ongaro's own raft.tla
paxos_3x2 = paxos(3, 2, Holds(states=3_921, depth=17, orbits=443))
paxos_3x3 = paxos(3, 3, Holds(states=185_369, depth=25, orbits=17_153))
paxos_3x4 = paxos(3, 4, Holds(states=8_220_065, depth=33, orbits=710_709))
paxos_3x5 = paxos(3, 5)
paxos_5x2 = paxos(5, 2)
paxos_5x3 = paxos(5, 3)
paxos_5x4 = paxos(5, 4)
paxos_5x5 = paxos(5, 5)
raft_2x1x2 = raft(2, 1, 2, Holds(states=3_576, depth=32, orbits=1_795))
raft_3x0x1 = raft(3, 0, 1, Holds(states=61_805, depth=40, orbits=10_362))
raft_3x1x1 = raft(3, 1, 1, Holds(depth=48, orbits=57_021))
raft_3x1x2 = raft(3, 1, 2)
raft_3x1x3 = raft(3, 1, 3)
raft_3x1x4 = raft(3, 1, 4)
raft_5x0x1 = raft(5, 0, 1)
raft_5x1x1 = raft(5, 1, 1)

TWINS = {"paxos_3x2": 2, "paxos_3x3": 3, "paxos_3x4": 4}
"""The models that are written in Promela and TLA+ too, with their number of ballots."""
