"""READ_ONLY=on: readers read, and whoever would write is told so."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from partnerships.ledger.faults import READ_ONLY
from partnerships.models import Verification
from tests import factories
from tests.html import Page, page
from tests.without_writes import without_writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def norway(sealed_at_once):
    return factories.partnership(of=factories.partner(name="Norway"))


@pytest.fixture
def read_only(norway, settings):
    """A tracker that takes no changes, and whose database refuses them."""
    settings.READ_ONLY = True
    with without_writes():
        yield


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/partnerships/norway/", "/changes/", "/search/?q=norway"),
        *("/api/v1/partnerships/", "/data/partnerships.csv", "/milestones.ics"),
    ],
)
def test_reader_notices_nothing(client, read_only, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.getvalue()


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/report/"])
def test_whoever_would_write_is_told(client, read_only, path):
    assert READ_ONLY.sentence in page(client, path, status=503).text


def test_report_is_kept_on_the_page(client, read_only):
    text = "The date of signature is another one."
    answer = client.post("/report/", {"sentence": text})
    assert answer.status_code == 503
    assert "Nothing was saved." in Page(answer.text).text
    assert f'value="{text}"' in answer.text
    assert "csrfmiddlewaretoken" not in answer.text and not answer.cookies


def test_editor_reads_on_and_saves_nothing(client, norway, editor, settings):
    client.force_login(editor)
    settings.READ_ONLY = True
    assert "The tracker takes no changes" in page(client, "/admin/").text
    answer = client.post("/admin/enter/", {"title": "A document"})
    assert answer.status_code == 503
    settings.READ_ONLY = False
    assert "takes no changes" not in page(client, "/admin/").text


def test_form_of_another_site_is_not_shown_again(settings):
    settings.READ_ONLY = True
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post("/admin/enter/", {"title": "A document"})
    assert answer.status_code == 403
    assert "A document" not in answer.text


@pytest.mark.parametrize(
    "command", ["seal", "check_sources", "mail_editors", "clearsessions"]
)
def test_command_of_a_timer_does_nothing_and_does_not_fail(read_only, command, capsys):
    call_command(command)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "Nothing was done: READ_ONLY is on.\n")


@pytest.mark.parametrize("command", ["seed", "create_editor"])
def test_command_that_writes_refuses(settings, command):
    settings.READ_ONLY = True
    with pytest.raises(CommandError, match="Nothing was done: READ_ONLY is on"):
        call_command(command)


def test_trail_is_verified_and_its_proof_not_recorded(read_only, capsys, monkeypatch):
    monkeypatch.setattr("partnerships.ledger.verifying.problems", lambda **options: ())
    call_command("verify_audit")
    told = capsys.readouterr()
    assert "The audit trail is whole" in told.out
    assert "this proof is not recorded" in told.err
    assert not Verification.objects.exists()
