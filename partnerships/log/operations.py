"""What an editor did, operation by operation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max

from partnerships.log.entries import described_changes
from partnerships.models import LedgerEntry, User


@dataclass(frozen=True)
class Done:
    """One operation of an editor: its id, its first change in words, and how many
    changes it is."""

    operation: UUID
    title: str
    count: int
    at: datetime


def done_by(user: User, *, most: int = 10) -> list[Done]:
    """Return the last operations of an editor, newest first. Four queries."""
    own = LedgerEntry.objects.filter(actor=user.public_label).exclude(number=None)
    operations = (
        own.order_by()
        .values("operation")
        .annotate(newest=Max("number"), n=Count("pk"))
        .order_by("-newest")[:most]
    )
    counts = {row["newest"]: (row["operation"], row["n"]) for row in operations}
    entries = LedgerEntry.objects.filter(number__in=counts).order_by("-number")
    return [
        Done(
            counts[change.number][0], change.title, counts[change.number][1], change.at
        )
        for change in described_changes(entries)
    ]
