"""The public pages in a real browser: readable by all, on any screen, from here alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGES = {
    "home": "/",
    "home in the past": "/?as_of=2025-01-31",
    "list": "/partnerships/",
    "filtered list": "/partnerships/?status=signed&region=western_europe",
    "empty list": "/partnerships/?q=atlantis",
    "record": "/partnerships/norway/",
    "record in the past": "/partnerships/norway/?as_of=2026-01-31",
    "before the first record": "/?known_on=2026-01-31",
    "changes": "/changes/",
    "one change": "/changes/1/",
    "changes of a record": "/partnerships/norway/changes/",
    "sources": "/sources/",
    "one source": "/sources/eeas-web/",
    "disagreements": "/disagreements/",
    "glossary": "/glossary/",
    "data": "/data/",
    "about": "/about/",
    "accessibility": "/accessibility/",
}
WRONG = {"bad day": "/partnerships/?as_of=soon", "not found": "/nowhere/"}
every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())


@pytest.fixture
def heard(page, site):
    """What the page says on the console, and whom else it asks for anything."""
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on(
        "request",
        lambda request: request.url.startswith(site) or messages.append(request.url),
    )
    return messages


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def violations(page):
    return [
        f"{violation['id']}: {[node['html'] for node in violation['nodes']][:3]}"
        for violation in Axe().run(page).response["violations"]
    ]


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page_is_accessible_and_quiet(page, heard, path, scheme, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(path)
    unfold(page)
    assert violations(page) == []
    assert heard == []


@pytest.mark.parametrize("path", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_about_a_mistake_is_accessible(page, site, path, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(path)
    assert violations(page) == []


@pytest.mark.parametrize(
    "path", [*PAGES.values(), *WRONG.values()], ids=[*PAGES, *WRONG]
)
def test_nothing_scrolls_sideways_on_the_narrowest_screen(page, site, path):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@every_page
def test_targets_are_large_enough(page, site, path):
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, but for links inside a sentence."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(path)
    unfold(page)
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll("a, button, input, select, summary")]
            .filter(e => e.checkVisibility() && !e.closest(".skip, .claim-text, p.lead"))
            .map(e => (e.type === "checkbox" ? e.closest("label") : e))
            .filter(e => getComputedStyle(e).display !== "inline")
            .filter(e => Math.min(e.offsetHeight, e.offsetWidth) < 24)
            .map(e => e.outerHTML)"""
        )
        == []
    )


def test_keyboard_skips_to_the_content(page, site):
    page.goto("/partnerships/norway/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_filters_work_by_keyboard_on_a_phone(page, site):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/partnerships/")
    page.get_by_text("Search, filter and order").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Search", exact=True).fill("norway")
    page.keyboard.press("Enter")
    page.wait_for_url("**/partnerships/?q=norway&order=name")
    assert page.get_by_role("heading", name="1 partnership").is_visible()


def test_filters_stand_open_beside_the_table_where_there_is_room(page, site):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/partnerships/")
    assert page.get_by_label("Search", exact=True).is_visible()


def test_print_unfolds_every_source(page, site):
    page.goto("/partnerships/norway/")
    page.emulate_media(media="print")
    assert page.get_by_text("The editors’ ruling").first.is_visible()
    assert not page.get_by_role("button", name="Show").is_visible()


def test_no_javascript_is_needed(browser, site):
    context = browser.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto("/partnerships/?q=norway")
    page.get_by_role("rowheader").get_by_role("link").click()
    assert page.get_by_role("heading", level=1).is_visible()
    assert context.cookies() == []
    context.close()
