"""What readers are shown: the reads that span models. Each is a bounded number of
queries, whatever the number of records."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from partnerships.choices import (
    CoverageValue,
    PartnershipFact,
    Standing,
    Status,
    Track,
)
from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partner,
    Partnership,
    Question,
    Source,
)

SIGNED = (Status.SIGNED, Status.SAFE_ASSOCIATED)


@dataclass(frozen=True)
class Fact:
    """One fact as adopted, with what each source says of it."""

    about: Milestone | Coverage | Engagement | Affiliation | Question | Partnership
    ruling: str
    claims: list[Claim]

    @property
    def rivals(self) -> list[Claim]:
        """Claims that disagree with the adopted value."""
        return [c for c in self.claims if c.standing == Standing.DISAGREES]

    @property
    def supporters(self) -> list[Claim]:
        return [c for c in self.claims if c.standing != Standing.DISAGREES]

    @property
    def disagreement(self) -> str | None:
        """ "open", "ruled", or None where no source disagrees."""
        if not self.rivals:
            return None
        return "ruled" if self.ruling else "open"


@dataclass(frozen=True)
class Cell(Fact):
    """One area of one partnership; ``about`` is None where nobody has assessed it."""

    area: Area
    value: CoverageValue


@dataclass(frozen=True)
class Record:
    """One partnership as it stood on the day ``on``, with its sources.

    ``uncertain`` are milestones that may have happened by that day: their earliest day
    has come, their latest has not.
    """

    partnership: Partnership
    on: date
    affiliations: list[Fact]
    milestones: list[Fact]
    uncertain: list[Fact]
    cells: list[Cell]
    engagements: list[Fact]
    stated_areas: Fact
    review_clause: Fact

    @property
    def because(self) -> list[tuple[Track, Fact]]:
        """The milestone that decided each track's status, where one did."""
        decided = (
            (track, getattr(self.partnership, f"{track}_milestone_id"))
            for track in Track
        )
        by_id = {fact.about.pk: fact for fact in self.milestones}
        return [(track, by_id[pk]) for track, pk in decided if pk]

    @property
    def open_disagreements(self) -> int:
        facts = [
            *self.affiliations,
            *self.milestones,
            *self.uncertain,
            *self.cells,
            *self.engagements,
            self.stated_areas,
            self.review_clause,
        ]
        return sum(fact.disagreement == "open" for fact in facts)

    def cells_with(self, value: CoverageValue) -> list[Cell]:
        return [cell for cell in self.cells if cell.value == value]


@dataclass(frozen=True)
class Statistics:
    """Counts over all published partnerships on the day ``as_of``."""

    as_of: date
    known_on: date
    partnerships: int
    by_status: dict[Status, int]
    signed_total: int
    areas_common_to_all_signed: list[int]
    open_disagreements: int
    edition: int


@dataclass(frozen=True)
class DataQuality:
    """What records lack: facts that no claim supports and open disagreements, each as a
    sentence for the editor; partnerships that nobody has reviewed lately."""

    unsourced: list[str]
    open_disagreements: list[str]
    unreviewed: list[Partnership]


def partnership_record(partnerships: QuerySet, slug: str, *, on: date) -> Record:
    """The record of one partnership, from the given queryset of partnerships.

    Raises Partnership.DoesNotExist for a slug that is not there.
    """
    partnership = (
        partnerships.with_status(on=on)
        .with_deciding(on=on)
        .select_related("partner")
        .get(partner__slug=slug)
    )
    claims = _claims_by_fact(partnership)

    def facts(rows) -> list[Fact]:
        name = rows.model._meta.model_name
        return [Fact(row, row.ruling, claims[f"{name}-{row.pk}"]) for row in rows]

    milestones = facts(partnership.milestones.exclude(earliest__gt=on))
    return Record(
        partnership=partnership,
        on=on,
        affiliations=facts(
            partnership.partner.affiliations.begun(on=on).order_by("kind", "pk")
        ),
        milestones=[fact for fact in milestones if fact.about.latest <= on],
        uncertain=[fact for fact in milestones if fact.about.latest > on],
        cells=_cells(partnership, claims),
        engagements=facts(partnership.engagements.begun(on=on)),
        stated_areas=Fact(
            partnership,
            partnership.stated_areas_ruling,
            claims[f"stated_areas-{partnership.pk}"],
        ),
        review_clause=Fact(
            partnership,
            partnership.review_clause_ruling,
            claims[f"review_clause-{partnership.pk}"],
        ),
    )


def statistics(partnerships: QuerySet, *, on: date, today: date) -> Statistics:
    """Counts over the given partnerships as they stood on that day."""
    dated = partnerships.with_status(on=on).order_by()
    counted = dict(dated.values_list("status").annotate(Count("pk")))
    by_status = {status: counted.get(status, 0) for status in Status}
    signed_total = sum(by_status[status] for status in SIGNED)
    common = (
        Coverage.objects.filter(
            value=CoverageValue.INCLUDED,
            partnership__in=dated.filter(status__in=SIGNED).values("pk"),
        )
        .order_by("area__number")
        .values_list("area__number")
        .annotate(n=Count("pk"))
        .filter(n=signed_total)
    )
    return Statistics(
        as_of=on,
        known_on=today,
        partnerships=sum(by_status.values()),
        by_status=by_status,
        signed_total=signed_total,
        areas_common_to_all_signed=[number for number, _ in common],
        open_disagreements=(
            Claim.objects.public().open().values("fact_id").distinct().count()
        ),
        edition=edition(),
    )


def open_disagreements(partnership_ids: Iterable[int]) -> dict[int, int]:
    """The number of open disagreements of each of these partnerships that has any."""
    facts = (
        Claim.objects.open()
        .filter(record__in=list(partnership_ids))
        .order_by()
        .values_list("record_id", "fact_id")
        .distinct()
    )
    counts = defaultdict(int)
    for record_id, _ in facts:
        counts[record_id] += 1
    return counts


def data_quality(partnerships: QuerySet, *, reviewed_since: date) -> DataQuality:
    """What the given partnerships still need before they can be relied on."""
    belongs = {
        Milestone: {"partnership__in": partnerships},
        Coverage: {"partnership__in": partnerships},
        Engagement: {"partnership__in": partnerships},
        Affiliation: {"partner__partnership__in": partnerships},
        Question: {},
    }
    unsourced = [
        fact
        for model, condition in belongs.items()
        for fact in model.objects.filter(**condition).unsourced()
    ]
    supported = set(
        Claim.objects.filter(partnership__in=partnerships)
        .supporting()
        .values_list("partnership_id", "partnership_fact")
    )
    stated = [
        f"{partnership}: {fact.label.lower()}"
        for partnership in partnerships
        for fact in PartnershipFact
        if getattr(partnership, fact) and (partnership.pk, fact) not in supported
    ]
    open_claims = (
        Claim.objects.filter(Q(question__isnull=False) | Q(record__in=partnerships))
        .open()
        .select_related("source")
    )
    return DataQuality(
        unsourced=[*map(str, unsourced), *stated],
        open_disagreements=[f"{claim.fact}: {claim}" for claim in open_claims],
        unreviewed=list(partnerships.not_reviewed_since(reviewed_since)),
    )


def recent_milestones(*, on: date, most: int = 8) -> QuerySet[Milestone]:
    """The latest milestones of published partnerships that have happened by that
    day."""
    return (
        Milestone.objects.filter(partnership__in=Partnership.objects.published())
        .happened(on=on)
        .select_related("partnership__partner")
        .order_by("-latest", "-pk")[:most]
    )


def edition() -> int:
    """How many changes the trail holds: the number of the data set's edition."""
    models = (
        Affiliation,
        Area,
        Claim,
        Coverage,
        Engagement,
        Milestone,
        Partner,
        Partnership,
        Question,
        Source,
    )
    counts = [
        model.history.order_by()
        .values("history_type")
        .annotate(n=Count("pk"))
        .values("n")
        for model in models
    ]
    return sum(row["n"] for row in counts[0].union(*counts[1:], all=True))


def _claims_by_fact(partnership: Partnership) -> dict[str, list[Claim]]:
    claims = (
        Claim.objects.with_fact()
        .with_standing()
        .filter(record=partnership)
        .select_related("source")
    )
    by_fact = defaultdict(list)
    for claim in claims:
        by_fact[claim.fact_id].append(claim)
    return by_fact


def _cells(partnership: Partnership, claims: dict[str, list[Claim]]) -> list[Cell]:
    """A cell for every area, stored or not."""
    stored = {cell.area_id: cell for cell in partnership.coverage.order_by()}
    cells = []
    for area in Area.objects.all():
        cell = stored.get(area.pk)
        cells.append(
            Cell(
                about=cell,
                ruling=cell.ruling if cell else "",
                claims=claims[f"coverage-{cell.pk}"] if cell else [],
                area=area,
                value=CoverageValue(cell.value if cell else CoverageValue.NOT_ASSESSED),
            )
        )
    return cells
