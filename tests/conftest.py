"""Fixtures for all tests: the people, and the data set that ships with the tracker."""

import gc
import os
import uuid
from contextlib import contextmanager
from functools import partial
from importlib import import_module

import hypothesis
import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.test import TransactionTestCase, override_settings
from pytest_django.live_server_helper import LiveServer

from partnerships.choices import ChangeKind
from partnerships.ledger import context, sealing, triggers
from partnerships.log import numbering
from partnerships.models.user import ROLES
from partnerships.web import outages
from sdptracker.caches import RestingRedisCache
from tests import clock, factories, stories, tries  # noqa: F401 the clock is set
from tests.building import build_once

# How long an example takes says nothing on a shared machine.
hypothesis.settings.register_profile("tracker", deadline=None, max_examples=tries(100))
hypothesis.settings.load_profile("tracker")


#: Files that take minutes each, of which one process runs all.
LONG = {
    *("test_migrations.py", "test_landed.py", "test_migrated_models.py"),
    *("test_odd_rows.py", "test_schema.py", "test_verify_ledger.py"),
    *("test_random_tamperings.py", "test_concurrency.py", "test_bench.py"),
}


def pytest_collection_modifyitems(config, items):
    """Browser tests come first, then the files that take longest, so that none of them
    is what the rest waits for. Those marked ``once`` are left to the run on SQLite."""
    items.sort(key=_place)
    if connection.vendor != "sqlite":
        again = [item for item in items if item.get_closest_marker("once")]
        items[:] = [item for item in items if not item.get_closest_marker("once")]
        config.hook.pytest_deselected(items=again)


def _place(item):
    is_browser = item.get_closest_marker("browser") is not None
    return not is_browser, item.path.name not in LONG


def pytest_collection_finish():
    """Django's queries leave much to collect; what is loaded by now stays for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Explained(context.Operation):
    """What a test does outside of a request or a ``change()`` has a reason; each of its
    writes is an operation of its own, as in the shell."""

    changeset = property(lambda self: uuid.uuid4(), lambda self, value: None)


@contextmanager
def explaining():
    token = context._current.set(
        Explained(reason="Test", kind=ChangeKind.EDITORIAL, actor="")
    )
    yield
    context._current.reset(token)


@pytest.fixture(autouse=True)
def explained():
    with explaining():
        yield


@pytest.fixture
def unexplained(explained):
    """Outside of any operation, as in a shell that was just opened."""
    token = context._current.set(None)
    yield
    context._current.reset(token)


@pytest.fixture
def sealed_at_once(monkeypatch):
    """Changes are sealed when they are made; what a test does is never committed."""
    monkeypatch.setattr(sealing, "after_commit", lambda using: sealing.seal())


@pytest.fixture
def memory_cache(settings):
    """A cache that keeps what it is given, and is empty before and after."""
    settings.CACHES = {"default": {"BACKEND": "sdptracker.caches.BoundedMemory"}}
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def dead_cache():
    """A cache that never answers: nobody listens at its address."""
    unreachable = {
        "BACKEND": "sdptracker.caches.RestingRedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
        "OPTIONS": {"socket_connect_timeout": 0.5},
    }
    with override_settings(CACHES={"default": unreachable}):
        yield
    RestingRedisCache.breaker.answered()


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    """Begins each test like a process, which has read no edition yet."""
    monkeypatch.setattr(outages, "_known", [])
    for carried_on in (numbering._public, numbering._kinds):
        carried_on.kept.clear()


@pytest.fixture
def six(db):
    """Six partnerships without milestones, the first of them with Ukraine."""
    partners = [
        factories.partner(f"p{number}", iso_code=code)
        for number, code in enumerate(stories.ISO_CODES)
    ]
    return [factories.partnership(of=partner) for partner in partners]


def make_groups():
    """The groups that migrations made, where every table was emptied since."""
    made = import_module("partnerships.migrations.0002_groups")
    checks = import_module("partnerships.migrations.0007_tell_time_truly")
    later = import_module("partnerships.migrations.0008_lead_to_documents")
    for name in ROLES:
        may_check = [
            f"{action}_{model}"
            for action in checks.ALLOWED[name]
            for model in ("check", *later.NEW)
        ]
        allowed = Permission.objects.filter(
            content_type__app_label="partnerships",
            codename__in=[*getattr(made, name.upper()), *may_check],
        )
        Group.objects.get_or_create(name=name)[0].permissions.set(allowed)


@pytest.fixture(autouse=True, scope="session")
def emptied_with_triggers_off():
    """Tests with transactions of their own end by emptying every table, which the
    triggers refuse to anybody."""
    teardown = TransactionTestCase._fixture_teardown

    def lifted(case):
        triggers.of().uninstall()
        teardown(case)
        triggers.of().install()
        make_groups()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lifted)
        yield


@pytest.fixture
def viewer(db):
    return factories.user("viewer", groups=["viewer"])


@pytest.fixture
def editor(db):
    return factories.user("editor", groups=["editor"])


@pytest.fixture
def publisher(db):
    return factories.user("publisher", groups=["publisher"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """At the end, PostgreSQL drops no database that a thread of a test still holds."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def scratch_database(django_db_setup):
    """Refuses to go on with a database that is not one of the tests' own, which
    pytest-django leaves in place while no test of the run is marked ``django_db``."""
    name = str(connection.settings_dict["NAME"])
    if "memorydb" not in name and not name.rpartition("/")[2].startswith("test_"):
        pytest.fail(f"{name} is not a test database: mark the test django_db.")


@pytest.fixture(scope="module")
def for_module(scratch_database, django_db_blocker):
    """What other fixtures of the module's scope build is there until its last test, and
    each test leaves it as it was: what that test does is rolled back to there."""
    with django_db_blocker.unblock(), explaining(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    """Puts on record what a function does, once in a run (``tests.building``)."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of all processes of the run
    return partial(build_once, folder=folder)


def seed():
    call_command("seed", verbosity=0)


@pytest.fixture(scope="module")
def dataset(scratch_database, django_db_blocker, built_once):
    """The shipped data set, there for a module and taken away after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        built_once(seed, "dataset")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def site(monkeypatch):
    """The address of a server that shows what this test has in its transaction."""
    shared = connections[DEFAULT_DB_ALIAS]
    shared.inc_thread_sharing()
    monkeypatch.setattr(shared, "close", lambda: None)
    server = LiveServer("127.0.0.1", start=False)
    server.thread.connections_override = {DEFAULT_DB_ALIAS: shared}
    server.start()
    yield server.url
    server.stop()
