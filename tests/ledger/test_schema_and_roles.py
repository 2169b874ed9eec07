"""PostgreSQL: whatever of the schema, of roles and of settings is more, less or other than
the migrations and docs/operating.md make it is named."""

import uuid

import pytest
from django.db import connection

from partnerships.ledger.verifying import schema
from partnerships.models import Milestone
from tests.factories import edit
from tests.ledger.databases import sql

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has no roles: PostgreSQL alone"
    ),
]

AREA, HISTORY = "partnerships_area", "partnerships_historicalarea"
LEDGER = "partnerships_ledgerentry"


def named() -> list[str]:
    return [problem.text for problem in schema.problems()]


LOOSE = (
    "CREATE COLLATION {0} (provider = icu, locale = 'und-u-ka-shifted-ks-level1',"
    " deterministic = false)"
)


def test_column_compared_by_a_loose_collation_is_named(area):
    sql(LOOSE.format("loose"))
    sql(f"ALTER TABLE {AREA} ALTER short_name TYPE varchar(40) COLLATE loose")
    sentences = named()
    assert "the collation loose is not ours" in sentences
    assert any(
        s.startswith(f"the column short_name of {AREA} is altered") for s in sentences
    )


ALTERED = [
    (f"ALTER TABLE {AREA} ALTER slug TYPE text", f"column slug of {AREA}"),
    (f"ALTER TABLE {AREA} ALTER slug SET DEFAULT 'x'", f"column slug of {AREA}"),
    (f"ALTER TABLE {AREA} ALTER slug DROP NOT NULL", f"column slug of {AREA}"),
    (f"ALTER TABLE {AREA} ALTER id DROP IDENTITY", f"column id of {AREA}"),
    ("ALTER TABLE axes_accesslog SET UNLOGGED", "table axes_accesslog"),
    (f"ALTER TABLE {AREA} ENABLE ROW LEVEL SECURITY", f"table {AREA}"),
    (f"ALTER TABLE {HISTORY} FORCE ROW LEVEL SECURITY", f"table {HISTORY}"),
    (f"ALTER SEQUENCE {AREA}_id_seq INCREMENT 2", f"sequence {AREA}_id_seq"),
    (
        "UPDATE pg_index SET indisvalid = false"
        " WHERE indexrelid = 'milestone_decides'::regclass",
        "index milestone_decides of partnerships_milestone",
    ),
    (
        "ALTER TABLE partnerships_milestone DISABLE TRIGGER ALL",
        "constraint {fk} of partnerships_milestone",
    ),
    (
        "ALTER TABLE partnerships_milestone DROP CONSTRAINT {fk}, ADD CONSTRAINT {fk}"
        " FOREIGN KEY (partnership_id) REFERENCES partnerships_partnership (id)"
        " DEFERRABLE INITIALLY DEFERRED NOT VALID",
        "constraint {fk} of partnerships_milestone",
    ),
    (
        "UPDATE pg_constraint SET convalidated = false WHERE conname = '{fk}'",
        "constraint {fk} of partnerships_milestone",
    ),
    (
        "ALTER FUNCTION trail_area_is_owed_history() STRICT",
        "function trail_area_is_owed_history()",
    ),
]


def foreign_key() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f'"
            " AND conrelid = 'partnerships_milestone'::regclass"
            " AND confrelid = 'partnerships_partnership'::regclass"
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("statement", "what"), ALTERED)
def test_what_is_altered_is_named(statement, what):
    fk = foreign_key()
    sql(statement.format(fk=fk))
    sentence = f"the {what.format(fk=fk)} is altered: "
    assert any(s.startswith(sentence) for s in named())


FUNCTION = "LANGUAGE sql AS 'SELECT NULL::jsonb'"
NOT_OURS = [
    (
        f"CREATE FUNCTION to_jsonb({AREA}) RETURNS jsonb {FUNCTION}",
        f"the function to_jsonb(public.{AREA}) is not ours",
    ),
    (
        f"CREATE FUNCTION trail_area_is_owed_history(x int) RETURNS jsonb {FUNCTION}",
        "the function trail_area_is_owed_history(x integer) is not ours",
    ),
    (
        "CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq)",
        "the operator === is not ours",
    ),
    ("CREATE DOMAIN other AS text", "the type other is not ours"),
    ("CREATE TYPE other AS ENUM ('a')", "the type other is not ours"),
    (f"CREATE POLICY other ON {AREA}", f"the policy other of {AREA} is not ours"),
    (
        f"CREATE RULE other AS ON UPDATE TO {AREA} DO INSTEAD NOTHING",
        f"the rule other of {AREA} is not ours",
    ),
    (
        f"CREATE TABLE child () INHERITS ({AREA})",
        f"the inheritance of public.child from {AREA} is not ours",
    ),
    (
        "CREATE MATERIALIZED VIEW other AS SELECT 1",
        "the materialized view other is not ours",
    ),
    ("CREATE EXTENSION citext", "the extension citext is in our schema"),
    (
        "CREATE FUNCTION nothing() RETURNS event_trigger LANGUAGE plpgsql"
        " AS 'BEGIN END'; CREATE EVENT TRIGGER other ON sql_drop"
        " EXECUTE FUNCTION nothing()",
        "the event trigger other is not ours",
    ),
    (
        f"CREATE TEMP TABLE {AREA} (id int)",
        f"the temporary table {AREA} is not ours",
    ),
    (
        "CREATE CAST (text AS point) WITH INOUT AS IMPLICIT",
        "the cast of text as point is not PostgreSQL’s own",
    ),
    (
        f"ALTER SEQUENCE {AREA}_id_seq RESTART 9223372036854775807;"
        f" SELECT nextval('{AREA}_id_seq')",
        f"the numbers of {AREA}_id_seq are used up: the last was 9223372036854775807",
    ),
]


@pytest.mark.parametrize(("statement", "sentence"), NOT_OURS)
def test_what_is_not_ours_is_named(statement, sentence):
    sql(statement)
    assert any(s.startswith(sentence) for s in named())


@pytest.fixture
def role(db):
    """A role that may read the ledger."""
    name = f"tracker_{uuid.uuid4().hex}"
    sql(f"CREATE ROLE {name} LOGIN")
    sql(f"GRANT USAGE ON SCHEMA public TO {name}")
    sql(f"GRANT SELECT ON {LEDGER} TO {name}")
    return name


SETTINGS = [
    ("ALTER ROLE {0} SET search_path = evil", "search_path=evil of {0}"),
    (
        "ALTER ROLE {0} SET session_replication_role = replica",
        "session_replication_role=replica of {0}",
    ),
    ("ALTER DATABASE {1} SET row_security = off", "row_security=off of this database"),
    (
        "ALTER ROLE {0} IN DATABASE {1} SET search_path = evil, public",
        "search_path=evil, public of {0}",
    ),
]


@pytest.mark.parametrize(("statement", "setting"), SETTINGS)
def test_setting_of_role_or_database_is_named(role, statement, setting):
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    sql(statement.format(role, database))
    assert named() == [f"the setting {setting.format(role)} is not ours"]


def test_setting_that_bends_nothing_is_no_problem(role):
    sql(f"ALTER ROLE {role} SET statement_timeout = '10s'")
    sql(f"ALTER ROLE {role} SET search_path = public")
    assert named() == []


def test_setting_of_the_session_is_named(db):
    sql("SET LOCAL session_replication_role = replica")
    assert named() == ["the setting session_replication_role is replica, not origin"]


def test_schema_beside_ours_is_named(role):
    sql(f"CREATE SCHEMA {role}")
    sentence = f"the schema {role} comes before ours for the role of this name"
    assert named() == [sentence]
    sql(f"SET LOCAL search_path = public, {role}")
    assert f"the schema {role} is on the search path beside ours" in named()


GRANTS = [
    *(
        (f"GRANT {privilege} ON {table} TO {{0}}", f"{{0}} may {privilege} {table}")
        for table in (HISTORY, LEDGER, "partnerships_checkpoint")
        for privilege in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
    ),
    (f"GRANT TRUNCATE ON {AREA} TO {{0}}", f"{{0}} may TRUNCATE {AREA}"),
    (
        f"GRANT UPDATE (actor) ON {LEDGER} TO {{0}}",
        f"{{0}} may UPDATE actor of {LEDGER}",
    ),
    (f"GRANT INSERT ON {LEDGER} TO {{0}}", f"{{0}} may INSERT {LEDGER}"),
    (f"GRANT SELECT ON {AREA} TO PUBLIC", f"everybody may SELECT {AREA}"),
    (
        f"GRANT SELECT ON {AREA} TO {{0}} WITH GRANT OPTION",
        f"{{0}} may let others SELECT {AREA}",
    ),
    (f"GRANT UPDATE ON {AREA}_id_seq TO {{0}}", f"{{0}} may UPDATE {AREA}_id_seq"),
    (
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        "everybody may CREATE in the schema public",
    ),
    ("GRANT CREATE ON SCHEMA public TO {0}", "{0} may CREATE in the schema public"),
    (
        "GRANT CREATE ON DATABASE {1} TO {0}",
        "{0} may CREATE schemas in the database",
    ),
    (
        "GRANT EXECUTE ON FUNCTION trail_area_history_enters_ledger() TO PUBLIC",
        "everybody may EXECUTE trail_area_history_enters_ledger()",
    ),
]


@pytest.mark.parametrize(("statement", "sentence"), GRANTS)
def test_grant_of_more_than_the_site_needs_is_named(role, statement, sentence):
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    sql(statement.format(role, database))
    assert named() == [sentence.format(role)]


def test_default_privileges_are_named(role):
    sql(f"ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO {role}")
    (sentence,) = named()
    assert sentence.startswith(f"{role} may DELETE by default what ")


def test_table_of_another_owner_is_named(role):
    connection.check_constraints()
    sql(f"ALTER TABLE {HISTORY} OWNER TO {role}")
    altered = f"the table {HISTORY} is altered: "
    assert any(s.startswith(altered) and f"owned by {role}" in s for s in named())


def test_role_that_cannot_compare_says_so(role):
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    sql(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
    sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    sql("CREATE TABLE other (id int)")
    sql(f"SET LOCAL ROLE {role}")
    assert named() == []
    assert schema.obstacle() == (
        f"the role {role} can make no temporary tables to compare it with"
    )


def test_amcheck_names_an_index_that_lies(signed_copy):
    sql("CREATE EXTENSION amcheck SCHEMA pg_catalog")
    assert named() == []
    ready = "UPDATE pg_index SET indisready = {} WHERE indexrelid = 'milestone_decides'::regclass"
    sql(ready.format("false"))
    milestone = Milestone.objects.get()
    edit(milestone, kind="abandoned")
    sql(ready.format("true"))
    assert any(s.startswith("milestone_decides contradicts itself: ") for s in named())
