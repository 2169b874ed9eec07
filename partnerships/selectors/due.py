"""Lists of what is due at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q

from partnerships.choices import MilestoneKind, SafeStatus, Status
from partnerships.models import Claim, Milestone, Partnership, Source
from partnerships.selectors.data_quality import old_summaries
from partnerships.selectors.facts import LinkedFact, facts_by_id

WEEK, MONTH = timedelta(days=7), timedelta(days=31)
#: The statuses in which something moves.
MOVING = {Status.PROPOSED, Status.EXPLORATORY, Status.NEGOTIATING}
MOVING_ON_SAFE = {SafeStatus.REQUESTED, SafeStatus.NEGOTIATING, SafeStatus.AGREED}


@dataclass(frozen=True)
class Look:
    """A partnership that is due to be looked at: weekly while something moves, and once
    the day of an announcement has come."""

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


def looks_due(*, on: date) -> list[Look]:
    """Return the published partnerships that were not looked at within their rhythm,
    those never looked at first, then the longest ago. Four queries."""
    expected = {
        announced.partnership_id: announced.expected_latest
        for announced in announcements_due(on=on)
        if announced.expected_latest and announced.expected_latest <= on
    }
    rows = Partnership.objects.published().select_related("partner")
    looks = [Look(row, _moves(row)) for row in rows.with_checked_through().as_of(on)]
    due = [look for look in looks if _is_due(look, expected, on)]
    return sorted(due, key=lambda look: look.partnership.checked_through or date.min)


def moving(*, on: date) -> list[int]:
    """Return the ids of the published partnerships in which something moves. Two
    queries."""
    rows = Partnership.objects.published().select_related("partner").as_of(on)
    return [row.pk for row in rows if _moves(row)]


def open_disagreements() -> list[LinkedFact]:
    """Return the facts on which sources disagree and the editors have not ruled. Two
    queries."""
    claims = Claim.objects.public().open().in_order_of_facts()
    ids = list(dict.fromkeys(claims.values_list("fact_id", flat=True)))
    return list(facts_by_id(ids).values())


def sources_due(*, on: date) -> list[Source]:
    """Return the sources with an address that were not opened within their rhythm,
    weekly while a partnership moves of which they speak, monthly else; those never
    opened first. Three queries."""
    weekly = Claim.objects.public().filter(record__in=moving(on=on)).order_by()
    is_stale = (
        Q(last_checked_on__isnull=True)
        | Q(last_checked_on__lt=on - MONTH)
        | Q(last_checked_on__lt=on - WEEK, pk__in=weekly.values("source"))
    )
    rows = Source.objects.public().exclude(url="").filter(is_stale)
    return list(rows.order_by(F("last_checked_on").asc(nulls_first=True), "key"))


def signed_not_assessed(*, on: date) -> list[Partnership]:
    """Return the signed partnerships without a single cell of their areas. Three
    queries."""
    rows = Partnership.objects.published().select_related("partner")
    found = rows.with_coverage_counts().as_of(on)
    signed = {Status.SIGNED, Status.SAFE_ASSOCIATED}
    return [row for row in found if row.status in signed and not row.is_assessed]


def summaries_due() -> list[Partnership]:
    """Return the partnerships whose newest milestone is younger than their summary."""
    return old_summaries(Partnership.objects.published().select_related("partner"))


def drafts() -> list[Partnership]:
    """Return the partnerships that are not published. One query."""
    rows = Partnership.objects.filter(is_published=False)
    return list(rows.select_related("partner").order_by("partner__name"))


def _moves(partnership: Partnership) -> bool:
    return partnership.status in MOVING or partnership.safe_status in MOVING_ON_SAFE


def _is_due(look: Look, expected: Mapping[int, date], on: date) -> bool:
    through = look.partnership.checked_through
    rhythm = WEEK if look.is_weekly else MONTH
    if through is None or through < on - rhythm:
        return True
    announced = expected.get(look.partnership.pk)
    return announced is not None and through < announced
