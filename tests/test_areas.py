"""One area: who covers it, and what each source says of that."""

from datetime import date

import pytest

from partnerships.choices import CoverageValue, MilestoneKind
from tests import factories
from tests.html import page
from tests.two_clocks import on

AREA = "/areas/area-2/"
IN, OUT, EXISTS, UNKNOWN = CoverageValue


@pytest.fixture
def area(db):
    """The second of three areas: in Norway's partnership, not in Japan's, existing
    already with Canada, all three signed; Brazil is not assessed."""
    _, area, _ = (factories.area(number) for number in (1, 2, 3))
    briefing, website = factories.source("a"), factories.source("b")
    for slug, value in [("norway", IN), ("japan", OUT), ("canada", EXISTS)]:
        cell = factories.coverage(_signed(slug), area, value)
        factories.claim(cell, value, by=briefing, locator="Table 1, row 2")
        if slug == "japan":
            factories.claim(cell, IN, by=website, wording="cooperate")
            factories.edit(cell, ruling="The text does not name it.")
    factories.partnership("brazil")
    factories.coverage(factories.partnership("hidden", published=False), area)
    return area


def _signed(slug="norway"):
    record = factories.partnership(slug)
    factories.milestone(record, date="2024-05-28")
    return record


def test_partnerships_stand_under_their_values(client, area):
    text = page(client, AREA).text
    order = [
        "Included 1 partnership Norway",
        "Not included 1 partnership Japan",
        "Already exists 1 partnership Canada",
        "Not assessed 1 partnership Brazil",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    said = "One of the three partnerships assessed includes it; with one it already"
    assert f"{said} exists." in text


def test_area_has_its_short_name_and_the_official_one(client, area):
    factories.edit(area, name="(Long) name of it", short_name="Name")
    found = page(client, AREA)
    assert "In full: “(Long) name of it”, row 2 of Table 1" in found.text
    assert "<h1>Name</h1>" in client.get(AREA).content.decode()


def test_few_partners_of_a_value_can_be_compared_at_one_click(client, area):
    factories.coverage(_signed("ghana"), area, OUT)
    assert "/compare/?p=ghana&p=japan" in page(client, AREA).links


def test_each_has_its_claims_rivals_and_ruling(client, area):
    text = page(client, AREA).text
    assert "Table 1, row 2" in text
    assert "≠ 1 disagrees, ruled on" in text
    assert "in the words cooperate" in text
    assert "The editors’ ruling: The text does not name it." in text


def test_each_leads_to_its_cell_on_the_record(client, area):
    found = page(client, AREA, {"as_of": "2025-12-31"})
    assert "/partnerships/norway/?as_of=2025-12-31#area-2" in found.links
    assert "As of 31 December 2025" in found.text


def test_neighbours_are_a_click_away(client, area):
    def neighbours(number):
        links = page(client, f"/areas/area-{number}/").links
        return {link for link in links if link.startswith("/areas/")}

    assert neighbours(1) == {"/areas/area-2/"}
    assert neighbours(2) == {"/areas/area-1/", "/areas/area-3/"}
    assert neighbours(3) == {"/areas/area-2/"}


def test_unknown_area_is_not_found(client, area):
    assert "There is no such page" in page(client, "/areas/nothing/", status=404).text


def test_what_is_not_signed_on_the_day_is_named_and_not_counted(client, area):
    record = factories.partnership("ghana")
    factories.coverage(record, area)
    factories.milestone(record, MilestoneKind.PROPOSED, "2024-01-10")
    factories.milestone(record, date="2024-07-01")
    text = page(client, AREA).text
    assert "Two of the four partnerships assessed include it" in text
    assert "Ghana Signed 1 July 2024" in text and "Left out" not in text
    text = page(client, AREA, {"as_of": "2024-06-30"}).text
    assert "One of the three partnerships assessed includes it" in text
    assert "Left out, since not signed on 30 June 2024: Ghana (proposed)." in text
    assert "Included 1 partnership Norway" in text
    text = page(client, AREA, {"as_of": "2023-12-31"}).text
    assert "No signed partnership has been assessed on this area." in text
    assert "Not assessed 1 partnership Brazil" in text


def test_of_a_day_before_all_of_them_nothing_is_counted(client, db):
    factories.coverage(_signed(), factories.area())
    text = page(client, "/areas/area-1/", {"as_of": "2024-05-27"}).text
    assert "Left out, since not signed on 27 May 2024: Norway" in text
    assert "No partnership is on record." not in text


def test_bad_day_gets_400_and_keeps_the_page(client, area):
    found = page(client, AREA, {"as_of": "soon"}, status=400)
    assert "Write the day as year-month-day" in found.text
    assert "Norway" in found.text


def test_area_is_as_it_was_known_on_a_day(client, db):
    with on(date(2026, 3, 1)):
        cell = factories.coverage(_signed(), factories.area())
    with on(date(2026, 4, 1)):
        cell.delete()
    known = {"known_on": "2026-03-31"}
    assert "Included 1 partnership" in page(client, "/areas/area-1/", known).text
    assert "Not assessed 1 partnership" in page(client, "/areas/area-1/").text
    page(client, "/areas/area-1/", {"known_on": "2026-01-31"}, status=404)


def test_counts_are_those_of_the_matrix(client, area):
    factories.coverage(factories.partnership("ghana"), area)
    row = client.get("/matrix/").context["matrix"].rows[1]
    counts = client.get(AREA).context["coverage"].counts
    assert row.included == counts[IN] == 1
    assert len(row.cells) == sum(counts.values()) - counts[UNKNOWN]


def test_area_without_partnerships_says_so(client, db):
    factories.area()
    text = page(client, "/areas/area-1/").text
    assert "No signed partnership has been assessed on this area." in text
    assert "No partnership is on record." in text


def test_pages_are_bounded(client, area, monkeypatch):
    monkeypatch.setattr("partnerships.pages.area_detail.ROWS_PER_PAGE", 3)
    assert len(client.get(AREA).context["cells"]) == 3
    assert "Page 2 of 2" in page(client, AREA, {"page": "2"}).text


def test_record_leads_to_its_areas_and_the_matrix(client, area):
    links = page(client, "/partnerships/norway/").links
    assert "/matrix/" in links
    assert {"/areas/area-1/", "/areas/area-2/"} <= set(links)
