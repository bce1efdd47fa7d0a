"""Whatever is wrong with a spec, its user reads what and where: never a traceback of Python, nor an illegal IR.

Bundled specs, and one with every construct of the language, are changed at random, a place or a few at a time: words
are left out, doubled or exchanged, expressions replaced by others of the same file or by odd ones.  Most of these files
are wrong, some in ways that nobody would think of.
"""

from __future__ import annotations

import ast
import io
import random
import tokenize
from pathlib import Path

import pytest

from checker.core.errors import UserError
from checker.core.verify import verify
from checker.frontend.elaborate import elaborate
from checker.frontend.load import load_spec
from checker.frontend.lower import lower

SPECS = {
    "Paxos": Path(__file__).parents[1] / "specs" / "paxos.py",
    "Raft": Path(__file__).parents[1] / "specs" / "raft.py",
    "Everything": Path(__file__).with_name("every_construct.py"),
}
MUTANTS_EACH = 100
ODD = ("None", "0", "-1", "True", "self", "[]", "()", "{}", "lambda x: x", "Set()", "Seq()", "Map()", '"x"', "1.5")


def mutant(text: str, random: random.Random) -> str:
    """The file with one to three places changed; of changes that are not even Python, few are kept."""
    for _ in range(random.choice((1, 1, 2, 3))):
        for _ in range(8):
            change = random.choice((with_other_word, with_other_expression))
            changed = change(text, random)
            if is_python(changed):
                break
        text = changed
        if not is_python(text):
            break
    return text


def is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def with_other_word(text: str, random: random.Random) -> str:
    """One word is left out, doubled, or replaced by another one; not in the imports, nor in docstrings."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    first = text[: text.index("class ")].count("\n") + 1
    tokens = [token for token in tokens if token.start[0] >= first and token.string.strip()]
    words = [token for token in tokens if '"""' not in token.string]
    word = random.choice(words)
    alike = random.choice([other.string for other in words if other.type == word.type])
    new = random.choice(("", f"{word.string} {word.string}", alike, alike, alike))
    return replaced(text, word.start, word.end, new)


def with_other_expression(text: str, random: random.Random) -> str:
    """One expression is replaced by another one of the file, or by something odd."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.expr)]
    nodes = [node for node in nodes if node.end_lineno == node.lineno]
    node, other = random.choice(nodes), random.choice(nodes)
    new = random.choice((ast.get_source_segment(text, other) or "", random.choice(ODD)))
    return replaced(text, (node.lineno, node.col_offset), (node.lineno, node.end_col_offset or 0), new)


def replaced(text: str, start: tuple[int, int], end: tuple[int, int], new: str) -> str:
    lines = text.splitlines(keepends=True)
    line = lines[start[0] - 1]
    rest = line[end[1] :] if end[0] == start[0] else "\n"
    lines[start[0] - 1] = line[: start[1]] + new + rest
    return "".join(lines)


@pytest.mark.parametrize("seed", range(MUTANTS_EACH))
@pytest.mark.parametrize("name", SPECS)
def test_a_mutant_is_a_legal_spec_or_its_mistake_has_a_place_in_it(name: str, seed: int, tmp_path: Path) -> None:
    file = tmp_path / f"{name}_{seed}.py"
    text = mutant(SPECS[name].read_text(encoding="utf-8"), random.Random(f"{name} {seed}"))
    file.write_text(text, encoding="utf-8")
    try:
        spec = elaborate(load_spec(f"{file}:{name}"))
    except UserError as error:
        assert_placed(error, file, text)
    else:
        verify(lower(spec))


def assert_placed(error: UserError, file: Path, text: str) -> None:
    assert error.message
    assert error.span is not None or error.code in {"C003"}, error.render()
    if error.span is not None:
        assert error.span.file == str(file), error.render()
        lines = [*text.splitlines(), ""]
        assert 1 <= error.span.line <= error.span.end_line <= len(lines), error.render()
        assert 0 <= error.span.column <= len(lines[error.span.line - 1]), error.render()
