"""A few partnerships side by side."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic

from partnerships.choices import CoverageValue, EngagementKind, Track
from partnerships.models import Affiliation, Claim, Engagement, Milestone, Partnership
from partnerships.querysets.partnerships import PartnershipQuerySet
from partnerships.selectors.facts import Evidence, Row, evidence
from partnerships.selectors.matrix import MatrixRow, matrix_rows


@dataclass(frozen=True)
class ComparedFact(Generic[Row]):
    """A fact, with the claims about it in numbers."""

    about: Row
    evidence: Evidence


@dataclass(frozen=True)
class ComparedPartnership:
    """One partnership as it stood that day, with its coverage counts and what had
    happened by then.

    ``steps`` are milestones by track, in order of time, those that only may have
    happened too.
    """

    partnership: Partnership
    steps: dict[Track, list[ComparedFact[Milestone]]]
    affiliations: list[ComparedFact[Affiliation]]
    engagements: dict[EngagementKind, list[ComparedFact[Engagement]]]
    stated_areas: ComparedFact[Partnership]


@dataclass(frozen=True)
class Pattern:
    """Areas that the partnerships treat alike: ``values`` has the value of each
    partnership, in the order of the columns, and all ``rows`` have these values."""

    values: tuple[CoverageValue, ...]
    rows: list[MatrixRow]

    @property
    def is_shared(self) -> bool:
        """True where all the partnerships have one value."""
        return len(set(self.values)) == 1


@dataclass(frozen=True)
class Comparison:
    """Partnerships side by side on the day ``on``; patterns by the number of
    partnerships that include the areas, most first."""

    on: date
    columns: list[ComparedPartnership]
    patterns: list[Pattern]

    @property
    def partnerships(self) -> list[Partnership]:
        return [column.partnership for column in self.columns]

    @property
    def deciding(self) -> dict[int | None, Milestone]:
        """The milestones shown, by their ids: those that decide are among them."""
        tracks = [track for column in self.columns for track in column.steps.values()]
        return {fact.about.pk: fact.about for track in tracks for fact in track}

    @property
    def engagement_kinds(self) -> list[EngagementKind]:
        """The kinds of ties that at least one partnership has."""
        present = {kind for column in self.columns for kind in column.engagements}
        return [kind for kind in EngagementKind if kind in present]


def comparison(
    partnerships: PartnershipQuerySet, slugs: list[str], *, on: date
) -> Comparison:
    """Return the partnerships with partners of these slugs side by side, in that order,
    from a queryset that has every one of them. Eight queries."""
    rows = partnerships.with_coverage_counts().with_checked_through()
    chosen = rows.select_related("partner").filter(partner__slug__in=slugs)
    by_slug = {
        partnership.partner.slug: partnership for partnership in chosen.as_of(on)
    }
    columns = [by_slug[slug] for slug in slugs]
    claims = Claim.objects.filter(record__in=[row.pk for row in columns])
    evidence_by_fact = evidence(claims.filter(coverage=None))
    return Comparison(
        on=on,
        columns=_compared(columns, evidence_by_fact, on),
        patterns=_patterns(matrix_rows(columns)),
    )


def _compared(
    columns: list[Partnership], evidence_by_fact: Mapping[str, Evidence], on: date
) -> list[ComparedPartnership]:
    """Return the partnerships with their facts, read in three queries."""
    pks = [column.pk for column in columns]
    partners = [column.partner_id for column in columns]

    def fact(row: Any, name: str) -> ComparedFact[Any]:
        return ComparedFact(row, evidence_by_fact.get(f"{name}-{row.pk}", Evidence()))

    steps: dict[tuple[int, str], list] = defaultdict(list)
    engagements: dict[tuple[int, str], list] = defaultdict(list)
    affiliations: dict[int, list] = defaultdict(list)
    milestones = Milestone.objects.filter(partnership__in=pks).counted()
    milestones = milestones.select_related("partnership__partner")  # named in titles
    for milestone in milestones.begun(on=on).in_order():
        track = milestone.partnership_id, milestone.track
        steps[track].append(fact(milestone, "milestone"))
    for tie in Engagement.objects.filter(partnership__in=pks).begun(on=on):
        engagements[tie.partnership_id, tie.kind].append(fact(tie, "engagement"))
    held = Affiliation.objects.filter(partner__in=partners).perhaps_holding(on=on)
    for affiliation in held.order_by("kind", "pk"):
        owner = affiliation.partner_id
        affiliations[owner].append(fact(affiliation, "affiliation"))
    return [
        ComparedPartnership(
            partnership=column,
            steps={track: steps[column.pk, track] for track in Track},
            affiliations=affiliations[column.partner_id],
            engagements={
                kind: ties
                for kind in EngagementKind
                if (ties := engagements[column.pk, kind])
            },
            stated_areas=fact(column, "stated_areas"),
        )
        for column in columns
    ]


def _patterns(rows: list[MatrixRow]) -> list[Pattern]:
    by_values: dict[tuple[CoverageValue, ...], list[MatrixRow]] = defaultdict(list)
    for row in rows:
        by_values[tuple(cell.value for cell in row.cells)].append(row)
    return sorted(
        (Pattern(values, alike) for values, alike in by_values.items()),
        key=lambda pattern: -pattern.rows[0].included,
    )
