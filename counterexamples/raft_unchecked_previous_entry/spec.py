"""Raft whose followers do not check that the previous entry is there."""

from checker import Model, Violated
from checker.models.raft import bounds
from checker.specs.raft import Append, Raft, Server, Term, Value


class UncheckedRaft(Raft):
    """A follower takes it on trust that its log agrees with the leader's up to the entries it is sent."""

    def has_previous(self, m: Append) -> bool:
        """The entry before is taken to be there."""
        return True


BREAKS = "prefix_is_its_leaders"

model = Model(
    UncheckedRaft,
    sizes={Server: 3, Value: 1, Term: 3},
    bounds=bounds(entries=1, messages=1),
    check=("commits_what_it_holds",),
    expect=Violated("commits_what_it_holds", length=30),
)
