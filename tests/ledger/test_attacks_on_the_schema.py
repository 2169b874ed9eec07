"""Somebody who owns the database changes what it does with every later change: triggers,
indexes, tables and functions of their own."""

import pytest
from django.db import connection, transaction

from partnerships.ledger import context
from partnerships.models import Milestone
from tests.factories import edit
from tests.ledger.databases import on_postgresql, on_sqlite, sql
from tests.ledger.tampering import tables
from tests.ledger.tampering.hands import (
    query,
    refused_or_named,
    schema_unlocked,
    site_role,
    unwatched,
    well_formed,
)
from tests.scratch import ROOT

pytestmark = pytest.mark.slow("builds databases")

MILESTONE, HISTORY = "partnerships_milestone", "partnerships_historicalmilestone"
LEDGER = "partnerships_ledgerentry"


def note(signature, text="A note"):
    """An honest edit, by an editor of the tracker's."""
    why = {"reason": "A later note", "kind": "editorial"}
    with context.change(actor="Editor", **why):
        edit(Milestone.objects.get(pk=signature), note=text)


# Triggers

AS_JANES = """CREATE TRIGGER zz BEFORE INSERT ON {table} WHEN NEW.history_actor = 'Editor'
BEGIN INSERT INTO {table} SELECT {columns}; SELECT RAISE(IGNORE); END"""
DEBTS_GONE = "CREATE TRIGGER zz AFTER INSERT ON partnerships_debt BEGIN DELETE FROM partnerships_debt; END"
SUPERUSERS = (
    "CREATE TRIGGER zz AFTER UPDATE OF last_login ON partnerships_user"
    " BEGIN UPDATE partnerships_user SET is_superuser = 1 WHERE id = NEW.id; END"
)


def by_jane():
    """What makes an edit of one editor's one of Jane's."""
    mine = {"history_actor": "'Jane Doe'"}
    columns = ", ".join(mine.get(c, f"NEW.{c}") for c in tables.columns(HISTORY))
    return AS_JANES.format(table=HISTORY, columns=columns)


@on_sqlite
@pytest.mark.parametrize("spelt", ["trigger", "TRIGGER", "Trigger"])
@pytest.mark.parametrize(
    "made", [by_jane, lambda: DEBTS_GONE, lambda: SUPERUSERS],
    ids=["edits are another's", "debts are forgiven", "whoever logs in may do all"],
)  # fmt: skip
def test_trigger_of_ones_own_is_not_looked_at(tracker, signature, made, spelt):
    def attack():
        with schema_unlocked():
            table = made().partition(" ON ")[2].split()[0]
            sql(
                "INSERT INTO sqlite_master VALUES (%s, 'zz', %s, 0, %s)",
                *(spelt, table, made()),
            )
        note(signature)

    refused_or_named(attack, "zz|trigger")


@on_postgresql
@pytest.mark.parametrize("name", ["zz", '"TRAIL_ZZ"', "trail_milestone_is_not_ours"])
@pytest.mark.parametrize("schema", ["public", "elsewhere"])
def test_function_of_ones_own_signs_for_another(tracker, signature, name, schema):
    def attack():
        sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        sql(
            f"CREATE FUNCTION {schema}.{name}() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN NEW.history_actor := 'Jane Doe'; RETURN NEW; END$$"
        )
        sql(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {HISTORY}"
            f" FOR EACH ROW EXECUTE FUNCTION {schema}.{name}()"
        )
        note(signature)

    refused_or_named(attack, name.strip('"'))


@on_sqlite
def test_trigger_is_another_by_one_blank(tracker):
    name = "trail_milestone_history_is_in_order"
    [(text,)] = query(f"SELECT sql FROM sqlite_master WHERE name = '{name}'")

    def attack():
        sql(f"DROP TRIGGER {name}")
        sql(text.replace("BEGIN ", "BEGIN  "))

    refused_or_named(attack, name)


@on_sqlite
def test_temporary_trigger_is_not_looked_at(tracker, signature):
    def attack():
        sql(
            f"CREATE TEMP TRIGGER zz BEFORE INSERT ON main.{HISTORY}"
            " BEGIN SELECT RAISE(IGNORE); END"
        )
        note(signature)

    refused_or_named(attack, "zz|trigger")


@on_postgresql
@pytest.mark.parametrize("state", ["DISABLE", "ENABLE REPLICA"])
@pytest.mark.parametrize("which", ["ALL", "USER", "trail_milestone_is_owed_history"])
def test_trigger_is_off_for_a_while(tracker, signature, state, which):
    """For good, too, if nobody looks."""
    if state != "DISABLE" and which in ("ALL", "USER"):
        which = "trail_milestone_is_not_truncated"

    def attack():
        sql(f"ALTER TABLE {MILESTONE} {state} TRIGGER {which}")

    refused_or_named(attack, "trail_milestone")


# Indexes


@on_sqlite
def test_index_says_that_a_signature_was_abandoned(tracker, signature):
    """The table says the truth; what readers filter by does not."""
    name = "milestone_decides"

    def attack():
        with unwatched():
            tables.update(MILESTONE, signature, kind="abandoned")
        [(root, text)] = query(
            f"SELECT rootpage, sql FROM sqlite_master WHERE name = '{name}'"
        )
        with schema_unlocked():
            sql(f"DELETE FROM sqlite_master WHERE name = '{name}'")
        with unwatched():
            tables.update(MILESTONE, signature, kind="signed")
        with schema_unlocked():
            sql(
                "INSERT INTO sqlite_master VALUES ('index', %s, %s, %s, %s)",
                *(name, MILESTONE, root, text),
            )

    refused_or_named(attack, name)


@on_postgresql
def test_who_doubts_an_index_of_postgresql_is_told_how_to_look():
    assert "pg_amcheck" in (ROOT / "docs/operating.md").read_text()


@pytest.mark.parametrize("name", ["milestone_decides", "ledger_log"])
def test_index_is_another_of_the_same_name(tracker, name):
    table = MILESTONE if name == "milestone_decides" else LEDGER

    def attack():
        sql(f"DROP INDEX {name}")
        sql(f"CREATE INDEX {name} ON {table} (id)")

    refused_or_named(attack, name)


def test_record_is_there_twice_for_its_index_is_no_longer_unique(tracker):
    """The rows themselves have an honest history each."""
    name = "claim_about_milestone_is_recorded_once"

    def attack():
        sql(f"DROP INDEX {name}")
        sql(f"CREATE INDEX {name} ON partnerships_claim (source_id, locator, says)")

    refused_or_named(attack, name)


# Tables


def test_view_is_in_place_of_a_table(tracker):
    def attack():
        sql(f"ALTER TABLE {HISTORY} RENAME TO zz")
        sql(f"CREATE VIEW {HISTORY} AS SELECT * FROM zz")

    refused_or_named(attack, f"{HISTORY}|trail_milestone")


@on_sqlite
def test_column_is_made_up_when_it_is_read(tracker):
    """A generated column holds nothing: it says what its expression says."""

    def attack():
        with schema_unlocked():
            sql(
                "UPDATE sqlite_master SET sql = replace(sql,"
                " '\"certainty\" varchar(10) NOT NULL',"
                " '\"certainty\" varchar(10) NOT NULL AS (''confirmed'')')"
                f" WHERE name = '{MILESTONE}'"
            )

    refused_or_named(attack, "milestone")


@on_postgresql
def test_rows_are_in_a_child_that_no_trigger_watches(tracker):
    """Whoever reads the parent reads them too."""

    def attack():
        sql(f"CREATE TABLE zz () INHERITS ({MILESTONE})")
        sql(f"INSERT INTO zz SELECT * FROM {MILESTONE} LIMIT 1")
        sql("UPDATE zz SET id = 987, key = 'zz'")

    refused_or_named(attack, "zz|milestone 987")


@on_postgresql
def test_schema_of_the_roles_name_comes_first(tracker):
    """Every name is looked up there before it is in “public”."""

    def attack():
        sql("CREATE SCHEMA AUTHORIZATION CURRENT_USER")
        sql("SET search_path = public")
        [(user,)] = query("SELECT quote_ident(current_user)")
        sql(f"CREATE VIEW {user}.{MILESTONE} AS SELECT * FROM public.{MILESTONE}")
        connection.close()

    refused_or_named(attack, f"{MILESTONE}|schema|trail_|cannot be read")


@on_postgresql
@pytest.mark.parametrize(
    "setting", ["session_replication_role = replica", "search_path = elsewhere, public"]
)
def test_every_session_begins_with_a_setting_of_somebodys(tracker, setting):
    name = connection.settings_dict["NAME"]

    def attack():
        sql("CREATE SCHEMA elsewhere")
        sql(f'ALTER DATABASE "{name}" SET {setting}')
        connection.close()

    refused_or_named(attack, f"{setting.split()[0]}|trail_|cannot be read")


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE RULE zz AS ON INSERT TO {HISTORY} DO INSTEAD NOTHING",
        f"ALTER TABLE {HISTORY} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {HISTORY} SET UNLOGGED",
        f"GRANT UPDATE, DELETE ON {HISTORY} TO PUBLIC",
        f"ALTER TABLE {MILESTONE} DROP CONSTRAINT milestone_certainty_is_known",
        f"ALTER TABLE {MILESTONE} ALTER COLUMN place SET DEFAULT 'Rome'",
        "ALTER FUNCTION trail_milestone_is_owed_history() SECURITY INVOKER",
        "ALTER FUNCTION trail_milestone_is_owed_history() RESET search_path",
    ],
)
def test_table_does_something_else_without_a_trigger(tracker, statement):
    refused_or_named(lambda: sql(statement), "milestone")


# Functions that are taken for PostgreSQL's own


@on_postgresql
def test_role_becomes_a_superuser_by_the_guard_itself(tracker, signature):
    """The guard runs as the owner; a function of the same name that fits better than
    PostgreSQL's is called in its place."""
    with site_role() as role:
        sql("GRANT CREATE ON SCHEMA public TO PUBLIC")

        def attack():
            with transaction.atomic():
                sql(f"SET LOCAL SESSION AUTHORIZATION {role}")
                sql(
                    f"CREATE FUNCTION public.to_jsonb(public.{MILESTONE}) RETURNS jsonb"
                    " LANGUAGE plpgsql AS $$BEGIN"
                    f" IF current_user <> '{role}' THEN"
                    f" ALTER ROLE {role} SUPERUSER; END IF;"
                    " RETURN pg_catalog.to_jsonb(pg_catalog.row_to_json($1));"
                    " END$$"
                )
            with transaction.atomic():
                sql(f"SET LOCAL SESSION AUTHORIZATION {role}")
                well_formed(MILESTONE, signature, note="An honest edit")

        attack()
        [(is_superuser,)] = query(
            f"SELECT rolsuper FROM pg_roles WHERE rolname = '{role}'"
        )
        assert not is_superuser


@on_postgresql
def test_right_to_create_functions_is_left_to_all(tracker):
    """As PostgreSQL 14 had it, and a database that was upgraded still has."""
    attack = "GRANT CREATE ON SCHEMA public TO PUBLIC"
    refused_or_named(lambda: sql(attack), "CREATE|create|public")


@on_postgresql
def test_function_fits_better_than_postgresqls_own(tracker):
    def attack():
        sql(
            f"CREATE FUNCTION public.to_jsonb(public.{HISTORY}) RETURNS jsonb"
            " LANGUAGE sql AS 'SELECT NULL::jsonb'"
        )

    refused_or_named(attack, "to_jsonb")


# Migrations


def test_migration_is_said_to_be_later_so_that_changes_need_say_nothing(tracker):
    """Of what was recorded before columns changed, verification asks less."""
    later = "2099-01-01 00:00:00"

    def attack():
        sql(
            "UPDATE django_migrations SET applied = %s WHERE app = 'partnerships'",
            later,
        )

    refused_or_named(attack, "migration")


def test_migration_is_said_to_be_applied(tracker):
    def attack():
        sql(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('partnerships', '9999_zz', '2026-01-01 00:00:00')"
        )

    refused_or_named(attack, "migration|9999_zz")


@on_sqlite
def test_another_database_of_the_same_tables_is_attached(tracker, tmp_path, signature):
    def attack():
        sql(f"ATTACH '{tmp_path / 'other'}' AS other")
        sql(f"CREATE TABLE other.{MILESTONE} AS SELECT * FROM main.{MILESTONE}")
        sql(f"UPDATE {MILESTONE} SET note = 'x' WHERE id = {signature}")

    refused_or_named(attack, f"milestone {signature}")
