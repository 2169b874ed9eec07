"""One partnership in full, each fact with its sources."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from partnerships.choices import (
    CoverageValue,
    Standing,
    Track,
)
from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partnership,
    Question,
)


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
