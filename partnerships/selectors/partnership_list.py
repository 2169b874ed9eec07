"""Rows of the list of partnerships, and of its twin in the API."""

from collections.abc import Iterable
from datetime import date

from partnerships.models import Partnership


def partnership_rows(pks: Iterable[int], *, on: date) -> list[Partnership]:
    """Return the partnerships of these ids, in that order, with their partners and all
    that lists show of each: their statuses of the day ``on``, ``with_coverage_counts``,
    ``with_open_disagreement_count`` and ``with_checked_through``. Three queries.

    Lists choose and order ids first: a database that orders rows works out every column
    of each, of those too that are on another page.
    """
    pks = list(pks)
    rows = (
        Partnership.objects.order_by()
        .with_coverage_counts()
        .with_open_disagreement_count()
        .with_checked_through()
        .select_related("partner")
        .filter(pk__in=pks)
        .as_of(on)
    )
    by_pk = {row.pk: row for row in rows}
    return [by_pk[pk] for pk in pks]
