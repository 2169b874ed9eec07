"""docs/api.md: each request that it names is answered as it says."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from partnerships.ledger import sealing

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("sealed"),
]

ROOT = Path(settings.BASE_DIR)
ROWS = re.findall(
    r"^\| `GET (\S+)` \| ([^|]*) \|(?: ([^|]*) \|)?$",
    (ROOT / "docs/api.md").read_text(),
    flags=re.M,
)


@pytest.fixture(scope="module")
def sealed(dataset, django_db_blocker):
    with django_db_blocker.unblock():
        sealing.seal()


def test_document_names_requests():
    assert len(ROWS) > 20


@pytest.mark.parametrize(("address", "answer", "keys"), ROWS)
def test_request_is_answered_as_the_document_says(client, address, answer, keys):
    response = client.get(address)
    status = int(answer) if answer.isdigit() else 200
    assert response.status_code == status
    if keys:
        assert set(re.findall(r"`(\w+)`", keys)) <= response.json().keys()
    elif response.streaming:
        b"".join(response)  # which closes it
