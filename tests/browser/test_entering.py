"""Entering a document in a browser: kept by itself, pasted as a grid, previewed."""

import re

import pytest
from playwright.sync_api import expect

from partnerships.models import Draft, User
from tests import factories
from tests.desk.entry import ADDRESS

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db]

PASSWORD = "seven quiet rivers"
KEPT = re.compile(r"Kept at \d\d:\d\d")


@pytest.fixture
def desk(page, site, db):
    """A page of a new document, at which an editor sits."""
    factories.user("eve", groups=["editor"], password=PASSWORD)
    log_in(page)
    page.clock.install()
    page.goto("/admin/enter/")
    return page


def log_in(page):
    page.goto("/admin/login/?next=/admin/password_change/done/")
    page.fill("#id_username", "eve")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")


def status(page):
    return page.locator(".entry-kept")


def pause(page):
    page.clock.run_for(3_500)


def paste(page, cell, text, html=""):
    page.locator(cell).evaluate(
        """(cell, [text, html]) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            if (html) data.setData("text/html", html);
            const options = { clipboardData: data, bubbles: true, cancelable: true };
            cell.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        [text, html],
    )


def cell(number, name):
    return f"#id_rows-{number}-{name}"


def draft():
    return Draft.objects.get(owner__username="eve")


def warns_on_leaving(page):
    """Whether the browser would ask before the page is left."""
    return page.evaluate(
        "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    )


def test_text_is_kept_some_seconds_after_typing_stops(desk):
    desk.fill(cell(0, "value"), "18 March")
    assert warns_on_leaving(desk) and not Draft.objects.exists()
    pause(desk)
    expect(status(desk)).to_have_text(KEPT)
    assert draft().rows[0]["value"] == "18 March" and not warns_on_leaving(desk)
    desk.fill("#id_pasted", "Ghana\tSigned")
    pause(desk)
    assert warns_on_leaving(desk) and len(draft().rows) == 1


def test_kept_at_is_told_in_the_editors_time(desk):
    User.objects.filter(username="eve").update(time_zone="Asia/Kathmandu")
    desk.reload()
    desk.fill(cell(0, "value"), "18 March")
    pause(desk)
    expect(status(desk)).to_have_text(KEPT)
    now = (
        "new Date().toLocaleTimeString('en-GB', { timeStyle: 'short', timeZone: '%s' })"
    )
    expect(status(desk)).to_have_text(
        f"Kept at {desk.evaluate(now % 'Asia/Kathmandu')}"
    )


def test_late_answer_never_hides_newer_text(desk):
    held = []

    def hold_first(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    desk.route("**/admin/enter/*/", hold_first)
    desk.fill(cell(0, "value"), "one")
    pause(desk)
    desk.wait_for_timeout(100)
    desk.fill(cell(0, "value"), "two")
    pause(desk)
    assert len(held) == 1
    held[0].continue_()
    expect(status(desk)).to_have_text(KEPT)
    assert draft().rows[0]["value"] == "one" and warns_on_leaving(desk)
    pause(desk)
    desk.wait_for_function("() => typed === kept")
    assert draft().rows[0]["value"] == "two"


def test_nothing_is_kept_after_a_discard(desk):
    desk.fill(cell(0, "value"), "one")
    pause(desk)
    expect(status(desk)).to_have_text(KEPT)
    desk.fill(cell(0, "value"), "two")
    desk.get_by_text("Discard this document").click()
    desk.click("[name=discard]")
    expect(desk.get_by_text("Nothing of it was entered")).to_be_visible()
    pause(desk)
    assert not Draft.objects.exists()


def test_session_that_ended_is_said_and_the_text_stays(desk, context):
    desk.fill(cell(0, "value"), "one")
    context.clear_cookies()
    pause(desk)
    expect(status(desk)).to_contain_text("your session has ended")
    assert desk.input_value(cell(0, "value")) == "one" and warns_on_leaving(desk)
    other = context.new_page()
    log_in(other)
    desk.clock.run_for(31_000)
    expect(status(desk)).to_have_text(KEPT)
    assert draft().rows[0]["value"] == "one"
    desk.click("[name=check]")  # with the new token
    expect(desk.get_by_text("Mend this first")).to_be_visible()


def test_server_that_is_away_is_said(desk):
    desk.route("**/admin/enter/*/", lambda route: route.abort())
    desk.fill(cell(0, "value"), "one")
    pause(desk)
    expect(status(desk)).to_contain_text("Not kept: the server is not reached")
    assert warns_on_leaving(desk)


def test_block_of_cells_fills_the_grid_from_there(desk):
    block = 'Signed\t2026-03-24\t"signed\tin ""Accra"""\n' + "\n".join(
        f"Area: {n}\tyes" for n in range(1, 6)
    )
    paste(desk, cell(1, "what"), block + "\n")
    assert desk.input_value(cell(1, "value")) == "2026-03-24"
    assert desk.input_value(cell(1, "words")) == 'signed\tin "Accra"'
    assert desk.input_value(cell(6, "what")) == "Area: 5"
    assert desk.input_value(cell(0, "what")) == ""
    pause(desk)
    expect(status(desk)).to_have_text(KEPT)
    assert [row["what"] for row in draft().rows][1:] == [
        f"Area: {n}" for n in range(1, 6)
    ]


def test_column_and_hidden_columns_are_pasted_and_prose_is_not(desk):
    paste(desk, cell(0, "place"), "p. 1\np. 2")
    assert desk.input_value(cell(1, "place")) == "p. 2"
    paste(desk, cell(0, "words"), "signed\non Tuesday")
    assert desk.input_value(cell(1, "words")) == ""
    paste(desk, cell(0, "words"), "signed\nin Accra", "<table></table>")
    assert desk.input_value(cell(1, "words")) == "in Accra"
    paste(desk, cell(0, "detail"), "who\tours\tkeep\tIt stands.")
    assert desk.input_value("[name=rows-0-decision]") == "keep"
    assert desk.input_value("[name=rows-0-ruling]") == "It stands."


def test_more_rows_than_a_document_has_are_not_pasted(desk):
    paste(desk, cell(0, "what"), "\n".join(["Signed"] * 401))
    expect(status(desk)).to_contain_text("at most 400 rows: nothing was pasted")
    assert desk.input_value(cell(0, "what")) == ""


def test_keys_go_from_row_to_row_and_send_nothing(desk):
    here = desk.url
    desk.press("#id_title", "Enter")
    desk.fill(cell(2, "value"), "1")
    desk.press(cell(2, "value"), "Enter")
    assert desk.evaluate("document.activeElement.id") == cell(3, "value")[1:]
    desk.keyboard.press("ArrowUp")
    assert desk.evaluate("document.activeElement.id") == cell(2, "value")[1:]
    assert desk.url == here and not Draft.objects.exists()


@pytest.mark.parametrize("width", [1400, 390])
def test_signature_is_checked_and_previewed(desk, context, width):
    desk.set_viewport_size({"width": width, "height": 844})
    desk.fill("#id_url", ADDRESS)
    desk.fill("#id_publisher", "Channel Africa")
    desk.fill("#id_title", "Norway and the EU meet")
    desk.select_option("#id_kind", "official")
    for name, text in {
        "partner": "Norway",
        "what": "Tie: Dialogue",
        "value": "annual",
        "place": "p. 1",
        "detail": "Dialogue on the High North",
    }.items():
        desk.fill(cell(0, name), text)
    desk.click("[name=check]")
    expect(desk.get_by_text("New: Dialogue on the High North")).to_be_visible()
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    with context.expect_page() as opened:
        desk.get_by_text("Preview its public page").click()
    expect(opened.value.get_by_text("Preview: not published.")).to_be_visible()
    expect(opened.value.get_by_text("Dialogue on the High North")).to_be_visible()
