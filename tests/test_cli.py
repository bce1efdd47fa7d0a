"""The command line: what it prints, what it writes, and the status it ends with."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command import Command
from readme import README, save_examples

from checker.frontend.load import bundled



@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command, run in a folder that holds the README's examples and nothing else."""
    save_examples(tmp_path)
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capfd)


def test_what_is_established_ends_with_0(command: Command) -> None:
    ended = command("check", "two_phase.py")
    assert ended.status == 0
    assert ended.out.startswith("TwoPhase (small), Manager=3: holds for this model\n")


def test_the_version_is_that_of_the_package(command: Command) -> None:
    ended = command("--version")
    assert ended.status == 0
    assert ended.out == f"checker {version('consensus-checker')}\n"


UNEXPECTED = """

without = Model(Hasty, sizes={Manager: 3})
wrong = Model(Hasty, sizes={Manager: 3}, expect=Holds())
"""


def test_a_violation_ends_with_1_and_shows_the_shortest_trace(command: Command) -> None:
    Path("hasty.py").write_text("from checker import Holds\n" + Path("hasty.py").read_text() + UNEXPECTED)
    ended = command("check", "hasty.py:without")
    assert ended.status == 1
    # one manager prepares, the coordinator decides to commit, the manager obeys, and another one gives up
    assert "agreement is violated" in ended.out
    assert "5 states" in ended.out


def test_a_violation_that_is_expected_ends_with_0_and_one_that_is_not_with_4(command: Command) -> None:
    Path("hasty.py").write_text("from checker import Holds\n" + Path("hasty.py").read_text() + UNEXPECTED)
    expected = command("check", "hasty.py")
    assert expected.status == 0
    assert "violated, as the model expects" in expected.out.splitlines()[0]
    unexpected = command("check", "hasty.py:wrong")
    assert unexpected.status == 4
    assert "violated, not what the model expects" in unexpected.out.splitlines()[0]
    assert "expected that everything holds, and `agreement` is violated, by a trace of 5 states" in unexpected.out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("check", "hasty.py", "--set", "Manager=2"), 1),
        (("check", "hasty.py", "--property", "agreement"), 1),
        (("check", "hasty.py", "--max-depth", "3"), 3),  # whether `commits` is reached stays open
        (("check", "hasty.py", "--max-states", "2"), 3),
        (("simulate", "hasty.py"), 1),
    ],
)
def test_what_a_model_expects_is_left_out_of_what_is_not_its_whole_run(
    command: Command, arguments: tuple[str, ...], status: int
) -> None:
    ended = command(*arguments, "--json")
    assert (ended.status, ended.json["exit_status"], ended.json["expected"]) == (status, status, None)


def test_a_limit_that_was_not_reached_leaves_the_run_whole(command: Command) -> None:
    assert command("check", "hasty.py", "--max-depth", "5", "--max-states", "9999", "--json").json["expected"] is True


def test_the_statuses_are_told(command: Command) -> None:
    assert "4 not what the model expects" in re.sub(r"\s+", " ", command("--help").out.replace("│", " "))


def test_a_limit_ends_with_3_and_says_what_was_covered(command: Command) -> None:
    ended = command("check", "two_phase.py", "--max-states", "10", "--no-symmetry")
    assert ended.status == 3
    assert "interrupted" in ended.out
    assert "not expanded" in ended.out


def test_a_depth_limit_claims_no_more_than_the_depth(command: Command) -> None:
    ended = command("check", "two_phase.py", "--max-depth", "3", "--json")
    assert ended.json["verdict"] == "holds_to_depth"
    assert ended.json["depth"] == 3
    assert ended.json["queue"] > 0


LEFT_OPEN = {
    # three managers prepare, the coordinator decides, and three obey: `commits` is reached by 8 states
    ("check", "two_phase.py", "--max-depth", "7"): 3,
    ("check", "two_phase.py", "--max-depth", "8"): 0,
    ("check", "two_phase.py", "--max-depth", "7", "-p", "agreement"): 0,
    ("simulate", "two_phase.py", "--walks", "5", "--depth", "7"): 3,
}


@pytest.mark.parametrize("arguments", LEFT_OPEN, ids=" ".join)
def test_a_run_that_leaves_a_witness_open_ends_with_3(command: Command, arguments: tuple[str, ...]) -> None:
    ended = command(*arguments, "--json")
    assert (ended.status, ended.json["exit_status"]) == (LEFT_OPEN[arguments],) * 2
    assert ("left open: whether `commits` can be reached" in ended.json["message"]) == (ended.status == 3)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("check", "nothing"), "C002", "checker list"),
        (("check", "paxso"), "C002", "did you mean `paxos`?"),
        (("check", "two_phase"), None, ""),
        (("check", "two_phase.pyy"), "C002", "did you mean `two_phase.py`?"),
        (("check", "."), "C001", "name the file in it"),
        (("check", "two_fase.py"), "C001", "did you mean `two_phase.py`?"),
        (("check", "two_phase.py:smal"), "C003", "did you mean `small`?"),
        (("check", "two_phase.py", "--set", "Manager"), "C004", "NAME=VALUE"),
        (("check", "two_phase.py", "--set", "Manger=2"), "C005", "did you mean `Manager`?"),
        (("check", "two_phase.py:TwoPhase"), "M001", "--set Manager=3"),
        (("check", "two_phase.py", "--set", "Manager=0"), "M002", "at least one"),
        (("check", "two_phase.py", "--set", "Manager=-1"), "M002", "at least one"),
        (("check", "two_phase.py", "--set", "Manager=1000000000"), "M002", "at most"),
        (("check", "paxos", "--set", "Acceptor=50"), "M005", "121,548,660,036,300 sets, each of 26 of 50 elements"),
        (("check", "two_phase.py", "-p", "agrement"), "M040", "did you mean `agreement`?"),
        (("explain", "two_phase.py", "decides"), "C006", "did you mean `decide`?"),
        (("explain", "two_phase.py", "--witness", "commits", "--at", "99"), "C007", "has 8 states"),
        (("show", "two_phase.py", "--witness", "commit"), "C006", "did you mean `commits`?"),
        (("check", "broken.py"), "S002", "broken.py:1:9"),
        (("check", "raising.py"), "S003", "raising.py:2:"),
        (("check", "ending.py"), "S003", "ending.py:2:"),
        (("check", "running.py"), "S001", "running.py:5:"),
        (("check", "empty.py"), "S004", "checker.Spec"),
        (("check", "twice.py"), "S005", "twice.py:First"),
        (("check", "hasty.py", "--out", "two_phase.py/inside"), "C008", "--out"),
    ],
)
def test_a_mistake_ends_with_2_and_advice_and_no_traceback(
    command: Command, arguments: tuple[str, ...], code: str | None, words: str
) -> None:
    Path("broken.py").write_text("class A(:\n    pass\n")
    Path("raising.py").write_text("divisor = 0\nresult = 1 / divisor\n")
    Path("ending.py").write_text("import sys\nsys.exit(0)\n")
    Path("running.py").write_text("from checker import Sort\nclass Server(Sort):\n    pass\n\nprint(list(Server))\n")
    Path("empty.py").write_text("x = 1\n")
    spec = "    x: bool\n    @init\n    def start(self) -> None:\n        self.x = True\n"
    Path("twice.py").write_text(
        f"from checker import Spec, init\nclass First(Spec):\n{spec}class Second(Spec):\n{spec}"
    )
    ended = command(*arguments)
    if code is None:
        assert ended.status == 0  # a module in the current folder is found by its name
        return
    assert ended.status == 2
    assert f"error[{code}]" in ended.err
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


@pytest.mark.parametrize(
    "arguments", [("chek",), ("check",), ("check", "paxos", "--colour"), ("check", "paxos", "--max-depth", "none")]
)
def test_wrong_usage_ends_with_2(command: Command, arguments: tuple[str, ...]) -> None:
    ended = command(*arguments)
    assert ended.status == 2
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "two_phase.py"),
        ("check", "hasty.py"),
        ("check", "hasty.py", "--out", "pictures"),
        ("check", "two_phase.py", "--max-states", "10"),
        ("simulate", "two_phase.py"),
        ("prove", "paxos"),
    ],
)
def test_json_is_one_object_with_the_documented_keys(command: Command, arguments: tuple[str, ...]) -> None:
    ended = command(*arguments, "--json")
    section = (README.parent / "docs/api.md").read_text(encoding="utf-8").partition("## JSON")[2]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    assert ended.json.keys() == {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert ended.json["exit_status"] == ended.status
    assert all(entry.keys() == {"kind", "name", "verdict", "detail"} for entry in ended.json["properties"])


def test_what_a_file_prints_is_kept_out_of_the_json(command: Command) -> None:
    path = Path("two_phase.py")
    path.write_text(path.read_text() + "print('hello')\n")
    ended = command("check", "two_phase.py", "--json")
    assert ended.json["verdict"] == "holds"
    assert "hello" in ended.err


def test_a_mistake_is_one_json_object_too(command: Command) -> None:
    ended = command("check", "two_phase.py:TwoPhase", "--json")
    assert ended.status == 2
    assert ended.json["error"]["code"] == "M001"
    assert ended.json["error"]["line"] == 1 + Path("two_phase.py").read_text().splitlines().index(
        "class TwoPhase(Spec):"
    )


def test_out_writes_a_trace_and_pictures_that_can_be_read(command: Command) -> None:
    ended = command("check", "hasty.py", "--out", "pictures", "--json")
    trace = Path(ended.json["trace"])
    states = json.loads(trace.read_text())["states"]
    assert len(states) == ended.json["trace_length"]
    pictures = [Path(file) for file in ended.json["files"] if file.endswith(".svg")]
    assert pictures
    for picture in pictures:
        assert ElementTree.parse(picture).getroot().tag.endswith("svg")


def test_settings_change_sizes_and_labels(command: Command) -> None:
    two = command("check", "two_phase.py", "--set", "Manager=2", "--json").json
    three = command("check", "two_phase.py", "--json").json
    assert two["states"] < three["states"]
    named = command("check", "hasty.py", "--set", "Manager=anna,ben,cleo")
    assert "anna" in named.out


def test_symmetry_merges_states_and_changes_no_verdict(command: Command) -> None:
    merged = command("check", "two_phase.py", "--symmetry", "--json").json
    whole = command("check", "two_phase.py", "--no-symmetry", "--json").json
    assert merged["orbits"]
    assert not whole["orbits"]
    assert merged["states"] < whole["states"]
    assert (merged["verdict"], merged["depth"]) == (whole["verdict"], whole["depth"])


def test_list_names_everything_that_is_bundled(command: Command) -> None:
    targets = {row["protocol"] for row in command("list", "--json").json}
    assert targets == set(bundled())
    assert {"paxos", "raft", "paxos_forgotten_promise"} <= targets


def test_the_same_seed_takes_the_same_walks(command: Command) -> None:
    runs = [command("simulate", "two_phase.py", "--walks", "5", "--seed", seed, "--json").json for seed in "112"]
    for run in runs:
        del run["seconds"], run["seconds_by_part"]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_the_same_seed_takes_the_same_walks_in_machine_code(command: Command) -> None:
    tiers = (["--tier", "python"], ["--tier", "native", "--workers", "2"])
    runs = [command("simulate", "two_phase.py", "--seed", "3", "--json", *tier).json for tier in tiers]
    for run in runs:
        del run["seconds"], run["seconds_by_part"]
    assert runs[0] == runs[1]
    assert (runs[0]["walks"], runs[0]["notes"]) == (100, [])


def test_explain_says_which_require_stops_an_action(command: Command) -> None:
    ended = command("explain", "two_phase.py", "obey")
    assert ended.status == 0
    assert "obey is not enabled" in ended.out


def test_show_draws_the_way_to_a_witness_and_the_state_graph(command: Command) -> None:
    way = command("show", "two_phase.py", "--witness", "commits", "--out", "way")
    graph = command("show", "two_phase.py", "--graph", "--set", "Manager=1", "--out", "graph")
    assert (way.status, graph.status) == (0, 0)
    written = [Path(name) for name in re.findall(r"^wrote (.*)$", way.out + graph.out, re.MULTILINE)]
    assert {path.parent.name for path in written} == {"way", "graph"}
    assert all(path.stat().st_size > 0 for path in written)


def test_a_trace_is_read_back_and_taken_again(command: Command) -> None:
    saved = command("check", "hasty.py", "--out", "first", "--json").json["trace"]
    shown = command("show", "hasty.py", "--trace", saved, "--out", "second")
    assert shown.status == 0
    assert Path("second", Path(saved).name).read_text() == Path(saved).read_text()
    assert "agreement is false" in command("explain", "hasty.py", "--trace", saved).out


def test_a_trace_that_the_spec_does_not_allow_is_refused(command: Command) -> None:
    saved = command("check", "hasty.py", "--out", "first", "--json").json["trace"]
    # the unbroken protocol does not decide before all are prepared
    refused = command("show", "two_phase.py", "--trace", saved)
    assert refused.status == 2
    assert "error[C010]" in refused.err
    assert "cannot go to state 4 by `decide(commit=True)`" in refused.err
    document = json.loads(Path(saved).read_text())
    document["#meta"]["shows"] = "agreement"
    document["states"].pop()
    Path(saved).write_text(json.dumps(document))
    assert "does not show" in command("show", "hasty.py", "--trace", saved).err


SCENARIO = [("prepare", {"m": "m1"}), ("decide", {"commit": True}), ("give_up", {"m": "m2"})]


def test_a_scenario_is_shown_and_a_search_goes_on_from_it(command: Command) -> None:
    path = Path("hasty.py")
    path.write_text(path.read_text() + f"scenario = {SCENARIO}\n")
    shown = command("show", "hasty.py", "--out", "told")
    assert shown.status == 0
    assert shown.out.startswith("Scenario, Hasty (hasty), 4 states\n")
    assert "obey is enabled for 1 choice" in command("explain", "hasty.py", "obey").out
    (trace,) = Path("told").glob("*.itf.json")
    went_on = command("check", "hasty.py", "--after", str(trace), "--json").json
    assert went_on["verdict"] == "violated"
    assert went_on["trace_length"] == 5
    path.write_text(path.read_text().replace(repr(SCENARIO), "[1, 2]"))
    assert "error[M054]" in command("show", "hasty.py").err
    path.write_text(path.read_text().replace("[1, 2]", repr([SCENARIO[1], SCENARIO[0], ("obey", {"m": "m2"})])))
    assert "error[M050]" in command("show", "hasty.py").err


def test_shown_code_is_python(command: Command) -> None:
    ended = command("show-code", "two_phase.py")
    assert ended.status == 0
    compile(ended.out, "shown", "exec")


def test_a_folder_of_the_user_does_not_shadow_the_library(command: Command) -> None:
    for folder in ("specs", "models", "checker_models"):
        Path(folder).mkdir()
        Path(folder, "__init__.py").write_text("raise RuntimeError('the wrong one')\n")
        Path(folder, "paxos.py").write_text("raise RuntimeError('the wrong one')\n")
    assert command("check", "paxos:two_acceptors", "--no-symmetry", "--json").json["states"] == 217


def test_the_users_own_folders_can_be_used(command: Command) -> None:
    Path("specs").mkdir()
    Path("two_phase.py").rename("specs/two_phase.py")
    Path("hasty.py").write_text(Path("hasty.py").read_text().replace("from two_phase", "from specs.two_phase"))
    assert command("check", "specs/two_phase.py").status == 0
    assert command("check", "hasty.py", "--json").json["verdict"] == "violated"


def test_every_command_has_help_with_an_example(command: Command) -> None:
    for name in ("list", "check", "simulate", "prove", "show", "show-code", "explain", "tour"):
        ended = command(name, "--help")
        assert ended.status == 0
        assert f"checker {name}" in ended.out.partition("Usage")[2].partition("\n")[2]


def test_an_interruption_says_what_was_covered() -> None:
    target = ("paxos:large", "--set", "Ballot=5", "--no-symmetry")
    arguments = [sys.executable, "-m", "checker", "check", *target, "--json"]
    # a process that was started in the background ignores the signal, and so would its children
    started = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **started) as process:
        assert process.stderr
        assert "to expand" in process.stderr.readline()  # the first report: billions of states are far away
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    verdict = json.loads(out)
    assert process.returncode == 3
    assert verdict["verdict"] == "interrupted"
    assert verdict["states"] > 0
    assert verdict["queue"] > 0
    assert all(entry["verdict"] in ("unknown", "reached") for entry in verdict["properties"])


def test_an_interruption_before_there_is_a_verdict_is_told_as_one(command: Command, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("raise KeyboardInterrupt  # as if it were pressed while the file is read\n")
    ended = command("check", "slow.py", "--json")
    assert (ended.status, ended.json["verdict"], ended.json["exit_status"]) == (3, "interrupted", 3)
    assert "interrupted" in command("prove", "slow.py").err


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_output_that_is_lost_is_neither_established_nor_violated(options: tuple[str, ...]) -> None:
    arguments = [sys.executable, "-m", "checker", "check", "paxos_forgotten_promise", *options]
    with open("/dev/full", "w", encoding="utf-8") as full:
        ended = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 3
    assert ended.stderr == "standard output cannot be written: No space left on device\n"


def test_a_run_is_saved_where_it_goes_on_and_nowhere_else(command: Command, tmp_path: Path) -> None:
    ended = command("check", "paxos", "--resume", str(tmp_path / "one"), "--checkpoint", str(tmp_path / "two"))
    assert ended.status == 2
    assert "error[C027]" in ended.err
