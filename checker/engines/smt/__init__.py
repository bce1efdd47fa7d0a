"""The intermediate representation as Z3 terms.

    logic      truth values and numbers: Python constants where they are known, Z3 terms where they are not
    terms      symbolic values: records of terms, and functions for maps, sets, bags and sequences
    universe   what the types stand for: all sizes (a proof) or the elements of one instance (a counterexample)
    translate  expressions to symbolic values; quantify: binders; actions: guards and the state after a step
    formulas   quantifiers: Skolem constants of a goal, instances of a hypothesis at the constants of the goal
    concrete   values of `core.values` to terms, and back from a Z3 model
"""
