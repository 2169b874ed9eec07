"""What the database itself refuses, whichever road a change takes to it."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from partnerships.ledger import sealing, triggers, verifying
from partnerships.ledger.context import change
from partnerships.ledger.models import Checkpoint, LedgerEntry, Redaction, Verification
from partnerships.ledger.registry import tracked
from partnerships.ledger.triggers import base
from partnerships.models import Area, Milestone
from tests import factories

pytestmark = pytest.mark.django_db

is_sqlite = connection.vendor == "sqlite"
on_sqlite = pytest.mark.skipif(not is_sqlite, reason="SQLite alone has this")
on_postgresql = pytest.mark.skipif(is_sqlite, reason="PostgreSQL alone has this")
in_earnest = pytest.mark.django_db(transaction=True)

#: One object of each kind that is on record, and a column of free text.
MAKE = {
    "affiliation": lambda: factories.affiliation(factories.partner(), "eea_efta"),
    "area": factories.area,
    "claim": lambda: factories.claim(factories.question(), "no"),
    "coverage": lambda: factories.coverage(factories.partnership(), factories.area()),
    "engagement": lambda: factories.engagement(factories.partnership()),
    "milestone": lambda: factories.milestone(factories.partnership()),
    "partner": factories.partner,
    "partnership": lambda: factories.partnership(published=False),
    "question": factories.question,
    "source": factories.source,
}
TEXT = {
    "affiliation": "note",
    "area": "name",
    "claim": "wording",
    "coverage": "ruling",
    "engagement": "note",
    "milestone": "note",
    "partner": "official_name",
    "partnership": "summary",
    "question": "text",
    "source": "note",
}
every_record = pytest.mark.parametrize(
    "record", [name for name, table in tracked().items() if table.live]
)

#: The database's words for "this change is owed a row of history", at commit and
#: when Django looks for them before.
OWED = "without its row of history|partnerships_debt|FOREIGN KEY constraint failed"


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@contextmanager
def refused(message=OWED):
    """What is done inside fails, at once or, if not, when it is to be committed."""
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        yield
        if connection.savepoint_ids:
            connection.check_constraints()


@contextmanager
def accepted():
    with transaction.atomic():
        yield
        connection.check_constraints()


def stored(instance):
    """The row of the table, by column."""
    return type(instance).objects.filter(pk=instance.pk).values().get()


def insert(model, values):
    """A row, by SQL."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    ready = [fields[n].get_db_prep_save(v, connection) for n, v in values.items()]
    names = ", ".join(fields[name].column for name in values)
    marks = ", ".join(["%s"] * len(values))
    sql(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", *ready)


def history_of(instance, history_type="~", **values):
    """A row of history, made by hand: of the row as it is stored, or of these values."""
    values = {"history_type": history_type, **stored(instance), **values}
    values.setdefault("history_date", timezone.now())
    return type(instance).history.create(**values)


def change_by_sql(instance):
    table, column = instance._meta.db_table, TEXT[instance._meta.model_name]
    sql(f"UPDATE {table} SET {column} = 'By hand' WHERE id = %s", instance.pk)


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


# What leaves no history cannot be committed


def test_every_tracked_table_is_tried_here():
    assert MAKE.keys() == {name for name, table in tracked().items() if table.live}


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


def by_save_without_historical_record(milestone, settings):
    milestone.place = "Bergen"
    milestone.save_without_historical_record()


def by_skip_history_when_saving(milestone, settings):
    milestone.skip_history_when_saving = True
    milestone.place = "Bergen"
    milestone.save()


def by_history_switched_off(milestone, settings):
    settings.SIMPLE_HISTORY_ENABLED = False
    milestone.place = "Bergen"
    milestone.save()


def by_deletion_with_history_switched_off(milestone, settings):
    settings.SIMPLE_HISTORY_ENABLED = False
    milestone.delete()


def by_save_base(milestone, settings):
    milestone.place = "Bergen"
    milestone.save_base(raw=True)


def by_plain_update(milestone, settings):
    models.QuerySet(Milestone).update(place="Bergen")


def by_plain_bulk_update(milestone, settings):
    milestone.place = "Bergen"
    models.QuerySet(Milestone).bulk_update([milestone], ["place"])


def by_plain_bulk_create(milestone, settings):
    new = Milestone(partnership=milestone.partnership, track="sdp", kind="proposed")
    new.date = "2023"
    models.QuerySet(Milestone).bulk_create([new])


def by_plain_raw_delete(milestone, settings):
    models.QuerySet(Milestone).filter(pk=milestone.pk)._raw_delete("default")


def by_model_of_a_migration(milestone, settings):
    state = MigrationLoader(connection).project_state()
    state.apps.get_model("partnerships", "Milestone").objects.update(place="Bergen")


@pytest.mark.parametrize(
    "road",
    [
        by_save_without_historical_record,
        by_skip_history_when_saving,
        by_history_switched_off,
        by_deletion_with_history_switched_off,
        by_save_base,
        by_plain_update,
        by_plain_bulk_update,
        by_plain_bulk_create,
        by_plain_raw_delete,
        by_model_of_a_migration,
    ],
)
def test_road_around_the_recorder_ends_at_the_database(road, settings):
    milestone = MAKE["milestone"]()
    before = stored(milestone)
    with refused():
        road(milestone, settings)
    assert Milestone.objects.values().get() == before


@in_earnest
def test_road_around_the_recorder_cannot_commit(settings):
    milestone = MAKE["milestone"]()
    for road in (by_plain_update, by_plain_raw_delete, by_skip_history_when_saving):
        with pytest.raises(IntegrityError, match=OWED):
            road(Milestone.objects.get(), settings)
    assert Milestone.objects.get().place == milestone.place == ""


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


# History made by hand


@pytest.mark.parametrize(
    "forged",
    [
        {"name": "Something else"},
        {"name": "by hand"},
        {"number": 2},
        {"slug": ""},
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
        history_of(other, **(stored(area) | {"id": other.pk}))


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
def test_key_of_an_object_never_changes(record):
    instance = MAKE[record]()
    connection.check_constraints()
    with refused(base.KEY_CHANGED):
        sql(f"UPDATE {instance._meta.db_table} SET id = 987")


@every_record
def test_key_does_not_change_with_history_of_both_either(record):
    instance = MAKE[record]()
    before = stored(instance)
    connection.check_constraints()
    with refused(base.KEY_CHANGED):
        sql(f"UPDATE {instance._meta.db_table} SET id = 987")
        for kind, pk in ("-", instance.pk), ("+", 987):
            type(instance).history.create(
                history_type=kind, history_date=timezone.now(), **(before | {"id": pk})
            )


@on_sqlite
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_row_replaced_by_sql_is_owed_history(verb):
    factories.area()
    with refused():
        sql(
            f"{verb} INTO partnerships_area (id, number, slug, name)"
            " VALUES (987, 1, 'other', 'Other')"
        )
        history_of(Area.objects.get(), "+")


@on_sqlite
def test_row_replaced_by_an_update_is_owed_history():
    area, _ = factories.area(1), factories.area(2)
    with refused():
        sql("UPDATE OR REPLACE partnerships_area SET number = 2 WHERE number = 1")
        history_of(area)


@on_sqlite
def test_upsert_is_owed_history():
    area = factories.area()
    with refused():
        sql(
            "INSERT INTO partnerships_area (id, number, slug, name)"
            " VALUES (%s, 1, 'a', 'A') ON CONFLICT DO UPDATE SET name = 'By hand'",
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


# Append-only


def make_redaction():
    Redaction.objects.create(
        id=1,
        field="name",
        digest="0" * 64,
        history_date=timezone.now(),
        history_change_reason="Personal data",
    )


#: Each table of the trail: how to get a row into it, and a column to be tampered with.
TRAIL = {
    table.history: (MAKE.get(name, make_redaction), "history_change_reason", "Other")
    for name, table in tracked().items()
} | {
    LedgerEntry: (factories.area, "reason", "Other"),
    Checkpoint: (sealing.checkpoint, "seal", "0"),
    Verification: (lambda: verifying.note_result(1, 0), "number", 9),
}
every_table = pytest.mark.parametrize("model", TRAIL, ids=lambda model: model.__name__)


@pytest.fixture
def kept(model):
    """A table of the trail, as a manager, with at least one row in it."""
    TRAIL[model][0]()
    connection.check_constraints()
    assert model._base_manager.exists()
    return model._base_manager


def test_every_table_of_the_ledger_is_tried_here():
    assert {Redaction, LedgerEntry, Checkpoint, Verification} < TRAIL.keys()
    assert len(TRAIL) == len(tracked()) + 3


def by_queryset_update(rows, column, value):
    rows.update(**{column: value})


def by_save(rows, column, value):
    row = rows.first()
    setattr(row, column, value)
    row.save()


def by_bulk_update(rows, column, value):
    row = rows.first()
    setattr(row, column, value)
    rows.bulk_update([row], [column])


def by_sql_update(rows, column, value):
    sql(f"UPDATE {rows.model._meta.db_table} SET {column} = %s", value)


def by_empty_update(rows, column, value):
    sql(f"UPDATE {rows.model._meta.db_table} SET {column} = {column}")


def by_delete(rows, column, value):
    rows.first().delete()


def by_queryset_delete(rows, column, value):
    rows.all().delete()


def by_raw_delete(rows, column, value):
    rows.all()._raw_delete("default")


def by_sql_delete(rows, column, value):
    sql(f"DELETE FROM {rows.model._meta.db_table}")


@every_table
@pytest.mark.parametrize(
    "road",
    [
        by_queryset_update,
        by_save,
        by_bulk_update,
        by_sql_update,
        by_empty_update,
        by_delete,
        by_queryset_delete,
        by_raw_delete,
        by_sql_delete,
    ],
)
def test_trail_is_never_changed_or_deleted(model, kept, road):
    _, column, value = TRAIL[model]
    before = list(kept.values())
    with refused(f"{base.APPEND_ONLY}|{base.ALREADY_SEALED}"):
        road(kept, column, value)
    assert list(kept.values()) == before


@on_postgresql
@every_table
@pytest.mark.parametrize("how", ["", " CASCADE", " RESTART IDENTITY"])
def test_trail_is_never_truncated(model, kept, how):
    with refused(base.APPEND_ONLY):
        sql(f"TRUNCATE {model._meta.db_table}{how}")


@pytest.fixture
def recursive_triggers(request):
    """Only with these does SQLite let a row that is replaced fire DELETE triggers; in
    the sqlite3 shell they are switched off."""
    sql(f"PRAGMA recursive_triggers = {request.param}")
    yield
    sql("PRAGMA recursive_triggers = ON")


either_way = pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"], indirect=True)


@on_sqlite
@every_table
@either_way
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_trail_is_never_replaced(model, kept, recursive_triggers, verb):
    table = model._meta.db_table
    with refused(f"{base.APPEND_ONLY}|{base.ALREADY_SEALED}"):
        sql(f"{verb} INTO {table} SELECT * FROM {table}")


@on_sqlite
@either_way
def test_entry_is_not_replaced_by_one_with_another_key(recursive_triggers):
    factories.area()
    values = LedgerEntry.objects.values().get() | {"id": 987, "reason": "Other"}
    names = ", ".join(values)
    with refused(base.ALREADY_SEALED):
        sql(
            f"INSERT OR REPLACE INTO partnerships_ledgerentry ({names})"
            f" SELECT {names.replace('id,', '987,', 1)} FROM partnerships_ledgerentry"
        )


@on_sqlite
@either_way
def test_entry_is_not_replaced_by_the_sealing_of_another(recursive_triggers):
    """Of two entries with one number, UPDATE OR REPLACE would drop the sealed one."""
    factories.area(1)
    sealing.seal()
    factories.area(2)
    words = "public = 'p', private = 'p', salt = 's', digest = 'd', seal = 's'"
    with refused(f"{base.APPEND_ONLY}|{base.ALREADY_SEALED}"):
        sql(
            "UPDATE OR REPLACE partnerships_ledgerentry SET number = 1,"
            f" {words} WHERE number IS NULL"
        )
    assert LedgerEntry.objects.filter(number=1, public__contains="Area 1").exists()


def test_history_is_not_dated_in_the_future():
    area = factories.area()
    with refused(base.FROM_THE_FUTURE):
        history_of(area, history_date=timezone.now() + timedelta(minutes=2))


def test_clock_that_is_a_little_fast_is_no_future():
    area = factories.area()
    with accepted():
        history_of(area, history_date=timezone.now() + timedelta(seconds=30))


@pytest.mark.parametrize("earlier", [{"microseconds": 1}, {"days": 900}], ids=str)
def test_history_is_not_dated_before_the_newest_of_its_object(earlier):
    area = factories.area()
    newest = Area.history.get().history_date
    with refused(base.OUT_OF_ORDER):
        history_of(area, history_date=newest - timedelta(**earlier))


def test_history_of_one_moment_is_accepted():
    area = factories.area()
    with accepted():
        history_of(area, history_date=Area.history.get().history_date)


def test_history_of_one_object_is_not_held_up_by_another():
    area, when = factories.area(1), timezone.now()
    factories.area(2)
    area.delete()
    with accepted():
        Area.history.create(
            id=987, number=3, slug="c", name="C", history_type="-", history_date=when
        )


# The ledger


def entry(**values):
    """An entry that the database did not make."""
    like = LedgerEntry.objects.order_by("id").values().first()
    del like["id"]
    return LedgerEntry(**(like | {"history_id": 987} | values))


SEAL = {
    "number": 9,
    "public": "{}",
    "private": "{}",
    "salt": "s",
    "digest": "d",
    "seal": "s",
}


@pytest.mark.parametrize("part", [*SEAL, None])
def test_entry_cannot_be_put_in_sealed(part):
    factories.area()
    seal = {part: SEAL[part]} if part else SEAL
    with refused(base.ALREADY_SEALED):
        entry(**seal).save()


@on_postgresql
def test_entry_cannot_be_made_by_hand():
    factories.area()
    with refused(base.ALREADY_SEALED):
        entry().save()


@on_sqlite
def test_entry_made_by_hand_is_named_by_verification():
    factories.area()
    entry().save()
    sealing.seal()
    assert [problem.kind for problem in verifying.problems()] == ["deleted"]


def test_entry_of_a_change_that_has_one_is_refused():
    factories.area()
    with refused(base.ALREADY_SEALED):
        entry(history_id=LedgerEntry.objects.get().history_id).save()


@pytest.mark.parametrize("column", [*SEAL, "reason", "actor", "at", "recorded_at"])
def test_sealed_entry_is_never_sealed_again(column):
    factories.area()
    sealing.seal()
    value = SEAL.get(column, timezone.now() if column.endswith("at") else "Other")
    with refused(base.ALREADY_SEALED):
        LedgerEntry.objects.update(**{column: value})


def test_seal_cannot_be_taken_off():
    factories.area()
    sealing.seal()
    with refused(base.ALREADY_SEALED):
        LedgerEntry.objects.update(**dict.fromkeys(SEAL))


@pytest.mark.parametrize("missing", SEAL)
def test_entry_is_sealed_whole_or_not_at_all(missing):
    factories.area()
    with refused(base.ALREADY_SEALED):
        LedgerEntry.objects.update(**(SEAL | {missing: None}))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("record", "source"),
        ("object_id", 987),
        ("history_id", 987),
        ("partnership_id", 987),
        ("partner_id", 987),
        ("at", timezone.now()),
        ("recorded_at", timezone.now()),
        ("action", "-"),
        ("actor", "Other"),
        ("reason", "Other"),
        ("kind", "import"),
        ("operation", "00000000-0000-0000-0000-000000000000"),
        ("id", 987),
    ],
)
def test_nothing_else_changes_while_an_entry_is_sealed(column, value):
    factories.area()
    with refused(base.ALREADY_SEALED):
        LedgerEntry.objects.update(**SEAL, **{column: value})


@pytest.mark.parametrize("record", tracked())
def test_every_history_has_columns_of_its_own(record):
    """With one that is shared, a query for one table goes to another."""
    history = tracked()[record].history
    assert {field.model for field in history._meta.concrete_fields} == {history}


@every_record
def test_every_row_of_history_has_its_entry_at_once(record):
    with change(reason="Why", actor="Jane", kind="correction") as operation:
        instance = MAKE[record]()
    row = type(instance).history.get(id=instance.pk)
    listed = LedgerEntry.objects.get(record=record, history_id=row.pk)
    assert (listed.object_id, listed.at) == (instance.pk, row.history_date)
    assert (listed.actor, listed.reason) == ("Jane", "Why")
    assert (listed.kind, listed.action) == ("correction", "+")
    assert listed.operation == operation.changeset
    assert abs(timezone.now() - listed.recorded_at) < timedelta(minutes=1)
    assert listed.number is None


def test_entry_says_whose_record_the_change_belongs_to():
    record = factories.partnership()
    tie = factories.affiliation(record.partner, "eea_efta")
    claim = factories.claim(factories.milestone(record), "2024")
    belongs = {
        (entry.record, entry.object_id): (entry.partnership_id, entry.partner_id)
        for entry in LedgerEntry.objects.all()
    }
    assert belongs["partnership", record.pk] == (record.pk, record.partner_id)
    assert belongs["partner", record.partner_id] == (None, record.partner_id)
    assert belongs["affiliation", tie.pk] == (None, record.partner_id)
    assert belongs["claim", claim.pk] == (record.pk, None)
    assert belongs["milestone", claim.milestone_id] == (record.pk, None)
    assert belongs["source", claim.source_id] == (None, None)


def test_redaction_enters_the_ledger_like_any_change():
    make_redaction()
    listed = LedgerEntry.objects.get()
    assert (listed.record, listed.object_id) == ("redaction", 1)
    assert listed.reason == "Personal data"


# Taking the triggers off


def test_triggers_are_lifted_for_one_transaction_only():
    area = factories.area()
    connection.check_constraints()
    with triggers.lifted():
        change_by_sql(area)
        Area.history.update(name="By hand")
        connection.check_constraints()
    with refused(base.APPEND_ONLY):
        Area.history.update(name="Again")
    with refused():
        sql("UPDATE partnerships_area SET name = 'Again'")
    assert list(triggers.of().problems()) == []


def test_triggers_are_back_when_what_they_were_lifted_for_fails():
    factories.area()
    connection.check_constraints()
    with pytest.raises(ZeroDivisionError), triggers.lifted():
        Area.history.update(name="By hand")
        raise ZeroDivisionError
    assert Area.history.get().name == "Area 1"
    assert list(triggers.of().problems()) == []


@on_sqlite
def test_while_migrations_run_every_change_is_still_owed_history():
    area = factories.area()
    triggers.of().coarsen()
    with refused():
        change_by_sql(area)
    with accepted():
        change_by_sql(area)
        history_of(area)
    triggers.of().install()
    assert list(verifying.problems()) == []


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
    found = [str(problem) for problem in verifying.problems()]
    number = 987 if road is insert_by_sql else Area.history.first().id
    assert len(found) == 2
    assert found[0].startswith(f"unrecorded: area {number} was changed, without")
    assert found[1].startswith(f"unrecorded: area {number} ")


@on_sqlite
@in_earnest
def test_debt_stays_when_the_change_is_undone_without_history(careless):
    area = factories.area()
    change_by_sql(area)
    sql("UPDATE partnerships_area SET name = 'Area 1'")
    found = [str(problem) for problem in verifying.problems()]
    assert [text.split(",")[0] for text in found] == [
        f"unrecorded: area {area.pk} was changed"
    ]


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
