"""A number for each request, by which what somebody tells of is found in the log.

It is put on an answer from outside of all that is kept, which is one for all readers.
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from random import getrandbits

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")

#: Left as it is until the next request of the thread, for what is sent piece by piece.
_current: ContextVar[str] = ContextVar("number of the request", default="")


def request_id() -> str:
    """Return the number of the request that is answered; empty outside of any."""
    return _current.get()


def numbered(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request a number, that of a trusted proxy (PROXY_COUNT) or a new one,
    and its answer a header with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        number = number_of(request.headers.get(HEADER, ""))
        _current.set(number)
        response = get_response(request)
        response[HEADER] = number
        return response

    return middleware


def number_of(given: str) -> str:
    """Return the number of a request that gives this one, or none."""
    is_trusted = settings.PROXY_COUNT and _WELL_FORMED.fullmatch(given)
    return given if is_trusted else f"{getrandbits(64):016x}"
