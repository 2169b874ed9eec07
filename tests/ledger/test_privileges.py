"""What a role that only runs the site can do on PostgreSQL, and what it cannot."""

import uuid
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from partnerships.ledger import context, sealing, triggers, verifying
from partnerships.ledger.models import Checkpoint, LedgerEntry
from partnerships.models import Milestone, Partnership
from tests import factories
from tests.admin import PUBLIC, change_url, submit
from tests.factories import edit
from tests.ledger.databases import sql
from tests.ledger.roles import GRANTS
from tests.ledger.trail import SEAL, entry_like

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has no roles: PostgreSQL alone"
    ),
]

HISTORY = "partnerships_historicalmilestone"
LIVE = "partnerships_milestone"
DENIED = "permission denied|must be owner"


@pytest.fixture
def signed():
    """Norway's signature, made by the owner, and sealed."""
    milestone = factories.milestone(factories.partnership(), place="Oslo")
    sealing.seal()
    return milestone


@pytest.fixture
def role(signed):
    """Everything is done as a role of the site, which is gone after the test."""
    connection.check_constraints()
    name = f"tracker_{uuid.uuid4().hex}"
    sql(f"CREATE ROLE {name}")
    sql(GRANTS.replace("tracker_app", name))
    sql(f"SET LOCAL ROLE {name}")
    return name


@contextmanager
def refused(message=DENIED):
    """Refused at once, or when it is to be committed."""
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        yield
        connection.check_constraints()


def query(statement, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def test_role_is_an_ordinary_one(role):
    assert query(
        "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
    ) == [(role, False)]


# What the site does


def test_edits_are_made_and_sealed(role, signed):
    edit(signed, place="Bergen")
    Milestone.objects.update(place="Rome")
    factories.milestone(signed.partnership, "statement", "2025").delete()
    connection.check_constraints()
    before = sealing.head().number
    assert sealing.seal() == 4
    assert sealing.head().number == before + 4
    assert [row.place for row in signed.history.all()] == ["Rome", "Bergen", "Oslo"]


def test_every_kind_of_record_is_made_and_deleted(role):
    record = factories.partnership("japan", published=False)
    factories.claim(factories.milestone(record), "2024")
    factories.affiliation(record.partner, "nato_ally").delete()
    factories.engagement(record)
    factories.coverage(record, factories.area())
    factories.question()
    record.delete()
    connection.check_constraints()
    assert sealing.seal() > 10


def test_trail_is_verified(role, signed):
    edit(signed, place="Bergen")
    sealing.seal()
    assert list(triggers.of().problems()) == []
    assert list(verifying.problems(anchors=[sealing.head()])) == []
    verifying.note_result(sealing.head().number, 0)
    sealing.checkpoint()
    assert Checkpoint.objects.exists()


def test_editor_works_in_the_admin(role, signed, client):
    someone = factories.user(groups=["publisher"])
    given = {"username": someone.username, "password": "a long passphrase"}
    client.post("/admin/login/", given | {"password": "wrong"})
    assert client.post("/admin/login/", given | {"next": "/"})["Location"] == "/"
    address = change_url(signed.partnership)
    assert submit(client, address, PUBLIC, summary="New.").status_code == 302
    connection.check_constraints()
    assert Partnership.objects.get().summary == "New."
    assert signed.partnership.history.first().history_user_id == someone.pk


@pytest.mark.parametrize(
    "address",
    ["/", "/partnerships/norway/", "/changes/", "/api/v1/changes/", "/readyz"],
)
def test_pages_are_read(role, client, address):
    assert client.get(address).status_code == 200


# What it cannot do

NAMES = ("redaction", "checkpoint", "verification", "ledgerentry")
TRAIL = [HISTORY, *(f"partnerships_{name}" for name in NAMES)]


def test_every_history_has_these_privileges(role):
    histories = [
        table
        for table in connection.introspection.table_names()
        if table.startswith("partnerships_historical")
    ]
    assert len(histories) == 16
    for table in histories:
        assert privileges(role, table) == ["INSERT", "SELECT"]


def privileges(role, table):
    rows = query(
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = %s AND table_name = %s ORDER BY 1",
        *(role, table),
    )
    return [privilege for (privilege,) in rows]


def test_ledger_is_read_and_sealed_alone(role):
    assert privileges(role, "partnerships_ledgerentry") == ["SELECT"]
    columns = query(
        "SELECT column_name FROM information_schema.role_column_grants WHERE"
        " grantee = %s AND table_name = 'partnerships_ledgerentry'"
        " AND privilege_type = 'UPDATE'",
        role,
    )
    assert {name for (name,) in columns} == {*SEAL}


def test_sealed_entry_is_not_sealed_again(role):
    with refused("sealed once"):
        sql("UPDATE partnerships_ledgerentry SET seal = %s", "0" * 64)


def test_entry_is_not_made_by_hand(role):
    with refused():
        entry_like(LedgerEntry.objects.latest("number").number, history_id=987)


def key(table):
    tables = ("partnerships_historical", "partnerships_redaction")
    return "history_id" if table.startswith(tables) else "id"


STATEMENTS = ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"]
STATEMENTS.append("DROP TABLE {0}")
ENTRY = ["actor", "reason", "at", "record", "history_id"]


# By privileges already, so that it holds without triggers too.
@pytest.mark.parametrize(
    "statement",
    [
        *(change.format(name, key(name)) for name in TRAIL for change in STATEMENTS),
        *(f"UPDATE partnerships_ledgerentry SET {name} = {name}" for name in ENTRY),
        f"ALTER TABLE {LIVE} DISABLE TRIGGER ALL",
        f"ALTER TABLE {LIVE} DISABLE TRIGGER trail_milestone_is_owed_history",
        f"DROP TRIGGER trail_milestone_is_owed_history ON {LIVE}",
        f"CREATE TRIGGER aaa BEFORE UPDATE ON {LIVE} FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        f"CREATE RULE aaa AS ON INSERT TO {HISTORY} DO INSTEAD NOTHING",
        "DROP FUNCTION trail_milestone_is_owed_history() CASCADE",
        "CREATE OR REPLACE FUNCTION trail_milestone_is_owed_history() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "ALTER FUNCTION trail_milestone_is_owed_history() SECURITY INVOKER",
        f"ALTER TABLE {HISTORY} ADD COLUMN aaa integer",
        f"ALTER TABLE {LIVE} OWNER TO CURRENT_USER",
        "SET session_replication_role = replica",
        "SET LOCAL session_replication_role = replica",
        f"TRUNCATE {LIVE} CASCADE",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
    ],
)
def test_trail_is_not_changed_nor_its_guard_taken_off(role, statement):
    with refused():
        sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {LIVE} SET place = 'Rome'",
        f"DELETE FROM {LIVE}",
        f"INSERT INTO {LIVE} SELECT * FROM {LIVE} WHERE false; UPDATE {LIVE} SET note = 'x'",
    ],
)
def test_unrecorded_change_is_refused(role, statement):
    with refused("without its row of history"):
        sql(statement)


def test_tables_of_ones_own_with_the_same_names_deceive_no_guard(role):
    """Temporary tables come first wherever a name is looked up, unless it is said
    otherwise; and anybody may make them."""
    with refused("without its row of history"):
        for name in (LIVE, HISTORY):
            sql(f"CREATE TEMPORARY TABLE {name} AS SELECT * FROM public.{name}")
            sql(f"GRANT ALL ON pg_temp.{name} TO PUBLIC")
        sql(f"UPDATE public.{LIVE} SET place = 'Rome'")


def test_ledger_of_ones_own_deceives_no_history(role, signed):
    before = LedgerEntry.objects.count()
    ledger = "partnerships_ledgerentry"
    sql(f"CREATE TEMPORARY TABLE {ledger} (LIKE public.{ledger} INCLUDING ALL)")
    sql(f"GRANT ALL ON pg_temp.{ledger} TO PUBLIC")
    with context.change(reason="Why", kind="correction"):
        Milestone.objects.update(place="Rome")
    connection.check_constraints()
    sql(f"DROP TABLE pg_temp.{ledger}")
    assert LedgerEntry.objects.count() == before + 1
