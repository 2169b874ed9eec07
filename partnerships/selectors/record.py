"""One partnership in full, each fact with its sources."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import FilteredRelation, Model, Q, QuerySet

from partnerships.choices import (
    CoverageValue,
    DisagreementState,
    Standing,
    Track,
)
from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    Engagement,
    Milestone,
    Partner,
    Partnership,
)
from partnerships.models.fact import FactModel
from partnerships.querysets.prepared import Prepared
from partnerships.querysets.sql.standing import disagreement_state


@dataclass(frozen=True)
class Fact:
    """One fact as adopted, with what each source says of it."""

    about: FactModel
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
    def disagreement(self) -> DisagreementState | None:
        """None where no source disagrees."""
        return disagreement_state(
            disagrees=bool(self.rivals), is_ruled=bool(self.ruling)
        )


@dataclass(frozen=True)
class Cell(Fact):
    """One area of one partnership; ``about`` is None where nobody has assessed it."""

    area: Area
    value: CoverageValue


@dataclass(frozen=True)
class Record:
    """One partnership as it stood on the day ``on``, with its sources.

    ``uncertain`` are milestones that may have happened by that day: their earliest day
    has come, their latest has not. ``open_disagreements`` counts facts of whatever day,
    as lists do. ``rows`` are all that belongs to the record, of
    whatever day, by model name and id.
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
    open_disagreements: int
    rows: dict[tuple[str, int], Model]

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
    def facts(self) -> list[Fact]:
        return [
            *self.affiliations,
            *self.milestones,
            *self.uncertain,
            *self.cells,
            *self.engagements,
            self.stated_areas,
            self.review_clause,
        ]

    def cells_with(self, value: CoverageValue) -> list[Cell]:
        return [cell for cell in self.cells if cell.value == value]


def partnership_record(slug: str, *, on: date, with_drafts: bool = False) -> Record:
    """The record of one partnership that is published, or of any.

    Raises Partnership.DoesNotExist for a slug that is not there.
    """
    partnership = next(iter(_PARTNERSHIP(slug=slug, on=on)), None)
    if not partnership or not (partnership.is_published or with_drafts):
        raise Partnership.DoesNotExist
    partner = partnership.partner
    claims = _claims_by_fact(partnership)
    affiliations = _facts(_AFFILIATIONS(pk=partner.pk), partner, claims)
    milestones = _facts(_MILESTONES(pk=partnership.pk), partnership, claims)
    engagements = _facts(_ENGAGEMENTS(pk=partnership.pk), partnership, claims)
    cells = _cells(partnership, claims)
    dated = [*affiliations, *milestones, *engagements]
    return Record(
        partnership=partnership,
        on=on,
        affiliations=[fact for fact in affiliations if fact.about.has_begun(on=on)],
        milestones=[fact for fact in milestones if fact.about.has_happened(on=on)],
        uncertain=[fact for fact in milestones if fact.about.is_uncertain(on=on)],
        cells=cells,
        engagements=[fact for fact in engagements if fact.about.has_begun(on=on)],
        stated_areas=_own_fact(partnership, "stated_areas", claims),
        review_clause=_own_fact(partnership, "review_clause", claims),
        open_disagreements=sum(map(_is_open, claims.values())),
        rows=_rows(partnership, dated, cells, claims),
    )


def _claims_by_fact(partnership: Partnership) -> dict[str, list[Claim]]:
    by_fact = defaultdict(list)
    for claim in _CLAIMS(pk=partnership.pk):
        by_fact[claim.fact_id].append(claim)
    return by_fact


def _facts(rows, owner: Partnership | Partner, claims) -> list[Fact]:
    """What belongs to an owner, which is not asked for anew."""
    for row in rows:
        setattr(row, owner._meta.model_name, owner)
    return [
        Fact(row, row.ruling, claims[f"{row._meta.model_name}-{row.pk}"])
        for row in rows
    ]


def _own_fact(partnership: Partnership, name: str, claims) -> Fact:
    """One of the facts on a partnership itself."""
    ruling = getattr(partnership, f"{name}_ruling")
    return Fact(partnership, ruling, claims[f"{name}-{partnership.pk}"])


def _is_open(claims: list[Claim]) -> bool:
    """Whether these claims about one fact are a disagreement without a ruling."""
    disagrees = any(claim.standing == Standing.DISAGREES for claim in claims)
    is_ruled = any(claim.fact_ruling for claim in claims)
    state = disagreement_state(disagrees=disagrees, is_ruled=is_ruled)
    return state == DisagreementState.OPEN


def _cells(partnership: Partnership, claims: dict[str, list[Claim]]) -> list[Cell]:
    """A cell for every area, stored or not."""
    cells = []
    for area in _AREAS(pk=partnership.pk):
        cell = getattr(area, "cell", None)
        if cell:
            cell.partnership, cell.area = partnership, area
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


def _rows(partnership, dated, cells, claims) -> dict[tuple[str, int], Model]:
    found = [partnership, partnership.partner]
    found += [fact.about for fact in dated]
    found += [cell.area for cell in cells]
    found += [cell.about for cell in cells if cell.about]
    found += [claim.source for about in claims.values() for claim in about]
    return {(row._meta.model_name, row.pk): row for row in found}


def _partnership(slug, on) -> QuerySet:
    found = Partnership.objects.with_status(on=on).with_deciding(on=on)
    return found.select_related("partner").filter(partner__slug=slug)


def _claims(pk) -> QuerySet:
    claims = Claim.objects.with_fact().with_standing().filter(record=pk)
    return claims.select_related("source")


def _areas(pk) -> QuerySet:
    mine = FilteredRelation("coverage", condition=Q(coverage__partnership=pk))
    return Area.objects.annotate(cell=mine).select_related("cell")


_PARTNERSHIP = Prepared(_partnership, slug=str, on=date)
_CLAIMS = Prepared(_claims, pk=int)
_AREAS = Prepared(_areas, pk=int)
_AFFILIATIONS = Prepared(
    lambda pk: Affiliation.objects.filter(partner=pk).order_by("kind", "pk"), pk=int
)
_MILESTONES = Prepared(lambda pk: Milestone.objects.filter(partnership=pk), pk=int)
_ENGAGEMENTS = Prepared(lambda pk: Engagement.objects.filter(partnership=pk), pk=int)
