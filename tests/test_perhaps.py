"""What is not known to the day, and what the press alone reports, is said to be so
wherever a status, a list or a count is said."""

import csv
import io

import pytest
import time_machine
from icalendar import Calendar

from partnerships.ledger import sealing
from tests import factories
from tests.factories import edit
from tests.html import page

ON = {"as_of": "2026-02-01"}
AGREED, ASSOCIATED = {"safe_status": "agreed"}, {"safe_status": "associated"}
MAY_BE = "may have been associated"


@pytest.fixture
def canada(db):
    """Signed by press reports alone; its agreement on SAFE is agreed, and was signed in
    January or February 2026; checked through 15 January 2026."""
    record = factories.partnership(of=factories.partner("canada", iso_code="CA"))
    for kind, day, more in [
        ("signed", "2025-06-23", {"certainty": "reported"}),
        ("negotiations_opened", "2025-09", {"track": "safe"}),
        ("signature_authorised", "2025-12-10", {"track": "safe"}),
        ("signed", "2026-01/2026-02", {"track": "safe"}),
    ]:
        factories.claim(factories.milestone(record, kind, day, **more), day)
    factories.check(record, "2026-01-15")
    factories.milestone(factories.partnership("norway"), date="2024-05-28")
    sealing.seal()
    return record


def row(client, text):
    """The words of the list's row of Canada."""
    return text.partition("Compare Canada")[2].partition("Compare Norway")[0]


def test_home_counts_what_is_certain_and_says_what_is_reported_and_what_may_be(
    client, canada
):
    text = page(client, "/", ON).text
    lead = "On 1 February 2026: two partnerships signed, one by press reports alone"
    assert lead in text
    rule = text.partition(lead)[2].partition("Glossary")[0]
    assert "a second report that is independent of the first" in rule
    assert "Checked through 15 January 2026; no check of Norway." in text
    assert "Reportedly signed" in text and f"SAFE: {MAY_BE}" in text
    assert f"Canada: Reportedly signed; {MAY_BE} with SAFE" in text  # the map


def test_list_says_it_in_its_lines_and_how_many_more_may_match(client, canada):
    words = row(client, page(client, "/partnerships/", ON).text)
    assert "Canada reportedly signed its Security and Defence Partnership" in words
    assert "Checked through 15 January 2026" in words
    assert f"SAFE agreement agreed, not signed SAFE: {MAY_BE}" in words
    for path, noun in [("/partnerships/", "partner"), ("/matrix/", "partnership")]:
        text = page(client, path, ON | ASSOCIATED).text
        assert f"0 {noun}s" in text and "; 1 more may match" in text, path
        assert "may match" not in page(client, path, ON | AGREED).text, path


def test_record_says_what_else_it_may_be_and_that_the_press_says_so(client, canada):
    text = page(client, "/partnerships/canada/", ON).text
    assert "an agreement on SAFE may also have been signed" in text
    assert "Canada: reportedly signed" in text
    assert "15 January 2026" in text


def test_comparison_and_area_say_it_in_each_column(client, canada):
    factories.coverage(canada, factories.area())
    text = page(client, "/compare/", ON | {"p": ["canada", "norway"]}).text
    assert f"SAFE agreement agreed, not signed SAFE: {MAY_BE}" in text
    assert "Reportedly signed" in text
    assert "Canada checked through 15 January 2026" in text
    text = page(client, "/areas/area-1/", ON).text
    assert "Reportedly signed" in text and f"SAFE: {MAY_BE}" in text


def test_pages_and_api_call_a_reported_status_the_same(client, canada):
    factories.coverage(canada, factories.area())
    factories.milestone(canada, "provisionally_applied", "2026-05", track="safe")
    edit(canada.milestones.get(track="safe", kind="signed"), certainty="reported")
    edit(canada.milestones.get(kind="provisionally_applied"), certainty="reported")
    record = client.get("/api/v1/partnerships/canada/").json()
    assert record["status_label"] == "Reportedly SAFE associated"
    assert "Canada Reportedly" in page(client, "/areas/area-1/").text
    words = row(client, page(client, "/partnerships/").text)
    assert "Canada reportedly signed" in words
    assert "Reportedly: in SAFE under its own agreement" in words


def test_timeline_says_of_the_step_that_it_may_have_happened(client, canada):
    text = page(client, "/timeline/", ON).text
    assert (
        "signed their agreement on SAFE" in text
        and "May have happened by this day." in text
    )
    assert "Canada: partnership reportedly signed" in text
    assert "Checked through 15 January 2026" in text


def test_api_says_it_in_list_record_and_statistics(client, canada):
    listed = client.get("/api/v1/partnerships/", ON).json()["results"][0]
    record = client.get("/api/v1/partnerships/canada/", ON).json()
    for one in (listed, record):
        assert one["status"] == "signed" and one["status_reported"]
        assert one["status_may_be"] == ["safe_associated"]
        assert one["safe_status"] == "agreed"
        assert one["safe_status_may_be"] == ["associated"]
        assert one["sdp_status_reported"]
        assert one["safe_status_label"] == f"Agreed; {MAY_BE}"
        assert one["checked_through"] == "2026-01-15"
    counted = client.get("/api/v1/statistics/", ON).json()
    assert (counted["signed_total"], counted["signed_reported"]) == (2, 1)
    found = client.get("/api/v1/partnerships/", ON | ASSOCIATED).json()
    assert (found["count"], found["may_match"]) == (0, 1)


def test_file_says_it_in_the_row(client, canada):
    content = client.get("/data/partnerships.csv", ON).getvalue().decode()
    found = next(csv.DictReader(io.StringIO(content)))
    assert found["safe_status_may_be"] == '["associated"]'
    assert found["status_may_be"] == '["safe_associated"]'
    assert found["status_reported"] == "true"
    assert found["checked_through"] == "2026-01-15"


def test_feed_and_calendar_say_what_is_reported_and_what_may_have_happened(
    client, canada
):
    feed = client.get("/milestones.atom", ON).text
    assert "Canada: partnership reportedly signed" in feed
    assert "may have happened" in feed
    with time_machine.travel("2026-02-01T12:00Z", tick=False):
        calendar = Calendar.from_ical(client.get("/milestones.ics").content)
    titles = [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]
    assert any("reportedly" in title for title in titles)


def test_card_says_what_it_may_be_and_through_which_day_it_is_checked(client, canada):
    html = client.get("/partnerships/canada/", ON).text
    card = html.partition('property="og:description"')[2].partition(">")[0]
    assert "Reportedly signed with Canada" in card
    assert "an agreement on SAFE may also have been signed" in card
    assert "Checked through 15 January 2026." in card
