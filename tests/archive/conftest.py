"""Databases with and without records, made once, and copies of them for each test."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.management import call_command

from partnerships.actions.backup import back_up
from tests.archive import fill
from tests.ledger.databases import made, working_on


@pytest.fixture(autouse=True, scope="package")
def unblocked(django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="package")
def migrated(unblocked, tmp_path_factory):
    """A database without records."""
    with made(tmp_path_factory.mktemp("migrated")) as name:
        with working_on(name):
            call_command("migrate", verbosity=0)
        yield name


@pytest.fixture(scope="package")
def filled(migrated, tmp_path_factory):
    """One with records of every kind."""
    with made(tmp_path_factory.mktemp("filled"), migrated) as name:
        with working_on(name):
            fill()
        yield name


@pytest.fixture
def databases(tmp_path):
    """Makes a copy of a database for this test."""
    with ExitStack() as stack:
        yield lambda template: stack.enter_context(made(tmp_path, template))


@pytest.fixture
def source(databases, filled):
    return databases(filled)


@pytest.fixture
def target(databases, migrated):
    return databases(migrated)


@pytest.fixture(scope="package")
def untouched(migrated, tmp_path_factory):
    """One without records for all tests in which nothing may change."""
    with made(tmp_path_factory.mktemp("untouched"), migrated) as name:
        yield name


@pytest.fixture(scope="package")
def backed_up(filled, tmp_path_factory):
    path = tmp_path_factory.mktemp("backup") / "backup.jsonl.gz"
    with working_on(filled):
        back_up(path)
    return path


@pytest.fixture
def backup(backed_up, tmp_path):
    """The file of a backup of the filled database with its signature, for this test."""
    shutil.copy2(f"{backed_up}.sig", tmp_path)
    return Path(shutil.copy2(backed_up, tmp_path))
