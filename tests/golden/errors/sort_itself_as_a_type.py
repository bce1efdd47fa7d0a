from checker import Sort, Spec, init


class Cluster(Spec):
    leader: Sort | None

    @init
    def start(self) -> None:
        self.leader = None
