"""A record and its signature, whose changes are sealed when they are made."""

import pytest

from tests import factories


@pytest.fixture
def norway(db, sealed_at_once):
    return factories.partnership(stated_areas=17, internal_notes="secret note")


@pytest.fixture
def signed(norway):
    return factories.milestone(norway)
