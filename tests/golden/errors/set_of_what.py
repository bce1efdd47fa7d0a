from checker import Set, Spec, init


class Cluster(Spec):
    up: Set

    @init
    def start(self) -> None:
        self.up = Set()
