"""The bodies of actions and initial states: from Python's statements to typed IR statements."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.errors import Note, UserError
from checker.core.structs import struct
from checker.core.types import BagType, MapType, SeqType, SetType, Type
from checker.frontend import bodies, chains, expressions, inline, patterns
from checker.frontend.advice import FUNCTIONS, instead_of_method, instead_of_module
from checker.frontend.coerce import coerce
from checker.frontend.operators import binary
from checker.frontend.scope import Method, Scope

def statements(body: Sequence[ast.stmt], scope: Scope) -> tuple[tuple[ir.Statement, ...], Scope]:
    """The statements of a body, and the scope after them."""
    made: list[ir.Statement] = []
    for position, statement in enumerate(body):
        while isinstance(statement, ast.Match):  # what is left of one that cannot fail may be a `match` again
            subject = expressions.expression(statement.subject, scope)
            if not inline.lasting(subject):
                # the state may change before a `case` looks at the subject again, so it is bound
                name = scope.context.fresh("subject")
                made.append(ir.Bind(name=name, value=subject, span=subject.span))
                subject = ir.Local(name=name, type=subject.type, span=subject.span)
            scope = patterns.with_subject(statement, subject, scope)
            statement = patterns.as_if(statement, scope)
        match statement:
            case ast.Return(value=None):
                break
            case ast.If() if _returns(statement):
                # what follows an early `return` belongs to the other side
                merged = _merge_rest(statement, list(body[position + 1 :]))
                branch, scope = _branch(merged, scope, last=True)
                made.append(branch)
                break
            case _:
                more, scope = _statement(statement, scope)
                made += more
    return tuple(made), scope


def _returns(statement: ast.If) -> bool:
    return any(isinstance(part, ast.Return) for part in ast.walk(statement))


def _merge_rest(statement: ast.If, rest: list[ast.stmt]) -> ast.If:
    def follow(side: list[ast.stmt]) -> list[ast.stmt]:
        return side if side and isinstance(side[-1], ast.Return) else [*side, *rest]

    merged = ast.If(statement.test, follow(statement.body), follow(statement.orelse))
    return ast.copy_location(merged, statement)


def _statement(statement: ast.stmt, scope: Scope) -> tuple[list[ir.Statement], Scope]:
    span = scope.span(statement)
    match statement:
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            return [], scope
        case ast.Expr(value=ast.Call() as call):
            return _call(call, scope)
        case ast.If():
            branch, scope = _branch(statement, scope)
            return [branch], scope
        case ast.Assign(targets=[target], value=value) if _is_state(target, scope):
            return _assign(target, value, statement, scope)
        case ast.AugAssign(target=target, op=op, value=value) if _is_state(target, scope):
            path = _path(target, scope)
            new = binary(op, scope.narrowed(path.value), value, statement, scope, path.value.type)
            new = coerce(new, path.value.type, scope, statement, _declared(path, scope))
            return _write(path, new, statement, scope)
        case ast.Expr(value=ast.BinOp() as value) if (meant := _meant_change(value, scope)) is not None:
            raise UserError("S054", f"`{scope.text(value)}` does nothing here", span, help=f"did you mean `{meant}`?")
        case ast.AugAssign(target=target):
            instead = "a running value needs another name; a sum over something is `sum(... for x in ...)`"
            meant = _variable(target, scope)
            raise UserError(
                "S052",
                f"`{scope.text(target)}` is a local name: it has one value",
                span,
                help=f"did you mean `{meant}`?" if meant else instead,
            )
        case _:
            _check_new(statement, scope)
            name, value, scope = bodies.local(statement, scope, inline.lasting)
            return ([] if name is None else [ir.Bind(name=name, value=value, span=span)]), scope


def _meant_change(value: ast.BinOp, scope: Scope) -> str | None:
    """The change of the state that `self.k + 1`, in a line of its own, may have been meant to be."""
    if _is_state(value.left, scope):
        symbol = ast.unparse(ast.AugAssign(ast.Name("k", ast.Store()), value.op, ast.Name("k"))).split()[1]
        return f"{scope.text(value.left)} {symbol} {scope.text(value.right)}"
    first = value.left
    while isinstance(first, ast.BinOp):
        first = first.left
    return f"{scope.text(first)} = {scope.text(value)}" if _is_state(first, scope) else None


def _variable(target: ast.expr, scope: Scope) -> str | None:
    """The state variable that a local name may have been meant to be."""
    if isinstance(target, ast.Name) and target.id in scope.context.variables and target.id not in scope.names:
        return f"{next(iter(scope.states), 'self')}.{target.id}"
    return None


def _check_new(statement: ast.stmt, scope: Scope) -> None:
    """A name that was bound before a branch keeps its value after it, so it cannot be bound anew inside."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", statement)]
    for part in (part for target in targets for part in ast.walk(target)):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id in scope.outer:
            raise UserError(
                "S053",
                f"`{part.id}` was bound outside of this branch, and is bound anew inside",
                scope.span(part),
                help="use a conditional expression: `x = a if condition else b`",
            )


def _call(call: ast.Call, scope: Scope) -> tuple[list[ir.Statement], Scope]:
    match call.func:
        case _ if scope.calls(call, "require"):
            return _require(call, scope)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if (
            owner in scope.states and name not in scope.context.variables
        ):
            return _procedure(inline.find_method(name, call, scope), call, scope)
        case ast.Attribute(value=owner, attr=name) if scope.calls(owner, "super"):
            return _procedure(inline.find_super(name, call, scope), call, scope)
        case ast.Attribute() if inline.is_of_a_spec(call.func, scope):
            raise inline.by_class(call, scope)
        case ast.Attribute(value=target) if _is_state(target, scope):
            path = _path(target, scope)
            return _write(path, _changed(path.value, call.func, call, scope), call, scope)
        case _:
            message = f"`{scope.text(call)}` does nothing here"
            raise UserError("S054", message, scope.span(call), help=_useful(call, scope))


def _useful(call: ast.Call, scope: Scope) -> str:
    """What could have been meant by a call that does nothing."""
    match call.func:
        case ast.Name(id=name) if scope.word(name) in FUNCTIONS:
            return FUNCTIONS[name]
        case ast.Attribute(value=ast.Name(id=name)) if (meant := instead_of_module(name)) and name not in scope.names:
            return meant
        case ast.Attribute(value=ast.Name(id=name), attr=method) if name in scope.names:
            return f"`{name}` names a value, and values do not change: change the variable, `self.x.{method}(...)`"
        case _:
            return "write `require(...)`, a change of `self.x`, or a call of a method that does these"


def _require(call: ast.Call, scope: Scope) -> tuple[list[ir.Statement], Scope]:
    made: list[ir.Statement] = []
    if not call.args or call.keywords:
        raise UserError("S063", "`require` takes one or more conditions", scope.span(call))
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            help = "`require` takes conditions alone: say why in a comment"
            raise UserError("S041", "strings are not part of the language", scope.span(argument), help=help)
        condition = expressions.truth(argument, scope)
        made.append(ir.Require(condition=condition, span=scope.span(argument)))
        scope = scope.knowing(condition)
    return made, scope


def _procedure(method: Method, call: ast.Call, scope: Scope) -> tuple[list[ir.Statement], Scope]:
    """A method that is called for what it does: its statements, with the arguments in place."""
    if any(isinstance(part, ast.Return) and part.value is not None for part in ast.walk(method.node)):
        raise UserError(
            "S054",
            f"`{scope.text(call)}` does nothing here, since `{method.node.name}` only has a value",
            scope.span(call),
            help=f"to insist on it, write `require({scope.text(call)})`",
            notes=(Note("it is declared here", method.header),),
        )
    inner, bindings = inline.enter(method, False, call, scope, inline.lasting)
    made: list[ir.Statement] = [ir.Bind(name=name, value=value, span=value.span) for name, value in bindings]
    body, _ = statements(method.node.body, inner)
    for assignment in ir.assignments(body):
        scope = scope.forgetting(assignment.variable)
    return [*made, *body], scope


def _branch(statement: ast.If, scope: Scope, last: bool = False) -> tuple[ir.Branch, Scope]:
    """An `if` with its `elif`s, and the scope after it.  After the `last` statement of a body nothing is read."""
    inside = scope if last else replace(scope, outer=frozenset(scope.names))
    links: list[tuple[ir.Expr, tuple[ir.Statement, ...]]] = []
    while True:
        condition = expressions.truth(statement.test, inside)
        links.append((condition, statements(statement.body, inside.knowing(condition))[0]))
        inside = inside.knowing(condition, False)
        match statement.orelse:
            case [ast.If() as following, *more] if last and _returns(following):
                statement = _merge_rest(following, more)
            case [ast.If() as following] if not last:
                statement = following
            case others:
                otherwise, _ = statements(others, inside)
                break
    (branch,) = chains.tree(links, otherwise, _branched)
    assert isinstance(branch, ir.Branch)
    for assignment in ir.assignments((branch,)):
        scope = scope.forgetting(assignment.variable)
    return branch, scope


def _branched(
    condition: ir.Expr, then: tuple[ir.Statement, ...], otherwise: tuple[ir.Statement, ...]
) -> tuple[ir.Statement, ...]:
    return (ir.Branch(condition=condition, then=then, otherwise=otherwise, span=condition.span),)


# --- places in the state ------------------------------------------------------------------------------------------


@struct
class Path:
    """A variable, or a part of it: `self.next_index[s][t]`.  `keys` lead from the variable to the part."""

    variable: ir.Variable
    keys: tuple[ir.Expr, ...]
    value: ir.Expr


def _is_state(node: ast.expr, scope: Scope) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=owner)):
            return owner in scope.states and owner not in scope.names
        case ast.Attribute(value=inner) | ast.Subscript(value=inner):
            return _is_state(inner, scope)
        case _:
            return False


def _path(node: ast.expr, scope: Scope) -> Path:
    """The place that an assignment changes; a `UserError` where it is none that can be changed."""
    span = scope.span(node)
    match node:
        case ast.Attribute(value=ast.Name(), attr=name):
            if name in scope.context.constants:
                raise UserError(
                    "S056",
                    f"`{name}` is a constant",
                    span,
                    help=f"a state variable is declared without a value: `{name}: "
                    f"{type(scope.context.constants[name]).__name__}`",
                )
            if name not in scope.context.variables:
                value = expressions.expression(node, scope)  # raises, and says what name it might be
                raise AssertionError(value)
            variable = ir.Variable(name=name, type=scope.context.variables[name].type, span=span)
            return Path(variable, (), variable)
        case ast.Subscript(value=inner, slice=key):
            path = _path(inner, scope)
            if not isinstance(path.value.type, MapType):
                example = ": `s[:i] + Seq([x]) + s[i + 1:]`" if isinstance(path.value.type, SeqType) else ""
                raise UserError(
                    "S057",
                    f"an item of {path.value.type} cannot be assigned",
                    span,
                    help=f"only a Map is changed in place; build a new value{example}",
                )
            index = expressions.typed(
                key, scope, path.value.type.key, Note(f"the keys of this map are of type {path.value.type.key}")
            )
            value = ir.Lookup(map=path.value, key=index, type=path.value.type.value, span=span)
            return Path(path.variable, (*path.keys, index), value)
        case _:
            raise UserError(
                "S058",
                f"`{scope.text(node)}` cannot be changed",
                span,
                help="records are immutable: make a new one, `self.x = Vote(...)`",
            )


def _assign(target: ast.expr, value: ast.expr, statement: ast.stmt, scope: Scope) -> tuple[list[ir.Statement], Scope]:
    path = _path(target, scope)
    new = expressions.typed(value, scope, path.value.type, _declared(path, scope))
    return _write(path, new, statement, scope)


def _declared(path: Path, scope: Scope) -> Note:
    """Where the type of the value at `path` comes from."""
    variable = scope.context.variables[path.variable.name]
    return Note(f"`{variable.name}` is declared as {variable.type}", variable.span)


def _write(path: Path, value: ir.Expr, node: ast.AST, scope: Scope) -> tuple[list[ir.Statement], Scope]:
    """The assignment of the whole variable in which the part at `path` has a new value."""
    span = scope.span(node)

    def with_part(collection: ir.Expr, keys: tuple[ir.Expr, ...]) -> ir.Expr:
        if not keys:
            return value
        assert isinstance(collection.type, MapType)
        inner = ir.Lookup(map=collection, key=keys[0], type=collection.type.value, span=span)
        return ir.Replace(
            map=collection, key=keys[0], value=with_part(inner, keys[1:]), type=collection.type, span=span
        )

    made = ir.Assign(variable=path.variable.name, value=with_part(path.variable, path.keys), span=span)
    return [made], scope.forgetting(path.variable.name)


def _changed(value: ir.Expr, method: ast.Attribute, call: ast.Call, scope: Scope) -> ir.Expr:
    """The collection after `.add(x)` and the like."""
    name, span = method.attr, scope.span(call)
    if name not in _CHANGES.get(type(value.type), ()):
        raise _no_method(value.type, method, scope)
    if len(call.args) != 1 or call.keywords:
        raise UserError("S063", f"`.{name}` takes one argument", span)
    item = expressions.item_type(value.type)
    assert item is not None
    if isinstance(value.type, SetType) and name == "update":
        return coerce(binary(ast.BitOr(), value, call.args[0], call, scope, value.type), value.type, scope, call)
    argument = expressions.typed(call.args[0], scope, item, Note(f"the collection holds items of type {item}"))
    match value.type:
        case SetType():
            single = ir.MakeSet(items=(argument,), type=value.type, span=span)
            operator = "|" if name == "add" else "-"
            return ir.SetOperation(operator=operator, left=value, right=single, type=value.type, span=span)
        case BagType() if name == "add":
            return ir.BagAdd(bag=value, item=argument, type=value.type, span=span)
        case BagType():
            return ir.BagRemove(bag=value, item=argument, if_present=name == "discard", type=value.type, span=span)
        case _:
            single = ir.MakeSeq(items=(argument,), type=value.type, span=span)
            return ir.Concat(left=value, right=single, type=value.type, span=span)


_CHANGES: Mapping[type[Type], tuple[str, ...]] = {
    SetType: ("add", "discard", "update"),
    BagType: ("add", "remove", "discard"),
    SeqType: ("append",),
}


def _no_method(type: Type, method: ast.Attribute, scope: Scope) -> UserError:
    place = scope.last_word(method)
    if isinstance(type, SetType) and method.attr == "remove":
        return UserError(
            "S059",
            "`.remove` of a set fails where the item is missing",
            place,
            help="use `.discard(x)`; to insist, `require(x in ...)` first",
        )
    help = instead_of_method(type, method.attr) or _methods_of(type)
    return UserError("S036", f"{type} has no method `{method.attr}`", place, help=help)


def _methods_of(type: Type) -> str:
    match type:
        case SetType():
            return "a Set has `.add`, `.discard`, `|=`, `&=`, `-=`"
        case BagType():
            return "a Bag has `.add`, `.remove`, `.discard`, `|=`"
        case SeqType():
            return "a Seq has `.append` and `+=`"
        case _:
            return "assign a new value instead"
