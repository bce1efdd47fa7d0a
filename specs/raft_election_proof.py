"""Why Raft elects at most one leader a term, for any number of servers, terms and messages.

A server grants at most one vote a term, and remembers it through restarts; so two candidates cannot both hold the votes
of a majority.  The lemmas follow a vote on its way: from the voter's memory into a reply, from the reply into what the
candidate counts, and from there into the election.  The network may delay, reorder, duplicate and lose messages.

The last lemmas are about logs: a leader never looks for an entry beyond the end of its own, which would be an error.
"""

from checker import Proved, implies, lemma
from checker.specs.raft import (
    Append, AppendReply, Election, Majority, Raft, Role, Server, Term, Vote, VoteReply,
)

PROVES = (
    "election_safety", "one_election_a_term", "one_vote_a_term", "leader_append_only",
)
EXPECT = Proved()
"""What the lemmas below are enough for: the elections.  What Raft says of its logs is not proved here."""


class RaftElectionProof(Raft):
    """Raft with the lemmas on its elections, and with everything that the network and the servers may suffer."""

    restarts: bool = True
    duplicates: bool = True
    drops: bool = True

    @lemma
    def vote_is_remembered(self) -> bool:
        """Who voted in its present term remembers for whom, and nobody voted in a term that it has not reached."""
        return all(
            v.term < self.term[v.voter] or (v.term == self.term[v.voter] and self.voted_for[v.voter] == v.candidate)
            for v in self.votes)

    @lemma
    def reply_is_a_vote(self) -> bool:
        """A reply that grants a vote speaks of a vote that was cast."""
        return all(
            implies(m.granted, Vote(m.term, m.source, m.dest) in self.votes)
            for m in self.net if isinstance(m, VoteReply))

    @lemma
    def counted_is_a_vote(self) -> bool:
        """What a candidate or a leader counts are votes that were cast for it in its term."""
        return all(
            implies(self.role[s] != Role.FOLLOWER and t in self.granted[s], Vote(self.term[s], t, s) in self.votes)
            for s in Server for t in Server)

    @lemma
    def elected_by_majority(self) -> bool:
        """Every majority has a member that voted for whoever was elected."""
        return all(
            any(t in q and Vote(e.term, t, e.leader) in self.votes for t in Server)
            for e in self.elections for q in Majority)

    @lemma
    def leader_was_elected(self) -> bool:
        """A leader was elected in its term."""
        return all(
            implies(self.role[s] == Role.LEADER, Election(self.term[s], s) in self.elections) for s in Server)

    @lemma
    def next_index_from_one(self) -> bool:
        """The next entry to send has an index from 1 on, so what a message says of the one before it is from 0 on."""
        return all(self.next_index[s][t] >= 1 for s in Server for t in Server)

    @lemma
    def next_index_is_in_log(self) -> bool:
        """A leader looks for the entry before the next one to send where its log has it."""
        return all(
            implies(self.role[s] == Role.LEADER, self.next_index[s][t] <= len(self.log[s]) + 1)
            for s in Server for t in Server)

    @lemma
    def request_was_in_log(self) -> bool:
        """A leader that asks for an entry to be appended holds it as long as it leads."""
        return all(
            self.holds_while_leading(m.source, m.term, m.prev_index + len(m.entries))
            for m in self.net if isinstance(m, Append))

    @lemma
    def match_is_in_log(self) -> bool:
        """A follower agrees with no more entries than its leader has, as long as that leads."""
        return all(
            implies(m.success, self.holds_while_leading(m.dest, m.term, m.match))
            for m in self.net if isinstance(m, AppendReply))

    def holds_while_leading(self, s: Server, t: Term, length: int) -> bool:
        """`s` has led in term `t`: it is in a later one, or leads with at least `length` entries, or leads no more."""
        return t < self.term[s] or t == self.term[s] and (
            self.role[s] == Role.FOLLOWER or self.role[s] == Role.LEADER and length <= len(self.log[s]))
