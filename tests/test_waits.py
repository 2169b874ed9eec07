"""Nobody waits for ever: not for PostgreSQL, nor for Redis."""

import socket
import subprocess
import sys
from contextlib import contextmanager
from time import monotonic

import psycopg
import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler
from redis import ConnectionError as NoRedis

from sdptracker import breaker, postgresql
from sdptracker.breaker import Breaker
from sdptracker.caches import RestingRedisCache
from sdptracker.postgresql import base
from sdptracker.postgresql.base import DatabaseWrapper
from tests import scratch

on_a_server = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has no server: PostgreSQL alone"
)


@pytest.fixture
def clock(monkeypatch):
    """The seconds that have passed, to be moved on."""
    now = [1000.0]
    monkeypatch.setattr(breaker, "monotonic", lambda: now[0])
    return now


@pytest.mark.once
def test_worker_has_loaded_its_views_before_the_first_reader_and_no_more(tmp_path):
    url = f"sqlite:///{tmp_path / 'none.sqlite3'}"
    named = {"partnerships.pages.about", "openpyxl", "numpy"}
    code = f"import sdptracker.asgi, sys; print(*({named} & sys.modules.keys()))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=scratch.ROOT,
        env=scratch.environment(url, str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["partnerships.pages.about"]


# The fuse


@pytest.mark.once
def test_what_failed_is_asked_once_in_a_while_by_one(clock):
    fuse = Breaker(seconds=30)
    assert fuse.lets_through() and not fuse.is_open
    assert fuse.failed(ValueError("first")) is True
    assert fuse.failed(ValueError("second")) is False
    assert fuse.is_open and fuse.reason == "second"
    clock[0] += 29
    assert not fuse.lets_through()
    clock[0] += 1
    assert [fuse.lets_through() for _ in range(3)] == [True, False, False]
    assert fuse.answered() == 30
    assert fuse.answered() is None
    assert fuse.lets_through() and not fuse.is_open


# Redis


@pytest.fixture
def redis(dead_cache, monkeypatch):
    """A Redis that does not answer, and the number of times that it was asked."""
    asked = []

    def refuse(pool, *args, **options):
        asked.append(args)
        raise NoRedis("Timeout reading from socket")

    monkeypatch.setattr("redis.ConnectionPool.get_connection", refuse)
    return asked


@pytest.mark.once
def test_cache_that_fails_holds_nothing_and_is_left_alone(redis, clock, caplog):
    cache = caches["default"]
    assert cache.get("a", "mine") == "mine"
    assert cache.add("a", 1) is True
    assert cache.set("a", 1) is None
    assert cache.incr("a", 2) == 2
    assert cache.get_many(["a"]) == {}
    assert cache.set_many({"a": 1}) == ["a"]
    assert (cache.touch("a"), cache.delete("a"), cache.has_key("a")) == (False,) * 3
    assert (cache.delete_many(["a"]), cache.clear()) == (None, False)
    assert len(redis) == 1
    clock[0] += 30
    assert cache.get("a") is None and cache.get("a") is None
    assert len(redis) == 2
    (line,) = caplog.messages
    assert line.endswith(
        "until then each answer is made anew: Timeout reading from socket"
    )


@pytest.mark.once
def test_cache_that_is_back_is_told_once(redis, clock, caplog, monkeypatch):
    cache = caches["default"]
    cache.get("a")
    clock[0] += 31
    monkeypatch.setattr(
        "django.core.cache.backends.redis.RedisCacheClient.get", lambda *args: "kept"
    )
    assert cache.get("a") == cache.get("a") == "kept"
    assert caplog.messages[1:] == ["The cache answers again, after 31 seconds."]
    assert not RestingRedisCache.breaker.is_open


@pytest.mark.django_db
def test_api_answers_without_its_cache_and_refuses_nobody(client, redis, settings):
    for _ in range(2):
        assert client.get("/api/v1/areas/").status_code == 200
    assert len(redis) == 1


# PostgreSQL


@pytest.fixture
def mended():
    """Leaves the fuse of the database as it was: whole."""
    yield
    DatabaseWrapper.breaker.answered()


@contextmanager
def silent_server():
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.once
@pytest.mark.slow("waits for two seconds")
def test_server_that_takes_connections_and_is_silent_is_given_up(
    mended, django_db_blocker
):
    with silent_server() as port, django_db_blocker.unblock():
        url = f"postgresql://jo@127.0.0.1:{port}/tracker"
        config = postgresql.config(url, serving=True, read_only=False)
        gone = ConnectionHandler({"default": config})["default"]
        with pytest.raises(OperationalError, match="timeout"):
            gone.ensure_connection()
        began = monotonic()
        with pytest.raises(OperationalError, match="timeout"):  # by the fuse
            gone.ensure_connection()
        assert monotonic() - began < DatabaseWrapper.breaker.seconds


@on_a_server
@pytest.mark.django_db
def test_answer_that_does_not_come_ends_the_connection(mended, monkeypatch):
    """As of a server that is frozen, which keeps no time of its own."""
    other = connection.copy()
    other.ensure_connection()
    monkeypatch.setattr(other, "patience", 0.1)
    with pytest.raises(OperationalError, match=r"no answer within 0\.1 seconds"):
        other.cursor().execute("SELECT pg_sleep(20)")
    assert other.connection.closed
    assert DatabaseWrapper.breaker.is_open


@on_a_server
@pytest.mark.django_db
def test_query_under_way_is_given_up_with_a_server_that_is_silent(mended, monkeypatch):
    other = connection.copy()
    other.ensure_connection()
    monkeypatch.setattr(other, "patience", 10)
    monkeypatch.setattr(base, "QUICK", 0.2)
    other.cursor().execute("SELECT pg_sleep(0.5)")  # slow, and the server answers
    DatabaseWrapper.breaker.failed(OperationalError("no answer to another"))
    with pytest.raises(OperationalError, match="no answer to another"):
        other.cursor().execute("SELECT pg_sleep(20)")
    assert other.connection.closed


@on_a_server
@pytest.mark.django_db
def test_error_of_the_server_leaves_the_connection(mended):
    other = connection.copy()
    with pytest.raises(OperationalError), other.cursor() as cursor:
        cursor.execute("SET statement_timeout = '10ms'; SELECT pg_sleep(20)")
    assert other.is_usable()
    assert not DatabaseWrapper.breaker.is_open
    other.close()


@on_a_server
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("serving", "statement", "lock"), [(True, "20s", "1s"), (False, "0", "10s")]
)
def test_site_and_commands_have_their_bounds(serving, statement, lock):
    params = connection.get_connection_params()
    ours = postgresql.config("postgresql:///x", serving=serving, read_only=True)
    options = {"options": ours["OPTIONS"]["options"]}
    with psycopg.connect(**params | options) as own:
        for name, value in [
            ("statement_timeout", statement),
            ("lock_timeout", lock),
            ("jit", "off"),
            ("default_transaction_read_only", "on"),
        ]:
            assert own.execute(f"SHOW {name}").fetchone()[0] == value
