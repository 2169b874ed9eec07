"""The lists of the admin with records of every kind: every filter, column and search
answers, counts are right, and no list asks the database more often for more rows."""

import pytest
from django.apps import apps

from partnerships.models import Coverage, Milestone, Partnership, User
from tests.admin import RECORD, count_queries, url
from tests.admin.lists import add, changelist, shown_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_publisher")]


@pytest.fixture(scope="module")
def added(for_module):
    for number in range(3):
        add(number)


@pytest.fixture
def three(added, db):
    """Three partnerships with all that belongs to them."""


def queries_of_lists(client):
    counts = {}
    for model in [*RECORD, User]:
        with count_queries() as queries:
            assert client.get(url(model, "changelist")).status_code == 200
        counts[model.__name__] = len(queries)
    return counts


def test_no_list_asks_more_often_for_more_rows(client, publisher, three):
    publisher.is_superuser = True
    publisher.save()
    queries_of_lists(client)  # fills Django's cache of content types
    few = queries_of_lists(client)
    for number in range(3, 10):
        add(number)
    assert queries_of_lists(client) == few
    assert max(few.values()) <= 16, few


def choices(changes):
    """(title, label, query, count) of every choice of every filter."""
    for spec in changes.filter_specs:
        for choice in spec.choices(changes):
            label, _, count = str(choice["display"]).rpartition(" (")
            if label:
                yield spec.title, label, choice["query_string"], count.rstrip(")")


@pytest.mark.parametrize("model", RECORD)
def test_every_filter_gives_as_many_rows_as_it_says(rf, publisher, model, three):
    Milestone.objects.first().claims.all().delete()
    Coverage.objects.update(ruling="Table 1 counts")
    wrong = [
        (title, label, count, found)
        for title, label, query, count in choices(changelist(rf, publisher, model))
        if (found := changelist(rf, publisher, model, query).result_count) != int(count)
    ]
    assert not wrong


def test_filters_combine(rf, publisher, three):
    query = "?status=signed&needs=ruling&is_published__exact=1&q=nor"
    assert len(shown_by(rf, publisher, Partnership, query)) == 1


#: By model: what is looked for, and how many rows are found.
SEARCHES = {
    "partner": {"norway": 1, "turkiye": 1, "ivoire": 1},
    "partnership": {"turkiye": 1, "norway": 1, "security": 3},
    "milestone": {"norway": 1},
    "coverage": {"area 2": 1},
    "engagement": {"framework": 3},
    "affiliation": {"norway": 1},
    "claim": {"source-1": 9},
    "source": {"publisher 2": 1},
    "question": {"binding": 3},
    "subject": {"health": 3},
    "position": {"norway": 1},
    "namesake": {"talks 2": 1},
    "user": {"person-2": 1},
}


@pytest.mark.parametrize("name", SEARCHES)
def test_search_finds(rf, publisher, name, three):
    model = apps.get_model("partnerships", name)
    for words, found in SEARCHES[name].items():
        assert len(shown_by(rf, publisher, model, f"?q={words}")) == found, words


@pytest.mark.parametrize("model", [*RECORD, User])
def test_every_column_sorts_both_ways(rf, publisher, model, three):
    columns = len(changelist(rf, publisher, model).list_display)
    everything = {*shown_by(rf, publisher, model, "")}
    for column in range(columns):
        for order in (f"?o={column}", f"?o=-{column}"):
            assert {*shown_by(rf, publisher, model, order)} == everything


def test_autocomplete_finds_by_name(client, three):
    asked = {"app_label": "partnerships", "model_name": "milestone"}
    asked |= {"field_name": "partnership", "term": "turkiye"}
    (result,) = client.get("/admin/autocomplete/", asked).json()["results"]
    assert result["text"] == "EU–Türkiye Security and Defence Partnership"
