"""Lists of what is due at the desk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q

from partnerships.choices import MilestoneKind, SafeStatus, Status
from partnerships.models import Claim, Milestone, Partnership, Source
from partnerships.querysets.names import by_name
from partnerships.selectors.data_quality import old_summaries
from partnerships.selectors.facts import LinkedFact, facts_by_id

WEEK, MONTH = timedelta(days=7), timedelta(days=31)
#: The statuses in which something moves.
MOVING = {Status.PROPOSED, Status.EXPLORATORY, Status.NEGOTIATING}
MOVING_ON_SAFE = {SafeStatus.REQUESTED, SafeStatus.NEGOTIATING, SafeStatus.AGREED}


@dataclass(frozen=True)
class Look:
    """A partnership that wants looking at: weekly while something moves, monthly else,
    and once the day of an announcement has come."""

    partnership: Partnership
    is_weekly: bool


def announcements_due(*, on: date) -> list[Milestone]:
    """Return the announcements that are due by the end of a week and neither met nor
    given up, the longest overdue first. One query."""
    rows = Milestone.objects.filter(
        kind=MilestoneKind.ANNOUNCED,
        fell_through=False,
        expected_latest__lte=on + WEEK,
        partnership__is_published=True,
    )
    rows = rows.counted().with_met_by(on=on).filter(met_by__isnull=True)
    return list(rows.select_related("partnership__partner").order_by("expected_latest"))


def looks(*, on: date) -> list[Look]:
    """Return a look at each published partnership, with its statuses and counts. Three
    queries."""
    rows = Partnership.objects.published().select_related("partner")
    rows = rows.with_checked_through().with_coverage_counts().as_of(on)
    return [Look(row, _moves(row)) for row in rows]


def looks_due(
    looks: Iterable[Look], announced: Iterable[Milestone], *, on: date
) -> list[Look]:
    """Return those of these looks that were not taken within their rhythm, or since the
    day of one of these announcements; those never taken first, then the longest ago."""
    expected = {
        row.partnership_id: row.expected_latest
        for row in announced
        if row.expected_latest and row.expected_latest <= on
    }
    due = [look for look in looks if _is_due(look, expected, on)]
    return sorted(due, key=lambda look: look.partnership.checked_through or date.min)


def open_disagreements() -> list[LinkedFact]:
    """Return the facts on which sources disagree and the editors have not ruled. Three
    queries."""
    claims = Claim.objects.public().open().in_order_of_facts()
    ids = list(dict.fromkeys(claims.values_list("fact_id", flat=True)))
    return list(facts_by_id(ids).values())


def sources_due(looks: Iterable[Look], *, on: date) -> list[Source]:
    """Return the sources with an address that were not opened within their rhythm,
    weekly while one of these partnerships moves of which they speak, monthly else;
    those never opened first. One query."""
    moving = [look.partnership.pk for look in looks if look.is_weekly]
    weekly = Claim.objects.public().filter(record__in=moving).order_by()
    is_stale = (
        Q(last_checked_on__isnull=True)
        | Q(last_checked_on__lt=on - MONTH)
        | Q(last_checked_on__lt=on - WEEK, pk__in=weekly.values("source"))
    )
    rows = Source.objects.public().exclude(url="").filter(is_stale)
    return list(rows.order_by(F("last_checked_on").asc(nulls_first=True), "key"))


def signed_not_assessed(looks: Iterable[Look]) -> list[Partnership]:
    """Return those of these partnerships that are signed, without a single cell of
    their areas."""
    signed = {Status.SIGNED, Status.SAFE_ASSOCIATED}
    rows: list[Any] = [look.partnership for look in looks]
    return [row for row in rows if row.status in signed and not row.is_assessed]


def summaries_due() -> list[Partnership]:
    """Return the partnerships whose newest milestone is younger than their summary."""
    return old_summaries(Partnership.objects.published().select_related("partner"))


def drafts() -> list[Partnership]:
    """Return the partnerships that are not published. One query."""
    rows = Partnership.objects.filter(is_published=False)
    return list(rows.select_related("partner").order_by(*by_name()))


def _moves(partnership: Partnership) -> bool:
    return partnership.status in MOVING or partnership.safe_status in MOVING_ON_SAFE


def _is_due(look: Look, expected: Mapping[int, date], on: date) -> bool:
    through = look.partnership.checked_through
    rhythm = WEEK if look.is_weekly else MONTH
    if through is None or through < on - rhythm:
        return True
    announced = expected.get(look.partnership.pk)
    return announced is not None and through < announced
