"""The test's client, logged in as one of the people."""

import pytest

from tests import factories
from tests.admin import CITED


@pytest.fixture
def cited(db):
    """The fields that give reason, kind and source."""
    return {**CITED, "source": factories.source("eeas-2024").pk}


@pytest.fixture
def as_viewer(client, viewer):
    client.force_login(viewer)


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)


@pytest.fixture
def as_publisher(client, publisher):
    client.force_login(publisher)
