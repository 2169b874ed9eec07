"""The public pages in a real browser: readable by all, on any screen, from here alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from playwright.sync_api import expect

from tests import some

# What a browser makes of a page hangs on its HTML, which the other tests hold to be
# right on both databases.
pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db]

PAGES = {
    "home": "/",
    "home in the past": "/?as_of=2025-01-31",
    "list": "/partnerships/",
    "filtered list": "/partnerships/?status=signed&region=western_europe",
    "empty list": "/partnerships/?q=atlantis",
    "record": "/partnerships/norway/",
    "brief of a record": "/partnerships/norway/brief/",
    "record in the past": "/partnerships/norway/?as_of=2026-01-31",
    "before the first record": "/?known_on=2026-01-31",
    "timeline": "/timeline/",
    "timeline in the past": "/timeline/?as_of=2026-01-31&track=sdp",
    "changes": "/changes/",
    "one change": "/changes/1/",
    "changes of a record": "/partnerships/norway/changes/",
    "matrix": "/matrix/",
    "area": "/areas/area-4/",
    "comparison": "/compare/?p=norway&p=canada&p=thailand",
    "form to compare": "/compare/",
    "safe": "/safe/",
    "ties": "/ties/",
    "ties of one kind": "/ties/contributions/",
    "positions": "/positions/",
    "what is no partnership": "/not-sdps/",
    "sources": "/sources/",
    "one source": "/sources/eeas-web/",
    "disagreements": "/disagreements/",
    "glossary": "/glossary/",
    "data": "/data/",
    "about": "/about/",
    "accessibility": "/accessibility/",
    "form of a report": "/report/?page=/partnerships/norway/&fact=milestone-1",
    "form of a report on no page": "/report/",
}
WRONG = {
    "bad day": "/partnerships/?as_of=soon",
    "comparison of one": "/compare/?p=norway",
    "not found": "/nowhere/",
    "not there on a day": "/partnerships/norway/?known_on=2020-01-01",
    "server error": "/broken/",
}
every_page = pytest.mark.parametrize(
    "opened", PAGES.values(), ids=PAGES.keys(), indirect=True
)
mistakes_too = pytest.mark.parametrize(
    "opened", [*PAGES.values(), *WRONG.values()], ids=[*PAGES, *WRONG], indirect=True
)
# A dark scheme and paper change colours, and add nothing: these are axe's rules about
# colours.
EVERYTHING, COLOURS = {}, {"runOnly": ["color-contrast", "link-in-text-block"]}
PAPER = 673  # A4 inside the margins
SCREENS = [
    pytest.param(390, "screen", "light", EVERYTHING, id="light phone"),
    pytest.param(1280, "screen", "light", EVERYTHING, id="light"),
    pytest.param(1280, "screen", "dark", COLOURS, id="dark"),
    pytest.param(390, "screen", "dark", COLOURS, id="dark phone"),
    pytest.param(PAPER, "print", "light", COLOURS, id="paper"),
]


@pytest.fixture(scope="module")
def opened(request, browser, browser_context_args, site):
    """The page at an address, unfolded; loaded once for all that is asked of it, with
    what it says on the console and whom else it asks for anything."""
    context = browser.new_context(**browser_context_args)
    context.route("**/broken/", break_down)
    page, heard = context.new_page(), []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "request", lambda asked: asked.url.startswith(site) or heard.append(asked.url)
    )
    page.heard = heard
    page.goto(request.param)
    unfold(page)
    page.evaluate(Axe().axe_script)
    yield page
    context.close()


def break_down(route):
    """What a server says that cannot make a page."""
    body = render_to_string("500.html", {"reports": True, "path": "/broken/"})
    route.fulfill(status=500, content_type="text/html", body=body)


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def violations(page, rules):
    return page.evaluate(
        """async rules => {
            const found = await axe.run({resultTypes: ["violations"], ...rules});
            return found.violations.map(violation =>
                `${violation.id}: ${violation.nodes.slice(0, 3).map(node => node.html)}`
            );
        }""",
        rules,
    )


@mistakes_too
@pytest.mark.parametrize(("width", "medium", "scheme", "rules"), some(SCREENS, of=2))
def test_page_is_accessible_on_any_screen_and_on_paper(
    opened, width, medium, scheme, rules
):
    opened.set_viewport_size({"width": width, "height": 800})
    opened.emulate_media(media=medium, color_scheme=scheme)
    assert violations(opened, rules) == []


@mistakes_too
def test_nothing_scrolls_sideways_on_the_narrowest_screen(opened):
    opened.set_viewport_size({"width": 320, "height": 640})
    opened.emulate_media(media="screen")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 320


@every_page
def test_targets_are_large_enough(opened):
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, but for links inside a sentence."""
    opened.set_viewport_size({"width": 390, "height": 800})
    opened.emulate_media(media="screen")
    assert (
        opened.evaluate(
            """() => [...document.querySelectorAll("a, button, input, select, summary")]
            .filter(e => e.checkVisibility() && !e.closest(".skip, .claim-text, p.lead, [aria-hidden]"))
            .map(e => (["checkbox", "radio"].includes(e.type) ? e.closest("label") : e))
            .filter(e => getComputedStyle(e).display !== "inline")
            .filter(e => Math.min(e.offsetHeight, e.offsetWidth) < 24)
            .map(e => e.outerHTML)"""
        )
        == []
    )


@mistakes_too
def test_page_is_quiet_on_all_of_these_screens(opened):
    # Of a page that is a mistake, Chromium says that it is one.
    mistake = "Failed to load resource: the server responded with a status of "
    heard = [said for said in opened.heard if not said.startswith(mistake)]
    assert len(opened.heard) - len(heard) <= 1
    assert heard == []


def test_keyboard_skips_to_the_content(page, site):
    page.goto("/partnerships/norway/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_filters_work_by_keyboard_on_a_phone(page, site):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/partnerships/")
    page.get_by_text("Filter the list").focus()
    page.keyboard.press("Enter")
    filters = page.get_by_role("form", name="Filter the list")
    filters.get_by_label("Search", exact=True).fill("norway")
    page.keyboard.press("Enter")
    page.wait_for_url("**/partnerships/?q=norway")
    expect(page.get_by_role("heading", name="1 partner")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_first_line_of_the_list_is_within_the_first_screen(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/partnerships/")
    line = page.locator(".listing tbody tr").first.bounding_box()
    assert line["y"] + 100 < 800


def test_button_to_compare_stays_in_sight_once_a_line_is_ticked(page, site):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/partnerships/")
    button = page.get_by_role("button", name="Compare")
    assert button.bounding_box()["y"] > 800
    page.get_by_label("Compare Norway").check()
    assert button.bounding_box()["y"] < 800
    page.get_by_label("Compare Japan").check()
    button.click()
    page.wait_for_url("**/compare/?p=japan&p=norway")


def test_comparison_is_folded_on_a_phone_alone(page, site):
    page.goto("/compare/?p=norway&p=canada&p=thailand")
    count = page.locator(".compare summary").first
    step = page.locator(".compare .noted a", has_text="Partnership signed").first
    for width, medium, is_folded in [
        (390, "screen", True),
        (1280, "screen", False),
        (PAPER, "print", False),
    ]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(media=medium)
        assert count.is_visible() == is_folded
        assert step.is_visible() != is_folded
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(media="screen")
    count.focus()
    page.keyboard.press("Enter")
    assert step.is_visible()


def test_print_names_every_source_by_its_key(page, site):
    page.goto("/partnerships/norway/")
    page.emulate_media(media="print")
    chip = page.locator(".milestone .chip").first
    content = chip.evaluate("chip => getComputedStyle(chip, '::after').content")
    assert "eeas-web" in content and content.startswith('"[')
    assert not page.locator(".claim").first.is_visible()
    assert not page.get_by_role("button", name="Show").is_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "opener", [".chip:has-text('disagree')", ".area-name", ".term-word"]
)
def test_what_opens_in_place_is_accessible_and_on_the_screen(page, site, opener, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    page.goto("/partnerships/norway/")
    page.locator(opener).first.focus()
    page.keyboard.press("Enter")
    opened = page.locator(":popover-open")
    box = opened.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 800
    page.evaluate(Axe().axe_script)
    assert violations(page, EVERYTHING) == []
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)


@pytest.mark.parametrize("height", [500, 800])
@pytest.mark.parametrize("width", [390, 1280])
def test_what_opens_fits_wherever_its_button_stands(page, site, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/partnerships/norway/")
    chip = page.locator(".milestone .chip").last
    for part in (0.1, 0.3, 0.5, 0.7, 0.9):
        chip.evaluate(
            "(chip, part) => scrollBy({behavior: 'instant', top:"
            " chip.getBoundingClientRect().top - innerHeight * part})",
            part,
        )
        chip.evaluate("chip => chip.click()")
        box = page.locator(":popover-open").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= height
        page.keyboard.press("Escape")


def test_what_opens_goes_out_of_sight_as_the_keyboard_goes_on(page, site):
    page.goto("/partnerships/norway/")
    chip = page.locator(".milestone .chip:has(+ [popover])").first
    chip.focus()
    page.keyboard.press("Enter")
    said = page.locator(":popover-open")
    for _ in range(said.locator("a, button").count()):
        page.keyboard.press("Tab")
        expect(said).to_be_visible()
    page.keyboard.press("Tab")
    expect(said).not_to_be_visible()
    chip.focus()
    expect(said).to_be_visible()
    page.keyboard.press("Enter")
    expect(said).to_have_count(0)


def test_what_a_second_button_opens_is_in_sight(page, site):
    page.goto("/partnerships/norway/")
    page.locator(".milestone .chip:not(:has(+ [popover]))").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(":popover-open")).to_be_visible()


def test_sources_open_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto("/partnerships/norway/")
    page.locator(".milestone .chip").last.click()
    assert page.locator(":popover-open .claim").first.is_visible()
    context.close()


def test_sections_of_a_record_are_reached_below_what_sticks(page, site):
    page.set_viewport_size({"width": 1280, "height": 600})
    page.emulate_media(reduced_motion="reduce")
    page.goto("/partnerships/norway/#evidence")
    below = """() => document.querySelector("#evidence").getBoundingClientRect().top
        - document.querySelector(".record-nav").getBoundingClientRect().bottom"""
    assert page.evaluate(below) >= 0


def test_print_keeps_the_edition_and_drops_what_leads_on(page, site):
    page.emulate_media(media="print")
    page.goto("/")
    assert re.search(r"^Edition [\d,]+, ", page.locator(".footer").inner_text(), re.M)
    page.goto("/?known_on=2026-01-31")  # before the first edition
    assert page.locator(".banner").inner_text().rstrip().endswith("known before.")


def test_no_javascript_is_needed(browser, site):
    context = browser.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto("/partnerships/?q=norway")
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Norway")
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_heads_of_the_matrix_stay_in_sight_without_a_box_that_scrolls(
    page, site, width
):
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 500})
    page.goto("/matrix/")
    head = page.locator(".matrix thead :is(th a)").first
    rows = page.locator(".matrix tbody th a")
    rows.nth(10).evaluate("row => row.scrollIntoView({block: 'center'})")
    assert page.evaluate("scrollY") > 100
    assert 0 <= head.bounding_box()["y"] < 150
    wider = """() => [...document.querySelectorAll("*")].filter(
        one => one.scrollWidth > one.clientWidth + 1
            && /auto|scroll/.test(getComputedStyle(one).overflowX)).length"""
    assert page.evaluate(wider) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_focus_is_never_under_the_head_of_the_matrix(page, site):
    """WCAG 2.2, 2.4.11, for every link in it, one after the other and back."""
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto("/matrix/")
    hidden = page.evaluate(
        """() => {
            const links = [...document.querySelectorAll(".matrix tbody a")];
            return [...links, ...links.reverse()].filter(link => {
                link.focus();
                const {left, top, width, height} = link.getBoundingClientRect();
                const seen = document.elementFromPoint(left + width / 2, top + height / 2);
                return !link.contains(seen);
            }).map(link => link.outerHTML);
        }"""
    )
    assert hidden == []


def test_link_of_a_cell_leads_to_its_sources(page, site):
    page.goto("/matrix/")
    page.get_by_role("link", name="Included, 2 sources, 1 disagrees").click()
    page.wait_for_url("**/partnerships/norway/#area-4")
    page.locator("#area-4 .area-name").click()
    assert page.locator("#area-4 .claim-disagrees").is_visible()
    assert not page.locator("#area-5 .claim").is_visible()
