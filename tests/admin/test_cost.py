"""What the page of a record asks the database for, however much the record holds."""

import pytest

from partnerships.models import Partnership, Source
from tests import factories
from tests.admin import PUBLIC, as_shown, change_url, count_queries, errors, part_url


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


def opening(client, record, address) -> int:
    client.get(address)  # fills Django's cache of content types
    with count_queries() as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def saving(client, record) -> int:
    """The queries of one changed word."""
    form = as_shown(client.get(part_url(record, "words"))) | PUBLIC
    form["summary"] = f"{form.get('summary', '')} Changed."
    with count_queries() as queries:
        answer = client.post(part_url(record, "words"), form)
    assert answer.status_code == 302, errors(answer)
    return len(queries)


@pytest.mark.slow("loads the data set")
@pytest.mark.usefixtures("dataset")
def test_norway_is_opened_and_saved_with_few_queries(client, db):
    """Saved, one query lets two clicks come one after the other, one finds that it is
    not entered yet, one whether it asks for a double-check, and two count its open
    disagreements, before and after."""
    norway = Partnership.objects.get(partner__slug="norway")
    assert opening(client, norway, change_url(norway)) == 17
    counts = {
        part: opening(client, norway, part_url(norway, part))
        for part in ("words", "milestones", "areas", "ties")
    }
    assert counts == {"words": 6, "milestones": 8, "areas": 9, "ties": 8}
    assert saving(client, norway) == 34


def test_page_asks_no_more_for_30_milestones_than_for_3(client, db):
    record, costs = factories.partnership("ruritania"), set()
    for number in range(30):
        date = f"2024-{number % 12 + 1:02}"
        factories.milestone(record, "statement", date, place=f"Place {number}")
        if number in (2, 29):
            addresses = change_url(record), part_url(record, "milestones")
            opened = [opening(client, record, one) for one in addresses]
            costs.add((*opened, saving(client, record)))
    assert len(costs) == 1


def test_page_of_a_fact_asks_no_more_for_30_claims_than_for_3(client, db):
    step = factories.milestone(factories.partnership("ruritania"))
    counts, address = set(), change_url(step)
    for number in range(30):
        source = factories.source(f"sample-{number}", title=f"Title {number}")
        factories.claim(step, "2024-05-28", by=source)
        if number in (2, 29):
            counts.add(opening(client, step, address))
    assert len(counts) == 1
    html = client.get(address).text
    for source in Source.objects.filter(claims__milestone=step):
        assert f'<option value="{source.pk}" selected>{source}</option>' in html
