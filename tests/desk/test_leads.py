"""Leads: what came in, taken, entered as a document, closed with an answer."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from partnerships.models import Draft, Lead, LedgerEntry
from tests import factories
from tests.admin import errors
from tests.desk.entry import ADDRESS, SIGNED, address, send
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

TODAY = "/admin/"
ADD = "/admin/partnerships/lead/add/"
LIST = "/admin/partnerships/lead/"


@pytest.fixture
def ghana():
    return factories.partnership("ghana", of=factories.partner("ghana", iso_code="GH"))


def at(lead):
    return f"/admin/partnerships/lead/{lead.pk}/change/"


def change(client, lead, button="_save", **fields):
    known = {name: getattr(lead, name) for name in ("url", "sentence", "published_on")}
    if lead.partnership_id:
        known["partnership"] = lead.partnership_id
    return client.post(at(lead), {**known, **fields, button: "1"})


def test_lead_is_noted_and_stands_on_today(as_, client, ghana, editor):
    sent = {
        "url": ADDRESS,
        "sentence": "Ghana\u202e and the EU signed.",
        "partnership": ghana.pk,
        "published_on": "25 March 2026",
    }
    before = LedgerEntry.objects.count()
    assert as_(editor).post(ADD, sent).url == LIST
    lead = Lead.objects.get()
    assert (lead.sentence, lead.made_by) == ("Ghana and the EU signed.", editor)
    assert LedgerEntry.objects.count() == before  # it is private
    shown = page(client, TODAY).text
    assert "Ghana and the EU signed." in shown and "Noted at the desk, New" in shown


def test_lead_says_something_and_is_noted_once(as_, editor):
    assert "Give its address, or say" in errors(as_(editor).post(ADD, {}))
    client = as_(editor)
    client.post(ADD, {"url": ADDRESS})
    assert "among the leads already" in errors(client.post(ADD, {"url": ADDRESS}))
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    "day, stands", [(date(2026, 3, 9), True), (date(2999, 1, 1), False)]
)
def test_lead_is_due_on_its_day(as_, client, editor, day, stands):
    factories.lead(follow_up_on=day)
    card = page(as_(editor), TODAY).text
    assert ("Ghana and the EU signed." in card) is stands
    assert "Ghana and the EU signed." in page(client, LIST).text


def test_lead_becomes_the_document_that_is_entered_from_it(
    as_, client, ghana, publisher
):
    lead = factories.lead(url=ADDRESS, partnership=ghana, published_on="25 March 2026")
    to = change(as_(publisher), lead, "_enter").url
    shown = client.get(to)
    assert shown.context["document"]["url"].value() == ADDRESS
    assert shown.context["document"]["published_on"].value() == "25 March 2026"
    row, _ = shown.context["rows"][0]
    assert row["partner"].value() == "Ghana"
    assert row["words"].value() == "Ghana and the EU signed."
    lead.refresh_from_db()
    assert lead.state == "Taken by Publisher"
    assert change(client, lead, "_enter").url == to and Draft.objects.count() == 1

    send(client, [SIGNED], to=to)
    lead.refresh_from_db()
    operation = LedgerEntry.objects.filter(record="milestone").get().operation
    assert (lead.outcome, lead.operation) == ("accepted", operation)
    assert "Ghana and the EU signed." not in page(client, LIST, {"state": "due"}).text
    assert "the change that it became" in page(client, at(lead)).text


def test_words_of_a_reader_are_none_of_the_document(as_, client, ghana, editor):
    lead = factories.lead(url=ADDRESS, partnership=ghana, origin="report")
    row, _ = client.get(change(as_(editor), lead, "_enter").url).context["rows"][0]
    assert (row["partner"].value(), row["words"].value()) == ("Ghana", "")


def test_lead_is_taken(as_, editor):
    lead = factories.lead()
    change(as_(editor), lead, "_take")
    lead.refresh_from_db()
    assert lead.taken_by == editor and not lead.outcome


def test_report_is_closed_with_words_and_forgets_who_sent_it(as_, client, editor):
    """The digest of its network counts for the limit, until its day is over."""
    lead = factories.lead(origin="report", email="reader@example.org", network="abc")
    assert "reader@example.org" in page(as_(editor), at(lead)).text
    refused = change(client, lead, outcome="accepted")
    assert "Say why, or what was done" in errors(refused)
    refused = change(client, lead, answer="It was.")
    assert "Choose what became of it" in errors(refused)
    change(client, lead, outcome="already_right", answer="The text says 24 March.")
    lead.refresh_from_db()
    assert (lead.email, lead.network, lead.taken_by) == ("", "abc", editor)
    assert lead.closed_at and lead.state == "Already right"
    change(client, lead, outcome="")
    lead.refresh_from_db()
    assert lead.closed_at is None


def test_words_of_a_reader_stay_as_they_are(as_, editor):
    lead = factories.lead(origin="report", url=ADDRESS)
    change(as_(editor), lead, sentence="Mine", follow_up_on="2026-03-20")
    lead.refresh_from_db()
    assert lead.sentence == "Ghana and the EU signed."
    assert lead.follow_up_on == date(2026, 3, 20)


def test_lead_names_the_change_that_it_became(as_, client, ghana, publisher):
    send(as_(publisher), [SIGNED], to=address())
    operation = LedgerEntry.objects.filter(record="milestone").get().operation
    lead = factories.lead()
    assert str(operation) in client.get(at(lead)).content.decode()
    refused = change(client, lead, outcome="accepted", answer="Done.")
    assert "Name the change that it became" in errors(refused)
    accepted = {"outcome": "accepted", "became": str(operation)}
    change(client, lead, **accepted)
    lead.refresh_from_db()
    assert lead.operation == operation
    change(client, lead, **accepted | {"outcome": "rejected", "answer": "No."})
    lead.refresh_from_db()
    assert lead.operation is None


def test_older_page_of_a_lead_changes_nothing(as_, client, editor):
    lead = factories.lead(origin="report")
    seen = as_(editor).get(at(lead)).context["lead"].version
    change(client, lead, outcome="rejected", answer="No.")
    for button in ("_take", "_enter", "_save"):
        refused = change(client, lead, button, seen=seen)
        assert "Somebody changed this lead meanwhile" in errors(refused)
    lead.refresh_from_db()
    assert (lead.outcome, lead.answer) == ("rejected", "No.")
    assert not Draft.objects.exists()


def test_one_editor_enters_a_document_from_a_lead(as_, client, editor, publisher):
    lead = factories.lead(url=ADDRESS)
    change(as_(editor), lead, "_enter")
    answer = change(as_(publisher), lead, "_enter")
    assert answer.url == at(lead)
    assert "Editor enters a document from it" in page(client, at(lead)).text
    lead.refresh_from_db()
    assert lead.draft.owner == editor and Draft.objects.count() == 1


@pytest.mark.parametrize(
    "asked", ["email__startswith=r", "network__gt=a", "made_at__year=1", "draft=1"]
)
def test_nobody_asks_the_list_by_what_is_private(as_, client, viewer, asked):
    factories.lead(origin="report", email="reader@example.org")
    assert as_(viewer).get(f"{LIST}?{asked}").status_code == 400


@pytest.mark.parametrize(
    "url", ["ftp://example.org/a", "https://user:pw@example.org/", "nonsense"]
)
def test_address_of_a_lead_is_one_of_the_web(as_, editor, url):
    as_(editor).post(ADD, {"url": url})
    assert not Lead.objects.exists()


def test_deletion_by_an_administrator_is_in_no_log(as_, client):
    lead = factories.lead()
    as_(factories.user("root", is_superuser=True))
    client.post(f"/admin/partnerships/lead/{lead.pk}/delete/", {"post": "yes"})
    assert not Lead.objects.exists() and not LogEntry.objects.exists()


def test_known_document_is_said_to_be(as_, client, editor):
    factories.source(url=ADDRESS, title="Ghana signs")
    noted = as_(editor).post(ADD, {"url": ADDRESS}, follow=True)
    assert "on record" in noted.content.decode()
    assert "The document is known" in page(client, at(Lead.objects.get())).text


def test_viewer_reads_leads_but_no_e_mail_and_changes_none(as_, client, viewer):
    lead = factories.lead(origin="report", email="reader@example.org")
    text = page(as_(viewer), at(lead)).text
    assert "Ghana and the EU signed." in text and "reader@example.org" not in text
    assert change(client, lead, "_enter").status_code == 403
    assert client.post(ADD, {"sentence": "Mine"}).status_code == 403
    assert Lead.objects.count() == 1 and not Draft.objects.exists()


def test_nobody_without_a_role_reads_a_lead(client, ghana):
    lead = factories.lead(
        origin="report", email="reader@example.org", partnership=ghana, url=ADDRESS
    )
    client.force_login(factories.user("nobody"))
    assert client.get(at(lead)).status_code in (302, 403)
    client.logout()
    assert client.get(at(lead)).status_code == 302
    public = ["/", "/partnerships/ghana/", "/sources/", "/changes/", "/changes.atom"]
    public += ["/data/", "/api/v1/partnerships/ghana/", "/api/v1/changes/"]
    for path in public:
        said = client.get(path).content.decode()
        assert "reader@example.org" not in said and lead.number not in said
        assert "Ghana and the EU signed." not in said


def test_search_of_the_desk_finds_a_lead(as_, client, editor):
    lead = factories.lead()
    assert (
        lead.sentence
        in page(as_(editor), reverse("admin:desk-find"), {"q": "signed"}).text
    )
