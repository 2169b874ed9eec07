"""What a role that only runs the site can do on PostgreSQL, and what it cannot."""

import os
import subprocess
import uuid
from contextlib import contextmanager
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, connection, transaction

from partnerships.actions import second_factor
from partnerships.ledger import context, sealing, triggers, verifying
from partnerships.ledger.models import Checkpoint, LedgerEntry, Verification
from partnerships.ledger.triggers import base
from partnerships.models import Milestone, Partnership
from tests import factories
from tests.admin import PUBLIC, change_url, submit
from tests.factories import edit
from tests.ledger.databases import sql
from tests.ledger.guarded import FAR, history_by_sql, history_of
from tests.ledger.trail import SEAL, entry_like
from tests.scratch import ROOT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has no roles: PostgreSQL alone"
    ),
]

SCRIPT = ROOT / "deploy/postgresql/roles.sql"
HISTORY = "partnerships_historicalmilestone"
LIVE = "partnerships_milestone"
DENIED = "permission denied|must be owner"


@pytest.fixture
def signed():
    """Norway's signature, made by the owner, and sealed."""
    milestone = factories.milestone(factories.partnership(), place="Oslo")
    sealing.seal()
    return milestone


def run_script(database="", **roles):
    """Run the script that is shipped; return what psql says."""
    settings = connection.settings_dict
    given = {
        "PGDATABASE": database or settings["NAME"],
        **{
            f"PG{name}": settings[name] for name in ("HOST", "PORT", "USER", "PASSWORD")
        },
    }
    variables = [f"--set={name}={value}" for name, value in roles.items()]
    return subprocess.run(
        ["psql", "--no-psqlrc", *variables, "--file", str(SCRIPT)],
        env=os.environ | {name: str(value) for name, value in given.items() if value},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def roles(scratch_database, django_db_blocker):
    """The three roles of the script, by name; they are gone after the module's tests."""
    mark = uuid.uuid4().hex
    with django_db_blocker.unblock():
        [(owner,)] = query("SELECT current_user")
        names = {"site": f"site_{mark}", "reader": f"reader_{mark}"}
        for _ in range(2):  # a second run changes nothing
            ran = run_script(owner=owner, **names)
            assert (ran.returncode, ran.stdout) == (0, "")
        yield {"owner": owner, **names}
        for name in names.values():
            sql(f"DROP OWNED BY {name}")
            sql(f"DROP ROLE {name}")
        database = connection.settings_dict["NAME"]
        sql(f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO PUBLIC")
        sql("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC")


@pytest.fixture
def role(signed, roles):
    """Everything is done in a session of the role of the site."""
    connection.check_constraints()
    sql(f"SET LOCAL SESSION AUTHORIZATION {roles['site']}")
    return roles["site"]


@pytest.fixture
def reader(signed, roles):
    connection.check_constraints()
    sql(f"SET LOCAL SESSION AUTHORIZATION {roles['reader']}")
    return roles["reader"]


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


def test_second_factor_is_set_up_used_and_taken_away(role, signed):
    someone = factories.user(groups=["editor"])
    code, *_ = factories.second_factor(someone)
    second_factor.check(someone, code)
    second_factor.take_away(someone)


@pytest.mark.parametrize("table", ["otp_totp_totpdevice", "otp_static_statictoken"])
def test_secrets_of_second_factors_are_not_for_reports(reader, table):
    with refused():
        query(f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    "address",
    ["/", "/partnerships/norway/", "/changes/", "/api/v1/changes/", "/readyz"],
)
def test_pages_are_read(role, client, address):
    assert client.get(address).status_code == 200


# What it cannot do

NAMES = ("redaction", "damage", "checkpoint", "verification", "ledgerentry")
TRAIL = [HISTORY, *(f"partnerships_{name}" for name in NAMES)]


def tables():
    return connection.introspection.table_names()


def privileges(role, table):
    """What it may do with a table, in the order of the alphabet: "IS"."""
    rows = query(
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = %s AND table_name = %s ORDER BY 1",
        *(role, table),
    )
    return "".join(privilege[0] for (privilege,) in rows)


def test_every_history_is_read_and_added_to_alone(role):
    histories = [t for t in tables() if t.startswith("partnerships_historical")]
    assert len(histories) == 16
    assert {privileges(role, table) for table in histories} == {"IS"}


def test_other_tables_are_written_but_what_the_site_never_changes(role):
    kept = {table: privileges(role, table) for table in tables()}
    fewer = {
        table: may
        for table, may in kept.items()
        if may != "DISU" and not table.startswith("partnerships_historical")
    }
    migrated = ("django_migrations", "django_content_type")
    groups = ("auth_group", "auth_group_permissions", "auth_permission")
    own = ("redaction", "damage")
    trail = ("partnerships_ledgerentry", *(f"partnerships_{name}" for name in own))
    proofs = ("partnerships_checkpoint", "partnerships_verification")
    assert fewer == {
        **dict.fromkeys([*migrated, *groups, *trail], "S"),
        **dict.fromkeys([*proofs, "django_admin_log"], "IS"),
        "partnerships_user": "ISU",
    }


def test_nobody_else_connects_or_makes_anything(role, roles):
    for name in ("public", roles["site"], roles["reader"]):
        assert query(
            "SELECT has_database_privilege(%s, current_database(), 'TEMPORARY'),"
            " has_schema_privilege(%s, 'public', 'CREATE')",
            *(name, name),
        ) == [(False, False)]
    connect = "SELECT has_database_privilege(%s, current_database(), 'CONNECT')"
    assert query(connect, "public") == [(False,)]
    assert query(connect, roles["reader"]) == [(True,)]


def test_reader_reads_the_record_and_its_trail_alone(reader, client):
    may_read = {table for table in tables() if privileges(reader, table)}
    assert {privileges(reader, table) for table in may_read} == {"S"}
    assert len(may_read) == 2 * 15 + 5
    for table in ("user", "draft", "lead", "visit", "roleassignment"):
        assert f"partnerships_{table}" not in may_read
    assert Milestone.objects.get().place == "Oslo"
    with refused():
        query("SELECT password FROM partnerships_user")
    with refused():
        sql(f"INSERT INTO {HISTORY} SELECT * FROM {HISTORY}")


def test_script_refuses_a_role_that_may_do_more(roles):
    ran = run_script(owner=roles["owner"], site=roles["owner"])
    assert ran.returncode
    assert "choose a role that may not" in ran.stdout
    ran = run_script(owner=roles["site"], site=roles["reader"])
    assert f"say -v owner={roles['owner']}" in ran.stdout


def test_ledger_is_read_and_sealed_alone(role):
    assert privileges(role, "partnerships_ledgerentry") == "S"
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


# Attacks that were tried


def change(instance, **changed):
    """An update by SQL with the row of history that equals it."""
    with transaction.atomic():
        for column, value in changed.items():
            sql(f"UPDATE {instance._meta.db_table} SET {column} = %s", value)
        history_of(instance)
        connection.check_constraints()


def test_row_is_not_hidden_in_a_draft_while_it_changes(signed, roles):
    draft = factories.partnership("japan", published=False)
    connection.check_constraints()
    sql(f"SET LOCAL SESSION AUTHORIZATION {roles['site']}")
    with refused(base.MOVED):
        change(signed, partnership_id=draft.pk)


def test_derived_dates_do_not_lie(role, signed):
    lie = date(2020, 1, 1)
    with refused(base.DERIVED_ALONE):
        sql(f"UPDATE {LIVE} SET earliest = %s, latest = %s", lie, lie)
        history_by_sql(signed, earliest=lie, latest=lie)


def test_history_is_not_numbered_to_the_end(role, signed):
    with refused(base.OUT_OF_SEQUENCE):
        history_of(signed, history_id=FAR)


def test_seal_of_garbage_is_refused(role, signed):
    edit(signed, place="Bergen")
    number = sealing.head().number + 1
    with refused(base.ALREADY_SEALED):
        LedgerEntry.objects.filter(number=None).update(
            **dict(zip(SEAL, (number, "{}", "{}", "0" * 32, "x", "x"), strict=True))
        )
    assert sealing.seal() == 1


def test_proofs_are_not_forged(role):
    end = sealing.head()
    with refused(base.NO_VERIFICATION):
        Verification.objects.create(number=777_777)
    with refused(base.NO_VERIFICATION):
        sql(
            "INSERT INTO partnerships_verification (verified_at, number, since, problems)"
            " VALUES ('9998-01-01', 1, 0, 0)"
        )
    with refused(base.NO_CHECKPOINT):
        sql(
            "INSERT INTO partnerships_checkpoint"
            " (taken_at, number, seal, counts, signature)"
            " VALUES ('9999-01-01', %s, %s, '{}', '')",
            *(end.number, end.seal),
        )


ENTERS = "trail_milestone_history_enters_ledger"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TEMPORARY TABLE t (a integer)",
        "CREATE TABLE public.t (a integer)",
        "CREATE FUNCTION public.to_jsonb(public.partnerships_milestone) RETURNS jsonb"
        " LANGUAGE sql AS 'SELECT NULL::jsonb'",
        f"SELECT {ENTERS}()",
        "DELETE FROM django_admin_log",
        "UPDATE django_admin_log SET change_message = ''",
        "DELETE FROM partnerships_user",
        "UPDATE auth_group SET name = name",
        f"SELECT setval(pg_get_serial_sequence('{HISTORY}', 'history_id'), {FAR})",
        "INSERT INTO partnerships_redaction SELECT * FROM partnerships_redaction",
    ],
)
def test_attack_is_refused_by_privileges(role, statement):
    with refused():
        sql(statement)


def test_log_of_the_admin_is_added_to(role):
    LogEntry.objects.create(user_id=factories.user().pk, action_flag=1)
    assert LogEntry.objects.count() == 1


@pytest.fixture
def loose(roles):
    """The role of the site as a careless operator has it, who lets it make tables."""
    name = roles["site"]
    sql(f"GRANT TEMPORARY ON DATABASE {connection.settings_dict['NAME']} TO {name}")
    sql(f"GRANT CREATE ON SCHEMA public TO {name}")
    return name


def test_function_of_the_trail_serves_nobody_elses_table(signed, loose):
    """As it could write the ledger for its caller."""
    connection.check_constraints()
    made = (
        f"CREATE TEMPORARY TABLE t (LIKE {HISTORY})",
        f"CREATE TRIGGER x AFTER INSERT ON t REFERENCING NEW TABLE AS new_rows"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {ENTERS}()",
    )
    with refused(), transaction.atomic():
        sql(f"SET LOCAL SESSION AUTHORIZATION {loose}")
        for statement in made:
            sql(statement)
    for statement in made:  # by the owner, who may
        sql(statement)
    with refused("serves its own table"):
        sql(f"INSERT INTO t SELECT * FROM {HISTORY}")


def test_function_of_ones_own_is_not_called_by_the_guard(signed, loose):
    connection.check_constraints()
    sql(f"SET LOCAL SESSION AUTHORIZATION {loose}")
    sql(
        "CREATE FUNCTION public.to_jsonb(public.partnerships_milestone) RETURNS jsonb"
        " LANGUAGE plpgsql AS $$ BEGIN RAISE 'called as %', current_user; END $$"
    )
    sql("DISCARD PLANS")  # which function is meant is looked up once in a session
    edit(signed, place="Bergen")
    connection.check_constraints()
    assert signed.history.latest().place == "Bergen"


def test_tables_of_ones_own_with_the_same_names_deceive_no_guard(signed, loose):
    """Temporary tables come first wherever a name is looked up, unless it is said
    otherwise."""
    connection.check_constraints()
    sql(f"SET LOCAL SESSION AUTHORIZATION {loose}")
    with refused("without its row of history"):
        for name in (LIVE, HISTORY):
            sql(f"CREATE TEMPORARY TABLE {name} AS SELECT * FROM public.{name}")
            sql(f"GRANT ALL ON pg_temp.{name} TO PUBLIC")
        sql(f"UPDATE public.{LIVE} SET place = 'Rome'")


def test_ledger_of_ones_own_deceives_no_history(signed, loose):
    connection.check_constraints()
    sql(f"SET LOCAL SESSION AUTHORIZATION {loose}")
    before = LedgerEntry.objects.count()
    ledger = "partnerships_ledgerentry"
    sql(f"CREATE TEMPORARY TABLE {ledger} (LIKE public.{ledger} INCLUDING ALL)")
    sql(f"GRANT ALL ON pg_temp.{ledger} TO PUBLIC")
    with context.change(reason="Why", kind="correction"):
        Milestone.objects.update(place="Rome")
    connection.check_constraints()
    sql(f"DROP TABLE pg_temp.{ledger}")
    assert LedgerEntry.objects.count() == before + 1
