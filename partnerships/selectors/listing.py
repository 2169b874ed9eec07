"""What the list of partnerships is asked: where words stand, and how many there are of
each kind."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from partnerships.choices import CoverageValue, MilestoneKind
from partnerships.models import (
    Area,
    Claim,
    Coverage,
    Milestone,
    Partnership,
    Source,
)
from partnerships.querysets.prepared import Prepared
from partnerships.selectors.kinds import Kind
from partnerships.text import search_form

ROWS_AT_ONCE = 25


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
    kinds: Iterable[Kind],
    chosen: Mapping[str, Collection[str]],
    included: Mapping[str, int],
) -> Facets:
    """Counts over the kinds of partnerships before the four filters that ``chosen``
    names, with the values that each of them allows, none for all; ``included`` tells
    how many of those after them include each area."""
    counts = {name: defaultdict(int) for name in chosen}
    total = 0
    for kind in kinds:
        refused = [
            name
            for name, allowed in chosen.items()
            if allowed and not kind.values[name].intersection(allowed)
        ]
        total += 0 if refused else kind.count
        for name in chosen:
            if not refused or refused == [name]:
                for value in kind.values[name]:
                    counts[name][value] += kind.count
    return Facets(total=total, area=included, **counts)


def partnership_rows(pks: Iterable[int], *, on: date) -> list[Partnership]:
    """The partnerships of these ids, in that order, with all that lists show of each
    as it stood on the day ``on``."""
    if not (pks := list(pks)):
        return []
    # The last is asked for repeatedly, so that queries are made for few numbers of ids.
    missing = -len(pks) % ROWS_AT_ONCE
    ask = _asking_for(len(pks) + missing)
    rows = {row.pk: row for row in ask(pks=[*pks, *[pks[-1]] * missing], on=on)}
    return [rows[pk] for pk in pks if pk in rows]


@cache
def _asking_for(count: int) -> Prepared:
    def rows(pks, on):
        found = Partnership.objects.filter(pk__in=pks).order_by().with_status(on=on)
        found = found.with_coverage_counts().with_open_disagreement_count()
        return found.select_related("partner")

    return Prepared(rows, pks=[int] * count, on=date)


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
    milestones = Milestone.objects.begun(on=on).exclude(
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
    steps = Milestone.objects.begun(on=on).filter(
        kind__in=[kind for kind in MilestoneKind if word in search_form(kind.label)]
    )
    return (
        Q(pk__in=covered.order_by().values("partnership"))
        | Q(pk__in=cited.order_by().values("record"))
        | Q(pk__in=steps.order_by().values("partnership"))
        | Q(pk__in=ids.get("milestone", ()))
    )
