"""The extent of the data set: the partners and the days that it tells of."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from partnerships.models import Partnership
from partnerships.querysets.names import by_name


@dataclass(frozen=True)
class Extent:
    """The partners of all published partnerships, by name, each with its URI in the
    EU's table of countries, which may be empty; the first day that a milestone may be
    of; and the first of the days through which editors have looked for news of each
    partnership. A day is None where there is none, or no look at one of them."""

    partners: list[tuple[str, str]]
    first_day: date | None
    checked_through: date | None


def extent() -> Extent:
    """Return the extent of the record, by one query."""
    published = Partnership.objects.published().with_checked_through()
    rows = list(
        published.annotate(first_day=Min("milestones__earliest"))
        .order_by(*by_name())
        .values_list(
            *("partner__name", "partner__eu_uri", "first_day", "checked_through")
        )
    )
    checked = [through for *_, through in rows]
    return Extent(
        partners=[(name, uri) for name, uri, *_ in rows],
        first_day=min((first for *_, first, _ in rows if first), default=None),
        checked_through=min(checked) if checked and all(checked) else None,
    )
