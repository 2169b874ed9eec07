"""Rows that come back as they were shown are not validated again: nothing gets in that
way which a row would not be allowed to hold, and rules about several rows see them."""

import pytest

from partnerships.admin.change_form import NOT_AS_SHOWN
from partnerships.models import Coverage, Milestone, Partnership
from tests import factories
from tests.admin import (
    PARTS,
    as_shown,
    change_url,
    errors,
    form_with,
    one_of_each,
    part_url,
    row_errors,
    stored,
    submit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def logged_in(client, editor):
    client.force_login(editor)


@pytest.fixture
def record():
    """A draft with three milestones, and two each of cells, engagements and claims."""
    record = factories.partnership(published=False)
    factories.milestone(record, "proposed", "2024-01")
    factories.milestone(record, "signed", "2024-05-28")
    factories.milestone(record, "dialogue_held", "2024-09")
    for number in (1, 2):
        factories.coverage(record, factories.area(number))
        factories.engagement(record, title=f"Framework Agreement {number}")
        factories.claim(record, "16", by=factories.source(f"source-{number}"))
    return record


#: Of each table of facts a field in which anything may be written.
WORDS = {"milestones": "note", "coverage": "ruling", "engagements": "title"}


def as_changed(client, address) -> dict:
    """What the form sends if a field of its own and its last row are changed."""
    form = as_shown(client.get(address)) | {"stated_areas": "17"}
    for prefix, name in WORDS.items():
        if number := int(form.get(f"{prefix}-INITIAL_FORMS", 0)):
            form[f"{prefix}-{number - 1}-{name}"] = "New"
    return form


def refused(client, address, sent, *without):
    """What the page says; nothing is stored, of what else was changed neither."""
    before = stored()
    address = form_with(address, [*sent, *without])
    form = as_changed(client, address) | sent
    answer = client.post(
        address, {name: form[name] for name in form if name not in without}
    )
    assert answer.status_code == 200
    assert stored() == before
    return errors(answer)


@pytest.mark.parametrize("part", ["milestones", "areas", "ties", "text"])
def test_form_is_saved_where_nothing_is_wrong_beside_its_changes(client, record, part):
    before, address = stored(), part_url(record, part)
    assert client.post(address, as_changed(client, address)).status_code == 302
    assert stored() != before


def test_correction_is_not_held_up_by_another_row_that_was_wrong_before(client, record):
    Milestone(partnership=record, track="sdp", kind="statement", date="2024-02").save()
    Milestone.objects.filter(kind="statement").update(place="Oslo\x07")
    sent = {"milestones-2-place": "Brussels"}
    answer = submit(client, change_url(record), sent)
    assert answer.status_code == 302, errors(answer)
    places = {milestone.kind: milestone.place for milestone in record.milestones.all()}
    assert places.pop("dialogue_held") == ""
    assert places == {"proposed": "", "statement": "Oslo\x07", "signed": "Brussels"}


def test_row_that_was_wrong_before_is_refused_once_it_is_changed(client, record):
    record.milestones.filter(kind="signed").update(place="Oslo\x07")
    sent = {"milestones-1-note": "In Norway"}
    assert "control character" in refused(client, change_url(record), sent)
    sent["milestones-1-place"] = "Oslo"
    assert submit(client, change_url(record), sent).status_code == 302


@pytest.mark.parametrize("note", ["", "Mine"], ids=["unchanged", "changed"])
@pytest.mark.parametrize("whose", ["of another record", "deleted", "none", "nonsense"])
def test_row_is_not_put_in_the_place_of_another(client, record, whose, note):
    other = factories.milestone(factories.partnership("japan", published=False))
    gone = factories.milestone(record, "statement", "2024-02")
    pks = {"of another record": other.pk, "deleted": gone.pk, "none": ""}
    gone.delete()
    sent = {"milestones-0-id": pks.get(whose, "x"), "milestones-0-note": note}
    assert refused(client, change_url(record), sent)


def test_row_is_not_sent_twice_in_the_place_of_another(client, record):
    signed = record.milestones.get(kind="signed")
    sent = {"milestones-0-id": signed.pk}
    for name in ("kind", "date"):
        sent[f"milestones-0-{name}"] = getattr(signed, name)
    assert NOT_AS_SHOWN in refused(client, change_url(record), sent)


@pytest.mark.parametrize("kept", [0, 1])
@pytest.mark.parametrize("prefix", ["milestones", "coverage", "engagements", "claims"])
def test_stored_rows_are_not_left_out(client, record, prefix, kept):
    sent = {f"{prefix}-TOTAL_FORMS": kept, f"{prefix}-INITIAL_FORMS": kept}
    if prefix in WORDS:
        sent[f"{prefix}-0-{WORDS[prefix]}"] = "New"
    assert NOT_AS_SHOWN in refused(client, change_url(record), sent)


def test_order_of_milestones_is_not_escaped_by_leaving_out_those_that_are_stored(
    client, record
):
    sent = {"milestones-TOTAL_FORMS": 1, "milestones-INITIAL_FORMS": 0}
    for name, value in {
        "id": "",
        "track": "sdp",
        "kind": "text_agreed",
        "date": "2024-06",
    }.items():
        sent[f"milestones-0-{name}"] = value
    assert refused(client, change_url(record), sent)


def test_empty_row_that_claims_to_be_stored_is_refused(client, record):
    sent = {"milestones-TOTAL_FORMS": 4, "milestones-INITIAL_FORMS": 4}
    assert "This field is required" in refused(client, change_url(record), sent)


@pytest.mark.parametrize("number", ["TOTAL_FORMS", "INITIAL_FORMS"])
@pytest.mark.parametrize("prefix", ["milestones", "coverage", "engagements", "claims"])
def test_form_without_its_number_of_rows_is_refused(client, record, prefix, number):
    assert refused(client, change_url(record), {}, f"{prefix}-{number}")


@pytest.mark.parametrize("name", ["track", "kind", "date", "id"])
def test_row_without_one_of_its_fields_is_refused(client, record, name):
    without = f"milestones-1-{name}"
    assert "required" in refused(client, change_url(record), {}, without)


def test_area_of_a_cell_is_permanent_though_nothing_else_of_it_changes(client, record):
    sent = {"coverage-0-area": Coverage.objects.last().area_id}
    assert "The area is permanent" in refused(client, change_url(record), sent)


def test_row_stays_with_its_record_whatever_the_form_says(client, record):
    other = factories.partnership("japan", published=False)
    sent = {"milestones-1-partnership": other.pk}
    submit(client, change_url(record), sent | {"milestones-0-note": "New"})
    assert record.milestones.count() == 3
    assert record.milestones.get(kind="proposed").note == "New"
    of_text = {"claims-1-partnership": other.pk, "stated_areas": "17"}
    submit(client, change_url(record), of_text)
    record.refresh_from_db()
    assert (record.stated_areas, record.claims.count()) == (17, 2)
    sent["milestones-1-note"] = "Mine"
    assert "did not match" in refused(client, change_url(record), sent)


def test_row_that_is_deleted_is_no_row_without_the_version_that_was_shown(
    client, record
):
    to = part_url(record, "milestones")
    form = as_shown(client.get(to)) | {"milestones-1-note": "New"}
    del form["milestones-SEEN"]
    record.milestones.get(kind="proposed").delete()
    before = stored()
    assert "valid choice" in errors(client.post(to, form))
    assert stored() == before


def test_order_of_milestones_sees_those_that_another_editor_added_meanwhile(
    client, record
):
    to = part_url(record, "milestones")
    form = as_shown(client.get(to))
    factories.milestone(record, "ended", "2025")
    form |= {"milestones-1-date": "2026-05"}
    before = stored()
    answer = client.post(to, form)
    (found,) = filter(None, row_errors(answer, "milestones"))
    assert "“Signed” (May 2026) would come after “Ended” (2025)" in found
    assert stored() == before
    form |= {"milestones-1-date": "2024-05-27"}
    assert client.post(to, form).status_code == 302
    assert record.milestones.count() == 4


@pytest.mark.parametrize("seen", ["x", "999999:1", "1:999999", f"{10**30}:1"])
def test_versions_that_nobody_was_shown_do_no_harm(client, record, seen):
    sent = {"milestones-SEEN": seen, "milestones-1-place": "Oslo"}
    answer = submit(client, change_url(record), sent)
    assert answer.status_code in (200, 302)


def test_row_in_a_version_that_it_never_had_is_refused(client, record):
    signed = record.milestones.get(kind="signed")
    sent = {"milestones-SEEN": f"{signed.pk}:999999"}
    assert NOT_AS_SHOWN in refused(client, change_url(record), sent)


def test_unchanged_milestones_count_for_the_order_of_those_that_change(client, record):
    sent = {"milestones-0-date": "2024-06"}
    answer = submit(client, change_url(record), sent)
    assert "would come after" in row_errors(answer, "milestones")[0]


def test_changed_row_is_no_duplicate_of_an_unchanged_one(client, record):
    factories.engagement(record, title="Another")
    sent = {"engagements-0-title": "Framework Agreement 1"}
    answer = submit(client, change_url(record), sent)
    assert "recorded already" in row_errors(answer, "engagements")[0]


def test_unchanged_claims_are_held_to_what_an_engagement_is(client, record):
    dialogue = factories.engagement(record, "dialogue", "Dialogue", frequency="annual")
    factories.claim(dialogue, "annual")
    sent = {"kind": "mission", "frequency": ""}
    assert "Write yes, no" in refused(client, change_url(dialogue), sent)
    sent["claims-0-says"] = "yes"
    assert submit(client, change_url(dialogue), sent).status_code == 302


def test_no_field_takes_its_stored_value_from_what_is_sent(client):
    """Then a row could claim that it had not changed."""
    rows = one_of_each(published=False)
    (record,) = (row for row in rows if isinstance(row, Partnership))
    addresses = [change_url(row) for row in rows if row != record]
    addresses += [
        part_url(record, part) for part in {*PARTS.values()} - {"publication"}
    ]
    for address in addresses:
        for inline in client.get(address).context["inline_admin_formsets"]:
            fields = inline.formset.empty_form.fields.values()
            assert not any(field.show_hidden_initial for field in fields)
