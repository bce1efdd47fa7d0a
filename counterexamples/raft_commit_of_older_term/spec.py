"""Raft whose leaders commit an entry of an older term by counting replicas: figure 8 of the paper, with three servers.

The violation lies deep among millions of states, so it is told as a scenario.  A search can go on from its end.
"""

from typing import TypeAlias

from checker import Model, Violated
from checker.models.raft import bounds
from checker.specs.raft import Raft, Server, Term, Value

Scenario: TypeAlias = list[tuple[str, dict[str, str]]]
"""Actions, and those of their arguments that are not plain from the state."""


class HastyRaft(Raft):
    """A leader commits whatever a majority holds."""

    def may_commit(self, s: Server, n: int) -> bool:
        """Without `self.log[s][n - 1].term == self.term[s]`."""
        return True


BREAKS = "counted_is_of_its_term"

model = Model(
    HastyRaft,
    sizes={Server: 3, Value: 2, Term: 5},
    bounds=bounds(entries=1, messages=1),
    constants={"restarts": True},
    check=("leader_completeness",),
    expect=Violated("leader_completeness"),
)


def elected(leader: str, voter: str) -> Scenario:
    """A candidate gets its own vote and that of `voter`, which is in an older term."""
    return [
        ("timeout", {"s": leader}),
        ("request_vote", {"s": leader, "t": leader}),
        ("handle_request_vote", {}),
        ("handle_vote_reply", {}),
        ("request_vote", {"s": leader, "t": voter}),
        ("update_term", {}),
        ("handle_request_vote", {}),
        ("handle_vote_reply", {}),
        ("become_leader", {"s": leader}),
    ]


scenario: Scenario = [
    # (a) s1 leads in t2, and enters v1, which reaches no other server
    *elected("s1", "s2"),
    ("client_request", {"s": "s1", "v": "v1"}),
    # (b) s1 crashes; s3 leads in t3 with the vote of s2, and enters v2, which reaches no other server
    ("restart", {"s": "s1"}),
    ("timeout", {"s": "s3"}),
    *elected("s3", "s2"),
    ("client_request", {"s": "s3", "v": "v2"}),
    # (c) s3 crashes; s1 leads in t4, and brings its entry of t2 to s2: a majority holds it, and s1 commits it
    ("restart", {"s": "s3"}),
    ("timeout", {"s": "s1"}),
    *elected("s1", "s2"),
    ("append_entries", {"s": "s1", "t": "s2"}),
    ("reject_append", {}),
    ("handle_append_reply", {}),
    ("append_entries", {"s": "s1", "t": "s2"}),
    ("append_entry", {}),
    ("accept_append", {}),
    ("handle_append_reply", {}),
    ("advance_commit", {"s": "s1"}),
    # (d) s3 leads in t5 with the vote of s2, for its last entry is of a later term; it lacks the committed entry
    ("timeout", {"s": "s3"}),
    *elected("s3", "s2"),
]
