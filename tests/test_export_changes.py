"""The text of a trace shows what a step changed, all of it, and nothing else."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import export_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.core.trace import Trace
from checker.core.values import Element, FrozenBag, FrozenMap, RecordValue, Sequence, State, Value
from checker.export.changes import Added, Appended, Assigned, Change, FieldName, Key, Removed, changes, describe
from checker.export.text import trace_text

ELEMENTS = [Element("S", index, label) for index, label in enumerate(("x", "y", "z"))]
elements = st.sampled_from(ELEMENTS)
records = st.tuples(elements, st.integers(0, 2)).map(lambda values: RecordValue("R", ("who", "n"), values))
flat = st.one_of(elements, st.booleans(), st.none(), records)
containers = st.one_of(
    st.frozensets(elements, max_size=3),
    st.frozensets(records, max_size=3),
    st.lists(elements, max_size=3).map(Sequence),
    st.lists(records, max_size=3).map(FrozenBag.of),
)


def maps(values: st.SearchStrategy[Any]) -> st.SearchStrategy[FrozenMap]:
    return st.tuples(values, values, values).map(lambda row: FrozenMap(tuple(zip(ELEMENTS, row, strict=True))))


values = st.one_of(st.tuples(part, part) for part in (flat, containers, maps(flat), maps(containers)))


def apply(value: Any, path: tuple[Key | FieldName, ...], change: Change) -> Value:
    """`value` after one change at `path`: the reverse of finding differences, written on its own."""
    match path:
        case (Key(value=key), *rest):
            return value.replace(key, apply(value[key], tuple(rest), change))
        case (FieldName(name=name), *rest):
            fields = dict(zip(value.names, value.values, strict=True))
            fields[name] = apply(fields[name], tuple(rest), change)
            return RecordValue(value.record, value.names, tuple(fields.values()))
        case _:
            pass
    match change:
        case Assigned(old=old, new=new):
            assert value == old
            return new
        case Appended(items=items):
            return Sequence((*value, *items))
        case Added(item=item, copies=copies):
            return value | {item} if isinstance(value, frozenset) else value.change(item, copies)
        case Removed(item=item, copies=copies):
            assert item in value
            return value - {item} if isinstance(value, frozenset) else value.change(item, -copies)


@given(values)
def test_applying_the_changes_to_the_old_state_gives_the_new_one(pair: tuple[Value, Value]) -> None:
    old, new = pair
    found = changes(State(("v",), (old,)), State(("v",), (new,)))
    value = old
    for change in found:
        value = apply(value, change.place.path, change)
    assert value == new
    assert bool(found) == (old != new)


@given(values)
def test_no_change_is_shown_at_two_places(pair: tuple[Value, Value]) -> None:
    found = changes(State(("v",), (pair[0],)), State(("v",), (pair[1],)))
    keys = [(change.place, getattr(change, "item", None)) for change in found]
    assert len(set(keys)) == len(keys)


def changed_lines(trace: Trace) -> list[list[str]]:
    return [[describe(change) for change in changes(a.state, b.state)] for a, b in pairwise(trace.steps)]


def test_an_entry_of_a_map_and_an_item_of_a_set_are_named_alone() -> None:
    lines = changed_lines(samples.paxos_trace())
    assert lines[1] == ["promised[a1]: None → b1", "sent + Promise(acceptor=a1, ballot=b1, last=None)"]
    assert lines[10] == [
        "promised[a2]: b1 → b2",
        "voted[a2]: Vote(ballot=b1, value=v1) → Vote(ballot=b2, value=v2)",
        "sent + Accepted(acceptor=a2, ballot=b2, value=v2)",
    ]


def test_bags_sequences_and_records_show_copies_appended_items_and_fields() -> None:
    lines = changed_lines(samples.raft_trace())
    request = "RequestVote(term=t2, last_term=None, last_index=0, source=s1, dest=s2)"
    assert lines[2] == [f"net + {request}"]
    assert lines[3][1:] == [f"net − {request}", "net + VoteReply(term=t2, granted=True, source=s2, dest=s1)"]
    assert lines[7] == ["log[s1] ++ [Entry(term=t2, value=v1)]"]
    x, y = ELEMENTS[:2]
    old, new = (RecordValue("R", ("who", "n"), (x, n)) for n in (1, 2))
    assert list(map(describe, changes(State(("v",), (old,)), State(("v",), (new,))))) == ["v.n: 1 → 2"]
    other = RecordValue("R", ("who", "n"), (y, 2))
    whole = changes(State(("v",), (old,)), State(("v",), (other,)))
    assert list(map(describe, whole)) == ["v: R(who=x, n=1) → R(who=y, n=2)"]


@pytest.mark.parametrize("trace", [samples.paxos_trace(), samples.raft_trace()], ids=["paxos", "raft"])
def test_the_text_has_the_first_state_whole_and_after_it_exactly_the_changes(trace: Trace) -> None:
    lines = trace_text(trace, ["because"])
    starts = [index for index, line in enumerate(lines) if line.lstrip()[:1].isdigit()]
    assert len(starts) == len(trace)
    blocks = [lines[a + 1 : b] for a, b in pairwise([*starts, len(lines)])]
    told = [[line.strip() for line in block if line.strip()] for block in blocks]
    assert [line.split(" = ")[0] for line in told[0]] == list(trace.steps[0].state.names)
    told[-1] = told[-1][:-2]  # the conclusion and its reason
    assert told[1:] == changed_lines(trace)
    assert lines[0] == f"Counterexample, {trace.spec} (small), {len(trace)} states: {trace.shows}"
    assert lines[-2:] == [f"=> {trace.shows} is violated", "   because"]
