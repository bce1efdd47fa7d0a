from checker import Spec

LIMIT = 10 // len([])


class Counter(Spec):
    count: int
