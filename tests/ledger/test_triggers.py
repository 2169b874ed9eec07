"""The triggers that guard the trail: none can be missing, altered, switched off or
joined by another unseen, and ``migrate`` puts them in place."""

import re

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from partnerships.ledger import triggers, verifying
from partnerships.ledger.triggers import base
from partnerships.models import Area
from tests.ledger.databases import is_sqlite, on_postgresql, on_sqlite, sql
from tests.ledger.guarded import accepted, history_of, refused
from tests.ledger.trail import owner, problem_kinds, problem_texts

pytestmark = pytest.mark.django_db

GUARD = "trail_area_is_owed_history"
BY_HAND = "UPDATE partnerships_area SET name = 'By hand' WHERE number = 1"


def trigger_problems():
    return list(triggers.of().problems())


def assert_put_right():
    triggers.of().install()
    assert trigger_problems() == []


def installed() -> dict[str, str]:
    """The names of all triggers, with their tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
            if is_sqlite
            else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
            " WHERE NOT tgisinternal"
        )
        return dict(cursor.fetchall())


def drop(name, table):
    sql(f'DROP TRIGGER "{name}"' + ("" if is_sqlite else f" ON {table}"))


def drop_all():
    connection.check_constraints()
    triggers.of().uninstall()
    assert len(trigger_problems()) > 50


def add(name, table):
    if is_sqlite:
        sql(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} BEGIN SELECT 1; END")
    else:
        sql(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        )


# Missing


def test_each_trigger_that_is_dropped_is_found():
    names = installed()
    assert len(names) > 50
    for name, table in names.items():
        with transaction.atomic():
            drop(name, table)
            assert trigger_problems() == [f"{name} is missing"]
            transaction.set_rollback(True)


def test_dropped_trigger_is_a_problem_of_the_trail_until_it_is_put_back(area):
    name, table = next(iter(installed().items()))
    drop(name, table)
    assert problem_texts() == [f"trigger: {name} is missing"]
    assert_put_right()
    assert problem_texts() == []


def test_all_triggers_dropped_are_all_named(area):
    names = sorted(installed())
    triggers.of().uninstall()
    assert problem_texts() == [f"trigger: {name} is missing" for name in names]


# Altered


def hollow_out(name, table):
    """Let the trigger do nothing."""
    if is_sqlite:
        drop(name, table)
        sql(f'CREATE TRIGGER "{name}" AFTER INSERT ON {table} BEGIN SELECT 1; END')
    else:
        sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            " SECURITY DEFINER AS 'BEGIN RETURN NULL; END'"
        )


def test_each_trigger_that_does_nothing_is_found_and_put_right():
    for name, table in installed().items():
        hollow_out(name, table)
        assert trigger_problems() == [f"{name} is altered"]
        triggers.of().install()
    assert trigger_problems() == []


WHOLE = (
    f"CREATE CONSTRAINT TRIGGER {GUARD} AFTER INSERT OR UPDATE OR DELETE"
    " ON partnerships_area DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    f" EXECUTE FUNCTION {GUARD}()"
)


@on_postgresql
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("INSERT OR UPDATE OR DELETE", "INSERT OR DELETE"),
        ("OR UPDATE OR", "OR UPDATE OF slug OR"),
        ("INITIALLY DEFERRED", "INITIALLY IMMEDIATE"),
        ("FOR EACH ROW", "FOR EACH ROW WHEN (false)"),
        (f"FUNCTION {GUARD}", "FUNCTION trail_source_is_owed_history"),
    ],
)
def test_trigger_that_is_made_otherwise_is_found_and_put_right(old, new):
    sql(f"DROP TRIGGER {GUARD} ON partnerships_area")
    assert old in WHOLE
    sql(WHOLE.replace(old, new))
    assert trigger_problems() == [f"{GUARD} is altered"]
    assert_put_right()


@on_postgresql
@pytest.mark.parametrize(
    "change",
    [
        *("SECURITY INVOKER", "SET search_path = elsewhere", "RESET search_path"),
        "SET session_replication_role = replica",
    ],
)
def test_function_that_runs_otherwise_is_found(change):
    """With another search path it would read tables of the attacker's."""
    sql(f"ALTER FUNCTION {GUARD}() {change}")
    assert trigger_problems() == [f"{GUARD} is altered"]


@on_postgresql
@pytest.mark.parametrize("others", ["PUBLIC", "pg_monitor"])
def test_function_that_others_may_call_is_found_and_put_right(others):
    """A trigger of theirs would then write the ledger for them."""
    sql(f"GRANT EXECUTE ON FUNCTION {GUARD}() TO {others}")
    assert trigger_problems() == [f"{GUARD} is altered"]
    assert_put_right()


@on_postgresql
def test_function_of_another_owner_or_schema_is_found_and_put_right():
    sql(f"ALTER FUNCTION {GUARD}() OWNER TO pg_monitor")
    assert trigger_problems() == [f"{GUARD} is altered"]
    assert_put_right()
    sql("CREATE SCHEMA theirs")
    sql(f"ALTER FUNCTION {GUARD}() SET SCHEMA theirs")
    assert trigger_problems() == [f"{GUARD} is altered"]
    assert_put_right()


@on_postgresql
def test_functions_say_of_each_table_in_which_schema_it_is():
    """What is found in PostgreSQL's own schema needs none."""
    for (name, table), trigger in triggers.of().expected().items():
        *_, source, is_definer, path, _ = trigger.stored
        bare = re.findall(r"(?<![.\w])partnerships_\w+\b(?! %)", source)
        assert bare == [], name
        assert (is_definer, path) == (True, ["search_path=pg_catalog, pg_temp"])
        assert f"'public.{table}'::regclass" in source, name


@on_postgresql
@pytest.mark.parametrize("how", ["DISABLE", "ENABLE REPLICA"])
def test_trigger_that_is_switched_off_is_found_and_put_right(how):
    for name, table in installed().items():
        sql(f"ALTER TABLE {table} {how} TRIGGER {name}")
        assert trigger_problems() == [f"{name} is switched off"]
        triggers.of().install()
    assert trigger_problems() == []


# Others than ours


@pytest.mark.parametrize("name", ["trail_of_theirs", "theirs", "aaa"])
@pytest.mark.parametrize(
    "table", ["area", "historicalarea", "ledgerentry", "checkpoint", "user"]
)
def test_trigger_that_is_not_ours_is_found(table, name):
    connection.check_constraints()
    add(name, f"partnerships_{table}")
    assert trigger_problems() == [f"{name} is not ours"]


@on_postgresql
@pytest.mark.parametrize("table", ["partner", "claim", "historicalarea", "user"])
def test_trigger_of_another_table_with_the_name_of_ours_is_found(table):
    """Names of triggers are unique within their table only."""
    add(GUARD, f"partnerships_{table}")
    assert len(trigger_problems()) == 1


def test_trigger_on_a_table_of_others_is_found():
    body = "BEGIN UPDATE partnerships_user SET is_superuser = TRUE; END"
    if is_sqlite:
        sql(f"CREATE TRIGGER evil AFTER INSERT ON django_session {body}")
    else:
        sql(
            "CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql"
            f" AS '{body.removesuffix('END')} RETURN NULL; END'"
        )
        sql(
            "CREATE TRIGGER evil AFTER INSERT ON django_session"
            " FOR EACH ROW EXECUTE FUNCTION evil()"
        )
    assert "trigger: evil is not ours" in problem_texts()


@on_sqlite
def test_table_that_debts_refer_to_stays_empty(area):
    with refused("No row is ever put into this table"):
        sql("INSERT INTO partnerships_never (id) VALUES (1)")


@on_sqlite
def test_debts_that_are_no_longer_owed_are_found(area):
    """Without its foreign key, or with what it refers to, the table of debts holds
    nobody back; but it fills."""
    with owner():
        sql("INSERT INTO partnerships_never (id) VALUES (1)")
    sql(BY_HAND)
    connection.check_constraints()
    assert problem_kinds() == ["unrecorded", "unrecorded"]


# Put in place by migrate


def test_migrate_puts_back_triggers_that_were_dropped():
    drop_all()
    call_command("migrate", verbosity=0)
    assert trigger_problems() == []


def test_migrate_takes_triggers_away_that_are_not_ours_but_named_like_ours():
    add("trail_of_theirs", "partnerships_area")
    call_command("migrate", verbosity=0)
    assert trigger_problems() == []


def test_migrate_with_nothing_to_do_leaves_the_trail_as_it_is(sealed):
    before = list(sealed.values())
    call_command("migrate", verbosity=0)
    assert list(sealed.values()) == before
    assert list(verifying.problems()) == []


def statements_of(action):
    with CaptureQueriesContext(connection) as queries:
        action()
    return [q["sql"] for q in queries if re.search("TRIGGER|FUNCTION ", q["sql"])]


def test_nothing_is_installed_twice():
    assert statements_of(triggers.of().install) == []
    drop_all()
    assert len(statements_of(triggers.of().install)) > 50
    assert statements_of(triggers.of().install) == []


# Lifted


def test_triggers_are_lifted_for_one_transaction_only(area):
    with triggers.lifted():
        sql(BY_HAND)
        Area.history.update(name="By hand")
        connection.check_constraints()
    with refused(base.APPEND_ONLY):
        Area.history.update(name="Again")
    with refused():
        sql("UPDATE partnerships_area SET name = 'Again' WHERE number = 1")
    assert trigger_problems() == []


def test_triggers_are_back_when_what_they_were_lifted_for_fails(area):
    with pytest.raises(ZeroDivisionError), triggers.lifted():
        Area.history.update(name="By hand")
        raise ZeroDivisionError
    assert not Area.history.filter(name="By hand").exists()
    assert trigger_problems() == []


@on_sqlite
def test_while_migrations_run_every_change_is_still_owed_history(area):
    triggers.of().coarsen()
    with refused():
        sql(BY_HAND)
    with accepted():
        sql(BY_HAND)
        history_of(area)
    triggers.of().install()
    assert {problem.kind for problem in verifying.problems()} == {"rule"}  # no reason
