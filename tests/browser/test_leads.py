"""From what comes in to what readers see: a report, and a source that changed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from partnerships.actions.watching import Visitor
from partnerships.actions.watching.rounds import go_round
from partnerships.filters import report
from partnerships.ledger import sealing
from partnerships.models import Lead, Milestone, Source
from tests import factories
from tests.watching import page as answer
from tests.watching import serving

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db]

PASSWORD = "seven quiet rivers"
TALKS = b"<main><p>Niue and the EU talk about security.</p></main>"
SIGNED = b"<main><p>Niue and the EU signed on 18 March 2026.</p></main>"


@pytest.fixture
def log_in(page, site, db):
    def as_publisher(name):
        factories.user(name, groups=["publisher"], password=PASSWORD)
        page.goto("/admin/login/?next=/admin/password_change/done/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.click("[type=submit]")

    return as_publisher


def test_readers_report_becomes_a_correction_and_its_number_says_so(
    page, log_in, monkeypatch
):
    monkeypatch.setattr(report, "SHORTEST", 0)  # a test is as fast as a robot
    fact = Milestone.objects.get(partnership__partner__slug="ghana")
    about = f"/report/?page=/partnerships/ghana/&fact=milestone-{fact.pk}"
    page.goto(about)
    page.get_by_label("What is wrong").fill("It was the High Representative who acted.")
    page.get_by_role("button", name="Send").click()
    number = page.url

    log_in("rita")
    page.goto("/admin/")
    page.get_by_role("link", name="It was the High Representative who acted.").click()
    lead = page.url
    place = page.locator(".lead").get_by_role("link", name="/partnerships/ghana/")
    assert place.get_attribute("href") == f"/partnerships/ghana/#milestone-{fact.pk}"

    page.goto(reverse("admin:partnerships_milestone_change", args=[fact.pk]))
    page.fill("[name=actor]", "The High Representative")
    page.select_option("[name=change_kind]", "correction")
    page.fill("[name=change_reason]", "A reader saw that the wrong one was named")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success").first).to_be_visible()
    sealing.seal()

    page.goto(lead)
    page.select_option("[name=outcome]", "accepted")
    page.fill("[name=answer]", "You are right: the High Representative acted.")
    page.select_option("[name=became]", index=1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success").first).to_be_visible()

    page.goto(number)
    main = page.locator("main")
    expect(main).to_contain_text("The editors accepted it and changed the record.")
    expect(main).to_contain_text("You are right: the High Representative acted.")
    main.get_by_role("link", name="change").first.click()
    expect(page.locator("main")).to_contain_text("The High Representative")


def test_page_that_changed_becomes_a_lead_and_a_milestone(page, log_in):
    record = factories.partnership("niue", of=factories.partner("niue", iso_code="NU"))
    talks = factories.milestone(record, "exploratory_talks", "2026-02")
    source = factories.source(
        "mfa-niue", title="Niue and the EU", url="https://example.org/niue"
    )
    factories.claim(talks, "2026-02", by=source)
    with serving() as there:
        there.pages["/"] = answer(TALKS)
        Source.objects.filter(pk=source.pk).update(url=there.url())
        visitor = Visitor(is_allowed=lambda host, address, port: True)
        now = timezone.now()
        only = Source.objects.exclude(pk=source.pk)
        only.update(url="")
        go_round(now=now - timedelta(40), visitor=visitor)
        there.pages["/"] = answer(SIGNED)
        go_round(now=now, visitor=visitor)

    log_in("sam")
    page.goto("/admin/")
    page.get_by_role("link", name="Niue and the EU. Its text changed.").click()
    expect(page.locator("#lead_form")).to_contain_text("signed on 18 March 2026")
    page.get_by_role("button", name="Enter it as a document").click()
    expect(page.locator("[name=url]")).to_have_value(Lead.objects.get().url)
    expect(page.locator("[name=rows-0-partner]")).to_have_value("Niue")
    page.fill("[name=rows-0-what]", "Signed")
    page.fill("[name=rows-0-value]", "18 March 2026")
    page.fill("[name=rows-0-place]", "¶ 1")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".messagelist .success").first).to_contain_text("Entered:")
    assert str(Milestone.objects.get(partnership=record, kind="signed").date) == (
        "2026-03-18"
    )
    assert Lead.objects.get().outcome == "accepted"
    page.goto("/admin/")
    expect(page.locator("#content")).not_to_contain_text("Its text changed")
