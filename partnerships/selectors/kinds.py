"""What partnerships count as: the values by which lists are filtered and counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Count, Q, QuerySet

from partnerships.choices import AffiliationKind, CoverageValue
from partnerships.lifecycle.events import Holding
from partnerships.lifecycle.status import headline, safe_standing
from partnerships.lifecycle.table import SAFE_NOT_NEEDED_COUNTRIES
from partnerships.models import Area, Coverage, Partnership

#: Affiliations that hold, as bits of one number.
BITS = {kind: 1 << place for place, kind in enumerate(AffiliationKind)}


@dataclass(frozen=True)
class Kind:
    """Values by facet, of which one kind of partnership has each, and how many of the
    kind there are."""

    values: dict[str, set[str]]
    count: int


def kinds(rows: Iterable[tuple]) -> list[Kind]:
    """The kinds among partnerships of which each is a row, as ``kinds()`` of their
    queryset gives them for a day.

    They are counted here: a database would sort by all that it works out.
    """
    counted = Counter(counted_as(*row) for row in rows)
    return [Kind(values_of(*row), count) for row, count in counted.items()]


def counted_as(sdp, decided, held, iso_code, region) -> tuple:
    """The same, without what makes no difference: which country it is, unless the
    Regulation names it."""
    named = SAFE_NOT_NEEDED_COUNTRIES
    return sdp, decided, held, iso_code if iso_code in named else "", region


def values_of(sdp, decided, held, iso_code, region) -> dict[str, set[str]]:
    """Its values by facet. The affiliations are those held on the day in question."""
    status, safe = statuses(sdp, decided, held, iso_code)
    return {
        "status": {status},
        "safe_status": {safe},
        "region": {region},
        "affiliation": _held(held),
    }


@lru_cache(maxsize=10_000)
def statuses(sdp, decided, held, iso_code) -> tuple[str, str]:
    """The headline status and the SAFE status that follow."""
    holdings = [Holding(kind, None, None) for kind in _held(held)]
    safe = decided or safe_standing(sdp, holdings, iso_code, on=date.max)
    return headline(sdp, safe), safe


def _held(bits: int) -> set[str]:
    return {kind for kind in AffiliationKind if bits & BITS[kind]}


def included_by_area(
    areas: Iterable[Area], found: QuerySet | None = None
) -> dict[str, int]:
    """How many of the partnerships found, or of all published ones, include each area,
    by its slug."""
    # Of all, a database tells sooner who is left out than who is in.
    within = (
        ~Q(partnership__in=Partnership.objects.filter(is_published=False))
        if found is None
        else Q(partnership__in=found.order_by().values("pk"))
    )
    covered = Coverage.objects.filter(within, value=CoverageValue.INCLUDED).order_by()
    counts = dict(covered.values_list("area").annotate(n=Count("pk")))
    return {area.slug: counts.get(area.pk, 0) for area in areas}
