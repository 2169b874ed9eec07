"""Every screen of the desk in a browser: on a phone, by keyboard, by its name."""

import pytest
from django.urls import reverse

from partnerships.ledger import sealing
from partnerships.models import (
    DoubleCheck,
    Draft,
    LedgerEntry,
    Milestone,
    Partnership,
    Source,
)
from tests import factories
from tests.admin import PARTS as PARTS_BY_FIELD
from tests.admin import change_url, part_url, url
from tests.desk.entry import send

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db]

PASSWORD = "seven quiet rivers"
PHONE = {"width": 390, "height": 844}
LISTS = [
    *("partnership", "milestone", "coverage", "engagement", "affiliation", "subject"),
    *("position", "namesake", "claim", "source", "partner", "area", "question"),
    *("check", "doublecheck"),
]
LONG = "A title that is as long as titles of agreements are, and a little longer yet"
IN_FORCE = {
    "partner": "Iceland",
    "what": "SAFE: Requested",
    "value": "24 March 2026",
    "words": "has asked to take part, and waits for the answer",
    "place": "¶ 2",
}
DISAGREES = {"partner": "Japan", "what": "Signed", "value": "3 November 2024"}

#: Controls that are seen and that nothing names.
NAMELESS = """() => [...document.querySelectorAll(
    "main :is(input:not([type=hidden]), select, textarea, button)"
)].filter((one) => one.checkVisibility() && !one.labels?.length
    && !one.ariaLabel && !one.getAttribute("aria-labelledby") && !one.title
    && !(one.type === "submit" && (one.value || one.textContent.trim()))
    && !one.textContent.trim()).map((one) => one.outerHTML.slice(0, 120))"""
#: How many pixels of what has the focus, of a text its first lines, the row of buttons
#: covers.
COVERED = """() => {
    const one = document.activeElement;
    const bar = document.querySelector(".submit-row").getBoundingClientRect();
    const { top, height } = one.getBoundingClientRect();
    if (one.closest(".submit-row") || one === document.body) return 0;
    return Math.min(top + Math.min(height, 40), bar.bottom) - Math.max(top, bar.top);
}"""


@pytest.fixture
def desk(page, client, site):
    """A page at which a publisher sits, with something on every screen."""
    editor = factories.user("eve", groups=["editor"])
    publisher = factories.user("ann", groups=["publisher"], password=PASSWORD)
    client.force_login(editor)
    send(client, [IN_FORCE], "propose", title=LONG)
    client.force_login(publisher)
    send(client, [IN_FORCE], url="https://example.org/another-document", title=LONG)
    send(client, [IN_FORCE, DISAGREES], "check", url="https://example.org/third")
    sealing.seal()
    page.goto("/admin/login/?next=/admin/password_change/done/")
    page.fill("#id_username", "ann")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    return page


def screens():
    """The addresses of all screens of the desk."""
    proposal = Draft.objects.exclude(proposed_at=None).get(owner__username="eve")
    own = Draft.objects.filter(owner__username="ann").latest("changed_at")
    operation = LedgerEntry.objects.order_by("number").last().operation
    record = Partnership.objects.get(partner__slug="norway")
    milestone = Milestone.objects.filter(partnership=record).first()
    draft = Partnership.objects.get(partner__slug="hidden")
    desk = [
        ("index", ()),
        ("password_change", ()),
        ("desk-account", ()),
        ("desk-find", ()),
        ("desk-enter", ()),
        ("desk-document", (own.pk,)),
        ("desk-document", (proposal.pk,)),
        ("desk-send-back", (proposal.pk,)),
        ("desk-discard", (own.pk,)),
        ("desk-undo", (operation,)),
        *(("desk-double-check", (check.pk,)) for check in DoubleCheck.objects.all()),
        ("desk-manual", ("editing",)),
        ("desk-manual", ("decisions",)),
    ]
    yield from (reverse(f"admin:{name}", args=args) for name, args in desk)
    yield f"{reverse('admin:desk-find')}?q=norway"
    yield from (part_url(record, part) for part in PARTS)
    for row in (record, milestone, draft, Source.objects.first()):
        yield change_url(row)
        yield url(type(row), "history", row.pk)
    for model in LISTS:
        yield reverse(f"admin:partnerships_{model}_changelist")
        if model not in ("doublecheck",):
            yield reverse(f"admin:partnerships_{model}_add")


PARTS = sorted({*PARTS_BY_FIELD.values(), "words"})


def test_every_screen_fits_a_phone_and_names_itself_and_its_fields(desk):
    desk.set_viewport_size(PHONE)
    wrong = []
    for address in screens():
        answer = desk.goto(address)
        width = desk.evaluate("document.scrollingElement.scrollWidth")
        heads = desk.locator("h1").all_inner_texts()
        nameless = desk.evaluate(NAMELESS)
        is_named = [f"{head} | SDP tracker" for head in heads] == [desk.title()]
        if (answer.status, width) != (200, 390) or not is_named or nameless:
            wrong.append((address, answer.status, width, heads, desk.title(), nameless))
    assert wrong == []


def test_what_has_the_focus_is_never_beneath_the_buttons(desk):
    desk.set_viewport_size(PHONE)
    milestone = Milestone.objects.filter(partnership__partner__slug="norway").first()
    for address in ("/admin/enter/", change_url(milestone)):
        desk.goto(address)
        for _ in range(45):
            desk.keyboard.press("Tab")
            assert desk.evaluate(COVERED) <= 0, desk.evaluate(
                "document.activeElement.outerHTML"
            )
