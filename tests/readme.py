"""The code blocks of the README, as a reader would save them."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def blocks(language: str) -> list[str]:
    """The texts of the fenced blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def save_examples(folder: Path) -> tuple[Path, Path]:
    """Writes the spec of the README and its variant under the names that the README gives them."""
    spec, _, variant = blocks("python")
    paths = folder / "two_phase.py", folder / "hasty.py"
    for path, text in zip(paths, (spec, variant), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths
