"""Where the audit trail stands."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, Min, Subquery
from django.db.models.functions import Coalesce

from partnerships.dates import end_of
from partnerships.ledger import canonical
from partnerships.models import (
    Checkpoint,
    LedgerEntry,
    Redaction,
    Verification,
)


@dataclass(frozen=True)
class Trail:
    """The edition of the data set, the times of its first and last change, and when the
    trail was last verified in full, up to which edition; None before the first
    time. ``known_edition`` is the edition that the second clock shows."""

    edition: int
    began_at: datetime | None
    changed_at: datetime | None
    verified_at: datetime | None
    verified_edition: int | None
    known_edition: int


def edition(*, known_on: date | None = None) -> int:
    """The number of the last change, now or at the end of a day, UTC; 0 before the
    first."""
    entries = LedgerEntry.objects.all()
    if known_on:
        entries = entries.filter(at__lt=end_of(known_on))
    return entries.aggregate(last=Max("number"))["last"] or 0


def trail(*, known_on: date | None = None) -> Trail:
    """Where the trail stands now, in one query; ``known_on`` is the day that the second
    clock shows, None for now."""
    last = LedgerEntry.objects.exclude(number=None).order_by("-number")
    verified = Verification.objects.filter(since=0).order_by("-id")
    found = (
        last.annotate(
            began_at=Subquery(LedgerEntry.objects.filter(number=1).values("at")),
            verified_at=Subquery(verified.values("passed_at")[:1]),
            verified_edition=Subquery(verified.values("number")[:1]),
            known_edition=_known_edition(known_on),
        )
        .values_list(
            "number",
            "began_at",
            "at",
            "verified_at",
            "verified_edition",
            "known_edition",
        )
        .first()
    )
    return Trail(*found) if found else Trail(0, None, None, None, None, 0)


def _known_edition(known_on: date | None):
    if known_on is None:
        return F("number")
    then = LedgerEntry.objects.exclude(number=None).filter(at__lt=end_of(known_on))
    return Coalesce(Subquery(then.order_by("-number").values("number")[:1]), 0)


def seal_before(number: int) -> str:
    """The seal that the change of this number is chained to."""
    seals = LedgerEntry.objects.filter(number=number - 1)
    return seals.values_list("seal", flat=True).first() or canonical.GENESIS


def latest_redaction(number: int) -> Redaction | None:
    """The last redaction of the change of this number."""
    return Redaction.objects.filter(id=number).order_by("-history_id").first()


def last_verification() -> Verification | None:
    """The last time that the whole trail was verified, also one without a change."""
    return Verification.objects.filter(since=0).first()


def waiting_since() -> datetime | None:
    """When the oldest change that is not sealed yet was recorded; None if all are."""
    waiting = LedgerEntry.objects.filter(number=None)
    return waiting.aggregate(oldest=Min("recorded_at"))["oldest"]


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.first()
