"""The inner loops of the native search, built from `builder`.

    rows     one flat array: state after state, `words` words each; it is at once the queue and the set's storage

A thread takes a chunk of the level by moving a shared cursor.  It expands the chunk's states into a batch, drops
what leads nowhere and what it met lately (two steps in either order lead to one state, from states that are near each
other), and asks for the slots of the batch; when the batch is full it asks for the rows that these name, and only then
compares and inserts: by then the memory has come.

No parents are stored.  A trace is found backwards: `predecessor` expands a level again and picks the least state, as
a number, that leads to a given one.  So the trace is the same for every number of threads.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Callable

from checker.engines.native.code.builder import POINTER, WORD, Array, Function, Local, Operand, Value
from checker.engines.native.loops.program import (
    BATCH,
    ERROR,
    INDEX,
    Mine,
    Program,
    Shared,
    chunk_for,
    recent_for,
    rows_of,
    slots_of,
)
from checker.engines.native.loops.rows import build_rows, read_slot
from checker.engines.native.loops.sift import build_sift


INVARIANTS, WITNESSES = 1, 2
"""What a new state is to be looked at for, as bits."""


def build_search(program: Program) -> None:
    """Adds the functions of the search to the module: `add`, `explore`, `predecessor`, and those of `rows` and
    `sift`."""
    build_rows(program)
    build_sift(program)
    build_found(program)
    build_flush(program)
    build_explore(program)
    build_add(program)
    build_predecessor(program)


# --- what is found ------------------------------------------------------------------------------------------------


def build_found(program: Program) -> None:
    """`found(shared, mine, row, hash, place, look)`: inserts a state; 1 where it is new.  Of a new one it checks the
    invariants where `look` has the bit `INVARIANTS`, and the witnesses where it has `WITNESSES`."""
    function = program.module.function(
        "found", WORD,
        ("shared", POINTER), ("mine", POINTER), ("row", POINTER), ("hash", WORD), ("place", WORD), ("look", WORD),
    )
    shared, mine = function.array("shared"), function.array("mine")
    arguments = (shared.pointer, mine.pointer, *(function[name] for name in ("row", "hash", "place")))
    position = function.call(program.kernel("insert"), *arguments)
    with function.if_(position == 0):
        function.return_(0)
    index = position - 1
    with function.if_(function["look"] & INVARIANTS != 0):
        violated = function.call(program.kernel("violated"), function["row"])
        with function.if_(violated != 0):
            with function.if_else(violated == ERROR) as otherwise:
                _note(program, function, mine.at(Mine.FIRST_FOUND_ERROR), index)
                otherwise()
                _note(program, function, mine.at(Mine.FIRST_VIOLATION), index)
            function.return_(1)  # where an invariant is false, a witness may have no meaning
    with function.if_((function["look"] & WITNESSES != 0) & (shared[Shared.PENDING] != 0)):
        _note_hits(program, function, index)
    function.return_(1)
    function.finish()


def _note(program: Program, function: Function, place: Value, index: Value) -> None:
    function.call(program.kernel("note"), function["shared"], place, index)


def _note_hits(program: Program, function: Function, index: Value) -> None:
    """Notes for each witness that this state reaches the least such state of the level."""
    mine = function.array("mine")
    pending = function.array("shared")[Shared.PENDING]
    rest = function.local(function.call(program.kernel("reached"), function["row"], pending))
    with function.if_(rest.get() == ERROR):
        _note(program, function, mine.at(Mine.FIRST_FOUND_ERROR), index)
        rest.set(0)
    hits = function.memory(mine[Mine.HITS])
    with function.while_(lambda: rest.get() != 0):
        _note(program, function, hits.at(function.lowest_one(rest.get())), index)
        rest.set(rest.get() & (rest.get() - 1))


def build_flush(program: Program) -> None:
    """`flush(shared, mine, fill)`: looks up the states of the batch, which are `fill` in number."""
    function = program.module.function("flush", WORD, ("shared", POINTER), ("mine", POINTER), ("fill", WORD))
    shared, mine = function.array("shared"), function.array("mine")
    parts = (Mine.BATCH_ROWS, Mine.HASHES, Mine.PLACES, Mine.ACTIONS, Mine.NEW)
    batch, hashes, places, actions, new = (function.memory(mine[part]) for part in parts)
    rows, slots = rows_of(function), slots_of(function)
    look = program.module.table(function, _what_to_look_at(program))
    with function.for_(0, function["fill"]) as position:
        place = function.call(program.kernel("probe"), shared.pointer, mine.pointer, hashes[position])
        places[position] = place
        slot = read_slot(program, slots, place)
        with function.if_(slot != 0):
            function.prefetch(rows.at(((slot & INDEX) - 1) * program.words))
    with function.for_(0, function["fill"]) as position:
        row, action = batch.at(position * program.words), actions[position]
        arguments = (shared.pointer, mine.pointer, row, hashes[position], places[position], look[action])
        with function.if_(function.call(program.kernel("found"), *arguments) != 0):
            new[action] = new[action] + 1
    function.return_(0)
    function.finish()


def _what_to_look_at(program: Program) -> tuple[int, ...]:
    """For each action, what can be otherwise after a step of it than it was before.

    The state before was looked at, and what was found then ended the search at the end of its level (invariants), or
    was not pending any more (witnesses).
    """
    kernels = program.kernels
    pairs = zip(kernels.may_violate, kernels.may_reach, strict=True)
    return tuple(INVARIANTS * violate | WITNESSES * reach for violate, reach in pairs) or (0,)


# --- expanding ----------------------------------------------------------------------------------------------------


def build_explore(program: Program) -> None:
    """`explore(shared, mine)`: expands chunks of the level until there are none left, or the table is full."""
    function = program.module.function("explore", WORD, ("shared", POINTER), ("mine", POINTER))
    shared, mine = function.array("shared"), function.array("mine")
    fill, chunk = function.local(0), chunk_for(program.kernels.max_rows)

    def flush() -> None:
        function.call(program.kernel("flush"), shared.pointer, mine.pointer, fill.get())
        fill.set(0)

    def may_go_on() -> Value:
        return (shared.read_shared(Shared.STOP) == 0) & (shared.read_shared(Shared.COUNT) < shared[Shared.FULL])

    with function.while_(may_go_on):
        begin = shared.add_shared(Shared.CURSOR, chunk)
        end = shared[Shared.END]
        with function.if_(begin >= end):
            function.break_()
        _know_zero(program, function, begin)
        stop = (begin + chunk < end).choose(begin + chunk, end)
        with function.for_(begin, stop) as index:
            _expand(program, function, index, lambda *found: _keep(program, function, fill, flush, *found))
            with function.if_(fill.get() >= BATCH):
                flush()
    flush()
    function.return_(0)
    function.finish()


def _expand(program: Program, function: Function, index: Value, keep: Callable[[Value, Value, Value], None]) -> None:
    """Expands the state at `index` behind the batch and counts its steps; `keep(action, state, successor)` for each."""
    mine = function.array("mine")
    ends, cuts, steps = (function.memory(mine[part]) for part in (Mine.ENDS, Mine.CUTS, Mine.STEPS))
    spare = function.memory(mine[Mine.BATCH_ROWS]).from_(2 * BATCH * program.words)
    state = rows_of(function).at(index * program.words)
    arguments = (state, spare.pointer, ends.pointer, cuts.pointer)
    count = function.call(program.kernel("successors"), *arguments)
    with function.if_(count == ERROR):
        _note(program, function, mine.at(Mine.FIRST_ERROR), index)
    with function.if_(count == 0):
        mine[Mine.TERMINAL] = mine[Mine.TERMINAL] + 1
        if program.deadlock:
            _note_deadlock(program, function, index, arguments)
    with function.if_(count != ERROR):
        mine[Mine.MOST_STEPS] = (count > mine[Mine.MOST_STEPS]).choose(count, mine[Mine.MOST_STEPS])
        begin = function.local(0)
        with function.for_(0, program.actions) as action:
            stop = ends[action]
            steps[action] = steps[action] + (stop - begin.get())
            with function.for_(begin.get(), stop) as position:
                keep(action, index, spare.at(position * program.words))
            begin.set(stop)


def _note_deadlock(program: Program, function: Function, index: Value, arguments: tuple[Value, ...]) -> None:
    """A state without a successor is a deadlock unless a step of it was cut: ask again, and look at the counts."""
    mine = function.array("mine")
    cuts = function.memory(mine[Mine.CUTS])

    def total() -> Value:
        result = function.local(0)
        with function.for_(0, program.actions) as action:
            result.set(result.get() + cuts[action])
        return result.get()

    before = function.scratch(max(1, program.actions))
    with function.for_(0, program.actions) as action:
        before[action] = cuts[action]
    known = total()
    function.call(program.kernel("successors"), *arguments)
    with function.if_(total() == known):
        _note(program, function, mine.at(Mine.FIRST_DEADLOCK), index)
    with function.for_(0, program.actions) as action:
        cuts[action] = before[action]


def _keep(
    program: Program, function: Function, fill: Local, flush: Callable[[], None], action: Value, index: Value,
    successor: Value,
) -> None:
    """Checks the step to a successor, and puts that into the batch unless it is the state itself or one met lately.
    One outside the constraint is checked at once instead."""
    shared, mine = function.array("shared"), function.array("mine")
    state = rows_of(function).at(index * program.words)
    if program.step_invariants:
        violated = function.call(program.kernel("step_violated"), state, successor)
        _note_violated(program, function, index, violated, Mine.FIRST_STEP)
    if program.constrained:
        inside = function.call(program.kernel("inside"), successor)
        with function.if_(inside == ERROR):
            _note(program, function, mine.at(Mine.FIRST_ERROR), index)
            function.continue_()
        with function.if_(inside == 0):
            mine[Mine.OUTSIDE] = mine[Mine.OUTSIDE] + 1
            look = program.module.table(function, _what_to_look_at(program))
            with function.if_(look[action] & INVARIANTS != 0):
                violated = function.call(program.kernel("violated"), successor)
                _note_violated(program, function, index, violated, Mine.FIRST_OUTSIDE)
            function.continue_()
    with function.if_(function.call(program.kernel("equal"), state, successor) != 0):
        function.continue_()
    batch, hashes, actions = (function.memory(mine[part]) for part in (Mine.BATCH_ROWS, Mine.HASHES, Mine.ACTIONS))
    hashed = function.call(program.kernel("hash"), successor)
    recent = _recent(program, function, hashed)
    with function.if_(function.call(program.kernel("equal"), recent.pointer, successor) != 0):
        function.continue_()
    function.copy(recent, Array(function, successor), program.words)
    row = batch.from_(fill.get() * program.words)
    if program.canonical:
        function.call(program.kernel("canonical"), successor, row.pointer)
        hashed = function.call(program.kernel("hash"), row.pointer)
    else:
        function.copy(row, Array(function, successor), program.words)
    hashes[fill.get()] = hashed
    actions[fill.get()] = action
    function.prefetch(slots_of(function).at(hashed & shared[Shared.SLOT_MASK]))
    fill.set(fill.get() + 1)
    with function.if_(fill.get() >= 2 * BATCH):  # a state with very many successors: room is made within it
        flush()


def _note_violated(program: Program, function: Function, index: Value, violated: Value, kind: Mine) -> None:
    """Notes the state at `index`, which was expanded, as one of this kind where something is `violated` after a step
    from there, or has an error."""
    mine = function.array("mine")
    with function.if_(violated != 0), function.if_else(violated == ERROR) as otherwise:
        _note(program, function, mine.at(Mine.FIRST_ERROR), index)
        otherwise()
        _note(program, function, mine.at(kind), index)


def _recent(program: Program, function: Function, hashed: Operand) -> Array:
    """Where this thread keeps the successor that it met last among those whose hash ends like this one."""
    recent = function.memory(function.array("mine")[Mine.RECENT])
    return recent.from_((function.value(hashed, WORD) & (recent_for(program.words) - 1)) * program.words)


def _know_zero(program: Program, function: Function, index: Value) -> None:
    """Puts the known state at `index` where the state 0, whose hash is 0, is remembered: that memory is 0 at first."""
    function.copy(_recent(program, function, 0), rows_of(function).from_(index * program.words), program.words)


# --- around the search --------------------------------------------------------------------------------------------


def build_add(program: Program) -> None:
    """`add(shared, mine, row)`: an initial state.  1 where it is new."""
    function = program.module.function(
        "add", WORD, ("shared", POINTER), ("mine", POINTER), ("row", POINTER), seldom=True
    )
    hashed = function.call(program.kernel("hash"), function["row"])
    threads = (function["shared"], function["mine"])
    place = function.call(program.kernel("probe"), *threads, hashed)
    look = INVARIANTS | WITNESSES
    function.return_(function.call(program.kernel("found"), *threads, function["row"], hashed, place, look))
    function.finish()


def build_predecessor(program: Program) -> None:
    """`predecessor(shared, mine, begin, end, target)`: of the rows from `begin` to `end` that lead to the row `target`
    in one step inside the constraint, the position plus 1 of the least; 0 for none."""
    function = program.module.function(
        "predecessor", WORD,
        ("shared", POINTER), ("mine", POINTER), ("begin", WORD), ("end", WORD), ("target", POINTER), seldom=True,
    )
    best = function.scratch(1)
    best[0] = 0
    chosen = function.scratch(program.words)

    def compare(action: Value, index: Value, successor: Value) -> None:
        reached = successor
        if program.canonical:
            function.call(program.kernel("canonical"), successor, chosen.pointer)
            reached = chosen.pointer
        with function.if_(function.call(program.kernel("equal"), reached, function["target"]) != 0):
            _note(program, function, best.pointer, index)

    with function.for_(function["begin"], function["end"]) as index:
        _expand(program, function, index, compare)
    function.return_(best[0])
    function.finish()
