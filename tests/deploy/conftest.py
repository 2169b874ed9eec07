import os
import shutil

import pytest
from django.db import connection
from django.test import override_settings

from partnerships.ledger import context
from tests import factories
from tests.deploy.machine import Machine
from tests.ledger.databases import working_on


@pytest.fixture
def needs():
    """Skips a test where a program is missing; on the way in, it fails."""

    def needs(*programs):
        missing = [program for program in programs if not shutil.which(program)]
        if missing:
            refuse = pytest.fail if os.environ.get("CI") else pytest.skip
            refuse(f"{', '.join(missing)} is not installed: see .ci/run")

    return needs


@pytest.fixture(scope="session")
def machine(tmp_path_factory):
    """A machine on which everything is in its place, and no database yet."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    machine.install()
    return machine


@pytest.fixture(scope="session")
def with_record(machine, scratch_database, django_db_blocker):
    """The machine with a published partnership."""
    database = str(machine.data / "db.sqlite3")
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [database])
        with (
            working_on(database),
            override_settings(SIGNING_KEY=machine.etc / "signing_key.pem"),
            context.change(reason="Test", kind="editorial", actor="Test"),
        ):
            factories.partnership(slug="norway")
    # Tests alter triggers, for their clock; this puts them right.
    migrated = machine.unit("sdp-tracker@migrate.service").run()
    assert migrated.returncode == 0, migrated.stderr
    return machine
