"""A few partnerships side by side."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from partnerships.choices import CoverageValue, EngagementKind, Track
from partnerships.lifecycle.events import sorted_by_time
from partnerships.lifecycle.table import EFFECTS
from partnerships.models import (
    Affiliation,
    Claim,
    Engagement,
    Milestone,
    Partnership,
)
from partnerships.models.fact import FactModel
from partnerships.selectors.facts import Evidence, evidence
from partnerships.selectors.matrix import MatrixRow, matrix_rows


@dataclass(frozen=True)
class Noted:
    """One fact with what its sources amount to."""

    about: FactModel
    evidence: Evidence


@dataclass(frozen=True)
class Compared:
    """One partnership as it stood that day, with what had happened by then.

    ``steps`` are milestones by track, in order of time, those that only may have
    happened too; ``since`` is the milestone with which each track's status began, None
    where no milestone decides it.
    """

    partnership: Partnership
    steps: dict[Track, list[Noted]]
    since: dict[Track, Milestone | None]
    affiliations: list[Noted]
    engagements: dict[EngagementKind, list[Noted]]
    stated_areas: Noted
    is_assessed: bool
    areas_included: int
    areas_already_exist: int


@dataclass(frozen=True)
class Pattern:
    """The areas that the partnerships treat alike: ``values`` has the value of each,
    in the order of the columns, and every one of ``rows`` has these values."""

    values: tuple[CoverageValue, ...]
    rows: list[MatrixRow]

    @property
    def is_shared(self) -> bool:
        """Whether all the partnerships have the same value."""
        return len(set(self.values)) == 1


@dataclass(frozen=True)
class Comparison:
    """Partnerships side by side on the day ``on``; patterns by how many include the
    areas, most first."""

    on: date
    columns: list[Compared]
    patterns: list[Pattern]

    @property
    def partnerships(self) -> list[Partnership]:
        return [column.partnership for column in self.columns]

    @property
    def engagement_kinds(self) -> list[EngagementKind]:
        """The kinds of ties that at least one of them has."""
        return [
            k for k in EngagementKind if any(k in c.engagements for c in self.columns)
        ]


def comparison(partnerships: QuerySet, slugs: list[str], *, on: date) -> Comparison:
    """The partnerships of these slugs, in that order, from the given queryset, which
    has every one of them."""
    found = {
        row.partner.slug: row
        for row in partnerships.with_status(on=on)
        .select_related("partner")
        .filter(partner__slug__in=slugs)
    }
    columns = [found[slug] for slug in slugs]
    known = evidence(Claim.objects.filter(record__in=[row.pk for row in columns]))
    rows = matrix_rows(columns, known)
    facts = _Facts(columns, known, on)
    return Comparison(
        on=on,
        columns=[
            facts.of(column, [row.cells[place].value for row in rows])
            for place, column in enumerate(columns)
        ],
        patterns=_patterns(rows),
    )


class _Facts:
    """What is recorded of several partnerships, read at once."""

    def __init__(self, columns, known, on):
        self.known, self.on = known, on
        ids = [column.pk for column in columns]
        partners = [column.partner_id for column in columns]
        self.milestones = self._grouped(
            Milestone.objects.filter(partnership__in=ids).begun(on=on),
            "partnership_id",
        )
        self.engagements = self._grouped(
            Engagement.objects.filter(partnership__in=ids).begun(on=on),
            "partnership_id",
        )
        self.affiliations = self._grouped(
            Affiliation.objects.filter(partner__in=partners)
            .holding(on=on)
            .order_by("kind", "pk"),
            "partner_id",
        )

    def of(self, column: Partnership, values: list[CoverageValue]) -> Compared:
        steps, engagements = {track: [] for track in Track}, defaultdict(list)
        for noted in self.milestones[column.pk]:
            steps[noted.about.track].append(noted)
        for noted in self.engagements[column.pk]:
            engagements[EngagementKind(noted.about.kind)].append(noted)
        return Compared(
            partnership=column,
            steps=steps,
            since={track: self._since(track, steps[track]) for track in Track},
            affiliations=self.affiliations[column.partner_id],
            engagements=engagements,
            stated_areas=self._noted("stated_areas", column),
            is_assessed=any(v != CoverageValue.NOT_ASSESSED for v in values),
            areas_included=values.count(CoverageValue.INCLUDED),
            areas_already_exist=values.count(CoverageValue.ALREADY_EXISTS),
        )

    def _grouped(self, rows, belongs_to) -> dict[int, list[Noted]]:
        groups = defaultdict(list)
        for row in rows:
            groups[getattr(row, belongs_to)].append(
                self._noted(row._meta.model_name, row)
            )
        return groups

    def _noted(self, kind, row) -> Noted:
        return Noted(row, self.known.get(f"{kind}-{row.pk}", Evidence()))

    def _since(self, track, steps) -> Milestone | None:
        """The first of the last milestones in a row that set the status that holds."""
        happened = {
            s.about.as_event(): s.about
            for s in steps
            if s.about.has_happened(on=self.on)
        }
        since = effect = None
        for event in sorted_by_time(happened, track):
            if event.step and EFFECTS[track][event.kind] != effect:
                effect, since = EFFECTS[track][event.kind], happened[event]
        return since


def _patterns(rows: list[MatrixRow]) -> list[Pattern]:
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(cell.value for cell in row.cells)].append(row)
    return sorted(
        (Pattern(values, alike) for values, alike in groups.items()),
        key=lambda pattern: -pattern.rows[0].included,
    )
