"""The code blocks of the README and of the other pages, as a reader would save them."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def fences(page: Path = README) -> list[tuple[str, str]]:
    """The language and the text of each fenced block of a page, in order."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """The texts of the fenced blocks of one language of the README, in order."""
    return [text for name, text in fences() if name == language]


def save_examples(folder: Path) -> list[Path]:
    """Writes the spec of the README, its variant and its proof under the names that the README gives them."""
    spec, _, variant, proof = blocks("python")
    texts = {"two_phase.py": spec, "hasty.py": variant, "two_phase_proof.py": proof}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
