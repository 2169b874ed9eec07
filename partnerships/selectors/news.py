"""News of the world by months: what happened, what may have, what is expected."""

import calendar
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F

from partnerships.choices import MilestoneKind
from partnerships.ledger.editions import kept_by_edition
from partnerships.models import Milestone, Partnership
from partnerships.querysets.facts import MilestoneQuerySet
from partnerships.querysets.names import by_name


@dataclass(frozen=True)
class Month:
    """A month and how many milestones happened in it, each in the month of the last
    day on which it can have."""

    first: date
    count: int


@dataclass(frozen=True)
class CheckedPartner:
    """A partner with a published partnership, ``pk``, and the day through which editors
    looked for news of it."""

    pk: int
    slug: str
    name: str
    checked_through: date | None

    @property
    def partner(self) -> "CheckedPartner":
        """The partner itself, as rows of partnerships have one."""
        return self


@kept_by_edition(maxsize=1)
def checked_partners() -> list[CheckedPartner]:
    """Return all partners with a published partnership, by name. One query; none where
    those of an edition are known."""
    rows = Partnership.objects.published().with_checked_through()
    columns = ("pk", "partner__slug", "partner__name", "checked_through")
    ordered = rows.order_by(*by_name()).values_list(*columns)
    return [CheckedPartner(*row) for row in ordered]


def public_milestones(slug: str = "") -> MilestoneQuerySet:
    """Return what happened and is public, of one partner or of all."""
    rows = Milestone.objects.filter(partnership__is_published=True).counted()
    if slug:
        rows = rows.filter(partnership__partner__slug=slug)
    return rows.settled().select_related("partnership__partner")


def public_milestones_by_id(ids: list[int]) -> dict[int, Milestone]:
    """Return those of these milestones that are public, by id. One query, none where
    there is no id."""
    rows = Milestone.objects.filter(partnership__is_published=True).counted()
    return rows.select_related("partnership__partner").order_by().in_bulk(ids)


def last_day_of(month: date) -> date:
    """Return the last day of the month that begins on that day."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def month_before(month: date) -> date:
    """Return the first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def month_after(month: date) -> date:
    """Return the first day of the month after."""
    return last_day_of(month) + timedelta(days=1)


@kept_by_edition(maxsize=100)
def months_with_news(slug: str, on: date) -> list[Month]:
    """Return the months in which something public happened by a day, to one partner or
    to all, newest first. One query, of as many rows as there are such days; none where
    those of an edition are known."""
    rows = public_milestones(slug).happened(on=on)
    days = rows.order_by().values_list("last_day")
    counts: Counter[date] = Counter()
    for day, n in days.annotate(n=Count("pk")):
        counts[day.replace(day=1)] += n
    return [Month(first, n) for first, n in sorted(counts.items(), reverse=True)]


def newest_months(months: list[Month], *, least: int) -> list[Month]:
    """Return the newest of these months that have so many milestones together."""
    told, count = [], 0
    for month in months:
        if count >= least:
            break
        told.append(month)
        count += month.count
    return told


def newest_first(milestones: Iterable[Any]) -> list[Any]:
    """Return milestones, given in the order of their last days, by the first day on
    which each can have happened in the month of its last: what is known by its month
    alone stands below the days of that month, and above what it must have followed."""
    return sorted(
        milestones,
        key=lambda row: max(row.first_day or date.min, row.last_day.replace(day=1)),
        reverse=True,
    )


def latest_news(
    milestones: MilestoneQuerySet, months: list[Month], *, on: date
) -> list[Milestone]:
    """Return those of these milestones that happened in these months by a day, newest
    first. One query."""
    if not months:
        return []
    rows = milestones.happened(on=on).filter(last_day__gte=months[-1].first)
    return newest_first(rows.in_order(newest_first=True))


def news_of_month(
    milestones: MilestoneQuerySet, *, month: date, on: date
) -> tuple[list[Milestone], list[Milestone]]:
    """Return those of these milestones that happened in the month by a day, newest
    first, and those that may have: their first day had come by its end, and their last
    had not. Of what is "no later than" a day, each month before may be its own: only
    the month of ``on`` tells it. One query."""
    end = min(last_day_of(month), on)
    begun = milestones.begun(on=end).filter(last_day__gte=month)
    rows: list[Any] = newest_first(begun.in_order(newest_first=True))
    happened = [row for row in rows if row.last_day <= end]
    perhaps = [row for row in rows if row.last_day > end]
    return happened, [row for row in perhaps if row.first_day or end == on]


def perhaps_happened(
    milestones: MilestoneQuerySet, *, on: date, most: int
) -> list[Milestone]:
    """Return those of these milestones that may have happened by a day, and may not,
    the soonest certain first."""
    return list(milestones.begun(on=on).filter(last_day__gt=on).in_order()[:most])


def open_announcements(
    milestones: MilestoneQuerySet, *, on: date, most: int
) -> list[Milestone]:
    """Return the announcements among these that were made by a day, and of which
    nothing had come by then: those expected last, the first of them first."""
    rows = milestones.filter(kind=MilestoneKind.ANNOUNCED, fell_through=False)
    rows = rows.happened(on=on).with_met_by(on=on).filter(met_by__isnull=True)
    last = rows.order_by(F("expected_latest").desc(nulls_first=True), "-pk")[:most]
    return list(reversed(last))
