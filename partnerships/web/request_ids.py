"""A number for each request, by which what somebody tells of is found in the log.

It is put on an answer from outside of all that is kept, which is one for all readers.
"""

import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

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
        number = _of_proxy(request) or secrets.token_hex(8)
        _current.set(number)
        response = get_response(request)
        response[HEADER] = number
        return response

    return middleware


def _of_proxy(request: HttpRequest) -> str:
    number = request.headers.get(HEADER, "") if settings.PROXY_COUNT else ""
    return number if _WELL_FORMED.fullmatch(number) else ""
