"""A site to visit, a visitor who may, and all connections that anybody opens."""

import socket

import pytest

from partnerships.actions.watching import Limits, Visitor, is_public
from tests.watching import serving


@pytest.fixture
def site():
    with serving() as served:
        yield served


@pytest.fixture
def visitor_to():
    """A visitor to that site and to what is public."""

    def visitor(site, **limits):
        return Visitor(
            is_allowed=lambda host, address, port: (
                (address, port) == ("127.0.0.1", site.port)
                or is_public(host, address, port)
            ),
            limits=Limits(**limits),
        )

    return visitor


@pytest.fixture
def visitor(site, visitor_to):
    return visitor_to(site)


@pytest.fixture
def connections(monkeypatch):
    """Whom anybody has connected to: pairs of address and port."""
    opened, connect = [], socket.socket.connect

    def connecting(self, address):
        opened.append(address[:2])
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connecting)
    return opened


@pytest.fixture
def names(monkeypatch):
    """Addresses of made-up names, by the name; no other is looked up, and each asks
    once for each time that it stands in ``names.looked_up``."""
    known, look_up = Names(), socket.getaddrinfo

    def looking_up(host, port, *args, **kwargs):
        if host not in known:
            return look_up(host, port, *args, **kwargs)
        known.looked_up.append(host)
        return [
            found
            for address in known[host]
            for found in look_up(address, port, *args, **kwargs)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", looking_up)
    return known


class Names(dict):
    def __init__(self):
        self.looked_up = []
