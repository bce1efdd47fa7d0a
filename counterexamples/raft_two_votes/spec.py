"""Raft whose servers vote for every candidate of a term."""

from checker import Model, Violated
from checker.models.raft import bounds
from checker.specs.raft import Raft, RequestVote, Server, Term, Value


class GenerousRaft(Raft):
    """A server does not look at whom it has voted for already."""

    def may_vote(self, m: RequestVote) -> bool:
        """Without `self.voted_for[m.dest] in (None, m.source)`."""
        return m.term == self.term[m.dest] and self.up_to_date(m)


BREAKS = "vote_is_remembered"

model = Model(
    GenerousRaft,
    sizes={Server: 2, Value: 1, Term: 2},
    bounds=bounds(entries=0, messages=1),
    check=("election_safety",),
    expect=Violated("election_safety", length=17),
)
