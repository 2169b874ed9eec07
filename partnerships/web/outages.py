"""The last edition that a process knew: what it answers with while the database is
away, or holds back what it is asked for."""

from datetime import date, datetime
from typing import NamedTuple

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import http_date

from partnerships.selectors.trail import Trail

#: The header of an answer that may not be the current one, with the time of the last
#: that was.
NOT_CURRENT = "Not-Current"


class Known(NamedTuple):
    """A trail without a change that waits for its seal, and when it was read."""

    trail: Trail
    at: datetime

    @property
    def day(self) -> date:
        return self.at.date()


_known: list[Known] = []


def remember(trail: Trail) -> None:
    """Keep the trail as the last that was read, unless a change in it waits."""
    if not trail.is_waiting:
        _known[:] = [Known(trail, timezone.now())]


def last_known() -> Known | None:
    """Return the last trail that was read; pages of it are kept for a day."""
    return next(iter(_known), None)


def marked(response: HttpResponse, known: Known | None) -> HttpResponse:
    """Return the response with the header that says how old it may be."""
    if known:
        response[NOT_CURRENT] = http_date(known.at.timestamp())
    return response
