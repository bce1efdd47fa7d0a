"""The small protocols of the library, each broken in one place, with the lemmas of the right one."""

from checker import action, axiom, require
from checker.specs.chord import Node as Identifier
from checker.specs.chord_proof import ChordProof
from checker.specs.lock_server import Grant, Request
from checker.specs.lock_server_proof import LockServerProof
from checker.specs.reliable_broadcast import Echo, Initial, Ready, Some
from checker.specs.reliable_broadcast import Node as Peer
from checker.specs.reliable_broadcast import Value as Word
from checker.specs.reliable_broadcast_proof import ReliableBroadcastProof
from checker.specs.ring_election import Candidacy
from checker.specs.ring_election import Node as RingNode
from checker.specs.ring_election_proof import RingElectionProof
from checker.specs.sharded_store import Key, Node, Transfer, Value
from checker.specs.sharded_store_proof import ShardedStoreProof
from checker.specs.ticket_lock import Thread
from checker.specs.ticket_lock_proof import TicketLockProof
from checker.specs.toy_consensus import Node as Voter
from checker.specs.toy_consensus import Value as Choice
from checker.specs.toy_consensus_proof import ToyConsensusProof
from checker.specs.transaction_commit import Manager, Phase, TransactionCommit
from checker.specs.two_phase_commit import Decision
from checker.specs.two_phase_commit_proof import TwoPhaseCommitProof


class LateAbort(TransactionCommit):
    """A manager aborts though another one has committed."""

    @action
    def abort(self, m: Manager) -> None:
        require(self.phase[m] in (Phase.WORKING, Phase.PREPARED))
        self.phase[m] = Phase.ABORTED


class HastyCoordinator(TwoPhaseCommitProof):
    """The coordinator decides without the word of all managers."""

    @action(lane="coordinator")
    def decide_to_commit(self) -> None:
        require(not self.decided)
        self.decided = True
        self.sent.add(Decision(commit=True))


class FickleManager(TwoPhaseCommitProof):
    """A manager gives up though it said that it is prepared."""

    @action
    def give_up(self, m: Manager) -> None:
        require(self.phase[m] in (Phase.WORKING, Phase.PREPARED))
        self.phase[m] = Phase.ABORTED


class GenerousServer(LockServerProof):
    """The server grants a lock that it has given away."""

    @action(lane="server")
    def grant(self, m: Request) -> None:
        require(m in self.net)
        self.net.discard(m)
        self.free = False
        self.net.add(Grant(m.client))


class RepeatedGrant(LockServerProof):
    """The network brings a grant again and again."""

    @action
    def take(self, m: Grant) -> None:
        require(m in self.net)
        self.holders.add(m.client)


class FickleVoter(ToyConsensusProof):
    """A node votes anew."""

    @action
    def cast(self, n: Voter, v: Choice) -> None:
        self.vote[n] = v


class StuckRoll(TicketLockProof):
    """The same ticket is drawn again and again."""

    @action
    def draw(self, t: Thread) -> None:
        require(self.ticket[t] is None)
        self.ticket[t] = self.next


class CalledEarly(TicketLockProof):
    """The next number is called before the thread inside has left."""

    @action
    def enter(self, t: Thread) -> None:
        require(t not in self.inside, self.ticket[t] == self.serving)
        self.inside.add(t)
        self.serving += 1

    @action
    def leave(self, t: Thread) -> None:
        require(t in self.inside)
        self.inside.discard(t)
        self.ticket[t] = None


class RepeatedTransfer(ShardedStoreProof):
    """The network brings a transfer again and again."""

    @action
    def receive(self, m: Transfer) -> None:
        require(m in self.net)
        self.owned[m.node].add(m.key)
        self.table[m.node][m.key] = m.value


class KeepsCopy(ShardedStoreProof):
    """Who hands over a key goes on answering for it."""

    @action
    def send(self, source: Node, dest: Node, k: Key, v: Value) -> None:
        require(k in self.owned[source], self.table[source][k] == v)
        self.net.add(Transfer(dest, k, v))


class RecklessMember(ChordProof):
    """A member leaves though another one knows no other."""

    @action
    def fail(self, n: Identifier) -> None:
        require(n in self.members, n != Identifier.first())
        self.members.discard(n)
        self.successor[n] = None
        self.backup[n] = None
        self.predecessor[n] = None


class BlindJoin(ChordProof):
    """A member joins behind any other one."""

    @action
    def join(self, n: Identifier, s: Identifier) -> None:
        require(n not in self.members, s in self.members)
        self.members.add(n)
        self.successor[n] = s


class EagerNode(RingElectionProof):
    """A node hands on every name."""

    @action
    def hand_on(self, m: Candidacy, next: RingNode) -> None:
        require(m in self.sent, self.is_next(m.at, next))
        self.sent.add(Candidacy(next, m.name))


class SameNames(RingElectionProof):
    """Two nodes can have one name."""

    @axiom
    def names_differ(self) -> bool:
        return True


class TooManyFaulty(ReliableBroadcastProof):
    """Any number of nodes lie."""

    @axiom
    def most_share_a_correct_node(self) -> bool:
        return True

    @axiom
    def some_have_a_correct_node(self) -> bool:
        return True


class EchoesAnew(ReliableBroadcastProof):
    """A node echoes all that the sender tells."""

    @action
    def echo(self, n: Peer, v: Word) -> None:
        require(Initial(v) in self.sent)
        self.sent.add(Echo(n, v))


class BelievesOne(ReliableBroadcastProof):
    """A node gets ready since another one says that it is."""

    @action
    def join_ready(self, n: Peer, v: Word, q: Some) -> None:
        require(not self.is_ready(n), any(Ready(p, v) in self.sent for p in q))
        self.sent.add(Ready(n, v))
