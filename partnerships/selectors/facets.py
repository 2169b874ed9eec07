"""Counts beside the choices of a list's filters."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Count, QuerySet

from partnerships.choices import CoverageValue
from partnerships.models import Affiliation, Coverage, Partnership
from partnerships.querysets.partnerships import PartnershipQuerySet

#: Filters with one count for each choice, were it the only choice of its filter.
FACETS = ("status", "safe_status", "region", "affiliation")

#: The values that partnerships have in each of ``FACETS``, and how many have these.
Groups = Counter[tuple[frozenset[str], ...]]


@dataclass(frozen=True)
class Facets:
    """Numbers of partnerships that a list would show with each choice of a filter: of
    ``status``, ``safe_status``, ``region`` and ``affiliation`` were it the only choice
    of its filter, of ``area`` were it chosen too. A choice that no partnership has is
    left out.

    ``total`` is the number of partnerships that the list shows.
    """

    total: int
    status: Mapping[str, int]
    safe_status: Mapping[str, int]
    region: Mapping[str, int]
    affiliation: Mapping[str, int]
    area: Mapping[str, int]


def list_facets(
    candidates: PartnershipQuerySet,
    chosen: Mapping[str, Collection[str]],
    *,
    on: date,
    matching: QuerySet[Partnership],
) -> Facets:
    """Return the counts of a list as of the day ``on``, in three queries.

    ``candidates`` are the partnerships that every filter but ``FACETS`` lets through,
    ``chosen`` the values chosen in each of these, none for all, and ``matching`` the
    partnerships that the list shows.
    """
    return _facets(_groups(candidates, on), chosen, _areas_included(matching))


def list_facets_of_edition(
    seal: str,
    chosen: Mapping[str, Collection[str]],
    *,
    on: date,
    matching: QuerySet[Partnership],
) -> Facets:
    """Return the counts of a list of all published partnerships, filtered by ``FACETS``
    alone, in the edition of this seal. Only the first list of an edition and day counts
    them all; a list with a choice asks one query, for its areas."""
    is_narrowed = any(chosen.values())
    areas = _areas_included(matching) if is_narrowed else _areas_of_edition(seal)
    return _facets(_groups_of_edition(seal, on), chosen, areas)


@lru_cache(maxsize=100)
def _groups_of_edition(seal: str, on: date) -> Groups:
    """Return what all published partnerships count as. A seal stands for the data."""
    return _groups(Partnership.objects.published(), on)


@lru_cache(maxsize=1)
def _areas_of_edition(seal: str) -> dict[str, int]:
    """Return how many published partnerships include each area, on whatever day."""
    return _areas_included(Partnership.objects.published())


def _groups(partnerships: PartnershipQuerySet, on: date) -> Groups:
    """Return the values of these partnerships on a day, in two queries."""
    held = defaultdict(set)
    holding = Affiliation.objects.holding(on=on).order_by()
    for partner_id, kind in holding.values_list("partner_id", "kind"):
        held[partner_id].add(kind)
    rows = partnerships.with_status(on=on).order_by()
    return Counter(
        (frozenset([status]), frozenset([safe]), frozenset([region]), frozenset(kinds))
        for status, safe, region, kinds in (
            (*values, held.get(partner_id, ()))
            for *values, partner_id in rows.values_list(
                "status", "safe_status", "partner__region", "partner_id"
            )
        )
    )


def _areas_included(partnerships: QuerySet[Partnership]) -> dict[str, int]:
    """Return how many of these partnerships include each area, by its slug."""
    cells = Coverage.objects.filter(
        value=CoverageValue.INCLUDED,
        partnership__in=partnerships.order_by().values("pk"),
    )
    counts = cells.order_by().values_list("area__slug").annotate(n=Count("pk"))
    return dict(counts)


def _facets(
    groups: Groups, chosen: Mapping[str, Collection[str]], areas: Mapping[str, int]
) -> Facets:
    """Return the counts over these groups. A filter does not narrow its own counts: a
    group counts for it where no other filter refuses it."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    total = 0
    for values, number in groups.items():
        by_name = dict(zip(FACETS, values, strict=True))
        refusing = [
            name
            for name in FACETS
            if chosen[name] and by_name[name].isdisjoint(chosen[name])
        ]
        total += 0 if refusing else number
        for name in FACETS:
            if refusing in ([], [name]):
                for value in by_name[name]:
                    counts[name][value] += number
    return Facets(total=total, area=areas, **counts)
