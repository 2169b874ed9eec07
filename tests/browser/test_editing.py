"""A partnership entered by hand in the real admin, from the first proposal to SAFE."""

from datetime import date, timedelta
from itertools import product

import pytest
from playwright.sync_api import expect

from partnerships.ledger import sealing
from partnerships.models import Partner, Partnership, Source
from tests import factories
from tests.admin import PARTS as PARTS_BY_FIELD
from tests.html import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PASSWORD = "seven quiet rivers"
RECORD = "/admin/partnerships/partnership/"
PARTS = {*PARTS_BY_FIELD.values()}
STEPS = [
    # track, kind, date, status from then on, SAFE status from then on
    ("sdp", "proposed", "2024-01-10", "proposed", "not_eligible"),
    ("sdp", "exploratory_talks", "2024-03-15", "exploratory", "not_eligible"),
    ("sdp", "negotiations_opened", "2024-06-20", "negotiating", "not_eligible"),
    ("sdp", "signed", "2025-05-19", "signed", "eligible"),
    ("safe", "requested", "2025-09-01", "signed", "requested"),
    ("safe", "negotiations_opened", "2025-10-06", "signed", "negotiating"),
    ("safe", "endorsed", "2025-12-15", "signed", "agreed"),
    ("safe", "provisionally_applied", "2026-02-20", "safe_associated", "associated"),
]
LABELS = {
    "proposed": "Proposed",
    "exploratory": "Exploratory talks",
    "negotiating": "Negotiating",
    "signed": "Signed",
    "safe_associated": "SAFE associated",
    "not_eligible": "Not eligible",
    "eligible": "Eligible",
    "requested": "Requested",
    "agreed": "Agreed",
    "associated": "Associated",
}
#: What the record's page says of it, where that is not its label.
TOLD = {"safe_associated": "taking part in SAFE under its own agreement"}
# After so many steps: rows that are sent together, and what the editor is told at each.
WRONG = {
    1: [[("sdp", "resumed", "2024-02-01", "resumes what was not suspended")]],
    3: [
        [
            ("sdp", "exploratory_talks", "2024-07-01", "which is a later step"),
            ("safe", "negotiations_opened", "2025-06-01", "was not eligible that day"),
        ],
        [
            ("safe", "exploratory_talks", "2024-08-01", "does not exist on this track"),
            ("sdp", "signed", "2099-01-01", "Record a milestone once it has happened"),
            ("sdp", "signed", "31.2.2024", "Write 2025, 2025-09, 2025-09-05"),
        ],
    ],
    4: [
        [
            ("sdp", "text_agreed", "2025-06-01", "which is a later step"),
            ("safe", "endorsed", "2024-07-01", "is before SAFE was adopted"),
        ],
        [("sdp", "signed", "2025-05-19", "already recorded")],
    ],
    8: [[("safe", "requested", "2026-03-01", "a new attempt can begin only after")]],
}


@pytest.fixture
def publisher(site, db):
    return factories.user("ann", groups=["publisher"], password=PASSWORD)


@pytest.fixture
def heard(context, site):
    """What pages say on the console, and whom else they ask for anything."""
    messages = []
    context.on("console", lambda message: messages.append(message.text))
    context.on("weberror", lambda error: messages.append(str(error.error)))
    context.on(
        "request",
        lambda request: request.url.startswith(site) or messages.append(request.url),
    )
    return messages


@pytest.fixture
def admin(page, publisher, heard):
    """The admin's first page, after logging in by the form."""
    page.goto("/admin/")
    page.get_by_label("Username").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("link", name="Partnerships", exact=True)).to_be_visible()
    return page


def enter(page, track, kind, day):
    """Fill in a new row of milestones."""
    page.get_by_text("Add another Milestone").click()
    row = page.locator("tr.dynamic-milestones").last
    row.locator("[name$=-track]").select_option(track)
    row.locator("[name$=-kind]").select_option(kind)
    row.locator("[name$=-date]").fill(day)


def explain(page):
    """Say why, of what kind, and which document says it."""
    page.get_by_label("Kind of change").select_option("new_development")
    page.get_by_label("Reason:").fill("It was announced")
    page.locator(".field-source .select2-selection").click()
    page.locator(".select2-search__field").fill("eeas")
    page.locator(".select2-results__option[aria-selected]").first.click()
    page.get_by_label("Place in the source").fill("page 1")


def save(page):
    page.get_by_role("button", name="Save and continue editing").click()


def add_partner(page):
    page.goto("/admin/partnerships/partner/add/")
    page.locator("#id_name").fill("Switzerland")
    page.get_by_label("ISO code:", exact=True).fill("CH")
    page.get_by_label("Region").select_option("western_europe")
    expect(page.locator("#id_slug")).to_have_value("switzerland")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_contain_text("added successfully")


def add_draft(page):
    """A draft with the first step, its partner chosen by autocompletion."""
    page.goto(f"{RECORD}add/")
    page.locator(".field-partner .select2-selection").click()
    page.locator(".select2-search__field").fill("Switz")
    page.locator(".select2-results__option", has_text="Switzerland").click()
    page.get_by_label("Title").fill("EU–Switzerland Security and Defence Partnership")
    enter(page, *STEPS[0][:3])
    explain(page)
    save(page)
    expect(page.locator(".messagelist .success")).to_contain_text("added successfully")


def publish(page):
    page.goto(f"{RECORD}?q=switzerland")
    page.locator("#result_list .action-select").check()
    page.get_by_label("Action:").select_option("publish")
    page.locator(".actions [name=reason]").first.fill("Checked by two")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.locator(".messagelist .success")).to_contain_text("is published")


def check_refusals(page, wrong):
    """Each row that is refused is there to be put right, with its sentence."""
    address = page.url
    for *row, _ in wrong:
        enter(page, *row)
    explain(page)
    save(page)
    expect(page.locator(".problems")).to_be_focused()
    errors = page.locator("#milestones-group .errorlist")
    expect(errors).to_have_count(len(wrong))
    for error, (*_, sentence) in zip(errors.all(), wrong, strict=True):
        expect(error).to_contain_text(sentence)
        expect(error).to_be_visible()
    page.goto(address)


def check_list(page, status, safe):
    page.goto(f"{RECORD}?q=switzerland")
    row = page.locator("#result_list tbody tr")
    expect(row.locator(".field-headline")).to_have_text(LABELS[status])
    expect(row.locator(".field-safe")).to_have_text(LABELS[safe])


def check_public(page, steps, before=("not_recorded", "not_eligible")):
    """The API agrees with each step, on its day and on the day before it; the page and
    the API say today what the last one made true."""
    for _, _, day, *after in steps:
        eve = date.fromisoformat(day) - timedelta(1)
        assert statuses(page, eve) == as_of(eve, *before)
        before = tuple(after)
        assert statuses(page, day) == as_of(date.fromisoformat(day), *before)
    assert statuses(page) == before
    html = page.request.get("/partnerships/switzerland/").text()
    main = html[html.index("<main") : html.index("</main>")]
    assert TOLD.get(before[0], LABELS[before[0]]) in Page(main).text


def as_of(day, status, safe):
    """What the API says of a day: before SAFE was adopted, that it was not there."""
    return status, safe if day >= date(2025, 5, 27) else "none"


def statuses(page, on=None):
    query = {"as_of": str(on)} if on else {}
    answer = page.request.get("/api/v1/partnerships/switzerland/", params=query).json()
    return answer["status"], answer["safe_status"]


def test_partnership_is_entered_by_hand_from_proposal_to_safe(admin, heard):
    add_partner(admin)
    add_draft(admin)
    address = admin.url.replace("/change/", "/milestones/")
    assert admin.request.get("/partnerships/switzerland/").status == 404
    assert admin.request.get("/api/v1/partnerships/switzerland/").status == 404
    publish(admin)
    admin.goto(address)
    before, listed = ("not_recorded", "not_eligible"), admin.context.new_page()
    for done, step in enumerate(STEPS, 1):
        if done > 1:
            enter(admin, *step[:3])
            explain(admin)
            save(admin)
            expect(admin.locator(".messagelist .success")).to_be_visible()
        for wrong in WRONG.get(done, []):
            check_refusals(admin, wrong)
        check_list(listed, *step[3:])
        admin.bring_to_front()  # a page behind another is drawn once a second
        check_public(admin, [step], before)
        before = tuple(step[3:])
    check_public(admin, STEPS)
    admin.goto("/partnerships/switzerland/")
    last = STEPS[-1][3]
    expect(admin.locator("main")).to_contain_text(TOLD.get(last, LABELS[last]))
    assert heard == []


def type_row(page, number, **cells):
    """Type one statement of a document; return how many fields that took."""
    for name, text in cells.items():
        page.locator(f"[name=rows-{number}-{name}]").fill(text)
    return len(cells)


def test_signature_is_entered_from_a_press_release_and_undone(admin, heard):
    admin.goto("/admin/")
    admin.get_by_role("link", name="Enter a document").click()
    admin.locator("#id_url").fill("https://example.org/thailand-and-the-eu-sign")
    admin.locator("#id_publisher").fill("Bangkok Daily")
    admin.locator("#id_kind").select_option("press")
    admin.locator("#id_title").fill("Thailand and the EU sign")
    admin.locator("#id_published_on").fill("18/03/2026")
    fields = 5 + type_row(
        admin, 0, partner="Thailand", what="Signed", value="18.3.2026", place="¶ 1"
    )
    fields += type_row(admin, 1, value="Bangkok")  # what it is of is still missing
    admin.get_by_role("button", name="Publish").click()
    wrong = admin.get_by_role("alert")
    expect(wrong).to_contain_text("Row 2: Say what it speaks of")
    expect(admin.locator("[name=rows-0-value]")).to_have_value("18.3.2026")

    fields += type_row(admin, 1, what="Where")
    assert fields == 11  # nine, and two for the place
    admin.get_by_role("button", name="Keep and check").click()
    changes = admin.locator(".card")
    expect(changes).to_contain_text("Signed: no day → 18 March 2026")
    assert admin.request.get("/api/v1/partnerships/thailand/").json()["status"] == (
        "not_recorded"
    )
    admin.get_by_role("button", name="Publish").click()
    expect(admin.locator(".messagelist .success")).to_contain_text("Entered:")
    record = admin.request.get("/api/v1/partnerships/thailand/").json()
    assert record["status"] == "signed"
    assert record["milestones"][0]["place"] == "Bangkok"

    sealing.seal()  # as after a commit
    admin.reload()
    last = admin.locator(".card", has_text="Your last changes").locator("li").first
    last.get_by_role("link", name="Undo").click()
    admin.get_by_label("Reason").fill("It was not the text itself")
    admin.get_by_role("button", name="Undo").click()
    expect(admin.locator(".messagelist .success")).to_contain_text("Undone")
    record = admin.request.get("/api/v1/partnerships/thailand/").json()
    assert (record["status"], record["milestones"]) == ("not_recorded", [])
    assert heard == []


@pytest.mark.once
def test_admin_is_usable_and_quiet_on_any_screen(admin, heard):
    norway = Partner.objects.get(slug="norway").partnership
    for path in (
        "",
        "partnerships/partnership/",
        "partnerships/partnership/add/",
        f"partnerships/partnership/{norway.pk}/change/",
        *(f"partnerships/partnership/{norway.pk}/{part}/" for part in PARTS),
        f"partnerships/partnership/{norway.pk}/history/",
        f"double-check/{factories.double_check(norway).pk}/",
        "account/",
        "preview/norway/",
        f"partnerships/milestone/{norway.milestones.first().pk}/change/",
        "partnerships/claim/",
        "enter/",
        "find/?q=norway",
        "manual/decisions/",
    ):
        admin.goto(f"/admin/{path}")
        for scheme, width in product(["light", "dark"], [1280, 390]):
            admin.set_viewport_size({"width": width, "height": 800})
            admin.emulate_media(color_scheme=scheme)
            overflow = "document.documentElement.scrollWidth - window.innerWidth"
            assert admin.evaluate(overflow) <= 0, (path, scheme, width)
    assert heard == []


def test_login_and_lock_out_are_quiet(page, site, heard):
    page.goto("/admin/")
    for _ in range(5):
        page.get_by_label("Username").fill("stranger")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading")).to_have_text("Too many attempts")
    # The browser also says so where somebody types before it has put the cursor there.
    told = ("429", "Autofocus processing was blocked")
    assert [words for words in heard if not any(t in words for t in told)] == []


def test_source_is_chosen_by_its_key_where_no_script_runs(
    browser, browser_context_args, site, publisher
):
    record = Partnership.objects.published().first()
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{RECORD}{record.pk}/areas/")
    page.get_by_label("Username").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    key = page.get_by_label("Key of the source")
    expect(key).to_be_visible()
    page.get_by_label("Kind of change").select_option("new_development")
    page.get_by_label("Reason:").fill("It was announced")
    key.fill(Source.objects.first().key)
    page.get_by_label("Place in the source").fill("page 1")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was not recorded")
    context.close()
