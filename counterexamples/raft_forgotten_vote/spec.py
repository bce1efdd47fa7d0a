"""Raft whose servers do not keep their vote in stable storage."""

from checker import Map, Model, Set, Violated, action, require
from checker.models.raft import bounds
from checker.specs.raft import Raft, Role, Server, Term, Value


class AmnesicRaft(Raft):
    """A server that restarts has forgotten whom it voted for."""

    @action
    def restart(self, s: Server) -> None:
        """With `self.voted_for[s] = None`: only the term and the log survive."""
        require(self.restarts)
        self.role[s] = Role.FOLLOWER
        self.voted_for[s] = None
        self.responded[s] = Set()
        self.granted[s] = Set()
        self.next_index[s] = Map({t: 1 for t in Server})
        self.match_index[s] = Map({t: 0 for t in Server})
        self.commit[s] = 0


BREAKS = "vote_is_remembered"

model = Model(
    AmnesicRaft,
    sizes={Server: 3, Value: 1, Term: 2},
    bounds=bounds(entries=0, messages=1),
    constants={"restarts": True},
    check=("election_safety",),
    expect=Violated("election_safety", length=19),
)
