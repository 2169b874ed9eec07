"""The schema is compared whole: whatever is more, less or other than what the migrations
make is named, on both databases; and so is what contradicts itself."""

import subprocess
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, connections

from partnerships.ledger import context, sealing, triggers, verifying
from partnerships.ledger.redacting import redact
from partnerships.ledger.verifying import schema
from tests import scratch
from tests.factories import edit
from tests.ledger.databases import (
    made,
    on_postgresql,
    on_sqlite,
    sql,
    working_on,
)
from tests.ledger.trail import problem_texts

pytestmark = pytest.mark.django_db

AREA, HISTORY = "partnerships_area", "partnerships_historicalarea"
LEDGER = "partnerships_ledgerentry"


def named() -> list[str]:
    return [problem.text for problem in schema.problems()]


# What is as it should be


def test_migrated_database_has_no_problem(area):
    assert named() == []
    assert schema.obstacle() == ""


def test_comparison_leaves_connections_as_they_were(area):
    schema._made_by_migrations.cache_clear()
    before, aliases = connection.connection, list(connections)
    assert named() == []
    assert connection.connection is before
    assert list(connections) == aliases
    assert not hasattr(connections._connections, schema.base.SCRATCH)


def test_scratch_database_is_made_once_for_many_comparisons(area):
    schema._made_by_migrations.cache_clear()
    assert named() == named() == []
    assert schema._made_by_migrations.cache_info().misses == 1


def test_making_the_scratch_database_writes_nothing_elsewhere(
    area, django_assert_max_num_queries
):
    schema._made_by_migrations.cache_clear()
    with django_assert_max_num_queries(60) as queries:
        assert named() == []
    written = ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER")
    assert not [q["sql"] for q in queries if q["sql"].lstrip().startswith(written)]


def test_redaction_leaves_no_problem(area):
    edit(area, name="Other")
    sealing.seal()
    with context.change(reason="Private", kind="correction"):
        redact(number=1, field="name")
    assert named() == []


@pytest.mark.slow("migrates a database back and forth")
def test_migrations_back_and_forth_leave_no_problem(signed_copy):
    call_command("migrate", "partnerships", "0007", verbosity=0)
    call_command("migrate", verbosity=0)
    assert named() == []


@on_postgresql
@pytest.mark.slow("dumps a database")
def test_restored_dump_has_no_problem(signed_copy, tmp_path):
    """Restored, a constraint is spelled otherwise than a migration spells it."""
    definitions = "SELECT string_agg(pg_get_constraintdef(oid), '') FROM pg_constraint"
    name, file = connection.settings_dict["NAME"], tmp_path / "dump.sql"
    server = scratch.server().rpartition("/")[0]
    subprocess.run(["pg_dump", "-f", file, f"{server}/{name}"], check=True)
    before = schema._of("default").fetch(definitions)
    with made(tmp_path) as copy, working_on(copy):
        restore = ["psql", "-qX", "-o", "/dev/null", "-f", file, f"{server}/{copy}"]
        subprocess.run(restore, check=True)
        assert schema._of("default").fetch(definitions) != before
        assert named() == []


# More, less, other

LESS_AND_MORE = [
    (f"CREATE TABLE {AREA}s (id integer)", f"table {AREA}s is not ours"),
    ("CREATE TABLE other (id integer)", "table other is not ours"),
    ("CREATE VIEW other AS SELECT 1", "view other is not ours"),
    (f"CREATE INDEX other ON {AREA} (id)", f"index other of {AREA} is not ours"),
    ("DROP INDEX milestone_decides", "index milestone_decides of {0} is missing"),
    ("DROP TABLE axes_accesslog", "table axes_accesslog is missing"),
    (
        "DELETE FROM django_migrations WHERE name = '0011_listen_for_leads'",
        "migration 0011_listen_for_leads is missing",
    ),
    (
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('partnerships', '0099_theirs', '2026-01-01')",
        "migration 0099_theirs is not ours",
    ),
]


@pytest.mark.parametrize(("statement", "sentence"), LESS_AND_MORE)
def test_what_is_more_or_less_is_named(area, statement, sentence):
    sql(statement)
    assert f"the {sentence.format('partnerships_milestone')}" in named()


def test_it_is_a_problem_of_the_trail(area):
    sql("CREATE TABLE other (id integer)")
    assert "schema: the table other is not ours" in problem_texts()


def test_unique_index_replaced_by_another_of_its_name_is_named(area):
    sql("DROP INDEX milestone_is_recorded_once")
    sql("CREATE INDEX milestone_is_recorded_once ON partnerships_milestone (id)")
    (sentence,) = named()
    what = "the index milestone_is_recorded_once of partnerships_milestone is altered"
    assert sentence.startswith(what)


def test_column_that_is_more_is_named(area):
    sql(f"ALTER TABLE {AREA} ADD COLUMN other integer")
    (sentence,) = named()
    assert "other" in sentence and AREA in sentence


# SQLite: what its owner writes into the table of all tables


@pytest.fixture
def file(migrated, tmp_path, django_db_blocker):
    """A database of this test's, in which everything may be written."""
    with django_db_blocker.unblock(), made(tmp_path, migrated) as name:
        yield name


def tampered(file, *statements) -> list[str]:
    """The problems of the file after these statements of its owner, read anew."""
    with working_on(file):
        sql("PRAGMA foreign_keys = OFF")
        sql("PRAGMA writable_schema = ON")
        for statement in statements:
            sql(statement)
    with working_on(file):
        return named()


MASTER = "INSERT INTO sqlite_master VALUES"
EVIL = f"CREATE TRIGGER zz AFTER INSERT ON {HISTORY} BEGIN SELECT 1; END"


@on_sqlite
@pytest.mark.parametrize(
    ("kind", "name"),
    [("TRIGGER", "zz"), ("Trigger", "ZZ"), ("trIgger", "Zz")],
)
def test_trigger_under_a_type_in_capitals_is_named(file, kind, name):
    """SQLite takes it for a trigger all the same."""
    sentences = tampered(
        file, f"{MASTER} ('{kind}', '{name}', '{HISTORY}', 0, '{EVIL}')"
    )
    assert sentences == [f"the {kind} {name} of {HISTORY} is not ours"]


@on_sqlite
def test_trigger_in_capitals_is_a_problem_of_the_trail_once(file):
    tampered(file, f"{MASTER} ('TRIGGER', 'zz', '{HISTORY}', 0, '{EVIL}')")
    with working_on(file):
        assert len(problem_texts()) == 1


CHANGES = [
    ('"title" varchar(200) NOT NULL', '"title" varchar(200) NOT NULL COLLATE NOCASE'),
    ("varchar(200) NOT NULL", "varchar(200) NULL"),
    ("DEFERRABLE INITIALLY DEFERRED", ""),
]


@on_sqlite
@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_definition_written_over_is_named(file, old, new):
    change = (
        f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}')"
        " WHERE name = 'partnerships_partnership'"
    )
    altered = "the table partnerships_partnership is altered: "
    assert any(s.startswith(altered) for s in tampered(file, change))


@on_sqlite
def test_difference_is_shown(file):
    change = (
        "UPDATE sqlite_master SET sql = replace(sql, 'varchar(40) NOT NULL',"
        " 'varchar(40) NOT NULL COLLATE NOCASE')"
        " WHERE name = 'partnerships_area'"
    )
    (sentence,) = tampered(file, change)
    assert "COLLATE NOCASE" in sentence
    assert len(sentence) < 300


@on_sqlite
def test_index_that_was_away_while_its_table_changed_is_named(signed_copy):
    """It was taken out of the table of tables and put back; what it says is older."""
    name = connection.settings_dict["NAME"]
    with working_on(name):
        triggers.of().uninstall()
        sql("PRAGMA writable_schema = ON")
        sql(
            "CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE name = 'milestone_decides'"
        )
        sql("DELETE FROM sqlite_master WHERE name = 'milestone_decides'")
    with working_on(name):
        sql("UPDATE partnerships_milestone SET kind = 'abandoned'")
        sql("PRAGMA writable_schema = ON")
        sql("INSERT INTO sqlite_master SELECT * FROM kept")
    with working_on(name):
        sql("DROP TABLE kept")
        triggers.of().install()
        assert any("missing from index milestone_decides" in s for s in named())


@on_sqlite
def test_reference_to_nothing_is_named(file):
    sentences = tampered(
        file,
        "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (987, 987)",
    )
    what = "of auth_group_permissions refers to no row of"
    assert [what in s for s in sentences] == [True, True]


@on_sqlite
def test_value_that_a_check_forbids_is_named(file):
    sentences = tampered(
        file,
        "PRAGMA ignore_check_constraints = ON",
        "INSERT INTO partnerships_checkpoint (taken_at, number, seal, counts, signature)"
        " VALUES ('2026-01-01', 0, replace(hex(zeroblob(32)), 'A', 'a'), 'no JSON', '')",
    )
    assert any("CHECK constraint failed" in s for s in sentences)


@on_sqlite
@pytest.mark.parametrize("last", [2**63 - 1, -1, "'x'"])
def test_numbers_that_are_used_up_are_named(file, last):
    change = f"UPDATE sqlite_sequence SET seq = {last} WHERE name = '{LEDGER}'"
    insertion = f"INSERT INTO sqlite_sequence VALUES ('{LEDGER}', {last})"
    (sentence, *_) = tampered(file, change, insertion)
    assert sentence.startswith(f"the numbers of {LEDGER} are used up")


@on_sqlite
@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("PRAGMA foreign_keys = OFF", "the setting foreign_keys is altered"),
        ("PRAGMA ignore_check_constraints = ON", "the setting ignore_check"),
        ("PRAGMA recursive_triggers = OFF", "the setting recursive_triggers"),
        ("PRAGMA writable_schema = ON", "the setting writable_schema"),
        (f"CREATE TEMP TABLE {AREA} (id)", f"the temporary table {AREA} is not"),
        (
            f"CREATE TEMP TRIGGER zz AFTER INSERT ON main.{HISTORY} BEGIN SELECT 1; END",
            "the temporary trigger zz is not ours",
        ),
    ],
)
def test_what_bends_the_connection_is_named(file, statement, sentence):
    with working_on(file):
        sql(statement)
        assert [s[: len(sentence)] for s in named()] == [sentence]


@on_sqlite
def test_statistics_and_copies_are_no_problem(file, tmp_path):
    with working_on(file):
        sql("ANALYZE")
        sql(f"VACUUM INTO '{tmp_path / 'copy'}'")
        assert named() == []
    with working_on(str(tmp_path / "copy")):
        assert named() == []


@on_sqlite
def test_file_in_another_encoding_is_named(tmp_path, django_db_blocker):
    with django_db_blocker.unblock(), made(tmp_path) as name:
        with working_on(name):
            sql("PRAGMA encoding = 'UTF-16'")
            call_command("migrate", verbosity=0)
        with working_on(name):
            assert named() == [
                "the setting encoding is altered: “UTF-16le”, not “UTF-8”"
            ]


@on_sqlite
def test_damaged_file_is_named(file):
    with working_on(file):
        [(page, size)] = schema._of("default").fetch(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size)"
            " FROM sqlite_master WHERE name = 'milestone_decides'"
        )
    with open(file, "r+b") as pages:
        pages.seek((page - 1) * size)
        pages.write(b"\xff" * size)
    with working_on(file):
        assert any("contradicts itself" in s or "cannot be read" in s for s in named())


# What the command says


def test_command_never_says_whole_of_what_it_did_not_compare(area, monkeypatch):
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert said.getvalue().endswith(f"up to {sealing.head()}.\n")
    monkeypatch.setattr(
        verifying.schema, "obstacle", lambda using="default": "it is so"
    )
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert said.getvalue().endswith(
        "The schema was not compared: it is so. Run verify_audit as the owner of the"
        " tables too.\n"
    )
