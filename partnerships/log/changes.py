"""One change of the log, as readers read it."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.text import capfirst

from partnerships.choices import ChangeCategory, ChangeKind
from partnerships.ledger.damage import AS_FOUND

#: The kind of news of a kind of change, where nothing else decides.
CATEGORIES = {kind.value: ChangeCategory(kind.value) for kind in ChangeKind}
ACTIONS = {"+": "created", "~": "changed", "-": "deleted"}

#: What says how far the rest is known, and so tells least of what was done at once.
_BESIDE = {"claim": 1, "source": 2, "check": 3, "doublecheck": 4}

_OF_A_CLAIM = {
    "created": "New source for",
    "changed": "Source read anew for",
    "deleted": "Source taken back for",
}


def rank(record: str, is_new: bool, number: int) -> tuple:
    """Return the place of a change among those that were made at once, what matters
    most first: a milestone before other facts, these before their sources."""
    return _BESIDE.get(record, 0), record != "milestone", not is_new, number


# Tuples, for the log as a file has hundreds of thousands of both.
class FieldChange(NamedTuple):
    """One field before and after, as readers read it: names for ids, labels for
    choices; None where it was empty or there was no record."""

    name: str
    label: str
    old: Any
    new: Any


class Change(NamedTuple):
    """One entry of the log. ``fields`` is empty where only fields that are not public
    changed; ``partnership`` is the slug of the record that the change belongs to.
    ``about`` is the fact that a claim is about, empty of anything else; ``is_rejected``
    says that it is a milestone which the editors rule did not happen. ``entry`` is the
    entry as it was given, a row of the ledger."""

    number: int
    at: datetime
    by: str
    reason: str
    kind: str
    action: str
    model: str
    model_label: str
    key: str
    label: str
    about: str
    is_rejected: bool
    partnership: str | None
    fields: list[FieldChange]
    entry: Any

    @property
    def parts(self) -> tuple[str, str, str]:
        """The act, the partner that it belongs to, and to what: ("New source
        for", "Norway", "Signed (SDP)"). The first is empty where the rest says it, the
        second where it belongs to no partner by name."""
        if self.model == "redaction":
            return f"A value of change {self.key} was blacked out", "", ""
        if self.model == "damage":
            by = self.by or "An administrator"
            return f"{by} stated damage to the audit trail", "", ""
        if self.model == "check" and self.action == "created" and not self.is_as_found:
            return "", "", self.label
        partner, colon, rest = (self.about or self.label).partition(": ")
        if not (colon and self.partnership) or self.model == "partnership":
            return self._act, "", self.about or self.label
        return self._act, partner, rest

    @property
    def title(self) -> str:
        """The change in a line: "Milestone corrected: Norway, Signed, 2024 (SDP)"."""
        act, partner, rest = self.parts
        what = ", ".join(filter(None, [partner, rest]))
        return ": ".join(filter(None, [act, what]))

    @property
    def is_as_found(self) -> bool:
        """True of a change that nobody made, recorded as it was found after damage."""
        return self.reason.endswith(AS_FOUND)

    @property
    def _act(self) -> str:
        if self.is_as_found:
            return "Recorded as found after damage"
        if self.model == "doublecheck":
            return self._double_check
        if self.about:
            return _OF_A_CLAIM[self.action]
        if self.action == "created":
            return "New evidence" if self.is_rejected else f"New {self.model_label}"
        verb = "removed" if self.action == "deleted" else "changed"
        if self.action == "changed" and self.kind == ChangeKind.CORRECTION:
            verb = "corrected"
        return f"{capfirst(self.model_label)} {verb}"

    @property
    def _double_check(self) -> str:
        if self.action == "deleted":
            return "Double-check withdrawn"
        is_made = any(field.name == "made_on" and field.new for field in self.fields)
        return "Double-checked" if is_made else "Double-check asked for"

    @property
    def rank(self) -> tuple:
        """The place among the changes that were made at once."""
        return rank(self.model, self.action == "created", self.number)

    @property
    def category(self) -> ChangeCategory | None:
        """The kind of news that it is to a reader."""
        if self.model == "redaction":
            return ChangeCategory.REDACTION
        if self.model == "damage" or self.is_as_found:
            return ChangeCategory.DAMAGE
        if self.kind == ChangeKind.IMPORT:
            return ChangeCategory.IMPORT
        is_evidence = self.model in ("claim", "source") or self.is_rejected
        if self.action == "created" and is_evidence:
            return ChangeCategory.SOURCE
        if any(field.name.endswith("ruling") and field.new for field in self.fields):
            return ChangeCategory.RULING
        if self.is_rejected and self.kind == ChangeKind.NEW_DEVELOPMENT:
            return ChangeCategory.SOURCE  # evidence: nothing happened
        return CATEGORIES.get(self.kind)
