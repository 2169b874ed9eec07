"""Where the audit trail stands."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Min, Subquery
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
    """The edition of the data set, the times of its first and last change, when the
    trail was last found whole, up to which edition, None before the first time; and how
    many problems the very last verification found."""

    edition: int
    began_at: datetime | None
    changed_at: datetime | None
    verified_at: datetime | None
    verified_edition: int | None
    problems: int


def edition(*, known_on: date | None = None) -> int:
    """The number of the last change, now or at the end of a day, UTC; 0 before the
    first."""
    entries = LedgerEntry.objects.all()
    if known_on:
        entries = entries.filter(at__lt=end_of(known_on))
    return entries.aggregate(last=Max("number"))["last"] or 0


def trail() -> Trail:
    """Where the trail stands now, in one query."""
    last = LedgerEntry.objects.exclude(number=None).order_by("-number")
    verified = _passed()
    found = (
        last.annotate(
            began_at=Subquery(LedgerEntry.objects.filter(number=1).values("at")),
            verified_at=Subquery(verified.values("verified_at")[:1]),
            verified_edition=Subquery(verified.values("number")[:1]),
            problems=Coalesce(Subquery(Verification.objects.values("problems")[:1]), 0),
        )
        .values_list(
            "number", "began_at", "at", "verified_at", "verified_edition", "problems"
        )
        .first()
    )
    return Trail(*found) if found else Trail(0, None, None, None, None, 0)


def seal_before(number: int) -> str:
    """The seal that the change of this number is chained to."""
    seals = LedgerEntry.objects.filter(number=number - 1)
    return seals.values_list("seal", flat=True).first() or canonical.GENESIS


def latest_redaction(number: int) -> Redaction | None:
    """The last redaction of the change of this number."""
    return Redaction.objects.filter(id=number).order_by("-history_id").first()


def last_verification() -> Verification | None:
    """The last time that the trail was verified, whatever was found."""
    return Verification.objects.first()


def last_proof() -> Verification | None:
    """The last time that the whole trail was verified and nothing was wrong, also of a
    trail without a change."""
    return _passed().first()


def _passed():
    return Verification.objects.filter(since=0, problems=0).order_by("-id")


def waiting_since() -> datetime | None:
    """When the oldest change that is not sealed yet was recorded; None if all are."""
    waiting = LedgerEntry.objects.filter(number=None)
    return waiting.aggregate(oldest=Min("recorded_at"))["oldest"]


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.first()
