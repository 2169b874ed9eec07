"""Records that show all that a table can hold."""

import pytest

from partnerships.ledger import sealing
from partnerships.models import Partnership
from tests import factories, showcase


@pytest.fixture(scope="module")
def built(for_module, built_once):
    built_once(showcase.build, "showcase")
    norway = Partnership.objects.get(partner__slug="norway")
    factories.question()
    factories.check(norway, "2026-04-30")
    sealing.seal()


@pytest.fixture
def shown(built, db):
    pass
