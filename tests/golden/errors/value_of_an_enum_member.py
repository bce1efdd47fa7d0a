from enum import Enum

from checker import Spec, init, invariant


class Role(Enum):
    FOLLOWER = 1
    LEADER = 2


class Cluster(Spec):
    role: Role

    @init
    def start(self) -> None:
        self.role = Role.FOLLOWER

    @invariant
    def fine(self) -> bool:
        return self.role.value >= Role.LEADER.value
