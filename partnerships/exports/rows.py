"""The rows of each table, as tuples in the order of its columns. Each function is given
what is asked for and the expressions to read; querysets are read a chunk at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import QuerySet, Value

from partnerships.choices import CoverageValue
from partnerships.exports.parameters import Asked
from partnerships.filters.changes import ChangeFilter
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.log.descriptions import Change
from partnerships.log.entries import public_changes, whole_log
from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partnership,
    Question,
    Source,
)
from partnerships.selectors.disagreements import open_disagreement_counts
from partnerships.selectors.kinds import statuses

CHUNK = 2000


def batches(rows: Iterable, size: int) -> Iterator[list]:
    rows = iter(rows)
    return iter(lambda: list(islice(rows, size)), [])


#: Columns of partnerships that are worked out here, and what is read in their places.
_WORKED_OUT = {
    "status": "safe_decided",
    "safe_status": "held",
    "areas_included": "areas_counted",
    "areas_already_exist": "pk",
    "open_disagreements": "pk",
}


def partnerships(asked: Asked, expressions) -> Iterator[tuple]:
    """A database would work out for each row anew what follows from what is in it
    already, and what can be counted of all at once."""
    found = PartnershipFilter(asked.data, Partnership.objects.published()).qs
    found = found.with_status(on=asked.on).with_kind(on=asked.on).with_areas_counted()
    sdp, iso_code = map(expressions.index, ("sdp_status", "partner__iso_code"))
    status, safe = map(expressions.index, ("status", "safe_status"))
    included, exist = map(expressions.index, ("areas_included", "areas_already_exist"))
    disputed = expressions.index("open_disagreements")
    read = [_WORKED_OUT.get(name, name) for name in expressions]
    counts = open_disagreement_counts()
    for row in map(list, _read(found, asked, read)):
        kind = row[sdp], row[status], row[safe], row[iso_code]
        row[status], row[safe] = statuses(*kind)
        row[included], row[exist] = divmod(row[included], 10_000)
        row[disputed] = counts.get(row[disputed], 0)
        yield row


def affiliations(asked: Asked, expressions) -> Iterator[tuple]:
    found = Affiliation.objects.begun(on=asked.on).filter(
        partner__partnership__in=Partnership.objects.published()
    )
    return _read(found.order_by("partner__slug", "kind", "pk"), asked, expressions)


def milestones(asked: Asked, expressions) -> Iterator[tuple]:
    found = Milestone.objects.happened(on=asked.on)
    return _of_partnerships(found, asked, expressions)


def engagements(asked: Asked, expressions) -> Iterator[tuple]:
    found = Engagement.objects.begun(on=asked.on)
    return _of_partnerships(found, asked, expressions)


def areas(asked: Asked, expressions) -> Iterator[tuple]:
    return _read(Area.objects.order_by("number"), asked, expressions)


def coverage(asked: Asked, expressions) -> Iterator[tuple]:
    """A cell for every area of every partnership, recorded or not."""
    published = Partnership.objects.published()
    partners = published.order_by("partner__slug").values_list("pk", "partner__slug")
    stored = (
        Coverage.objects.filter(partnership__in=published)
        .order_by("partnership__partner__slug")
        .values_list("partnership_id", "area_id", "pk", "value", "ruling")
        .iterator(chunk_size=CHUNK)
    )
    areas = list(Area.objects.order_by("number").values_list("pk", *_AREA))
    unknown, edition = (None, CoverageValue.NOT_ASSESSED.value, ""), asked.edition
    cell = next(stored, None)
    for partnership, slug in partners.iterator(chunk_size=CHUNK):
        cells = {}
        while cell and cell[0] == partnership:
            cells[cell[1]] = cell[2:]
            cell = next(stored, None)
        for area, *named in areas:
            pk, value, ruling = cells.get(area, unknown)
            yield (pk, slug, *named, value, ruling, edition)


_AREA = ("slug", "number", "name")


def questions(asked: Asked, expressions) -> Iterator[tuple]:
    return _read(Question.objects.order_by("pk"), asked, expressions)


def sources(asked: Asked, expressions) -> Iterator[tuple]:
    return _read(Source.objects.order_by("key"), asked, expressions)


def claims(asked: Asked, expressions) -> Iterator[tuple]:
    """Those about what the other tables hold."""
    found = Claim.objects.public().about_facts_by(on=asked.on)
    found = found.with_fact().with_standing().order_by("pk")
    return _read(found, asked, expressions)


def changes(asked: Asked, expressions) -> Iterator[tuple]:
    """Each with its differences in words."""
    visible = public_changes()
    listed = ChangeFilter(asked.data, visible).qs
    for change in whole_log(listed, among=visible):
        yield (*_change(change), asked.edition)


def _change(change: Change) -> tuple:
    return (
        change.number,
        change.at.isoformat().replace("+00:00", "Z"),
        change.by,
        change.reason,
        change.kind,
        change.action,
        change.model,
        change.key,
        change.label,
        change.partnership,
        change.fields,
    )


def _of_partnerships(found: QuerySet, asked: Asked, expressions) -> Iterator[tuple]:
    ordered = found.filter(partnership__in=Partnership.objects.published()).order_by(
        "partnership__partner__slug", *found.model._meta.ordering
    )
    return _read(ordered, asked, expressions)


def _read(found: QuerySet, asked: Asked, expressions) -> Iterator[tuple]:
    read = found.values_list(*expressions, Value(asked.edition))
    return read.iterator(chunk_size=CHUNK)
