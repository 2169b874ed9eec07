"""How the files are answered: names, errors, caching, and what they cost."""

import gc
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import BoundedSemaphore
from unittest import mock

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from partnerships.exports import download, package, rows
from partnerships.ledger import sealing
from tests import factories
from tests.exports import ENDINGS, NAMES
from tests.two_clocks import MARCH, on

pytestmark = pytest.mark.django_db

FILES = [
    *(f"/data/{name}.{ending}" for name in NAMES for ending in ENDINGS),
    "/data/sdp-tracker.zip",
    "/data/sdp-tracker.sqlite",
]
ALL = [*FILES, "/data/datapackage.json"]


@pytest.fixture
def norway(sealed_at_once):
    return factories.partnership()


def name_of(answer):
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    return answer["Content-Disposition"].partition('"')[2].rstrip('"')


def test_file_names_say_edition_and_day(client, norway):
    with time_machine.travel(datetime(2026, 3, 31, 12, tzinfo=UTC), tick=False):
        names = [name_of(client.head(path)) for path in FILES]
        past = client.head("/data/milestones.csv?as_of=2025-01-31")
        chosen = client.head("/data/partnerships.csv?status=signed&order=name")
    day = "edition-2-2026-03-31"
    assert "sdp-milestones-" + day + ".csv" in names
    assert "sdp-tracker-" + day + ".zip" in names
    assert names == [
        *(f"sdp-{n}-{day}.{e}" for n in NAMES for e in ENDINGS),
        f"sdp-tracker-{day}.zip",
        f"sdp-tracker-{day}.sqlite",
    ]
    assert name_of(past) == "sdp-milestones-edition-2-2025-01-31.csv"
    assert name_of(chosen) == f"sdp-partnerships-selection-{day}.csv"


@pytest.mark.parametrize("path", ALL)
def test_wrong_parameter_is_refused_with_a_sentence(client, path):
    for query, name in [("known_on=tomorrow", "known_on"), ("colour=red", "colour")]:
        if "changes" in path and name == "known_on":
            query, name = "to=tomorrow", "to"
        for ask in (client.get, client.head):
            assert ask(f"{path}?{query}").status_code == 400
        answer = client.get(f"{path}?{query}")
        assert answer["Content-Type"] == "application/problem+json"
        (sentence,) = answer.json()["errors"][name]
        assert sentence.endswith(("2026-03-31.", "."))
        assert "ETag" not in answer


def test_list_and_file_refuse_the_same(client):
    query = {"status": "married", "signed_after": "2030-01-01", "area": "nowhere"}
    page = client.get("/api/v1/partnerships/", query).json()
    file = client.get("/data/partnerships.csv", query).json()
    assert page.pop("request_id") != file.pop("request_id")
    assert page == file
    assert set(file["errors"]) == {"status", "signed_after", "area"}


@pytest.mark.parametrize(
    "path", ["/data/things.csv", "/data/claims.ods", "/data/x.zip"]
)
def test_file_that_is_not_there_is_404(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ALL)
def test_files_are_read_and_never_written(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ALL)
def test_same_edition_is_not_sent_twice(
    client, norway, path, django_assert_num_queries
):
    first = client.get(path)
    assert first.getvalue() or path.endswith(".jsonl")  # without a row it is empty
    with django_assert_num_queries(1):
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    norway.title = "Another title"
    norway.save()
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again.getvalue() or path.endswith(".jsonl")


@pytest.mark.parametrize("path", ALL)
def test_head_is_that_of_get_and_makes_no_file(
    client, norway, path, django_assert_max_num_queries
):
    got = client.get(path)
    assert got.getvalue() or path.endswith(".jsonl")
    expected = got.headers
    with django_assert_max_num_queries(2), mock.patch.object(rows, "_read") as read:
        answer = client.head(path)
    assert not read.called
    assert answer.getvalue() == b""
    for name in ("ETag", "Content-Type", "Content-Disposition"):
        assert answer.headers.get(name) == expected.get(name)


def test_error_is_an_error_and_not_half_a_file(client, norway):
    client.raise_request_exception = False
    broken = mock.Mock(side_effect=RuntimeError("The database has gone."))
    for name in ("milestones.csv", "milestones.json", "milestones.xlsx"):
        with mock.patch.object(rows, "_read", broken):
            assert client.get(f"/data/{name}").status_code == 500
    assert not connection.execute_wrappers


@pytest.fixture
def short(monkeypatch):
    """Each file counts as long, and there is place for one."""
    monkeypatch.setattr(download, "SHORT", 1)
    monkeypatch.setattr(download, "_on_disk", BoundedSemaphore(1))


@contextmanager
def left_open(client, path):
    """A file that nobody reads, closed in the end as the server does it."""
    answer = client.get(path)
    try:
        yield answer
    finally:  # the client keeps the connection, whose transaction is the test's
        with mock.patch.object(connections["default"], "close_if_unusable_or_obsolete"):
            answer.close()


@pytest.mark.parametrize("ending", ENDINGS)
def test_clock_ends_before_a_file_is_sent(client, short, ending):
    with on(MARCH):
        factories.milestone(factories.partnership())
    before = list(connection.execute_wrappers)
    path = f"/data/milestones.{ending}?known_on={MARCH}"
    with left_open(client, path) as answer:
        assert answer.streaming and connection.execute_wrappers == before


@pytest.mark.django_db(transaction=True)
def test_no_snapshot_waits_for_a_slow_reader(client, short):
    factories.partnership()
    with left_open(client, "/data/partnerships.csv") as answer:
        assert answer.streaming and not connection.in_atomic_block


@pytest.mark.parametrize("ending", ENDINGS)
def test_few_long_files_are_sent_at_a_time(client, norway, short, ending):
    factories.milestone(norway)
    path = f"/data/milestones.{ending}"
    with left_open(client, "/data/milestones.csv"):
        refused = client.get(path)
        assert refused.status_code == 503 and refused["Retry-After"] == "20"
        assert refused["Content-Type"] == "application/problem+json"
        assert refused.json()["detail"].endswith("ask again in 20 seconds.")
        assert client.head(path).status_code == 200
        assert client.get("/data/").status_code == 200
    assert client.get(path).getvalue()


def test_long_file_that_is_lost_gives_its_place_back(short):
    file = download.whole_file(lambda file: file.write(b"long"))
    with pytest.raises(download.OthersFirst):
        download.whole_file(lambda file: file.write(b"long"))
    file._file.close()  # else Python warns of it
    del file
    gc.collect()
    download.whole_file(lambda file: file.write(b"long")).close()


def test_in_a_large_edition_each_file_is_made_alone(client, norway, monkeypatch):
    path = "/data/milestones.csv"
    with download.one_at_a_time():
        assert client.get(path + "?as_of=2025-01-01").status_code == 200
        monkeypatch.setattr(download, "LARGE", 1)
        assert client.get(path).status_code == 503
        assert client.head(path).status_code == 200
    assert client.get(path).getvalue()


@pytest.mark.parametrize(
    "path",
    [
        *("/data/milestones.xlsx", "/data/datapackage.json"),
        *("/data/sdp-tracker.zip", "/data/sdp-tracker.sqlite"),
    ],
)
def test_costly_files_are_made_one_at_a_time(client, norway, path):
    with download.one_at_a_time():
        assert client.get(path).status_code == 503
        assert client.get("/data/milestones.csv").status_code == 200
    assert client.get(path).getvalue()


def test_refused_workbook_leaves_no_file_behind(client, norway, short, tmp_path):
    with (
        left_open(client, "/data/milestones.csv"),
        mock.patch("tempfile.tempdir", str(tmp_path)),
    ):
        assert client.get("/data/milestones.xlsx").status_code == 503
    assert not list(tmp_path.iterdir())


def test_short_file_is_sent_whole_and_kept(client, norway, memory_cache):
    first = client.get("/data/milestones.csv")
    assert not first.streaming
    with mock.patch.object(rows, "_read") as read:
        assert client.get("/data/milestones.csv").content == first.content
        assert not read.called
    chosen = client.get("/data/milestones.csv?as_of=2025-01-31")
    with mock.patch.object(rows, "_read", side_effect=RuntimeError):
        client.raise_request_exception = False
        assert client.get("/data/milestones.csv?as_of=2025-01-31").status_code == 500
    assert chosen.status_code == 200


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        client.get(path).getvalue()
    return len(captured)


def test_each_file_costs_the_same_queries_whatever_it_holds(client, sealed_at_once):
    expected = dict.fromkeys(NAMES, 3)
    expected |= {"partnerships": 5, "milestones": 5, "coverage": 6, "changes": 5}
    # Facts name their sources, which one query finds for all of a kind.
    of_one_query = ("affiliations", "engagements", "subjects", "positions")
    expected |= dict.fromkeys((*of_one_query, "namesakes", "questions"), 4)
    expected |= {"matrix": 5}
    areas = [factories.area(number) for number in (1, 2)]
    for count in (3, 30):
        for number in range(count):
            _record(f"p{count}-{number}", areas)
        found = {name: queries(client, f"/data/{name}.csv") for name in NAMES}
        assert found == expected
        # Of all files, those that read statuses and days ask for them once. Which
        # changes are public, and which claims disagree, is still known from the file
        # of each. When the edition was made is asked beside.
        once = sum(cost - 2 for cost in expected.values()) - 1
        assert queries(client, "/data/sdp-tracker.zip") == once


def _record(slug, areas):
    partnership = factories.partnership(slug)
    signed = factories.milestone(partnership)
    factories.claim(signed, "2024-05-28")
    factories.engagement(partnership)
    factories.affiliation(partnership.partner, "nato_ally")
    for area in areas:
        factories.coverage(partnership, area)
    sealing.seal()


def test_checksums_are_kept_for_an_edition(client, norway, memory_cache):
    first = client.get("/data/datapackage.json")
    with mock.patch.object(package, "describe") as again:
        assert client.get("/data/datapackage.json").content == first.content
    assert not again.called
