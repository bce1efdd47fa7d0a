from __future__ import annotations

from checker import Set, Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Sever]

    @init
    def start(self) -> None:
        self.up = Set()
