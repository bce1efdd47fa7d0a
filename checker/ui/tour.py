"""`checker tour`."""

from __future__ import annotations


def tour() -> None:
    """Take the one-minute tour: Paxos and Raft checked, a broken Paxos caught and drawn, and Paxos proved.

    `checker tour`
    """
