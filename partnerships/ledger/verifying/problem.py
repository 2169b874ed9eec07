"""A finding of verification."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a word to search for, and a sentence. ``evidence`` is
    what was found in the place of what should be there, as far as that can go on to be
    bent; ``row`` is the kind and the id of the row of the record that it is about.

    The sentence may be stated in public: it names fields by their columns, and says no
    value of them. ``detail`` does, for operators alone, of fields that are public."""

    kind: str
    text: str
    evidence: str = ""
    row: tuple[str, int] | None = None
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"

    @property
    def line(self) -> str:
        """The problem as a statement of damage has it: what is found there later is
        another problem, unless it is the same to the letter."""
        words = " ".join(str(self).split())
        found = sha256(f"{self}\n{self.evidence}".encode(errors="backslashreplace"))
        return f"{found.hexdigest()[:32]} {words}"


def wrong(kind: str, entry: dict[str, Any], text: str) -> Problem:
    """Return a problem of one change, by its entry in the ledger."""
    number = entry["number"]
    change = "a change that waits" if number is None else f"change {number}"
    row = entry["record"], entry["object_id"]
    return Problem(kind, f"{change} ({row[0]} {row[1]}) {text}", row=row)
