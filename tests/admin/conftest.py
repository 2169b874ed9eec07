"""The test's client, logged in as one of the people."""

import pytest


@pytest.fixture
def as_viewer(client, viewer):
    client.force_login(viewer)


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)


@pytest.fixture
def as_publisher(client, publisher):
    client.force_login(publisher)
