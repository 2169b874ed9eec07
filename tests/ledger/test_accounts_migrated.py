"""Accounts from before roles were on record, and from when names could be alike."""

import pytest
from django.core.management import call_command
from django.db import connection

from partnerships.ledger import sealing, verifying
from partnerships.models import LedgerEntry, RoleAssignment, User
from partnerships.selectors.accounts import account_problems
from tests import landed
from tests.ledger.databases import made, sql, working_on

BEFORE = "0009_keep_drafts_of_documents"
#: User names, the public names they had, and those that they have afterwards.
NAMES = {
    "ann": ("Ann Berg", "Ann Berg"),
    "ann-2": ("änn  bérg", "änn  bérg (2)"),
    "ann-3": ("ANN BERG", "ANN BERG (3)"),
    "ann-4": ("Ann Berg (2)", "Ann Berg (2) (2)"),
    "long": ("L" * 100, "L" * 100),
    "long-2": ("l" * 100, f"{'l' * 90} (2)"),
    "desk": ("Editor", ""),
    "nobody": ("", ""),
    "no-one": ("", ""),
}


def insert(username, public_name, **flags):
    columns = {
        **{"username": username, "public_name": public_name, "email": ""},
        **{"password": "x", "date_joined": "2026-01-01 00:00:00+00:00"},
        **dict.fromkeys(["is_staff", "is_active"], True),
        **{"is_superuser": False, **flags},
    }
    marks = ", ".join(["%s"] * len(columns))
    sql(
        f"INSERT INTO partnerships_user ({', '.join(columns)}) VALUES ({marks})",
        *columns.values(),
    )


@pytest.mark.slow("builds a database")
def test_accounts_are_migrated_whatever_they_are(tmp_path, django_db_blocker):
    with django_db_blocker.unblock(), made(tmp_path) as name, working_on(name):
        landed.rebuild(BEFORE)
        for username, (public_name, _) in NAMES.items():
            insert(username, public_name, is_superuser=username == "ann")
        sql(
            "INSERT INTO partnerships_user_groups (user_id, group_id) SELECT u.id, g.id"
            " FROM partnerships_user u, auth_group g"
            " WHERE u.username = 'desk' AND g.name = 'publisher'"
        )
        call_command("migrate", verbosity=0)
        after = dict(User.objects.values_list("username", "public_name"))
        assert {n: after[n] for n in NAMES} == {n: new for n, (_, new) in NAMES.items()}
        staff = User.objects.filter(is_staff=True, username__in=NAMES)
        assert {user.username for user in staff} == {"ann", "desk"}
        for user in User.objects.all():
            user.full_clean(exclude=["password"])
        noted = RoleAssignment.history.all()
        assert {row.role for row in noted} == {"administrator", "publisher", "none"}
        assert {(r.history_actor, r.history_kind) for r in noted} == {
            ("Migration", "import")
        }
        sealing.seal()
        own = LedgerEntry.objects.filter(record="roleassignment")
        assert own.count() == User.objects.count()
        assert [*verifying.problems(), *account_problems()] == []
        connection.close()
