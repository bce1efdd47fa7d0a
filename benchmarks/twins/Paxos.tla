------------------------------------------------ MODULE Paxos ------------------------------------------------
(* Paxos as specs/paxos.py says it, for TLC: the same variables, so there are exactly as many states.  Ballots count *)
(* from 0, and -1 stands for none.  As in paxos.pml, steps that change nothing are left out: this, and asking for    *)
(* the message that a step needs instead of going through all of them, makes TLC nearly twice as fast as it is for   *)
(* Lamport's own Paxos.tla. *)
EXTENDS Integers, FiniteSets, TLC

CONSTANTS Acceptor, Value, Ballots, None

VARIABLES promised, votedBallot, votedValue, sent

Ballot == 0 .. Ballots - 1
Majority == {q \in SUBSET Acceptor : Cardinality(q) = Cardinality(Acceptor) \div 2 + 1}
Symmetry == Permutations(Acceptor) \cup Permutations(Value)

Init ==
    /\ promised = [a \in Acceptor |-> -1]
    /\ votedBallot = [a \in Acceptor |-> -1]
    /\ votedValue = [a \in Acceptor |-> None]
    /\ sent = {}

Prepare(b) ==
    /\ [type |-> "prepare", ballot |-> b] \notin sent
    /\ sent' = sent \cup {[type |-> "prepare", ballot |-> b]}
    /\ UNCHANGED <<promised, votedBallot, votedValue>>

Promise(a, b) ==
    /\ [type |-> "prepare", ballot |-> b] \in sent
    /\ b > promised[a]
    /\ promised' = [promised EXCEPT ![a] = b]
    /\ sent' = sent \cup {[type |-> "promise", acceptor |-> a, ballot |-> b,
                           lastBallot |-> votedBallot[a], lastValue |-> votedValue[a]]}
    /\ UNCHANGED <<votedBallot, votedValue>>

Propose(b, v) ==
    /\ ~ \E m \in sent : m.type = "propose" /\ m.ballot = b
    /\ \E q \in Majority :
        LET promises == {m \in sent : m.type = "promise" /\ m.acceptor \in q /\ m.ballot = b}
            votes == {m \in promises : m.lastBallot >= 0}
        IN  /\ \A a \in q : \E m \in promises : m.acceptor = a
            /\ \/ votes = {}
               \/ \E m \in votes : m.lastValue = v /\ \A n \in votes : m.lastBallot >= n.lastBallot
    /\ sent' = sent \cup {[type |-> "propose", ballot |-> b, value |-> v]}
    /\ UNCHANGED <<promised, votedBallot, votedValue>>

Accept(a, b, v) ==
    /\ b >= promised[a]
    /\ b > votedBallot[a]
    /\ [type |-> "propose", ballot |-> b, value |-> v] \in sent
    /\ promised' = [promised EXCEPT ![a] = b]
    /\ votedBallot' = [votedBallot EXCEPT ![a] = b]
    /\ votedValue' = [votedValue EXCEPT ![a] = v]
    /\ sent' = sent \cup {[type |-> "accepted", acceptor |-> a, ballot |-> b, value |-> v]}

Next ==
    \/ \E b \in Ballot : Prepare(b) \/ \E v \in Value : Propose(b, v)
    \/ \E a \in Acceptor : \E b \in Ballot : Promise(a, b) \/ \E v \in Value : Accept(a, b, v)

Spec == Init /\ [][Next]_<<promised, votedBallot, votedValue, sent>>

Chosen(v) ==
    \E b \in Ballot : \E q \in Majority : \A a \in q :
        [type |-> "accepted", acceptor |-> a, ballot |-> b, value |-> v] \in sent

Agreement == Cardinality({v \in Value : Chosen(v)}) <= 1
==============================================================================================================
