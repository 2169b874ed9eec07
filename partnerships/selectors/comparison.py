"""A few partnerships side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from partnerships.choices import CoverageValue, EngagementKind, Track
from partnerships.lifecycle.events import sorted_by_time
from partnerships.lifecycle.table import EFFECTS
from partnerships.models import Affiliation, Claim, Engagement, Milestone, Partnership
from partnerships.models.fact import FactModel
from partnerships.selectors.facts import Evidence, evidence
from partnerships.selectors.matrix import MatrixRow, matrix_rows


@dataclass(frozen=True)
class ComparedFact:
    """A fact, with the claims about it in numbers."""

    about: FactModel
    evidence: Evidence


@dataclass(frozen=True)
class ComparedPartnership:
    """One partnership as it stood that day, with what had happened by then.

    ``steps`` are milestones by track, in order of time, those that only may have
    happened too; ``since`` is the milestone with which each track's status began, None
    where no milestone decides it.
    """

    partnership: Partnership
    steps: dict[Track, list[ComparedFact]]
    since: dict[Track, Milestone | None]
    affiliations: list[ComparedFact]
    engagements: dict[EngagementKind, list[ComparedFact]]
    stated_areas: ComparedFact
    is_assessed: bool
    areas_included: int
    areas_already_exist: int


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
    def engagement_kinds(self) -> list[EngagementKind]:
        """The kinds of ties that at least one partnership has."""
        return [
            k for k in EngagementKind if any(k in c.engagements for c in self.columns)
        ]


def comparison(
    partnerships: QuerySet[Partnership], slugs: list[str], *, on: date
) -> Comparison:
    """Return the partnerships with partners of these slugs side by side, in that order,
    from a queryset that has every one of them. Six queries."""
    by_slug = {
        row.partner.slug: row
        for row in partnerships.with_status(on=on)
        .select_related("partner")
        .filter(partner__slug__in=slugs)
    }
    columns = [by_slug[slug] for slug in slugs]
    claims = Claim.objects.filter(record__in=[row.pk for row in columns])
    evidence_by_fact = evidence(claims)
    rows = matrix_rows(columns, evidence_by_fact)
    facts = _ComparedFacts(columns, evidence_by_fact, on)
    return Comparison(
        on=on,
        columns=[
            facts.of(column, [row.cells[place].value for row in rows])
            for place, column in enumerate(columns)
        ],
        patterns=_patterns(rows),
    )


class _ComparedFacts:
    """The facts of several partnerships, read at once in three queries."""

    def __init__(
        self,
        columns: list[Partnership],
        evidence_by_fact: Mapping[str, Evidence],
        on: date,
    ):
        self.evidence, self.on = evidence_by_fact, on
        pks = [column.pk for column in columns]
        self.milestones = self._grouped(
            Milestone.objects.filter(partnership__in=pks).begun(on=on), "partnership_id"
        )
        self.engagements = self._grouped(
            Engagement.objects.filter(partnership__in=pks).begun(on=on),
            "partnership_id",
        )
        self.affiliations = self._grouped(
            Affiliation.objects.filter(partner__in=[c.partner_id for c in columns])
            .holding(on=on)
            .order_by("kind", "pk"),
            "partner_id",
        )

    def of(
        self, column: Partnership, values: list[CoverageValue]
    ) -> ComparedPartnership:
        """Return one partnership, whose areas have these values, with its facts."""
        steps, engagements = {track: [] for track in Track}, defaultdict(list)
        for fact in self.milestones[column.pk]:
            steps[fact.about.track].append(fact)
        for fact in self.engagements[column.pk]:
            engagements[EngagementKind(fact.about.kind)].append(fact)
        return ComparedPartnership(
            partnership=column,
            steps=steps,
            since={track: self._since(track, steps[track]) for track in Track},
            affiliations=self.affiliations[column.partner_id],
            engagements=engagements,
            stated_areas=self._fact("stated_areas", column),
            is_assessed=any(v != CoverageValue.NOT_ASSESSED for v in values),
            areas_included=values.count(CoverageValue.INCLUDED),
            areas_already_exist=values.count(CoverageValue.ALREADY_EXISTS),
        )

    def _grouped(
        self, rows: Iterable[FactModel], owner: str
    ) -> dict[int, list[ComparedFact]]:
        """Return these rows as facts by the column that names their owner."""
        groups = defaultdict(list)
        for row in rows:
            fact = self._fact(row._meta.model_name, row)
            groups[getattr(row, owner)].append(fact)
        return groups

    def _fact(self, name: str, row: FactModel) -> ComparedFact:
        return ComparedFact(row, self.evidence.get(f"{name}-{row.pk}", Evidence()))

    def _since(self, track: Track, steps: list[ComparedFact]) -> Milestone | None:
        """Return the first of the last milestones in a row that set the status that
        holds."""
        milestones = [fact.about for fact in steps]
        happened = {m.as_event(): m for m in milestones if m.has_happened(on=self.on)}
        since = effect = None
        for event in sorted_by_time(happened, track):
            if event.step and EFFECTS[track][event.kind] != effect:
                effect, since = EFFECTS[track][event.kind], happened[event]
        return since


def _patterns(rows: list[MatrixRow]) -> list[Pattern]:
    by_values = defaultdict(list)
    for row in rows:
        by_values[tuple(cell.value for cell in row.cells)].append(row)
    return sorted(
        (Pattern(values, alike) for values, alike in by_values.items()),
        key=lambda pattern: -pattern.rows[0].included,
    )
