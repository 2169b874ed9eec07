"""All milestones in order of time, each with how many sources it has."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet

from partnerships.models import Claim, Milestone
from partnerships.selectors.record import Fact
from partnerships.selectors.strip import Event, Strip, counted, drawn

#: More than these are counted, no longer drawn one by one.
MOST_MARKS, MOST_LANES = 250, 40


def milestone_facts(milestones: Iterable[Milestone]) -> list[Fact]:
    """These milestones with what each source says of them; one query. The claims know
    the ids of their sources, not the sources."""
    milestones = list(milestones)
    claims = defaultdict(list)
    for claim in Claim.objects.with_standing().filter(milestone__in=milestones):
        claims[claim.milestone_id].append(claim)
    return [Fact(row, row.ruling, claims[row.pk]) for row in milestones]


def timeline_strip(milestones: QuerySet, *, count: int, on: date) -> Strip | None:
    """The strip of these milestones, of which there are ``count``, as seen on the day
    ``on``; None where there is none. One query, of a size that has a bound."""
    if not count:
        return None
    if count > MOST_MARKS:
        by_day = milestones.order_by().values_list("latest", "track")
        numbers = by_day.annotate(n=Count("pk"))
        return counted({(latest, track): n for latest, track, n in numbers})
    columns = ("track", "kind", "date", "earliest", "latest")
    partner = ("partnership__partner__slug", "partnership__partner__name")
    rows = milestones.order_by().values_list("pk", *partner, *columns)
    events = [Event(*row) for row in rows]
    if len({event.slug for event in events}) > MOST_LANES:
        return counted(Counter((event.latest, event.track) for event in events))
    return drawn(events, on=on)
