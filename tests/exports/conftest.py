"""Records that show all that a table can hold."""

import pytest

from partnerships.ledger import sealing
from tests import factories, showcase


@pytest.fixture(scope="module")
def built(for_module):
    norway = showcase.build()
    factories.question()
    factories.check(norway)
    sealing.seal()


@pytest.fixture
def shown(built, db):
    pass
