"""The state of the audit trail: its edition, its seal, its last verification."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from partnerships.ledger import canonical
from partnerships.ledger.past import NEARLY_AT_ONCE, Past
from partnerships.ledger.sql import SQL
from partnerships.models import (
    Checkpoint,
    LedgerEntry,
    Partnership,
    Redaction,
    Source,
    Verification,
)


@dataclass(frozen=True)
class Trail:
    """The trail as it stands. ``edition`` is the number of its last change, ``seal``
    stands for all that the data set then held.

    ``verified_at`` and ``verified_edition`` are of the last verification that found the
    whole trail in order; ``tried_at`` and ``problems`` of the last one, whatever it
    found; ``checkpoint_at`` is of the last checkpoint. ``damage`` is the number of the
    last change that states damage to the trail, ``redactions`` the number of those that
    were made. ``past`` names the past that is shown; empty of now. A time or a number
    is None before the first time.
    """

    edition: int = 0
    seal: str = canonical.GENESIS
    began_at: datetime | None = None
    changed_at: datetime | None = None
    verified_at: datetime | None = None
    tried_at: datetime | None = None
    checkpoint_at: datetime | None = None
    verified_edition: int | None = None
    problems: int | None = None
    damage: int | None = None
    redactions: int = 0
    is_waiting: bool = False
    past: str = ""

    @property
    def of_past(self) -> str | None:
        """A name for all that was known in the past, as it is shown; None of now."""
        return f"{self.past} {self.redactions}" if self.past else None

    @property
    def shown_at(self) -> datetime | None:
        """The last time of those that pages show: of the last change, the last
        verification and the last checkpoint."""
        times = (self.changed_at, self.tried_at, self.checkpoint_at)
        return max(filter(None, times), default=None)


#: The fields of ``Trail``, in its order. By hand, since every request asks it: to make
#: SQL of a queryset would take longer than all else that a 304 does. No
#: address has a longer number, and SQLite holds text for greater than any.
_CURRENT_TRAIL = SQL(
    """
    SELECT newest.number, newest.seal,
      (SELECT at FROM partnerships_ledgerentry WHERE number = 1), newest.at,
      passed.verified_at, tried.verified_at,
      (SELECT taken_at FROM partnerships_checkpoint ORDER BY id DESC LIMIT 1),
      passed.number, tried.problems,
      (SELECT number FROM partnerships_ledgerentry WHERE record = 'damage'
        AND history_id = (SELECT MAX(history_id) FROM partnerships_damage)),
      (SELECT COUNT(*) FROM partnerships_redaction),
      EXISTS (SELECT 1 FROM partnerships_ledgerentry WHERE number IS NULL)
    FROM (SELECT number, seal, at FROM partnerships_ledgerentry
      WHERE number < 1000000000000000000 ORDER BY number DESC LIMIT 1) AS newest
    LEFT JOIN (SELECT verified_at, number FROM partnerships_verification
      WHERE since = 0 AND problems = 0 ORDER BY id DESC LIMIT 1) AS passed ON TRUE
    LEFT JOIN (SELECT verified_at, problems FROM partnerships_verification
      ORDER BY id DESC LIMIT 1) AS tried ON TRUE
    """
)


def current_trail() -> Trail:
    """Return the trail as it stands now, by one query; it waits for its first seal."""
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT_TRAIL)
        row = cursor.fetchone()
    if row is None:
        return Trail(is_waiting=True)
    edition, seal, *times, verified_edition, problems, damage, redactions, waits = row
    began, changed, verified, tried, kept = map(_moment, times)
    proofs = verified, tried, kept, verified_edition, problems, damage, redactions
    return Trail(edition, seal, began, changed, *proofs, bool(waits))


def _moment(value: datetime | str | None) -> datetime | None:
    """Return a time as the database gave it; SQLite gives text or no time zone, and may
    hold what is no time."""
    try:
        value = datetime.fromisoformat(value) if isinstance(value, str) else value
        return value and value.replace(tzinfo=UTC)
    except (ValueError, TypeError):
        return None


def trail_of_past(past: Past, trail: Trail) -> Trail:
    """Return the trail, of the edition of a past, without checkpoints."""
    newest = _last_of(past).order_by("-number")
    last: Any = newest.values_list("number", "seal", "at").first()
    number, seal, at = last or (0, canonical.GENESIS, None)
    return replace(
        trail,
        edition=number,
        seal=seal,
        changed_at=at,
        checkpoint_at=None,
        past=f"edition {seal}" if past.edition else seal,
    )


def edition_number(past: Past | None = None) -> int:
    """Return the number of the last change of a past, or of all; or 0."""
    entries = LedgerEntry.objects.exclude(number=None)
    return _last_number(_last_of(past) if past else entries)


def ends_within_an_operation(edition: int) -> bool:
    """Return True if what was done at once with the last change of an edition goes on
    after it."""
    entries = LedgerEntry.objects.filter(number__in=(edition, edition + 1))
    own, *later = entries.order_by("number").values_list("operation", flat=True)
    return own in later


def _last_of(past: Past) -> QuerySet[LedgerEntry]:
    """Return the last entries of a past."""
    if past.edition:
        return LedgerEntry.objects.filter(number=past.edition)
    return last_in_time(LedgerEntry.objects.exclude(number=None).filter(past.entries))


def last_number_before(moment: datetime) -> int:
    """Return the number of the last change that was made before a moment, or 0."""
    sealed = LedgerEntry.objects.exclude(number=None)
    return _last_number(last_in_time(sealed.filter(at__lt=moment)))


def _last_number(entries: QuerySet[LedgerEntry]) -> int:
    return entries.order_by("-number").values_list("number", flat=True).first() or 0


def last_in_time(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """Return the last of these entries by their times, the one of the highest number
    surely among them, for two that were made at once may have been sealed in another
    order. The databases would else go through all later ones to find it."""
    last = entries.order_by("-at", "-number").values("number")[:NEARLY_AT_ONCE]
    return LedgerEntry.objects.filter(number__in=last)


def seal_before(number: int) -> str:
    """Return the seal that the change of this number is chained to."""
    seals = LedgerEntry.objects.filter(number=number - 1)
    return seals.values_list("seal", flat=True).first() or canonical.GENESIS


def latest_redaction(number: int) -> Redaction | None:
    """Return the last redaction of the change of this number."""
    return Redaction.objects.filter(id=number).order_by("-history_id").first()


def last_verification() -> Verification | None:
    """Return the last verification of the trail, whatever it found."""
    return Verification.objects.first()


def last_proof() -> Verification | None:
    """Return the last verification of the whole trail that found nothing wrong."""
    proofs = Verification.objects.filter(since=0, problems=0)
    return proofs.order_by("-id").first()


def waiting_since() -> datetime | None:
    """Return the time of the oldest change without a seal; None if all have one."""
    waiting = LedgerEntry.objects.filter(number=None)
    return waiting.aggregate(oldest=Min("recorded_at"))["oldest"]


def latest_checkpoint() -> Checkpoint | None:
    """Return the last checkpoint of the chain."""
    return Checkpoint.objects.first()


def without_notes(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """Return these entries without those of a public record's internal notes: the
    recorder lets nothing that readers see change without a kind."""
    published = Partnership.history.filter(is_published=True)
    return entries.exclude(
        Q(record="partnership", action="~", kind="")
        & Exists(published.filter(history_id=OuterRef("history_id")))
    )


def last_changes() -> tuple[dict[int, datetime | None], dict[int, datetime | None]]:
    """Return the time of the last sealed change of each partnership's record and of
    each source, by their ids, drafts included and notes not. Two queries, each of one
    look-up in an index for a row, however long the trail is."""
    sealed = LedgerEntry.objects.exclude(number=None).order_by("-number")
    own = sealed.filter(partnership_id=OuterRef("pk"))
    itself = without_notes(own.filter(partner_id=OuterRef("partner_id")))
    belonging = own.filter(partner_id=None)
    records = Partnership.objects.values_list(
        "pk", Subquery(itself.values("at")[:1]), Subquery(belonging.values("at")[:1])
    )
    of_source = sealed.filter(record="source", object_id=OuterRef("pk"))
    sources = Source.objects.values_list("pk", Subquery(of_source.values("at")[:1]))
    return (
        {pk: max(filter(None, times), default=None) for pk, *times in records},
        dict(sources),
    )
