"""The work that an editor's usual entries take: pages, clicks and fields, counted in a
browser and printed (``pytest -s``); docs/editing.md has the figures."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from partnerships.ledger import sealing
from partnerships.models import Claim, Milestone
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db]

PASSWORD = "seven quiet rivers"
MANUAL = Path(settings.BASE_DIR, "docs/editing.md").read_text(encoding="utf-8")


class Tally:
    """A page, and what is done on it."""

    def __init__(self, page):
        self.page, self.pages, self.clicks, self.fields = page, set(), 0, 0
        page.on("framenavigated", lambda frame: self.visit(frame.url))

    def visit(self, url):
        path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", url).partition("?")[0]
        if not path.endswith("/admin/enter/"):  # it leads on to a new document
            self.pages.add(path)

    def click(self, role, name):
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def fill(self, name, text):
        self.fields += 1
        self.page.locator(f"[name={name}]").fill(text)

    def row(self, number, **cells):
        for name, text in cells.items():
            self.fill(f"rows-{number}-{name}", text)

    def document(self, title):
        """The document, of a publisher who is known."""
        slug = title.lower().replace(" ", "-")
        self.fill("url", f"https://example.org/{slug}")
        self.fill("publisher", "European External Action Service")
        self.fill("title", title)
        self.fill("published_on", "19/03/2026")

    def entered(self):
        self.click("button", "Publish")
        expect(self.page.locator(".messagelist .success")).to_contain_text("Entered:")

    def told(self, what):
        """The line of the manual's table that has these figures."""
        pages, clicks, fields = len(self.pages), self.clicks, self.fields
        print(f"{what}: {pages} pages, {clicks} clicks, {fields} fields")
        return f"| {what} | {pages} | {clicks} | {fields} |"


@pytest.fixture
def tally(page, site, db):
    """On Today, logged in, with a record to enter into."""
    factories.user("ann", groups=["publisher"], password=PASSWORD)
    factories.partnership("niue", of=factories.partner("niue", iso_code="NU"))
    page.goto("/admin/login/?next=/admin/password_change/done/")
    page.fill("#id_username", "ann")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    page.goto("/admin/")
    return Tally(page)


def begin(tally, title):
    tally.click("link", "Enter a document")
    tally.document(title)


def undo(tally):
    """Two clicks and a reason bring back what was before."""
    sealing.seal()  # as after a commit
    tally.page.goto("/admin/")
    again = Tally(tally.page)
    again.click("link", "Undo")
    again.fill("reason", "It was not the text itself")
    again.click("button", "Undo")
    expect(tally.page.locator(".messagelist .success")).to_contain_text("Undone")
    assert (again.clicks, again.fields) == (2, 1)


def test_signature_takes_two_pages_and_ten_fields(tally):
    begin(tally, "Niue and the EU sign")
    tally.row(0, partner="Niue", what="Signed", value="18.3.2026", place="¶ 1")
    tally.row(1, what="Where", value="Alofi")
    tally.entered()
    assert Milestone.objects.get(partnership__partner__slug="niue").place == "Alofi"
    told = tally.told("A signature and its place, from a press release")
    assert len(tally.pages) <= 2 and tally.fields <= 10 and told in MANUAL
    undo(tally)
    assert not Milestone.objects.filter(partnership__partner__slug="niue").exists()


def test_twelve_claims_of_one_document_take_one_page_and_thirty_fields(tally):
    begin(tally, "What Niue agreed to")
    tally.pages.clear()
    tally.visit(tally.page.url)
    tally.row(0, partner="Niue", what="Area: 1", value="yes", place="¶ 4")
    for number in range(1, 12):
        tally.row(number, what=f"Area: {number + 1}", value="yes")
    told = tally.told("Twelve claims of one new document")
    assert len(tally.pages) == 1 and tally.fields <= 30 and told in MANUAL
    tally.entered()
    assert Claim.objects.filter(record__partner__slug="niue").count() == 12
    undo(tally)
    assert not Claim.objects.filter(record__partner__slug="niue").exists()


def test_twenty_cells_take_one_paste(tally):
    begin(tally, "The text with Niue")
    typed = tally.fields
    tally.fill(
        "pasted",
        "\n".join(f"Niue\tArea: {n}\tincluded\t\tTable 1" for n in range(1, 21)),
    )
    assert tally.fields == typed + 1
    tally.entered()
    assert Claim.objects.filter(record__partner__slug="niue").count() == 20
    assert tally.told("Twenty cells of one new document, pasted") in MANUAL
    undo(tally)


def test_correction_of_ones_own_date_is_no_disagreement(tally):
    begin(tally, "Niue and the EU sign")
    tally.row(0, partner="Niue", what="Signed", value="18.3.2026", place="¶ 1")
    tally.entered()
    sealing.seal()
    tally.page.goto("/admin/")
    again = Tally(tally.page)
    again.click("link", "Enter a document")
    again.fill("url", "https://example.org/niue-and-the-eu-sign")
    again.row(0, partner="Niue", what="Signed", value="17.3.2026", place="¶ 1")
    again.entered()
    record = tally.page.request.get("/api/v1/partnerships/niue/").json()
    assert record["open_disagreements"] == 0
    (signed,) = record["milestones"]
    assert signed["date"] == "2026-03-17"
    assert [claim["says"] for claim in signed["claims"]] == ["2026-03-17"]
    assert again.told("A correction of one's own date") in MANUAL
    undo(again)
    record = tally.page.request.get("/api/v1/partnerships/niue/").json()
    assert record["milestones"][0]["date"] == "2026-03-18"


def log_in(page, name):
    page.context.clear_cookies()
    page.goto("/admin/login/?next=/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")


def test_milestone_is_entered_and_confirmed_on_a_phone(tally):
    page = tally.page
    page.set_viewport_size({"width": 390, "height": 844})
    factories.user("bo", groups=["editor"], password=PASSWORD)
    begin(tally, "Niue and the EU sign")
    tally.row(0, partner="Niue", what="Signed", value="18.3.2026", place="¶ 1")
    expect(page.locator("[name=rows-3-partner]")).to_be_hidden()
    tally.entered()
    sealing.seal()
    page.goto("/partnerships/niue/")
    expect(page.locator("main")).to_contain_text("Not yet double-checked")
    log_in(page, "bo")
    waiting = page.locator(".card", has_text="Not yet double-checked")
    waiting.get_by_role("link", name="Niue").click()
    expect(page.get_by_text("Signed, 18 March 2026")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("I have the source open").check()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Double-checked")
    sealing.seal()
    page.goto("/partnerships/niue/")
    expect(page.locator("main")).not_to_contain_text("Not yet double-checked")
