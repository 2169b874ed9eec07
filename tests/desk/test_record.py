"""The record of a partnership: facts to read, each with its sources and its own form."""

import pytest
from django.urls import reverse

from partnerships.ledger import context
from partnerships.models import LedgerEntry, Partnership
from tests import factories
from tests.admin import (
    PUBLIC,
    change_url,
    count_queries,
    errors,
    one_of_each,
    part_url,
    submit,
)
from tests.desk.entry import SIGNED, address, send
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

PARTS = ["words", "text", "milestones", "areas", "ties", "checks", "publication"]


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


@pytest.fixture
def record():
    one_of_each(published=True)
    return Partnership.objects.get()


def test_every_fact_is_there_with_its_claims_and_the_way_to_its_form(client, record):
    shown = page(client, change_url(record))
    signed, cell = record.milestones.get(), record.coverage.get()
    for row in (
        signed,
        cell,
        *record.engagements.all(),
        *record.partner.affiliations.all(),
        *record.subjects.all(),
        *record.positions.all(),
    ):
        assert change_url(row) in shown.links
        assert f"{row._meta.model_name}-{row.pk}" in shown.ids
    for part in PARTS:
        if part != "checks":
            assert part_url(record, part) in shown.links
    assert "28 May 2024" in shown.text
    assert "agrees" in shown.text and "page 1" in shown.text  # what a source says
    assert "Partnership Signed by Norway: partnership signed" in shown.text


def test_fact_tells_its_last_changes_and_leads_to_their_undoing(client, record):
    signed = record.milestones.get()
    sent = PUBLIC | {"actor": "The Council"}
    assert submit(client, change_url(signed), sent).status_code == 302
    operation = signed.history.latest().history_changeset
    shown = page(client, change_url(record))
    assert "The day was wrong" in shown.text
    assert reverse("admin:desk-undo", args=[operation]) in shown.links


def test_import_is_not_offered_to_be_undone(client):
    with context.change(reason="Initial load", kind="import", actor="Data set"):
        record = factories.partnership()
        signed = factories.milestone(record)
    operation = signed.history.get().history_changeset
    shown = page(client, change_url(record))
    assert "Initial load" in shown.text
    assert reverse("admin:desk-undo", args=[operation]) not in shown.links


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_saved_and_leads_back_to_the_record(client, record, part):
    sent = {} if part == "publication" else PUBLIC  # as it is
    answer = client.get(part_url(record, part))
    assert answer.status_code == 200
    answer = submit(client, part_url(record, part), sent)
    assert answer.status_code == 302, errors(answer)
    assert answer.url == change_url(record)


def test_record_itself_is_read(client, record):
    assert client.post(change_url(record), PUBLIC).status_code == 405
    assert client.get("/admin/partnerships/partnership/999/change/").status_code == 302


def test_draft_has_a_preview_and_says_that_it_is_empty(client):
    draft = factories.partnership(published=False)
    shown = page(client, change_url(draft))
    assert "readers would see “Nothing recorded”" in shown.text
    assert "/admin/preview/norway/" in shown.links
    assert draft.get_absolute_url() not in shown.links


def test_what_is_not_yet_double_checked_is_said_at_the_top(client):
    factories.partnership("ghana", of=factories.partner("ghana", iso_code="GH"))
    send(client, [SIGNED], to=address())
    shown = page(client, change_url(Partnership.objects.get()))
    assert "Not yet double-checked: a status moves" in shown.text


def test_viewer_reads_and_changes_nothing(client, record, viewer):
    client.force_login(viewer)
    shown = page(client, change_url(record))
    assert "28 May 2024" in shown.text
    for word in ("Undo", "Change several", "Looked, nothing new", "Publish"):
        assert word not in shown.text
    assert client.get(part_url(record, "publication")).status_code == 403
    before = LedgerEntry.objects.count()
    for part in PARTS:
        assert client.post(part_url(record, part), PUBLIC).status_code == 403
    assert LedgerEntry.objects.count() == before


def test_editor_does_not_publish(client, record, editor):
    client.force_login(editor)
    assert client.get(part_url(record, "publication")).status_code == 403
    assert client.post(part_url(record, "publication"), PUBLIC).status_code == 403


def test_record_asks_as_much_for_many_facts_as_for_few(client, record):
    counts = []
    for year in (2023, 2024):
        for month in range(1, 11):
            day = f"{year}-{month:02}"
            factories.claim(factories.milestone(record, "dialogue_held", day), day)
            factories.coverage(record, factories.area((year - 2023) * 20 + month + 5))
        client.get(change_url(record))
        with count_queries() as queries:
            client.get(change_url(record))
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40


# Each role at each screen


SCREENS = {
    # address: what a viewer, an editor and a publisher get
    "": (200, 200, 200),
    "enter/": (403, 302, 302),
    "find/?q=norway": (200, 200, 200),
    "manual/editing/": (200, 200, 200),
    "manual/decisions/": (200, 200, 200),
    "preview/norway/": (200, 200, 200),
    "account/": (200, 200, 200),
    "enter/rows.csv": (200, 200, 200),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_each_role_at_each_screen(client, record, screen, viewer, editor, publisher):
    for person, status in zip(
        (viewer, editor, publisher), SCREENS[screen], strict=True
    ):
        client.force_login(person)
        assert client.get(f"/admin/{screen}").status_code == status, person
    client.logout()
    answer = client.get(f"/admin/{screen}")
    assert answer.status_code == 302 and "/admin/login/" in answer.url


def _posts(record):
    """What each screen takes: the address, the form, and who may send it."""
    milestone = record.milestones.get()
    check = factories.double_check(record, entered_by=99)
    factories.edit(milestone, place="Bergen")
    operation = milestone.history.latest().history_changeset
    return {
        "looked": ("/admin/looked/", {"partnership": record.pk}, "ep"),
        "opened": (
            "/admin/opened/",
            {"source": milestone.claims.get().source_id},
            "ep",
        ),
        "double-check": (
            reverse("admin:desk-double-check", args=[check.pk]),
            {"is_compared": "on"},
            "ep",
        ),
        "undo": (
            reverse("admin:desk-undo", args=[operation]),
            {"reason": "Not the text itself"},
            "p",
        ),
    }


@pytest.mark.parametrize("name", ["looked", "opened", "double-check", "undo"])
def test_each_role_at_each_post(client, record, name, viewer, editor, publisher):
    to, sent, allowed = _posts(record)[name]
    before = LedgerEntry.objects.count()
    client.logout()
    assert client.post(to, sent).status_code in (302, 403)
    people = {"v": viewer, "e": editor, "p": publisher}
    for letter in people.keys() - {*allowed}:
        client.force_login(people[letter])
        assert client.post(to, sent).status_code == 403, letter
    assert LedgerEntry.objects.count() == before
    client.force_login(people[allowed[0]])
    assert client.post(to, sent).status_code == 302
    assert LedgerEntry.objects.count() > before


def test_view_on_site_stands_only_where_readers_see_something(client):
    rows = one_of_each()
    record = Partnership.objects.get()
    forms = [part_url(record, part) for part in PARTS]
    forms += [change_url(row) for row in rows]
    for form in forms:
        assert b"View on site" not in client.get(form).content, form
    factories.edit(record, is_published=True)
    assert b"View on site" in client.get(change_url(record)).content
    assert b"View on site" in client.get(part_url(record, "words")).content
