"""What the pages of one edition have in common, kept in memory."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from threading import Lock

from partnerships.models import Area, Partnership
from partnerships.selectors.kinds import included_by_area
from partnerships.selectors.listing import partnership_rows
from partnerships.selectors.tally import Tally
from partnerships.selectors.trail import Trail

DAYS = 100  # of which the kinds are kept
ROWS = 2_000  # that are kept, of whatever day


class Index:
    """What the published partnerships of one edition count as on any day.

    It holds what the database would read for each list anew, so that a list takes the
    same time whatever their number. What depends on no day is counted once.
    """

    def __init__(self):
        self.areas = list(Area.objects.all())
        self.included_by_area = included_by_area(self.areas)
        self._tally = Tally()
        self.kinds = lru_cache(DAYS)(self._tally.on)
        self._rows: dict[tuple[int, date], Partnership] = {}

    def rows(self, pks: Iterable[int], *, on: date) -> list[Partnership]:
        """As ``partnership_rows``: lists of a day show the same ones again and again,
        whatever they are filtered and ordered by."""
        if len(self._rows) > ROWS:
            self._rows = {}
        pks, rows = list(pks), self._rows
        missing = [pk for pk in pks if (pk, on) not in rows]
        rows.update({(row.pk, on): row for row in partnership_rows(missing, on=on)})
        return [rows[pk, on] for pk in pks if (pk, on) in rows]


_kept: dict[str, Index] = {}
_lock = Lock()


def index_of(trail: Trail) -> Index | None:
    """The index of the edition at which the trail stands; none while a change waits for
    its seal, since it belongs to no edition yet."""
    if trail.is_waiting:
        return None
    with _lock:
        if trail.seal not in _kept:
            _kept.clear()
            _kept[trail.seal] = Index()
        return _kept[trail.seal]
