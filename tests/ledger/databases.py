"""Databases of a test's own, which stand in for the tests' one."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections

from tests import scratch

is_sqlite = connection.vendor == "sqlite"


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


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Everything works on that database, in place of the tests'."""
    usual = connections["default"]
    connections["default"] = type(usual)(usual.settings_dict | {"NAME": name})
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual
