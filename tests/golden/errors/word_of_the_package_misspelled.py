import checker
class A(checker.Spec):
    n: bool
    @checker.init
    def start(self) -> None:
        self.n = True
    @checker.witnes
    def w(self) -> bool:
        return self.n
