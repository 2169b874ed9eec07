"""No address leads anywhere but to the public web."""

import pytest

from partnerships.actions.watching import Visitor, is_public
from partnerships.actions.watching.hosts import CannotVisit, place_of

pytestmark = pytest.mark.once


@pytest.mark.parametrize("port", [80, 443])
@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public_address_may_be_asked(address, port):
    assert is_public("example.org", address, port)


@pytest.mark.parametrize("port", [0, 22, 25, 8000, 8080, 65535])
def test_other_ports_may_not(port):
    assert not is_public("example.org", "8.8.8.8", port)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "127.0.0.1", "127.0.0.2", "169.254.169.254"),
        *("172.16.0.1", "192.168.0.1", "100.64.0.1", "100.100.100.200"),
        *("192.0.0.192", "192.0.2.1", "198.18.0.1", "203.0.113.1", "240.0.0.1"),
        *("224.0.0.1", "239.1.1.1", "255.255.255.255"),
        *("::", "::1", "::127.0.0.1", "fe80::1", "fe80::1%1", "fc00::1", "fec0::1"),
        *("ff02::1", "ff0e::1", "2001:db8::1", "2001::1", "100::1", "5f00::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
        *("2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        "64:ff9b:1::a00:1",
    ],
)
def test_address_that_is_not_public_may_not(address):
    assert not is_public("example.org", address, 443)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1"),
        *("0177.0.0.1", "017700000001", "0", "localhost", "127.0.0.1."),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "１２７.0.0.1"),
        *("169.254.169.254", "2852039166", "0xa9fea9fe", "[64:ff9b::a9fe:a9fe]"),
    ],
)
def test_no_way_of_writing_leads_inside(connections, host):
    answer = Visitor().fetch(f"http://{host}/")
    assert answer.problem in {
        "Its address is not public.",
        "Its address leads to no known host.",
    }
    assert (answer.status, connections) == (None, [])


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "begins neither with http:// nor with https://"),
        ("example.org", "begins neither with http:// nor with https://"),
        ("file:///etc/passwd", "begins neither with http:// nor with https://"),
        ("ftp://example.org/", "begins neither with http:// nor with https://"),
        ("gopher://example.org/", "begins neither with http:// nor with https://"),
        ("javascript:alert(1)", "begins neither with http:// nor with https://"),
        ("https://me@example.org/", "has a user name or a password in it"),
        ("https://:word@example.org/", "has a user name or a password in it"),
        ("https://example.org\\@127.0.0.1/", "has a user name or a password in it"),
        ("https://", "cannot be read"),
        ("https:///path", "cannot be read"),
        ("https://exa mple.org/", "cannot be read"),
        ("https://example.org\x00/", "cannot be read"),
        ("https://example.org:port/", "cannot be read"),
        ("https://example.org:99999/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://[fe80::1%25eth0]/", "cannot be read"),
        (f"https://{'a' * 64}.org/", "cannot be read"),
        ("https://example..org/", "cannot be read"),
        (f"https://example.org/{'a' * 2000}", "has more than 2,000 characters"),
    ],
)
def test_address_that_nobody_can_ask_is_refused(connections, url, problem):
    answer = Visitor().fetch(url)
    assert answer.problem == f"Its address {problem}."
    assert (answer.status, answer.url, connections) == (None, url, [])


def test_port_of_another_service_is_refused(connections):
    assert Visitor().fetch("http://8.8.8.8:22/").problem == "Its address is not public."
    assert connections == []


@pytest.mark.parametrize(
    ("url", "written", "target"),
    [
        ("HTTPS://Example.ORG", "https://example.org", "/"),
        ("https://example.org:443/a", "https://example.org/a", "/a"),
        ("http://example.org:8080/", "http://example.org:8080/", "/"),
        ("https://example.org/a b?c=d e#f g", "https://example.org/a%20b?c=d%20e#f%20g", "/a%20b?c=d%20e"),
        ("https://example.org/%C3%A9?a=%26", "https://example.org/%C3%A9?a=%26", "/%C3%A9?a=%26"),
        ("https://example.org/é", "https://example.org/%C3%A9", "/%C3%A9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/", "/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/", "/"),
        ("https://example.org/\r\nHost: other", "https://example.org/Host:%20other", "/Host:%20other"),
    ],
)  # fmt: skip
def test_address_is_written_as_servers_read_it(url, written, target):
    place = place_of(url)
    assert (place.url, place.target) == (written, target)
    assert place_of(place.url) == place


def test_part_of_a_page_stays_named_over_a_redirect():
    page = place_of("https://example.org/a/b#part")
    assert place_of("c", after=page).url == "https://example.org/a/c#part"
    assert place_of("c#d", after=page).url == "https://example.org/a/c#d"
    with pytest.raises(CannotVisit):
        place_of("mailto:a@example.org", after=page)
