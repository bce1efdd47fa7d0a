"""Raft, after Ongaro's "Consensus: Bridging Theory and Practice" (2014), appendix B.

Step for step his `raft.tla`, without its history variables.  A message is taken out of `net` by the step that answers
it; a step that leaves it there (a term is updated, a log loses or gains an entry) only makes the server ready for it.
"""

from enum import Enum, auto
from typing import Annotated, Self

from checker import (
    Bag, Bounded, Ghost, Map, Ordered, Quorum, Record, Seq, Set, Sort, Spec, action, implies, init, invariant, require,
    step_invariant, witness,
)


class Server(Sort):
    """A process with a log."""


class Value(Sort):
    """What a client asks to be entered in the log."""


class Term(Ordered):
    """A stretch of time with at most one leader."""


class Majority(Quorum[Server]):
    """A set of servers; any two of them share a member."""


Index = Annotated[int, Bounded("index")]  # how many entries of a log, from its start; entry `n` stands at `log[n - 1]`


class Role(Enum):
    """What a server takes itself for."""
    FOLLOWER = auto()
    CANDIDATE = auto()
    LEADER = auto()


class Entry(Record):
    """An entry of a log: what was asked, and the term in which a leader entered it."""
    term: Term
    value: Value


class RequestVote(Record):
    """Candidate `source` asks for a vote; its log has `last_index` entries, the last one of `last_term`."""
    term: Term
    last_term: Term | None
    last_index: Index
    source: Server
    dest: Server


class VoteReply(Record):
    """`source` votes for `dest` in `term`, or does not."""
    term: Term
    granted: bool
    source: Server
    dest: Server


class Append(Record):
    """Leader `source` asks that `entries` (at most one) follow the first `prev_index`, whose last is of `prev_term`."""
    term: Term
    prev_index: Index
    prev_term: Term | None
    entries: Seq[Entry]
    commit: Index
    source: Server
    dest: Server


class AppendReply(Record):
    """The log of `source` agrees with the leader's up to `match`; or the request was rejected."""
    term: Term
    success: bool
    match: Index
    source: Server
    dest: Server


class Vote(Record):
    """A vote that was cast."""
    term: Term
    voter: Server
    candidate: Server


class Election(Record):
    """An election that was won."""
    term: Term
    leader: Server


class Raft(Spec):
    """Servers keep equal logs under leaders that they elect."""

    restarts: bool = False  # may a server restart from its stable storage?
    duplicates: bool = False  # may the network deliver a message twice?
    drops: bool = False  # may the network lose a message?

    term: Map[Server, Term]
    role: Map[Server, Role]
    voted_for: Map[Server, Server | None]
    log: Map[Server, Seq[Entry]]
    commit: Map[Server, Index]
    responded: Map[Server, Set[Server]]
    granted: Map[Server, Set[Server]]
    next_index: Map[Server, Map[Server, int]]
    match_index: Map[Server, Map[Server, Index]]
    net: Bag[RequestVote | VoteReply | Append | AppendReply]
    votes: Ghost[Set[Vote]]  # all that were ever cast
    elections: Ghost[Set[Election]]  # all that were ever won

    @init
    def start(self) -> None:
        self.term = Map({s: Term.first() for s in Server})
        self.role = Map({s: Role.FOLLOWER for s in Server})
        self.voted_for = Map({s: None for s in Server})
        self.log = Map({s: Seq[Entry]() for s in Server})
        self.commit = Map({s: 0 for s in Server})
        self.responded = Map({s: Set[Server]() for s in Server})
        self.granted = Map({s: Set[Server]() for s in Server})
        self.next_index = Map({s: Map({t: 1 for t in Server}) for s in Server})
        self.match_index = Map({s: Map({t: 0 for t in Server}) for s in Server})
        self.net = Bag()
        self.votes = Set()
        self.elections = Set()

    @action
    def timeout(self, s: Server) -> None:
        """`s` hears of no leader, and stands for election in a new term."""
        require(self.role[s] in (Role.FOLLOWER, Role.CANDIDATE))
        self.role[s] = Role.CANDIDATE
        self.term[s] = self.term[s].next
        self.voted_for[s] = None
        self.responded[s] = Set()
        self.granted[s] = Set()

    @action
    def request_vote(self, s: Server, t: Server) -> None:
        """Candidate `s` asks `t` for its vote; it asks itself by a message too."""
        require(self.role[s] == Role.CANDIDATE, t not in self.responded[s])
        self.net.add(RequestVote(self.term[s], self.last_term(s), len(self.log[s]), s, t))

    @action
    def handle_request_vote(self, m: RequestVote) -> None:
        """A server grants its vote, or refuses."""
        require(m in self.net, m.term <= self.term[m.dest])
        grant = self.may_vote(m)
        if grant:
            self.voted_for[m.dest] = m.source
            self.votes.add(Vote(m.term, m.dest, m.source))
        self.net.remove(m)
        self.net.add(VoteReply(self.term[m.dest], grant, m.dest, m.source))

    @action
    def handle_vote_reply(self, m: VoteReply) -> None:
        """A server counts a vote, whether it is still a candidate or not."""
        require(m in self.net, m.term == self.term[m.dest])
        self.responded[m.dest].add(m.source)
        if m.granted:
            self.granted[m.dest].add(m.source)
        self.net.remove(m)

    @action
    def become_leader(self, s: Server) -> None:
        """A candidate with the votes of a majority leads."""
        require(self.role[s] == Role.CANDIDATE, any(all(t in self.granted[s] for t in q) for q in Majority))
        self.role[s] = Role.LEADER
        self.next_index[s] = Map({t: len(self.log[s]) + 1 for t in Server})
        self.match_index[s] = Map({t: 0 for t in Server})
        self.elections.add(Election(self.term[s], s))

    @action
    def client_request(self, s: Server, v: Value) -> None:
        """A client asks leader `s` to enter `v`."""
        require(self.role[s] == Role.LEADER)
        self.log[s].append(Entry(self.term[s], v))

    @action
    def append_entries(self, s: Server, t: Server) -> None:
        """Leader `s` sends `t` the next entry, if there is one."""
        require(s != t, self.role[s] == Role.LEADER)
        prev = self.next_index[s][t] - 1
        self.net.add(Append(
            term=self.term[s], prev_index=prev, prev_term=self.log[s][prev - 1].term if prev > 0 else None,
            entries=self.log[s][prev : prev + 1], commit=min(self.commit[s], len(self.log[s]), prev + 1),
            source=s, dest=t))

    @action
    def reject_append(self, m: Append) -> None:
        """The leader is of an older term, or what the entry should follow is not there."""
        require(m in self.net)
        require(m.term < self.term[m.dest] or (self.hears(m) and not self.has_previous(m)))
        self.net.remove(m)
        self.net.add(AppendReply(self.term[m.dest], False, 0, m.dest, m.source))

    @action
    def return_to_follower(self, m: Append) -> None:
        """A candidate hears of the leader of its term."""
        require(m in self.net, m.term == self.term[m.dest], self.role[m.dest] == Role.CANDIDATE)
        self.role[m.dest] = Role.FOLLOWER

    @action
    def accept_append(self, m: Append) -> None:
        """The entry is there already (or the message was a heartbeat): the follower says so."""
        require(m in self.net, self.hears(m), self.has_previous(m), len(m.entries) == 0 or self.has_entry(m))
        self.commit[m.dest] = m.commit
        self.net.remove(m)
        self.net.add(AppendReply(self.term[m.dest], True, m.prev_index + len(m.entries), m.dest, m.source))

    @action
    def remove_conflict(self, m: Append) -> None:
        """Another entry stands in its place: the log loses its last entry."""
        require(m in self.net, self.hears(m), self.has_previous(m))
        require(len(m.entries) > 0, len(self.log[m.dest]) > m.prev_index, not self.has_entry(m))
        self.log[m.dest] = self.log[m.dest][:-1]

    @action
    def append_entry(self, m: Append) -> None:
        """The log ends where the entry belongs."""
        require(m in self.net, self.hears(m), self.has_previous(m))
        require(len(m.entries) > 0, len(self.log[m.dest]) == m.prev_index)
        self.log[m.dest].append(m.entries[0])

    @action
    def handle_append_reply(self, m: AppendReply) -> None:
        """The leader learns how far a follower's log agrees, or tries one entry earlier."""
        require(m in self.net, m.term == self.term[m.dest])
        if m.success:
            self.next_index[m.dest][m.source] = m.match + 1
            self.match_index[m.dest][m.source] = m.match
        else:
            self.next_index[m.dest][m.source] = max(self.next_index[m.dest][m.source] - 1, 1)
        self.net.remove(m)

    @action
    def advance_commit(self, s: Server) -> None:
        """Leader `s` commits all that a majority holds, if the last of it was entered in its own term."""
        require(self.role[s] == Role.LEADER)
        held = self.held_by_majority(s)
        if held > 0 and self.may_commit(s, held):
            self.commit[s] = held

    @action
    def update_term(self, m: RequestVote | VoteReply | Append | AppendReply) -> None:
        """A server hears of a later term, and follows; the message stays to be handled."""
        require(m in self.net, m.term > self.term[m.dest])
        self.term[m.dest] = m.term
        self.role[m.dest] = Role.FOLLOWER
        self.voted_for[m.dest] = None

    @action
    def drop_stale_reply(self, m: VoteReply | AppendReply) -> None:
        """A reply to a request of an older term says nothing any more."""
        require(m in self.net, m.term < self.term[m.dest])
        self.net.remove(m)

    @action
    def restart(self, s: Server) -> None:
        """`s` loses all but its term, its vote and its log."""
        require(self.restarts)
        self.role[s] = Role.FOLLOWER
        self.responded[s] = Set()
        self.granted[s] = Set()
        self.next_index[s] = Map({t: 1 for t in Server})
        self.match_index[s] = Map({t: 0 for t in Server})
        self.commit[s] = 0

    @action
    def duplicate_message(self, m: RequestVote | VoteReply | Append | AppendReply) -> None:
        """The network makes a second copy."""
        require(self.duplicates, m in self.net)
        self.net.add(m)

    @action
    def drop_message(self, m: RequestVote | VoteReply | Append | AppendReply) -> None:
        """The network loses a copy."""
        require(self.drops, m in self.net)
        self.net.remove(m)

    @invariant
    def election_safety(self) -> bool:
        """No two servers lead in one term at the same time."""
        return all(
            implies(self.role[s] == self.role[t] == Role.LEADER and self.term[s] == self.term[t], s == t)
            for s in Server for t in Server)

    @invariant
    def one_election_a_term(self) -> bool:
        """No two servers are ever elected in one term, be it one after the other."""
        return all(implies(e.term == f.term, e.leader == f.leader) for e in self.elections for f in self.elections)

    @invariant
    def one_vote_a_term(self) -> bool:
        """The condition for granting a vote, over all votes that were cast: no server votes for two in one term."""
        return all(
            implies(v.term == w.term and v.voter == w.voter, v.candidate == w.candidate)
            for v in self.votes for w in self.votes)

    @invariant
    def log_matching(self) -> bool:
        """Two logs with an entry of the same index and term are equal up to it."""
        return all(
            implies(self.log[s][i].term == self.log[t][i].term, self.log[s][: i + 1] == self.log[t][: i + 1])
            for s in Server for t in Server for i in range(min(len(self.log[s]), len(self.log[t]))))

    @step_invariant
    def leader_append_only(self, after: Self) -> bool:
        """A leader neither overwrites nor deletes an entry of its log."""
        return all(after.log[s][: len(self.log[s])] == self.log[s] for s in Server if self.role[s] == Role.LEADER)

    @invariant
    def leader_completeness(self) -> bool:
        """What a server knows to be committed is in the log of every leader of its term or a later one."""
        return all(
            implies(
                self.role[s] == Role.LEADER and self.term[s] >= self.term[t],
                self.log[s][: len(self.committed(t))] == self.committed(t))
            for s in Server for t in Server)

    @invariant
    def state_machine_safety(self) -> bool:
        """Two servers that take an entry of the same index for committed hold the same entry."""
        return all(
            self.committed(s)[i] == self.committed(t)[i]
            for s in Server for t in Server for i in range(min(len(self.committed(s)), len(self.committed(t)))))

    @invariant
    def commits_what_it_holds(self) -> bool:
        """No server takes more entries for committed than it has."""
        return all(self.commit[s] <= len(self.log[s]) for s in Server)

    @step_invariant
    def committed_entries_stay(self, after: Self) -> bool:
        """A log never loses what its server takes for committed."""
        return all(after.log[s][: len(self.committed(s))] == self.committed(s) for s in Server)

    @witness
    def elects(self) -> bool:
        """A leader is elected."""
        return any(self.role[s] == Role.LEADER for s in Server)

    @witness
    def commits(self) -> bool:
        """An entry is committed."""
        return any(self.commit[s] > 0 for s in Server)

    @witness
    def commits_in_a_later_term(self) -> bool:
        """An entry is committed that is not of the first term in which there can be a leader."""
        return any(Term.first() < u < e.term for s in Server for e in self.committed(s) for u in Term)

    def last_term(self, s: Server) -> Term | None:
        """The term of the last entry in the log of `s`."""
        return self.log[s][-1].term if len(self.log[s]) > 0 else None

    def may_vote(self, m: RequestVote) -> bool:
        """The condition for granting a vote."""
        return m.term == self.term[m.dest] and self.up_to_date(m) and self.voted_for[m.dest] in (None, m.source)

    def up_to_date(self, m: RequestVote) -> bool:
        """The candidate's log ends in a later term than the voter's, or in the same term and is no shorter."""
        mine = self.last_term(m.dest)
        if m.last_term == mine:
            return m.last_index >= len(self.log[m.dest])
        return mine is None or (m.last_term is not None and m.last_term > mine)

    def hears(self, m: Append) -> bool:
        """The receiver follows the leader that sent `m`."""
        return m.term == self.term[m.dest] and self.role[m.dest] == Role.FOLLOWER

    def has_previous(self, m: Append) -> bool:
        """The receiver holds the entry that the new one should follow."""
        return m.prev_index == 0 or (
            m.prev_index <= len(self.log[m.dest]) and self.log[m.dest][m.prev_index - 1].term == m.prev_term)

    def has_entry(self, m: Append) -> bool:
        """The receiver holds an entry of the same term in the place of the new one."""
        return len(self.log[m.dest]) > m.prev_index and self.log[m.dest][m.prev_index].term == m.entries[0].term

    def held_by_majority(self, s: Server) -> int:
        """How many entries leader `s` knows to be in the logs of a majority."""
        return max(
            (n for n in range(1, len(self.log[s]) + 1)
             if any(all(t == s or self.match_index[s][t] >= n for t in q) for q in Majority)),
            default=0)

    def may_commit(self, s: Server, n: int) -> bool:
        """The condition for committing `n` entries by counting replicas: the last is of the leader's own term."""
        return self.log[s][n - 1].term == self.term[s]

    def committed(self, s: Server) -> Seq[Entry]:
        """The entries that `s` takes for committed."""
        return self.log[s][: self.commit[s]]
