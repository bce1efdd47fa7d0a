from __future__ import annotations

from checker import Model, Sort, Spec, init


class Node(Sort):
    pass


class Wrong(Spec):
    up: bool

    @init
    def start(self) -> None:
        self.up = Set() == Set()


model = Model(Wrong, sizes={Node: 2})
