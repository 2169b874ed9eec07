"""What the admin leaves in the audit trail: who, why, of what kind, in one operation."""

import re
from itertools import product

import pytest
from django.test import Client

from partnerships.admin.audited_inlines import AuditedInline
from partnerships.ledger import context
from partnerships.models import (
    Claim,
    Coverage,
    DoubleCheck,
    Engagement,
    Milestone,
    Partnership,
    Source,
    Subject,
)
from tests import factories
from tests.admin import (
    PUBLIC,
    as_shown,
    change_url,
    count_queries,
    errors,
    form_url,
    history_count,
    one_of_each,
    row_errors,
    stored,
    submit,
    url,
)
from tests.factories import edit

pytestmark = pytest.mark.django_db

SIGNED = {"track": "sdp", "kind": "signed", "date": "2024-05-28"}
REASON_IS_MISSING = "This record is published: say why you change it."


def newest(*models):
    return [model.history.first() for model in models]


def test_one_submit_is_one_operation_in_the_trail(client, publisher, cited):
    factories.area(1)
    partnership = factories.partnership()
    client.force_login(publisher)
    answer = submit(
        client,
        change_url(partnership),
        cited,
        rows=[("milestones", SIGNED)],
    )
    assert answer.status_code == 302, errors(answer)
    rows = newest(Milestone, Claim, DoubleCheck)
    assert {row.history_change_reason for row in rows} == {"The day was wrong"}
    assert {row.history_kind for row in rows} == {"correction"}
    assert {row.history_user_id for row in rows} == {publisher.pk}
    assert {row.history_actor for row in rows} == {"Publisher"}
    assert len({row.history_changeset for row in rows}) == 1
    assert Claim.history.count() == 1


def test_two_submits_are_two_operations(client, as_publisher):
    partnership = factories.partnership()
    for title in ("One", "Two"):
        submit(client, change_url(partnership), PUBLIC, title=title)
    second, first = Partnership.history.all()[:2]
    assert second.history_changeset != first.history_changeset


@pytest.mark.parametrize(
    "name, label",
    [("Ann Berg", "Ann Berg"), ("", "Publisher")],
    ids=["named", "unnamed"],
)
def test_trail_names_people_as_they_chose(client, publisher, name, label):
    publisher.public_name = name
    publisher.save()
    partnership = factories.partnership()
    client.force_login(publisher)
    submit(client, change_url(partnership), PUBLIC, title="New")
    assert Partnership.history.first().history_actor == label


def test_name_in_the_trail_outlives_the_account(client, publisher):
    partnership = factories.partnership()
    client.force_login(publisher)
    submit(client, change_url(partnership), PUBLIC, title="New")
    publisher.is_active, publisher.username, publisher.public_name = (
        False,
        "former-1",
        "",
    )
    publisher.save()
    row = Partnership.history.first()
    assert (row.history_user_id, row.history_actor) == (publisher.pk, "Publisher")


def test_published_record_needs_reason_and_kind(client, as_publisher):
    records = one_of_each(published=True)
    before = stored()
    changed = {"name": "New", "title": "New", "ruling": "New", "locator": "page 9"}
    for record in records:
        form = as_shown(client.get(form_url(record))) | PUBLIC | changed
        for missing, blank in product(PUBLIC, ["", "  "]):
            answer = client.post(form_url(record), form | {missing: blank})
            assert answer.status_code == 200
            found = answer.context["adminform"].form.errors
            assert found.keys() == {missing}, record
    assert stored() == before


def test_page_says_where_the_reason_is_missing(client, as_publisher):
    partnership = factories.partnership()
    answer = submit(client, change_url(partnership), title="New")
    fields = answer.context["adminform"].form.errors
    assert REASON_IS_MISSING in fields["change_reason"][0]
    assert fields["change_kind"] == ["Say of what kind the change is."]


def test_row_beneath_a_published_record_needs_a_reason(client, as_publisher, cited):
    partnership = factories.partnership()
    before = stored()
    del cited["change_reason"]
    answer = submit(
        client, change_url(partnership), cited, rows=[("milestones", SIGNED)]
    )
    assert "give the reason and the kind of change" in errors(answer)
    assert stored() == before


def test_claim_beneath_a_published_fact_needs_a_reason(client, as_publisher):
    milestone = factories.milestone(factories.partnership())
    claim = {"source": factories.source().pk, "says": "2024", "locator": "page 1"}
    answer = submit(client, change_url(milestone), rows=[("claims", claim)])
    assert "give the reason" in errors(answer)
    submit(client, change_url(milestone), PUBLIC, rows=[("claims", claim)])
    assert Claim.history.get().history_change_reason == "The day was wrong"


#: By model: the fields of a new fact, and what a claim says of it.
ADDED = {
    Milestone: (SIGNED, "2024-05-28"),
    Coverage: ({"value": "included"}, "included"),
    Engagement: ({"kind": "agreement", "title": "Framework"}, "yes"),
}


@pytest.mark.parametrize("model", [*ADDED, Claim])
def test_fact_added_on_its_own_page_to_a_published_record_needs_a_reason(
    client, as_publisher, model
):
    milestone = factories.milestone(factories.partnership(), "proposed", "2023")
    claim = {"source": factories.source().pk, "locator": "page 1"}
    if model is Claim:
        fields, rows = claim | {"milestone": milestone.pk, "says": "2023"}, []
    else:
        fields, says = ADDED[model]
        fields = fields | {"partnership": milestone.partnership_id}
        fields["area"] = factories.area().pk
        rows = [("claims", claim | {"says": says})]
    before = stored()
    answer = submit(client, url(model, "add"), fields, rows=rows)
    assert REASON_IS_MISSING in errors(answer)
    assert stored() == before
    submit(client, url(model, "add"), fields | PUBLIC, rows=rows)
    for row in newest(model, Claim):
        assert row.history_change_reason == "The day was wrong"
        assert row.history_kind == "correction"


def test_draft_needs_no_reason(client, as_publisher):
    partnership = factories.partnership(published=False)
    row = ("milestones", SIGNED)
    answer = submit(client, change_url(partnership), title="New", rows=[row])
    assert answer.status_code == 302
    assert Milestone.history.get().history_change_reason == ""


def test_reason_on_a_draft_is_kept_all_the_same(client, as_publisher):
    partnership = factories.partnership(published=False)
    submit(client, change_url(partnership), PUBLIC, title="New")
    assert Partnership.history.first().history_change_reason == "The day was wrong"


@pytest.mark.parametrize("published", [True, False])
def test_save_that_changes_nothing_leaves_no_trace(client, as_publisher, published):
    records = one_of_each(published=published)
    factories.area(2)
    before = history_count()
    for record in records:
        form = as_shown(client.get(form_url(record)))
        for reason in ({}, PUBLIC):
            answer = client.post(form_url(record), form | reason)
            assert answer.status_code == 302, (record, errors(answer))
    assert history_count() == before


def test_change_of_one_row_leaves_no_trace_at_the_others(client, as_publisher):
    partnership = factories.partnership(published=False)
    factories.milestone(partnership, "dialogue_held", "2024-05")
    factories.milestone(partnership, "dialogue_held", "2024-06")
    before = history_count()
    submit(client, change_url(partnership), {"milestones-1-place": "Brussels"})
    assert history_count() == before + 1


def test_long_reason_is_kept_whole(client, as_publisher, cited):
    partnership = factories.partnership()
    reason = "A reason — " * 45 + "wörds"
    assert len(reason) == 500
    row = ("milestones", SIGNED)
    sent = cited | {"change_reason": reason}
    submit(client, change_url(partnership), sent, rows=[row])
    for row in newest(Milestone, Claim, DoubleCheck):
        assert row.history_change_reason == reason


def test_reason_that_is_too_long_is_an_error(client, as_publisher):
    partnership = factories.partnership()
    before = stored()
    sent = PUBLIC | {"change_reason": "x" * 501}
    answer = submit(client, change_url(partnership), sent, title="New")
    assert "at most 500 characters" in errors(answer)
    assert stored() == before


@pytest.mark.parametrize("first", ["One", ""], ids=["saved", "refused"])
def test_reason_does_not_reach_the_next_request(client, as_publisher, first):
    partnership = factories.partnership(published=False)
    submit(client, change_url(partnership), PUBLIC, title=first)
    submit(client, change_url(partnership), title="Two")
    row = Partnership.history.first()
    assert (row.title, row.history_change_reason, row.history_kind) == ("Two", "", "")
    assert context.current().user_or_none() is None


def test_two_people_in_turn_are_told_apart(client, publisher):
    partnership, other = factories.partnership(), Client()
    ola = factories.user("ola", groups=["publisher"], public_name="Ola")
    client.force_login(ola)
    other.force_login(publisher)
    for number in range(2):
        for browser, name in ((client, "ola"), (other, "publisher")):
            sent = PUBLIC | {"change_reason": f"{name} {number}"}
            submit(browser, change_url(partnership), sent, title=f"{name} {number}")
    rows = Partnership.history.order_by("history_id")[1:]
    assert [(r.title, r.history_actor, r.history_user_id) for r in rows] == [
        ("ola 0", "Ola", ola.pk),
        ("publisher 0", "Publisher", publisher.pk),
        ("ola 1", "Ola", ola.pk),
        ("publisher 1", "Publisher", publisher.pk),
    ]
    assert all(row.history_change_reason == row.title for row in rows)


def test_deletion_of_a_row_says_why_for_its_claims_too(client, publisher):
    milestone = factories.milestone(factories.partnership())
    factories.claim(milestone, "2024-05-28")
    factories.claim(milestone, "2024")
    client.force_login(publisher)
    deleted = {"milestones-0-DELETE": "on"}
    submit(client, change_url(milestone.partnership), PUBLIC | deleted)
    assert not Milestone.objects.exists() and not Claim.objects.exists()
    rows = [*newest(Milestone), *Claim.history.filter(history_type="-")]
    assert len(rows) == 3
    assert {row.history_type for row in rows} == {"-"}
    assert {row.history_change_reason for row in rows} == {"The day was wrong"}
    assert {row.history_user_id for row in rows} == {publisher.pk}
    assert len({row.history_changeset for row in rows}) == 1


def test_deletion_of_a_row_beneath_a_published_record_needs_a_reason(
    client, as_publisher
):
    milestone = factories.milestone(factories.partnership())
    deleted = {"milestones-0-DELETE": "on"}
    answer = submit(client, change_url(milestone.partnership), deleted)
    assert "give the reason" in errors(answer)
    assert Milestone.objects.exists()
    assert row_errors(answer, "milestones") == [""]


def test_source_is_corrected_with_a_reason(client, as_publisher):
    source = factories.source()
    submit(client, change_url(source), title="Nobody cites it yet")
    factories.claim(factories.question(), "no", by=source)
    assert REASON_IS_MISSING in errors(submit(client, change_url(source), title="New"))
    submit(client, change_url(source), PUBLIC, title="New")
    assert Source.history.first().history_change_reason == "The day was wrong"


# The history page


def versions(partnership, count):
    for number in range(partnership.history.count(), count):
        with context.change(actor="Desk", reason=f"Reason {number}", kind="editorial"):
            edit(partnership, title=f"Title {number}")


@pytest.mark.parametrize("who", ["viewer", "publisher", "publisher"])
def test_history_page_shows_who_why_and_the_difference(
    client, request, who, sealed_at_once
):
    partnership = factories.partnership(title="Title 0")
    versions(partnership, 3)
    client.force_login(request.getfixturevalue(who))
    page = client.get(url(Partnership, "history", partnership.pk)).text
    assert not re.search(r'\sstyle="|<style|\son[a-z]+="|<script>', page)
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert re.search(
        r"Desk Partnership changed Title 2 Editorial change Reason 2", text
    )
    assert "Title 1 → Title 2" in text
    assert "Reason 1" in text
    assert "Title 0 → Title 1" in text


def test_history_page_does_not_ask_more_for_more_versions(
    client, as_viewer, sealed_at_once
):
    records = one_of_each()
    for record in records:
        url_of = url(type(record), "history", record.pk)
        with count_queries() as few:
            client.get(url_of)
        with context.change(reason="Again", kind="editorial"):
            for number in range(3):
                change_any(record, number)
        with count_queries() as many:
            client.get(url_of)
        assert record.history.count() > 3
        assert len(many) == len(few) <= 14, record


def change_any(record, number):
    """Any field of the record that history keeps."""
    names = {field.name for field in record._meta.fields}
    name = next(n for n in ("ruling", "title", "locator", "name", "note") if n in names)
    edit(record, **{name: f"Version {number}"})


def test_form_that_claims_countless_rows_is_refused_at_once(
    client, as_publisher, monkeypatch
):
    monkeypatch.setattr(AuditedInline, "max_num", 5)
    partnership = factories.partnership()
    rows = {"milestones-TOTAL_FORMS": 10**11}
    answer = submit(client, change_url(partnership), PUBLIC | rows)
    assert answer.status_code == 200
    assert "Please submit at most 5 forms." in answer.text
    assert len(answer.context["inline_admin_formsets"][0].formset.forms) <= 5


def test_history_page_leads_to_each_public_change(client, as_publisher, sealed_at_once):
    published = factories.partnership()
    draft = factories.partnership("japan", published=False)
    pages = [client.get(url(Partnership, "history", p.pk)) for p in (published, draft)]
    number = pages[0].context["changes"][0].number
    assert f'href="/changes/{number}/"' in pages[0].text
    assert 'href="/changes/' not in pages[1].text


# What is typed


def test_what_nobody_sees_is_taken_out_of_every_field(client, as_publisher):
    record = factories.partnership(published=False)
    typed = {"title": "EU–\u202eNorway\u200b Partnership", "summary": "Mo\u0308ller."}
    row = {"track": "sdp", "kind": "signed", "date": "2024-05-28"}
    row |= {"place": "Brus\u00adsels\u200b\u202e"}
    submit(client, change_url(record), typed)
    submit(client, change_url(record), rows=[("milestones", row)])
    record.refresh_from_db()
    assert (record.title, record.summary) == ("EU–Norway Partnership", "Möller.")
    assert record.milestones.get().place == "Brussels"


@pytest.mark.parametrize("reason", ["...", "\u200b", "7"])
def test_reason_is_given_in_words(client, as_publisher, reason):
    norway = factories.partnership()
    explained = {"change_kind": "correction", "change_reason": reason}
    answer = submit(client, change_url(norway), explained, summary="New words.")
    assert "Readers will see the reason" in errors(answer)
    assert not norway.history.filter(summary="New words.").exists()


@pytest.mark.parametrize("reason", ["...", "\u200b", "7"])
def test_deletion_and_action_ask_for_words_too(client, as_publisher, reason):
    draft = factories.partnership(published=False)
    subject = factories.subject(draft)
    client.post(url(Subject, "delete", subject.pk), {"change_reason": reason})
    assert Subject.objects.exists()
    chosen = {"action": "publish", "_selected_action": [draft.pk], "reason": reason}
    client.post(url(Partnership, "changelist"), chosen)
    draft.refresh_from_db()
    assert not draft.is_published
