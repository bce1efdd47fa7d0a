/* Paxos as specs/paxos.py says it, for Spin: 3 acceptors, 2 values, BALLOTS ballots (2 to 5).

   The variables are the same, in another coding, so there are exactly as many states.  Steps that change nothing, and
   the same step through a second quorum, are left out: they are no states, and would only cost time. */

#if BALLOTS > 4
#define PAIRS short                    /* a set of pairs of ballot and value: bit 2 * ballot + value */
#else
#define PAIRS byte
#endif

byte joined[3];                        /* of an acceptor: 1 + the ballot of `promised`; 0 for None */
byte voted[3];                         /* 2 + 2 * ballot + value; 0 for None */
byte promises[3 * BALLOTS];            /* the Promise of an acceptor to a ballot: its last vote, coded so, 1 for None;
                                          0 where it was not sent */
byte prepares;                         /* bit b: Prepare(b) was sent */
PAIRS proposals;                       /* Propose(b, v) was sent */
PAIRS accepted[3];                     /* Accepted(a, b, v) was sent by acceptor a */

#define PAIR(b, v) (1 << (2 * (b) + (v)))
#define PROMISED(a, b) promises[(a) * BALLOTS + (b)]
#define HIGHER(m, n) (m > n -> m : n)

/* two promises to one ballot: the higher vote, if there is one, is for v */
#define LEAVES(m, n, v) (m && n && (HIGHER(m, n) == 1 || (HIGHER(m, n) & 1) == v))

#define PREPARE(b) \
    :: d_step { !(prepares & (1 << b)) -> prepares = prepares | (1 << b) }

#define PROMISE(a, b) \
    :: d_step { (prepares & (1 << b)) && joined[a] < b + 1 -> \
        joined[a] = b + 1; PROMISED(a, b) = (voted[a] -> voted[a] : 1) }

#define PROPOSE(b, v) \
    :: d_step { !(proposals & (PAIR(b, 0) | PAIR(b, 1))) \
        && (LEAVES(PROMISED(0, b), PROMISED(1, b), v) \
            || LEAVES(PROMISED(0, b), PROMISED(2, b), v) \
            || LEAVES(PROMISED(1, b), PROMISED(2, b), v)) -> \
        proposals = proposals | PAIR(b, v) }

#define ACCEPT(a, b, v) \
    :: d_step { (proposals & PAIR(b, v)) && joined[a] <= b + 1 && !(accepted[a] & PAIR(b, v)) -> \
        joined[a] = b + 1; voted[a] = 2 + 2 * b + v; accepted[a] = accepted[a] | PAIR(b, v); assert(AGREEMENT) }

#define CHOSEN ((accepted[0] & accepted[1]) | (accepted[0] & accepted[2]) | (accepted[1] & accepted[2]))
#define FIRST_VALUE (PAIR(0, 0) | PAIR(1, 0) | PAIR(2, 0) | PAIR(3, 0) | PAIR(4, 0))
#define AGREEMENT (!(CHOSEN & FIRST_VALUE) || !(CHOSEN & ~FIRST_VALUE))

#define STEPS(b) \
    PREPARE(b) \
    PROMISE(0, b) PROMISE(1, b) PROMISE(2, b) \
    PROPOSE(b, 0) PROPOSE(b, 1) \
    ACCEPT(0, b, 0) ACCEPT(1, b, 0) ACCEPT(2, b, 0) \
    ACCEPT(0, b, 1) ACCEPT(1, b, 1) ACCEPT(2, b, 1)

active proctype paxos() {
end:do  /* a state without a successor is no error */
    STEPS(0)
    STEPS(1)
#if BALLOTS > 2
    STEPS(2)
#endif
#if BALLOTS > 3
    STEPS(3)
#endif
#if BALLOTS > 4
    STEPS(4)
#endif
    od
}
