"""What pages of one edition have in common: it is never another than what the database
would say."""

from collections import Counter

import pytest
from hypothesis import given

from partnerships.ledger import sealing
from partnerships.models import Partnership
from partnerships.selectors import index, tally
from partnerships.selectors.index import index_of
from partnerships.selectors.kinds import kinds
from partnerships.selectors.trail import current_trail
from tests import factories
from tests.test_lifecycle import days_at_random
from tests.test_status import (  # noqa: F401
    fill,
    on_the_database,
    records,
    six,
    undone,
)

pytestmark = pytest.mark.django_db
LIST = "/partnerships/"


def as_counted(kinds):
    counts = Counter()
    for kind in kinds:
        values = {name: frozenset(found) for name, found in kind.values.items()}
        counts[frozenset(values.items())] += kind.count
    return counts


@on_the_database
@given(records, days_at_random, days_at_random)
def test_partnerships_count_as_the_database_says(six, records, day, other):  # noqa: F811
    with undone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "SUMMED", 3)
        fill(six, records)
        Partnership.objects.filter(pk=six[0].pk).update(is_published=False)
        counted = tally.Tally()
        for on in (day, other):
            rows = Partnership.objects.published().kinds(on=on)
            assert as_counted(counted.on(on)) == as_counted(kinds(rows))


@pytest.fixture
def signed(sealed_at_once):
    """Norway and Japan, signed."""
    found = [factories.partnership(slug) for slug in ("norway", "japan")]
    for record in found:
        factories.milestone(record, date="2024-05-28")
    return found


def shown(client, **query):
    context = client.get(LIST, query).context
    rows = [(row.partner.slug, row.status) for row in context["page"]]
    return rows, context["filter"].facets


def test_an_edit_is_counted_and_shown_at_once(client, signed):
    rows, facets = shown(client)
    assert (dict(rows)["norway"], facets.status["signed"]) == ("signed", 2)
    factories.milestone(signed[0], "ended", "2025-06-01")
    rows, facets = shown(client)
    assert (dict(rows)["norway"], facets.status["signed"]) == ("ended", 1)
    rows, facets = shown(client, as_of="2025-05-31")
    assert (dict(rows)["norway"], facets.status["signed"]) == ("signed", 2)


def test_there_is_no_index_while_a_change_waits_for_its_seal(db):
    factories.partnership("norway")
    assert index_of(current_trail()) is None
    sealing.seal()
    assert index_of(current_trail()) is not None


def test_index_of_one_edition_is_made_once(signed):
    first = index_of(current_trail())
    assert index_of(current_trail()) is first
    factories.milestone(signed[0], "ended", "2025-06-01")
    assert index_of(current_trail()) is not first


def test_rows_that_are_kept_are_few_and_right(client, signed, monkeypatch):
    monkeypatch.setattr(index, "ROWS", 2)
    for day in ("2024-05-27", "2024-05-28", "2024-05-27"):
        for query in ({}, {"order": "-name"}):
            rows, _ = shown(client, as_of=day, **query)
            expected = "signed" if day == "2024-05-28" else "not_recorded"
            assert [status for _, status in rows] == [expected, expected]
            assert len(index_of(current_trail())._rows) <= 4


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 2),
        ({"as_of": "2025-01-01"}, 3),
        ({"status": "signed"}, 3),
        ({"area": "area-1"}, 4),
        ({"q": "norway security"}, 5),
    ],
)
def test_list_of_an_edition_is_few_queries(
    client, signed, django_assert_num_queries, query, number
):
    factories.area(1)
    client.get(LIST, {"order": "-name"})
    with django_assert_num_queries(number):
        client.get(LIST, query)
