from enum import Enum, auto

from checker import Spec, init


class Role(Enum):
    FOLLOWER = auto()
    LEADER = auto()


class Cluster(Spec):
    role: Role

    @init
    def start(self) -> None:
        self.role = Role.LEEDER
