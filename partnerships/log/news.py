"""What feeds tell: the newest changes, and when milestones were recorded and last
changed. Each is a bounded number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

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
    """A milestone with its sources, when it was first recorded, and when it or what a
    source says of it was last changed."""

    fact: Fact
    recorded_at: datetime
    changed_at: datetime


def latest_news(
    entries: QuerySet[LedgerEntry], *, among: QuerySet[LedgerEntry], most: int
) -> list[News]:
    """The newest of these entries, newest first; ``among`` are all that readers may
    see.

    Whether an operation is told as one depends on all of its changes, drafts' included,
    and what is told of it on all that are visible, whatever ``entries`` leave out: so
    it is the same news wherever it is read, also once a draft is published.
    """
    by_operation = entries.order_by().values("operation").annotate(last=Max("number"))
    newest = by_operation.order_by("-last").values_list("operation", flat=True)[:most]
    large, small = _by_size(list(newest))
    together = {
        row["first"]: row
        for row in among.filter(operation__in=large)
        .order_by()
        .values("operation")
        .annotate(first=Min("number"), last=Max("number"), n=Count("pk"), at=Max("at"))
    }
    alone = entries.filter(operation__in=small).values_list("number", flat=True)[:most]
    places = {number: number for number in alone}
    places |= {first: row["last"] for first, row in together.items()}
    numbers = sorted(places, key=places.get, reverse=True)[:most]
    rows = LedgerEntry.objects.filter(number__in=numbers)
    found = {change.number: change for change in described_changes(rows, among=among)}
    redacted = _redacted(numbers)
    return [
        _news(found[number], together.get(number), redacted.get(number))
        for number in numbers
    ]


def recorded_milestones(
    milestones: QuerySet[Milestone], *, known_on: date | None = None
) -> QuerySet[Milestone]:
    """These milestones with the times ``recorded_at`` and ``changed_at`` of the first
    and the last change to each, now or up to the end of a day, UTC."""
    own = _until(known_on).filter(record="milestone", object_id=OuterRef("pk"))
    times = own.values("object_id").annotate(first=Min("at"), last=Max("at"))
    return milestones.annotate(
        recorded_at=Subquery(times.values("first")),
        changed_at=Subquery(times.values("last")),
    )


def milestone_news(
    milestones: Iterable[Milestone], *, known_on: date | None = None
) -> list[RecordedMilestone]:
    """These milestones, of ``recorded_milestones``, with their sources and the last
    change to either, in the order given. Two queries."""
    facts = milestone_facts(milestones)
    claims = [claim.pk for fact in facts for claim in fact.claims]
    said = _until(known_on).filter(record="claim", object_id__in=claims)
    said_at = dict(said.values_list("object_id").annotate(Max("at")))
    found = []
    for fact in facts:
        times = [fact.about.changed_at, *(said_at[claim.pk] for claim in fact.claims)]
        found.append(RecordedMilestone(fact, fact.about.recorded_at, max(times)))
    return found


def _by_size(operations: list) -> tuple[list, list]:
    """Those of these operations that are told as one, and the others."""
    entries = LedgerEntry.objects.filter(operation__in=operations).order_by()
    sizes = entries.values_list("operation").annotate(Count("pk"))
    by_size = defaultdict(list)
    for operation, size in sizes:
        by_size[size > BULK].append(operation)
    return by_size[True], by_size[False]


def _redacted(numbers: list[int]) -> dict[int, datetime]:
    redactions = Redaction.objects.filter(id__in=numbers).order_by()
    return dict(redactions.values_list("id").annotate(Max("history_date")))


def _news(change: Change, together: dict | None, redacted_at: datetime | None) -> News:
    at = together["at"] if together else change.at
    return News(
        change=change,
        is_bulk=together is not None,
        count=together["n"] if together else 1,
        at=at,
        told_at=max(at, redacted_at or at),
    )


def _until(day: date | None) -> QuerySet[LedgerEntry]:
    entries = LedgerEntry.objects.order_by()
    return entries.filter(at__lt=end_of(day)) if day else entries
