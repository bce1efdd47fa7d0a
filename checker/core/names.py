"""Names as Python reads them."""

from __future__ import annotations

import unicodedata


def as_name(text: str) -> str:
    """The name that Python makes of `text` where it stands in code: letters that look alike, such as the ligature in
    `oﬀ`, become plain ones (NFKC).  A name that is given as a text is to mean the same."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)
