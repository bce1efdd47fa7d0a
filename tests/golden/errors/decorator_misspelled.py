from checker import Spec, init, action, witness
class A(Spec):
    n: bool
    @init
    def start(self) -> None:
        self.n = True
    @witnes
    def w(self) -> bool:
        return self.n
