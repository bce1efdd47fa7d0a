from checker import Model, Quorum, Set, Sort, Spec, action, axiom, init, invariant


class Acceptor(Sort):
    pass


class Classic(Quorum[Acceptor]):
    pass


class Fast(Quorum[Acceptor]):
    pass


class FastPaxos(Spec):
    voted: Set[Acceptor]

    @init
    def start(self) -> None:
        self.voted = Set()

    @axiom
    def fast_quorums_meet(self) -> bool:
        return all(any(a in f and a in g for a in q) for f in Fast for g in Fast for q in Classic)

    @action
    def vote(self, a: Acceptor) -> None:
        self.voted.add(a)

    @invariant
    def safe(self) -> bool:
        return True


small = Model(FastPaxos, sizes={Acceptor: 3})
