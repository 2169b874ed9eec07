"""All milestones in order of time, each with how many sources it has."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet

from partnerships.models import Claim, Milestone
from partnerships.selectors.record import Fact


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
