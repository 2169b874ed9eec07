"""Other ties across partners: how many of each kind, and one kind in groups."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, IntegerField, Value, When

from partnerships.choices import EngagementKind, EngagementState, TieStage
from partnerships.models import Claim, Engagement, Partner
from partnerships.querysets.facts import EngagementQuerySet
from partnerships.selectors.contributions import ContributionTotal, contribution_totals
from partnerships.selectors.facts import Fact, claims_by_fact

STAGES = list(TieStage)
#: What is there, or was done: neither over nor only envisaged.
THERE = (TieStage.IN_BEING, TieStage.EVENT)
#: Kinds of which partners share one tie: these stand under its name, others under the
#: partner's.
SHARED = {
    *(EngagementKind.MISSION, EngagementKind.PESCO_PROJECT),
    EngagementKind.EDA_ARRANGEMENT,
}
_PARTNER = "partnership__partner"


@dataclass
class PartnerTies:
    """The ties of a partner, counted by kind: what is there, and what is only
    envisaged; and what it gave."""

    slug: str
    name: str
    there: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    envisaged: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    totals: list[ContributionTotal] = field(default_factory=list)


@dataclass(frozen=True)
class TieGroup:
    """Ties under one heading: the partner's name, or that of a tie that partners
    share. ``totals`` are of money, where they are contributions of a partner."""

    heading: str
    partner: Partner | None
    facts: list[Fact[Engagement]]
    totals: list[ContributionTotal]


@dataclass(frozen=True)
class TiePart:
    """Ties of one stage: how many there are, of how many partners, and those shown."""

    stage: TieStage
    count: int
    partners: int
    groups: list[TieGroup]


def ties_of_day(*, on: date, **chosen: Any) -> EngagementQuerySet:
    """Return public ties that had begun by a day or may have, with their ``stage`` on
    it, a place in ``STAGES``; those alone that these lookups choose."""
    stage = Case(
        When(state=EngagementState.ENVISAGED, then=_place(TieStage.ENVISAGED)),
        When(since_latest__gt=on, then=_place(TieStage.PERHAPS)),
        When(until_latest__lte=on, then=_place(TieStage.OVER)),
        When(state=EngagementState.EVENT, then=_place(TieStage.EVENT)),
        default=_place(TieStage.IN_BEING),
        output_field=IntegerField(),
    )
    rows = Engagement.objects.public().perhaps_begun(on=on).filter(**chosen)
    return rows.annotate(stage=stage)


def partner_ties(ties: EngagementQuerySet) -> list[PartnerTies]:
    """Return the partners that have any of these ties, which have their ``stage``, in
    order of their names. Two queries."""
    counted = (
        ties.order_by()
        .values_list(f"{_PARTNER}__slug", f"{_PARTNER}__name", "kind", "stage")
        .annotate(n=Count("pk"))
    )
    found: dict[str, PartnerTies] = {}
    for slug, name, kind, stage, n in counted.order_by(f"{_PARTNER}__name"):
        row = found.setdefault(slug, PartnerTies(slug, name))
        if STAGES[stage] in THERE:
            row.there[kind] += n
        elif STAGES[stage] == TieStage.ENVISAGED:
            row.envisaged[kind] += n
    for slug, totals in totals_by_partner(ties).items():
        found[slug].totals.extend(totals)
    return list(found.values())


def totals_by_partner(ties: EngagementQuerySet) -> dict[str, list[ContributionTotal]]:
    """Return what each partner gave by the day of these ties, by slug. One query."""
    given = ties.filter(kind=EngagementKind.EPF_CONTRIBUTION)
    given = given.exclude(stage=STAGES.index(TieStage.PERHAPS))
    rows = given.select_related(_PARTNER).order_by(f"{_PARTNER}__slug")
    by_partner = groupby(rows, key=lambda tie: tie.partnership.partner.slug)
    return {slug: contribution_totals(own) for slug, own in by_partner}


def in_order(ties: EngagementQuerySet, kind: str) -> EngagementQuerySet:
    """Return ties of one kind in the order of their page: by stage, then as they stand
    in groups."""
    by_name = f"{_PARTNER}__name"
    heading = ["title", by_name] if kind in SHARED else [by_name]
    rows = ties.order_by("stage", *heading, "since_latest", "since_earliest", "pk")
    return rows.select_related(_PARTNER)


def tie_parts(
    shown: Iterable[Engagement],
    counts: Mapping[TieStage, tuple[int, int]],
    totals: Mapping[str, list[ContributionTotal]],
) -> list[TiePart]:
    """Return ties of one kind, which stand in their order, by stage and in groups.
    ``counts`` are of all that a page shows some of. Two queries."""
    rows: list[Any] = list(shown)  # with their stage
    claims = Claim.objects.with_fact().with_standing().select_related("source")
    by_fact = claims_by_fact(claims.filter(engagement__in=rows))
    facts = [Fact(row, row.ruling, by_fact[f"engagement-{row.pk}"]) for row in rows]
    return [
        TiePart(STAGES[stage], *counts[STAGES[stage]], _groups(staged, totals))
        for stage, staged in groupby(facts, key=lambda fact: fact.about.stage)
    ]


def counts_by_stage(ties: EngagementQuerySet) -> dict[TieStage, tuple[int, int]]:
    """Return the number of these ties of each stage, and of their partners. One
    query."""
    rows = ties.order_by().values_list("stage")
    partners = Count("partnership", distinct=True)
    return {
        STAGES[stage]: (n, p)
        for stage, n, p in rows.annotate(n=Count("pk"), p=partners)
    }


def partners_there(ties: EngagementQuerySet) -> list[str]:
    """Return the names of the partners of these ties that are there. One query."""
    stages = [STAGES.index(stage) for stage in THERE]
    names = ties.filter(stage__in=stages).order_by(f"{_PARTNER}__name")
    return list(names.values_list(f"{_PARTNER}__name", flat=True).distinct())


def _groups(
    facts: Iterable[Fact[Engagement]], totals: Mapping[str, list[ContributionTotal]]
) -> list[TieGroup]:
    groups = []
    for (heading, partner), alike in groupby(facts, key=_heading):
        own = totals.get(partner.slug, []) if partner else []
        groups.append(TieGroup(heading, partner, list(alike), own))
    return groups


def _heading(fact: Fact[Engagement]) -> tuple[str, Partner | None]:
    if fact.about.kind in SHARED:
        return fact.about.title, None
    partner = fact.about.partnership.partner
    return partner.name, partner


def _place(stage: TieStage) -> Value:
    return Value(STAGES.index(stage))
