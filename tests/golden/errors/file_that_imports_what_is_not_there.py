from checker import Spec
from checker import invarient


class Counter(Spec):
    count: int
