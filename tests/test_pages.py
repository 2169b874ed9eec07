"""The public pages: what readers see, what they never see, and what no address breaks."""

import re

import pytest
import time_machine

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
    for path in (HOME, LIST, "/safe/", "/matrix/", "/timeline/", "/new/", "/data/"):
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


@pytest.mark.parametrize(
    ("path", "words"),
    [(DETAIL, "See Norway as of that day instead"), ("/areas/area-1/", "this page")],
)
def test_day_before_the_tracker_began_is_told_and_leads_to_what_was_true_then(
    client, sealed_at_once, db, path, words
):
    factories.partnership()
    factories.area()
    query = {"known_on": "2020-01-01"}
    found = page(client, path, query, status=404)
    assert "There is no such" not in found.text
    assert "This site cannot say what was known on 1 January 2020" in found.text
    assert "This tracker began on" in found.text
    assert "It cannot say what was known before. See" in found.text
    assert words in found.text
    assert f"{path}?as_of=2020-01-01" in found.links
    then = page(client, HOME, query)
    assert "It cannot say what was known before. See this page as of" in then.text
    assert "?as_of=2020-01-01" in then.links


def test_unknown_record_is_unknown_on_an_early_day_too(client, sealed_at_once, db):
    factories.partnership()
    for path in ("/partnerships/atlantis/", "/nowhere/"):
        text = page(client, path, {"known_on": "2020-01-01"}, status=404).text
        assert "o such pa" in text and "This tracker began" not in text


# Dates


def test_day_to_come_is_refused_with_the_last_one_that_can_be_chosen(client, norway):
    with time_machine.travel("2026-11-29T12:00Z", tick=False):
        text = page(client, HOME, {"as_of": "2030-01-01"}, status=400).text
    assert "This day is yet to come: choose one up to 30 November 2026." in text
    assert "On 29 November 2026: " in text
    assert "today" not in text


def test_what_could_not_be_read_is_counted_and_named(client, norway):
    text = page(client, LIST, {"status": "x"}, status=400).text
    assert "We could not read one of your choices. It is marked in the form:" in text
    query = {"status": "x", "as_of": "soon"}
    text = page(client, LIST, query, status=400).text
    assert "We could not read two of your choices. They are marked in the form:" in text


def test_page_speaks_to_readers_and_not_of_its_own_machinery(client, norway):
    text = " ".join(page(client, path).text for path in PAGES)
    for words in ("(Atom)", "(calendar)", "what is listed", "knew on another day"):
        assert words not in text
    for words in ("Follow in a feed reader", "Download this list", "see another day"):
        assert words in text


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
    assert "Norway: partnership proposed" in before.text
    assert "28 May 2024" not in before.text
    assert "Norway: partnership signed" in page(client, DETAIL).text
    assert (
        "Asked for or suggested, not begun · 1"
        in page(client, HOME, {"as_of": "2024-05-27"}).text
    )
    for day, count in [("2024-05-27", 0), ("2024-05-28", 1)]:
        rows = client.get(LIST, {"as_of": day, "status": "signed"}).context["rows"]
        assert len(rows) == count, day


def test_uncertain_milestone_stands_apart_and_decides_nothing(client, db):
    record = factories.partnership()
    factories.milestone(record, date="2024-05/2024-07")
    found = page(client, DETAIL, {"as_of": "2024-06-15"})
    assert "may have happened by this day; the status does not count it" in found.text
    assert "Norway: no step towards a partnership known" in found.text
    assert "a partnership may also have been signed" in found.text


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
    assert (
        "Not recorded: by whom and where the partnership was signed, the official text, "
        "how many areas the text names, a review clause, earlier steps"
    ) in text
    assert "start not recorded" not in text


def test_affiliation_shows_when_it_ended(client, norway):
    factories.affiliation(
        norway.partner, "eu_candidate", since="1992", until="1994-11-28"
    )
    assert "since 1992, until 28 November 1994" in page(client, DETAIL).text


@pytest.mark.parametrize(
    ("since", "said"), [(None, True), ("../2024", True), ("1990", False)]
)
def test_affiliation_whose_start_is_not_known_may_have_held(
    client, norway, since, said
):
    factories.affiliation(norway.partner, "nato_ally", since=since)
    factories.partnership("japan")
    for path in (f"{DETAIL}?", "/compare/?p=norway&p=japan&"):
        text = page(client, f"{path}as_of=2020-01-31").text
        assert ("may have held on 31 January 2020" in text) == said, path
