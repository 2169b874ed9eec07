"""No change without its row of history can be committed, whichever road it takes to the
database."""

import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings
from django.utils import timezone

from partnerships.ledger import verifying
from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.registry import tracked
from partnerships.ledger.triggers import base
from partnerships.models import Area, Milestone
from tests import factories
from tests.ledger.databases import in_earnest, on_postgresql, on_sqlite, sql
from tests.ledger.guarded import (
    MAKE,
    OWED,
    TEXT,
    accepted,
    change_by_sql,
    every_record,
    history_of,
    insert,
    refused,
    stored,
)

pytestmark = pytest.mark.django_db


def test_every_tracked_table_is_tried_here():
    assert MAKE.keys() == {name for name, table in tracked().items() if table.live}


# Without history


def insert_by_sql(instance):
    """The same object under a number that was never used."""
    values = stored(instance)
    instance.delete()
    insert(type(instance), values | {"id": 987})


def insert_again_by_sql(instance):
    """An object that was deleted, and its deletion recorded."""
    values = stored(instance)
    instance.delete()
    insert(type(instance), values)


def delete_by_sql(instance):
    sql(f"DELETE FROM {instance._meta.db_table} WHERE id = %s", instance.pk)


BY_SQL = [change_by_sql, insert_by_sql, insert_again_by_sql, delete_by_sql]


@every_record
@pytest.mark.parametrize("road", BY_SQL)
def test_raw_sql_without_history_cannot_be_committed(record, road):
    instance = MAKE[record]()
    with refused():
        road(instance)


@in_earnest
@pytest.mark.parametrize("road", BY_SQL)
def test_commit_itself_fails_and_leaves_all_as_it_was(road):
    milestone = MAKE["milestone"]()
    before, rows = stored(milestone), Milestone.history.count()
    with refused():
        road(Milestone.objects.get())
    assert Milestone.objects.values().get() == before
    assert Milestone.history.count() == rows == LedgerEntry.objects.count() - 2


@in_earnest
def test_each_statement_of_its_own_is_refused_too():
    """Outside of any transaction, each statement is one."""
    area = factories.area()
    for road in (change_by_sql, delete_by_sql):
        with pytest.raises(IntegrityError, match=OWED):
            road(area)
    assert Area.objects.get().name == "Area 1"


@in_earnest
def test_one_unrecorded_change_undoes_the_whole_transaction():
    area, source = factories.area(), factories.source()
    with refused():
        source.title = "Recorded"
        source.save()
        change_by_sql(area)
        factories.question()
    source.refresh_from_db()
    assert (source.title, LedgerEntry.objects.count()) == ("Briefing", 2)


def skip_history(milestone):
    milestone.skip_history_when_saving = True
    milestone.save()


@override_settings(SIMPLE_HISTORY_ENABLED=False)
def save_with_history_switched_off(milestone):
    milestone.save()


@override_settings(SIMPLE_HISTORY_ENABLED=False)
def delete_with_history_switched_off(milestone):
    milestone.delete()


def create_in_bulk(milestone):
    new = Milestone(partnership=milestone.partnership, track="sdp", kind="proposed")
    new.date = "2023"
    models.QuerySet(Milestone).bulk_create([new])


def update_model_of_a_migration(milestone):
    state = MigrationLoader(connection).project_state()
    state.apps.get_model("partnerships", "Milestone").objects.update(place="Bergen")


#: Roads around the recorder, for a milestone whose place is now another.
AROUND = {
    "save without history": lambda m: m.save_without_historical_record(),
    "skip": skip_history,
    "save switched off": save_with_history_switched_off,
    "delete switched off": delete_with_history_switched_off,
    "save base": lambda m: m.save_base(raw=True),
    "update": lambda m: models.QuerySet(Milestone).update(place="Bergen"),
    "bulk update": lambda m: models.QuerySet(Milestone).bulk_update([m], ["place"]),
    "bulk create": create_in_bulk,
    "raw delete": lambda m: models.QuerySet(Milestone)._raw_delete("default"),
    "model of a migration": update_model_of_a_migration,
}


@pytest.mark.parametrize("road", AROUND)
def test_road_around_the_recorder_ends_at_the_database(road):
    milestone = MAKE["milestone"]()
    before = stored(milestone)
    milestone.place = "Bergen"
    with refused():
        AROUND[road](milestone)
    assert Milestone.objects.values().get() == before


@in_earnest
def test_road_around_the_recorder_cannot_commit():
    MAKE["milestone"]()
    for road in ("update", "raw delete", "skip"):
        milestone = Milestone.objects.get()
        milestone.place = "Bergen"
        with pytest.raises(IntegrityError, match=OWED):
            AROUND[road](milestone)
    assert Milestone.objects.get().place == ""


@in_earnest
def test_fixture_cannot_be_loaded_around_the_recorder(tmp_path):
    """loaddata() saves without signals."""
    fields = {"number": 1, "slug": "a", "name": "A"}
    row = {"model": "partnerships.area", "pk": 5, "fields": fields}
    (tmp_path / "areas.json").write_text(json.dumps([row]))
    with pytest.raises(IntegrityError, match=OWED):
        call_command("loaddata", tmp_path / "areas.json", verbosity=0)
    assert not Area.objects.exists()


def test_history_that_was_there_before_pays_for_no_later_change():
    area = factories.area()
    connection.check_constraints()
    with refused():
        history_of(area, name="By hand")
        sql("UPDATE partnerships_area SET name = 'By another hand'")


def test_change_after_its_history_is_refused():
    """The last state is what the newest row must show."""
    area = factories.area()
    with refused():
        area.name = "Recorded"
        area.save()
        change_by_sql(area)


def test_object_made_and_unmade_by_sql_is_refused():
    area = factories.area()
    values = stored(area) | {"id": 987, "number": 2, "slug": "b", "name": "B"}
    with refused():
        insert(Area, values)
        sql("DELETE FROM partnerships_area WHERE id = 987")


@on_postgresql
def test_temporary_table_in_front_of_the_history_does_not_deceive_the_guard():
    """Anybody may make one, and unless told otherwise PostgreSQL looks there first."""
    factories.area()
    connection.check_constraints()
    with refused():
        sql(
            "CREATE TEMPORARY TABLE partnerships_historicalarea AS"
            " SELECT * FROM partnerships_historicalarea"
        )
        sql("UPDATE pg_temp.partnerships_historicalarea SET name = 'By hand'")
        sql("UPDATE partnerships_area SET name = 'By hand'")


@on_postgresql
def test_temporary_table_in_front_of_the_ledger_takes_no_entry():
    table = LedgerEntry._meta.db_table
    sql(f"CREATE TEMPORARY TABLE {table} (LIKE {table} INCLUDING DEFAULTS)")
    factories.area()
    sql(f"DROP TABLE pg_temp.{table}")
    assert LedgerEntry.objects.count() == 1


@on_sqlite
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_row_replaced_by_sql_is_owed_history(verb):
    factories.area()
    with refused():
        sql(
            f"{verb} INTO partnerships_area (id, number, slug, name, short_name)"
            " VALUES (987, 1, 'other', 'Other', '')"
        )
        history_of(Area.objects.get(), "+")


@on_sqlite
def test_row_replaced_by_an_update_is_owed_history():
    area, _ = factories.area(1), factories.area(2)
    with refused():
        sql("UPDATE OR REPLACE partnerships_area SET name = 'Area 2' WHERE number = 1")
        history_of(area)


@on_sqlite
def test_upsert_is_owed_history():
    area = factories.area()
    with refused():
        sql(
            "INSERT INTO partnerships_area (id, number, slug, name, short_name)"
            " VALUES (%s, 1, 'a', 'A', '') ON CONFLICT DO UPDATE SET name = 'By hand'",
            area.pk,
        )


@on_postgresql
@every_record
def test_table_of_the_record_cannot_be_emptied_at_once(record):
    table = MAKE[record]()._meta.db_table
    connection.check_constraints()
    with refused(base.APPEND_ONLY):
        sql(f"TRUNCATE {table} CASCADE")


@on_postgresql
def test_commit_names_the_table_and_the_object():
    area = factories.area()
    with refused(f"partnerships_area {area.pk} was changed without its row of history"):
        change_by_sql(area)


# With history made by hand


@pytest.mark.parametrize(
    "forged",
    [
        {"name": "Something else"},
        {"name": "by hand"},
        {"short_name": "By hand"},
        {"history_type": "-"},
    ],
    ids=str,
)
def test_forged_history_that_differs_from_the_row_is_refused(forged):
    area = factories.area()
    with refused():
        change_by_sql(area)
        history_of(area, **forged)


@every_record
def test_history_without_the_change_is_refused_for_every_record(record):
    """It shows the value from before."""
    instance = MAKE[record]()
    before = stored(instance)
    with refused():
        change_by_sql(instance)
        history_of(instance, **before)


def test_history_of_another_object_pays_for_none():
    area, other = factories.area(1), factories.area(2)
    with refused():
        change_by_sql(area)
        permanent = {"id": other.pk, "number": other.number, "slug": other.slug}
        history_of(other, **stored(area) | permanent)


def test_deletion_is_not_paid_by_a_row_that_shows_the_object_alive():
    area = factories.area()
    values = stored(area)
    with refused():
        delete_by_sql(area)
        Area.history.create(history_type="~", history_date=timezone.now(), **values)


@every_record
@pytest.mark.parametrize("road", [change_by_sql, delete_by_sql])
def test_change_with_its_proper_history_is_accepted(record, road):
    instance = MAKE[record]()
    model, values = type(instance), stored(instance)
    with accepted():
        road(instance)
        values = model.objects.filter(pk=instance.pk).values().first() or values
        kind = "~" if road is change_by_sql else "-"
        when = timezone.now()
        model.history.create(history_type=kind, history_date=when, **values)


@in_earnest
def test_change_with_its_proper_history_is_committed():
    area = factories.area()
    with transaction.atomic():
        change_by_sql(area)
        history_of(area)
    assert Area.objects.get().name == Area.history.latest().name == "By hand"


@in_earnest
def test_change_in_a_part_that_is_rolled_back_owes_nothing():
    area = factories.area()
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            change_by_sql(area)
            raise ZeroDivisionError
        area.name = "Recorded"
        area.save()
    assert Area.objects.get().name == "Recorded"


@in_earnest
def test_refused_transaction_leaves_no_debt_to_the_next():
    area = factories.area()
    with refused():
        change_by_sql(area)
    factories.source()
    assert list(verifying.problems()) == []


@every_record
def test_raw_sql_that_changes_nothing_is_accepted(record):
    instance = MAKE[record]()
    table, column = instance._meta.db_table, TEXT[record]
    with accepted():
        sql(f"UPDATE {table} SET {column} = {column}, id = id")
        sql(f"DELETE FROM {table} WHERE id = 987")


@every_record
@pytest.mark.parametrize("is_recorded", [False, True], ids=["alone", "with history"])
def test_key_of_an_object_never_changes(record, is_recorded):
    """Not with rows of history of both keys either."""
    instance = MAKE[record]()
    before, when = stored(instance), timezone.now()
    connection.check_constraints()
    with refused(base.KEY_CHANGED):
        sql(f"UPDATE {instance._meta.db_table} SET id = 987")
        if is_recorded:
            for kind, pk in ("-", instance.pk), ("+", 987):
                facts = before | {"id": pk, "history_type": kind}
                type(instance).history.create(**facts, history_date=when)


# SQLite with foreign keys switched off, as in the sqlite3 shell


@pytest.fixture
def careless():
    """A connection that checks no foreign keys; its debts are wiped out at the end."""
    sql("PRAGMA foreign_keys = OFF")
    yield
    sql("DELETE FROM partnerships_debt")
    sql("PRAGMA foreign_keys = ON")


@on_sqlite
@in_earnest
@pytest.mark.parametrize("road", BY_SQL)
def test_change_without_foreign_keys_leaves_a_debt_that_verification_names(
    careless, road
):
    road(factories.area())
    sql("PRAGMA foreign_keys = ON")
    factories.source()
    number = 987 if road is insert_by_sql else Area.history.first().id
    owed, unrecorded = (str(problem) for problem in verifying.problems())
    assert owed.startswith(f"unrecorded: area {number} was changed, without")
    assert unrecorded.startswith(f"unrecorded: area {number} ")


@on_sqlite
@in_earnest
def test_debt_stays_when_the_change_is_undone_without_history(careless):
    area = factories.area()
    change_by_sql(area)
    sql("UPDATE partnerships_area SET name = 'Area 1'")
    sql("PRAGMA foreign_keys = ON")
    (owed,) = (str(problem) for problem in verifying.problems())
    assert owed.startswith(f"unrecorded: area {area.pk} was changed,")


@on_sqlite
@in_earnest
def test_without_foreign_keys_the_trail_is_still_append_only(careless):
    factories.area()
    for statement in (
        "UPDATE partnerships_historicalarea SET name = 'Other'",
        "DELETE FROM partnerships_historicalarea",
        "DELETE FROM partnerships_ledgerentry",
    ):
        with pytest.raises(IntegrityError, match=base.APPEND_ONLY):
            sql(statement)
