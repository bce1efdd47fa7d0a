from checker import Sort


class Server(Sort):
    """A process."""
