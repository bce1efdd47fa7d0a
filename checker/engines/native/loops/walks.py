"""Random walks as machine code, built from `builder`: `walks.py` of the Python tier again, over rows of words.

Walks remember nothing of each other, so threads share only the plan and the number of the next walk.  Each walk draws
from random numbers of its own (`chance`), so it is the same whoever takes it, and can be taken again for its path.
"""

from __future__ import annotations

# pyright: basic
from enum import IntEnum

from checker.core.structs import struct
from checker.engines.chance import FIRST_FACTOR, GAMMA, SECOND_FACTOR
from checker.engines.native.code.builder import POINTER, WORD, Array, Function, Local, Module, Value
from checker.engines.native.loops.program import ERROR, Program


class Plan(IntEnum):
    """What all threads see, word by word.  What is written often has a cache line of its own."""

    BEGINNING = 0  # the address of the rows to begin in
    CHOICES = 1  # how many these are
    SEED = 2  # `mix` of the seed
    DEPTH = 3
    END = 4  # the first walk that is not to be taken
    STOP = 5
    CURSOR = 16  # the next walk
    SIZE = 32


class Met(IntEnum):
    """What one thread has met, word by word; `Counts` lie behind it."""

    ROWS = 0  # the address of room for the successors of a state
    WALKS = 1
    STATES = 2
    LONGEST = 3
    TERMINAL = 4
    OUTSIDE = 5
    LENGTH = 6  # of the walk that is being taken
    WRONG = 7  # a walk that met something wrong, as its number plus 1; 0 for none
    WRONG_END = 8
    WRONG_LENGTH = 9
    SIZE = 10


@struct
class Counts:
    """Where a thread counts: the steps of each action, the cut steps of each action, and two words for each witness,
    which are the first walk that reached it, as its number plus 1, and the length of this walk there."""

    actions: int
    witnesses: int

    @property
    def steps(self) -> range:
        """Words for the steps."""
        return range(Met.SIZE, Met.SIZE + self.actions)

    @property
    def cuts(self) -> range:
        """Words for the cut steps."""
        return range(self.steps.stop, self.steps.stop + self.actions)

    @property
    def hits(self) -> range:
        """Words for the witnesses."""
        return range(self.cuts.stop, self.cuts.stop + 2 * self.witnesses)


class WalkEnd(IntEnum):
    """How a walk ended.  From `INVARIANT` on something is wrong with its last state, or with a step to that or from it.
    """

    WALKED = 0
    STOPPED = 1
    INVARIANT = 2
    STEP_INVARIANT = 3
    DEADLOCK = 4
    SPEC_ERROR = 5
    WAY_OUT = 6  # something is wrong with a step out of the constraint, or with the state that it leads to


def build_walks(program: Program, counts: Counts) -> None:
    """Adds the functions `mix`, `draw`, `walk` and `take` to the module, which has those of the spec."""
    build_mix(program.module)
    build_draw(program.module)
    build_walk(program, counts)
    build_take(program.module)


# --- random numbers -----------------------------------------------------------------------------------------------


def build_mix(module: Module) -> None:
    """`mix(word)`, as in `chance`."""
    function = module.function("mix", WORD, ("word", WORD))
    word = function["word"]
    word = (word ^ (word >> 30)) * FIRST_FACTOR
    word = (word ^ (word >> 27)) * SECOND_FACTOR
    function.return_(word ^ (word >> 31))
    function.finish()


def build_draw(module: Module) -> None:
    """`draw(chance, choices)`: `Chance.below`, where `chance` is the address of the state."""
    function = module.function("draw", WORD, ("chance", POINTER), ("choices", WORD))
    chance, choices = function.array("chance"), function["choices"]
    over = (function.constant(0) - choices) % choices
    word = function.local(0)
    with function.while_(lambda: function.constant(0) == 0):
        chance[0] = chance[0] + GAMMA
        word.set(function.call(module.functions["mix"], chance[0]))
        with function.if_(word.get() >= over):
            function.break_()
    function.return_(word.get() % choices)
    function.finish()


# --- one walk -----------------------------------------------------------------------------------------------------


def build_walk(program: Program, counts: Counts) -> None:
    """`walk(plan, met, number, depth, path)`: takes a walk of at most `depth` states, and says how it ended.  The walk
    is copied to `path`, state after state, unless that is 0."""
    function = program.module.function(
        "walk", WORD, ("plan", POINTER), ("met", POINTER), ("number", WORD), ("depth", WORD), ("path", WORD)
    )
    plan, met = function.array("plan"), function.array("met")
    state, chance = function.scratch(program.words), function.scratch(1)
    chance[0] = function.call(program.kernel("mix"), plan[Plan.SEED] + function["number"])
    offered, choices = function.local(plan[Plan.BEGINNING]), function.local(plan[Plan.CHOICES])
    pending = function.local((1 << counts.witnesses) - 1)
    met[Met.LENGTH] = 0
    with function.while_(lambda: (choices.get() != 0) & (met[Met.LENGTH] < function["depth"])):
        with function.if_(plan.read_shared(Plan.STOP) != 0):
            function.return_(WalkEnd.STOPPED)
        drawn = function.call(program.kernel("draw"), chance.pointer, choices.get())
        _step(program, function, state, function.memory(offered.get()).from_(drawn * program.words))
        _check(program, function, state, pending, met.from_(counts.hits.start))
        offered.set(met[Met.ROWS])
        choices.set(_expand(program, function, state, counts))
    function.return_(WalkEnd.WALKED)
    function.finish()


def _return_error(function: Function, result: Value) -> None:
    with function.if_(result == ERROR):
        function.return_(WalkEnd.SPEC_ERROR)


def _step(program: Program, function: Function, state: Array, after: Array) -> None:
    """Goes to the state `after`, which is the first one or follows `state`."""
    length = function.local(function.array("met")[Met.LENGTH])
    violated = function.local(0)
    if program.step_invariants:
        with function.if_(length.get() != 0):
            violated.set(function.call(program.kernel("step_violated"), state.pointer, after.pointer))
            _return_error(function, violated.get())
    function.copy(state, after, program.words)
    with function.if_(function["path"] != 0):
        function.copy(function.memory(function["path"]).from_(length.get() * program.words), state, program.words)
    function.array("met")[Met.LENGTH] = length.get() + 1
    with function.if_(violated.get() != 0):
        function.return_(WalkEnd.STEP_INVARIANT)


def _check(program: Program, function: Function, state: Array, pending: Local, hits: Array) -> None:
    """Looks at a state: its invariants, and those witnesses that this walk has not reached."""
    violated = function.call(program.kernel("violated"), state.pointer)
    _return_error(function, violated)
    with function.if_(violated != 0):
        function.return_(WalkEnd.INVARIANT)
    with function.if_(pending.get() != 0):
        rest = function.local(function.call(program.kernel("reached"), state.pointer, pending.get()))
        _return_error(function, rest.get())
        pending.set(pending.get() & ~rest.get())
        with function.while_(lambda: rest.get() != 0):
            hit = hits.from_(function.lowest_one(rest.get()) * 2)
            with function.if_(hit[0] == 0):
                hit[0] = function["number"] + 1
                hit[1] = function.array("met")[Met.LENGTH]
            rest.set(rest.get() & (rest.get() - 1))


def _expand(program: Program, function: Function, state: Array, counts: Counts) -> Value:
    """Writes the successors of `state` that are inside the constraint; how many rows these are.  Counts the steps."""
    met = function.array("met")
    rows = function.memory(met[Met.ROWS])
    all_steps, all_cuts = met.from_(counts.steps.start), met.from_(counts.cuts.start)
    ends, cuts = (function.scratch(max(1, program.actions)) for _ in range(2))
    with function.for_(0, program.actions) as action:
        cuts[action] = 0
    count = function.call(program.kernel("successors"), state.pointer, rows.pointer, ends.pointer, cuts.pointer)
    _return_error(function, count)
    begin, cut = function.local(0), function.local(0)
    with function.for_(0, program.actions) as action:
        all_steps[action] = all_steps[action] + (ends[action] - begin.get())
        all_cuts[action] = all_cuts[action] + cuts[action]
        begin.set(ends[action])
        cut.set(cut.get() + cuts[action])
    with function.if_(count == 0):
        met[Met.TERMINAL] = met[Met.TERMINAL] + 1
        if program.deadlock:
            with function.if_(cut.get() == 0):
                function.return_(WalkEnd.DEADLOCK)
    return _inside(program, function, state, rows, count) if program.constrained else count


def _inside(program: Program, function: Function, state: Array, rows: Array, count: Value) -> Value:
    """Moves those of the rows, which follow `state`, that are inside the constraint to the front; how many these are.
    The others are checked."""
    met = function.array("met")
    kept, wrong = function.local(0), function.local(0)
    with function.for_(0, count) as position:
        row = rows.from_(position * program.words)
        inside = function.call(program.kernel("inside"), row.pointer)
        _return_error(function, inside)
        with function.if_(inside != 0):
            function.copy(rows.from_(kept.get() * program.words), row, program.words)
            kept.set(kept.get() + 1)
        with function.if_((inside == 0) & (wrong.get() == 0)):
            _check_outside(program, function, state, row, wrong)
    met[Met.OUTSIDE] = met[Met.OUTSIDE] + (count - kept.get())
    with function.if_(wrong.get() != 0):
        function.return_(wrong.get())
    return kept.get()


def _check_outside(program: Program, function: Function, state: Array, after: Array, wrong: Local) -> None:
    """Sets `wrong` to how the walk ends where something is wrong with the step to `after`, or with that state."""

    def ask(name: str, *arguments: Value) -> None:
        violated = function.call(program.kernel(name), *arguments)
        end = (violated == ERROR).choose(function.constant(WalkEnd.SPEC_ERROR), WalkEnd.WAY_OUT)
        wrong.set((violated == 0).choose(function.constant(0), end))

    if program.step_invariants:
        ask("step_violated", state.pointer, after.pointer)
    with function.if_(wrong.get() == 0):
        ask("violated", after.pointer)


# --- the walks of a thread ----------------------------------------------------------------------------------------


def build_take(module: Module) -> None:
    """`take(plan, met)`: takes walks until there are none left, or one of them meets something wrong."""
    function = module.function("take", WORD, ("plan", POINTER), ("met", POINTER))
    plan, met = function.array("plan"), function.array("met")
    with function.while_(lambda: plan.read_shared(Plan.STOP) == 0):
        number = plan.add_shared(Plan.CURSOR, 1)
        with function.if_(number >= plan[Plan.END]):
            function.break_()
        met[Met.WALKS] = met[Met.WALKS] + 1
        end = function.call(
            module.functions["walk"], plan.pointer, met.pointer, number, plan[Plan.DEPTH], function.constant(0)
        )
        length, longest = met[Met.LENGTH], met[Met.LONGEST]
        met[Met.STATES] = met[Met.STATES] + length
        met[Met.LONGEST] = (longest < length).choose(length, longest)
        with function.if_(end >= WalkEnd.INVARIANT):
            met[Met.WRONG] = number + 1
            met[Met.WRONG_END] = end
            met[Met.WRONG_LENGTH] = length
            plan.add_shared(Plan.CURSOR, plan[Plan.END])  # later walks need not be taken, earlier ones are already
            function.break_()
    function.return_(0)
    function.finish()
