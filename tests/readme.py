"""The code blocks of the README, as a reader would save them."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def blocks(language: str) -> list[str]:
    """The texts of the fenced blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def save_examples(folder: Path) -> list[Path]:
    """Writes the spec of the README, its variant and its proof under the names that the README gives them."""
    spec, _, variant, proof = blocks("python")
    texts = {"two_phase.py": spec, "hasty.py": variant, "two_phase_proof.py": proof}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
