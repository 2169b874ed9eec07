"""The public pages: what readers see, what they never see, and what no address breaks."""

import re

import pytest
from django.urls import reverse

from partnerships import __version__
from partnerships.choices import CoverageValue, MilestoneKind, Region, Track
from partnerships.models import Area
from partnerships.pages import errors
from tests import factories
from tests.html import page

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


def names(client, query):
    """The partners that the list shows for a query."""
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row.partner.slug for row in response.context["rows"]]


# Every page


@pytest.mark.parametrize("path", PAGES)
def test_page_answers_get_and_head_alone(client, norway, path):
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(path).status_code == 405


@pytest.mark.parametrize("path", [*PAGES, "/nowhere/", "/?as_of=x"])
def test_page_sets_no_cookie(client, norway, path):
    response = client.get(path)
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize(("path", "twin"), TWINS)
def test_page_links_its_json_twin(client, norway, path, twin):
    assert twin in page(client, path).links
    dated = page(client, path, {"as_of": "2025-01-31"})
    assert f"{twin}?as_of=2025-01-31" in dated.links
    assert client.get(twin, {"as_of": "2025-01-31"}).status_code == 200


def test_json_twin_of_list_keeps_filters_but_not_page(client, norway):
    found = page(client, LIST, {"status": "signed", "page": "1", "q": "", "x": "y"})
    assert "/api/v1/partnerships/?status=signed" in found.links


@pytest.mark.parametrize("path", PAGES)
def test_page_says_that_it_is_not_official(client, norway, path):
    assert "not an official website of the European Union" in page(client, path).text


@pytest.mark.parametrize("path", [*PAGES, "/nowhere/"])
def test_page_says_the_version_in_its_small_print(client, norway, path):
    status = 404 if path == "/nowhere/" else 200
    text = page(client, path, status=status).text
    assert f"Code: EUPL-1.2. Version {__version__}." in text


def test_navigation_marks_the_section_that_is_open(client, norway):
    link = re.compile(r'<a href="([^"]+)"\s+aria-current="page">')
    for path in (HOME, LIST, "/matrix/", "/timeline/", "/sources/", "/changes/"):
        assert link.findall(client.get(path).text) == [path]
    assert link.findall(client.get(DETAIL).text) == []


# Drafts, unknown pages, markup


@pytest.mark.parametrize("slug", ["hidden", "unknown"])
def test_draft_and_unknown_partnership_are_not_found(client, db, slug):
    factories.partnership("hidden", published=False)
    found = page(client, f"/partnerships/{slug}/", status=404)
    assert "There is no such partnership" in found.text
    assert LIST in found.links


def test_draft_shows_in_no_filter(client, db):
    factories.milestone(factories.partnership("hidden", published=False))
    assert names(client, {"q": "hidden"}) == []
    assert names(client, {"status": "signed"}) == []


def test_markup_in_the_record_is_escaped(client, db):
    bad = "<script>alert(1)</script>"
    record = factories.partnership(title=bad, summary=bad, review_clause=bad)
    made = factories.milestone(record, note=bad, place=bad, reference=bad)
    source = factories.source(title=bad, publisher=bad)
    factories.claim(made, "2024-05-28", by=source, wording=bad, locator=bad)
    factories.engagement(record, title=bad, note=bad)
    for path in PAGES:
        html = client.get(path, {"q": bad}).content.decode()
        assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in client.get(DETAIL).content.decode()


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
    found = page(client, path, {"as_of": "2025-12-31"})
    assert "As of 31 December 2025" in found.text
    assert "Back to now" in found.text
    internal = {link for link in found.links if link.startswith("/partnerships/")}
    kept = {link for link in internal if "as_of=2025-12-31" in link}
    assert internal - kept <= {LIST, f"{DETAIL}changes/"}  # "Clear all", the log


@pytest.mark.parametrize("path", PAGES)
def test_today_has_no_banner(client, norway, path):
    assert "Back to today" not in page(client, path).text


def test_as_of_changes_the_status_shown(client, db):
    record = factories.partnership()
    factories.milestone(record, MilestoneKind.PROPOSED, "2023-01-10")
    factories.milestone(record, date="2024-05-28")
    before = page(client, DETAIL, {"as_of": "2024-05-27"})
    assert "A partnership has been proposed." in before.text
    assert "28 May 2024" not in before.text
    assert "The partnership is signed." in page(client, DETAIL).text
    assert "1 Proposed" in page(client, HOME, {"as_of": "2024-05-27"}).text
    assert names(client, {"as_of": "2024-05-27", "status": "signed"}) == []
    assert names(client, {"as_of": "2024-05-28", "status": "signed"}) == ["norway"]


def test_uncertain_milestone_stands_apart_and_decides_nothing(client, db):
    record = factories.partnership()
    factories.milestone(record, date="2024-05/2024-07")
    found = page(client, DETAIL, {"as_of": "2024-06-15"})
    assert "May have happened by this day" in found.text
    assert "No milestone decides it" in found.text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("garbage", "Write the day as year-month-day, as in 2026-03-31."),
        ("2025-02-30", "Write the day as year-month-day, as in 2026-03-31."),
        ("31/12/2025", "Write the day as year-month-day, as in 2026-03-31."),
        ("9999-12-31", "This day is yet to come"),
    ],
)
def test_bad_day_gets_400_and_a_sentence(client, norway, path, day, sentence):
    assert sentence in page(client, path, {"as_of": day}, status=400).text


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
    assert "No partnership is recorded yet." in text
    assert "No milestone is recorded by this day." in text


# List


@pytest.fixture
def four(db):
    """Norway (signed 2024, EEA-EFTA), Japan (signed, two areas), Brazil, India."""
    areas = [factories.area(n) for n in (1, 2)]
    norway = factories.partnership()
    signed = factories.milestone(norway)
    factories.affiliation(norway.partner, "eea_efta", since="1994-01-01")
    factories.coverage(norway, areas[0])
    factories.claim(signed, "2024-06-03")
    asian = factories.partner("japan", region=Region.INDO_PACIFIC)
    japan = factories.partnership(of=asian)
    date = factories.milestone(japan, date="2024-11-01", ruling="The text says so.")
    factories.claim(date, "2024-11-02")
    for area in areas:
        factories.coverage(japan, area)
    brazil = factories.partnership("brazil")
    factories.milestone(brazil, MilestoneKind.PROPOSED, "2025-09")
    india = factories.partnership("india")
    factories.milestone(india, date="2026-01-27")
    factories.milestone(india, MilestoneKind.REQUESTED, "2026-02", track=Track.SAFE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["brazil", "india", "japan", "norway"]),
        ({"q": "NORW"}, ["norway"]),
        ({"q": "norway india"}, []),
        ({"status": "proposed"}, ["brazil"]),
        ({"status": ["proposed", "signed"]}, ["brazil", "india", "japan", "norway"]),
        ({"safe_status": "requested"}, ["india"]),
        ({"safe_status": "not_needed"}, ["norway"]),
        ({"region": "indo_pacific"}, ["japan"]),
        ({"affiliation": "eea_efta"}, ["norway"]),
        ({"area": "area-1"}, ["japan", "norway"]),
        ({"area": ["area-1", "area-2"]}, ["japan"]),
        ({"signed_after": "2024-11-01"}, ["india", "japan"]),
        ({"signed_before": "2024-11-01"}, ["japan", "norway"]),
        ({"disagreement": "open"}, ["norway"]),
        ({"disagreement": "ruled"}, ["japan"]),
        ({"order": "-name"}, ["norway", "japan", "india", "brazil"]),
        ({"order": "-signed_on"}, ["india", "japan", "norway", "brazil"]),
        ({"order": "status"}, ["brazil", "india", "japan", "norway"]),
    ],
)
def test_list_filters_and_orders(client, four, query, expected):
    assert names(client, query) == expected


def test_each_active_filter_has_a_link_that_drops_it(client, four):
    query = {"area": ["area-1", "area-2"], "region": "indo_pacific", "page": "1"}
    found = page(client, LIST, query)
    assert "Region: Indo-Pacific" in found.text
    assert "?area=area-1&area=area-2" in found.links
    assert "?area=area-2&region=indo_pacific" in found.links


def test_empty_result_says_so_and_offers_to_drop_filters(client, four):
    found = page(client, LIST, {"q": "atlantis"})
    assert "0 partnerships" in found.text
    assert "No partnership fits all of this. Drop the filters" in found.text


def test_nothing_on_record_blames_no_filter(client, four):
    text = page(client, LIST, {"known_on": "2020-01-01"}).text
    assert "0 partnerships No partnership is on record." in text
    assert "Drop the filters" not in text


def test_unknown_value_gets_an_error_beside_its_field(client, four):
    found = page(client, LIST, {"status": "married"}, status=400)
    assert "married is not one of the available choices" in found.text


def test_pages_keep_the_query(client, db):
    for number in range(26):
        factories.partnership(f"partner-{number:02}")
    found = page(client, LIST, {"q": "partner", "page": "2"})
    assert "26 partnerships" in found.text
    assert "Page 2 of 2" in found.text
    assert "?q=partner&page=1" in found.links


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


# Queries: bounded, whatever the number of records


def _fill(first, last):
    areas = list(Area.objects.all()) or [factories.area(n) for n in range(1, 4)]
    for number in range(first, last):
        record = factories.partnership(f"partner-{number:02}")
        for kind, date in [("proposed", "2023"), ("signed", "2024-05-28")]:
            factories.claim(factories.milestone(record, kind, date), date)
        for area in areas:
            cell = factories.coverage(record, area, CoverageValue.INCLUDED)
            factories.claim(cell, "not_included")
        factories.engagement(record)
        factories.affiliation(record.partner, "nato_ally")


@pytest.mark.parametrize(
    ("name", "args", "queries"),
    [
        ("home", [], 7),
        ("partnership-list", [], 7),
        ("partnership-detail", ["partner-00"], 8),
    ],
)
def test_number_of_queries_does_not_grow(
    client, db, django_assert_num_queries, name, args, queries
):
    path = reverse(name, args=args)
    for first, last in [(0, 3), (3, 10)]:
        _fill(first, last)
        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200
