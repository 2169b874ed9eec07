"""A problem of the trail, and the words that name it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a word to search for, and a sentence."""

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


def wrong(kind: str, entry: Any, text: str) -> Problem:
    """Return a problem of one change."""
    named = f"{entry.record} {entry.object_id}"
    return Problem(kind, f"change {entry.number} ({named}) {text}")
