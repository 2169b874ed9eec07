"""One partnership in full, each fact with its sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Model, Q

from partnerships.choices import Certainty, CoverageValue, DisagreementState, Track
from partnerships.lifecycle.status import Story
from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    Engagement,
    Milestone,
    Partnership,
    Position,
    Subject,
)
from partnerships.querysets.statuses import column_values
from partnerships.selectors.double_checks import mark_unchecked
from partnerships.selectors.facts import Cell, Fact, cell_of, claims_by_fact

ClaimsByFact = Mapping[str, list[Claim]]


@dataclass(frozen=True)
class Record:
    """One partnership as it stood on the day ``on``, with its sources.

    ``milestones`` have certainly happened by that day, ``uncertain`` may have, as far
    as their dates and their order allow; ``rejected`` did not, by the editors' ruling,
    though a source says so. ``affiliations`` had begun, or may have.
    ``open_disagreements`` counts facts of whatever day, as lists do. ``rows`` are all
    that belongs to the record, of whatever day, by model name and id.
    """

    partnership: Partnership
    on: date
    affiliations: list[Fact[Affiliation]]
    milestones: list[Fact[Milestone]]
    uncertain: list[Fact[Milestone]]
    rejected: list[Fact[Milestone]]
    cells: list[Cell]
    engagements: list[Fact[Engagement]]
    subjects: list[Fact[Subject]]
    positions: list[Fact[Position]]
    stated_areas: Fact[Partnership]
    review_clause: Fact[Partnership]
    open_disagreements: int
    rows: dict[tuple[str, int], Model]

    @property
    def because(self) -> list[tuple[Track, Fact[Milestone]]]:
        """The milestone that decided each track's status, where one did."""
        by_pk = {fact.about.pk: fact for fact in self.milestones}
        pks = {t: getattr(self.partnership, f"{t}_milestone_id") for t in Track}
        return [(track, by_pk[pk]) for track, pk in pks.items() if pk]

    @property
    def known_through(self) -> date | None:
        """The day up to which it is known: the later of ``checked_through`` and its
        newest milestone, and no later than its own day."""
        days = [fact.about.last_day for fact in self.milestones]
        if self.partnership.checked_through:
            days.append(self.partnership.checked_through)
        return min(max(days), self.on) if days else None

    @property
    def facts(self) -> list[Fact]:
        """All facts of the day ``on``, those that are uncertain too."""
        return [
            *self.affiliations,
            *self.milestones,
            *self.uncertain,
            *self.rejected,
            *self.cells,
            *self.engagements,
            *self.subjects,
            *self.positions,
            self.stated_areas,
            self.review_clause,
        ]

    def cells_with(self, value: CoverageValue) -> list[Cell]:
        return [cell for cell in self.cells if cell.value == value]


def partnership_record(slug: str, *, on: date, with_drafts: bool = False) -> Record:
    """Return the record of the partnership with the partner of that slug, which is
    published or may be a draft. Nine queries, and one where a double-check is open.

    Raises Partnership.DoesNotExist for a slug that is not there.
    """
    visible = Partnership.objects.with_checked_through().with_last_find()
    visible = visible.select_related("partner")
    if not with_drafts:
        visible = visible.published()
    partnership = visible.get(partner__slug=slug)
    partner = partnership.partner
    claims = claims_by_fact(
        Claim.objects.with_fact()
        .with_standing()
        .filter(record=partnership)
        .select_related("source")
    )
    holdings = partner.affiliations.with_holds(on=on).order_by("kind", "pk")
    affiliations = _facts(holdings, claims)
    milestones = _facts(partnership.milestones.with_met_by(on=on), claims)
    engagements = _facts(partnership.engagements.all(), claims)
    subjects = _facts(partnership.subjects.all(), claims)
    positions = _facts(partnership.positions.all(), claims)
    cells = _cells(partnership, claims)
    story = Story(
        [fact.about.as_event() for fact in milestones],
        [fact.about.as_holding() for fact in affiliations],
        partner.iso_code,
    )
    vars(partnership).update(column_values(story.on(on)), status_on=on, story=story)
    facts = {fact.about: fact for fact in milestones}
    milestones = [facts[milestone] for milestone in story.settle(facts)]
    mark_unchecked([*facts, *holdings])
    counted, rejected = _by_certainty(milestones)
    return Record(
        partnership=partnership,
        on=on,
        affiliations=[f for f in affiliations if f.about.may_have_begun(on=on)],
        milestones=[fact for fact in counted if fact.about.has_happened(on=on)],
        uncertain=[fact for fact in counted if fact.about.is_uncertain(on=on)],
        rejected=[fact for fact in rejected if fact.about.has_begun(on=on)],
        cells=cells,
        engagements=[fact for fact in engagements if fact.about.has_begun(on=on)],
        subjects=subjects,
        positions=[fact for fact in positions if fact.about.may_be_by(on=on)],
        stated_areas=_own_fact(partnership, "stated_areas", claims),
        review_clause=_own_fact(partnership, "review_clause", claims),
        open_disagreements=sum(map(_is_open, claims.values())),
        rows=_rows(
            [partnership, partner],
            [
                fact.about
                for fact in [
                    *affiliations,
                    *milestones,
                    *engagements,
                    *subjects,
                    *positions,
                ]
            ],
            [cell.area for cell in cells],
            [cell.about for cell in cells if cell.about],
            [claim.source for about in claims.values() for claim in about],
        ),
    )


def _facts(rows: Iterable[Any], claims: ClaimsByFact) -> list[Fact[Any]]:
    """Return rows that are facts, each with the claims about it."""
    return [
        Fact(row, row.ruling, claims.get(f"{row._meta.model_name}-{row.pk}", []))
        for row in rows
    ]


def _by_certainty(
    milestones: list[Fact[Milestone]],
) -> tuple[list[Fact[Milestone]], list[Fact[Milestone]]]:
    """Return what counts and, apart, what is rejected."""
    counted = [f for f in milestones if f.about.certainty != Certainty.REJECTED]
    return counted, [fact for fact in milestones if fact not in counted]


def _own_fact(
    partnership: Partnership, name: str, claims: ClaimsByFact
) -> Fact[Partnership]:
    """Return one of the facts on a partnership itself."""
    ruling = getattr(partnership, f"{name}_ruling")
    return Fact(partnership, ruling, claims.get(f"{name}-{partnership.pk}", []))


def _is_open(claims: list[Claim]) -> bool:
    """Return True if these claims about a fact disagree and nobody has ruled."""
    fact = Fact(None, claims[0].fact_ruling, claims)
    return fact.disagreement == DisagreementState.OPEN


def _cells(partnership: Partnership, claims: ClaimsByFact) -> list[Cell]:
    """Return a cell for every area, by number, stored or not."""
    own = FilteredRelation("coverage", condition=Q(coverage__partnership=partnership))
    cells = []
    areas = Area.objects.annotate(cell=own)
    # The stubs know no relation that is annotated.
    for area in areas.select_related("cell"):  # type: ignore[misc]
        stored = getattr(area, "cell", None)
        if stored:
            stored.partnership, stored.area = partnership, area
        cells.append(cell_of(area, stored, claims))
    return cells


def _rows(*groups: Iterable[Model]) -> dict[tuple[str, int], Model]:
    return {(str(row._meta.model_name), row.pk): row for rows in groups for row in rows}
