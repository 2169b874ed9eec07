"""News for feeds: the newest changes, and when milestones were recorded and last
changed. Each is a bounded number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery

from partnerships.choices import ChangeCategory
from partnerships.dates import end_of
from partnerships.log.entries import BULK, Change, described_changes
from partnerships.models import LedgerEntry, Milestone, Redaction
from partnerships.selectors.facts import Fact, milestone_facts


@dataclass(frozen=True)
class News:
    """One change; or, where an operation has more than ``BULK`` changes, all of them
    that readers may see, ``count`` in number, for which the first one stands.
    ``told_at`` is later than ``at`` where a value was blacked out since."""

    change: Change
    is_bulk: bool
    count: int
    at: datetime
    told_at: datetime

    @property
    def category(self) -> ChangeCategory | None:
        if not self.is_bulk:
            return self.change.category
        return ChangeCategory(self.change.kind) if self.change.kind else None


@dataclass(frozen=True)
class RecordedMilestone:
    """A milestone, when it was recorded, and when it or a claim on it changed."""

    fact: Fact[Milestone]
    recorded_at: datetime
    changed_at: datetime


def latest_news(
    entries: QuerySet[LedgerEntry], *, among: QuerySet[LedgerEntry], most: int
) -> list[News]:
    """Return the news of the newest of these entries, newest first; ``among`` are all
    entries that readers may see.

    An operation of more than ``BULK`` changes, drafts' included, is one piece of news,
    which tells of all that are visible, whatever ``entries`` leave out: every feed
    shows it alike, also once a draft is published.
    """
    by_operation = entries.order_by().values("operation").annotate(last=Max("number"))
    newest = by_operation.order_by("-last").values_list("operation", flat=True)[:most]
    large, small = _by_size(list(newest))
    bulk_by_first = {row["first"]: row for row in _bulk_operations(large, among)}
    alone = entries.filter(operation__in=small).values_list("number", flat=True)[:most]
    last_number: dict[Any, Any] = {number: number for number in alone}
    last_number |= {first: row["last"] for first, row in bulk_by_first.items()}
    numbers = sorted(last_number, key=last_number.__getitem__, reverse=True)[:most]
    rows = LedgerEntry.objects.filter(number__in=numbers)
    changes = {change.number: change for change in described_changes(rows, among=among)}
    redacted = _redacted(numbers)
    return [_news(changes[n], bulk_by_first.get(n), redacted.get(n)) for n in numbers]


def recorded_milestones(
    milestones: QuerySet[Milestone], *, known_on: date | None = None
) -> QuerySet[Milestone]:
    """Annotate these milestones with ``recorded_at`` and ``changed_at``, the times of
    the first and the last change to each, now or up to the end of a day, UTC."""
    own = _until(known_on).filter(record="milestone", object_id=OuterRef("pk"))
    times = own.values("object_id").annotate(first=Min("at"), last=Max("at"))
    return milestones.annotate(
        recorded_at=Subquery(times.values("first")),
        changed_at=Subquery(times.values("last")),
    )


def milestone_news(
    milestones: Iterable[Milestone], *, known_on: date | None = None
) -> list[RecordedMilestone]:
    """Return these milestones, of ``recorded_milestones``, with their sources and the
    last change to either, in the order given. Two queries."""
    facts = milestone_facts(milestones)
    claims = [claim.pk for fact in facts for claim in fact.claims]
    entries = _until(known_on).filter(record="claim", object_id__in=claims)
    changed_at = dict(entries.values_list("object_id").annotate(Max("at")))
    news = []
    for fact in facts:
        milestone: Any = fact.about  # with the times that were annotated
        times = [milestone.changed_at]
        times += [changed_at[claim.pk] for claim in fact.claims]
        news.append(RecordedMilestone(fact, milestone.recorded_at, max(times)))
    return news


def _bulk_operations(operations: list[UUID], among: QuerySet[LedgerEntry]) -> Any:
    """Return the first and the last number, the count and the time of each of these."""
    changes = among.filter(operation__in=operations).order_by().values("operation")
    return changes.annotate(
        first=Min("number"), last=Max("number"), n=Count("pk"), at=Max("at")
    )


def _by_size(operations: list[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Return the operations that are one piece of news, and those of many."""
    entries = LedgerEntry.objects.filter(operation__in=operations).order_by()
    sizes = entries.values_list("operation").annotate(Count("pk"))
    by_size = defaultdict(list)
    for operation, size in sizes:
        by_size[size > BULK].append(operation)
    return by_size[True], by_size[False]


def _redacted(numbers: list[int]) -> dict[int, datetime]:
    """Return when a value was last blacked out, by number of the change."""
    redactions = Redaction.objects.filter(id__in=numbers).order_by()
    return dict(redactions.values_list("id").annotate(Max("history_date")))


def _news(change: Change, together: dict | None, redacted_at: datetime | None) -> News:
    count, at = (together["n"], together["at"]) if together else (1, change.at)
    return News(change, together is not None, count, at, max(at, redacted_at or at))


def _until(day: date | None) -> QuerySet[LedgerEntry]:
    entries = LedgerEntry.objects.order_by()
    return entries.filter(at__lt=end_of(day)) if day else entries
