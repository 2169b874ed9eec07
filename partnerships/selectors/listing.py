"""What the list of partnerships is asked: where words stand, and how many there are of
each kind."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from partnerships import lifecycle
from partnerships.choices import AffiliationKind, CoverageValue, MilestoneKind
from partnerships.models import (
    Area,
    Claim,
    Coverage,
    Milestone,
    Partnership,
    Source,
)
from partnerships.text import search_form


@dataclass(frozen=True)
class Facets:
    """How many partnerships a list would show with each choice of its filters: of
    ``status``, ``safe_status``, ``region`` and ``affiliation`` were it the only choice
    of its filter, of ``area`` were it chosen too. A choice that is not there has none.

    ``total`` is how many the list shows.
    """

    total: int
    status: Mapping[str, int]
    safe_status: Mapping[str, int]
    region: Mapping[str, int]
    affiliation: Mapping[str, int]
    area: Mapping[str, int]


def facets(
    partnerships: QuerySet,
    chosen: Mapping[str, Collection[str]],
    found: QuerySet,
    *,
    is_whole: bool,
    areas: Iterable[Area],
    on: date,
) -> Facets:
    """Counts over partnerships as they stood on the day ``on``, in two queries.

    ``partnerships`` are those before the four filters that ``chosen`` names, with the
    values that each of them allows, none for all; ``found`` are those after them, which
    are all published ones where the list ``is_whole``.
    """
    counts = {name: defaultdict(int) for name in chosen}
    total = 0
    for values, n in _kinds(partnerships, on):
        refused = [
            name
            for name, allowed in chosen.items()
            if allowed and not values[name].intersection(allowed)
        ]
        total += 0 if refused else n
        for name in chosen:
            if not refused or refused == [name]:
                for value in values[name]:
                    counts[name][value] += n
    by_area = _by_area(found, is_whole)
    counts["area"] = {area.slug: by_area.get(area.pk, 0) for area in areas}
    return Facets(total=total, **counts)


def _by_area(found: QuerySet, is_whole: bool) -> dict[int, int]:
    """How many of those found include each area, by its id."""
    # Of all, a database tells sooner who is left out than who is in.
    within = (
        ~Q(partnership__in=Partnership.objects.filter(is_published=False))
        if is_whole
        else Q(partnership__in=found.order_by().values("pk"))
    )
    covered = Coverage.objects.filter(within, value=CoverageValue.INCLUDED).order_by()
    return dict(covered.values_list("area").annotate(n=Count("pk")))


def _kinds(partnerships, on) -> Iterator[tuple[dict[str, set[str]], int]]:
    """Each kind of partnership there is, by the values of its facets, and how many.

    They are counted here: the database would sort by all that it works out.
    """
    named = lifecycle.SAFE_NOT_NEEDED_COUNTRIES
    counted = Counter(
        (sdp, decided, held, iso_code if iso_code in named else "", region)
        for sdp, decided, held, iso_code, region in partnerships.kinds(on=on)
    )
    for (sdp, decided, held, iso_code, region), n in counted.items():
        affiliations = {kind for b, kind in enumerate(AffiliationKind) if held >> b & 1}
        holdings = [lifecycle.Holding(kind, None, None) for kind in affiliations]
        safe = decided or lifecycle.safe_standing(sdp, holdings, iso_code, on=on)
        values = {
            "status": {lifecycle.headline(sdp, safe)},
            "safe_status": {safe},
            "region": {region},
            "affiliation": affiliations,
        }
        yield values, n


def matching(partnerships: QuerySet, query: str, *, on: date) -> QuerySet:
    """Partnerships in which every word of the query stands, whatever its case and
    accents: in their own texts, in the name of an area that they include, in a
    milestone that may have happened by that day, or in a source of theirs.

    The texts of facts are few, and folded here: a column that holds them folded, as
    partners have, would not know what they were on an earlier day of the second clock.
    """
    words = search_form(query).split()
    texts = _texts(on) if words else {}
    for word in words:
        partnerships = partnerships.filter(
            Q(search_text__contains=word)
            | Q(partner__search_text__contains=word)
            | _in_facts(word, texts, on)
        )
    return partnerships


def _texts(on: date) -> dict[str, list[tuple[int, str]]]:
    """Folded texts with the id of the area, of the source, or of the partnership whose
    milestone it is; in one query."""
    milestones = Milestone.objects.exclude(earliest__gt=on).exclude(
        place="", signatories="", reference="", note=""
    )
    parts = [
        _text("area", Area.objects, "pk", "name"),
        _text("source", Source.objects, "pk", "key", "publisher", "title"),
        _text(
            "milestone",
            milestones,
            "partnership_id",
            *("place", "signatories", "reference", "note"),
        ),
    ]
    texts = defaultdict(list)
    for what, pk, text in parts[0].union(*parts[1:]):
        texts[what].append((pk, search_form(text)))
    return texts


def _text(what: str, rows, key: str, *columns: str):
    text = columns[0]
    if len(columns) > 1:
        spaced = [part for column in columns for part in (column, Value(" "))]
        text = Concat(*spaced, output_field=TextField())
    return rows.order_by().values_list(Value(what), key, text)


def _in_facts(word: str, texts, on: date) -> Q:
    ids = {
        what: {pk for pk, text in rows if word in text} for what, rows in texts.items()
    }
    covered = Coverage.objects.filter(
        value=CoverageValue.INCLUDED, area__in=ids.get("area", ())
    )
    cited = Claim.objects.filter(source__in=ids.get("source", ()))
    steps = Milestone.objects.exclude(earliest__gt=on).filter(
        kind__in=[kind for kind in MilestoneKind if word in search_form(kind.label)]
    )
    return (
        Q(pk__in=covered.order_by().values("partnership"))
        | Q(pk__in=cited.order_by().values("record"))
        | Q(pk__in=steps.order_by().values("partnership"))
        | Q(pk__in=ids.get("milestone", ()))
    )
