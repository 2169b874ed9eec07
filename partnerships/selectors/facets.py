"""Counts beside the choices of a list's filters."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, QuerySet

from partnerships.choices import CoverageValue
from partnerships.ledger.editions import kept_by_edition
from partnerships.models import Affiliation, Coverage, Partnership
from partnerships.querysets.partnerships import PartnershipQuerySet

#: Filters with one count for each choice, were it the only choice of its filter.
FACETS = ("status", "safe_status", "region", "affiliation")


class Group(NamedTuple):
    """The values that partnerships have in each of ``FACETS``: certain, possible."""

    certain: tuple[frozenset[str], ...]
    possible: tuple[frozenset[str], ...]


#: The ids of the partnerships in each group.
Groups = Mapping[Group, list[int]]


@dataclass(frozen=True)
class Facets:
    """Numbers of partnerships that a list would show with each choice of a filter: of
    ``status``, ``safe_status``, ``region`` and ``affiliation`` were it the only choice
    of its filter, of ``area`` were it chosen too. A choice that no partnership has is
    left out. All count what is certain on the day of the list.

    ``total`` is the number of partnerships that the list shows, ``may_match`` are the
    ids of those that may match too, were their days known.
    """

    total: int
    may_match: tuple[int, ...]
    status: Mapping[str, int]
    safe_status: Mapping[str, int]
    region: Mapping[str, int]
    affiliation: Mapping[str, int]
    area: Mapping[str, int]

    @property
    def perhaps(self) -> int:
        return len(self.may_match)


def list_facets(
    candidates: PartnershipQuerySet | None,
    chosen: Mapping[str, Collection[str]],
    *,
    on: date,
    matching: QuerySet[Partnership],
) -> Facets:
    """Return the counts of a list as of the day ``on``, in five queries.

    ``candidates`` are the partnerships that every filter but ``FACETS`` lets through,
    None for all that are published, ``chosen`` the values chosen in each of these, none
    for all, and ``matching`` the partnerships that the list shows. Of all, only the
    first list of an edition and day counts; a list with a choice asks one query, for
    its areas.
    """
    is_of_all = candidates is None and not any(chosen.values())
    areas = _areas_of_all() if is_of_all else _areas_included(matching)
    return _facets(_groups_among(candidates, on), chosen, areas)


def more_may_match(
    candidates: PartnershipQuerySet | None,
    chosen: Mapping[str, Collection[str]],
    *,
    on: date,
) -> int:
    """Return ``Facets.perhaps`` alone, in four queries; in none where nothing is
    chosen. ``candidates`` are None for all that are published."""
    if not any(chosen.values()):
        return 0
    return sum(
        len(pks)
        for group, pks in _groups_among(candidates, on).items()
        if _refusing(group.certain, chosen) and not _refusing(group.possible, chosen)
    )


def _groups_among(candidates: PartnershipQuerySet | None, on: date) -> Groups:
    return _groups_of_all(on) if candidates is None else _groups(candidates, on)


@kept_by_edition(maxsize=100, of_past=10)
def _groups_of_all(on: date) -> Groups:
    return _groups(Partnership.objects.published(), on)


@kept_by_edition(maxsize=1, of_past=10)
def _areas_of_all() -> dict[str, int]:
    return _areas_included(Partnership.objects.published())


def _groups(partnerships: PartnershipQuerySet, on: date) -> Groups:
    """Return the values of these partnerships on a day, in four queries."""
    certain, possible = defaultdict(set), defaultdict(set)
    rows = Affiliation.objects.perhaps_holding(on=on).order_by()
    for partner_id, kind, since_latest in rows.values_list(
        "partner_id", "kind", "since_latest"
    ):
        possible[partner_id].add(kind)
        if since_latest and since_latest <= on:
            certain[partner_id].add(kind)
    statuses = partnerships.statuses(on=on).by_id
    groups: dict[Group, list[int]] = defaultdict(list)
    for pk, region, partner_id in partnerships.order_by().values_list(
        "pk", "partner__region", "partner_id"
    ):
        row, where = statuses[pk], frozenset([region])
        status, safe = row["status"], row["safe_status"]
        groups[
            Group(
                (
                    frozenset([status]),
                    frozenset([safe]),
                    where,
                    frozenset(certain.get(partner_id, ())),
                ),
                (
                    frozenset([status, *row["status_may_be"]]),
                    frozenset([safe, *row["safe_status_may_be"]]),
                    where,
                    frozenset(possible.get(partner_id, ())),
                ),
            )
        ].append(pk)
    return groups


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
    total, may_match = 0, []
    for group, pks in groups.items():
        refusing = _refusing(group.certain, chosen)
        if not refusing:
            total += len(pks)
        elif not _refusing(group.possible, chosen):
            may_match += pks
        for name, values in zip(FACETS, group.certain, strict=True):
            if refusing in ([], [name]):
                for value in values:
                    counts[name][value] += len(pks)
    return Facets(total, tuple(sorted(may_match)), area=areas, **counts)


def _refusing(
    values: tuple[frozenset[str], ...], chosen: Mapping[str, Collection[str]]
) -> list[str]:
    """Return the filters that have a choice, and none of these values in it."""
    return [
        name
        for name, present in zip(FACETS, values, strict=True)
        if chosen[name] and present.isdisjoint(chosen[name])
    ]
