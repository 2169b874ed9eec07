"""Asking an address what is there, without harm to us or to whom we ask (ADR 14)."""

import http.client
import socket
import ssl
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    ProtocolError,
)
from urllib3.exceptions import SSLError as ResponseSSLError
from urllib3.exceptions import TimeoutError as ResponseTimeoutError
from urllib3.response import HTTPResponse

from partnerships import __version__
from partnerships.actions.watching.hosts import (
    KEPT,
    CannotVisit,
    IsAllowed,
    Place,
    allowed_addresses,
    is_public,
    place_of,
)
from partnerships.actions.watching.timed_socket import Clock, TimedSocket
from partnerships.text import CONTROL

#: What robots.txt calls us.
AGENT = "sdp-tracker"
HEADERS = {
    "Accept": "text/html, application/xhtml+xml, application/pdf, */*;q=0.5",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}

MOVED = {301, 302, 303, 307, 308}
MOVED_FOR_GOOD = {301, 308}

UNREADABLE = "Its robots.txt cannot be read, so it was not visited."

#: Bytes that are read at once.
_PIECE = 16_384
_LONGEST_TYPE = 200  # characters of a content type

_FAILURES = (OSError, HTTPError, http.client.HTTPException, ValueError, zlib.error)
#: What has happened, by the first kind of error that fits.
_SENTENCES: list[tuple[Any, str]] = [
    (ssl.SSLCertVerificationError, "Its certificate is not to be trusted."),
    ((ssl.SSLError, ResponseSSLError), "No safe connection can be made with it."),
    (ConnectTimeoutError, "No connection can be made with it."),
    ((TimeoutError, ResponseTimeoutError), "It does not answer in time."),
    ((DecodeError, zlib.error), "It cannot be unpacked."),
    (ConnectionError, "It breaks the connection off."),
    ((ProtocolError, OSError), "Its answer breaks off."),
    (Exception, "Its answer cannot be read."),
]
_STATUS_SENTENCES = {
    401: "It lets nobody in without a password (401).",
    403: "It does not let us in (403).",
    404: "There is nothing at this address (404).",
    410: "It has been taken away for good (410).",
    429: "It is asked too often (429).",
}


@dataclass(frozen=True)
class Answer:
    """The last that was answered: `status` is None where nothing was; `problem` is a
    sentence, empty where nothing is wrong; `url` the last address that it is about, and
    `moved_to` that address if all redirects to it are for good. `body` is unpacked, and
    only the beginning where the problem says so."""

    status: int | None
    problem: str
    url: str
    moved_to: str = ""
    content_type: str = ""
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """True if there is something at the address, all of which may not be here."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Limits:
    """Limits of time and size: in seconds, in bytes after unpacking."""

    connect: float = 5
    read: float = 10
    total: float = 30
    redirects: int = 5
    body: int = 2_000_000
    robots: int = 64_000


class Visitor:
    """One round of visits: knows each host, and what its robots.txt says, until it is
    over, and if any of them `was_answered`. `contact` is where the people who are
    visited may complain."""

    def __init__(
        self,
        *,
        contact: str = "",
        is_allowed: IsAllowed = is_public,
        limits: Limits | None = None,
    ) -> None:
        self.is_allowed, self.limits = is_allowed, limits or Limits()
        about = f" (+{quote(contact, safe=f'{KEPT}#')})" if contact else ""
        self.headers = HEADERS | {"User-Agent": f"{AGENT}/{__version__}{about}"}
        self._tls = ssl.create_default_context()
        self._addresses: dict[str, list[str]] = {}
        self._robots: dict[str, RobotFileParser | str] = {}
        self.was_answered = False

    def fetch(self, url: str) -> Answer:
        """Return what this address answers; raises nothing that lies with the other."""
        clock = Clock(self.limits.total)
        return self._follow(url, clock, self.limits.body, heeds_robots=True)

    def _follow(
        self, url: str, clock: Clock, most: int, *, heeds_robots: bool
    ) -> Answer:
        answer = Answer(None, "", url)
        place, for_good = None, True
        asked: set[str] = set()
        for _ in range(self.limits.redirects + 1):
            try:
                place = place_of(url, after=place)
                addresses = self._addresses_of(place, clock)
            except CannotVisit as refusal:
                start = "It redirects to an address that" if asked else "Its address"
                return replace(answer, problem=f"{start} {refusal}.")
            except TimeoutError as error:
                return replace(answer, problem=self._sentence(error, clock))
            if place.url in asked:
                return replace(answer, problem="It redirects in a circle.")
            if heeds_robots and (ban := self._ban(place, clock)):
                return Answer(None, ban, place.url)
            asked.add(place.url)
            answer, location = self._ask(place, addresses, clock, most)
            if not location:
                has_moved = len(asked) > 1 and for_good and answer.is_success
                return replace(answer, moved_to=place.url if has_moved else "")
            for_good = for_good and answer.status in MOVED_FOR_GOOD
            url = location
        times = self.limits.redirects
        return replace(answer, problem=f"It redirects more than {times} times.")

    def _addresses_of(self, place: Place, clock: Clock) -> list[str]:
        """Return whom to connect to: each host is looked up and checked once."""
        if place.site not in self._addresses:
            self._addresses[place.site] = allowed_addresses(
                place, self.is_allowed, clock.left(self.limits.read)
            )
        return self._addresses[place.site]

    def _ban(self, place: Place, clock: Clock) -> str:
        """Return what keeps us from a place: its robots.txt, or that it cannot be read;
        nothing if we may go there."""
        if place.site not in self._robots:
            url, most = f"{place.site}/robots.txt", self.limits.robots
            answer = self._follow(url, clock, most, heeds_robots=False)
            if clock.is_over:  # which may be the fault of those who redirected here
                return self._sentence(TimeoutError(), clock)
            is_silent = answer.status is None and answer.url == url
            self._robots[place.site] = (
                answer.problem if is_silent else _rules(answer) or UNREADABLE
            )
        rules = self._robots[place.site]
        if isinstance(rules, str):
            return rules
        may = rules.can_fetch(AGENT, place.url)
        return "" if may else "Its robots.txt asks not to be visited."

    def _ask(
        self, place: Place, addresses: list[str], clock: Clock, most: int
    ) -> tuple[Answer, str]:
        """Return what a place answers, and where it redirects to."""
        answer = Answer(None, "", place.url)
        try:
            with closing(self._connection(place, addresses, clock)) as connection:
                headers = self.headers | {"Host": place.netloc}
                connection.request(
                    "GET", place.target, headers=headers, preload_content=False
                )
                with closing(connection.getresponse()) as response:
                    self.was_answered = True
                    kind = CONTROL.sub("", response.headers.get("content-type", ""))
                    answer = replace(
                        answer,
                        status=response.status,
                        content_type=kind[:_LONGEST_TYPE],
                    )
                    if location := _location(response):
                        return answer, location
                    if not answer.is_success:
                        return replace(answer, problem=_refusal(response.status)), ""
                    body = _body(response, most)
        except _FAILURES as error:
            return replace(answer, problem=self._sentence(error, clock)), ""
        size = f"{most / 1_000_000:g} MB"
        problem = f"It has more than {size}: only the beginning was read."
        problem = problem if len(body) > most else ""
        return replace(answer, problem=problem, body=body[:most]), ""

    def _connection(
        self, place: Place, addresses: list[str], clock: Clock
    ) -> HTTPConnection:
        """Return a connection to the first of these addresses that takes one."""
        failure: Exception = ConnectTimeoutError()
        for address in addresses:
            timeout = clock.left(self.limits.connect)
            connection = HTTPConnection(address, place.port, timeout=timeout)
            if place.scheme == "https":
                connection = HTTPSConnection(
                    address,
                    place.port,
                    timeout=timeout,
                    ssl_context=self._tls,
                    server_hostname=place.host,
                )
            try:
                connection.connect()
            except (OSError, HTTPError) as error:
                connection.close()
                failure = error
                continue
            timed = TimedSocket(connection.sock, clock, self.limits.read)
            connection.sock = cast(socket.socket, timed)
            return connection
        raise failure

    def _sentence(self, error: Exception, clock: Clock) -> str:
        if clock.is_over:
            return f"It does not answer within {self.limits.total:g} seconds."
        return next(words for kind, words in _SENTENCES if isinstance(error, kind))


def _location(response: HTTPResponse) -> str:
    """Return where an answer redirects to, byte for byte."""
    if response.status not in MOVED:
        return ""
    location = response.headers.get("location", "")
    return quote(location.encode("latin-1", "replace"), safe=f"{KEPT}#")


def _refusal(status: int) -> str:
    if status in _STATUS_SENTENCES:
        return _STATUS_SENTENCES[status]
    if 500 <= status < 600:
        return f"Its server fails ({status})."
    return f"It answers with status {status}."


def _body(response: HTTPResponse, most: int) -> bytes:
    """Return at most one byte more of the body than that. Unpacks it here, because
    urllib3 takes a packed body that breaks off for a whole one."""
    pieces: Iterator[bytes] = iter(
        lambda: response.read(_PIECE, decode_content=False), b""
    )
    packed = response.headers.get("content-encoding", "").strip().lower()
    if packed in ("gzip", "x-gzip"):
        pieces = _unpacked(pieces, most + 1)
    elif packed not in ("", "identity"):
        raise DecodeError(packed)
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            break
    return bytes(body[: most + 1])


def _unpacked(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    """Yield what was packed, each time at most so much. What follows the end is left
    out, as browsers do."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for piece in pieces:
        while piece and not unpacker.eof:
            yield unpacker.decompress(piece, min(most, _PIECE))
            piece = unpacker.unconsumed_tail
        if unpacker.eof:
            return
    raise DecodeError("It breaks off.")


def _rules(answer: Answer) -> RobotFileParser | None:
    """Return the rules of a robots.txt: none where there is no such file (RFC 9309,
    2.3.1), None where it should be read again another time."""
    rules = RobotFileParser()
    is_missing = 400 <= (answer.status or 0) < 500 and answer.status != 429
    if is_missing:
        rules.parse([])
        return rules
    if not answer.is_success or (answer.problem and not answer.body):
        return None
    lines = answer.body.decode("utf-8-sig", "replace").splitlines()
    try:
        rules.parse(lines[:-1] if answer.problem else lines)
    except ValueError:  # numbers and addresses that Python does not read
        return None
    return rules
