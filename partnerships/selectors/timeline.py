"""All milestones in order of time, each with how many sources it has."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet

from partnerships.models import Claim, Milestone
from partnerships.selectors.record import Fact
from partnerships.web.timeline_drawing import Event, Strip, counted, drawn

#: More than these are counted, no longer drawn one by one.
MOST_MARKS, MOST_LANES = 250, 40


def milestone_facts(milestones: Iterable[Milestone]) -> list[Fact]:
    """These milestones with what each source says of them; one query."""
    milestones = list(milestones)
    about = Claim.objects.with_standing().filter(milestone__in=milestones)
    claims = defaultdict(list)
    for claim in about.select_related("source"):
        claims[claim.milestone_id].append(claim)
    return [Fact(row, row.ruling, claims[row.pk]) for row in milestones]


def milestones_by_day(milestones: QuerySet[Milestone]) -> Counter[tuple[date, str]]:
    """How many of these milestones have each latest day on each track; one query, of
    as many rows as there are such days. Its total is their number."""
    by_day = milestones.order_by().values_list("latest", "track")
    numbers = by_day.annotate(n=Count("pk"))
    return Counter({(latest, track): n for latest, track, n in numbers})


def timeline_strip(
    milestones: QuerySet[Milestone], by_day: Counter[tuple[date, str]], *, on: date
) -> Strip | None:
    """The strip of these milestones as seen on the day ``on``, ``by_day`` being their
    numbers; None where there is none. Reads the milestones only where there are few
    enough to be drawn, so that a page of them takes no query more."""
    if not by_day:
        return None
    if by_day.total() > MOST_MARKS:
        return counted(by_day)
    events = [_event(milestone) for milestone in milestones]
    if len({event.slug for event in events}) > MOST_LANES:
        return counted(by_day)
    return drawn(events, on=on)


def _event(milestone: Milestone) -> Event:
    partner = milestone.partnership.partner
    return Event(
        pk=milestone.pk,
        slug=partner.slug,
        partner=partner.name,
        track=milestone.track,
        kind=milestone.kind,
        date=milestone.date,
        earliest=milestone.earliest,
        latest=milestone.latest,
    )
