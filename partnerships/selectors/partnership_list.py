"""Rows of the list of partnerships, and of its twin in the API."""

from collections.abc import Iterable
from datetime import date

from partnerships.models import Partnership


def partnership_rows(pks: Iterable[int], *, on: date) -> list[Partnership]:
    """Return the partnerships of these ids, in that order, with their partners and all
    that lists show of each: ``with_status`` as of the day ``on``,
    ``with_coverage_counts`` and ``with_open_disagreement_count``. One query.

    Lists choose and order ids first: a database that orders rows works out every column
    of each, of those too that are on another page.
    """
    pks = list(pks)
    rows = (
        Partnership.objects.order_by()
        .with_status(on=on)
        .with_coverage_counts()
        .with_open_disagreement_count()
        .select_related("partner")
        .in_bulk(pks)
    )
    return [rows[pk] for pk in pks]
