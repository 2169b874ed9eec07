"""The log as pages and as API: filters, pages, queries."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import urlencode

from partnerships.ledger import context, sealing
from partnerships.models import LedgerEntry
from tests import factories
from tests.admin import one_of_each
from tests.changes import (
    API,
    LOG,
    OF_NORWAY,
    SIGNED,
    detail,
    differences,
    edit,
    log,
    newest,
)
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

FIRST = datetime(2026, 3, 1, tzinfo=UTC)


@contextmanager
def at(moment):
    with time_machine.travel(moment, tick=False):
        yield


# Filters


@pytest.fixture
def three():
    """A new record, a correction of it a month later, and news after another month."""
    with at(FIRST):
        made = factories.milestone(factories.partnership())
    with at(FIRST + timedelta(31, seconds=-1)):
        edit(made, place="Oslo", reason="Wrong", kind="correction")
    with at(FIRST + timedelta(31)):
        edit(made, note="Seen", reason="News", kind="new_development")
    return made


REASONS = {
    "from=2026-04-01": ["News"],
    "from=2026-03-31": ["News", "Wrong"],
    "to=2026-03-31": ["Wrong", "Test", "Test", "Test"],
    "to=2026-03-30": ["Test", "Test", "Test"],
    "from=2026-03-31&to=2026-03-31": ["Wrong"],
    "kind=correction": ["Wrong"],
    "kind=correction&kind=new_development": ["News", "Wrong"],
    "kind=import": [],
    "partnership=norway&kind=correction": ["Wrong"],
    "partnership=japan": [],
    "partnership=": ["News", "Wrong", "Test", "Test", "Test"],
    "from=&to=&operation=": ["News", "Wrong", "Test", "Test", "Test"],
}


@pytest.mark.parametrize("query", REASONS)
def test_filters_find_what_they_say(client, three, query):
    answer = client.get(f"{API}?{query}").json()
    assert [change["reason"] for change in answer["results"]] == REASONS[query]
    found = client.get(f"{LOG}?{query}").context["groups"]
    assert [group.change.reason for group in found] == REASONS[query]


OF_TWO_MONTHS = "Between 31 March and 2 April 2026"
OF_TWO_YEARS = "Between 31 December 2025 and 1 March 2026"


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("from=2026-03-01&to=2026-03-31", "Between 1 and 31 March 2026: 4 changes"),
        ("from=2026-03-31&to=2026-04-02", f"{OF_TWO_MONTHS}: 2 changes"),
        ("from=2025-12-31&to=2026-03-01", f"{OF_TWO_YEARS}: 3"),
        ("from=2026-03-31&to=2026-03-31", "On 31 March 2026: 1 change"),
        ("from=2026-04-01", "Since 1 April 2026: 1 change"),
        ("to=2026-03-30", "Until 30 March 2026: 3 changes"),
    ],
)
@pytest.mark.parametrize("path", [LOG, OF_NORWAY])
def test_heading_says_which_days_are_shown(client, three, path, query, heading):
    assert heading in page(client, f"{path}?{query}").text


@pytest.mark.parametrize("path", [LOG, OF_NORWAY, API])
def test_span_that_ends_before_it_begins_gets_400_and_a_sentence(client, three, path):
    answer = client.get(path, {"from": "2026-04-01", "to": "2026-03-01"})
    assert answer.status_code == 400
    sentence = "The span ends before it begins: 1 April 2026 is after 1 March 2026."
    assert sentence in answer.content.decode()


def test_page_as_known_on_a_day_leads_to_what_changed_since(client, three):
    record = "/partnerships/norway/"
    for path, leads_to in (("/", LOG), ("/partnerships/", LOG), (record, OF_NORWAY)):
        found = page(client, path, {"known_on": "2026-03-31"})
        assert f"{leads_to}?from=2026-04-01" in found.links
        today = page(client, path, {"known_on": f"{timezone.localdate()}"})
        assert not [link for link in today.links if link.startswith(f"{leads_to}?from")]
    since = page(client, LOG, {"from": "2026-04-01"})
    assert "Since 1 April 2026: 1 change" in since.text


def test_filter_by_operation_finds_what_was_done_together(client, norway):
    with context.change(reason="Both", kind="editorial") as under_way:
        factories.milestone(norway)
        factories.engagement(norway)
    factories.milestone(norway, "proposed", "2023")
    operation = str(under_way.changeset)
    assert [c["reason"] for c in log(client, operation=operation)] == ["Both"] * 2
    assert "2 changes" in page(client, LOG, {"operation": operation}).text
    assert "2 changes" in page(client, OF_NORWAY, {"operation": operation}).text


def test_active_filter_has_a_link_that_drops_it(client, three):
    found = page(client, LOG, {"kind": "correction", "from": "2026-03-02"})
    assert "Kind of change: Correction" in found.text
    assert "?from=2026-03-02" in found.links and "?kind=correction" in found.links


def test_empty_result_says_so(client, three):
    for path in (LOG, OF_NORWAY):
        text = page(client, path, {"kind": "import"}).text
        assert "0 changes" in text
        assert "No change fits. Widen the time, or leave out a kind." in text


def test_log_before_the_first_change_is_empty(client):
    text = page(client, LOG).text
    assert "0 changes" in text and "No checkpoint is taken." in text
    assert "the log begins with the first public change" in text
    assert "Widen the time" not in text
    assert "Widen the time" in page(client, LOG, {"from": "2026-03-02"}).text
    assert client.get(API).json() == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }


# Pages


def fill(record, count):
    for number in range(count):
        factories.milestone(record, "statement", "2024", place=f"Place {number}")


def test_log_is_paged_newest_first_and_keeps_the_query(client, norway):
    fill(norway, 60)
    for path in (LOG, OF_NORWAY):
        found = page(client, path, {"page": "2", "kind": "editorial"})
        assert "62 changes" in found.text and "Page 2" in found.text
        assert f"{LOG}37/" in found.links and f"{LOG}13/" in found.links
        assert not {f"{LOG}38/", f"{LOG}12/"} & {*found.links}
        assert "?page=1&kind=editorial" in found.links
        assert "?page=3&kind=editorial" in found.links


def test_api_is_paged_and_sized_by_the_client(client, norway):
    fill(norway, 60)
    first = client.get(API).json()
    assert [first["count"], len(first["results"])] == [62, 50]
    seen, url = [], f"{API}?page_size=25&kind=editorial"
    while url:
        answer = client.get(url).json()
        seen += [change["number"] for change in answer["results"]]
        url = answer["next"]
    assert seen == list(range(62, 0, -1))
    assert client.get(f"{API}?page=9").status_code == 404


# The API's contract, and the pages'


def test_api_has_the_agreed_keys(client, signed):
    answer = client.get(API).json()
    assert list(answer) == ["count", "next", "previous", "results"]
    change = answer["results"][0]
    assert list(change) == [
        *("number", "at", "by", "reason", "kind", "action", "record", "partnership"),
        *("fields", "digest", "seal"),
    ]
    assert list(change["record"]) == ["model", "key", "label"]
    assert list(change["fields"][0]) == ["name", "label", "old", "new"]


def test_api_says_when_by_whom_and_why(client, signed):
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    with at(timezone.now() + timedelta(seconds=1)):
        edit(signed, place="Oslo", actor="Data desk", reason="Seen", kind="editorial")
    with at(moment):
        factories.question()
    question, change = log(client)[:2]
    assert datetime.fromisoformat(question["at"]) == moment
    told = change["by"], change["reason"], change["kind"], change["action"]
    assert told == ("Data desk", "Seen", "editorial", "changed")
    key = change["record"].pop("key")
    assert change["record"] == {"model": "milestone", "label": SIGNED}
    assert (key, change["partnership"]) == (signed.key, "norway")


def test_numbers_are_whole_and_without_gap(client):
    one_of_each(published=True)
    numbers = [change["number"] for change in log(client)]
    assert numbers == list(range(len(numbers), 0, -1))
    assert len(numbers) == LedgerEntry.objects.count()


def test_change_that_is_not_sealed_yet_has_no_number_and_is_not_shown(
    client, signed, monkeypatch
):
    before = log(client)
    monkeypatch.setattr(sealing, "after_commit", lambda using: None)
    edit(signed, place="Oslo")
    assert log(client) == before
    sealing.seal()
    assert differences(newest(client)) == {"place": (None, "Oslo")}


def test_log_links_its_json_twin(client, signed):
    query = {"kind": "editorial", "from": "2026-01-01"}
    operation = LedgerEntry.objects.get(number=1).operation
    twins = {
        LOG: f"{API}?{urlencode(query)}",
        OF_NORWAY: f"{API}?{urlencode(query | {'partnership': 'norway'})}",
        f"{LOG}1/": f"{API}?operation={operation}",
    }
    for path, twin in twins.items():
        assert twin in page(client, path, {**query, "page": "1", "x": "y"}).links
        assert client.get(twin).json()["count"] > 0


def test_record_and_its_log_link_each_other(client, signed):
    assert OF_NORWAY in page(client, "/partnerships/norway/").links
    assert "/partnerships/norway/" in page(client, OF_NORWAY).links
    assert OF_NORWAY in page(client, detail(newest(client))).links


# Queries: bounded, whatever the number of changes


def rounds(record, first, last):
    """Three changes each, of what refers to others in four steps."""
    for number in range(first, last):
        step = factories.milestone(record, "statement", "2024", place=f"{number}")
        claim = factories.claim(step, "2024")
        edit(claim, says="2024-05")


@pytest.mark.parametrize(("path", "queries"), [(LOG, 10), (OF_NORWAY, 13), (API, 7)])
def test_number_of_queries_does_not_grow(client, norway, path, queries):
    factories.milestone(norway)
    counts = []
    for first, last in [(0, 0), (0, 9), (9, 20)]:
        rounds(norway, first, last)
        with CaptureQueriesContext(connection) as captured:
            client.get(path, {"page_size": 25} if path == API else {})
        counts.append(len(captured))
    assert LedgerEntry.objects.count() == 3 + 1 + 60
    few, *many = counts
    assert few <= queries and many == [queries, queries]


@pytest.mark.parametrize("shown", [3, 60])
def test_number_of_queries_is_the_same_for_3_and_60_changes_at_once(
    client, norway, django_assert_num_queries, shown
):
    rounds(norway, 0, 20)
    with django_assert_num_queries(6):
        assert len(log(client, page_size=shown)) == shown
    with django_assert_num_queries(5):
        assert len(log(client, page_size=shown, partnership="norway")) == shown


def test_number_of_queries_does_not_grow_with_an_operation(
    client, norway, django_assert_num_queries
):
    with context.change(reason="All at once", kind="import"):
        rounds(norway, 0, 1)
    path = f"{LOG}{LedgerEntry.objects.filter(kind='import').first().number}/"
    with context.change(reason="All at once", kind="import") as under_way:
        rounds(norway, 1, 21)
    many = LedgerEntry.objects.filter(operation=under_way.changeset).first().number
    client.get(API)  # the numbers of the edition are known from then on
    for of_operation in (path, f"{LOG}{many}/"):
        with django_assert_num_queries(10):
            assert client.get(of_operation).status_code == 200


def test_number_of_queries_does_not_grow_with_withdrawn_records(client, norway):
    counts = []
    client.get(LOG)  # carried on from then on
    for first, last in [(0, 1), (1, 8)]:
        for number in range(first, last):
            record = factories.partnership(f"partner-{number}")
            edit(record, is_published=False)
        with CaptureQueriesContext(connection) as captured:
            client.get(LOG)
        counts.append(len(captured))
    assert counts[0] == counts[1]
