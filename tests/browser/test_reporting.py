"""A reader's report, from a milestone to its number, on a screen and by keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from partnerships.filters import report
from partnerships.models import Lead

pytestmark = [
    *(pytest.mark.browser, pytest.mark.once, pytest.mark.django_db),
    pytest.mark.usefixtures("at_once"),
]

TEXT = "The press release gives the 27th as the day."


@pytest.fixture
def at_once(monkeypatch):
    """A test is as fast as a robot."""
    monkeypatch.setattr(report, "SHORTEST", 0)


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [390, 1280])
def test_error_of_a_milestone_is_reported_and_has_a_number(
    browser, site, with_script, width
):
    context = browser.new_context(
        base_url=site,
        java_script_enabled=with_script,
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    page.goto("/partnerships/norway/")
    milestone = page.locator("li.milestone", has=page.locator(".chip")).nth(1)
    milestone.locator(".chip").click()
    opened = page.locator(":popover-open")
    opened.get_by_role("link", name="Report an error").click()
    number = milestone_number(page)
    expect(page.get_by_label("Something is wrong")).to_be_checked()
    page.get_by_label("What is wrong, or what does").fill(
        f"{TEXT} {width}{with_script}"
    )
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"^Report( [A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4})$")
    )
    lead = Lead.objects.get(number=page.url.rstrip("/").rpartition("/")[2])
    assert (lead.page, lead.fact) == ("/partnerships/norway/", f"milestone-{number}")
    assert context.cookies() == []
    context.close()


def milestone_number(page):
    about = page.locator(".report-about")
    expect(about).to_contain_text("/partnerships/norway/, milestone ")
    return about.inner_text().rpartition(" ")[2]


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(page, site):
    page.goto("/report/?page=/matrix/")
    page.get_by_label("A document is missing here").check()
    page.get_by_label("What is wrong, or what does").fill(TEXT)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    address = page.get_by_label("Address of a document")
    expect(address).to_be_focused()
    expect(address).to_have_accessible_description(
        re.compile("Say where the document can be read")
    )
    address.fill("https://example.org/a.pdf")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("-")
