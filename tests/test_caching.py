"""Answers by edition: known by their ETag, kept, and never older than the record."""

import gzip
import itertools
import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from unittest import mock

import brotli
import pytest
import time_machine
from django.core.cache import cache
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from partnerships.ledger import sealing, verifying
from partnerships.models import Partner
from partnerships.selectors.trail import current_trail
from partnerships.web import caching, kept
from sdptracker import caches, standings
from sdptracker.caches import PlainSerializer
from tests import factories
from tests.asgi import run
from tests.ledger.databases import on_sqlite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("memory_cache")]
on_a_server = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has no server: PostgreSQL alone"
)

DAY = datetime(2026, 2, 2, 12, tzinfo=UTC)
ADDRESSES = [
    "/",
    "/partnerships/",
    "/partnerships/norway/",
    "/partnerships/norway/changes/",
    "/changes/",
    "/changes/1/",
    "/api/v1/partnerships/",
    "/api/v1/partnerships/norway/",
    "/api/v1/changes/",
    "/api/v1/statistics/",
]


@pytest.fixture(autouse=True)
def norway(sealed_at_once):
    return factories.partnership(of=factories.partner(name="Norway"))


def edit(name):
    Partner.objects.get().save()
    partner = Partner.objects.get()
    partner.name = name
    partner.save()


@pytest.mark.parametrize("address", ADDRESSES)
def test_edition_is_made_once_sent_once_and_costs_one_query(
    client, address, django_assert_num_queries
):
    first = client.get(address)
    assert first.status_code == 200
    with django_assert_num_queries(1):
        again = client.get(address)
    assert again.content == first.content
    differing = {n for n in first.headers if first[n] != again.headers.get(n)}
    assert differing <= {"Content-Security-Policy", "X-Request-ID"}
    with django_assert_num_queries(1):
        known = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known["ETag"] == first["ETag"]
    assert known["Cache-Control"] == first["Cache-Control"] == "public, no-cache"


def test_edit_is_seen_on_the_next_request(client):
    first = client.get("/partnerships/")
    edit("Kingdom of Norway")
    again = client.get("/partnerships/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert "Kingdom of Norway" in again.text
    assert again["ETag"] != first["ETag"]


def test_edit_that_waits_for_its_seal_is_seen_at_once_and_not_kept(client, monkeypatch):
    client.get("/partnerships/")
    monkeypatch.setattr(sealing, "after_commit", lambda using: None)
    edit("Kingdom of Norway")
    waiting = client.get("/partnerships/")
    assert "Kingdom of Norway" in waiting.text
    assert "ETag" not in waiting
    edit("Norway again")
    assert "Norway again" in client.get("/partnerships/").text


def test_each_address_has_its_own_answer(client):
    tags = {
        client.get(address)["ETag"] for address in [*ADDRESSES, "/?as_of=2026-01-01"]
    }
    assert len(tags) == len(ADDRESSES) + 1
    assert client.get("/", headers={"Host": "127.0.0.1"})["ETag"] not in tags


def test_answer_of_yesterday_is_not_that_of_today(client):
    with time_machine.travel(DAY, tick=False):
        first = client.get("/partnerships/")
    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        again = client.get("/partnerships/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert "3 February 2026" in again.text


def test_verification_is_seen_though_the_edition_is_the_same(client):
    first = client.get("/")
    verifying.note_result(0, 0)
    again = client.get("/", headers={"If-None-Match": first["ETag"]})
    assert "Audit trail verified" in again.text


def test_client_that_knows_the_time_alone_is_answered_by_it(client):
    first = client.get("/")
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get("/", headers=since).status_code == 304
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=5), tick=False):
        edit("Kingdom of Norway")
        assert client.get("/", headers=since).status_code == 200


def test_head_is_answered_like_get(client):
    assert client.head("/")["ETag"] == client.get("/")["ETag"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/partnerships/nowhere/", 404),
        ("/?as_of=x", 400),
        ("/healthz", 200),
        ("/readyz", 200),
    ],
)
def test_what_went_wrong_and_what_machines_ask_is_not_kept(client, address, status):
    for _ in range(2):
        answer = client.get(address)
        assert answer.status_code == status
        assert "ETag" not in answer


def test_pages_for_editors_are_not_kept(client, editor):
    client.force_login(editor)
    assert "public" not in client.get("/admin/")["Cache-Control"]


def test_long_address_is_answered_and_not_kept(client):
    address = f"/?q={'x' * 2000}"
    first = client.get(address)
    with mock.patch.object(cache, "set") as kept:
        client.get(address)
    assert first.status_code == 200 and not kept.called


# What is kept, and under which keys


def kept_after(client, *addresses, **headers):
    """How many answers are kept once these were asked for."""
    with mock.patch.object(cache, "set") as kept:
        for address in addresses:
            assert client.get(address, headers=headers).status_code == 200
    return len({call.args[0] for call in kept.mock_calls})


def test_one_page_is_kept_whatever_the_order_and_what_others_add(client):
    one = "/partnerships/?q=nor&status=signed"
    same = "/partnerships/?utm_source=x&status=signed&fbclid=y&q=%6Eor"
    assert kept_after(client, one, same) == 1
    assert client.get(one).content == client.get(same).content


@pytest.mark.parametrize(
    ("host", "count"),
    [
        ("testserver", 1),
        ("testserver:80", 1),
        ("testserver:81", 0),
        ("TESTSERVER", 0),
        ("testserver.", 0),
        ("a.example.org", 0),
        ("example.org", 1),
    ],
)
def test_nothing_is_kept_for_a_host_or_port_that_somebody_made_up(
    client, settings, host, count
):
    settings.ALLOWED_HOSTS = ["testserver", ".example.org"]
    assert kept_after(client, "/about/", host=host) == count


@pytest.fixture
def put():
    """What is in the cache for a page is changed by a stranger."""

    def change(how):
        return mock.patch.object(
            caching.store, "get", lambda key, get=caching.store.get: how(get(key))
        )

    return change


LIES = {
    "a page": lambda kept: b"<h1>LIE</h1>",
    "a page as it once was": lambda kept: (b"<h1>LIE</h1>", {}),
    "one byte": lambda kept: kept[:-1] + bytes([kept[-1] ^ 1]),
    "the beginning": lambda kept: kept[:100],
    "nothing": lambda kept: b"",
    "a number": lambda kept: 5,
}


@pytest.mark.parametrize("lie", LIES)
def test_page_that_somebody_put_into_the_cache_is_made_anew(client, put, caplog, lie):
    first = client.get("/about/")
    with put(LIES[lie]):
        again = client.get("/about/")
    assert again.content == first.content
    assert caplog.messages == ["A kept page is not as this site made it: made anew."]


def test_page_that_is_kept_for_another_address_or_key_is_made_anew(
    client, put, settings
):
    pages = {}
    with mock.patch.object(
        cache, "set", lambda key, page, _: pages.update({key: page})
    ):
        client.get("/glossary/")
    with put(lambda kept: pages.popitem()[1]):
        assert "Glossary" not in client.get("/about/").text.partition("</title>")[0]
    first = client.get("/about/")
    settings.SECRET_KEY = "another"
    with mock.patch.object(caching, "_made", wraps=caching._made) as made:
        assert client.get("/about/").content == first.content
    assert made.called


def test_what_is_kept_runs_no_code_and_comes_back_as_it_was(caplog):
    serializer = PlainSerializer()
    for value in (b"page", b"", b"5", 5, [1.5, 2.5], "text", None):
        assert serializer.loads(serializer.dumps(value)) == value
    assert serializer.loads(b"6") == 6  # as Redis counts
    assert serializer.loads(pickle.dumps(PlainSerializer())) is None
    assert "not as this site writes it" in caplog.text


def test_memory_is_bounded_in_bytes_and_what_is_used_stays(monkeypatch):
    monkeypatch.setattr(caches, "MOST_BYTES", 10_000)
    for number in range(100):
        cache.set(f"page:{number}", b"x" * 1_000)
        assert cache.get("page:0")
    left = [n for n in range(100) if cache.get(f"page:{n}")]
    assert 5 < len(left) < 10 and left[0] == 0 and left[-1] == 99
    cache.set("page:huge", b"x" * 20_000)
    assert cache.get("page:huge") is None


def test_large_answer_is_not_kept(client, monkeypatch):
    monkeypatch.setattr(kept, "MOST_BYTES", 1_000)
    assert kept_after(client, "/about/") == 0


@pytest.mark.parametrize(
    ("taken", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br, gzip;q=0.5", "br"),
        ("gzip;q=1.0, *;q=0", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", None),
        ("BR ; q=0.000 , deflate", None),
        ("", None),
    ],
)
def test_answer_is_coded_for_who_takes_that(client, taken, coding):
    for _ in range(2):
        answer = client.get("/about/", headers={"Accept-Encoding": taken})
        assert answer.get("Content-Encoding") == coding
        assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("first", ["", "gzip", "br"])
def test_page_is_made_once_and_kept_once_for_all_codings(client, first):
    with mock.patch.object(cache, "set", wraps=cache.set) as kept:
        answers = {
            coding: client.get("/about/", headers={"Accept-Encoding": coding})
            for coding in (first, "", "gzip", "br")
        }
    assert kept.call_count == 1
    texts = {
        answers[""].content,
        gzip.decompress(answers["gzip"].content),
        brotli.decompress(answers["br"].content),
    }
    assert len(texts) == 1
    assert len({answer["ETag"] for answer in answers.values()}) == 3


def test_short_text_and_pictures_are_sent_as_they_are(client):
    for path in ("/card.png", "/api/v1/partnerships/?q=nobody"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip, br"})
        assert answer.status_code == 200 and "Content-Encoding" not in answer


def test_dead_cache_is_logged_and_done_without(client, caplog, dead_cache):
    for address in ("/partnerships/norway/", "/api/v1/partnerships/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer["ETag"]
    (said,) = [record.message for record in caplog.records]
    assert said.startswith("The cache does not answer, and is asked again every 30 ")


# The query that every answer asks


def test_trail_says_something_new_only_after_a_change():
    before = current_trail()
    assert current_trail() == before
    edit("Kingdom of Norway")
    assert current_trail().edition > before.edition


def end_session():
    """As a restart of the server does."""
    other = connection.copy()
    with other.cursor() as cursor:
        session = connection.connection.info.backend_pid
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [session])
    other.close()


@on_a_server
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("knows", [True, False])
def test_reader_does_not_notice_that_the_server_was_restarted(client, knows):
    first = client.get("/partnerships/")
    end_session()
    known = {"If-None-Match": first["ETag"]} if knows else {}
    again = client.get("/partnerships/", headers=known)
    assert again.status_code == (304 if knows else 200)
    assert again["ETag"] == first["ETag"]


@on_a_server
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "status"), [("/readyz", 200), ("/nowhere/", 404)])
def test_what_is_not_kept_does_not_notice_it_either(client, path, status):
    assert client.get(path).status_code == status
    end_session()
    connection.health_check_done = False  # as each request begins
    assert client.get(path).status_code == status


@on_a_server
@pytest.mark.django_db(transaction=True)
def test_front_finds_it_over_a_connection_of_its_own(monkeypatch):
    monkeypatch.setattr(standings, "PATIENCE", 20)

    async def ask():
        watched = standings.Standings()
        told = await watched.now(), watched.last()
        watched._thread.submit(lambda: connection.close()).result()
        return told

    assert run(ask()) == (caching.standing(), None)


def test_transaction_is_not_given_up_for_a_new_connection(client):
    def refuse(*args):
        raise OperationalError("The server closed the connection.")

    with connection.execute_wrapper(refuse), pytest.raises(OperationalError):
        client.get("/partnerships/")
    assert client.get("/partnerships/").status_code == 200


@on_sqlite
def test_where_the_trail_stands_costs_no_more_with_a_longer_one():
    """Each request asks it; counted in steps of SQLite's machine."""

    def steps():
        count = itertools.count()
        connection.connection.set_progress_handler(lambda: next(count) and 0, 1)
        current_trail()
        connection.connection.set_progress_handler(None, 1)
        return next(count)

    before = steps()
    for number in range(100):
        edit(f"Norway {number}")
    sealing.seal()
    connection.cursor().execute("ANALYZE")  # by which SQLite chooses an index
    assert steps() < before + 50


def test_who_asks_for_a_page_that_is_being_made_waits_for_it(client, monkeypatch):
    """Four ask at once, just after an edit: it is made for one of them."""
    all_ask, made = threading.Barrier(4), []

    def make(*args, **kwargs):
        made.append(args)
        time.sleep(0.2)
        return HttpResponse("page")

    @caching.by_edition
    def page(request):
        return make(request)

    trail = current_trail()
    monkeypatch.setattr(caching, "_trail", lambda: trail)

    def ask(number):
        all_ask.wait()
        return page(RequestFactory().get("/about/")).content

    with ThreadPoolExecutor(4) as readers:
        assert set(readers.map(ask, range(4))) == {b"page"}
    assert len(made) == 1
