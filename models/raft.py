"""Raft in several sizes.

States and depth of `small`, `medium` and `elections` are those that TLC finds for Ongaro's own `raft.tla`, with
messages in a bag and the same bounds as a constraint.  Terms count from the first one, in which nobody leads.
"""

from checker import BagBound, Holds, Model
from checker.core.model import Bound
from checker.specs.raft import Raft, Server, Term, Value

SAFETY = (
    "election_safety",
    "one_election_a_term",
    "one_vote_a_term",
    "log_matching",
    "leader_append_only",
    "leader_completeness",
    "state_machine_safety",
    "commits_what_it_holds",
    "committed_entries_stay",
)


def bounds(*, entries: int, messages: int, copies: int = 1) -> dict[str, Bound]:
    """Logs of at most `entries`; at most so many different messages in flight, and so many copies of each."""
    return {
        "log": entries,
        "index": (0, entries),
        "next_index": (1, entries + 1),
        "Append.entries": 1,
        "net": BagBound(messages, copies),
    }


small = Model(
    Raft,
    sizes={Server: 2, Value: 1, Term: 2},
    bounds=bounds(entries=1, messages=1),
    check=(*SAFETY, "elects", "commits"),
    expect=Holds(states=358, depth=27, orbits=182),
)
medium = Model(
    Raft,
    sizes={Server: 2, Value: 1, Term: 2},
    bounds=bounds(entries=1, messages=2),
    check=(*SAFETY, "elects", "commits"),
    expect=Holds(states=3_576, depth=32, orbits=1_795),
)
elections = Model(
    Raft,
    sizes={Server: 3, Value: 1, Term: 2},
    bounds=bounds(entries=0, messages=1),
    check=(*SAFETY, "elects"),
    expect=Holds(states=61_805, depth=40, orbits=10_362),
)
second_term = Model(
    Raft,
    sizes={Server: 2, Value: 1, Term: 3},
    bounds=bounds(entries=1, messages=1),
    expect=Holds(states=5_995, depth=36, orbits=3_009),
)
unreliable = Model(
    Raft,
    sizes={Server: 2, Value: 1, Term: 2},
    bounds=bounds(entries=1, messages=1, copies=2),
    constants={"restarts": True, "duplicates": True, "drops": True},
    check=(*SAFETY, "elects", "commits"),
    expect=Holds(states=4_577, depth=29, orbits=2_297),
)
large = Model(
    Raft,
    sizes={Server: 3, Value: 1, Term: 2},
    bounds=bounds(entries=1, messages=1),
    check=(*SAFETY, "elects", "commits"),
    expect=Holds(depth=48, orbits=57_021),
)
