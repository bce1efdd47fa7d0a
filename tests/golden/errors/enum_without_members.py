from enum import Enum

from checker import Map, Spec, init


class Role(Enum):
    """Nothing yet."""


class Cluster(Spec):
    role: Map[Role, bool]

    @init
    def start(self) -> None:
        self.role = Map({r: True for r in Role})
