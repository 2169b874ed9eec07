"""Records that show all that a table can hold."""

import pytest

from partnerships.ledger import sealing
from tests import factories, showcase


@pytest.fixture(scope="module")
def built(for_module):
    showcase.build()
    factories.question()
    sealing.seal()


@pytest.fixture
def shown(built, db):
    pass
