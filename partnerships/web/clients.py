"""The address of a client, for the limits of the API, of reports and of log-ins."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the client as the outermost trusted proxy (PROXY_COUNT) saw
    it, in one spelling; None where that is no address.

    Addresses further left in X-Forwarded-For come from the client.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    is_behind = settings.PROXY_COUNT and len(hops) >= settings.PROXY_COUNT
    seen = (
        hops[-settings.PROXY_COUNT]
        if is_behind
        else request.META.get("REMOTE_ADDR", "")
    )
    address = _address(seen.strip())
    return None if address is None else str(address)


def limited_address(request: HttpRequest) -> str | None:
    """Return the address under which limits count a client: of IPv6 the first with its
    64 bits, since one client has all of these. All that is no address is one client."""
    address = client_address(request)
    if address is None or ":" not in address:
        return address
    return str(ip_network((address, 64), strict=False).network_address)


def client_network(request: HttpRequest) -> str:
    """Return the network of the client's address: of IPv4 by its first 24 bits, of IPv6
    by 64. All that is no address is one network, which has an empty name."""
    address = client_address(request)
    if address is None:
        return ""
    return str(ip_network((address, 64 if ":" in address else 24), strict=False))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address, as proxies write it: in brackets or quotes, with a port, with
    a zone, as IPv6 though it is of IPv4, or without all that."""
    text = text.strip('"')
    if text.startswith("["):  # as in [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
