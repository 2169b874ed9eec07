"""Where the audit trail stands."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Max, Min, Subquery

from partnerships.dates import end_of
from partnerships.ledger import canonical
from partnerships.ledger.prepared import PreparedRow
from partnerships.models import (
    Checkpoint,
    LedgerEntry,
    Redaction,
    Verification,
)


@dataclass(frozen=True)
class Trail:
    """Where the trail stands: the edition of the data set, its seal, the times of its
    first and last change; when the trail was last found whole, up to which edition,
    None before the first time; how many problems the very last verification found, and
    when that was; whether a change waits for its seal."""

    edition: int = 0
    seal: str = canonical.GENESIS
    began_at: datetime | None = None
    changed_at: datetime | None = None
    verified_at: datetime | None = None
    verified_edition: int | None = None
    problems: int | None = None
    tried_at: datetime | None = None
    is_waiting: bool = False

    @property
    def shown_at(self) -> datetime | None:
        """When anything that readers see of the trail last changed."""
        return max(filter(None, (self.changed_at, self.tried_at)), default=None)


def edition_number(*, known_on: date | None = None) -> int:
    """The number of the last change, now or at the end of a day, UTC; 0 before the
    first."""
    entries = LedgerEntry.objects.all()
    if known_on:
        entries = entries.filter(at__lt=end_of(known_on))
    return entries.aggregate(last=Max("number"))["last"] or 0


def current_trail() -> Trail:
    """Where the trail stands now, in one query, which every page asks."""
    return _TRAIL.value() or Trail(is_waiting=True)


def _where_it_stands():
    last = LedgerEntry.objects.exclude(number=None).order_by("-number")
    verified, tried = _passed(), Verification.objects.order_by("-id")
    return last.values_list(
        "number",
        "seal",
        Subquery(LedgerEntry.objects.filter(number=1).values("at")),
        "at",
        Subquery(verified.values("verified_at")[:1]),
        Subquery(verified.values("number")[:1]),
        Subquery(tried.values("problems")[:1]),
        Subquery(tried.values("verified_at")[:1]),
        Exists(LedgerEntry.objects.filter(number=None)),
    )[:1]


_TRAIL = PreparedRow(_where_it_stands, Trail)


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


def last_changes() -> tuple[dict[int, datetime], dict[int, datetime]]:
    """Return the time of the last sealed change of each partnership's record and of
    each source, by their ids, drafts included. Two queries."""
    entries = LedgerEntry.objects.exclude(number=None).order_by()
    records = entries.exclude(partnership_id=None)
    sources = entries.filter(record="source")
    return (
        dict(records.values_list("partnership_id").annotate(Max("at"))),
        dict(sources.values_list("object_id").annotate(Max("at"))),
    )
