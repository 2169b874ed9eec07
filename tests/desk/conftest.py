"""Fixtures for the desk: its people, one after the other."""

import pytest


@pytest.fixture
def as_(client):
    def log_in(user):
        client.force_login(user)
        return client

    return log_in
