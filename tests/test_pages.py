"""The public pages: what readers see, what they never see, and what no address breaks."""

import re

import pytest

from partnerships import __version__
from partnerships.choices import MilestoneKind
from partnerships.pages import errors
from tests import factories
from tests.html import Checker, page

HOME, LIST = "/", "/partnerships/"
DETAIL = "/partnerships/norway/"
PAGES = [HOME, LIST, DETAIL, "/matrix/", "/areas/area-1/", "/compare/"]
TWINS = [
    (HOME, "/api/v1/statistics/"),
    (LIST, "/api/v1/partnerships/"),
    (DETAIL, "/api/v1/partnerships/norway/"),
]


@pytest.fixture
def norway(db):
    record = factories.partnership()
    factories.milestone(record)
    factories.area()
    return record


# Every page


def test_every_page_says_its_version_and_that_it_is_not_official(client, norway):
    for path, status in [*dict.fromkeys(PAGES, 200).items(), ("/nowhere/", 404)]:
        text = page(client, path, status=status).text
        assert f"Code: EUPL-1.2. Version {__version__}." in text, path
        assert "not an official website of the European Union" in text, path


@pytest.mark.parametrize(("path", "twin"), TWINS)
def test_page_links_its_json_twin(client, norway, path, twin):
    assert twin in page(client, path).links
    dated = page(client, path, {"as_of": "2025-01-31"})
    assert f"{twin}?as_of=2025-01-31" in dated.links
    assert client.get(twin, {"as_of": "2025-01-31"}).status_code == 200


def test_json_twin_of_list_keeps_filters_but_not_page(client, norway):
    found = page(client, LIST, {"status": "signed", "page": "1", "q": "", "x": "y"})
    assert "/api/v1/partnerships/?status=signed" in found.links


@pytest.mark.once
def test_page_without_any_record_is_well_formed(client, db):
    for path in [HOME, LIST, "/matrix/", "/timeline/", "/changes/", "/data/"]:
        assert Checker(client.get(path).text).problems == [], path


def test_navigation_marks_the_section_that_is_open(client, norway):
    link = re.compile(r'<a href="([^"]+)"\s+aria-current="page">')
    for path in (HOME, LIST, "/matrix/", "/timeline/", "/sources/", "/changes/"):
        assert link.findall(client.get(path).text) == [path]
    assert link.findall(client.get(DETAIL).text) == []


def test_server_error_page_needs_nothing(rf):
    response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert b"Something went wrong" in response.content
    # Styled by an address that no manifest has to be read for.
    assert b'"/static/partnerships/site.css"' in response.content


@pytest.mark.parametrize("path", ["/partnerships/norway/", "/areas/area-4/"])
@pytest.mark.parametrize("clock", ["as_of", "known_on"])
def test_page_that_was_not_there_on_a_day_leads_to_now(client, db, path, clock):
    assert path in page(client, path, {clock: "2020-01-01"}, status=404).links
    assert path not in page(client, path, status=404).links


# Dates


@pytest.mark.parametrize("path", PAGES)
def test_as_of_says_so_and_its_links_keep_the_day(client, norway, path):
    assert "Back to now" not in page(client, path).text
    found = page(client, path, {"as_of": "2025-12-31"})
    assert "As of 31 December 2025" in found.text
    assert "Back to now" in found.text
    internal = {link for link in found.links if link.startswith("/partnerships/")}
    kept = {link for link in internal if "as_of=2025-12-31" in link}
    assert internal - kept <= {LIST, f"{DETAIL}changes/"}  # "Clear all", the log


def test_as_of_changes_the_status_shown(client, db):
    record = factories.partnership()
    factories.milestone(record, MilestoneKind.PROPOSED, "2023-01-10")
    factories.milestone(record, date="2024-05-28")
    before = page(client, DETAIL, {"as_of": "2024-05-27"})
    assert "A partnership has been proposed." in before.text
    assert "28 May 2024" not in before.text
    assert "The partnership is signed." in page(client, DETAIL).text
    assert "1 Proposed" in page(client, HOME, {"as_of": "2024-05-27"}).text
    for day, count in [("2024-05-27", 0), ("2024-05-28", 1)]:
        rows = client.get(LIST, {"as_of": day, "status": "signed"}).context["rows"]
        assert len(rows) == count, day


def test_uncertain_milestone_stands_apart_and_decides_nothing(client, db):
    record = factories.partnership()
    factories.milestone(record, date="2024-05/2024-07")
    found = page(client, DETAIL, {"as_of": "2024-06-15"})
    assert "May have happened by this day" in found.text
    assert "No milestone decides it" in found.text


@pytest.mark.parametrize(
    ("day", "shown"),
    [("soon", b""), ("2025-2-3", b' value="2025-02-03"'), ("2025-02-30", b"")],
)
def test_field_of_a_day_shows_a_day_or_nothing(client, db, day, shown):
    """A browser complains of any other value."""
    html = client.get(LIST, {"as_of": day}).content
    field = re.search(rb'<input type="date" name="as_of"([^>]*)>', html)[1]
    assert (b"value" in field) == bool(shown)
    assert shown in field


# Home


def test_home_without_data_says_so(client, db):
    text = page(client, HOME).text
    assert "No partnership is on record." in text
    assert "No milestone is recorded by this day." in text


# Record


def test_partial_date_is_never_given_a_day(client, db):
    record = factories.partnership()
    factories.milestone(record, MilestoneKind.PROPOSED, "2023-09")
    factories.milestone(record, date="../2024-05-28")
    html = client.get(DETAIL).content.decode()
    assert "<time" not in html
    assert "September 2023" in html
    assert "no later than 28 May 2024" in html


def test_known_day_is_marked_up(client, norway):
    html = client.get(DETAIL).content.decode()
    assert '<time datetime="2024-05-28">28 May 2024</time>' in html


def test_what_is_unknown_is_said_to_be_not_recorded(client, norway):
    factories.affiliation(norway.partner, "nato_ally")
    text = page(client, DETAIL).text
    assert "Not recorded place, reference, signatories" in text
    assert "start not recorded" in text
    assert "Official text not recorded" in text
    assert "Review clause not recorded" in text
    assert "No stated number is recorded" in text


def test_affiliation_shows_when_it_ended(client, norway):
    factories.affiliation(
        norway.partner, "eu_candidate", since="1992", until="1994-11-28"
    )
    assert "since 1992, until 28 November 1994" in page(client, DETAIL).text
