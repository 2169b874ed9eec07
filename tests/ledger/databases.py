"""What the tests of the ledger ask of a database: marks for one kind of it alone, SQL by
hand, and databases of a test's own, which stand in for the tests' one."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections

from tests import scratch

is_sqlite = connection.vendor == "sqlite"
on_sqlite = pytest.mark.skipif(not is_sqlite, reason="SQLite alone has this")
on_postgresql = pytest.mark.skipif(is_sqlite, reason="PostgreSQL alone has this")
#: What the test does is committed.
in_earnest = pytest.mark.django_db(transaction=True)


def sql(statement: str, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)


@contextmanager
def made(directory: Path, template: str | None = None) -> Iterator[str]:
    """The name of a new database, empty or the copy of another."""
    name = f"test_{uuid.uuid4().hex}"
    if is_sqlite:
        path = str(directory / name)
        if template:
            shutil.copy(template, path)
        yield path
    else:
        with scratch.postgresql(name, template or "template0"):
            yield name


def address_of(name: str) -> str:
    """What a process of its own has as its DATABASE_URL to work on that database."""
    if is_sqlite:
        return f"sqlite:///{name}"
    return f"{scratch.server().rpartition('/')[0]}/{name}"


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Everything works on that database, in place of the tests'."""
    usual = connections["default"]
    connections["default"] = type(usual)(usual.settings_dict | {"NAME": name})
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual
        ContentType.objects.clear_cache()
