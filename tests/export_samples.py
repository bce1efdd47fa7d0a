"""Traces for the tests of pictures and files, made by hand: Paxos whose acceptors keep no promise, and a vote in Raft.

They need neither the front end nor an engine.  The oracles say in plain Python what the two specs mean.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checker.core import ir
from checker.core.errors import Span
from checker.core.instance import BagBound, Instance
from checker.core.trace import Label, Step, Trace
from checker.core.types import (
    BOOL, INT, BagType, EnumType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType, Type,
    UnionType,
)
from checker.core.values import EnumValue, FrozenBag, FrozenMap, RecordValue, Sequence, State, Value

HERE = Span("sample.py", 1, 0, 1, 1)


def record(type: RecordType, *values: Value) -> RecordValue:
    return RecordValue(type.name, tuple(name for name, _ in type.fields), values)


def local(name: str, type: Type) -> ir.Local:
    return ir.Local(type=type, span=HERE, name=name)


def put(variable: str, type: MapType, key: ir.Expr, value: ir.Expr) -> ir.Assign:
    """`self.variable[key] = value`"""
    whole = ir.Variable(type=type, span=HERE, name=variable)
    changed = ir.Replace(type=type, span=HERE, map=whole, key=key, value=value)
    return ir.Assign(variable=variable, value=changed, span=HERE)


def action(name: str, parameters: dict[str, Type], *body: ir.Statement) -> ir.Action:
    declared = tuple(
        ir.Parameter(name=key, type=type, domain=ir.AllOf(type=SetType(type), span=HERE), span=HERE)
        for key, type in parameters.items()
    )
    return ir.Action(name=name, doc="", parameters=declared, body=body, span=HERE)


def spec(name: str, variables: dict[str, Type], actions: tuple[ir.Action, ...], *properties: ir.Property) -> ir.Spec:
    declared = tuple(ir.StateVariable(name=key, type=type, ghost=False, span=HERE) for key, type in variables.items())
    return ir.Spec(
        name=name, doc="", file="sample.py", sorts=(), span=HERE, initial=(action("start", {}),), actions=actions,
        variables=declared, properties=properties,
    )


def invariant(name: str, reads: ir.Expr) -> ir.Property:
    return ir.Property(kind="invariant", name=name, doc="", formula=reads, span=HERE)


def trace_of(steps: list[Step], spec: str, shows: str) -> Trace:
    return Trace("counterexample", spec, "small", shows, tuple(steps))


# --- Paxos --------------------------------------------------------------------------------------------------------

ACCEPTOR, VALUE, BALLOT = SortType("Acceptor"), SortType("Value"), SortType("Ballot", ordered=True)
MAJORITY = QuorumType("Majority", ACCEPTOR, ("Majority",))
VOTE = RecordType("Vote", (("ballot", BALLOT), ("value", VALUE)))
PREPARE = RecordType("Prepare", (("ballot", BALLOT),))
PROMISE = RecordType("Promise", (("acceptor", ACCEPTOR), ("ballot", BALLOT), ("last", OptionType(VOTE))))
PROPOSE = RecordType("Propose", (("ballot", BALLOT), ("value", VALUE)))
ACCEPTED = RecordType("Accepted", (("acceptor", ACCEPTOR), ("ballot", BALLOT), ("value", VALUE)))
PROMISED, VOTED = MapType(ACCEPTOR, OptionType(BALLOT)), MapType(ACCEPTOR, OptionType(VOTE))
SENT = SetType(UnionType((PREPARE, PROMISE, PROPOSE, ACCEPTED)))

PAXOS_INSTANCE = Instance(
    labels={"Acceptor": ("a1", "a2", "a3"), "Value": ("v1", "v2"), "Ballot": ("b1", "b2")},
    quorums={"Majority": ((0, 1), (0, 2), (1, 2))}, ranges={}, lengths={}, bags={},
)
a1, a2, a3 = PAXOS_INSTANCE.elements("Acceptor")
v1, v2 = PAXOS_INSTANCE.elements("Value")
b1, b2 = PAXOS_INSTANCE.elements("Ballot")
q12, q13, q23 = PAXOS_INSTANCE.quorum_values(MAJORITY)

_a, _b = local("a", ACCEPTOR), local("b", BALLOT)
PAXOS = spec(
    "NoPromise",
    {"promised": PROMISED, "voted": VOTED, "sent": SENT},
    (
        action("prepare", {"b": BALLOT}),
        action("promise", {"a": ACCEPTOR, "b": BALLOT}, put("promised", PROMISED, _a, _b)),
        action("propose", {"b": BALLOT, "v": VALUE, "q": MAJORITY}),
        action("accept", {"a": ACCEPTOR, "b": BALLOT, "v": VALUE}, put("promised", PROMISED, _a, _b)),
    ),
    invariant("agreement", ir.Variable(type=SENT, span=HERE, name="sent")),
)


class PaxosWithoutPromises:
    """The oracle: an acceptor votes in any ballot that proposes, whatever it has promised."""

    def replay(self, state: State, label: Label) -> State | None:
        promised: Any
        voted: Any
        sent: Any
        promised, voted, sent = state.values
        values = dict(label.arguments)
        a, b, v, q = (values.get(name) for name in ("a", "b", "v", "q"))
        match label.action:
            case "prepare":
                sent |= {record(PREPARE, b)}
            case "promise":
                if record(PREPARE, b) not in sent or (promised[a] is not None and promised[a].index >= b.index):
                    return None
                promised, sent = promised.replace(a, b), sent | {record(PROMISE, a, b, voted[a])}
            case "propose":
                promises = [m for m in sent if m.record == "Promise" and m.ballot == b and m.acceptor in q.members]
                votes = [m.last for m in promises if m.last is not None]
                newest = max((vote.ballot.index for vote in votes), default=None)
                if any(m.record == "Propose" and m.ballot == b for m in sent):
                    return None
                if len({m.acceptor for m in promises}) < len(q.members):
                    return None
                if votes and not any(vote.ballot.index == newest and vote.value == v for vote in votes):
                    return None
                sent |= {record(PROPOSE, b, v)}
            case _:
                if record(PROPOSE, b, v) not in sent:
                    return None
                promised, voted = promised.replace(a, b), voted.replace(a, record(VOTE, b, v))
                sent |= {record(ACCEPTED, a, b, v)}
        return replace(state, values=(promised, voted, sent))

    def holds(self, name: str, state: State) -> bool:
        assert name == "agreement"
        sent: Any = state["sent"]
        chosen = {
            v
            for v in (v1, v2) for b in (b1, b2) for q in (q12, q13, q23)
            if all(record(ACCEPTED, a, b, v) in sent for a in q.members)
        }
        return len(chosen) <= 1


def run(oracle: Any, first: State, labels: list[Label]) -> list[Step]:
    steps = [Step(Label("start"), first)]
    for label in labels:
        state = oracle.replay(steps[-1].state, label)
        assert state is not None, f"{label} is not possible"
        steps.append(Step(label, state))
    return steps


def label(name: str, **arguments: Value) -> Label:
    return Label(name, tuple(arguments.items()))


def paxos_trace() -> Trace:
    """13 states: both ballots gather promises, then a2 votes in both."""
    nothing: FrozenMap = FrozenMap(((a1, None), (a2, None), (a3, None)))
    first = State(("promised", "voted", "sent"), (nothing, nothing, frozenset()))
    labels = [
        label("prepare", b=b1), label("promise", a=a1, b=b1), label("promise", a=a2, b=b1),
        label("prepare", b=b2), label("promise", a=a2, b=b2), label("promise", a=a3, b=b2),
        label("propose", b=b1, v=v1, q=q12), label("propose", b=b2, v=v2, q=q23),
        label("accept", a=a1, b=b1, v=v1), label("accept", a=a2, b=b1, v=v1),
        label("accept", a=a2, b=b2, v=v2), label("accept", a=a3, b=b2, v=v2),
    ]
    return trace_of(run(PaxosWithoutPromises(), first, labels), "NoPromise", "agreement")


# --- Raft ---------------------------------------------------------------------------------------------------------

SERVER, TERM = SortType("Server"), SortType("Term", ordered=True)
ROLE = EnumType("Role", ("FOLLOWER", "CANDIDATE", "LEADER"))
ENTRY = RecordType("Entry", (("term", TERM), ("value", VALUE)))
REQUEST = RecordType(
    "RequestVote",
    (("term", TERM), ("last_term", OptionType(TERM)), ("last_index", INT), ("source", SERVER), ("dest", SERVER)),
)
REPLY = RecordType("VoteReply", (("term", TERM), ("granted", BOOL), ("source", SERVER), ("dest", SERVER)))
MESSAGE = UnionType((REQUEST, REPLY))
NET = BagType(MESSAGE, "net")
TERMS, ROLES = MapType(SERVER, TERM), MapType(SERVER, ROLE)
GRANTED, LOGS = MapType(SERVER, SetType(SERVER)), MapType(SERVER, SeqType(ENTRY, "log"))

RAFT_INSTANCE = Instance(
    labels={"Server": ("s1", "s2"), "Value": ("v1",), "Term": ("t1", "t2")},
    quorums={}, ranges={"int": (0, 3)}, lengths={"log": 2}, bags={"net": BagBound(2, 2)},
)
s1, s2 = RAFT_INSTANCE.elements("Server")
t1, t2 = RAFT_INSTANCE.elements("Term")
FOLLOWER, CANDIDATE, LEADER = (EnumValue("Role", index, name) for index, name in enumerate(ROLE.members))

_s = local("s", SERVER)
_destination = ir.Field(type=SERVER, span=HERE, operand=local("m", MESSAGE), name="dest")
RAFT = spec(
    "Raft",
    {"term": TERMS, "role": ROLES, "granted": GRANTED, "log": LOGS, "commit": INT, "net": NET},
    (
        action("timeout", {"s": SERVER}, put("role", ROLES, _s, local("r", ROLE))),
        action("request_vote", {"s": SERVER, "t": SERVER}, put("granted", GRANTED, _s, local("g", SetType(SERVER)))),
        action("handle_request_vote", {"m": REQUEST}, put("term", TERMS, _destination, local("x", TERM))),
        action(
            "handle_vote_reply", {"m": REPLY},
            ir.Bind(name="s", value=_destination, span=HERE), put("granted", GRANTED, _s, local("g", SetType(SERVER))),
        ),
        action("become_leader", {"s": SERVER}, put("role", ROLES, _s, local("r", ROLE))),
        action("client_request", {"s": SERVER, "v": VALUE}, put("log", LOGS, _s, local("l", SeqType(ENTRY)))),
        action("drop", {"m": MESSAGE}),
    ),
    invariant("election_safety", ir.Variable(type=ROLES, span=HERE, name="role")),
)


class RaftVotes:
    """The oracle for the vote of a term; everybody is always in term t2."""

    def replay(self, state: State, label: Label) -> State | None:
        values: dict[str, Any] = dict(state.items())
        arguments: dict[str, Any] = dict(label.arguments)
        s, m, net = arguments.get("s"), arguments.get("m"), values["net"]
        if m is not None and m not in net:
            return None
        match label.action:
            case "timeout":
                values["role"] = values["role"].replace(s, CANDIDATE)
                values["term"] = values["term"].replace(s, t2)
            case "request_vote":
                values["net"] = net.change(record(REQUEST, t2, None, 0, s, arguments["t"]), +1)
            case "handle_request_vote":
                values["term"] = values["term"].replace(m.dest, m.term)
                values["net"] = net.change(m, -1).change(record(REPLY, t2, True, m.dest, m.source), +1)
            case "handle_vote_reply":
                values["granted"] = values["granted"].replace(m.dest, values["granted"][m.dest] | {m.source})
                values["net"] = net.change(m, -1)
            case "become_leader":
                values["role"] = values["role"].replace(s, LEADER)
            case "client_request":
                entry = record(ENTRY, values["term"][s], arguments["v"])
                values["log"] = values["log"].replace(s, Sequence((*values["log"][s], entry)))
            case _:
                values["net"] = net.change(m, -1)
        return replace(state, values=tuple(values.values()))

    def holds(self, name: str, state: State) -> bool:
        roles: Any = state["role"]
        return sum(role == LEADER for _, role in roles.items) <= 1


def raft_trace() -> Trace:
    """11 states: both servers ask for a vote, one request is lost, and two leaders come out."""

    def both(value: Value) -> FrozenMap:
        return FrozenMap(((s1, value), (s2, value)))

    first = State(
        ("term", "role", "granted", "log", "commit", "net"),
        (both(t1), both(FOLLOWER), both(frozenset()), both(Sequence()), 0, FrozenBag()),
    )
    ask1 = record(REQUEST, t2, None, 0, s1, s2)
    yes = record(REPLY, t2, True, s2, s1)
    labels = [
        label("timeout", s=s1), label("request_vote", s=s1, t=s2), label("request_vote", s=s1, t=s2),
        label("handle_request_vote", m=ask1), label("drop", m=ask1), label("handle_vote_reply", m=yes),
        label("become_leader", s=s1), label("client_request", s=s1, v=RAFT_INSTANCE.elements("Value")[0]),
        label("timeout", s=s2), label("become_leader", s=s2),
    ]
    return trace_of(run(RaftVotes(), first, labels), "Raft", "election_safety")


