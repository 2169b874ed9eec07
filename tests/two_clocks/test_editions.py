"""``edition``: what this tracker said after each single change."""

import io
import zipfile
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings

from partnerships.ledger import sealing
from partnerships.ledger.context import change
from partnerships.ledger.known_on import known_on
from partnerships.ledger.past import Past
from partnerships.ledger.registry import tracked
from partnerships.models import LedgerEntry, Milestone, Partner
from tests import factories
from tests.factories import edit
from tests.html import page
from tests.strategies import on_the_database, tries, undone
from tests.two_clocks import API, APRIL, DETAIL, MARCH, STATISTICS, on
from tests.two_clocks.edits import begin, edits, make

pytestmark = pytest.mark.django_db


#: Addresses of every kind that tell a past.
DATED = [
    *("/", "/partnerships/", DETAIL, f"{DETAIL}brief/", "/safe/", "/ties/"),
    *("/ties/missions/", "/matrix/", "/timeline/", "/new/", "/new/2026-03/"),
    *("/search/", "/compare/", "/disagreements/", "/questions/", "/positions/"),
    *("/not-sdps/", "/sources/", "/picture.svg", "/card.png", "/embed/state/"),
    *("/milestones.atom", "/milestones.feed.json", "/milestones.ics"),
    *("/data/milestones.csv", "/data/partnerships.json", "/data/sdp-tracker.zip"),
    *("/data/datapackage.json", "/data/cite.bib", f"{DETAIL}cite.ris"),
    *(API, f"{API}norway/", STATISTICS, "/api/v1/matrix/", "/api/v1/sources/"),
]


def last():
    return sealing.head().number


def live():
    """Every row that is on record, by model and id."""
    return {
        (name, row["id"]): row
        for name, table in tracked().items()
        if table.live
        for row in table.live.objects.order_by().values(*table.columns)
    }


def replayed(number):
    """Every row that is on record after a change, by the ledger and the history."""
    rows = {}
    for entry in LedgerEntry.objects.filter(number__lte=number).order_by("number"):
        table = tracked()[entry.record]
        if table.live:
            version = table.history.objects.filter(history_id=entry.history_id)
            rows[entry.record, entry.object_id] = (
                None if entry.action == "-" else version.values(*table.columns).get()
            )
    return {key: row for key, row in rows.items() if row}


@pytest.mark.slow
@settings(on_the_database, max_examples=tries(10))
@given(edits(), edits())
def test_edition_is_what_replaying_its_changes_gives(first, second):
    with undone():
        with on(MARCH):
            begin()
        for edited in (first, second):
            for moment, *made in edited:
                with on(MARCH, moment):  # the second ones are made before the first
                    make(*made)
        for number in range(1, last() + 1):
            with known_on(Past.after(number)):
                assert live() == replayed(number)


@pytest.fixture
def corrected():
    """Norway, whose signature was dated, then dated otherwise twice in one day: the
    editions after each."""
    editions = []
    with on(MARCH):
        signed = factories.milestone(factories.partnership(), date="2024-05-26")
    editions.append(last())
    for hour, day in [(9, 27), (10, 28)]:
        with on(APRIL, time(hour)):
            edit(signed, date=f"2024-05-{day}")
        editions.append(last())
    return editions


def test_each_edit_of_a_day_has_its_edition(client, corrected):
    for day, edition in enumerate(corrected, 26):
        (row,) = client.get(API, {"edition": edition}).json()["results"]
        assert row["signed_on"] == f"2024-05-{day}"
        found = page(client, DETAIL, {"edition": edition})
        assert f"{day} May 2024" in found.text.partition("Changes to this record")[0]


def test_edition_says_which_it_is_and_of_which_day(client, corrected):
    _, second, newest = corrected
    said = client.get(STATISTICS, {"edition": second}).json()
    assert (said["edition"], said["known_on"]) == (second, str(APRIL))
    text = client.get(DETAIL, {"edition": second}).text
    assert f"<strong>Edition {second}</strong>, of 30 April 2026" in text
    assert f"as told in edition {second}, of 30 April 2026 · edition {second}" in text
    assert f'/partnerships/norway/changes/?after={second}"' in text
    assert f'href="/?edition={second}"' in text  # links keep it
    file = client.get("/data/milestones.csv", {"edition": second})
    assert f"-edition-{second}-" in file["Content-Disposition"]
    assert b"2024-05-27" in file.getvalue() and b"2024-05-28" not in file.getvalue()
    assert f"edition={newest}" in client.get(DETAIL, {"edition": newest}).text


@pytest.mark.usefixtures("memory_cache")
def test_edition_outlasts_every_edit(client, corrected):
    paths = ["/", DETAIL, f"{API}norway/", "/data/milestones.csv", "/picture.svg"]
    query = {"edition": corrected[1]}
    before = [client.get(path, query) for path in paths]
    edit(Milestone.objects.get(), note="Edited since")
    factories.partnership("japan")
    sealing.seal()
    for path, first in zip(paths, before, strict=True):
        again = client.get(path, query)
        assert (first.status_code, again["ETag"]) == (200, first["ETag"])
        assert again.getvalue() == first.getvalue()


@pytest.mark.usefixtures("memory_cache")
def test_newest_edition_stays_what_it_was_once_there_is_another(client, corrected):
    query = {"edition": corrected[-1], "as_of": "2026-04-30"}
    before = client.get(f"{API}norway/", query).json()
    edit(Milestone.objects.get(), date="2024-05-01")
    sealing.seal()
    assert client.get(f"{API}norway/", query).json() == before


def test_change_sealed_before_one_that_was_made_earlier_is_of_its_edition(client):
    with on(MARCH):
        factories.partnership()
    with time_machine.travel(datetime.combine(APRIL, time(12)), tick=False):
        factories.partner("later")
    with time_machine.travel(datetime.combine(APRIL, time(11)), tick=False):
        factories.partner("earlier")
    sealing.seal()
    past = Past.after(last() - 1)
    assert past.end < past.last  # two whose order by number is not that by time
    with known_on(past):
        assert Partner.objects.filter(slug="later").exists()
        assert not Partner.objects.filter(slug="earlier").exists()
    assert past.versions(Partner) and Partner.history.filter(
        past.versions(Partner)
    ).values_list("slug", flat=True)[::1] == ["later", "norway"]


def test_change_without_its_number_is_of_no_edition(client):
    with on(MARCH):
        factories.partner("norway")
    edition = last()
    factories.partner("japan")
    with known_on(Past.after(edition)):
        assert Partner.objects.values_list("slug", flat=True)[::1] == ["norway"]


@pytest.mark.parametrize("path", ["/", DETAIL, "/partnerships/", "/disagreements/"])
@pytest.mark.parametrize(
    ("edition", "said"),
    [
        ("99", "There is no edition 99 yet: choose one up to"),
        ("0", "Write a whole number from 1"),
        ("x", "Write a whole number from 1"),
        ("9" * 19, "Write a whole number from 1"),
    ],
)
def test_page_says_what_is_wrong_with_an_edition(client, path, edition, said):
    factories.partnership()
    sealing.seal()
    answer = client.get(path, {"edition": edition})
    assert answer.status_code == 400
    assert said in answer.text


@pytest.mark.parametrize("path", DATED)
def test_edition_and_day_of_the_second_clock_are_not_asked_for_at_once(client, path):
    with on(MARCH):
        factories.partnership()
    answer = client.get(path, {"edition": "1", "known_on": MARCH})
    assert answer.status_code == 400
    assert "give one of them" in answer.text


def test_what_one_edition_adds_to_another(client):
    with on(MARCH):
        norway = factories.partnership()
    first = last()
    with on(MARCH):
        edit(norway, title="Second")
        edit(norway, title="Third")
    with on(APRIL):
        edit(norway, title="Fourth")
    between = {"after": first, "edition": first + 2}
    numbers = [first + 1, first + 2]
    listed = client.get("/api/v1/changes/", between).json()["results"]
    assert [row["number"] for row in listed] == numbers
    file = client.get("/data/changes.json", between).json()
    assert [row["number"] for row in file["rows"]] == numbers[::-1]
    shown = client.get("/changes/", between).context
    assert (shown["count"], shown["groups"][0].changes[0].number) == (2, numbers[-1])


@pytest.mark.parametrize(
    "address", ["/changes/", "/api/v1/changes/", "/data/changes.csv"]
)
def test_nothing_comes_after_an_edition_that_is_not_there(client, address):
    with on(MARCH):
        factories.partnership()
    answer = client.get(address, {"after": 10**18})
    assert answer.status_code == 200
    assert b"created" not in answer.getvalue()


def test_data_package_of_an_edition_has_the_log_up_to_it(client, corrected):
    answer = client.get("/data/sdp-tracker.zip", {"edition": corrected[1]})
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    lines = archive.read("changes.csv").decode().splitlines()
    assert len(lines) - 1 <= corrected[1]
    assert any(f",{corrected[1]}," in f",{line}," for line in lines)
    assert not any(f",{corrected[2]}," in f",{line}," for line in lines)


def test_edition_within_an_operation_is_said_to_be_one_that_nobody_saw(client):
    with on(MARCH), change(reason="At once", kind="new_development"):
        norway = factories.partnership()
        first = last() + LedgerEntry.objects.filter(number=None).count()
        edit(norway, title="Second")
    never_seen = "readers never saw this"
    assert never_seen in client.get("/", {"edition": first}).text
    assert never_seen not in client.get("/", {"edition": last()}).text
    edit(norway, title="Later")
    sealing.seal()
    assert never_seen not in client.get("/", {"edition": last() - 1}).text


def test_what_was_done_at_once_is_listed_within_the_editions_chosen(client):
    with on(MARCH), change(reason="At once", kind="new_development"):
        record = factories.partnership()
        for number in range(30):
            factories.milestone(record, "statement", f"{1990 + number}")
    between = f"after={last() - 28}&edition={last()}"
    listed = page(client, f"/changes/?{between}")
    (link,) = [a for a in listed.links if "operation=" in a]
    assert between in link
    assert client.get(link).context["count"] == 28


def test_change_of_today_is_cited_by_its_edition(client):
    factories.partnership()
    sealing.seal()
    citation = client.get(DETAIL).context["citation"]
    assert citation.url.endswith(f"?as_of={timezone.now().date()}&edition={last()}")
    assert citation.is_final
    shown = client.get(citation.url.removeprefix("http://testserver"))
    assert shown.context["citation"].url == citation.url
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert "known_on=" in client.get(DETAIL).context["citation"].url
