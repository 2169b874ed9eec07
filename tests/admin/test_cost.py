"""What the page of a record asks the database for, however much the record holds."""

import pytest

from partnerships.models import Partnership
from tests import factories
from tests.admin import PUBLIC, as_shown, change_url, count_queries, errors


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


def opening(client, record) -> int:
    client.get(change_url(record))  # fills Django's cache of content types
    with count_queries() as queries:
        assert client.get(change_url(record)).status_code == 200
    return len(queries)


def saving(client, record) -> int:
    """The queries of one changed word."""
    form = as_shown(client.get(change_url(record))) | PUBLIC
    form["summary"] = f"{form.get('summary', '')} Changed."
    with count_queries() as queries:
        answer = client.post(change_url(record), form)
    assert answer.status_code == 302, errors(answer)
    return len(queries)


@pytest.mark.slow("loads the data set")
@pytest.mark.usefixtures("dataset")
def test_norway_is_opened_and_saved_with_few_queries(client, db):
    """A form of 40 rows; three queries tell its status, and one its checks."""
    norway = Partnership.objects.get(partner__slug="norway")
    assert opening(client, norway) == 28
    assert saving(client, norway) == 48


def test_page_asks_no_more_for_30_milestones_than_for_3(client, db):
    record, costs = factories.partnership("ruritania"), set()
    for number in range(30):
        date = f"2024-{number % 12 + 1:02}"
        factories.milestone(record, "statement", date, place=f"Place {number}")
        if number in (2, 29):
            costs.add((opening(client, record), saving(client, record)))
    assert len(costs) == 1
