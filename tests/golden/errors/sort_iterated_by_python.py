from checker import Set, Sort, Spec


class Server(Sort):
    """A process."""


NAMES = [str(s) for s in Server]


class Cluster(Spec):
    up: Set[Server]
