"""Internal notes: for editors alone, without a reason, and nowhere in public."""

import pytest

from partnerships.ledger import context, sealing, verifying
from partnerships.ledger.recorder import MissingReason
from partnerships.models import Draft, LedgerEntry, Partnership
from tests import factories
from tests.admin import PUBLIC, change_url, errors, submit, url
from tests.changes import LOG, OF_NORWAY, log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]


@pytest.fixture
def record(client, publisher):
    client.force_login(publisher)
    with context.change(reason="Read", kind="correction"):
        return factories.partnership(summary="Signed.", title="EU–Norway")


def changed_since(client, edition) -> list[str]:
    """The records that a copy of that edition is told to read anew."""
    answer = client.get("/api/v1/partnerships/", {"modified_after": edition})
    return [row["slug"] for row in answer.json()["results"]]


def test_notes_of_a_published_record_need_no_reason_and_make_no_entry(client, record):
    before, entries = log(client), LedgerEntry.objects.count()
    answer = submit(client, change_url(record), internal_notes="Ask Oslo")
    assert answer.status_code == 302, errors(answer)
    record.refresh_from_db()
    assert record.internal_notes == "Ask Oslo"
    assert log(client) == before
    number = LedgerEntry.objects.order_by("-number").first().number
    assert number == entries + 1
    hidden = client.get(f"{LOG}{number}/").text
    assert "not published" in hidden and "Oslo" not in hidden
    for path in (LOG, OF_NORWAY, "/partnerships/norway/", "/changes.atom", "/"):
        assert "Only fields that are not public" not in client.get(path).text


def test_editor_saves_notes_alone(client, record, editor):
    client.force_login(editor)
    before = log(client)
    answer = submit(client, change_url(record), internal_notes="Ask Oslo")
    assert answer.status_code == 302, errors(answer)
    record.refresh_from_db()
    assert record.internal_notes == "Ask Oslo"
    assert log(client) == before and not Draft.objects.exists()
    submit(client, change_url(record), PUBLIC, title="Another", internal_notes="No")
    record.refresh_from_db()
    assert (record.title, record.internal_notes) == ("EU–Norway", "Ask Oslo")
    assert log(client) == before and Draft.objects.get().owner == editor


def test_notes_are_in_the_trail_that_editors_see(client, record):
    submit(client, change_url(record), internal_notes="Ask Oslo")
    sealing.seal()
    assert "Ask Oslo" in client.get(url(Partnership, "history", record.pk)).text
    assert list(verifying.problems()) == []


def test_notes_are_no_change_of_the_record_to_those_who_keep_a_copy(client, record):
    edition = LedgerEntry.objects.count()
    submit(client, change_url(record), internal_notes="Ask Oslo")
    assert changed_since(client, edition) == []
    submit(client, change_url(record), PUBLIC, title="Another")
    assert changed_since(client, edition) == ["norway"]


def test_notes_with_a_reason_make_no_entry_either(client, record):
    before = log(client)
    submit(client, change_url(record), PUBLIC, internal_notes="Ask Oslo")
    assert log(client) == before
    assert record.history.first().history_change_reason == PUBLIC["change_reason"]


def test_notes_beside_a_public_change_are_part_of_it(client, record):
    sent = {"internal_notes": "Ask Oslo", "title": "Another"}
    answer = submit(client, change_url(record), sent)
    assert "say why you change it" in errors(answer)
    submit(client, change_url(record), sent | PUBLIC)
    (field,) = log(client)[0]["fields"]
    assert field["name"] == "title"


@pytest.mark.parametrize("was", ["One.\nTwo.", "One.\r\nTwo.", "Soft\u00adhyphen"])
def test_notes_leave_older_text_to_the_last_character(client, record, was):
    with context.change(reason="Of old", kind="editorial"):
        Partnership.objects.update(summary=was)
    browser = was.replace("\r\n", "\n").replace("\n", "\r\n")
    sent = {"internal_notes": "Ask Oslo", "summary": browser}
    answer = submit(client, change_url(record), sent)
    assert answer.status_code == 302, errors(answer)
    record.refresh_from_db()
    assert (record.summary, record.internal_notes) == (was, "Ask Oslo")


def test_notes_beside_a_check_need_no_reason(client, record):
    check = {"through": "2026-04-30", "made_on": "2026-05-01"}
    before = log(client)
    for sent in ({"internal_notes": "Ask Oslo"}, {"rows": [("checks", check)]}):
        answer = submit(client, change_url(record), **sent)
        assert answer.status_code == 302, errors(answer)
    record.refresh_from_db()
    assert record.internal_notes == "Ask Oslo"
    newest, *others = log(client)
    assert newest["record"]["model"] == "check" and others == before


def test_what_readers_see_is_still_not_changed_without_a_reason(record):
    record.internal_notes, record.summary = "Ask Oslo", "New."
    with context.change(), pytest.raises(MissingReason):
        record.save()


def test_notes_of_many_records_need_no_reason(record):
    with context.change():
        assert Partnership.objects.update(internal_notes="Ask all") == 1
    with context.change(), pytest.raises(MissingReason):
        Partnership.objects.update(internal_notes="Ask", summary="New.")
