"""The rows of each table, as tuples in the order of its columns. Each function is given
the reading and the lookups of the columns; querysets are read a chunk at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import TypeVar

from django.db.models import QuerySet

from partnerships.choices import CoverageValue
from partnerships.exports.reading import Reading
from partnerships.filters.changes import ChangeFilter
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.log.entries import public_changes, whole_log
from partnerships.models import (
    Affiliation,
    Area,
    Check,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Namesake,
    Partnership,
    Position,
    Question,
    Source,
    Subject,
)
from partnerships.querysets.facts import FactQuerySet

CHUNK = 2000

T = TypeVar("T")


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the rows in lists of this size, the last of which may be shorter."""
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


def partnerships(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    chosen = PartnershipFilter(reading.parameters, Partnership.objects.published()).qs
    rows = chosen.with_status(on=reading.on).with_coverage_counts()
    rows = rows.with_open_disagreement_count().with_checked_through()
    return _read(rows.with_looked_on(), lookups)


def affiliations(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    rows = Affiliation.objects.perhaps_begun(on=reading.on).filter(
        partner__partnership__in=Partnership.objects.published()
    )
    rows = rows.with_holds(on=reading.on)
    return _read(rows.order_by("partner__slug", "kind", "pk"), lookups)


def milestones(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    rows = Milestone.objects.happened(on=reading.on).with_met_by(on=reading.on)
    return _read(rows.public().in_order("partnership__partner__slug"), lookups)


def checks(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    rows = Check.objects.filter(partnership__in=Partnership.objects.published())
    rows = rows.order_by("partnership__partner__slug", "-through", "-pk")
    return _read(rows, lookups)


def engagements(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    return _of_partnerships(Engagement.objects.begun(on=reading.on), lookups)


def areas(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    return _read(Area.objects.order_by("number"), lookups)


def coverage(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    """Yield a cell for every area of every partnership, recorded or not."""
    cells = Coverage.objects.public().values_list(
        "partnership_id", "area_id", "pk", "value", "ruling"
    )
    recorded = {(partnership, area): cell for partnership, area, *cell in cells}
    not_recorded = None, CoverageValue.NOT_ASSESSED.value, ""
    areas = Area.objects.order_by("number").values_list("pk", "slug", "number", "name")
    partnerships = Partnership.objects.published().order_by("partner__slug")
    for partnership, slug in partnerships.values_list("pk", "partner__slug"):
        for area, *names in areas:
            pk, value, ruling = recorded.get((partnership, area), not_recorded)
            yield (pk, slug, *names, value, ruling)


def subjects(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    return _of_partnerships(Subject.objects.all(), lookups)


def positions(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    rows = Position.objects.public().by(on=reading.on)
    return _read(rows.order_by("pk"), lookups)


def namesakes(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    return _read(Namesake.objects.by(on=reading.on).order_by("pk"), lookups)


def questions(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    return _read(Question.objects.order_by("pk"), lookups)


def sources(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    return _read(Source.objects.public().order_by("key"), lookups)


def claims(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    """Yield the claims about what the other tables hold."""
    rows = Claim.objects.public().about_facts_by(on=reading.on)
    return _read(rows.with_fact().with_standing().order_by("pk"), lookups)


def changes(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    public = public_changes()
    chosen = ChangeFilter(reading.parameters, public).qs
    return map(attrgetter(*lookups), whole_log(chosen, among=public))


def _of_partnerships(facts: FactQuerySet, lookups: Sequence[str]) -> Iterator[tuple]:
    order = "partnership__partner__slug", *facts.model._meta.ordering
    return _read(facts.public().order_by(*order), lookups)


def _read(rows: QuerySet, lookups: Sequence[str]) -> Iterator[tuple]:
    return rows.values_list(*lookups).iterator(chunk_size=CHUNK)
