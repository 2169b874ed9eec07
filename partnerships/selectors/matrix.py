"""Areas of cooperation across partnerships: the matrix, and one area."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.db.models import Case, Count, F, FilteredRelation, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from partnerships.choices import CoverageValue
from partnerships.models import Area, Claim, Coverage, Partnership
from partnerships.querysets.names import by_name
from partnerships.querysets.partnerships import PartnershipQuerySet
from partnerships.selectors.by_record import kept_by_record
from partnerships.selectors.facts import (
    Cell,
    Evidence,
    cell_of,
    claims_by_fact,
    evidence,
)
from partnerships.selectors.overview import SIGNED


class MatrixCell(NamedTuple):  # of which a matrix has thousands
    """The value of one area in one partnership, "not assessed" where no cell is
    stored; and the claims about it in numbers."""

    partnership: Partnership
    value: CoverageValue
    evidence: Evidence


@dataclass(frozen=True)
class MatrixRow:
    """One area, with a cell for each column, in the order of the columns."""

    area: Area
    cells: list[MatrixCell]

    @property
    def included(self) -> int:
        """The number of columns that include the area."""
        return sum(cell.value == CoverageValue.INCLUDED for cell in self.cells)

    @property
    def is_common(self) -> bool:
        """True where every column includes the area; False where there is no column."""
        return 0 < self.included == len(self.cells)


@dataclass(frozen=True)
class RowGroup:
    """Areas that are about as common, the most included first: in all of the ``of``
    columns, in more than half, in fewer, or in none."""

    rows: list[MatrixRow]
    of: int

    @property
    def most(self) -> int:
        """The number of columns that include the first area."""
        return self.rows[0].included

    @property
    def fewest(self) -> int:
        """The number of columns that include the last area."""
        return self.rows[-1].included


@dataclass(frozen=True)
class Matrix:
    """Areas by partnerships.

    ``columns`` are the first of the assessed partnerships, in the order given, and
    ``not_assessed`` the partners of those not assessed, each with ``slug`` and
    ``name``, the first by name; the flags say that there are more.
    """

    columns: list[Partnership]
    rows: list[MatrixRow]
    has_more: bool
    not_assessed: Sequence[Mapping[str, object]]
    has_more_not_assessed: bool

    @property
    def common(self) -> list[Area]:
        """Areas that every column includes, in the order of the rows."""
        return [row.area for row in self.rows if row.is_common]

    @property
    def groups(self) -> list[RowGroup]:
        """The rows by how common their areas are, the most included first."""
        of = len(self.columns)
        rows = sorted(self.rows, key=lambda row: -row.included)
        alike = groupby(rows, key=lambda row: _rarity(row.included, of))
        return [RowGroup([*group], of) for _, group in alike]

    @property
    def areas_included(self) -> list[int]:
        """The number of areas that each column includes."""
        return [partnership.areas_included for partnership in self.columns]

    @property
    def areas_already_exist(self) -> list[int]:
        """The number of areas that each column marks as existing already."""
        return [partnership.areas_already_exist for partnership in self.columns]


@dataclass(frozen=True)
class AreaCoverage:
    """One area on a day, with the areas before and after it by number, None at either
    end.

    ``counts`` are the numbers of partnerships with each value, ``partnerships`` all of
    these, by value and name, ``with_checked_through``; ``area_cells`` turns some of
    them into cells. ``not_signed`` are left out of both: assessed, but not signed on
    the day, each as it stood on it.
    """

    area: Area
    previous: Area | None
    next: Area | None
    counts: dict[CoverageValue, int]
    partnerships: PartnershipQuerySet
    not_signed: list[Partnership]


def coverage_matrix(
    partnerships: PartnershipQuerySet,
    *,
    most: int,
    by_coverage: bool = False,
    on: date | None = None,
) -> Matrix:
    """Return the matrix of these partnerships, which are in order and have
    ``with_coverage_counts``, with ``most`` columns at most, which have their statuses
    ``on`` a day, if one is given; the areas by number, or the most included first.
    Three queries, and those of cells and statuses."""
    assessed = partnerships.filter(Q(is_assessed=True))[: most + 1]
    columns = assessed.as_of(on) if on else list(assessed)
    others = partnerships.filter(Q(is_assessed=False)).order_by(*by_name())
    named = others.values(slug=F("partner__slug"), name=F("partner__name"))
    not_assessed = list(named[: most + 1])
    shown = columns[:most]
    rows = matrix_rows(shown)
    if by_coverage:
        rows.sort(key=lambda row: -row.included)
    return Matrix(
        columns=shown,
        rows=rows,
        has_more=len(columns) > most,
        not_assessed=not_assessed[:most],
        has_more_not_assessed=len(not_assessed) > most,
    )


def matrix_rows(columns: list[Partnership]) -> list[MatrixRow]:
    """Return a row for each area, by number. One query, and three for the cells; where
    those of an edition are known, none."""
    cells = _cells(_pks(columns))
    nothing = CoverageValue.NOT_ASSESSED, Evidence()
    stored = [(column, cells.get(column.pk, {})) for column in columns]
    return [
        MatrixRow(
            area, [MatrixCell(p, *of_p.get(area.pk, nothing)) for p, of_p in stored]
        )
        for area in Area.objects.order_by("number")
    ]


@kept_by_record(maxsize=1)
def _cells(
    records: Collection[int] | None,
) -> dict[int, dict[int, tuple[CoverageValue, Evidence]]]:
    """Return the value of each cell that is stored, with its evidence, by the ids of
    partnership and area. Two queries."""
    rows, claims = Coverage.objects.order_by(), Claim.objects.exclude(coverage=None)
    if records is not None:
        rows = rows.filter(partnership__in=records)
        claims = claims.filter(coverage__partnership__in=records)
    known = evidence(claims)
    cells: dict[int, dict] = defaultdict(dict)
    for pk, record, area, value in rows.values_list(
        *("pk", "partnership", "area", "value")
    ):
        about = known.get(f"coverage-{pk}", Evidence())
        cells[record][area] = CoverageValue(value), about
    return cells


def area_coverage(
    partnerships: PartnershipQuerySet, slug: str, *, on: date
) -> AreaCoverage:
    """Return the coverage of the area of that slug by these partnerships on a day. Five
    queries, and one when its partnerships are read.

    Raises Area.DoesNotExist for a slug that is not there.
    """
    areas = list(Area.objects.all())
    index = next((i for i, area in enumerate(areas) if area.slug == slug), None)
    if index is None:
        raise Area.DoesNotExist(slug)
    area = areas[index]
    everything = partnerships.by_status(on=on).annotate(
        cell=FilteredRelation("coverage", condition=Q(coverage__area=area)),
        cell_value=Coalesce("cell__value", Value(CoverageValue.NOT_ASSESSED)),
    )
    is_out = ~Q(status__in=SIGNED) & ~Q(cell_value=CoverageValue.NOT_ASSESSED)
    valued = everything.exclude(is_out)
    counted = dict(valued.order_by().values_list("cell_value").annotate(Count("pk")))
    places = [
        When(cell_value=value, then=place) for place, value in enumerate(CoverageValue)
    ]
    return AreaCoverage(
        area=area,
        previous=areas[index - 1] if index else None,
        next=areas[index + 1] if index + 1 < len(areas) else None,
        counts={value: counted.get(value, 0) for value in CoverageValue},
        partnerships=valued.with_checked_through()
        .select_related("partner")
        .order_by(Case(*places), *by_name()),
        not_signed=everything.filter(is_out)
        .select_related("partner")
        .order_by(*by_name())
        .as_of(on),
    )


def area_counts(areas: QuerySet[Area]) -> list[Area]:
    """Return these areas, each with the number of published partnerships of each value
    as an attribute named like it. Three queries."""
    stored = Coverage.objects.public().order_by()
    counted = stored.values_list("area", "value").annotate(n=Count("pk"))
    counts = {(area, value): n for area, value, n in counted}
    total, rows = Partnership.objects.published().count(), list(areas)
    for area in rows:
        known = {value: counts.get((area.pk, value), 0) for value in CoverageValue}
        known[CoverageValue.NOT_ASSESSED] += total - sum(known.values())
        vars(area).update({str(value): n for value, n in known.items()})
    return rows


def area_cells(
    area: Area, partnerships: Iterable[Partnership]
) -> list[tuple[Partnership, Cell]]:
    """Return each partnership with its cell of the area and its claims. Two queries."""
    partnerships = list(partnerships)
    cells = Coverage.objects.filter(area=area, partnership__in=_pks(partnerships))
    stored = {cell.partnership_id: cell for cell in cells}
    claims = Claim.objects.with_fact().with_standing().select_related("source")
    by_fact = claims_by_fact(claims.filter(coverage__in=cells.order_by()))
    return [
        (partnership, cell_of(area, stored.get(partnership.pk), by_fact))
        for partnership in partnerships
    ]


def _rarity(included: int, of: int) -> int:
    """Return the place of the group of an area that so many columns include."""
    if included == of:
        return 0
    return 1 if 2 * included > of else 2 if included else 3


def _pks(partnerships: Iterable[Partnership]) -> list[int]:
    return [partnership.pk for partnership in partnerships]
