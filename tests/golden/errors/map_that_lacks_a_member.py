from enum import Enum, auto

from checker import Map, Spec, init


class Role(Enum):
    FOLLOWER = auto()
    CANDIDATE = auto()
    LEADER = auto()


class Cluster(Spec):
    count: Map[Role, int]

    @init
    def start(self) -> None:
        self.count = Map({Role.FOLLOWER: 3, Role.LEADER: 0})
