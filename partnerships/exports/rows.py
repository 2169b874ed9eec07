"""The rows of each table, as tuples in the order of its columns. Each function is given
the reading and the lookups of the columns; querysets are read a chunk at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter, itemgetter
from typing import TypeVar

from django.db.models import QuerySet

from partnerships.choices import Certainty, CoverageValue, Standing, Track
from partnerships.exports.columns import Said
from partnerships.exports.reading import Reading
from partnerships.filters.changes import ChangeFilter
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.ledger.known_on import known_on
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
from partnerships.querysets.fact_kinds import KIND_OF
from partnerships.querysets.facts import FactQuerySet
from partnerships.selectors.disagreements import disputed_facts, disputing_claims
from partnerships.selectors.facts import LinkedFact, facts_by_id
from partnerships.web.addresses import path_of
from partnerships.web.fact_addresses import page_of
from partnerships.web.references import act

CHUNK = 2000
FACTS = 500  # disputed ones that are read at once, each with its claims
AREA = ("number", "slug", "name", "short_name")
#: The field of a disagreement on a fact as such, not on a value that it has beside.
FACT_ITSELF = "fact"

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
    return _facts(rows.order_by("partner__slug", "kind", "pk"), reading, lookups)


def milestones(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    rows = Milestone.objects.happened(on=reading.on).with_met_by(on=reading.on)
    rows = rows.public().in_order("partnership__partner__slug")
    *of_fact, _, _ = lookups
    reference = lookups.index("reference")
    for row in _facts(rows, reading, of_fact):
        yield *row, *act(row[reference])


def checks(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    rows = Check.objects.filter(partnership__in=Partnership.objects.published())
    rows = rows.order_by("partnership__partner__slug", "-through", "-pk")
    *stored, _ = lookups
    for pk, record, *cells in _read(rows, stored):
        yield pk, record, *cells, _page(reading, "check", record)


def engagements(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    ties = Engagement.objects.begun(on=reading.on)
    return _of_partnerships(ties, reading, lookups)


def areas(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    return _read(Area.objects.order_by("number"), lookups)


def coverage(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    """Yield a cell for every area of every partnership, recorded or not."""
    cells = Coverage.objects.public().values_list(
        "partnership_id", "area_id", "pk", "value", "ruling"
    )
    recorded = {(partnership, area): cell for partnership, area, *cell in cells}
    not_recorded = None, CoverageValue.NOT_ASSESSED.value, ""
    sources = _sources("coverage")
    areas = Area.objects.order_by("number").values_list("pk", "slug", "number", "name")
    partnerships = Partnership.objects.published().order_by("partner__slug")
    for partnership, slug in partnerships.values_list("pk", "partner__slug"):
        page = _page(reading, "coverage", slug)
        for pk, area, *names in areas:
            cell, value, ruling = recorded.get((partnership, pk), not_recorded)
            url = f"{page}#coverage-{cell}" if cell else page
            key = f"{slug}/{area}", url, sources.get(cell, "")
            yield (cell, slug, area, *names, value, ruling, *key)


def matrix(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    """Yield the areas with a value for each partner, whose slugs are the columns."""
    cells = ("area_id", "partnership__partner__slug", "value")
    recorded = {
        (area, partner): value
        for area, partner, value in _read(Coverage.objects.public(), cells)
    }
    slugs = lookups[len(AREA) :]
    for pk, *names in _read(Area.objects.order_by("number"), ["pk", *AREA]):
        otherwise = CoverageValue.NOT_ASSESSED.value
        yield (*names, *(recorded.get((pk, slug), otherwise) for slug in slugs))


def partners(reading: Reading) -> list[tuple[str, str]]:
    """Return the slug and the name of each partner of the matrix, in its order."""
    with known_on(reading.past):
        published = Partnership.objects.published().order_by("partner__slug")
        return list(published.values_list("partner__slug", "partner__name"))


def statuses(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    """Yield the periods of each track of each partnership, up to the day."""
    published = Partnership.objects.published().order_by("partner__slug")
    stories = published.statuses(on=reading.on).stories
    checked = published.with_checked_through()
    for pk, slug, through in checked.values_list(
        "pk", "partner__slug", "checked_through"
    ):
        for track in Track:
            runs = stories[pk].runs(track, on=reading.on)
            for number, (since, until, status) in enumerate(runs, 1):
                yield (
                    *(slug, track.value, status.status.value, since),
                    until if number < len(runs) else None,
                    not status.may_be,
                    [may_be.value for may_be in status.may_be],
                    status.is_reported,
                    status.decides and status.decides.pk,
                    status.decides and status.decides.date,
                    status.decides and status.decides.kind,
                    through,
                )


def disagreements(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    """Yield each field of a fact on which sources disagree, open facts first."""
    disputed = disputing_claims().about_facts_by(on=reading.on).disagreeing()
    for fact_ids in batches(disputed_facts(disputed), FACTS):
        for fact in facts_by_id(fact_ids).values():
            by_field = defaultdict(list)
            for claim in fact.claims:
                by_field[claim.aspect].append(claim)
            for aspect, claims in by_field.items():
                if any(claim.standing == Standing.DISAGREES for claim in claims):
                    yield _disagreement(reading, fact, aspect, claims)


def _disagreement(
    reading: Reading, fact: LinkedFact, aspect: str, claims: list[Claim]
) -> tuple:
    kind = fact.id.rpartition("-")[0]
    record = fact.partnership.partner.slug if fact.partnership else None
    is_rejected = getattr(fact.about, "certainty", None) == Certainty.REJECTED
    return (
        *(fact.id, aspect or FACT_ITSELF, record, fact.in_words, fact.disagreement),
        None if is_rejected else claims[0].adopted,
        [Said(claim.source.key, claim.says, claim.standing) for claim in claims],
        *(fact.ruling, kind, "/".join(fact.about.natural_key())),
        f"{_page(reading, kind, record)}#{fact.id}",
    )


def subjects(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    return _of_partnerships(Subject.objects.all(), reading, lookups)


def positions(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    rows = Position.objects.public().by(on=reading.on)
    return _facts(rows.order_by("pk"), reading, lookups)


def namesakes(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    rows = Namesake.objects.by(on=reading.on).order_by("pk")
    return _facts(rows, reading, lookups)


def questions(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    return _facts(Question.objects.order_by("pk"), reading, lookups)


def sources(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    *stored, _ = lookups
    for key, *cells in _read(Source.objects.public().order_by("key"), stored):
        yield key, *cells, f"{reading.site}{path_of('source-detail', key)}"


def claims(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    """Yield the claims about what the other tables hold."""
    rows = Claim.objects.public().about_facts_by(on=reading.on)
    rows = rows.with_fact().with_fact_key().with_standing().order_by("pk")
    *stored, _, key, _ = lookups
    for pk, record, fact, *cells, fact_key in _read(rows, [*stored, key]):
        kind = fact.rpartition("-")[0]
        url = f"{_page(reading, kind, record)}#{fact}"
        yield pk, record, fact, *cells, kind, fact_key, url


def changes(reading: Reading, lookups: Sequence[str]) -> Iterator[tuple]:
    public = public_changes()
    chosen = ChangeFilter(reading.parameters, public).qs
    return map(attrgetter(*lookups), whole_log(chosen, among=public))


def _of_partnerships(
    facts: FactQuerySet, reading: Reading, lookups: Sequence[str]
) -> Iterator[tuple]:
    order = "partnership__partner__slug", *facts.model._meta.ordering
    return _facts(facts.public().order_by(*order), reading, lookups)


def _facts(
    facts: QuerySet, reading: Reading, lookups: Sequence[str]
) -> Iterator[tuple]:
    """Yield facts, whose first cells are the id and, of what is in a record, its slug;
    the last two are the address of the fact and the keys of its sources."""
    kind = str(facts.model._meta.model_name)
    sources, in_record = _sources(kind), KIND_OF[kind].partnership
    *stored, _, _ = lookups
    for row in _read(facts, stored):
        page = _page(reading, kind, row[1] if in_record else None)
        yield *row, f"{page}#{kind}-{row[0]}", sources.get(row[0], "")


def _sources(kind: str) -> dict[int, str]:
    """Return the keys of the sources of each fact of a kind, by its id."""
    claims = Claim.objects.public().filter(**{f"{kind}__isnull": False})
    pairs = claims.order_by(f"{kind}_id", "source__key").distinct()
    said = _read(pairs, [f"{kind}_id", "source__key"])
    return {
        pk: "; ".join(key for _, key in keys)
        for pk, keys in groupby(said, itemgetter(0))
    }


def _page(reading: Reading, kind: str, record: str | None) -> str:
    """Return the address of the page that facts of a kind stand on."""
    name, parts = page_of(kind, record)
    return f"{reading.site}{path_of(name, *parts)}"


def _read(rows: QuerySet, lookups: Sequence[str]) -> Iterator[tuple]:
    return rows.values_list(*lookups).iterator(chunk_size=CHUNK)
