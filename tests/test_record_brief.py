"""The brief of a record: one sheet, dated, its sources as numbered notes."""

import pytest

from tests import factories
from tests.html import Checker, page

pytestmark = pytest.mark.django_db

BRIEF = "/partnerships/norway/brief/"


@pytest.fixture
def norway():
    record = factories.partnership(summary="Signed first of all.")
    signed = factories.milestone(record, date="2024-05-28", place="Brussels")
    for key in ("eprs", "eeas"):
        factories.claim(signed, "2024-05-28", by=factories.source(key))
    held = factories.milestone(record, "dialogue_held", "2024-12-05")
    factories.claim(held, "2024-12-05", by=factories.source("other"))
    factories.claim(held, "2024-12", by=signed.claims.first().source, locator="page 2")
    factories.check(record, "2026-04-30")
    return record


def test_brief_is_dated_and_says_how_far_it_knows(client, norway):
    text = page(client, BRIEF, {"as_of": "2026-05-31"}).text
    assert "Norway: partnership signed" in text
    assert "Checked through 30 April 2026 As of 31 May 2026" in text
    assert "28 May 2024 Partnership signed , Brussels" in text
    assert "Signed first of all." in text


def test_sources_are_notes_numbered_in_order_of_the_sheet(client, norway):
    found = page(client, BRIEF)
    assert [id for id in found.ids if id.startswith("note-")] == [
        "note-1",
        "note-2",
        "note-3",
    ]
    assert found.links.count("#note-1") + found.links.count("#note-2") == 3
    assert found.links.count("#note-3") == 1


def test_brief_names_the_permanent_link_and_keeps_the_day(client, norway):
    response = client.get(BRIEF, {"as_of": "2024-06-01"})
    html = response.content.decode()
    assert "/partnerships/norway/?as_of=2024-06-01&amp;known_on=" in html
    assert "Dialogue held" not in html
    assert Checker(html).problems == []


def test_areas_are_told_in_a_sentence(client, norway):
    area = factories.area(3, short_name="Cyber issues")
    factories.coverage(norway, area, "included")
    assert "1 of 1 counted: Cyber issues." in page(client, BRIEF).text


def test_there_is_no_brief_of_a_draft(client):
    factories.partnership("canada", published=False)
    assert client.get("/partnerships/canada/brief/").status_code == 404


def test_what_did_not_happen_stands_apart(client, norway):
    values = {"certainty": "rejected", "ruling": "Both texts deny it."}
    factories.milestone(norway, "ended", "2025-01-05", **values)
    text = page(client, BRIEF).text
    apart = text.index("Did not happen, by the editors’ ruling")
    assert text.index("28 May 2024 P") < apart < text.index("5 January 2025")


def test_notes_give_addresses_that_can_be_read_on_paper(client, norway):
    source = norway.milestones.first().claims.first().source
    factories.edit(source, url="https://www.example.org/a/text.html?x=1")
    found = page(client, BRIEF)
    assert "example.org/a/text.html" in found.text
    assert source.url in found.links


def test_brief_of_a_past_day_says_of_when_its_summary_is(client, norway):
    said = "Written of the present, not of this day."
    assert said not in page(client, BRIEF).text
    assert said in page(client, BRIEF, {"as_of": "2024-06-01"}).text
