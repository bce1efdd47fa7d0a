"""The checker from Python: the same power as the command line.

    from checker import check, load
    result = check(load("paxos:small"))
    assert result, result

What is returned is a verdict that also explains, draws and displays itself.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from checker.core.errors import UserError, did_you_mean
from checker.core.given import as_path, items_of
from checker.core.language import Spec
from checker.core.model import Model, Property, is_spec, property_name
from checker.core.trace import Trace
from checker.core.verdict import Verdict
from checker.engines.asked import folder, required_from_1, wrong
from checker.engines.cache import proofs_folder
from checker.engines.progress import Report
from checker.engines.proof.dump import Dump
from checker.engines.proof.request import Request
from checker.engines.proof.trust import Trust, load_z3
from checker.engines.run import check as run_check
from checker.engines.scenario import ScenarioStep
from checker.engines.scenario import play as play_scenario
from checker.engines.simulate import simulate as run_simulation
from checker.engines.tiers import Tier
from checker.export.text import numbered, trace_text
from checker.frontend.load import Proof, load_model, load_proof
from checker.frontend.variants import with_lemmas, without
from checker.ui.artifacts import save_run, trace_picture
from checker.ui.faults import only_told
from checker.ui.notebook import result_html
from checker.ui.overrides import with_settings
from checker.ui.subject import Subject
from checker.ui.verdict_text import verdict_lines


@dataclass(frozen=True, slots=True, repr=False)
class Result(Verdict):
    """A verdict that knows what it is about.

    True in a condition where everything that was asked was established.  As text it is what the command prints; in a
    notebook it shows itself with its picture.
    """

    subject: Subject = field(kw_only=True)

    @staticmethod
    def of(verdict: Verdict, subject: Subject) -> Result:
        """The same verdict, about `subject`."""
        return Result(**{entry.name: getattr(verdict, entry.name) for entry in fields(verdict)}, subject=subject)

    def explanation(self, name: str | None = None) -> str:
        """Why the property `name` is false at the end of the trace, or what stops the action `name` there; for None the
        violated property.  Without a trace it says how the property came out.  Raises `UserError` C006 for an unknown
        name."""
        if name is not None:
            self.subject.check_known(name)
        shown = self.counterexamples.get(name, ()) if name else ()
        for trace in (*shown, *self.wrong):
            return "\n".join(self.subject.explain(trace, name))
        outcomes = {entry.name: entry.outcome.value for entry in self.properties}
        return f"{name}: {outcomes[name]}" if name in outcomes else ""

    def picture(self, name: str | None = None, number: int = 1) -> str:
        """The trace, or that of the witness or the violated property `name`, as an SVG; empty where there is none.

        `number` tells the counterexamples of one property apart.  Raises `UserError` C006 for an unknown name."""
        traces = self.wrong[:1]
        if name is not None:
            self._check_shown(name)
            witness = self.witnesses.get(name)
            traces = self.counterexamples.get(name, ()) if witness is None else (witness,)
        place = required_from_1("number", number) - 1
        return trace_picture(traces[place], self.subject) if place < len(traces) else ""

    def _check_shown(self, name: str) -> None:
        names = [entry.name for entry in self.properties]
        if name not in names:
            help = did_you_mean(name, names) or f"there are {', '.join(names) or 'none'}"
            raise UserError("C006", f"{self.spec} has no witness `{name}` and no invariant of this name", help=help)

    def save(self, folder: str | Path) -> tuple[Path, ...]:
        """Writes the trace (or where nothing is wrong, those of the witnesses), the pictures and a page; the files.

        Raises `UserError` C008 where they cannot be written."""
        path = as_path(folder)
        if path is None:
            wrong("folder", folder, 'give the path of a folder, such as `"pictures"`')
        return tuple(save_run(self, self.subject, path))

    def __repr__(self) -> str:
        lines = [line.plain for line in verdict_lines(self)]
        for trace, number in numbered(self.wrong):
            lines += ["", *trace_text(trace, self.subject.explanation(trace), number)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        picture = ""
        with only_told("picture"):
            picture = self.picture()
        return result_html(self, picture)


def load(target: str | Path, settings: Collection[str] = ()) -> Model:
    """The model that a target means (`paxos:small`, `my_spec.py:large`), changed by settings such as `Acceptor=5`.

    Raises `UserError`."""
    words = [settings] if isinstance(settings, str) else items_of(settings)
    if words is None or not all(isinstance(word, str) for word in words):
        wrong("settings", settings, 'give settings such as `["Acceptor=5"]`')
    return with_settings(load_model(_target(target))[1], words)


def check(
    model: Model | type[Spec],
    *,
    name: str = "",
    symmetry: bool | None = None,
    max_depth: int | None = None,
    max_states: int | None = None,
    report: Report | None = None,
    after: Trace | None = None,
    tier: Tier = "auto",
    workers: int | None = None,
    memory: int | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    disk: str | Path | None = None,
    all_violations: bool = False,
    count: int = 1,
    via: str | None = None,
) -> Result:
    """Explores every state of a model (or of a spec that needs no sizes), and says what was established.

    `name`: what the result calls the model.  `symmetry`: None for one state an orbit wherever that is sound, False for
    all states.  `max_depth`, `max_states`: limits, which the result then mentions.  `report`: called with the progress
    about once a second.  `after`: a trace from whose last state the search goes on.  `tier`: in Python, in machine
    code (with so many `workers`, which are threads, and bytes of `memory`), or in the one that suits the model.
    `checkpoint`: a folder in which machine code saves the search every minute; `resume` goes on with the one that is
    saved there.  `disk`: a folder for the states that memory has no room for; by default that of the checkpoint, or one
    in the cache.  `all_violations`: go on after a violation, to a shortest trace for each property.  `count`: so many
    counterexamples of a property, each with another last state.  `via`: one that takes this action.  They are in
    `counterexamples`, and looked for in Python.  Raises `UserError`.
    """
    model = _model(model)
    verdict = run_check(
        model, name=name, symmetry=symmetry, max_depth=max_depth, max_states=max_states, report=report, after=after,
        tier=tier, workers=workers, memory=memory, checkpoint=checkpoint, resume=resume, disk=disk,
        all_violations=all_violations, count=count, via=via,
    )
    return Result.of(verdict, Subject.of(model))


@dataclass(frozen=True, slots=True, repr=False)
class Played(Trace):
    """A trace that knows what it is about: as text it is its steps, and in a notebook it shows its picture."""

    subject: Subject = field(kw_only=True, compare=False)

    def picture(self) -> str:
        """The trace as an SVG."""
        return trace_picture(self, self.subject)

    def __repr__(self) -> str:
        return "\n".join(trace_text(self, self.subject.explanation(self)))

    def _repr_html_(self) -> str:
        return self.picture()


def play(model: Model | type[Spec], scenario: Sequence[ScenarioStep], *, name: str = "") -> Played:
    """The trace of a behaviour that is written down: actions, and those of their arguments that matter.

    `play(model, [("prepare", {"b": "b1"}), ("promise", {"a": "a1"})])`.  It ends where a property is first violated.
    Raises `UserError` for a step that is not possible, or that can lead to different states.
    """
    model = _model(model)
    trace = play_scenario(model, scenario, name=name)
    return Played(trace.kind, trace.spec, trace.model, trace.shows, trace.steps, subject=Subject.of(model))


def simulate(
    model: Model | type[Spec],
    *,
    name: str = "",
    walks: int = 100,
    depth: int = 100,
    seed: int = 0,
    report: Report | None = None,
    tier: Tier = "auto",
    workers: int | None = None,
) -> Result:
    """Takes random walks through a model: it can find a violation, and never shows that there is none.

    The same `seed` takes the same walks, in every `tier` and with any number of `workers`; these and `report` are those
    of `check`.  Raises `UserError`.
    """
    model = _model(model)
    verdict = run_simulation(
        model, name=name, walks=walks, depth=depth, seed=seed, report=report, tier=tier, workers=workers
    )
    return Result.of(verdict, Subject.of(model))


def prove(
    spec: type[Spec] | str | Path, *, only: Collection[Property] | None = None, seconds: float = 600.0,
    lemmas: type[Spec] | str | Path | None = None, left_out: Collection[Property] = (), trust: Trust = "one",
    dump: str | Path | None = None, lemma: Property | None = None, after_action: Property | None = None,
) -> Result:
    """Proves the invariants of a spec, or those named in `only`, for every size, by induction from its lemmas.

    `spec`: a class, or a target such as `paxos`, which stands for the bundled spec with the lemmas of its proof.
    `only`: names, or methods of the spec.  `seconds` limit the whole.  `lemmas`: the class or the target of a proof of
    a protocol that the spec is a variant of; its lemmas are taken.  `left_out`: lemmas to go without.
    `trust`: is a proof of each obligation by one solver enough, or are there to be `"two"`, by z3 and by cvc5?
    `dump`: a folder into which every obligation is written as SMT-LIB.
    `lemma`, `after_action`: only the obligations of this claim, and those after this action, are looked at, each with
    what its proof needs; that they are proved is `PARTLY_PROVED`.  Raises `UserError`.
    """
    place = folder("dump", dump)
    texts = None if place is None else Dump(place)
    proof = _proof(spec)
    if lemmas is not None:
        proof = with_lemmas(proof, _proof(lemmas).spec)
    proof = without(proof, _names("left_out", left_out, proof.spec))
    request = Request(
        only=None if only is None else _names("only", only, proof.spec),
        lemma=None if lemma is None else _names("lemma", [lemma], proof.spec)[0],
        after_action=None if after_action is None else _names("after_action", [after_action], proof.spec)[0],
        seconds=seconds, trust=trust, dump=texts,
    )
    verdict = request.prove(proof)
    if texts is not None and texts.problem is not None:
        warnings.warn(texts.problem.message, stacklevel=2)
    return Result.of(verdict, Subject.of_proof(proof.typed(), verdict))


@dataclass(frozen=True, slots=True, repr=False)
class Inferred(Result):
    """What lemmas were found, and the verdict about the spec with them.

    `lemmas`: their names.  `methods`: their text, as it is pasted into a class.  `module`: the same as a file.
    """

    lemmas: tuple[str, ...] = field(default=(), kw_only=True)
    methods: str = field(default="", kw_only=True)
    module: str = field(default="", kw_only=True)

    def __repr__(self) -> str:
        return f"{self.module}\n\n{Result.__repr__(self)}" if self.lemmas else Result.__repr__(self)


def infer(
    spec: type[Spec] | str | Path, *, only: Collection[Property] | None = None, seconds: float = 120.0,
    left_out: Collection[Property] = (),
) -> Inferred:
    """Looks for lemmas with which the invariants of a spec, or those named in `only`, are proved for every size.

    `spec`: a class, or a target such as `lock_server`.  The lemmas that a class has are used; those of a bundled proof
    are where some are to be `left_out`.  `seconds` limit the whole.  Raises `UserError`.
    """
    load_z3()
    from checker.engines.infer.inference import infer as run_inference  # here, since it needs Z3

    proof = _proof(spec, with_lemmas=bool(left_out))
    proof = without(proof, _names("left_out", left_out, proof.spec))
    claims = None if only is None else _names("only", only, proof.spec)
    found = run_inference(proof, only=claims, seconds=seconds, folder=proofs_folder())
    verdict = {entry.name: getattr(found.verdict, entry.name) for entry in fields(found.verdict)}
    subject = Subject.of_proof(found.spec, found.verdict)
    return Inferred(**verdict, subject=subject, lemmas=found.lemmas, methods=found.methods, module=found.module)


def _proof(spec: type[Spec] | str | Path, *, with_lemmas: bool = True) -> Proof:
    if not isinstance(spec, str | Path) and not is_spec(spec):
        if is_spec(type(spec)):
            wrong("spec", spec, f"give the class, without brackets: `prove({type(spec).__name__})`")
        wrong("spec", spec, 'give a class that derives from `Spec`, or a target: `prove(Paxos)`, `prove("paxos")`')
    return load_proof(str(spec), with_lemmas=with_lemmas) if isinstance(spec, str | Path) else Proof(spec)


def _model(model: Model | type[Spec]) -> Model:
    said: Any = model
    if isinstance(said, str | Path):
        wrong("model", said, f"what is meant by a text, `load` says: `load({str(said)!r})`")
    return model if isinstance(model, Model) else Model(model)


def _target(target: str | Path) -> str:
    said: Any = target
    if not isinstance(said, str | Path):
        wrong("target", said, 'give a name or a file, such as `"paxos:small"` or `"my_spec.py"`')
    return str(said)


def _names(argument: str, said: Collection[Property], spec: type[Spec]) -> tuple[str, ...]:
    """The properties, or actions, by name."""
    given = items_of(said)
    names = [None] if given is None else [property_name(entry, spec) for entry in given]
    if None in names:
        many = f'{argument}=["agreement"]' if argument in ("only", "left_out") else f'{argument}="agreement"'
        wrong(argument, said, f"give the names of properties, such as `{many}`")
    return tuple(name for name in names if name is not None)
