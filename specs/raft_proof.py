"""Why what Raft commits stays committed, for any number of servers, terms, entries and messages.

The proof remembers three things that no server does: who agreed to which entry of a leader (`agreements`), for which
entries a leader counted a majority (`counts`), and what was committed by which term (`decisions`).

1. Who agreed to an entry holds it, unless a leader of a later term, which it has reached, lacks the entry.
2. A candidate's log is at least as up to date as those of its voters.  So it holds what any of them agreed to, with the
   same exception.
3. Where a leader of a later term lacks an entry, each majority has a member that did not agree to it, and never will.
   So the entry was not counted; in other words, each later leader holds what was counted.
4. What was decided stood at or before a counted entry, so all later leaders have it.  Servers take for committed what
   was decided, since leaders tell them.
"""

from checker import Ghost, Proved, Record, Set, implies, invariant, lemma
from checker.specs.raft import (
    Append, AppendReply, Election, Entry, Index, Majority, RequestVote, Role, Server, Term,
)
from checker.specs.raft_log_proof import RaftLogProof

PROVES = (
    "election_safety", "one_election_a_term", "one_vote_a_term", "leader_append_only", "log_matching",
    "leader_completeness", "state_machine_safety", "commits_what_it_holds", "committed_entries_stay", "decided_once",
)
EXPECT = Proved()


class Agreement(Record):
    """`server` has agreed to the entry at `index` of the leader of `term`."""
    server: Server
    term: Term
    index: Index


class Count(Record):
    """The leader of `term` has counted a majority for its entry at `index`."""
    index: Index
    term: Term


class Decision(Record):
    """By `term`, `entry` was committed at `index`."""
    index: Index
    entry: Entry
    term: Term


class RaftProof(RaftLogProof):
    """The proof that the logs of Raft agree, with the lemmas on what is committed."""

    agreements: Ghost[Set[Agreement]]
    counts: Ghost[Set[Count]]
    decisions: Ghost[Set[Decision]]

    def start(self) -> None:
        super().start()
        self.agreements = Set()
        self.counts = Set()
        self.decisions = Set()

    def accept_append(self, m: Append) -> None:
        super().accept_append(m)
        self.agreements |= {Agreement(m.dest, m.term, i) for i in range(m.prev_index + len(m.entries))}

    def advance_commit(self, s: Server) -> None:
        super().advance_commit(s)
        n = self.held_by_majority(s)
        if n > 0 and self.may_commit(s, n):
            self.counts.add(Count(n - 1, self.term[s]))
            self.decisions |= {
                Decision(i, self.log[s][i], t) for i in range(n) for t in Term if self.term[s] <= t}

    # --- messages and what is counted -----------------------------------------------------------------------------

    @lemma
    def vote_request_is_of_the_past(self) -> bool:
        """Nobody asked for votes in a term that it has not reached."""
        return all(m.term <= self.term[m.source] for m in self.net if isinstance(m, RequestVote))

    @lemma
    def vote_request_describes_the_log(self) -> bool:
        """A candidate's request says truly how its log ends, as long as it is a candidate: that log does not change."""
        return all(
            implies(
                self.role[m.source] == Role.CANDIDATE and self.term[m.source] == m.term,
                m.last_index == len(self.log[m.source]) and m.last_term == self.last_term(m.source))
            for m in self.net if isinstance(m, RequestVote))

    @lemma
    def vote_is_of_the_past(self) -> bool:
        """Nobody was voted for in a term that it has not reached."""
        return all(v.term <= self.term[v.candidate] for v in self.votes)

    @lemma
    def reply_is_an_agreement(self) -> bool:
        """Who replies that its log agrees with the leader's has agreed to the last entry of that part."""
        return all(
            implies(m.success and m.match > 0, Agreement(m.source, m.term, m.match - 1) in self.agreements)
            for m in self.net if isinstance(m, AppendReply))

    @lemma
    def match_is_an_agreement(self) -> bool:
        """What a leader believes of a follower's log, the follower has agreed to."""
        return all(
            implies(
                self.role[s] == Role.LEADER and self.match_index[s][t] > 0,
                Agreement(t, self.term[s], self.match_index[s][t] - 1) in self.agreements)
            for s in Server for t in Server)

    @lemma
    def agreement_is_in_leader_log(self) -> bool:
        """Agreed is to what a leader has, in a term that the server has reached."""
        return all(
            a.index < len(self.leader_log[a.term]) and a.term <= self.term[a.server] for a in self.agreements)

    @lemma
    def agreement_has_a_leader(self) -> bool:
        """Agreed is to entries of a leader that was elected."""
        return all(self.elected(a.term) for a in self.agreements)

    @lemma
    def agreement_includes_earlier(self) -> bool:
        """Who agreed to an entry agreed to all before it."""
        return all(Agreement(a.server, a.term, i) in self.agreements for a in self.agreements for i in range(a.index))

    # --- what was agreed to stays, and later leaders have it --------------------------------------------------------

    @lemma(uses={
        "accept_append": (
            "agreed_entry_stays", "request_says_what_precedes", "request_carries_the_leaders_entry",
            "request_is_from_a_leader", "entry_is_its_leaders", "prefix_is_its_leaders",
            "leaders_prefix_is_its_leaders",
        ),
        "remove_conflict": (
            "agreed_entry_stays", "request_says_what_precedes", "request_carries_the_leaders_entry",
            "request_is_from_a_leader", "entry_is_its_leaders", "prefix_is_its_leaders",
            "leaders_prefix_is_its_leaders",
            "agreement_is_in_leader_log", "elected_is_no_candidate",
        ),
    })
    def agreed_entry_stays(self) -> bool:
        """Who agreed to an entry of a leader's own term holds it, or is past the election of a leader that lacks it."""
        return all(
            implies(
                self.agreed(a, t, i) and self.leader_log[t][i].term == t,
                self.holds(a, i, t) or any(w <= self.term[a] and self.later_leader_lacks(w, i, t) for w in Term))
            for a in Server for t in Term for i in range(len(self.leader_log[t])))

    @lemma(uses=("leaders_entry_is_its_leaders", "leaders_prefix_is_its_leaders"))
    def leaders_terms_do_not_fall(self) -> bool:
        """In the log of a leader no entry is of an earlier term than one before it."""
        return all(
            self.leader_log[t][j].term <= self.leader_log[t][i].term
            for t in Term for i in range(len(self.leader_log[t])) for j in range(i))

    @lemma(uses=("prefix_is_its_leaders",))
    def log_is_its_last_leaders(self) -> bool:
        """A log is how that of the leader of its last term begins."""
        return all(
            len(self.log[s]) <= len(self.leader_log[self.log[s][-1].term])
            and all(self.leader_log[self.log[s][-1].term][i] == self.log[s][i] for i in range(len(self.log[s])))
            for s in Server if len(self.log[s]) > 0)

    @lemma(uses=("log_is_its_last_leaders",))
    def longer_log_holds_entry(self) -> bool:
        """A log that ends in the same term as another one and is no shorter holds all that the other one holds."""
        return all(
            implies(
                self.log[a][-1].term == self.log[s][-1].term,
                self.log[s][i] == self.log[a][i])
            for s in Server for a in Server if len(self.log[a]) <= len(self.log[s]) for i in range(len(self.log[a])))

    @lemma(uses=(
        "log_is_its_last_leaders", "leaders_terms_do_not_fall", "leaders_entry_is_its_leaders", "entry_has_a_leader",
    ))
    def later_log_holds_entry(self) -> bool:
        """A log that ends in a later term than another one holds what that has, or the leader of that term lacks it."""
        return all(
            implies(
                self.log[a][-1].term < self.log[s][-1].term,
                self.holds(s, i, self.log[a][i].term)
                or self.later_leader_lacks(self.log[s][-1].term, i, self.log[a][i].term))
            for s in Server if len(self.log[s]) > 0 for a in Server for i in range(len(self.log[a])))

    @lemma(uses={
        "handle_request_vote": (
            "agreed_entry_stays", "vote_request_describes_the_log", "longer_log_holds_entry", "later_log_holds_entry",
            "entry_is_its_leaders",
        ),
    })
    def candidate_has_what_voters_agreed_to(self) -> bool:
        """A candidate holds what a voter of it agreed to in an earlier term, unless a leader between lacks it."""
        return all(
            implies(
                t < v.term and self.role[v.candidate] == Role.CANDIDATE and self.term[v.candidate] == v.term
                and self.agreed(v.voter, t, i) and self.leader_log[t][i].term == t,
                self.holds(v.candidate, i, t) or any(w <= v.term and self.later_leader_lacks(w, i, t) for w in Term))
            for v in self.votes for t in Term for i in range(len(self.leader_log[t])))

    @lemma
    def lacked_entry_is_never_counted(self) -> bool:
        """Where a later leader lacks an entry, every majority has a member that is past the term and has not agreed."""
        return all(
            implies(
                self.elected(t) and self.leader_log[t][i].term == t and self.later_leader_lacks(u, i, t),
                any(a in q and t < self.term[a] and not self.agreed(a, t, i) for a in Server))
            for u in Term for t in Term for i in range(len(self.leader_log[t])) for q in Majority)

    @lemma
    def counted_is_of_its_term(self) -> bool:
        """A leader counts only for entries that it entered itself."""
        return all(self.leader_has_term(c.term, c.index, c.term) for c in self.counts)

    @lemma
    def counted_has_a_leader(self) -> bool:
        """Who counts was elected."""
        return all(self.elected(c.term) for c in self.counts)

    @lemma(uses={
        "advance_commit": ("match_is_an_agreement", "agreement_includes_earlier", "leader_was_elected"),
    })
    def counted_by_majority(self) -> bool:
        """Every majority has a member that agreed to what was counted."""
        return all(
            any(a in q and self.agreed(a, c.term, c.index) for a in Server) for c in self.counts for q in Majority)

    @lemma(uses={
        "advance_commit": (
            "lacked_entry_is_never_counted", "match_is_an_agreement", "agreement_includes_earlier",
            "leader_was_elected", "leader_log_is_as_long", "leader_log_is_the_same",
            "one_election_a_term",
        ),
    })
    def later_leader_has_counted(self) -> bool:
        """Every leader of a later term has what was counted."""
        return all(
            implies(c.term < e.term, self.leader_has_term(e.term, c.index, c.term))
            for c in self.counts for e in self.elections)

    # --- what is decided ------------------------------------------------------------------------------------------

    @lemma
    def decision_lasts(self) -> bool:
        """What is decided by a term is decided by every later one."""
        return all(
            Decision(d.index, d.entry, t) in self.decisions for d in self.decisions for t in Term if d.term <= t)

    @lemma(uses={"advance_commit": ("leader_log_is_as_long", "leader_log_is_the_same")})
    def decision_was_counted(self) -> bool:
        """What is decided stood at or before a counted entry in the log of the leader that counted it."""
        return all(
            any(d.index <= c.index and c.term <= d.term and self.leader_has(c.term, d.index, d.entry)
                for c in self.counts)
            for d in self.decisions)

    @lemma(uses=(
        "decision_was_counted", "later_leader_has_counted", "counted_has_a_leader", "counted_is_of_its_term",
        "leaders_prefix_is_its_leaders",
    ))
    def leader_has_decided(self) -> bool:
        """A leader has what is decided by its term or an earlier one."""
        return all(
            implies(d.term <= e.term, self.leader_has(e.term, d.index, d.entry))
            for d in self.decisions for e in self.elections)

    @lemma(uses={
        "advance_commit": ("decision_lasts",),
        "update_term": ("decision_lasts",),
        "append_entry": ("commits_what_it_holds",),
        "accept_append": (
            "commits_what_it_holds", "told_is_decided", "request_says_what_precedes",
            "request_carries_the_leaders_entry", "prefix_is_its_leaders", "leaders_prefix_is_its_leaders",
            "entry_is_its_leaders", "leader_has_decided", "request_is_from_a_leader",
        ),
        "remove_conflict": (
            "commits_what_it_holds", "request_carries_the_leaders_entry", "request_is_from_a_leader",
            "leader_has_decided",
        ),
    })
    def committed_is_decided(self) -> bool:
        """What a server takes for committed is decided by the server's term."""
        return all(
            Decision(i, self.log[s][i], self.term[s]) in self.decisions
            for s in Server for i in range(self.commit[s]))

    @lemma
    def told_is_decided(self) -> bool:
        """What a leader tells to be committed it sent before or sends now, and it is decided by its term."""
        return all(
            m.commit <= m.prev_index + len(m.entries)
            and all(
                i < len(self.leader_log[m.term])
                and Decision(i, self.leader_log[m.term][i], m.term) in self.decisions for i in range(m.commit))
            for m in self.net if isinstance(m, Append))

    @invariant(uses=(
        "decision_was_counted", "later_leader_has_counted", "counted_has_a_leader", "counted_is_of_its_term",
        "leaders_prefix_is_its_leaders",
    ))
    def decided_once(self) -> bool:
        """Nothing else is ever committed at an index."""
        return all(implies(d.index == e.index, d.entry == e.entry) for d in self.decisions for e in self.decisions)

    @invariant(uses={
        "remove_conflict": (
            "committed_is_decided", "request_carries_the_leaders_entry", "request_is_from_a_leader",
            "leader_has_decided",
        ),
    })
    def commits_what_it_holds(self) -> bool:
        """No server takes more entries for committed than it has."""
        return super().commits_what_it_holds()

    @invariant(uses=(
        "commits_what_it_holds", "committed_is_decided", "leader_has_decided", "leader_was_elected",
        "leader_log_is_as_long", "leader_log_is_the_same",
    ))
    def leader_completeness(self) -> bool:
        """What a server knows to be committed is in the log of every leader of its term or a later one."""
        return super().leader_completeness()

    def holds(self, s: Server, i: int, t: Term) -> bool:
        """`s` has an entry of term `t` at index `i`."""
        return i < len(self.log[s]) and self.log[s][i].term == t

    def leader_has_term(self, w: Term, i: int, t: Term) -> bool:
        """The leader of term `w` has an entry of term `t` at index `i`."""
        return i < len(self.leader_log[w]) and self.leader_log[w][i].term == t

    def later_leader_lacks(self, w: Term, i: int, t: Term) -> bool:
        """The leader of term `w`, after `t`, was elected without an entry of term `t` at index `i`."""
        return self.elected(w) and t < w and not self.leader_has_term(w, i, t)

    def agreed(self, a: Server, t: Term, i: int) -> bool:
        """`a` agreed to the entry at index `i` of the leader of term `t`, or is that leader."""
        return Agreement(a, t, i) in self.agreements or Election(t, a) in self.elections
