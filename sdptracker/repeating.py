"""Gives an answer of Django once more, without Django, to whoever asks in the words of
a reader before, for as long as data set and day are those of that answer. Anything
unusual is left to Django.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple

from django.conf import settings

from partnerships.web.caching import Repeatable, Standing
from partnerships.web.codings import accepted
from partnerships.web.request_ids import HEADER, number_of
from sdptracker.standings import Standings

#: Bytes of answers that a process has ready, each with so many besides its body.
MOST_BYTES, OVERHEAD = 8 * 1024 * 1024, 2_000

#: Headers of requests that Django answers.
_UNUSUAL = {b"range", b"if-range", b"if-match", b"if-unmodified-since"}
_SCHEMES = (None, b"http", b"https")
_NUMBER = HEADER.lower().encode()

Message = dict[str, Any]
Header = tuple[bytes, bytes]
#: Takes the route, the method, the status, the seconds and how the answer was come by.
Count = Callable[[str, str, int, float, str], None]


class Asked(NamedTuple):
    """All of a request that its answer depends on: by the address a page is found, by
    the way one of its answers."""

    address: tuple[str, bytes, bytes | None, str, bytes]
    way: tuple[str, tuple[str, ...], bytes | None, bytes | None]
    number: bytes

    @property
    def is_conditional(self) -> bool:
        return self.way[2:] != (None, None)

    def names(self, tag: bytes | None, at: bytes | None) -> bool:
        """Return whether it is by this tag and this time, and nothing else, that it
        says what its reader has."""
        known, since = self.way[2:]
        tags = (None, tag, b"W/%b" % tag) if tag else (None,)
        return known in tags and since in (None, at)


class Ready(NamedTuple):
    """An answer, kept without the number of its request; the route that made it."""

    status: int
    headers: list[Header]
    body: bytes
    view: str


@dataclass
class Page:
    """The answers of one address that are right while ``now`` lasts."""

    now: Standing
    answers: dict[tuple, Ready] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(len(ready.body) + OVERHEAD for ready in self.answers.values())


class Repeater:
    """The answers that a process has ready, those that nobody asked for longest first;
    the loop alone touches them."""

    def __init__(self, count: Count | None) -> None:
        self._count, self._standings = count, Standings()
        self._pages: OrderedDict[tuple, Page] = OrderedDict()
        self._size = 0

    async def repeated(self, asked: Asked) -> Ready | None:
        """Return the answer to a request, if it is ready and still right."""
        began = perf_counter()
        page = self._pages.get(asked.address)
        ready = page and page.answers.get(asked.way)
        if not page or not ready:
            return None
        now = self._standings.last() or await self._standings.now()
        if now != page.now:
            return None
        page.now = now  # which is found equal to itself sooner
        if asked.address in self._pages:
            self._pages.move_to_end(asked.address)
        if self._count:
            how = "unchanged" if ready.status == 304 else "hit"
            took = perf_counter() - began
            self._count(ready.view, asked.way[0], ready.status, took, how)
        number = (_NUMBER, number_of(asked.number.decode("latin1")).encode())
        status, headers, body, view = ready
        return Ready(status, [*headers, number], body, view)

    def keep(
        self,
        asked: Asked,
        about: Repeatable,
        status: int,
        headers: list[Header],
        body: bytes,
    ) -> None:
        """Have an answer ready. A 304 is one only beside its page, for those who name
        what they have as it was given to them: strangers add none by inventing it."""
        if about.query.encode() != asked.address[-1]:
            return  # in words of its own
        page = self._pages.get(asked.address)
        if page is None or page.now != about.now:
            page = Page(about.now)
        named = dict(headers)
        if asked.is_conditional and not (
            status == 304
            and page.answers
            and asked.names(named.get(b"etag"), named.get(b"last-modified"))
        ):
            return
        if b"set-cookie" in named:
            return
        given = [header for header in headers if header[0] != _NUMBER]
        if old := self._pages.pop(asked.address, None):
            self._size -= old.size
        page.answers[asked.way] = Ready(status, given, body, about.view)
        self._pages[asked.address] = page
        self._size += page.size
        while self._size > MOST_BYTES:
            _, dropped = self._pages.popitem(last=False)
            self._size -= dropped.size


def asked_of(scope: Message) -> Asked | None:
    """Return what is asked; None where that is unusual, or a cookie of ours comes with
    it, which Django may renew."""
    headers, method = dict(scope["headers"]), scope["method"]
    scheme, host = headers.get(b"x-forwarded-proto"), headers.get(b"host")
    if (
        method not in ("GET", "HEAD")
        or host is None
        or scheme not in _SCHEMES
        or len(headers) < len(scope["headers"])
        or not _UNUSUAL.isdisjoint(headers)
        or _has_own(headers.get(b"cookie", b""))
    ):
        return None
    codings = accepted(headers.get(b"accept-encoding", b"").decode("latin1"))
    known = headers.get(b"if-none-match"), headers.get(b"if-modified-since")
    return Asked(
        (scope["scheme"], host, scheme, scope["path"], scope["query_string"]),
        (method, codings, *known),
        headers.get(_NUMBER, b""),
    )


def _has_own(cookies: bytes) -> bool:
    own = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    return bool(cookies) and any(name.encode() in cookies for name in own)
