"""Addresses, read, looked up and checked before they are asked."""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000  # characters of an address

#: A name in ASCII, or a numeric address.
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]+")
#: Characters of a path or query that stay; those already written as %20 do too.
KEPT = "!#$%&'()*+,/:;=?@[]~"

#: All public addresses of IPv6; what lies outside is none, or carries one of IPv4.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
#: Reserved whole, and some clouds answer on it; Python knows a part of it alone.
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")
#: Public by their numbers: the platform of a cloud, relays of 6to4, documentation.
_NOT_OURS: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = [
    *map(ipaddress.IPv4Network, ("168.63.129.16/32", "192.88.99.0/24")),
    ipaddress.IPv6Network("3fff::/20"),
]

#: Decides if a host may be asked, by its name, one address of it and the port.
IsAllowed = Callable[[str, str, int], bool]


class CannotVisit(Exception):
    """Says what is wrong with an address, as in "is not public"."""


@dataclass(frozen=True)
class Place:
    """An address in its parts: whom to ask, and for what."""

    url: str
    scheme: str
    host: str
    port: int
    site: str  # as in https://example.org
    target: str  # the path and the query

    @property
    def netloc(self) -> str:
        return self.site.partition("//")[2]


def place_of(url: str, *, after: Place | None = None) -> Place:
    """Return the place that an address means, on a page if it comes from a redirect
    there. Raises CannotVisit."""
    try:
        if after:
            # A part of a page that was named stays named, as in a browser.
            part = urlsplit(after.url).fragment
            url = urljoin(after.url, url if "#" in url else f"{url}#{part}")
        parts = urlsplit(url)
        port = PORTS.get(parts.scheme) if parts.port is None else parts.port
        host = (parts.hostname or "").encode("idna").decode().rstrip(".").lower()
    except ValueError as error:
        raise CannotVisit("cannot be read") from error
    if parts.scheme not in PORTS or port is None:
        raise CannotVisit("begins neither with http:// nor with https://")
    if "@" in parts.netloc:
        raise CannotVisit("has a user name or a password in it")
    if not _HOST.fullmatch(host):
        raise CannotVisit("cannot be read")
    if len(url) > LONGEST:
        raise CannotVisit(f"has more than {LONGEST:,} characters")
    netloc = f"[{host}]" if ":" in host else host
    netloc += "" if port == PORTS[parts.scheme] else f":{port}"
    path, query, fragment = (
        quote(part, safe=KEPT) for part in (parts.path, parts.query, parts.fragment)
    )
    return Place(
        url=urlunsplit((parts.scheme, netloc, path, query, fragment)),
        scheme=parts.scheme,
        host=host,
        port=port,
        site=f"{parts.scheme}://{netloc}",
        target=urlunsplit(("", "", path or "/", query, "")),
    )


def is_public(host: str, address: str, port: int) -> bool:
    """Return whether this is a web server that everybody may ask: a public address, on
    a port of the web."""
    return port in PORTS.values() and _is_global(ipaddress.ip_address(address))


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if any(address in network for network in _NOT_OURS):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            carried = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if carried:
            return _is_global(carried)
        return address.is_global and address in _GLOBAL_UNICAST
    reserved = address.is_multicast or address in _PROTOCOLS
    return address.is_global and not reserved


def allowed_addresses(place: Place, is_allowed: IsAllowed, seconds: float) -> list[str]:
    """Return the numeric addresses of a place's host, looked up in so many seconds.
    Raises CannotVisit if there is none, or one of them is not allowed."""
    addresses = _look_up(place.host, place.port, seconds)
    if not all(is_allowed(place.host, address, place.port) for address in addresses):
        raise CannotVisit("is not public")
    return addresses


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    """Look a name up in a thread of its own: nothing else ends a look-up in time."""
    answers: queue.SimpleQueue = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            answers.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except queue.Empty:
        raise CannotVisit("could not be looked up in time") from None
    if getattr(found, "errno", None) == socket.EAI_AGAIN:
        raise CannotVisit("could not be looked up") from found
    if isinstance(found, Exception):
        raise CannotVisit("leads to no known host") from found
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
