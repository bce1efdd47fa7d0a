'''A spec whose names and texts look like code: """, \\ and
a new line.'''

from checker import Bag, BagBound, Map, Model, Seq, Sort, Spec, action, init, invariant, require, witness


class cuts(Sort):
    """Called as the counters of cut steps are."""


class Odd(Spec):
    """\"\"\" # {s} \\N{nothing}
    def violated(s): return 0
    """

    found: int
    T_table: Map[cuts, Seq[cuts]]
    after: Bag[cuts]

    @init
    def x̣(self) -> None:
        """Differs from the other one in a mark that is combined with the letter."""
        self.found = 0
        self.T_table = Map({s: Seq() for s in cuts})
        self.after = Bag()

    @init
    def x̤(self) -> None:
        self.found = 1
        self.T_table = Map({s: Seq() for s in cuts})
        self.after = Bag()

    @action
    def violated(self) -> None:
        r"""Counts \ up, """
        self.found += 1

    @action
    def add(self, s: cuts, _found: cuts) -> None:
        require(s != _found)
        self.T_table[s].append(_found)
        self.after.add(_found)

    @action
    def match(self, add: cuts) -> None:
        require(add in self.after)
        mask = self.after.count(add)
        self.found = mask

    @invariant
    def reached(self) -> bool:
        return self.found < 3

    @witness
    def inside(self) -> bool:
        return any(pending in self.after for pending in cuts)


model = Model(Odd, sizes={cuts: 2}, bounds={"found": (0, 3), "T_table": 1, "after": BagBound(2, 2)})
