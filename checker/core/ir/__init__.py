"""The intermediate representation: what a spec means, with the type and the place of every expression.

There is one.  The front end makes it in its *typed* form, where an action is a list of statements in the order in
which they were written; `frontend.lower` turns each action into its *lowered* form: parameters, guards and bindings
in order, and one new value a variable.  `verify` states what each form allows.

No name of a parameter, a binding or a bound variable is bound again where it has a meaning, so no pass has to think of
capture.  (One that is bound in two places belongs to one expression that stands in both.)
All expressions are pure.  The order of evaluation is left to right; `And`, `Or`, `Implies`, `If`, `ForAll` and
`Exists` stop as soon as the result is known.  Evaluation can end in two other ways than with a value:
*an error* of the spec (`Index` past the end, `Least` of nothing, removing what a bag does not hold), and *out of the
model's bounds* (`Next` of the last element, a record with an int above its range): then the step is cut and counted.
"""

from checker.core.ir.collections import (
    AllOf, BagAdd, BagAddAll, BagRemove, Collecting, Concat, Contains, Count, Index, Length, Lookup, MakeBag,
    MakeMap, MakeSeq, MakeSet, Range, Replace, SetOperation, Slice, Subset,
)
from checker.core.ir.declarations import (
    Action, Assign, Bind, Branch, LoweredAction, LoweredSpec, Parameter, Property, PropertyKind, Require, Spec,
    StateVariable, Statement, Support, assignments,
)
from checker.core.ir.expressions import (
    And, Arithmetic, Basic, Binder, Boolean, Comparison, Comprehension, EnumMember, Equal, Exists, Expr, Extremum,
    Field, First, ForAll, If, Implies, Integer, IsNothing, IsRecord, Item, Less, Let, Local, Logical, MakeRecord,
    MakeTuple, Narrow, Next, Not, Nothing, Or, Quantified, Some, Structural, Sum, Undefined, Unwrap, Variable,
    Widen, sort_of,
)
from checker.core.ir.node import Node
from checker.core.ir.traversal import children, free_locals, numbered, transform, walk

__all__ = [
    "Action", "AllOf", "And", "Arithmetic", "Assign", "BagAdd", "BagAddAll", "BagRemove", "Basic", "Bind", "Binder",
    "Boolean", "Branch", "Collecting", "Comparison", "Comprehension", "Concat", "Contains", "Count", "EnumMember",
    "Equal", "Exists", "Expr", "Extremum", "Field", "First", "ForAll", "If", "Implies", "Index", "Integer",
    "IsNothing", "IsRecord", "Item", "Length", "Less", "Let", "Local", "Logical", "Lookup", "LoweredAction",
    "LoweredSpec", "MakeBag", "MakeMap", "MakeRecord", "MakeSeq", "MakeSet", "MakeTuple", "Narrow", "Next", "Node",
    "Not", "Nothing", "Or", "Parameter", "Property", "PropertyKind", "Quantified", "Range", "Replace", "Require",
    "SetOperation", "Slice", "Some", "Spec", "StateVariable", "Statement", "Structural", "Subset", "Sum", "Support",
    "Undefined", "Unwrap", "Variable", "Widen", "assignments", "children", "free_locals", "numbered", "sort_of",
    "transform", "walk",
]
