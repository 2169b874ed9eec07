"""The API as schemathesis finds it with one seed; ``make proof`` tries more of them,
longer, and on both databases."""

import pytest

from partnerships.ledger import sealing
from tests.fuzzing.__main__ import is_as_described

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,  # make proof asks of both databases
    pytest.mark.slow("asks of all resources at random"),
]


def test_answers_are_as_described(dataset, site):
    sealing.seal()
    assert is_as_described(f"{site}/api/v1/schema/", examples=3, seed=6)
