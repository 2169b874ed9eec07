"""An address is asked without harm, and whatever it answers is told in a sentence."""

import gzip
import socket
import tracemalloc
import zlib
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships import __version__
from partnerships.actions.watching import Answer, Limits, Visitor
from tests import tries
from tests.watching import (
    CERTIFICATE,
    dripping,
    page,
    raw,
    redirect,
    serving,
    silent,
)

pytestmark = pytest.mark.once

FINE = page(b"<p>Here it is.</p>")


def test_page_is_there(site, visitor):
    site.pages["/"] = FINE
    assert visitor.fetch(site.url()) == Answer(
        status=200,
        problem="",
        url=site.url(),
        content_type="text/html; charset=utf-8",
        body=b"<p>Here it is.</p>",
    )


def test_pdf_is_there(site, visitor):
    site.pages["/a.pdf"] = page(b"%PDF-1.7\n\x00\xff", type="application/pdf")
    answer = visitor.fetch(site.url("/a.pdf"))
    assert (answer.problem, answer.content_type) == ("", "application/pdf")
    assert answer.body == b"%PDF-1.7\n\x00\xff"


def test_who_visits_says_so(site, visitor):
    site.pages["/"] = page(b"fine", set_cookie="seen=1")
    visitor.fetch(site.url())
    visitor.fetch(site.url())
    sent = site.headers[-1]
    assert sent["User-Agent"] == f"sdp-tracker/{__version__}"
    assert sent["Host"] == f"127.0.0.1:{site.port}"
    assert sent["Accept-Encoding"] == "gzip"
    assert sent["Accept"].startswith(
        "text/html, application/xhtml+xml, application/pdf"
    )
    assert not {"Cookie", "Authorization", "Referer"} & set(sent)


@pytest.mark.parametrize(
    "contact", ["mailto:desk@example.org", "https://example.org/contact?to=desk"]
)
def test_who_visits_says_whom_to_write_to(site, visitor, contact):
    site.pages["/"] = FINE
    Visitor(contact=contact, is_allowed=lambda *_: True).fetch(site.url())
    assert site.headers[-1]["User-Agent"].endswith(f" (+{contact})")


def test_limits_are_those_of_the_decision():
    assert Limits() == Limits(
        connect=5, read=10, total=30, redirects=5, body=2_000_000, robots=64_000
    )


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (403, "It does not let us in (403)."),
        (404, "There is nothing at this address (404)."),
        (410, "It has been taken away for good (410)."),
        (418, "It answers with status 418."),
        (429, "It is asked too often (429)."),
        (500, "Its server fails (500)."),
        (503, "Its server fails (503)."),
        (302, "It answers with status 302."),  # and does not say where to
    ],
)
def test_status_that_is_no_success_is_a_sentence(site, visitor, status, problem):
    site.pages["/"] = page(b"a page for people", status=status)
    answer = visitor.fetch(site.url())
    assert (answer.status, answer.problem, answer.body) == (status, problem, b"")


# Redirects


def test_redirect_for_good_says_where_to(site, visitor):
    site.pages |= {"/a": redirect("/b", 301), "/b": redirect("c?d=é", 308)}
    site.pages["/c?d=%C3%A9"] = FINE
    answer = visitor.fetch(site.url("/a#article-2"))
    assert answer.body
    assert answer.url == answer.moved_to == site.url("/c?d=%C3%A9#article-2")


@pytest.mark.parametrize("status", [302, 303, 307])
def test_redirect_for_now_is_no_move(site, visitor, status):
    site.pages |= {"/a": redirect("/b", 301), "/b": redirect("/c", status), "/c": FINE}
    answer = visitor.fetch(site.url("/a"))
    assert (answer.url, answer.moved_to) == (site.url("/c"), "")


def test_redirect_for_good_to_nothing_is_no_move(site, visitor):
    site.pages["/a"] = redirect("/b", 301)
    answer = visitor.fetch(site.url("/a"))
    assert (answer.status, answer.url, answer.moved_to) == (404, site.url("/b"), "")


def test_five_redirects_are_followed_and_no_more(site, visitor):
    site.pages |= {f"/{n}": redirect(f"/{n + 1}") for n in range(10)}
    answer = visitor.fetch(site.url("/0"))
    assert answer.problem == "It redirects more than 5 times."
    assert site.asked == ["/robots.txt", *(f"/{n}" for n in range(6))]
    site.pages["/6"] = FINE
    assert visitor.fetch(site.url("/1")).problem == ""


def test_redirect_in_a_circle_is_told(site, visitor):
    site.pages |= {"/a": redirect("/b"), "/b": redirect("/a")}
    answer = visitor.fetch(site.url("/a"))
    assert (answer.status, answer.problem) == (302, "It redirects in a circle.")
    assert site.asked == ["/robots.txt", "/a", "/b"]


@pytest.mark.parametrize(
    ("to", "problem"),
    [
        ("http://127.0.0.2/", "is not public"),
        ("http://10.0.0.1/", "is not public"),
        ("http://[::1]/", "is not public"),
        ("http://169.254.169.254/latest/", "is not public"),
        ("http://inside.example/", "is not public"),
        ("http://8.8.8.8:22/", "is not public"),
        ("//10.0.0.1/", "is not public"),
        ("http://nowhere.invalid/", "leads to no known host"),
        ("file:///etc/passwd", "begins neither with http:// nor with https://"),
        ("ftp://example.org/", "begins neither with http:// nor with https://"),
        ("http://me:word@8.8.8.8/", "has a user name or a password in it"),
        ("http://[::1", "cannot be read"),
        ("http://a..b/", "cannot be read"),
        (f"/{'a' * 2000}", "has more than 2,000 characters"),
    ],
)
def test_redirect_to_where_nobody_may_go_is_refused(
    site, visitor, names, connections, to, problem
):
    names |= {"inside.example": ["192.168.1.1"], "nowhere.invalid": [""]}
    site.pages["/"] = redirect(to, 301)
    answer = visitor.fetch(site.url())
    assert answer.problem == f"It redirects to an address that {problem}."
    assert (answer.status, answer.url, answer.moved_to) == (301, site.url(), "")
    assert set(connections) == {("127.0.0.1", site.port)}


# What does not answer


def test_nobody_listens(visitor_to):
    with serving() as site:
        url, visitor = site.url(), visitor_to(site)
    answer = visitor.fetch(url)
    assert (answer.status, answer.problem) == (
        None,
        "No connection can be made with it.",
    )


def test_host_is_not_known(visitor, names, connections):
    names["nowhere.invalid"] = [""]
    answer = visitor.fetch("https://nowhere.invalid/")
    assert answer.problem == "Its address leads to no known host."
    assert (answer.status, connections) == (None, [])


def test_name_that_cannot_be_looked_up_now_is_not_called_unknown(visitor, monkeypatch):
    def failing(*args, **kwargs):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure")

    monkeypatch.setattr(socket, "getaddrinfo", failing)
    answer = visitor.fetch("https://example.org/")
    assert answer.problem == "Its address could not be looked up."


def test_slow_look_up_ends_in_time(site, visitor_to, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: site.over.wait(5))
    answer = visitor_to(site, read=0.2).fetch("https://example.org/")
    assert answer.problem == "Its address could not be looked up in time."


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (raw(b""), "It breaks the connection off."),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "Its answer cannot be read."),
        (raw(b"HTTP/1.1 abc\r\n\r\n"), "Its answer cannot be read."),
        (
            raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"),
            "Its answer cannot be read.",
        ),
        (
            raw(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n"),
            "Its answer cannot be read.",
        ),
        (
            raw(
                b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabc"
            ),
            "Its answer cannot be read.",
        ),
        (page(b"abc", content_length="5"), "Its answer breaks off."),
        (
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
            "Its answer breaks off.",
        ),
        (
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nab"),
            "Its answer breaks off.",
        ),
        (page(b"no gzip", content_encoding="gzip"), "It cannot be unpacked."),
        (
            page(gzip.compress(b"abc" * 99)[:-9], content_encoding="gzip"),
            "It cannot be unpacked.",
        ),
        (page(b"abc", content_encoding="br"), "It cannot be unpacked."),
        (page(b"abc", content_encoding="gzip, gzip"), "It cannot be unpacked."),
    ],
)
def test_bad_answer_is_a_sentence(site, visitor, caplog, answer, problem):
    site.pages["/"] = answer
    told = visitor.fetch(site.url())
    assert (told.problem, told.body) == (problem, b"")
    assert caplog.records == []


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n<p>Here"]
)
def test_silence_ends_the_visit(site, visitor_to, head):
    def falling_silent(handler):
        handler.wfile.write(head)
        silent(handler)

    site.pages["/"] = falling_silent
    started = monotonic()
    answer = visitor_to(site, read=0.2).fetch(site.url())
    assert (answer.problem, answer.body) == ("It does not answer in time.", b"")
    assert monotonic() - started < 3


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 ",
        b"HTTP/1.1 200 OK\r\nA: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n",
    ],
)
def test_drip_of_bytes_ends_in_time(site, visitor_to, head):
    site.pages["/"] = dripping(head)
    started = monotonic()
    answer = visitor_to(site, total=0.4).fetch(site.url())
    assert answer.problem == "It does not answer within 0.4 seconds."
    assert answer.body == b""
    assert monotonic() - started < 3


@pytest.mark.parametrize(
    "head",
    [
        b"no colon\r\n",
        b": no name\r\n",
        b"Content-Length: many\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Type: text/\x00html\xff\r\n",
        b"Content-Type: " + b"a" * 5000 + b"\r\n",
        b"Location: \xff\xfe\r\n",
    ],
)
def test_odd_header_is_overlooked(site, visitor, caplog, head):
    site.pages["/"] = raw(b"HTTP/1.1 200 OK\r\n" + head + b"\r\nfine")
    answer = visitor.fetch(site.url())
    assert (answer.problem, answer.body[-4:]) == ("", b"fine")
    assert len(answer.content_type) <= 200
    assert "\x00" not in answer.content_type
    assert caplog.records == []


PARTS = [
    *(b"\r\n", b"\r\n\r\n", b"\n", b" ", b":", b"\x00", b"\xff", b"9" * 5000),
    *(b"Content-Length: ", b"Content-Type: ", b"Location: ", b"Content-Encoding: gzip"),
    *(
        b"Transfer-Encoding: chunked\r\n",
        b"5\r\nabcde\r\n",
        b"0\r\n\r\n",
        b"ffffffffff",
    ),
    *(b"//[", b"http://", b"/robots.txt", b"-1", gzip.compress(b"abc"), b"\x1f\x8b"),
    *(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 301 x\r\n", b"HTTP/1.1 200 OK\r\n"),
]


@settings(max_examples=tries(20))
@given(st.lists(st.sampled_from(PARTS) | st.binary(max_size=9), max_size=12))
def test_whatever_is_answered_nothing_is_raised(parts):
    with serving() as site:
        site.pages["/"] = raw(b"HTTP/1.1 200 OK\r\n" + b"".join(parts))
        site.pages["/301"] = raw(b"HTTP/1.1 301 OK\r\n" + b"".join(parts))
        site.pages["/robots.txt"] = page(b"".join(parts))
        visitor = Visitor(
            is_allowed=lambda host, address, port: port == site.port,
            limits=Limits(connect=0.5, read=0.5),
        )
        for path in ("/", "/301"):
            answer = visitor.fetch(site.url(path))
            assert answer.problem == "" or answer.problem.endswith(".")


# How much


def test_long_page_is_read_up_to_the_limit(site, visitor_to):
    site.pages["/"] = page(b"a" * 2_001)
    answer = visitor_to(site, body=2_000).fetch(site.url())
    assert answer.problem == "It has more than 0.002 MB: only the beginning was read."
    assert (answer.status, answer.body) == (200, b"a" * 2_000)
    assert visitor_to(site, body=2_001).fetch(site.url()).problem == ""


def test_packed_page_is_unpacked(site, visitor_to):
    body = b"abc" * 50_000
    site.pages["/"] = page(gzip.compress(body), content_encoding="gzip")
    assert visitor_to(site).fetch(site.url()).body == body
    assert visitor_to(site, body=150_000).fetch(site.url()).problem == ""
    assert visitor_to(site, body=149_999).fetch(site.url()).body == body[:-1]


def test_bomb_is_never_unpacked(site, visitor_to):
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    million = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = head + million * 1_000
    assert len(bomb) < 1_100_000  # a gigabyte, unpacked
    site.pages["/"] = page(bomb, content_encoding="gzip")
    visitor = visitor_to(site, body=100_000)
    visitor.fetch(site.url("/robots.txt"))
    tracemalloc.start()
    try:
        answer = visitor.fetch(site.url())
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.body == bytes(100_000)
    assert "only the beginning" in answer.problem
    assert most < 1_000_000


# Robots


@pytest.mark.parametrize(
    ("rules", "may"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /private/", True),
        ("User-agent: SDP-tracker\nDisallow: /page", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: sdp-tracker\nAllow: /", True),
        ("User-agent: other\nDisallow: /", True),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", False),
        ("<html>nothing of the kind</html>", True),
        ("", True),
    ],
)
def test_robots_are_obeyed(site, visitor, rules, may):
    site.pages |= {"/robots.txt": page(rules.encode()), "/page": FINE}
    answer = visitor.fetch(site.url("/page"))
    assert answer.problem == ("" if may else "Its robots.txt asks not to be visited.")
    assert ("/page" in site.asked) == may


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_forbid_nothing(site, visitor, status):
    site.pages |= {"/robots.txt": page(status=status), "/": FINE}
    assert visitor.fetch(site.url()).problem == ""


@pytest.mark.parametrize(
    "robots",
    [
        page(status=500),
        page(status=429),
        redirect("http://10.0.0.1/"),
        redirect("/robots.txt"),
        page(b"User-agent: *\nCrawl-delay: \xc2\xb2"),
        page(b"User-agent: *\nDisallow: //[x"),
        page(b"no gzip", content_encoding="gzip"),
    ],
)
def test_robots_that_cannot_be_read_put_the_visit_off(site, visitor, robots):
    site.pages |= {"/robots.txt": robots, "/": FINE}
    answer = visitor.fetch(site.url())
    assert answer.problem == "Its robots.txt cannot be read, so it was not visited."
    assert (answer.status, site.asked) == (None, ["/robots.txt"])


@pytest.mark.parametrize(
    ("robots", "problem"),
    [
        (silent, "It does not answer in time."),
        (raw(b""), "It breaks the connection off."),
    ],
)
def test_host_that_does_not_answer_for_robots_is_not_asked_again(
    site, visitor_to, robots, problem
):
    visitor = visitor_to(site, read=0.2)
    site.pages |= {"/robots.txt": robots, "/": FINE}
    for _ in range(2):
        answer = visitor.fetch(site.url())
        assert (answer.status, answer.problem) == (None, problem)
    assert site.asked == ["/robots.txt"]


def test_robots_are_asked_once_a_round(site, visitor):
    site.pages |= {"/robots.txt": redirect("/r"), "/r": page(b""), "/": FINE}
    for _ in range(3):
        assert visitor.fetch(site.url()).problem == ""
    assert site.asked == ["/robots.txt", "/r", "/", "/", "/"]


def test_robots_that_dripped_the_time_away_are_asked_again(site, visitor_to):
    site.pages |= {"/robots.txt": dripping(b"HTTP/1.1 200 OK\r\n\r\n"), "/": FINE}
    visitor = visitor_to(site, total=0.4)
    late = visitor.fetch(site.url())
    assert late.problem == "It does not answer within 0.4 seconds."
    site.pages["/robots.txt"] = page(b"")
    visitor.limits = Limits()
    assert visitor.fetch(site.url()).problem == ""


def test_long_robots_are_read_up_to_the_limit(site, visitor_to):
    rules = b"User-agent: *\nDisallow: /private\nDisallow: /public"
    site.pages |= {"/robots.txt": page(rules), "/page": FINE, "/private": FINE}
    visitor = visitor_to(site, robots=len(rules) - 5)
    assert visitor.fetch(site.url("/page")).problem == ""  # not "Disallow: /p"
    assert "robots.txt" in visitor.fetch(site.url("/private")).problem


def test_robots_of_each_host_on_the_way_are_asked(site, visitor, names):
    names["second.example"] = ["127.0.0.1"]
    site.pages |= {"/a": redirect(site.url("/b", "second.example")), "/b": FINE}
    answer = visitor.fetch(site.url("/a"))
    assert (answer.status, answer.url) == (200, site.url("/b", "second.example"))
    assert site.asked == ["/robots.txt", "/a", "/robots.txt", "/b"]


def test_host_on_the_way_that_does_not_answer_is_named(site, visitor):
    there = site.url("/b", scheme="https")
    site.pages["/a"] = redirect(there, 301)
    problem = "No safe connection can be made with it."
    assert visitor.fetch(site.url("/a")) == Answer(None, problem, there)


# Whom it connects to


def test_host_is_looked_up_once_and_connected_to_where_it_was_checked(
    site, visitor, names, connections
):
    names["rebinding.example"] = ["127.0.0.1"]
    site.pages["/"] = FINE
    url = site.url(host="rebinding.example")
    answer = visitor.fetch(url)
    names["rebinding.example"] = ["10.0.0.1"]
    assert answer == visitor.fetch(url)
    assert answer.body
    assert names.looked_up == ["rebinding.example"]
    assert set(connections) == {("127.0.0.1", site.port)}
    assert site.headers[-1]["Host"] == f"rebinding.example:{site.port}"


def test_next_address_is_tried_where_the_first_takes_no_connection(
    site, names, connections
):
    names["two.example"] = ["127.0.0.3", "127.0.0.1"]
    site.pages["/"] = FINE
    visitor = Visitor(is_allowed=lambda *_: True)
    assert visitor.fetch(site.url(host="two.example")).problem == ""
    assert connections[:2] == [("127.0.0.3", site.port), ("127.0.0.1", site.port)]


def test_host_of_which_one_address_is_private_is_refused(visitor, names, connections):
    names["both.example"] = ["8.8.8.8", "10.0.0.1"]
    answer = visitor.fetch("https://both.example/")
    assert answer.problem == "Its address is not public."
    assert connections == []


def test_proxy_of_the_environment_is_not_asked(site, visitor, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    site.pages["/"] = FINE
    assert visitor.fetch(site.url()).problem == ""


@pytest.fixture
def safe_site(names):
    names |= {"tracker.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]}
    with serving(tls=True) as site:
        site.pages["/"] = FINE
        yield site


def test_certificate_is_checked_with_the_name_of_the_host(
    safe_site, visitor_to, names, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    visitor = visitor_to(safe_site)
    url = safe_site.url(host="tracker.test", scheme="https")
    assert visitor.fetch(url).body == b"<p>Here it is.</p>"
    answer = visitor.fetch(url.replace("tracker", "other"))
    assert answer.problem == "Its certificate is not to be trusted."
    assert safe_site.asked == ["/robots.txt", "/"]
    assert names.looked_up == ["tracker.test", "other.test"]


def test_certificate_that_nobody_vouches_for_is_not_trusted(safe_site, visitor_to):
    url = safe_site.url(host="tracker.test", scheme="https")
    answer = visitor_to(safe_site).fetch(url)
    assert answer.problem == "Its certificate is not to be trusted."
    assert safe_site.asked == []


def test_site_without_encryption_is_not_asked_with_it(site, visitor):
    answer = visitor.fetch(site.url(scheme="https"))
    assert answer.problem == "No safe connection can be made with it."
