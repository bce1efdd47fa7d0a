"""What the native tier cannot do."""

from __future__ import annotations


class NotNative(Exception):
    """The native tier cannot run this model; `reason` says in a clause why.  The Python tier can."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
