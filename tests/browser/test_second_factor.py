"""The second factor in a browser: required, set up from the picture, asked for; by
screens that fit a phone, in both schemes, and that assistive technology can read."""

import os
import re
from base64 import b32decode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import totp
from playwright.sync_api import expect

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db]

PASSWORD = "seven quiet rivers"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture
def ways(site, settings):
    """All ways in: a provider, mail for who forgot the password, a second factor."""
    settings.SECOND_FACTOR = "required"
    settings.OIDC_ISSUER = "https://login.example.org"
    settings.EMAIL_HOST = "mail.example.org"
    return factories.user("ann", groups=["publisher"], password=PASSWORD)


def look(page):
    """Find nothing wrong with the page, on a phone and a desktop, light and dark."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert page.evaluate("document.scrollingElement.scrollWidth") == size["width"]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(250)  # colours change slowly
            if os.environ.get("SHOTS"):
                name = re.sub(r"\W+", "-", page.title())
                page.screenshot(
                    path=f"{os.environ['SHOTS']}/{name}-{size['width']}-{scheme}.png",
                    full_page=True,
                )
            found = Axe().run(page).response["violations"]
            assert [
                (one["id"], [node["html"] for node in one["nodes"]]) for one in found
            ] == []
    page.emulate_media(color_scheme="light")


def log_in(page):
    page.get_by_label("Username").fill("ann")
    page.get_by_label("Password", exact=False).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_second_factor_from_the_first_log_in_to_the_next(page, ways):
    refused = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto("/admin/find/")
    look(page)
    log_in(page)
    expect(page.get_by_role("heading", name="Set up the second factor")).to_be_visible()
    picture = page.get_by_role("img", name="QR code")
    assert picture.evaluate("one => one.complete && one.naturalWidth") > 100
    look(page)
    secret = b32decode(page.locator(".secret").inner_text().replace(" ", ""))
    page.get_by_label("Code").fill("12")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("This code is wrong")).to_be_visible()
    look(page)
    page.wait_for_timeout(1100)  # a wrong one costs a second
    page.get_by_label("Code").fill(f"{totp(secret):06}")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    recovery = page.locator(".codes code").first.inner_text()
    look(page)
    page.get_by_role("link", name="I have them").click()
    expect(page).to_have_url(re.compile("/admin/find/$"))
    for name in ("Your account", "New recovery codes"):
        page.get_by_role("link", name=name).first.click()
        look(page)
    page.get_by_role("button", name="Log out").click()

    page.goto("/admin/find/")
    log_in(page)
    expect(page.get_by_role("heading", name="Log in: the code")).to_be_visible()
    look(page)
    page.get_by_label("Code").fill(recovery)
    page.keyboard.press("Enter")
    expect(page.get_by_text("used up; 9 are left")).to_be_visible()
    assert [said for said in refused if "Content Security" in said] == []


@pytest.mark.parametrize("screen", ["", "sent/", "MQ/x-y/", "done/"])
def test_screens_of_a_new_password(page, ways, screen):
    page.goto(f"/admin/password-reset/{screen}")
    look(page)


def test_log_in_where_the_provider_is_alone(page, ways, settings):
    settings.OIDC_ONLY = True
    page.goto("/admin/login/")
    expect(page.get_by_label("Username")).to_be_hidden()
    look(page)
    page.get_by_text("Administrators: log in by password").click()
    log_in(page)
    expect(page.get_by_text("Passwords are for administrators")).to_be_visible()
    expect(page.get_by_label("Username")).to_be_visible()
