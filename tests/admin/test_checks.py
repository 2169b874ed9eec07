"""Editors say through which day they have looked for news: who and when is in the trail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.dates import day_in_words
from partnerships.models import Check, LedgerEntry, Partnership
from tests import factories
from tests.admin import PUBLIC, change_url, errors, row_errors, stored, submit, url

pytestmark = pytest.mark.django_db


def look(client, *records, reason=""):
    sent = {"action": "looked", "_selected_action": [r.pk for r in records]}
    return client.post(
        url(Partnership, "changelist"), sent | {"reason": reason}, follow=True
    )


def entered(**fields):
    return ("checks", {"through": "2026-04-30", "made_on": "2026-05-01", **fields})


def test_one_click_checks_several_records_in_one_operation(client, as_editor, editor):
    norway, japan = factories.partnership(), factories.partnership("japan")
    factories.partnership("chile")
    page = look(client, norway, japan).content.decode()
    today = timezone.localdate()
    assert {
        (c.partnership, c.through, c.made_on, c.found) for c in Check.objects.all()
    } == {
        (norway, today, today, ""),
        (japan, today, today, ""),
    }
    assert f"Norway: checked through {day_in_words(today)}." in page
    rows = Check.history.all()
    assert {row.history_user_id for row in rows} == {editor.pk}
    assert {row.history_change_reason for row in rows} == {"Checked for news"}
    assert len({row.history_changeset for row in rows}) == 1
    assert LedgerEntry.objects.filter(record="check").count() == 2


def test_reason_that_is_given_with_the_click_is_kept(client, as_publisher):
    look(client, factories.partnership(), reason="Read the Council's agenda")
    assert Check.history.get().history_change_reason == "Read the Council's agenda"


@pytest.mark.parametrize("reason", ["x" * 501, "\0"])
def test_reason_that_cannot_be_kept_checks_nothing(client, as_publisher, reason):
    look(client, factories.partnership(), reason=reason)
    assert not Check.objects.exists()


def test_viewer_checks_nothing(client, as_viewer):
    look(client, factories.partnership())
    assert not Check.objects.exists()


def test_check_is_entered_on_the_page_of_its_record(client, as_publisher, publisher):
    record = factories.partnership()
    row = entered(found="Talks resumed")
    answer = submit(client, change_url(record), PUBLIC, rows=[row])
    assert answer.status_code == 302, errors(answer)
    check = record.checks.get()
    assert (str(check.through), check.found) == ("2026-04-30", "Talks resumed")
    assert check.history.get().history_user_id == publisher.pk


@pytest.mark.parametrize("published", [True, False])
def test_check_alone_asks_neither_for_a_kind_nor_for_a_reason(
    client, as_editor, published
):
    record = factories.partnership(published=published)
    before = record.history.count()
    answer = submit(client, change_url(record), rows=[entered()])
    assert answer.status_code == 302, errors(answer)
    row = record.checks.get().history.get()
    assert (row.history_kind, row.history_change_reason) == (
        "editorial",
        "Checked for news",
    )
    assert record.history.count() == before


def test_reason_that_is_given_with_a_check_is_kept(client, as_publisher):
    record = factories.partnership()
    submit(client, change_url(record), PUBLIC, rows=[entered()])
    row = record.checks.get().history.get()
    assert row.history_kind == PUBLIC["change_kind"]
    assert row.history_change_reason == PUBLIC["change_reason"]


def test_change_of_the_record_needs_its_reason_where_a_check_needs_none(
    client, as_editor
):
    record = factories.partnership()
    step = ("milestones", {"track": "sdp", "kind": "proposed", "date": "2024"})
    before = stored()
    answer = submit(client, change_url(record), title="New")
    assert "say why you change it" in errors(answer)
    answer = submit(client, change_url(record), rows=[step])
    assert "give the reason and the kind of change" in errors(answer)
    assert stored() == before


def test_same_check_twice_is_refused_at_its_row(client, as_editor):
    record = factories.partnership()
    factories.check(record, "2026-04-30", made_on="2026-04-30")
    later = entered(through="2026-05-01")
    answer = submit(client, change_url(record), rows=[entered(), later, later])
    again, good, twice = row_errors(answer, "checks")[-3:]
    assert "is checked through that day already" in again
    assert not good
    assert "duplicate" in twice
    assert record.checks.count() == 1


def test_click_leaves_alone_what_is_checked_through_today(client, as_editor):
    norway, japan = factories.partnership(), factories.partnership("japan")
    look(client, norway)
    page = look(client, norway, japan).content.decode()
    today = day_in_words(timezone.localdate())
    assert f"Norway: checked through {today} already." in page
    assert f"Japan: checked through {today}." in page
    assert Check.objects.count() == 2


@pytest.mark.parametrize(
    ("found", "told"),
    [("", "nothing new"), ("Talks resumed", "found: Talks resumed")],
)
def test_check_says_what_was_found(found, told):
    check = factories.check(factories.partnership("iceland"), found=found)
    assert str(check) == f"Iceland: checked through 30 April 2026, {told}"


def test_nobody_looks_further_than_the_day_on_which_they_look(client, as_editor):
    tomorrow = timezone.localdate() + timedelta(days=1)
    rows = [
        entered(),
        entered(through="2026-05-02"),
        entered(through=tomorrow, made_on=tomorrow),
    ]
    record = factories.partnership()
    answer = submit(client, change_url(record), PUBLIC, rows=rows)
    good, further, to_come = row_errors(answer, "checks")
    assert not good
    assert "Nobody can look further" in further
    assert "yet to come" in to_come
    assert not Check.objects.exists()


def test_earlier_check_is_read_on_the_record_and_corrected_on_its_own_page(
    client, as_publisher, sealed_at_once
):
    record = factories.partnership()
    check = factories.check(record, "2026-04-30", made_on="2026-05-01")
    sent = PUBLIC | {"checks-0-through": "2026-04-01", "checks-0-DELETE": "on"}
    assert submit(client, change_url(record), sent).status_code == 302
    assert str(Check.objects.get().through) == "2026-04-30"
    answer = submit(client, change_url(check), PUBLIC, through="2026-04-29")
    assert answer.status_code == 302, errors(answer)
    assert str(Check.objects.get().through) == "2026-04-29"
    assert (
        "The day was wrong"
        in client.get(url(Check, "history", check.pk)).content.decode()
    )
