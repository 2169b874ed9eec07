"""Records that several modules tamper with, and databases that they migrate."""

from contextlib import ExitStack

import pytest
from django.core.management import call_command
from django.db import connection

from partnerships.ledger import context, sealing
from partnerships.ledger.models import LedgerEntry
from partnerships.models import Milestone
from tests import factories
from tests.factories import edit
from tests.ledger.databases import made, working_on
from tests.ledger.tampering.drawing import Trackers
from tests.ledger.tampering.hands import acting_as, site_role, the_one


@pytest.fixture
def area(db):
    """Area 1, of changes 1, 3 and 4; change 2 is another area's. All are sealed."""
    one = factories.area(1)
    factories.area(2)
    edit(one, name="Maritime")
    edit(one, name="Maritime security")
    assert sealing.seal() == 4
    connection.check_constraints()
    return one


@pytest.fixture
def signed(db):
    """A milestone of Norway's, in Oslo, with its first row of history."""
    return factories.milestone(factories.partnership(published=False), place="Oslo")


@pytest.fixture
def sealed(area):
    """The four changes, with their seals."""
    return LedgerEntry.objects.order_by("number")


@pytest.fixture(scope="session")
def migrated(django_db_blocker, tmp_path_factory):
    """A database that was migrated from nothing, without records."""
    with made(tmp_path_factory.mktemp("empty")) as name:
        with django_db_blocker.unblock(), working_on(name):
            call_command("migrate", verbosity=0)
        yield name


@pytest.fixture(scope="session")
def signed_once(migrated, django_db_blocker, tmp_path_factory):
    """One with Norway's signature and two areas, sealed."""
    operation = context.change(reason="Why", kind="correction", actor="Data desk")
    with made(tmp_path_factory.mktemp("signed"), migrated) as name:
        with django_db_blocker.unblock(), working_on(name), operation:
            factories.milestone(factories.partnership(), place="Oslo")
            factories.area(1)
            factories.area(2)
        yield name


@pytest.fixture
def signed_copy(signed_once, tmp_path, django_db_blocker):
    """The milestone, in a database of this test's."""
    with (
        django_db_blocker.unblock(),
        made(tmp_path, signed_once) as name,
        working_on(name),
    ):
        yield Milestone.objects.get()


@pytest.fixture(scope="session")
def all_trackers(migrated, tmp_path_factory):
    with ExitStack() as stack:
        yield Trackers(stack, tmp_path_factory.mktemp("trackers"), migrated)


@pytest.fixture
def trackers(all_trackers, django_db_blocker):
    """Trackers that have been worked on, to be tampered with in copies."""
    with django_db_blocker.unblock():
        yield all_trackers


@pytest.fixture
def tracker(trackers, unexplained):
    """Everything works on such a copy; nobody says why anything is done."""
    with trackers.copy(0):
        yield


@pytest.fixture
def site(tracker):
    """Opens a transaction of the role that runs the site."""
    with site_role() as role:
        yield lambda: acting_as(role)


@pytest.fixture
def signature(tracker):
    """The key of the signature of a published partnership."""
    published = "SELECT id FROM partnerships_partnership WHERE is_published"
    where = f"kind = 'signed' AND partnership_id IN ({published})"
    return the_one("partnerships_milestone", where)
