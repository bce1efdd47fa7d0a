"""Raft whose servers vote for a candidate with an outdated log."""

from checker import Model, Violated
from checker.models.raft import bounds
from checker.specs.raft import Raft, RequestVote, Server, Term, Value


class TrustingRaft(Raft):
    """A server does not compare the candidate's log with its own."""

    def up_to_date(self, m: RequestVote) -> bool:
        """Every log is taken for up to date."""
        return True


BREAKS = "candidate_has_what_voters_agreed_to"

model = Model(
    TrustingRaft,
    sizes={Server: 3, Value: 1, Term: 3},
    bounds=bounds(entries=1, messages=1),
    check=("leader_completeness",),
    expect=Violated("leader_completeness", length=26),
)
