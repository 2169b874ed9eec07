"""Ten questions that readers come with, each answered from the first page in at most
two clicks, by the shipped data set as it is told two weeks after it was loaded."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.conftest import seed

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def site(serve, built_once):
    """The address of a server with the shipped data set, two weeks after now."""
    in_two_weeks = timezone.now() + timedelta(14)
    with (
        serve(lambda: built_once(seed, "dataset")) as address,
        time_machine.travel(in_two_weeks),
    ):
        yield address


@pytest.fixture
def reader(page):
    page.goto("/")
    return Reader(page)


class Reader:
    """Somebody who reads what is on the screen and counts the clicks."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, name, within="body"):
        self.clicks += 1
        assert self.clicks <= 2
        self.page.locator(within).get_by_text(name).first.click()
        return self

    def read(self, within="main"):
        """The words that show, without their line breaks."""
        return re.sub(r"\s+", " ", self.page.locator(within).first.inner_text())


def test_who_has_one_since_when(reader):
    text = reader.read(".register")
    assert "Signed · 12" in text
    for partner, day in [
        ("Moldova", "21 May 2024"),
        ("Albania", "18 December 2024"),
        ("Canada", "23 June 2025"),
        ("Ghana", "24 March 2026"),
    ]:
        assert re.search(rf"{partner}[^·]*? Signed {day}", text), partner


def test_what_happened_last(reader):
    first = reader.read(".lately li")
    assert "29 August 2026" in first and "Iceland" in first
    assert "Canada" in reader.read(".lately li:nth-of-type(2)")


def test_what_is_left_for_canada(reader):
    text = reader.click("Canada", within=".register").read()
    assert re.search(r"What comes next The Council concludes the agreement\.", text)
    assert "entry into force" in text


def test_who_may_sell_above_the_cap(reader):
    text = reader.click("may go further", within=".short").read()
    assert "Canada may, by its own agreement with the EU" in text
    assert "Iceland, Norway and Ukraine are not capped" in text


def test_what_japan_and_south_korea_share_that_norway_lacks(reader):
    search = reader.page.get_by_role("searchbox", name="Search")
    search.fill("Japan, South Korea and Norway")
    reader.clicks += 1
    search.press("Enter")
    text = reader.click("Compare Japan, South Korea and Norway").read()
    assert "Japan and South Korea" in text and "Norway" in text
    assert "Security of information" in text


def test_what_sources_say_about_albanias_date(reader):
    text = reader.click("all disagreements", within=".short").read()
    albania = text[text.index("Albania: Signed") :]
    for said in ("18 December 2024", "19 November 2024", "Our ruling", "Adopted: 18"):
        assert said in albania


def test_how_much_norway_gave_to_the_peace_facility(reader):
    reader.click("a tie of its own", within=".short")
    text = reader.click("Peace Facility").read()
    assert "NOK 1,400 million" in text
    assert "1,550" not in text


def test_which_missions_partners_take_part_in(reader):
    text = reader.click("a tie of its own", within=".short").read()
    for mission in ("Operation Althea", "EUNAVFOR Atalanta"):
        assert mission in text
    assert re.search(r"EUNAVFOR Atalanta South Korea", text)


def test_is_it_binding(reader):
    assert "Is it binding? No:" in reader.read(".short")


def test_what_this_site_said_a_week_ago(reader):
    reader.click("see another day")
    text = reader.click("What this site said a week ago").read("body")
    week_ago = timezone.localdate() - timedelta(7)
    assert f"As known on {week_ago:%-d %B %Y}" in text
    assert "Twelve partnerships signed" in text
