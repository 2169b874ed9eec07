"""A form that is sent twice is entered once: a double click, a reload, going back."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from partnerships.desk.repeats import SAVED_ALREADY
from partnerships.models import Check, Claim, LedgerEntry, Partnership, Position
from tests import factories, scratch
from tests.admin import PUBLIC, as_shown, errors, part_url, url
from tests.html import page
from tests.ledger.databases import address_of, made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

TODAY = "/admin/"
ADD = "/admin/partnerships/position/add/"


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


def position(client, **fields):
    """What is sent to enter a position on a draft, from the page as it is now."""
    draft = Partnership.objects.filter(is_published=False).first()
    draft = draft or factories.partnership("draft", published=False)
    typed = {"holder": "The Parliament", "holder_kind": "institution", "text": "Asked."}
    return as_shown(client.get(ADD)) | typed | {"partnership": draft.pk} | fields


def operations():
    """The operations that changed positions."""
    changes = LedgerEntry.objects.filter(record="position")
    return set(changes.values_list("operation", flat=True))


def assert_told(client, answer):
    assert answer.status_code == 302 and answer.url == TODAY
    assert SAVED_ALREADY in page(client, TODAY).text


def test_record_is_added_once_however_often_it_is_sent(client):
    form = position(client)
    answer = client.post(ADD, form | {"_save": "Save"})
    assert not errors(answer), errors(answer)
    before = operations()
    for button in ("_save", "_continue", "_addanother"):
        assert_told(client, client.post(ADD, form | {button: "x"}))
    assert_told(client, client.post(ADD, position(client)))  # on going back
    assert Position.objects.count() == 1 and operations() == before


def test_what_is_typed_anew_is_entered(client):
    client.post(ADD, position(client))
    answer = client.post(ADD, position(client, text="Asked again."))
    assert answer.status_code == 302 and answer.url != TODAY
    assert Position.objects.count() == 2 and len(operations()) == 2


def test_change_and_its_new_row_are_saved_once(client):
    record = factories.partnership()
    to = part_url(record, "text")
    form = as_shown(client.get(to)) | PUBLIC
    form |= {"stated_areas": "17", "claims-TOTAL_FORMS": 1, "claims-0-says": "17"}
    form |= {"claims-0-partnership_fact": "stated_areas", "claims-0-locator": "page 1"}
    form |= {"claims-0-source": factories.source().pk}
    assert client.post(to, form).url != TODAY
    before = LedgerEntry.objects.count()
    assert_told(client, client.post(to, form))
    assert Claim.objects.count() == 1 and LedgerEntry.objects.count() == before


def test_deletion_and_undo_are_done_once(client):
    said = factories.position()
    address = url(Position, "delete", said.pk)
    form = {"post": "yes", "change_reason": "Never said."}
    assert client.post(address, form).url != TODAY
    assert_told(client, client.post(address, form))
    undo = reverse("admin:desk-undo", args=[LedgerEntry.objects.first().operation])
    client.post(undo, {"reason": "It was."})
    before = LedgerEntry.objects.count()
    assert Position.objects.count() == 1
    assert_told(client, client.post(undo, {"reason": "It was."}))
    assert LedgerEntry.objects.count() == before


def test_refused_form_may_be_sent_again(client):
    form = position(client, partnership=factories.partnership("norway").pk)
    assert errors(client.post(ADD, form)) == errors(client.post(ADD, form)) != ""
    Partnership.objects.filter(pk=form["partnership"]).update(is_published=False)
    assert client.post(ADD, form).status_code == 302
    assert Position.objects.count() == 1


def test_what_was_undone_may_be_entered_again(client):
    form = position(client)
    client.post(ADD, form)
    (made_by,) = operations()
    client.post(reverse("admin:desk-undo", args=[made_by]), {"reason": "Too early."})
    assert not Position.objects.exists()
    assert client.post(ADD, form).url != TODAY
    assert Position.objects.count() == 1 and len(operations()) == 3


def test_another_account_and_another_day_are_no_repeat(client, publisher, editor):
    record = factories.partnership()
    looked, sent = reverse("admin:desk-looked"), {"partnership": record.pk}
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        client.force_login(publisher)
        client.post(looked, sent)
    client.force_login(publisher)
    client.post(looked, sent)
    assert Check.objects.count() == 2
    client.post(ADD, position(client))
    client.force_login(editor)
    client.post(ADD, position(client))
    assert Position.objects.count() == 2


def test_action_on_a_list_does_what_is_left_to_do(client):
    chad, togo = (
        factories.partnership(slug, published=False) for slug in ("chad", "togo")
    )
    signed = factories.milestone(togo)  # which has no source yet
    sent = {"action": "publish", "reason": "Ready.", "index": 0}
    sent["_selected_action"] = [chad.pk, togo.pk]
    client.post(url(Partnership, "changelist"), sent)
    assert [*Partnership.objects.published()] == [chad]
    factories.claim(signed, "2024-05-28")
    before = LedgerEntry.objects.count()
    for _ in range(2):
        client.post(url(Partnership, "changelist"), sent)
    assert Partnership.objects.published().count() == 2
    assert LedgerEntry.objects.count() == before + 1


def test_nothing_that_is_sent_names_an_operation(client):
    client.post(ADD, position(client))
    (made_by,) = operations()
    named = {"operation": str(made_by), "history_changeset": str(made_by)}
    client.post(ADD, position(client, text="Welcomed.", **named))
    assert LedgerEntry.objects.filter(operation=made_by).count() == 1


def test_id_of_an_operation_tells_nobody_what_was_sent(client, publisher, settings):
    form, ids = position(client), set()
    client.logout()
    for key in ("one", "other"):
        settings.SECRET_KEY = key
        client.force_login(publisher)
        Position.objects.all().delete()
        client.post(ADD, form)
        client.logout()
        newest = LedgerEntry.objects.order_by("-id").first()
        ids.add((newest.action, newest.operation.hex[:16]))
    assert len(ids) == 2


TWO_CLICKS = """
import threading
from django.db import connection
from django.test import Client
from partnerships.models import LedgerEntry, Position, User
from tests import factories
from django.core.management import call_command
call_command("migrate", verbosity=0)
someone = factories.user("ann", groups=["publisher"])
draft = factories.partnership("draft", published=False)
sent = {"partnership": draft.pk, "holder": "The Parliament", "text": "Asked."}
sent |= {"holder_kind": "institution", "claims-INITIAL_FORMS": 0}
sent |= {"claims-TOTAL_FORMS": 0}
clients = [Client(SERVER_NAME="localhost") for _ in range(6)]
for client in clients:
    client.force_login(someone)
at_once, told = threading.Barrier(len(clients)), []
def click(client):
    at_once.wait(30)
    told.append(client.post("/admin/partnerships/position/add/", sent).headers["Location"])
    connection.close()
threads = [threading.Thread(target=click, args=[client]) for client in clients]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(60)
changes = LedgerEntry.objects.filter(record="position").count()
print("entered", Position.objects.count(), changes, told.count("/admin/"))
"""


@pytest.mark.slow("migrates a database of its own")
def test_clicks_at_once_are_one_entry(tmp_path):
    """Each of them waits for the one before it, on either database."""
    with made(tmp_path) as name:
        env = scratch.environment(address_of(name), tmp_path, "tests.settings")
        assert "entered 1 1 5" in scratch.manage(env, "shell", "-c", TWO_CLICKS)
