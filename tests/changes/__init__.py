"""The log: every public change, in words, with its proof; and nothing else."""

from django.db import connection

from partnerships.ledger import context, redacting, sealing
from partnerships.log.entries import described_changes
from partnerships.models import LedgerEntry
from tests import factories

LOG, API = "/changes/", "/api/v1/changes/"
OF_NORWAY = "/partnerships/norway/changes/"
TITLE = "EU–Norway Security and Defence Partnership"
SIGNED = "Norway: Signed, 28 May 2024 (SDP)"
NAMED = "Norway: Signed (SDP)"  # as others name it
NOT_PUBLIC = "Only fields that are not public were changed."


def edit(row, *, reason="The text says so.", kind="correction", actor="", **values):
    with context.change(reason=reason, kind=kind, actor=actor):
        factories.edit(row, **values)


def redact(number, field):
    connection.check_constraints()  # nothing may wait for commit
    with context.change(actor="Desk", reason="A private name", kind="correction"):
        redacting.redact(number=number, field=field)
    sealing.seal()


def log(client, **query):
    """The entries of the log that the API answers with, newest first."""
    answer = client.get(API, {"page_size": 200} | query)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def newest(client):
    return log(client)[0]


def differences(change):
    return {field["name"]: (field["old"], field["new"]) for field in change["fields"]}


def detail(change):
    return f"{LOG}{change['number']}/"


def everywhere(client):
    """All that readers can see of the log, page by page, as one text."""
    changes = log(client)
    paths = [LOG, API, OF_NORWAY, *map(detail, changes)]
    return "".join(client.get(path).content.decode() for path in paths)


def category(client):
    newest = LedgerEntry.objects.order_by("-number")[:1]
    return described_changes(newest)[0].category
