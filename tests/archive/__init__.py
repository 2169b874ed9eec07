"""A backup holds everything, and restoring it gives the same tracker again.

The databases here are made for one test each and stand in for the tests' own, so that
everything is really committed, and restored into another database than it came from.
"""

import gzip
import json

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection

from partnerships.actions.backup import ArchiveError
from partnerships.ledger import context, damage, verifying
from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.redacting import redact
from partnerships.ledger.verifying.problem import Problem
from partnerships.models import Draft, Role, Source, User, Visit
from tests import factories

PASSWORD = "a long passphrase"
WHY = {"reason": "Why", "kind": "correction", "actor": "Data desk"}

#: Tables that a backup leaves out, and one that only says what it was made with.
APART = ("django_session", "axes_", "django_migrations", "sqlite_")


def fill():
    with context.change(**WHY):
        record = factories.partnership(stated_areas=17, summary="“Ünïcode” \\ \n 𝄞")
        signed = factories.milestone(record, date="../2024-05", note="By Jane Doe.")
        factories.claim(signed, "2024")
        factories.affiliation(record.partner, "eea_efta", since="1994", until="2025")
        gift = {"amount": 10**12, "currency": "NOK", "since": "2023"}
        factories.engagement(record, "epf_contribution", **gift)
        factories.coverage(record, factories.area(), ruling="Why")
        factories.check(record, found="Nothing but a date.")
        expected = {"announces": "reviewed", "expected": "2024-12", "follows": signed}
        factories.milestone(record, "announced", "2024-06", **expected)
        factories.double_check(record)
        factories.question()
        factories.subject(record)
        factories.position(record, date="2025")
        factories.namesake()
    with context.change(**WHY):
        signed.note = ""
        signed.save()
        factories.milestone(record, "statement", "2025").delete()
        redact(number=number_of(record="milestone", action="+"), field="note")
        damage.state([Problem("gap", "change 7 is missing")])
    ed = User.objects.create_user("ed", password=PASSWORD, public_name="Ed")
    ed.assign(Role.EDITOR)
    factories.second_factor(ed)
    typed = {"document": {"title": "“Ünïcode”"}, "rows": [{"value": "18.3."}]}
    Draft.objects.create(owner=ed, summaries={"1": "Two\nlines."}, **typed)
    report = {"origin": "report", "email": "reader@example.org", "taken_by": ed}
    lead = factories.lead(partnership=record, draft=Draft.objects.get(), **report)
    packed = b"\x1f\x8b\x00 \xff"
    source = Source.objects.get()
    visited = {"asked_at": lead.made_at, "url": "https://example.org/"}
    Visit.objects.create(source=source, copy=packed, status=200, **visited)
    Session.objects.create(
        session_key="k", session_data="d", expire_date="2030-01-01 00:00Z"
    )
    AccessAttempt.objects.create(
        username="ed", ip_address="::1", failures_since_start=1
    )


def number_of(**entry):
    return LedgerEntry.objects.filter(**entry).earliest("number").number


def rows():
    """All that is stored, by table, as the database gives it."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = {}
        for table in tables:
            if not table.startswith(APART):
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(cursor.fetchall(), key=repr)
        return found


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def is_of(line, label):
    """Whether it is a row of that table, and not the first or the last line."""
    return isinstance(line, list) and line[0] == label


def write(path, lines):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def problems():
    return [str(problem) for problem in verifying.problems()]


def refusal(work, *args, **kwargs):
    with pytest.raises(ArchiveError) as error:
        work(*args, **kwargs)
    return str(error.value)
