"""Who may do what in the admin: nothing a viewer sends changes anything, editors edit,
publishers publish, and what was published is not deleted by anyone."""

import re

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch

from partnerships.models import (
    Draft,
    Lead,
    Milestone,
    Partner,
    Partnership,
    Position,
    Subject,
    User,
)
from tests import factories
from tests.admin import (
    PUBLIC,
    RECORD,
    as_shown,
    change_url,
    errors,
    form_url,
    history_count,
    one_of_each,
    part_url,
    stored,
    submit,
    url,
)

pytestmark = pytest.mark.django_db

ACTIONS = ["publish", "unpublish", "delete_selected"]


def run_action(client, action, *partnerships, **fields):
    chosen = {"action": action, "_selected_action": [p.pk for p in partnerships]}
    return client.post(url(Partnership, "changelist"), {**chosen, **fields})


def without_flag(client, partnership):
    """The form as shown, but not published."""
    form = as_shown(client.get(part_url(partnership, "publication")))
    return {name: value for name, value in form.items() if name != "is_published"}


def messages(client):
    """What the next page says of what was done."""
    return client.get("/admin/").content.decode()


def test_every_model_of_the_record_is_in_the_admin():
    registered = {
        m for m in admin.site._registry if m._meta.app_label == "partnerships"
    }
    assert registered == {*RECORD, User, Lead}


# Anonymous


@pytest.mark.parametrize("model", [*RECORD, Lead, User])
@pytest.mark.parametrize("view", ["changelist", "add"])
def test_anonymous_is_sent_to_the_login(client, model, view):
    answer = client.get(url(model, view))
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/?next=")
    assert client.post(url(model, view), PUBLIC).status_code == 403


# Viewers


def test_viewer_reads_every_page(client, as_viewer):
    for record in one_of_each():
        assert client.get(url(type(record), "changelist")).status_code == 200
        for shown in {change_url(record), form_url(record)}:
            assert client.get(shown).status_code == 200
        assert client.get(url(type(record), "history", record.pk)).status_code == 200


def test_viewer_changes_nothing_beneath_a_record(client, as_viewer):
    partnership = factories.partnership(published=False)
    rows = {
        "milestones-TOTAL_FORMS": 1,
        "milestones-INITIAL_FORMS": 0,
        "milestones-0-track": "sdp",
        "milestones-0-kind": "signed",
        "milestones-0-date": "2024",
    }
    for to in (change_url(partnership), part_url(partnership, "milestones")):
        assert client.post(to, rows | PUBLIC).status_code == 403
    assert not Milestone.objects.exists()


def test_no_list_has_an_action_that_deletes(client, as_publisher):
    records = one_of_each()
    before = stored()
    for record in records:
        chosen = {"action": "delete_selected", "_selected_action": [record.pk]}
        client.post(url(type(record), "changelist"), chosen | {"post": "yes"})
    assert stored() == before


def test_form_of_an_old_version_changes_nothing(client, viewer, editor, publisher):
    records = one_of_each()
    before = stored()
    client.force_login(publisher)
    forms = {record: as_shown(client.get(form_url(record))) for record in records}
    for someone in (viewer, editor, publisher):
        client.force_login(someone)
        for record, form in forms.items():
            version = record.history.first().pk
            old = f"{url(type(record), 'history', record.pk)}{version}/"
            answer = client.post(old, form | PUBLIC | {"title": "x", "name": "x"})
            # Django's catch-all sends what it does not know to a change page that is not there.
            assert answer.status_code in (302, 404)
    assert stored() == before


@pytest.mark.parametrize("model", RECORD)
def test_form_of_an_old_version_has_no_route(model):
    with pytest.raises(NoReverseMatch):
        url(model, "simple_history", 1, 1)


def test_viewer_sees_no_field_to_type_in(client, as_viewer):
    factories.area(1), factories.area(2)
    partnership = factories.partnership(published=False)
    factories.coverage(partnership, factories.area(3))
    for part, seen in (("areas", "Area 3"), ("words", partnership.title)):
        page = client.get(part_url(partnership, part)).content.decode()
        form = page[page.index('id="partnership_form"') :]
        assert seen in form
        assert not re.search(r'<select|<textarea|type="(text|number|submit)"', form)


# Editors


def test_editor_saves_a_draft_and_proposes_what_readers_would_see(client, as_editor):
    draft = factories.partnership("ghana", published=False)
    shown = factories.partnership()
    for partnership in (draft, shown):
        submit(client, change_url(partnership), PUBLIC, title="A better title")
        partnership.refresh_from_db()
    assert draft.title == "A better title" and not draft.is_published
    assert shown.title != "A better title" and Draft.objects.get().proposed_at


@pytest.mark.parametrize("published", [True, False])
def test_editor_cannot_publish_or_unpublish_by_the_form(client, as_editor, published):
    partnership = factories.partnership(published=published)
    flag = {} if published else {"is_published": "on"}
    for part in ("publication", "words"):
        sent = PUBLIC | {"title": "New", "seen": "1"} | flag
        client.post(part_url(partnership, part), sent)
    partnership.refresh_from_db()
    assert partnership.is_published is published


def test_editor_cannot_add_a_published_record(client, as_editor):
    norway = factories.partner()
    sent = {"partner": norway.pk, "title": "EU–Norway", "is_published": "on"}
    submit(client, url(Partnership, "add"), sent)
    assert not Partnership.objects.get().is_published


@pytest.mark.parametrize("published", [True, False])
def test_editor_has_no_action_to_publish_or_unpublish(client, as_editor, published):
    partnership = factories.partnership(published=published)
    before = stored()
    page = client.get(url(Partnership, "changelist"))
    offered = page.context["action_form"].fields["action"].choices
    assert [name for name, _ in offered] == ["", "looked"]
    for action in ACTIONS:
        run_action(client, action, partnership, reason="Because", post="yes")
    assert stored() == before


@pytest.mark.parametrize("published", [True, False])
def test_editor_cannot_delete_a_partnership(client, as_editor, published):
    partnership = factories.partnership(published=published)
    address = url(Partnership, "delete", partnership.pk)
    assert client.get(address).status_code == 403
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Partnership.objects.exists()


def test_editor_deletes_a_milestone_of_a_draft(client, editor):
    milestone = factories.milestone(factories.partnership(published=False))
    client.force_login(editor)
    deletion = {"post": "yes", "change_reason": "Twice"}
    client.post(url(Milestone, "delete", milestone.pk), deletion)
    assert not Milestone.objects.exists()
    assert Milestone.history.first().history_user_id == editor.pk


# Publishers


def sourced_draft(**kwargs):
    kwargs.setdefault("summary", "Signed in Brussels.")
    partnership = factories.partnership(published=False, **kwargs)
    factories.claim(factories.milestone(partnership), "2024-05-28")
    return partnership


def test_publisher_publishes_from_the_list(client, publisher):
    partnership = sourced_draft()
    client.force_login(publisher)
    run_action(client, "publish", partnership, reason="Checked by two")
    partnership.refresh_from_db()
    assert partnership.is_published
    assert f"{partnership} is published." in messages(client)
    newest = Partnership.history.first()
    assert newest.history_change_reason == "Checked by two"
    assert newest.history_actor == "Publisher"
    assert newest.history_user_id == publisher.pk


@pytest.mark.parametrize("published", [True, False])
def test_publisher_publishes_and_unpublishes_by_the_form_only_with_a_reason(
    client, as_publisher, published
):
    partnership = factories.partnership() if published else sourced_draft()
    form = without_flag(client, partnership)
    form |= {} if published else {"is_published": "on"}
    to = part_url(partnership, "publication")
    assert "say why you change it" in errors(client.post(to, form))
    client.post(to, form | PUBLIC)
    partnership.refresh_from_db()
    assert partnership.is_published is not published


def test_fact_without_source_keeps_the_list_from_publishing(client, as_publisher):
    partnership = factories.partnership(published=False)
    factories.milestone(partnership)
    run_action(client, "publish", partnership, reason="Checked")
    page = messages(client)
    partnership.refresh_from_db()
    assert not partnership.is_published
    assert "have no source that agrees" in page
    assert f'<a href="{part_url(partnership, "publication")}">' in page
    assert "Norway: Signed, 28 May 2024 (SDP)" in page


def test_one_refusal_does_not_keep_others_from_being_published(client, as_publisher):
    good = sourced_draft()
    bad = factories.partnership("iceland", published=False)
    factories.milestone(bad)
    run_action(client, "publish", bad, good, reason="Checked")
    assert list(Partnership.objects.published()) == [good]


def test_publisher_unpublishes_from_the_list_with_a_reason(client, as_publisher):
    partnership = factories.partnership()
    run_action(client, "unpublish", partnership, reason="Entered twice")
    partnership.refresh_from_db()
    assert not partnership.is_published
    assert Partnership.history.first().history_change_reason == "Entered twice"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "say why"),
        ("   ", "say why"),
        ("x" * 501, "at most 500 characters"),
        ("Null\0", "Null characters are not allowed"),
    ],
    ids=["none", "blank", "too long", "null"],
)
def test_publisher_does_not_unpublish_without_a_reason(
    client, as_publisher, reason, said
):
    partnership = factories.partnership()
    answer = run_action(client, "unpublish", partnership, reason=reason)
    partnership.refresh_from_db()
    assert partnership.is_published
    assert said in answer.text


def test_publisher_deletes_a_draft(client, publisher):
    partnership = sourced_draft()
    client.force_login(publisher)
    deletion = {"post": "yes", "change_reason": "Twice"}
    client.post(url(Partnership, "delete", partnership.pk), deletion)
    assert not Partnership.objects.exists()
    assert not Milestone.objects.exists()
    newest = [m.history.first() for m in (Partnership, Milestone)]
    assert {row.history_type for row in newest} == {"-"}
    assert {row.history_user_id for row in newest} == {publisher.pk}
    assert len({row.history_changeset for row in newest}) == 1


@pytest.mark.parametrize("is_superuser", [True, False])
def test_nobody_deletes_what_is_published(client, db, is_superuser):
    someone = factories.user(groups=["publisher"], is_superuser=is_superuser)
    records = one_of_each()
    client.force_login(someone)
    run_action(client, "publish", Partnership.objects.get(), reason="Checked")
    before = stored()
    for record in records:
        has_own_page = isinstance(record, Subject | Position)  # and no row elsewhere
        if record.partnership_or_none and not has_own_page:
            address = url(type(record), "delete", record.pk)
            assert client.get(address).status_code == 403
            assert client.post(address, {"post": "yes"}).status_code == 403
    run_action(client, "delete_selected", Partnership.objects.get(), post="yes")
    assert stored() == before


def test_page_of_a_published_partnership_offers_no_deletion(client, as_publisher):
    partnership = factories.partnership()
    page = client.get(change_url(partnership)).content.decode()
    assert url(Partnership, "delete", partnership.pk) not in page


def test_partner_with_a_draft_is_protected_by_it(client, as_publisher):
    partnership = sourced_draft()
    address = url(Partner, "delete", partnership.partner.pk)
    assert client.post(address, {"post": "yes"}).status_code in (200, 403)
    assert Partner.objects.exists()


@pytest.mark.parametrize("who", ["viewer", "editor", "publisher"])
def test_people_of_the_groups_see_no_accounts(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(url(User, "changelist")).status_code == 403


def test_nobody_changes_what_a_role_may_do(client):
    client.force_login(factories.user(is_superuser=True))
    assert client.get("/admin/auth/group/").status_code == 404


def test_history_is_never_written_by_reading(client, as_publisher):
    records = one_of_each()
    before = history_count()
    for record in records:
        client.get(change_url(record))
        client.get(url(type(record), "history", record.pk))
    assert history_count() == before
