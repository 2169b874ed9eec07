"""Lists of what is due at the desk."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from partnerships.choices import MilestoneKind, SafeStatus, Status
from partnerships.models import Claim, Milestone, Partnership, Source
from partnerships.selectors.data_quality import old_summaries
from partnerships.selectors.facts import LinkedFact, facts_by_id

WEEK, MONTH, QUARTER = timedelta(days=7), timedelta(days=31), timedelta(days=91)
#: The statuses in which something moves.
MOVING = {Status.PROPOSED, Status.EXPLORATORY, Status.NEGOTIATING}
MOVING_ON_SAFE = {SafeStatus.REQUESTED, SafeStatus.NEGOTIATING, SafeStatus.AGREED}


@dataclass(frozen=True)
class Look:
    """A partnership that is due to be looked at: weekly while something moves."""

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
    those never looked at first, then the longest ago. Three queries."""
    rows = Partnership.objects.published().select_related("partner")
    looks = [Look(row, _moves(row)) for row in rows.with_checked_through().as_of(on)]
    due = [look for look in looks if _is_due(look, on)]
    return sorted(due, key=lambda look: look.partnership.checked_through or date.min)


def open_disagreements() -> list[LinkedFact]:
    """Return the facts on which sources disagree and the editors have not ruled. Two
    queries."""
    claims = Claim.objects.public().open().in_order_of_facts()
    ids = list(dict.fromkeys(claims.values_list("fact_id", flat=True)))
    return list(facts_by_id(ids).values())


def sources_due(*, on: date) -> list[Source]:
    """Return the sources with an address that nobody has opened for a quarter, those
    never opened first. One query."""
    rows = Source.objects.public().exclude(url="")
    stale = Q(last_checked_on__isnull=True) | Q(last_checked_on__lt=on - QUARTER)
    return list(rows.filter(stale).order_by("last_checked_on", "key"))


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


def _is_due(look: Look, on: date) -> bool:
    through = look.partnership.checked_through
    rhythm = WEEK if look.is_weekly else MONTH
    return through is None or through < on - rhythm
