from checker import Spec, init, action, witnes
class A(Spec):
    n: bool
