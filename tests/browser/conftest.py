"""The browser: Debian's chromium, driven by pytest-playwright, on the showcase.

Pages are served from this process over the test's own database connection: the
records need not be committed, and an append-only trail could not take them back.
"""

import os
import shutil
from contextlib import contextmanager

import pytest
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from pytest_django.live_server_helper import LiveServer

from partnerships.ledger import sealing
from partnerships.ledger.context import change
from tests import showcase

# Playwright keeps an event loop in this thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not os.path.exists(CHROMIUM):
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("No chromium is installed: apt-get install chromium")
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": args}


@pytest.fixture(scope="module")
def serve(browser_type_launch_args, scratch_database, django_db_blocker):
    """A context with the address of a server, of what a function puts on record."""

    @contextmanager
    def served(build):
        with django_db_blocker.unblock():
            # Left shared for good: the browser may let go of a line after the server
            # stops.
            connection = connections[DEFAULT_DB_ALIAS]
            connection.inc_thread_sharing()
            with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
                # The server's threads close what they are given after each request.
                patch.setattr(connection, "close", lambda: None)
                build()
                sealing.seal()
                server = LiveServer("127.0.0.1", start=False)
                server.thread.connections_override = {DEFAULT_DB_ALIAS: connection}
                server.start()
                yield server.url
                server.stop()
                transaction.set_rollback(True)

    return served


@pytest.fixture(scope="module")
def site(serve, built_once):
    """The address of a server with the showcase, for one module."""

    def build():
        with change(reason="Test", kind="editorial", actor="Desk"):
            showcase.build()

    with serve(lambda: built_once(build, "site")) as address:
        yield address


@pytest.fixture(scope="module")
def browser_context_args(browser_context_args, site):
    return browser_context_args | {"base_url": site}
