"""News for feeds: the newest changes, and when milestones were recorded and last
changed. Each is a bounded number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery

from partnerships.choices import ChangeCategory
from partnerships.ledger.past import Past
from partnerships.log.changes import CATEGORIES, Change
from partnerships.log.entries import ASKED, BULK, described_changes
from partnerships.log.grouped import newest_operations
from partnerships.log.numbering import Numbers
from partnerships.models import Claim, LedgerEntry, Milestone, Redaction
from partnerships.selectors.facts import Fact, milestone_facts


@dataclass(frozen=True)
class News:
    """The news of one operation: those of its ``changes`` that are told, the one that
    matters most first; or, where it has more than ``BULK``, the first that readers may
    see, which stands for all of these, ``count`` in number.

    ``first`` is the number of its first change, seen or not. ``told_at`` is later than
    ``at`` where a value was blacked out since.
    """

    changes: list[Change]
    first: int
    is_bulk: bool
    count: int
    at: datetime
    told_at: datetime

    @property
    def change(self) -> Change:
        return self.changes[0]

    @property
    def categories(self) -> list[ChangeCategory]:
        """The kinds of news that it is to readers, that of what matters most first."""
        if self.is_bulk:
            return [*filter(None, [CATEGORIES.get(self.change.kind)])]
        categories = dict.fromkeys(change.category for change in self.changes)
        return [category for category in categories if category]


@dataclass(frozen=True)
class RecordedMilestone:
    """A milestone, when it was recorded, and when it or a claim on it changed."""

    fact: Fact[Milestone]
    recorded_at: datetime
    changed_at: datetime


def latest_news(
    numbers: Numbers, *, among: QuerySet[LedgerEntry], most: int
) -> list[News]:
    """Return the news of the newest operations among the changes of these numbers,
    newest first; ``among`` are all entries that readers may see.

    Of an operation all that is among these changes is told, but for the double-checks
    that it asks for. One of more than ``BULK`` changes, drafts' included, tells of all
    that are visible, whatever ``numbers`` leave out: every feed shows it alike, also
    once a draft is published.
    """
    entries = LedgerEntry.objects.exclude(ASKED).order_by()
    newest = newest_operations(numbers, most=most + 1, entries=entries)[:most]
    sizes = _sizes([done.operation for done in newest])
    large = [operation for operation, (_, size) in sizes.items() if size > BULK]
    totals = {row["operation"]: row for row in _totals(large, among)}
    told: list[Any] = [row["first"] for row in totals.values()]
    told += [n for d in newest if d.operation not in totals for n in d.numbers]
    rows = LedgerEntry.objects.filter(number__in=told).order_by("number")
    together: dict[UUID, list[Change]] = defaultdict(list)
    for change in described_changes(rows, among=among):
        together[change.entry.operation].append(change)
    redacted = _redacted(told)
    news = [
        (
            total["last"] if total else changes[-1].number,
            _news(changes, sizes[operation][0], total, redacted),
        )
        for operation, changes in together.items()
        for total in [totals.get(operation)]
    ]
    return [one for _, one in sorted(news, key=itemgetter(0), reverse=True)]


def recorded_milestones(
    milestones: QuerySet[Milestone], *, past: Past | None = None
) -> QuerySet[Milestone]:
    """Annotate these milestones with ``recorded_at`` and ``changed_at``, the times of
    the first and the last change to each, of a past or up to now."""
    times = _times_of(Milestone, past).filter(id=OuterRef("pk"))
    return milestones.annotate(
        recorded_at=Subquery(times.order_by("history_date")[:1]),
        changed_at=Subquery(times.order_by("-history_date")[:1]),
    )


def milestone_news(
    milestones: Iterable[Milestone], *, past: Past | None = None
) -> list[RecordedMilestone]:
    """Return these milestones, of ``recorded_milestones``, with their sources and the
    last change to either, in the order given. Two queries."""
    facts = milestone_facts(milestones)
    claims = [claim.pk for fact in facts for claim in fact.claims]
    times = _times_of(Claim, past).filter(id__in=claims).order_by()
    changed_at = dict(times.values_list("id").annotate(Max("history_date")))
    news = []
    for fact in facts:
        milestone: Any = fact.about  # with the times that were annotated
        changed = [milestone.changed_at]
        changed += [changed_at[claim.pk] for claim in fact.claims]
        news.append(RecordedMilestone(fact, milestone.recorded_at, max(changed)))
    return news


def _sizes(operations: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return the number of the first change of each operation, and of how many changes
    it is, those of drafts included."""
    entries = LedgerEntry.objects.filter(operation__in=operations).order_by()
    sized = entries.values_list("operation").annotate(Min("number"), Count("pk"))
    return {operation: (first, size) for operation, first, size in sized}


def _totals(operations: list[UUID], among: QuerySet[LedgerEntry]) -> Any:
    """Return the first and the last number, the count and the time of each of these."""
    changes = among.filter(operation__in=operations).order_by().values("operation")
    return changes.annotate(
        first=Min("number"), last=Max("number"), n=Count("pk"), at=Max("at")
    )


def _redacted(numbers: list[int]) -> dict[int, datetime]:
    """Return when a value was last blacked out, by number of the change."""
    redactions = Redaction.objects.filter(id__in=numbers).order_by()
    return dict(redactions.values_list("id").annotate(Max("history_date")))


def _news(
    changes: list[Change],
    first: int,
    total: dict | None,
    redacted: dict[int, datetime],
) -> News:
    count, at = (total["n"], total["at"]) if total else (len(changes), changes[-1].at)
    told_at = max([at, *(redacted[c.number] for c in changes if c.number in redacted)])
    lead = min(changes, key=attrgetter("rank"))
    others = [change for change in changes if change is not lead]
    return News([lead, *others], first, total is not None, count, at, told_at)


def _times_of(model: Any, past: Past | None) -> QuerySet:
    """Return the times of the changes to these records, of a past or up to now: its
    history has them in an index by record, the ledger has not."""
    times = model.history.values("history_date")
    return times.filter(past.versions(model)) if past else times
