"""Databases that are made for one use and then dropped, on the server of the tests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).parent.parent

#: Variables of the site that runs here, which concern no scratch database.
SITE = ["ALLOWED_HOSTS", "CACHE_URL", "DEBUG", "HTTPS", "PROXY_COUNT", "SECRET_KEY"]


def server() -> str:
    """DATABASE_URL, if it names PostgreSQL; else nothing."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


@contextmanager
def sqlite(directory: Path) -> Iterator[str]:
    """The address of a new SQLite database in that directory."""
    yield f"sqlite:///{directory / 'scratch.sqlite3'}"


@contextmanager
def postgresql(name: str, template: str = "template0") -> Iterator[str]:
    """The address of a new database beside the one that DATABASE_URL names."""
    new, old = sql.Identifier(name), sql.Identifier(template)
    _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(new))
    _on_server(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, old))
    try:
        yield _beside(name)
    finally:
        _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(new))


def environment(url: str, directory: Path, settings="sdptracker.settings") -> dict:
    """The environment of a process that works on such a database."""
    kept = {name: value for name, value in os.environ.items() if name not in SITE}
    return kept | {
        "DATABASE_URL": url,
        "DATA_DIR": str(directory),
        "DJANGO_SETTINGS_MODULE": settings,
    }


def manage(env: dict, *arguments: str, timeout: float = 120) -> str:
    """Run a command of manage.py and return what it prints; raise if it fails."""
    ran = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        timeout=timeout,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}:\n{ran.stdout}")
    return ran.stdout


def shell(env: dict, code: str, timeout: float = 120) -> str:
    """Run Python on such a database and return the last line that it prints."""
    printed = manage(env, "shell", "-v0", "-c", code, timeout=timeout)
    return printed.rstrip().rpartition("\n")[2]


def _beside(name: str) -> str:
    return urlsplit(server())._replace(path=f"/{name}").geturl()


def _on_server(statement: sql.Composed):
    with psycopg.connect(_beside("postgres"), autocommit=True) as session:
        session.execute(statement)
