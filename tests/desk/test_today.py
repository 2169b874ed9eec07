"""Today: what is due, and what to do about it; the search; undo."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.desk.repeats import SAVED_ALREADY
from partnerships.ledger import context
from partnerships.log.operations import done_by
from partnerships.models import Check, LedgerEntry, Milestone, Partnership, Source
from tests import factories
from tests.admin import count_queries
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

TODAY = "/admin/"


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


def cards(client):
    """The lines of each card, by its heading."""
    context = client.get(TODAY).context
    return {
        card.heading: [item.text for item in card.items] for card in context["cards"]
    }


def checked(slug, days_ago, **kwargs):
    record = factories.partnership(slug, **kwargs)
    factories.check(record, timezone.localdate() - timedelta(days=days_ago))
    return record


def announced(record, expected, **kwargs):
    given = {"announces": "signed", "expected": expected}
    return factories.milestone(record, "announced", "2024-01", **given | kwargs)


def test_announcement_is_due_until_it_is_met_or_fell_through(client):
    overdue, met = checked("norway", 0), checked("japan", 0)
    announced(overdue, "2024-03")
    announced(met, "2024-03")
    factories.milestone(met, "signed", "2024-03-02")
    announced(checked("chad", 0), "2024-03", fell_through=True, note="Called off.")
    later = timezone.localdate() + timedelta(days=60)
    announced(checked("togo", 0), later.isoformat())
    soon = timezone.localdate() + timedelta(days=5)
    announced(checked("mali", 0), soon.isoformat())
    (first, second) = cards(client)["Announced, and due"]
    assert "Norway" in first and "Mali" in second


def test_records_are_looked_at_weekly_while_something_moves(client):
    for slug, days_ago in (("norway", 8), ("japan", 6)):
        record = checked(slug, days_ago)
        factories.milestone(record, "negotiations_opened", "2024-01")
    for slug, days_ago in (("chad", 32), ("togo", 30)):
        factories.milestone(checked(slug, days_ago), "signed", "2024-01")
    factories.partnership("mali")
    checked("kenya", 400, published=False)
    assert cards(client)["To be looked at"] == ["Mali", "Chad", "Norway"]


def test_one_click_says_that_nothing_is_new(client, editor):
    record = factories.partnership()
    answer = client.post(reverse("admin:desk-looked"), {"partnership": record.pk})
    assert answer.url == TODAY
    check = Check.objects.get()
    assert (check.through, check.found) == (timezone.localdate(), "")
    assert "To be looked at" not in cards(client)
    client.post(reverse("admin:desk-looked"), {"partnership": record.pk})
    assert Check.objects.count() == 1
    assert SAVED_ALREADY in page(client, TODAY).text
    client.force_login(editor)
    client.post(reverse("admin:desk-looked"), {"partnership": record.pk})
    assert Check.objects.count() == 1
    assert "is checked through that day already" in page(client, TODAY).text


def test_record_is_looked_at_on_the_day_of_an_announcement(client):
    on = timezone.localdate()
    for slug, expected in (("norway", 0), ("japan", 1)):
        record = checked(slug, 2)
        day = on + timedelta(expected)
        factories.milestone(
            record, "announced", "2024-01", announces="signed", expected=str(day)
        )
    assert cards(client)["To be looked at"] == ["Norway"]


def test_one_click_says_of_all_seen_that_nothing_is_new(client):
    names = ["chad", "mali", "togo", "kenya", "japan", "norway", "ghana"]
    for name in names:
        factories.partnership(name)
    assert "Looked at all 6, nothing new" in page(client, TODAY).text
    shown = client.get(TODAY).context["cards"]
    (card,) = [card for card in shown if card.heading == "To be looked at"]
    sent = {"partnership": [row.pk for row in card.of_every["rows"]]}
    client.post(reverse("admin:desk-looked"), sent)
    assert Check.objects.count() == 6
    entries = LedgerEntry.objects.filter(record="check")
    assert len({entry.operation for entry in entries}) == 1
    assert len(cards(client)["To be looked at"]) == 1
    client.post(reverse("admin:desk-looked"), sent)  # a second click
    assert Check.objects.count() == 6


def test_sources_are_opened_weekly_while_something_moves(client):
    on = timezone.localdate()
    for slug, kind in (("norway", "negotiations_opened"), ("japan", "signed")):
        fact = factories.milestone(checked(slug, 0), kind, "2024-01")
        for days in (2, 9, 40):
            source = factories.source(
                key=f"{slug}-{days}",
                title=f"{slug} {days}",
                url=f"https://example.org/{slug}/{days}",
                last_checked_on=on - timedelta(days),
            )
            factories.claim(fact, "2024-01", by=source)
    due = cards(client)["Documents to be opened"]
    assert ["norway 9" in str(due), "japan 9" in str(due)] == [True, False]
    assert len(due) == 3
    assert "Opened all 3, unchanged" in page(client, TODAY).text
    sent = {"source": [s.pk for s in Source.objects.filter(title__endswith=" 9")]}
    client.post(reverse("admin:desk-opened"), sent)
    assert len(cards(client)["Documents to be opened"]) == 2


@pytest.mark.parametrize(
    "sent",
    [{}, {"partnership": "x"}, {"partnership": 7}, {"partnership": ["1", "x"]}],
)
def test_click_on_nothing_is_refused(client, sent):
    assert client.post(reverse("admin:desk-looked"), sent).status_code == 404
    assert client.get(reverse("admin:desk-looked")).status_code == 405


def test_viewer_sees_what_is_due_and_does_nothing(client, viewer):
    record = factories.partnership()
    with context.change(reason="Test", kind="correction", actor="Desk"):
        factories.edit(record, summary="New.")
    client.force_login(viewer)
    assert "Looked, nothing new" not in page(client, TODAY).text
    sent = {"partnership": record.pk}
    assert client.post(reverse("admin:desk-looked"), sent).status_code == 403
    operation = LedgerEntry.objects.latest("number").operation
    address = reverse("admin:desk-undo", args=[operation])
    assert client.post(address, {"reason": "No"}).status_code == 403
    assert Partnership.objects.get().summary == "New."


def test_disagreements_drafts_and_gaps_are_each_a_card(client):
    with context.change(reason="All at once", kind="import", actor="Desk"):
        record = checked("norway", 0, summary="Words.")
        signed = factories.milestone(record, date="2024-05-28")
        source = factories.source(url="https://example.org/a")
        factories.claim(signed, "2025", by=source)
    factories.partnership("kenya", published=False)
    found = cards(client)
    assert found["Sources disagree, no ruling yet"] == [str(signed)]
    assert found["Signed, areas not assessed"] == ["Norway"]
    assert found["Drafts"] == ["Kenya"]
    assert found["Documents to be opened"] == [str(source)]
    assert "Summary is older than the newest milestone" not in found
    factories.milestone(record, "suspended", "2025-01")
    assert cards(client)["Summary is older than the newest milestone"] == ["Norway"]


def test_nothing_due_says_so(client):
    assert "Nothing is due." in page(client, TODAY).text


def test_last_change_is_undone_in_two_clicks_and_a_reason(client, publisher):
    signed = factories.milestone(checked("norway", 0), place="Oslo")
    with context.change(user=publisher, reason="A typo", kind="correction"):
        factories.edit(signed, place="Olso")
    item = next(
        card.items[0]
        for card in client.get(TODAY).context["cards"]
        if card.heading == "Your last changes"
    )
    shown = page(client, item.action[1]).text
    assert "Undo: Milestone corrected: Norway, Signed" in shown
    assert "One change. Undoing brings the record back" in shown
    refused = client.post(item.action[1], {"reason": "..."})
    assert "Say in words why" in refused.content.decode()
    assert client.post(item.action[1], {"reason": "It was right"}).url == TODAY
    assert Milestone.objects.get().place == "Oslo"
    assert "Undone: 1 record is as before." in page(client, TODAY).text
    again = client.post(item.action[1], {"reason": "Once more"})
    assert "was changed since" in again.content.decode()
    assert client.get(reverse("admin:desk-undo", args=[UUID(int=7)])).status_code == 404


def test_last_changes_are_those_of_the_account_not_of_its_role(client, publisher):
    other = factories.user("other", groups=["publisher"])
    record = checked("norway", 0)
    assert publisher.public_label == other.public_label
    for user, summary in ((publisher, "Mine."), (other, "Another's.")):
        with context.change(user=user, reason="Words", kind="editorial"):
            factories.edit(record, summary=summary)
    (own,) = done_by(publisher)
    (theirs,) = done_by(other)
    assert own.operation != theirs.operation and own.count == theirs.count == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *(("Türkei", "Türkiye"), ("ankara", "Türkiye"), ("example.org/a", "Briefing")),
        *(("in the margins", "Signed"), ("health", "Public health")),
    ],
)
def test_one_search_finds_partners_documents_and_facts(client, query, found):
    of = factories.partner(
        "turkiye", name="Türkiye", iso_code="TR", other_names="Ankara"
    )
    record = factories.partnership(of=of)
    factories.milestone(record, note="In the margins of a summit.")
    factories.subject(record)
    factories.source(url="https://example.org/a")
    assert found in page(client, reverse("admin:desk-find"), {"q": query}).text


def test_search_for_nothing_or_for_what_is_not_there_says_so(client):
    find = reverse("admin:desk-find")
    assert "Nothing is found" not in page(client, find).text
    assert "Nothing is found" in page(client, find, {"q": "zzz"}).text


def test_today_asks_as_many_queries_of_many_records_as_of_few(client):
    counts = []
    for number in range(12):
        record = factories.partnership(f"partner-{number}")
        announced(record, "2024-03")
        signed = factories.milestone(record, "signed", "2024-05-28", track="sdp")
        factories.claim(signed, "2025", by=factories.source(f"s-{number}"))
        if number in (0, 3, 11):  # at first nothing is kept
            with count_queries() as queries:
                client.get(TODAY)
            counts.append(len(queries))
    assert counts[1] == counts[2] < 40
