"""What an editor typed, through the end of a session, and through going back."""

import pytest
from playwright.sync_api import expect

from partnerships.models import Partnership, Position
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db]

PASSWORD = "seven quiet rivers"
NOTES = "Asked the mission <again>.\n\nNo answer & no “date”."


@pytest.fixture
def draft(site, db):
    factories.user("ann", groups=["publisher"], password=PASSWORD)
    partner = factories.partner("chad", iso_code="TD")
    return factories.partnership(of=partner, published=False)


def log_in(page):
    page.get_by_label("Username").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_text_outlives_a_session_that_ends_in_another_tab(page, context, draft):
    page.goto("/admin/")
    log_in(page)
    page.goto(f"/admin/partnerships/partnership/{draft.pk}/words/")
    page.get_by_label("Internal notes").fill(NOTES)
    with context.new_page() as other:
        other.goto("/admin/")
        other.get_by_role("button", name="Log out").click()
        expect(other.get_by_role("heading", name="Logged out")).to_be_visible()

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()
    expect(page.get_by_label("Internal notes")).to_have_value(NOTES)
    with context.expect_page() as opened:
        page.get_by_role("link", name="Log in in a new tab").click()
    log_in(opened.value)
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("heading", name="Send it once more")).to_be_visible()
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator(".messagelist .success")).to_contain_text("was changed")
    stored = Partnership.objects.get(pk=draft.pk).internal_notes
    assert stored.splitlines() == NOTES.splitlines()


def test_going_back_and_saving_again_enters_nothing_twice(page, draft):
    page.goto("/admin/")
    log_in(page)
    add = f"/admin/partnerships/position/add/?partnership={draft.pk}"
    page.goto(add)
    page.get_by_label("Holder:", exact=True).fill("The Parliament")
    page.get_by_label("Holder kind").select_option("institution")
    page.get_by_label("Text").fill("It asked for talks.")
    save = page.get_by_role("button", name="Save", exact=True)
    save.dblclick()
    expect(page.locator(".messagelist")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Text")).to_have_value("It asked for talks.")
    save.click()
    expect(page.locator(".messagelist")).to_contain_text("nothing was entered twice")
    assert Position.objects.filter(partnership=draft).count() == 1
