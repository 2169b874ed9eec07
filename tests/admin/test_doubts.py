"""What may be a slip is asked about once, and saved with the box that it is so."""

import pytest

from partnerships.admin.partnership.admin import PARTS
from partnerships.models import Affiliation, Milestone, Namesake, Partnership, Position
from tests import factories
from tests.admin import as_shown, change_url, errors, part_url, row_errors, submit, url

pytestmark = pytest.mark.django_db

LONG_AGO = "1899 is long ago: is the year right?"


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


@pytest.fixture
def draft():
    return factories.partnership(published=False, summary="Signed.")


def step(kind, date, track="sdp", **fields):
    return "milestones", {"track": track, "kind": kind, "date": date} | fields


def test_question_stands_at_its_field_with_a_box(client, draft):
    signed = factories.milestone(draft)
    answer = submit(client, change_url(signed), date="1899")
    (found,) = answer.context["adminform"].form.errors["date"]
    assert found.startswith(LONG_AGO) and "It is so" in found
    assert str(Milestone.objects.get().date) == "2024-05-28"
    sent = {"date": "1899", "it_is_so": LONG_AGO}
    assert submit(client, change_url(signed), sent).status_code == 302
    assert str(Milestone.objects.get().date) == "1899"


def test_box_is_there_only_where_something_is_asked(client, draft):
    signed = factories.milestone(draft)
    forms = [part_url(draft, part) for part in PARTS]
    for address in [*forms, change_url(signed)]:
        assert "it_is_so" not in client.get(address).text


def test_tick_answers_no_other_question(client, draft):
    signed = factories.milestone(draft)
    sent = {"date": "1898", "it_is_so": LONG_AGO}
    assert "1898 is long ago" in errors(submit(client, change_url(signed), sent))


def test_tick_stays_where_something_else_is_wrong(client):
    signed = factories.milestone(factories.partnership())
    sent = {"date": "1899", "it_is_so": LONG_AGO}
    answer = submit(client, change_url(signed), sent)
    assert "say why" in errors(answer)
    assert f'value="{LONG_AGO}" checked' in answer.text


def test_what_is_on_record_is_not_asked_about(client, draft):
    old = factories.milestone(draft, date="1899")
    factories.milestone(draft, "suspended", "1900", track="safe", certainty="rejected")
    assert submit(client, change_url(old), place="Oslo").status_code == 302
    sent = {"milestones-0-place": "Rome"}
    assert submit(client, change_url(draft), sent).status_code == 302


def test_row_is_asked_about_at_its_row(client, draft):
    rows = [step("signed", "1899")]
    answer = submit(client, change_url(draft), rows=rows)
    assert LONG_AGO in row_errors(answer, "milestones")[0]
    assert 'name="milestones-0-it_is_so"' in answer.text
    rows = [step("signed", "1899", it_is_so=LONG_AGO)]
    assert submit(client, change_url(draft), rows=rows).status_code == 302


def test_steps_that_are_entered_together_are_seen_together(client, draft):
    rows = [step("suspended", "2025-03"), step("signed", "2024")]
    assert submit(client, change_url(draft), rows=rows).status_code == 302


def test_suspension_of_nothing_is_asked_about(client, draft):
    answer = submit(client, change_url(draft), rows=[step("suspended", "2025-03")])
    assert "no partnership is recorded as signed" in errors(answer)
    sent = {"partnership": draft.pk, "track": "safe", "kind": "suspended"}
    sent |= {"date": "2026-03"}
    answer = submit(client, url(Milestone, "add"), sent)
    assert "no agreement on SAFE is recorded as signed" in errors(answer)


def test_old_ties_positions_and_namesakes_are_asked_about(client, draft):
    rows = [("engagements", {"kind": "agreement", "title": "Pact", "since": "1899"})]
    assert LONG_AGO in errors(submit(client, change_url(draft), rows=rows))
    sent = {"holder": "NATO", "holder_kind": "institution", "date": "1899"}
    sent |= {"text": "It welcomed it.", "partnership": draft.pk}
    assert LONG_AGO in errors(submit(client, url(Position, "add"), sent))
    sent = {"title": "Pact", "parties": "A and B", "date": "1899", "reason": "Other"}
    assert LONG_AGO in errors(submit(client, url(Namesake, "add"), sent))


def test_standing_may_be_old(client, draft):
    sent = {"partner": draft.partner.pk, "kind": "nato_ally", "since": "1949"}
    assert submit(client, url(Affiliation, "add"), sent).status_code == 302


def test_publisher_of_an_empty_record_is_asked(client):
    empty = factories.partnership(published=False)
    reason = {"change_kind": "editorial", "change_reason": "Read by two"}
    answer = submit(client, change_url(empty), reason, is_published="on")
    (found,) = answer.context["adminform"].form.errors["is_published"]
    question, _, _ = found.partition(" <label")
    assert question == (
        "There is no milestone, no summary and no source. Readers will see “Nothing "
        "recorded”. Is it to be published so?"
    )
    sent = as_shown(answer) | {"it_is_so": question}
    to = part_url(empty, "publication")
    assert client.post(to, sent).status_code == 302
    assert Partnership.objects.published().exists()


def test_publisher_is_not_asked_about_what_the_save_brings(client, cited):
    norway = {"partner": factories.partner().pk, "title": "EU–Norway"}
    sent = cited | norway | {"is_published": "on", "summary": "Signed."}
    rows = [step("signed", "2024-05-28")]
    answer = submit(client, url(Partnership, "add"), sent, rows=rows)
    assert answer.status_code == 302, errors(answer)


def test_action_that_publishes_an_empty_record_says_so(client):
    empty = factories.partnership(published=False)
    sent = {"action": "publish", "_selected_action": [empty.pk], "reason": "Read"}
    answer = client.post(url(Partnership, "changelist"), sent, follow=True)
    assert "Readers will see “Nothing recorded”" in answer.text
