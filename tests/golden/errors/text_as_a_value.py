from checker import Spec, init


class Cluster(Spec):
    role: int

    @init
    def start(self) -> None:
        self.role = "leader"
