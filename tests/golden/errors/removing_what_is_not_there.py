from checker import Bag, BagBound, Model, Sort, Spec, action, init, require


class Server(Sort):
    """A process."""


class Net(Spec):
    net: Bag[Server]

    @init
    def start(self) -> None:
        self.net = Bag()

    @action
    def send(self, s: Server) -> None:
        self.net.add(s)

    @action
    def receive(self, s: Server) -> None:
        require(len(self.net) > 0)
        self.net.remove(s)


two = Model(Net, sizes={Server: 2}, bounds={"net": BagBound(2)})
