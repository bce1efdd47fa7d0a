from typing import Annotated

from checker import Bounded, Model, Seq, Spec, init


class Log(Spec):
    entries: Annotated[Seq[bool], Bounded("size")]
    count: Annotated[int, Bounded("size")]

    @init
    def start(self) -> None:
        self.entries = Seq()
        self.count = 0


two = Model(Log, bounds={"size": 2})
