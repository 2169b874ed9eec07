"""Two editors at once, and facts that were entered without their source."""

import pytest

from partnerships.admin.change_form import NOT_AS_SHOWN
from partnerships.admin.partnership.admin import PARTS
from partnerships.ledger import context
from partnerships.models import Milestone, Partnership
from tests import factories
from tests.admin import as_shown, change_url, errors, part_url, row_errors, submit

pytestmark = pytest.mark.django_db


def shown_form(client, address):
    """What the form would send if it were saved as it is shown."""
    return as_shown(client.get(address))


def by_another(row, **values):
    with context.change(actor="Anna", reason="Read anew.", kind="correction"):
        factories.edit(row, **values)


def said(client, answer) -> str:
    """The messages on the page after a save."""
    return " ".join(str(m) for m in client.get(answer.url).context["messages"])


def test_two_editors_of_different_fields_both_have_their_way(client, as_editor):
    draft = factories.partnership(published=False)
    stale = shown_form(client, part_url(draft, "words"))
    by_another(draft, summary="By the first.")
    answer = client.post(part_url(draft, "words"), stale | {"internal_notes": "By me."})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.summary, draft.internal_notes) == ("By the first.", "By me.")
    told = said(client, answer)
    assert "Anna changed the summary at" in told
    assert "UTC (empty → “By the first.”): kept." in told


def test_field_that_both_changed_asks_once_and_tells_who_and_what(client, as_editor):
    draft = factories.partnership(published=False, summary="Before.")
    stale = shown_form(client, part_url(draft, "words")) | {
        "summary": "Mine.",
        "title": "My title",
    }
    by_another(draft, summary="Theirs.")
    answer = client.post(part_url(draft, "words"), stale)
    form = answer.context["adminform"].form
    (found,) = form.errors["summary"]
    assert [*form.errors] == ["summary"]
    assert found.startswith("Anna changed the summary at ")
    assert "UTC (“Before.” → “Theirs.”) while you had it open. Save again" in found
    assert form["summary"].value() == "Mine."
    draft.refresh_from_db()
    assert (draft.summary, draft.title == "My title") == ("Theirs.", False)
    again = client.post(part_url(draft, "words"), as_shown(answer))
    assert again.status_code == 302
    draft.refresh_from_db()
    assert (draft.summary, draft.title) == ("Mine.", "My title")


def test_third_change_is_asked_about_too(client, as_editor):
    draft = factories.partnership(published=False, summary="Before.")
    stale = shown_form(client, part_url(draft, "words")) | {"summary": "Mine."}
    by_another(draft, summary="Theirs.")
    answer = client.post(part_url(draft, "words"), stale)
    by_another(draft, summary="Once more.")
    answer = client.post(part_url(draft, "words"), as_shown(answer))
    assert "“Theirs.” → “Once more.”" in errors(answer)


def test_what_both_wrote_alike_is_not_asked_about(client, as_editor):
    draft = factories.partnership(published=False, summary="Before.")
    stale = shown_form(client, part_url(draft, "words")) | {
        "summary": "After.\r\nTwo lines."
    }
    by_another(draft, summary="After.\nTwo lines.")
    assert client.post(part_url(draft, "words"), stale).status_code == 302


def test_what_another_changed_and_took_back_is_not_asked_about(client, as_editor):
    draft = factories.partnership(published=False, summary="Before.")
    stale = shown_form(client, part_url(draft, "words")) | {"summary": "Mine."}
    by_another(draft, summary="Theirs.")
    by_another(draft, summary="Before.")
    assert client.post(part_url(draft, "words"), stale).status_code == 302


def test_boxes_choices_and_dates_of_another_are_kept(client, as_editor):
    announced = factories.milestone(
        factories.partnership(published=False),
        "announced",
        "2025-01",
        announces="signed",
        expected="2025-03",
    )
    stale = shown_form(client, change_url(announced))
    by_another(announced, fell_through=True, certainty="reported", expected=None)
    answer = client.post(change_url(announced), stale | {"note": "Mine."})
    assert answer.status_code == 302
    announced.refresh_from_db()
    assert announced.fell_through and announced.certainty == "reported"
    assert (announced.expected, announced.note) == (None, "Mine.")
    told = said(client, answer)
    assert "(no → yes): kept." in told and "(“March 2025” → empty): kept." in told


def test_kept_fields_need_no_reason_of_the_second_editor(client, as_editor):
    record = factories.partnership()
    stale = shown_form(client, part_url(record, "words"))
    by_another(record, summary="By the first.")
    answer = client.post(part_url(record, "words"), stale | {"internal_notes": "Mine."})
    assert answer.status_code == 302
    assert record.history.first().history_actor != "Anna"


def test_version_that_the_record_never_had_is_refused(client, as_editor):
    draft = factories.partnership(published=False)
    for seen in ("999999", "nonsense"):
        sent = {"seen": seen, "summary": "Mine."}
        answer = submit(client, change_url(draft), sent)
        assert NOT_AS_SHOWN in errors(answer)
    draft.refresh_from_db()
    assert draft.summary == ""


def test_different_rows_never_clash(client, as_editor):
    draft = factories.partnership(published=False)
    asked = factories.milestone(draft, "proposed", "2024-01")
    factories.milestone(draft)
    stale = shown_form(client, part_url(draft, "milestones"))
    by_another(asked, place="Oslo")
    answer = client.post(
        part_url(draft, "milestones"), stale | {"milestones-1-place": "Rome"}
    )
    assert answer.status_code == 302
    places = Milestone.objects.order_by("pk").values_list("place", flat=True)
    assert [*places] == ["Oslo", "Rome"]
    assert "changed the place" in said(client, answer)


def test_row_that_both_changed_asks_at_its_field(client, as_editor):
    draft = factories.partnership(published=False)
    signed = factories.milestone(draft, place="Brussels")
    stale = shown_form(client, part_url(draft, "milestones"))
    stale |= {"milestones-0-place": "Rome", "milestones-0-note": "Mine."}
    by_another(signed, place="Oslo", reference="L 1")
    answer = client.post(part_url(draft, "milestones"), stale)
    (found,) = row_errors(answer, "milestones")
    assert "(“Brussels” → “Oslo”) while you had it open" in found
    assert Milestone.objects.get().place == "Oslo"
    assert "changed the reference" in answer.text  # and is kept
    assert (
        client.post(part_url(draft, "milestones"), as_shown(answer)).status_code == 302
    )
    signed.refresh_from_db()
    assert (signed.place, signed.note, signed.reference) == ("Rome", "Mine.", "L 1")


def test_row_that_another_deleted_stays_deleted(client, as_editor):
    draft = factories.partnership(published=False)
    asked = factories.milestone(draft, "proposed", "2024-01")
    factories.milestone(draft)
    stale = shown_form(client, part_url(draft, "milestones"))
    with context.change(actor="Anna"):
        asked.delete()
    answer = client.post(
        part_url(draft, "milestones"), stale | {"milestones-1-place": "Rome"}
    )
    assert answer.status_code == 302
    assert Milestone.objects.get().place == "Rome"
    assert "Anna deleted this milestone at" in said(client, answer)


def test_change_of_a_row_that_another_deleted_is_not_lost_unsaid(client, as_editor):
    draft = factories.partnership(published=False)
    asked = factories.milestone(draft, "proposed", "2024-01")
    factories.milestone(draft)
    stale = shown_form(client, part_url(draft, "milestones"))
    with context.change(actor="Anna"):
        asked.delete()
    stale |= {"milestones-0-place": "Oslo", "milestones-1-place": "Rome"}
    answer = client.post(part_url(draft, "milestones"), stale)
    found, other = row_errors(answer, "milestones")
    assert "What you changed in it cannot be saved" in found and not other
    html = answer.text
    assert 'value="Oslo"' in html and 'value="Rome"' in html  # both rows are there
    assert (
        client.post(part_url(draft, "milestones"), as_shown(answer)).status_code == 302
    )
    assert Milestone.objects.get().place == "Rome"


def test_row_that_another_changed_is_not_deleted_unseen(client, as_editor):
    draft = factories.partnership(published=False)
    signed = factories.milestone(draft)
    stale = shown_form(client, part_url(draft, "milestones")) | {
        "milestones-0-DELETE": "on"
    }
    by_another(signed, place="Oslo")
    answer = client.post(part_url(draft, "milestones"), stale)
    assert "save again to delete it" in errors(answer)
    assert Milestone.objects.exists()
    sent = as_shown(answer) | {"milestones-0-DELETE": "on"}
    assert client.post(part_url(draft, "milestones"), sent).status_code == 302
    assert not Milestone.objects.exists()


def test_row_that_another_added_is_left_alone(client, as_editor):
    draft = factories.partnership(published=False)
    held = factories.milestone(draft, "dialogue_held", "2024-01")
    stale = shown_form(client, part_url(draft, "milestones"))
    factories.milestone(draft)
    stale |= {"milestones-0-note": "Mine."}
    answer = client.post(part_url(draft, "milestones"), stale)
    assert answer.status_code == 302
    held.refresh_from_db()
    assert held.note == "Mine." and Milestone.objects.count() == 2


def test_row_that_another_added_is_left_alone_where_a_field_changes(client, as_editor):
    draft = factories.partnership(published=False)
    stale = shown_form(client, part_url(draft, "text")) | {"stated_areas": "17"}
    claim = factories.claim(draft, "17")
    assert client.post(part_url(draft, "text"), stale).status_code == 302
    draft.refresh_from_db()
    assert draft.stated_areas == 17 and [*draft.claims.all()] == [claim]


def test_claim_that_another_changed_is_kept(client, as_editor):
    fact = factories.milestone(factories.partnership(published=False))
    claim = factories.claim(fact, "2024-05-28")
    stale = shown_form(client, change_url(fact))
    by_another(claim, wording="signed today")
    assert client.post(change_url(fact), stale | {"place": "Rome"}).status_code == 302
    claim.refresh_from_db()
    assert claim.wording == "signed today"


@pytest.mark.parametrize("part", PARTS)
def test_form_that_is_saved_as_shown_is_accepted(client, editor, publisher, part):
    client.force_login(publisher if part == "publication" else editor)
    address = part_url(factories.partnership(published=False), part)
    answer = client.post(address, shown_form(client, address))
    assert answer.status_code == 302


def test_source_can_be_given_to_what_was_entered_without_one(client, as_publisher):
    draft = factories.partnership(published=False)
    fact = factories.milestone(draft)
    cited = {"source": factories.source().pk, "locator": "page 1", "cite_earlier": "on"}
    to = part_url(draft, "milestones")
    assert submit(client, to, cited).status_code == 302
    assert [claim.says for claim in fact.claims.all()] == ["2024-05-28"]
    assert draft.unsourced_facts() == []


def test_draft_has_no_link_to_a_page_that_is_not_there(client, as_editor):
    draft = factories.partnership(published=False)
    pages = [change_url(draft), part_url(draft, "words")]
    for page in pages:
        assert "view on site" not in client.get(page).text.lower()
    Partnership.objects.update(is_published=True)
    for page in pages:
        assert "view on site" in client.get(page).text.lower()


def test_form_that_does_not_say_what_it_saw_is_refused(client, as_editor):
    draft = factories.partnership(published=False, summary="Before.")
    form = shown_form(client, part_url(draft, "words")) | {"summary": "Mine."}
    by_another(draft, summary="Theirs.")
    for seen in ({}, {"seen": ""}):
        sent = {name: v for name, v in form.items() if name != "seen"} | seen
        answer = client.post(part_url(draft, "words"), sent)
        assert NOT_AS_SHOWN in errors(answer)
    draft.refresh_from_db()
    assert draft.summary == "Theirs."
