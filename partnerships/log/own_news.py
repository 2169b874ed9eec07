"""News of this site itself: what it corrected, what it added later, its first load."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from partnerships.choices import ChangeKind
from partnerships.dates import bounds_of, end_of, start_of
from partnerships.ledger import canonical
from partnerships.ledger.editions import kept_by_edition
from partnerships.log.entries import ASKED, changes_of_record
from partnerships.log.grouped import Done, Group, grouped
from partnerships.models import LedgerEntry, Milestone, Partnership

#: How far back in the trail news is looked for, in changes, where no month is given.
REACH = 5_000
MOST_ROWS = 200
#: What says how far the rest is known: news of it is in the log alone.
_BESIDE = ["claim", "source", "check", "doublecheck"]
_NEWS = Q(kind=ChangeKind.CORRECTION) | Q(record="redaction")
_NEWS |= Q(kind=ChangeKind.NEW_DEVELOPMENT) & ~Q(record__in=_BESIDE)
_READ = ("number", "operation", "record", "action", "kind", "at", "public")
_NEW_MILESTONE = ("milestone", "+", ChangeKind.NEW_DEVELOPMENT)


@dataclass(frozen=True)
class FirstLoad:
    """The day on which the record was first published, and with how much."""

    on: date
    partnerships: int
    milestones: int


def own_news(
    public: QuerySet[LedgerEntry],
    *,
    until: date,
    since: date | None = None,
    edition: int,
    slug: str = "",
    most: int,
) -> list[Group]:
    """Return the newest operations among the ``public`` changes, up to the end of a
    day, that corrected what this site had said, or added what had happened in an
    earlier month; those of one partner if ``slug`` is given. Without a first day they
    are looked for among the last ``REACH`` changes of the edition."""
    entries = public.filter(at__lt=end_of(until)).filter(_NEWS).exclude(ASKED)
    if since:
        entries = entries.filter(at__gte=start_of(since))
    else:
        entries = entries.filter(number__gt=edition - REACH)
    if slug:
        entries = changes_of_record(entries, slug)
    numbers: dict[UUID, list[int]] = defaultdict(list)
    for row in entries.values(*_READ)[:MOST_ROWS]:
        if not _is_of_its_month(row):
            numbers[row["operation"]].append(row["number"])
    newest = list(numbers.items())[:most]
    return grouped([Done(*found) for found in newest], among=public)


@kept_by_edition(maxsize=1)
def first_load() -> FirstLoad | None:
    """Return how the record was first published, where the trail begins by that: the
    day of its first change, and what was imported on it and is public. Three queries;
    none where it is known of an edition."""
    first = LedgerEntry.objects.filter(number=1, kind=ChangeKind.IMPORT).first()
    if first is None:
        return None
    on = first.at.date()
    loaded = {
        "history_type": "+",
        "history_kind": ChangeKind.IMPORT,
        "history_date__lt": end_of(on),
    }
    published = Partnership.objects.published().values("pk")
    records = Partnership.history.filter(id__in=published, **loaded)
    milestones = Milestone.history.filter(partnership__in=published, **loaded)
    return FirstLoad(on, records.count(), milestones.count())


def _is_of_its_month(row: dict[str, Any]) -> bool:
    """Return True of a new milestone that happened in the month in which it was
    recorded, or later: it is news of the world."""
    if (row["record"], row["action"], row["kind"]) != _NEW_MILESTONE:
        return False
    _, latest = bounds_of(canonical.values(row["public"])["date"])
    return latest is not None and latest >= row["at"].date().replace(day=1)
