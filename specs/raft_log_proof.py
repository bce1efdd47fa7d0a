"""Why the logs of Raft agree where they hold an entry of the same term, for any number of servers, terms and messages.

Nobody remembers the log of a leader that is gone, so the proof does: `leader_log[t]` is the log of the leader of term
`t`, as it grew while that server led.  Every entry, in whatever log, was entered by the leader of its term, and all
before it is what that leader had before it.  So two logs that hold an entry of one term at one index are equal to one
leader's log up to it.
"""

from checker import Ghost, Map, Proved, Seq, implies, invariant, lemma
from checker.specs.raft import Append, AppendReply, Election, Entry, Role, Server, Term, Value
from checker.specs.raft_election_proof import RaftElectionProof

PROVES = (
    "election_safety", "one_election_a_term", "one_vote_a_term", "leader_append_only", "log_matching",
)
EXPECT = Proved()


class RaftLogProof(RaftElectionProof):
    """The proof of Raft's elections, with the lemmas on what stands in logs."""

    leader_log: Ghost[Map[Term, Seq[Entry]]]  # the log of the leader of each term

    def start(self) -> None:
        super().start()
        self.leader_log = Map({t: Seq[Entry]() for t in Term})

    def become_leader(self, s: Server) -> None:
        super().become_leader(s)
        self.leader_log[self.term[s]] = self.log[s]

    def client_request(self, s: Server, v: Value) -> None:
        super().client_request(s, v)
        self.leader_log[self.term[s]] = self.log[s]

    @lemma
    def elected_is_no_candidate(self) -> bool:
        """Who was elected has reached the term, and does not stand for election in it again."""
        return all(
            e.term <= self.term[e.leader]
            and implies(self.role[e.leader] == Role.CANDIDATE, e.term != self.term[e.leader])
            for e in self.elections)

    @lemma
    def leader_log_is_as_long(self) -> bool:
        """What is remembered of the leader of a term is as long as its log, as long as it leads."""
        return all(
            implies(self.role[s] == Role.LEADER, len(self.leader_log[self.term[s]]) == len(self.log[s]))
            for s in Server)

    @lemma
    def leader_log_is_the_same(self) -> bool:
        """What is remembered of the leader of a term is its log, entry by entry, as long as it leads."""
        return all(
            implies(
                self.role[s] == Role.LEADER and i < len(self.leader_log[self.term[s]]),
                self.leader_log[self.term[s]][i] == self.log[s][i])
            for s in Server for i in range(len(self.log[s])))

    @lemma
    def entry_is_its_leaders(self) -> bool:
        """An entry of a log stands at the same index in the log of the leader of its term; that term is not to come."""
        return all(
            self.log[s][i].term <= self.term[s] and self.leader_has(self.log[s][i].term, i, self.log[s][i])
            for s in Server for i in range(len(self.log[s])))

    @lemma
    def entry_has_a_leader(self) -> bool:
        """A leader was elected in the term of every entry."""
        return all(self.elected(self.log[s][i].term) for s in Server for i in range(len(self.log[s])))

    @lemma
    def prefix_is_its_leaders(self) -> bool:
        """All before an entry of a log is what the leader of the entry's term had there."""
        return all(
            self.leader_has(self.log[s][i].term, j, self.log[s][j])
            for s in Server for i in range(len(self.log[s])) for j in range(i + 1))

    @lemma
    def leaders_entry_is_its_leaders(self) -> bool:
        """An entry that a leader had was entered by it, or stood at the same index in the log of an earlier leader."""
        return all(
            self.leader_log[t][i].term <= t and self.leader_has(self.leader_log[t][i].term, i, self.leader_log[t][i])
            for t in Term for i in range(len(self.leader_log[t])))

    @lemma
    def leaders_entry_has_a_leader(self) -> bool:
        """A leader was elected in the term of every entry that a leader had."""
        return all(self.elected(self.leader_log[t][i].term) for t in Term for i in range(len(self.leader_log[t])))

    @lemma
    def leader_log_has_a_leader(self) -> bool:
        """Nothing is remembered of a term without a leader."""
        return all(implies(len(self.leader_log[t]) > 0, self.elected(t)) for t in Term)

    @lemma
    def leaders_prefix_is_its_leaders(self) -> bool:
        """All before an entry that a leader had is what the leader of the entry's term had there."""
        return all(
            self.leader_has(self.leader_log[t][i].term, j, self.leader_log[t][j])
            for t in Term for i in range(len(self.leader_log[t])) for j in range(i + 1))

    @lemma
    def request_is_from_a_leader(self) -> bool:
        """Who asks for an entry to be appended was elected, and asks for one at a time."""
        return all(
            Election(m.term, m.source) in self.elections and len(m.entries) <= 1
            for m in self.net if isinstance(m, Append))

    @lemma
    def request_says_what_precedes(self) -> bool:
        """A request says truly which entry the leader has before the new one."""
        return all(
            m.prev_index <= len(self.leader_log[m.term])
            and implies(m.prev_index > 0, m.prev_term == self.leader_log[m.term][m.prev_index - 1].term)
            for m in self.net if isinstance(m, Append))

    @lemma
    def request_carries_the_leaders_entry(self) -> bool:
        """The entry in a request is the one that the leader has there."""
        return all(
            implies(len(m.entries) > 0, self.leader_has(m.term, m.prev_index, m.entries[0]))
            for m in self.net if isinstance(m, Append))

    @lemma
    def match_is_in_leader_log(self) -> bool:
        """A follower agrees with no more than the leader has, which was elected."""
        return all(
            implies(m.success, m.match <= len(self.leader_log[m.term]) and Election(m.term, m.dest) in self.elections)
            for m in self.net if isinstance(m, AppendReply))

    @invariant(uses=("prefix_is_its_leaders",))
    def log_matching(self) -> bool:
        """Two logs with an entry of the same index and term are equal up to it."""
        return super().log_matching()

    def elected(self, t: Term) -> bool:
        """A leader was elected in term `t`."""
        return any(Election(t, s) in self.elections for s in Server)

    def leader_has(self, t: Term, i: int, e: Entry) -> bool:
        """The leader of term `t` has `e` at index `i`."""
        return i < len(self.leader_log[t]) and self.leader_log[t][i] == e
