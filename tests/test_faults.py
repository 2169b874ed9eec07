"""A database that is gone, locked, full, or read alone: readers and editors are told."""

import errno
import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.db.utils import ConnectionHandler
from django.test import Client

from partnerships.ledger import faults
from partnerships.ledger.faults import ToldOnce, fault_of
from partnerships.models import Partnership
from partnerships.web.open_data import PROBLEM
from sdptracker import environment
from tests import factories
from tests.admin import as_shown, form_url
from tests.clock import as_shipped
from tests.html import Page
from tests.without_writes import without_writes

pytestmark = pytest.mark.django_db

on_a_server = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has no server: PostgreSQL alone"
)
on_a_file = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the database of PostgreSQL is no file"
)


TYPED = "The Council met in the morning of 3 March."


def refuse(*args):
    raise OperationalError("The server closed the connection.")


@pytest.fixture
def gone():
    """A function that takes the database away."""
    return lambda: connection.execute_wrapper(refuse)


@pytest.fixture
def reader():
    """A browser, which is answered whatever goes wrong."""
    return Client(raise_request_exception=False)


@pytest.fixture
def norway(sealed_at_once):
    return factories.partnership(of=factories.partner(name="Norway"))


# Which fault it is


@on_a_server
@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("SET LOCAL statement_timeout = '5ms'; SELECT pg_sleep(5)", faults.SLOW),
        ("SET TRANSACTION READ ONLY; DELETE FROM axes_accesslog", faults.NO_WRITES),
        ("SELECT * FROM no_such_table", None),
        ("SELECT 1/0", None),
    ],
)
def test_fault_of_postgresql_is_told_by_its_code(sql, fault):
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        connection.cursor().execute(sql)
    assert fault_of(raised.value) is fault


@on_a_server
@pytest.mark.django_db(transaction=True)
def test_reader_of_a_table_that_is_locked_is_told_so(reader, norway):
    other = connection.copy()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        other.set_autocommit(False)
        other.cursor().execute("LOCK TABLE partnerships_partnership")
        answer = reader.get("/partnerships/")
    other.close()
    assert answer.status_code == 503
    assert faults.HELD.sentence in Page(answer.text).text


@pytest.fixture
def files(monkeypatch, tmp_path, django_db_blocker):
    """A function that connects to a file of SQLite, as production does."""
    made = []

    def connect(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        config = environment.database(data_dir=tmp_path)
        config["OPTIONS"]["timeout"] = 0
        made.append(ConnectionHandler({"default": config})["default"])
        return made[-1]

    monkeypatch.setenv("DATABASE_URL", "")
    with django_db_blocker.unblock():
        yield connect
        for one in made:
            one.close()


@on_a_file
def test_fault_of_sqlite_is_told_by_its_code(files):
    one, two = files(), files()
    one.cursor().execute("CREATE TABLE t AS SELECT 'text' AS c")
    one.cursor().execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError) as held:
        two.cursor().execute("BEGIN IMMEDIATE")
    one.cursor().execute("ROLLBACK")
    one.cursor().execute("PRAGMA max_page_count = 2")
    with pytest.raises(DatabaseError) as full:
        one.cursor().execute("CREATE TABLE u AS SELECT zeroblob(9000)")
    with pytest.raises(DatabaseError) as read_only:
        files(READ_ONLY="on").cursor().execute("DELETE FROM t")
    with pytest.raises(DatabaseError) as not_migrated:
        two.cursor().execute("SELECT * FROM u")
    raised = held, full, read_only, not_migrated
    expected = [faults.HELD, faults.FULL, faults.NO_WRITES, None]
    assert [fault_of(one.value) for one in raised] == expected


@pytest.mark.once
@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OperationalError("connection refused"), faults.GONE),
        (InterfaceError("the connection is closed"), faults.GONE),
        (OSError(errno.ENOSPC, "No space left on device"), faults.FULL),
        (OSError(errno.ENOENT, "No such file"), None),
        (ProgrammingError("no results to fetch"), None),
        (ValueError("x"), None),
        (None, None),
    ],
)
def test_fault_without_a_code_is_told_by_its_class(error, fault):
    assert fault_of(error) is fault


# Readers


@pytest.mark.parametrize("path", ["/partnerships/", "/partnerships/norway/"])
def test_reader_is_told_in_a_page_that_nothing_is_lost(reader, norway, gone, path):
    with gone():
        answer = reader.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert answer["Cache-Control"] == "no-store"
    said = Page(answer.text).text
    assert "The database does not answer. Nothing is lost" in said
    assert not answer.cookies


@pytest.mark.parametrize(
    "path", ["/api/v1/partnerships/", "/data/partnerships.csv", "/changes.atom"]
)
def test_program_is_told_in_json(reader, norway, gone, path):
    with gone():
        answer = reader.get(path)
    assert answer.status_code == 503
    assert answer["Content-Type"] == PROBLEM
    assert answer["Retry-After"] == "10"
    assert answer.json()["detail"] == "The database does not answer."


@pytest.mark.parametrize("path", ["/about/", "/accessibility/", "/api/v1/docs/"])
def test_page_that_needs_no_database_is_answered_without(reader, gone, path):
    with gone():
        answer = reader.get(path)
    assert answer.status_code == 200
    assert "Not-Current" not in answer


def test_file_that_is_not_there_is_404_without_the_database(reader, gone):
    with gone():
        answer = reader.get("/static/missing.css")
    assert (answer.status_code, answer.content) == (404, b"There is no such file.\n")


@pytest.mark.usefixtures("memory_cache")
def test_kept_page_is_served_and_marked_for_a_day(reader, norway, gone):
    at = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        before = reader.get("/partnerships/")
    with gone():
        for later, status in [(1, 200), (23, 200), (25, 503)]:
            with time_machine.travel(at + timedelta(hours=later), tick=False):
                answer = reader.get("/partnerships/")
            assert answer.status_code == status
            if status == 200:
                assert answer.content == before.content
                assert answer["Not-Current"] == "Sun, 01 Mar 2026 23:59:00 GMT"
    assert "Not-Current" not in before
    assert "Not-Current" not in reader.get("/partnerships/")


# Editors


@pytest.fixture
def form(publisher):
    """What an editor has typed into the form of a record."""
    draft = factories.partnership(published=False, summary="Before.")
    client = Client(raise_request_exception=False)
    client.force_login(publisher)
    address = form_url(draft)
    typed = as_shown(client.get(address)) | {"summary": TYPED}

    def send():
        return client.post(address, typed)

    return send


def still_there(answer, fault):
    """Assert that a page says what failed, that nothing was saved, and holds a text."""
    assert answer.status_code == 503
    said = Page(answer.text).text
    assert "This was not saved" in said
    assert fault.sentence in said and fault.outcome in said
    assert f'name="summary" value="{TYPED}"' in answer.text
    assert "csrfmiddlewaretoken" in answer.text
    assert Partnership.objects.get().summary == "Before."


def test_what_an_editor_typed_is_kept_while_the_database_is_gone(form, gone):
    with gone():
        answer = form()
    still_there(answer, faults.GONE)


@pytest.mark.parametrize("minutes", [-5, 5])
def test_editor_is_told_that_a_clock_is_wrong(form, minutes):
    wrong = datetime.now(UTC) + timedelta(minutes=minutes)
    with as_shipped(), time_machine.travel(wrong):
        answer = form()
    still_there(answer, faults.CLOCK)


def test_editor_is_told_that_the_database_takes_no_changes(form):
    with without_writes():
        answer = form()
    still_there(answer, faults.NO_WRITES)


def test_password_is_on_no_page(reader, gone):
    with gone():
        answer = reader.post("/admin/login/", {"username": "a", "password": "secret-x"})
    assert answer.status_code == 503
    assert "secret-x" not in answer.text
    assert "Passwords are not kept" in Page(answer.text).text


# The log


@pytest.fixture
def told(monkeypatch):
    """Give what a fresh filter lets through to the log, line by line."""
    lines, told_once = [], ToldOnce()

    class Lines(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Lines()
    handler.addFilter(told_once)
    loggers = [logging.getLogger(n) for n in ("django.request", "partnerships")]
    for logger in loggers:
        logger.addHandler(handler)
    yield lines
    for logger in loggers:
        logger.removeHandler(handler)


def test_fault_is_one_line_a_minute_with_the_number_of_others(
    reader, gone, told, monkeypatch
):
    now = [1000.0]
    monkeypatch.setattr(faults, "monotonic", lambda: now[0])
    with gone():
        for path in ["/partnerships/%0A/", *["/partnerships/"] * 5]:
            reader.get(path)
        now[0] += 61
        reader.get("/partnerships/")
    first, second = [line for line in told if "database" in line]
    said = "The database does not answer. It says: The server closed the connection."
    assert first == rf"{said}; at /partnerships/\n/"
    assert second.startswith(f"{said}; at /partnerships/; ")
    assert second.endswith(" times more until now")


def test_other_errors_keep_their_way_through_the_code(reader, told, monkeypatch):
    def broken(*args):
        raise ImproperlyConfigured("x")

    monkeypatch.setattr("partnerships.pages.about.render", broken)
    assert reader.get("/about/").status_code == 500
    assert any("Traceback" in line for line in told)
