"""The intermediate representation as Z3 terms.

    logic       truth values and numbers: Python constants where they are known, Z3 terms where they are not
    terms       symbolic values: records of terms, and functions for maps, sets, bags and sequences
    universe    what the types stand for: all sizes (a proof) or the elements of one instance (a counterexample)
    shapes      values as arguments of relations; columns: values as results of functions
    values      what values have in common: a choice between two, equality, what their type says of them
    translate   expressions to symbolic values; quantify: binders; containers: sets, maps, bags and sequences
    actions     guards, and the state after a step
    formulas    quantifiers: Skolem constants of a goal, instances of a hypothesis at the constants of the goal
    goals       a long formula as small goals about constants
    answers     a query to Z3, which Ctrl-C ends; solvers: the text that every solver gets; second: cvc5
    ladder      ways to put an obligation to a solver, one after the other
    attempts    one obligation against the solvers; theory: a spec for all sizes, and its obligations
    instances   sizes in which a counterexample to induction is looked for; weight: what makes it small
    concrete    values of `core.values` to terms, and back from a Z3 model
"""
