"""Answers without Django are those of Django: at each address, for each way to ask."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection, connections
from django.urls import reverse

from partnerships import urls
from partnerships.api import urls as api_urls
from partnerships.ledger import sealing
from partnerships.web.caching import standing
from sdptracker import repeating, standings
from sdptracker.front import Front
from sdptracker.standings import Standings
from tests import factories
from tests.addresses import API_ARGS, ARGS
from tests.asgi import run

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("memory_cache"),
]
LIST = "/partnerships/"
PUBLIC = {
    f"{space}{pattern.name}": reverse(
        f"{space}{pattern.name}", args=args.get(pattern.name)
    )
    for space, patterns, args in (
        ("", urls.urlpatterns, ARGS | {"export": ["milestones", "csv"]}),
        ("api:", api_urls.urlpatterns, API_ARGS),
    )
    for pattern in patterns
    if pattern.name
}
#: What Django answers each time: what is no answer by edition, and what is not there.
ANEW = {"favicon", "healthz", "readyz", "report", "report-received", "robots-txt"}
ANEW |= {"timegate", "api-catalog", "security-txt", "signing-key", "verify-ledger"}


@pytest.fixture
def norway(sealed_at_once):
    return factories.partnership(of=factories.partner(name="Norway"))


class Site:
    """The front around Django, all in one thread and over the connection of the test;
    ``asked`` are the paths that Django was asked for."""

    def __init__(self, django=None):
        self.asked, self.counted, self.django = [], [], django or WSGIHandler()
        self.front = Front(self._answer, {}, lambda *given: self.counted.append(given))

    def _answer(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        return self.django(environ, start_response)

    def ask(self, path, method="GET", scheme="http", **headers):
        """Return the status, the headers but for the number, and the body."""
        path, _, query = path.partition("?")
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"host": "testserver"} | names
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": scheme,
            "path": path,
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in given.items() if v],
            "server": ("testserver", 443 if scheme == "https" else 80),
        }
        sent, shared = [], connections["default"]

        async def send(message):
            sent.append(message)

        async def ask():
            connections["default"] = shared
            await self.front(scope, None, send)

        run(ask())
        head, *parts = sent
        headers = {k.decode(): v.decode() for k, v in head["headers"]}
        assert len(headers) == len(head["headers"])
        assert len(headers.pop("x-request-id")) == 16
        return head["status"], headers, b"".join(part["body"] for part in parts)

    def repeats(self, *words, **more):
        """Return an answer that was given without Django when it was asked for again,
        as Django gives it to another front; None if it was Django's again."""
        self.ask(*words, **more)
        before = len(self.asked)
        again = self.ask(*words, **more)
        if len(self.asked) > before:
            return None
        assert again == Site(self.django).ask(*words, **more)
        return again


@pytest.fixture
def site(monkeypatch):
    async def at_once(front, function, *given):
        return function(*given)

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setattr(Front, "_in_thread", at_once)
    monkeypatch.setattr(Standings, "last", lambda standings: standing())
    connection.inc_thread_sharing()
    yield Site()
    connection.dec_thread_sharing()


# Whatever is asked for, and however


def test_every_public_address_is_answered_alike(site, norway):
    signed = factories.milestone(norway, "signed", "2024-06-03")
    factories.claim(signed, "2024-06-03")
    factories.area(1)
    of_signed = reverse("api:milestone-detail", args=[signed.pk])
    public = PUBLIC | {"api:milestone-detail": of_signed}
    anew = {name for name, path in public.items() if not site.repeats(path)}
    assert anew == ANEW


@pytest.mark.parametrize("taken", ["", "gzip", "br, gzip", "gzip;q=0, deflate"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_answer_is_repeated_in_its_coding(site, norway, taken, method):
    _, headers, _ = site.repeats(LIST, method, accept_encoding=taken)
    best = "br" if "br" in taken else "gzip" if taken == "gzip" else None
    assert headers.get("content-encoding") == best


def test_known_answer_is_repeated_as_304_beside_its_page(site, norway):
    gzip = {"accept_encoding": "gzip"}
    _, headers, _ = site.ask(LIST)
    _, packed, _ = site.ask(LIST, **gzip)
    tag, of_packed = headers["etag"], packed["etag"]
    assert tag != of_packed
    for given in (tag, of_packed, f"W/{tag}"):
        status, known, body = site.repeats(LIST, if_none_match=given, **gzip)
        assert (status, body) == (304, b"")
        assert known["etag"] == given.removeprefix("W/")
    assert site.repeats(LIST, if_modified_since=headers["last-modified"])[0] == 304
    for several in (f'"x", {of_packed}', "*"):  # of which anybody may invent many
        assert not site.repeats(LIST, if_none_match=several, **gzip)
        assert site.ask(LIST, if_none_match=several, **gzip)[0] == 304
    # In a coding that the client does not take, it has nothing that it could use.
    assert site.ask(LIST, if_none_match=of_packed)[0] == 200


def test_304_alone_is_not_kept(site, norway):
    tag = Site().ask(LIST)[1]["etag"]
    assert not site.repeats(LIST, if_none_match=tag)


UNUSUAL = {
    "range": {"range": "bytes=0-9"},
    "condition": {"if_match": "*"},
    "time": {"if_unmodified_since": "Mon, 01 Jan 2024 00:00:00 GMT"},
    "session": {"cookie": "a=b; sessionid=x"},
    "token": {"cookie": "csrftoken=x"},
    "stale": {"if_none_match": '"x"'},
    "host": {"host": "elsewhere.example.org"},
    "port": {"host": "testserver:81"},
    "none": {"host": None},
    "proxy": {"x_forwarded_proto": "https, http"},
    "method": {"method": "POST"},
    "other method": {"method": "OPTIONS"},
    "parameter": {"path": f"{LIST}?unknown=1"},
    "order": {"path": f"{LIST}?status=signed&q=nor"},
    "tracking": {"path": f"{LIST}?q=nor&utm_source=x"},
    "twice": {"path": f"{LIST}?q=a&q=b"},
    "wrong": {"path": f"{LIST}?as_of=soon"},
    "not there": {"path": "/partnerships/nowhere/"},
    "long": {"path": f"{LIST}?q={'x' * 2000}"},
}


@pytest.mark.parametrize("what", UNUSUAL)
@pytest.mark.filterwarnings("ignore:Invalid HTTP_HOST")
def test_unusual_request_is_left_to_django(site, norway, what):
    site.ask(LIST)
    assert not site.repeats(**{"path": LIST} | UNUSUAL[what])


def test_header_that_comes_twice_is_left_to_django():
    scope = {"method": "GET", "path": "/", "scheme": "http", "query_string": b""}
    host, taken = (b"host", b"testserver"), (b"accept-encoding", b"gzip")
    assert repeating.asked_of(scope | {"headers": [host, taken]})
    assert not repeating.asked_of(scope | {"headers": [host, taken, taken]})


def test_reader_with_parameters_and_cookies_of_others_is_repeated_to(site, norway):
    assert site.repeats(f"{LIST}?q=nor&status=signed", cookie="consent=yes")


def test_plain_and_encrypted_are_told_apart_behind_a_proxy(site, norway, settings):
    settings.PROXY_COUNT, settings.SECURE_SSL_REDIRECT = 1, True
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    site = Site()
    _, headers, _ = site.repeats(LIST, x_forwarded_proto="https")
    assert headers["strict-transport-security"]
    assert site.ask(LIST, x_forwarded_proto="http")[0] == 301
    assert site.ask(LIST)[0] == 301


def test_number_of_a_trusted_proxy_is_given_back(site, norway, settings):
    settings.PROXY_COUNT = 1
    site.ask(LIST, x_request_id="0123456789abcdef")
    assert repeating.number_of("0123456789abcdef") == "0123456789abcdef"


def test_site_below_a_path_repeats_its_own(site, norway, settings):
    settings.FORCE_SCRIPT_NAME = "/sdp"
    assert b'href="/sdp/' in site.repeats(LIST)[2]


# For how long


def rename(partner):
    partner.name = "Kingdom of Norway"
    partner.save()


def test_edit_is_seen_on_the_next_request(site, norway):
    assert site.repeats(LIST)
    rename(norway.partner)
    assert b"Kingdom of Norway" in site.ask(LIST)[2]
    assert b"Kingdom of Norway" in site.repeats(LIST)[2]


def test_while_a_change_waits_for_its_seal_nothing_is_repeated(
    site, norway, monkeypatch
):
    assert site.repeats(LIST)
    monkeypatch.setattr(sealing, "after_commit", lambda using: None)
    rename(norway.partner)
    assert not site.repeats(LIST)
    assert b"Kingdom of Norway" in site.ask(LIST)[2]


def test_yesterday_is_not_repeated_today(site, norway):
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):
        assert site.repeats(LIST)
    with time_machine.travel(now + timedelta(days=1), tick=False):
        site.ask(LIST)
        assert site.asked[-1] == LIST and site.repeats(LIST)


def test_debug_repeats_nothing(site, norway, settings):
    settings.DEBUG = True
    assert not site.repeats(LIST)


def test_bytes_are_bounded_and_what_is_used_stays(site, norway, monkeypatch):
    size = len(site.ask(LIST)[2]) + repeating.OVERHEAD
    monkeypatch.setattr(repeating, "MOST_BYTES", 3 * size)
    for number in range(10):
        site.ask(f"{LIST}?q={number}")
        site.ask(LIST)
    assert len(site.asked) == 1 + 10
    site.ask(f"{LIST}?q=0")
    assert len(site.asked) == 1 + 10 + 1


def test_repeated_answers_are_counted(site, norway):
    tag = site.ask(LIST)[1]["etag"]
    site.ask(LIST, if_none_match=tag)
    site.ask(LIST)
    site.ask(LIST, if_none_match=tag)
    counted = [
        (view, method, status, how) for view, method, status, _, how in site.counted
    ]
    assert counted == [
        ("partnership-list", "GET", 200, "hit"),
        ("partnership-list", "GET", 304, "unchanged"),
    ]


# Where the trail stands


def asks(*ways, find, monkeypatch):
    """Return what coroutines of one loop are told, and how often the database was."""
    found = []

    def counted():
        found.append(len(found))
        return find()

    async def all_at_once():
        watched = Standings()
        return await asyncio.gather(*[way(watched) for way in ways])

    monkeypatch.setattr(standings, "_found", counted)
    return run(all_at_once()), len(found)


async def at_once(watched):
    return await watched.now()


async def later(watched):
    await asyncio.sleep(0.02)
    return await watched.now()


def test_those_who_come_while_it_is_asked_wait_for_the_next_answer(monkeypatch):
    answers = iter(["first", "second"])

    def find():
        sleep(0.1)
        return next(answers)

    told, count = asks(at_once, *[later] * 9, find=find, monkeypatch=monkeypatch)
    assert told == ["first", *["second"] * 9]
    assert count == 2


def test_nobody_waits_long_for_a_database_that_is_silent(monkeypatch):
    monkeypatch.setattr(standings, "PATIENCE", 0.05)

    async def much_later(watched):
        await asyncio.sleep(0.1)
        began = asyncio.get_running_loop().time()
        told, took = await watched.now(), asyncio.get_running_loop().time() - began
        await asyncio.sleep(0.3)  # until the query ends
        return told, took < 0.02

    told, count = asks(
        at_once, later, much_later, find=lambda: sleep(0.3), monkeypatch=monkeypatch
    )
    assert (told, count) == ([None, None, (None, True)], 1)


def test_database_that_is_away_is_left_to_django():
    def refuse(*args):
        raise OperationalError("The server closed the connection.")

    with connection.execute_wrapper(refuse):
        assert standings._found() is None


def test_sqlite_tells_that_something_was_committed(tmp_path, monkeypatch):
    file = tmp_path / "db.sqlite3"
    writer = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    writer.execute("CREATE TABLE t (x)")
    watching = sqlite3.connect(file, check_same_thread=False)
    monkeypatch.setattr(standings, "_commits", lambda: watching)
    monkeypatch.setattr(standings, "_found", lambda: now)
    now = standing()

    async def ask():
        watched = Standings()
        yield watched.last()
        await watched.now()
        yield watched.last()
        writer.execute("INSERT INTO t VALUES (1)")
        yield watched.last()
        await watched.now()
        with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=False):
            yield watched.last()
        yield watched.last()
        watching.close()
        yield watched.last()

    async def all_of():
        return [last async for last in ask()]

    assert run(all_of()) == [None, now, None, None, now, None]
