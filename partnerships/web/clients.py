"""The address of a client, for the limits of the API and of reports and, by the
settings, for log-ins."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's address as the outermost trusted proxy (PROXY_COUNT) saw it.

    Addresses further left in X-Forwarded-For come from the client.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if settings.PROXY_COUNT and len(hops) >= settings.PROXY_COUNT:
        return hops[-settings.PROXY_COUNT]
    return request.META.get("REMOTE_ADDR", "")


def client_network(request: HttpRequest) -> str:
    """Return the network of the client's address: of IPv4 by its first 24 bits, of IPv6
    by 64. All that is no address is one network, which has an empty name."""
    text = client_address(request).strip()
    if text.startswith("["):  # as in [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ip_network((address, 24 if address.version == 4 else 64), strict=False))
