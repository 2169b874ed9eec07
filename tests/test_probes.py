"""/healthz and /readyz in front of the site: whoever asks, and whatever is the matter."""

import json
from threading import Event

import pytest
from django.db import OperationalError, connection

from partnerships.pages import health
from sdptracker import probes
from sdptracker.caches import RestingRedisCache
from tests.asgi import run
from tests.without_writes import without_writes

READY = True, {"ready": True, "warnings": []}


async def refuse_to_answer(scope, receive, send):
    raise AssertionError("The site is not asked.")


@pytest.fixture
def ask(settings):
    """A function that asks the application as a probe does: by any host."""
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["tracker.example.org"], True
    application = probes.Probes(refuse_to_answer)

    def answer(path, method="GET"):
        said = []

        async def send(message):
            said.append(message)

        scope = {"type": "http", "path": path, "method": method}
        scope["headers"] = [(b"host", b"10.0.0.1")]
        run(application(scope, None, send))
        head, body = said
        headers = {k.decode(): v.decode() for k, v in head["headers"]}
        return head["status"], headers, body["body"]

    return answer


@pytest.mark.once
def test_process_says_that_it_lives(ask):
    status, headers, body = ask("/healthz")
    assert (status, body) == (200, b"ok\n")
    assert headers["cache-control"] == "no-store"
    assert ask("/healthz", "HEAD")[2] == b""


@pytest.mark.once
@pytest.mark.parametrize(
    ("path", "method"), [("/", "GET"), ("/healthz", "POST"), ("/readyz/x", "GET")]
)
def test_all_else_is_for_the_site(ask, path, method):
    with pytest.raises(AssertionError, match="The site is not asked"):
        ask(path, method)


@pytest.mark.once
@pytest.mark.parametrize(("state", "status"), [(READY, 200), (health.SILENT, 503)])
def test_state_is_told_with_its_status(ask, monkeypatch, state, status):
    monkeypatch.setattr(probes, "readiness", lambda: state)
    answer, headers, body = ask("/readyz")
    assert (answer, json.loads(body)) == (status, state[1])
    assert headers["content-type"] == "application/json"


@pytest.mark.once
def test_database_that_is_silent_is_told_in_time_and_asked_once(ask, monkeypatch):
    asked, answered = [], Event()

    def wait():
        asked.append(1)
        answered.wait(10)
        return READY

    monkeypatch.setattr(probes, "readiness", wait)
    monkeypatch.setattr(probes, "PATIENCE", 0.05)
    for _ in range(3):
        status, _, body = ask("/readyz")
        assert status == 503
        assert json.loads(body)["warnings"] == ["The database does not answer."]
    answered.set()
    monkeypatch.setattr(probes, "PATIENCE", 5)
    assert ask("/readyz")[0] == 200
    assert len(asked) <= 2


# What is said of the state


@pytest.fixture
def ready(client):
    def answer(*, status):
        response = client.get("/readyz")
        assert response.status_code == status
        return response.json()

    return answer


@pytest.mark.django_db
def test_migrations_that_are_missing_are_named(ready):
    with connection.cursor() as cursor:
        name = "0012_prove_the_trail"
        cursor.execute("DELETE FROM django_migrations WHERE name = %s", [name])
    state = ready(status=503)
    (warning,) = state["warnings"]
    assert not state["ready"]
    assert "not applied: partnerships.0012_prove_the_trail. Run migrate." in warning


@pytest.mark.django_db
@pytest.mark.parametrize("read_only", [True, False])
def test_database_that_takes_no_changes_is_ready_where_none_are_to_be(
    ready, settings, read_only
):
    settings.READ_ONLY = read_only
    with without_writes():
        state = ready(status=200 if read_only else 503)
    assert state["ready"] is state["read_only"] is read_only
    told = [w for w in state["warnings"] if "takes no changes" in w]
    assert bool(told) is not read_only


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a file is full, no server")
def test_full_disk_is_not_ready(ready, monkeypatch, tmp_path):
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "db"))
    monkeypatch.setattr(health, "DISK_IS_FULL", 2**80)
    assert "The disk of the database is full." in ready(status=503)["warnings"]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no clock")
def test_clock_that_differs_is_told(ready, monkeypatch):
    monkeypatch.setattr(health, "CLOCKS_DIFFER", -health.CLOCKS_DIFFER)
    assert any("that of the database" in w for w in ready(status=200)["warnings"])


@pytest.mark.django_db
def test_cache_that_is_left_alone_is_told(ready, dead_cache):
    RestingRedisCache.breaker.failed(OperationalError("gone"))
    told = "The cache does not answer: each answer is made anew."
    assert told in ready(status=200)["warnings"]
