"""What all resources have in common: pages, keys, addresses, other origins."""

import gzip
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.api.policy import ByAddress
from partnerships.api.urls import urlpatterns
from partnerships.selectors import matrix, sources
from tests import factories
from tests.api import API, pages, results

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

LISTS = [
    *("partnerships", "partners", "areas", "milestones", "sources", "disagreements"),
    *("changes", "questions", "positions", "namesakes"),
]
KEYS = {"partner-detail": "partner-0", "partnership-detail": "partner-0"}
KEYS |= {"area-detail": "area-1", "source-detail": "eprs-2026-03", "change-detail": 1}


def build(records):
    source, areas = factories.source(), [factories.area(1), factories.area(2)]
    for number in range(2 * records):
        factories.claim(factories.question(f"q-{number}"), "no", by=source)
        factories.claim(factories.namesake(f"Talks {number}"), "yes", by=source)
        factories.claim(factories.position(), "yes", by=source)
    for number in range(records):
        record = factories.partnership(f"partner-{number}")
        milestone = factories.milestone(record)
        factories.claim(milestone, "2024", by=source)
        factories.affiliation(record.partner, "nato_ally")
        for area in areas:
            cell = factories.coverage(record, area)
            factories.claim(cell, "not_included", by=source)
    return milestone


#: What the list of each resource asks, and one of it.
PINNED = {
    **{"partnership": (4, 11), "partner": (4, 3), "area": (5, 4), "milestone": (6, 4)},
    **{"source": (4, 2), "change": (5, 2)},
}
QUERIES = {"index": 1, "disagreement-list": 5, "matrix": 8, "statistics": 4}
QUERIES |= {"question-list": 5, "position-list": 5, "namesake-list": 5}
QUERIES |= {f"{name}-list": count for name, (count, _) in PINNED.items()}
QUERIES |= {f"{name}-detail": count for name, (_, count) in PINNED.items()}


@pytest.mark.parametrize("records", [3, 30])
def test_number_of_queries_does_not_grow(client, records):
    keys = KEYS | {"milestone-detail": build(records).pk}
    counts = {}
    sources._last.clear()
    matrix._cells.last.cache_clear()
    for name in QUERIES:
        address = reverse(f"api:{name}", args=[keys[name]] if name in keys else [])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts[name] = len(queries)
    assert counts == QUERIES


def test_every_resource_has_its_queries_pinned():
    named = {pattern.name for pattern in urlpatterns if pattern.name}
    assert QUERIES.keys() == named - {"schema", "docs"}


@pytest.mark.parametrize("name", LISTS)
def test_pages_hold_every_result_once(client, name):
    build(5)
    whole = results(client, name, page_size=200)
    first = client.get(f"{API}{name}/?page_size=2").json()
    assert (first["count"], first["previous"]) == (len(whole), None)
    assert pages(client, name, page_size=2) == whole != []


@pytest.mark.parametrize("name", LISTS)
def test_fields_are_all_that_is_shown(client, name):
    build(1)
    first = results(client, name)[0]
    chosen = list(first)[:3:2]
    query = ",".join(reversed(chosen))
    shown = results(client, name, fields=query)[0]
    assert shown == {key: first[key] for key in chosen}


def test_unknown_key_is_refused_with_those_that_there_are(client):
    answer = client.get(f"{API}areas/?fields=slug,colour").json()
    assert answer["errors"]["fields"] == [
        "There is no key “colour”; there are slug, url, html_url, number, name, "
        "short_name, included, not_included, already_exists, not_assessed."
    ]


@pytest.mark.parametrize("name", LISTS[:5])
def test_addresses_lead_to_the_thing_and_to_its_page(client, name):
    build(2)
    for row in results(client, name):
        assert client.get(row["url"]).json().items() >= row.items()
        page, _, anchor = row["html_url"].partition("#")
        assert (f'id="{anchor}"' if anchor else "") in client.get(page).text


@pytest.mark.parametrize("name", ["questions", "positions", "namesakes"])
def test_fact_of_no_record_leads_to_its_page(client, name):
    build(2)
    for row in results(client, name):
        page, _, anchor = row["html_url"].partition("#")
        assert f'id="{anchor}"' in client.get(page).text


def test_disagreement_leads_to_the_fact_on_its_page(client):
    record = factories.partnership("norway")
    factories.claim(factories.milestone(record, date="2024-05-28"), "2025")
    factories.claim(factories.question(), "no")
    for row in results(client, "disagreements"):
        page, _, anchor = row["html_url"].partition("#")
        assert f'id="{anchor}"' in client.get(page).text
        assert row["id"] == anchor


@pytest.mark.parametrize("moment", ["soon", "2026-03-31", "-1", "9" * 30, "2026-13-01"])
def test_moment_that_is_none_is_refused(client, moment):
    answer = client.get(f"{API}areas/", {"modified_after": moment})
    assert answer.json()["errors"]["modified_after"] == [
        "Write the number of an edition, or a time as 2026-03-31T12:00:00Z."
    ]


def test_what_changed_after_an_edition_or_a_time_is_found(client):
    factories.partnership("norway")
    japan = factories.partnership("japan")
    last = results(client, "changes")[0]
    japan.summary = "New"
    japan.save()
    for moment in (last["number"], last["at"]):
        answer = client.get(f"{API}partnerships/", {"modified_after": moment})
        assert [row["slug"] for row in answer.json()["results"]] == ["japan"]


def test_log_goes_on_from_a_number_oldest_first(client):
    build(2)
    numbers = [c["number"] for c in results(client, "changes")]
    after = results(client, "changes", after=numbers[3])
    assert [change["number"] for change in after] == numbers[2::-1]


# Other origins, other methods, less to carry


def test_any_origin_may_read(client):
    answer = client.get(f"{API}areas/", headers={"origin": "https://example.org"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    preflight = client.options(
        f"{API}areas/", headers={"origin": "https://example.org"}
    )
    assert (preflight.status_code, preflight["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "If-None-Match" in preflight["Access-Control-Allow-Headers"]
    refused = client.get("/api/nothing/")
    assert refused["Access-Control-Allow-Origin"] == "*"


def test_head_has_what_get_has_but_the_answer(client):
    build(1)
    got, head = client.get(f"{API}areas/"), client.head(f"{API}areas/")
    assert head.content == b""
    assert head["ETag"] == got["ETag"]


def test_answer_travels_compressed_where_that_is_welcome(client):
    build(5)
    plain = client.get(f"{API}partnerships/")
    packed = client.get(f"{API}partnerships/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == plain.json()
    assert packed["ETag"] != plain["ETag"]
    tag = {"accept-encoding": "gzip", "if-none-match": packed["ETag"]}
    assert client.get(f"{API}partnerships/", headers=tag).status_code == 304


@pytest.mark.parametrize("accepted", ["text/html", "application/xml", "nonsense"])
def test_there_is_json_whatever_is_accepted(client, accepted):
    answer = client.get(f"{API}areas/", headers={"accept": accepted})
    assert answer["Content-Type"] == "application/json"


@pytest.fixture
def two_a_minute(monkeypatch):
    monkeypatch.setattr(ByAddress, "get_rate", lambda throttle: "2/minute")


def test_who_asks_too_much_is_told_when_to_go_on(client, two_a_minute, memory_cache):
    build(1)
    first = client.get(f"{API}areas/")
    client.get(f"{API}sources/")
    refused = client.get(f"{API}partners/")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert refused.json()["title"] == "Too Many Requests"
    assert client.get(f"{API}areas/").status_code == 200  # it is kept
    known = client.get(f"{API}areas/", headers={"if-none-match": first["ETag"]})
    assert known.status_code == 304
    other = client.get(f"{API}partners/", REMOTE_ADDR="192.0.2.1")
    assert other.status_code == 200


def test_dead_cache_refuses_nobody(client, dead_cache, two_a_minute, caplog):
    for _ in range(4):
        assert client.get(f"{API}areas/").status_code == 200
    assert "The cache does not answer" in caplog.text
