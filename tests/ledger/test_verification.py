"""Somebody who owns the database takes the triggers off, changes what was recorded, and
puts them back: what verification finds."""

import uuid
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from partnerships.ledger import sealing, triggers, verifying
from partnerships.ledger.canonical import GENESIS
from partnerships.ledger.models import Checkpoint, LedgerEntry, Redaction, Verification
from partnerships.ledger.registry import tracked
from partnerships.ledger.sealing import Head
from partnerships.ledger.verifying import chain
from partnerships.models import Area, Partnership, Source
from tests import factories

pytestmark = pytest.mark.django_db

is_sqlite = connection.vendor == "sqlite"
on_sqlite = pytest.mark.skipif(not is_sqlite, reason="SQLite alone has this")
on_postgresql = pytest.mark.skipif(is_sqlite, reason="PostgreSQL alone has this")

SEAL = ("number", "public", "private", "salt", "digest", "seal")


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@contextmanager
def owner():
    """Somebody whom no trigger stops."""
    connection.check_constraints()
    triggers.of().uninstall()
    yield
    connection.check_constraints()
    triggers.of().install()


def found(**kwargs):
    """The kinds of all problems, in order of the alphabet."""
    return sorted(problem.kind for problem in verifying.problems(**kwargs))


def texts():
    return [str(problem) for problem in verifying.problems()]


def rename(area, name):
    area.name = name
    area.save()


@pytest.fixture
def area():
    """Area 1, of changes 1, 3 and 4; change 2 is another area's. All are sealed."""
    one = factories.area(1)
    factories.area(2)
    rename(one, "Maritime")
    rename(one, "Maritime security")
    assert sealing.seal() == 4
    connection.check_constraints()
    return one


def entry(number):
    return LedgerEntry.objects.filter(number=number)


def row(number):
    """The row of history that the change was sealed from."""
    return Area.history.filter(history_id=entry(number).get().history_id)


def values_of(rows):
    """A copy of the row, to be written again."""
    found = rows.values().get()
    del found["history_id"]
    return found


# An untouched trail


def test_untouched_trail_has_no_problem(area):
    area.delete()
    assert found() == []
    sealing.seal()
    assert found() == []


def test_empty_trail_has_no_problem():
    assert found() == []
    assert found(anchors=[Head(0, GENESIS)]) == []


def test_trail_of_every_kind_of_record_has_no_problem():
    record = factories.partnership(stated_areas=17, published=False)
    said = factories.claim(factories.milestone(record, date="../2024-05"), "2024")
    factories.affiliation(record.partner, "eea_efta", since="1994", until="2025")
    gift = {"amount": 10**12, "currency": "NOK", "since": "2023"}
    factories.engagement(record, "epf_contribution", **gift)
    factories.coverage(record, factories.area(), ruling="“Ünïcode” \\ \n\t 𝄞")
    factories.question()
    Source.objects.update(note="\x7f\x01", published_on="2024-05")
    said.delete()
    Partnership.objects.update(stated_areas=F("stated_areas") + 1)
    listed = set(LedgerEntry.objects.values_list("record", flat=True))
    assert listed == {name for name, table in tracked().items() if table.live}
    sealing.seal()
    assert found() == []


def test_trail_of_many_batches_is_followed_to_its_end(area, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 2)
    seen = []
    rename(area, "Other")
    sealing.seal()
    assert found(progress=lambda *done: seen.append(done)) == []
    assert seen == [(2, 5), (4, 5), (5, 5)]
    with owner():
        row(5).update(name="Something else")
    assert found() == ["edited", "unrecorded"]


def test_untouched_trail_agrees_with_its_anchors(area):
    anchors = [Head(n, entry(n).get().seal) for n in (1, 3, 4)]
    assert found(anchors=[Head(0, GENESIS), *anchors]) == []
    assert found(anchors=anchors, since=3) == []


def test_triggers_taken_off_and_put_back_leave_no_problem(area):
    with owner():
        pass
    assert found() == []


# Rows of history


@pytest.mark.parametrize(
    "edit",
    [
        {"name": "Something else"},
        {"slug": "else"},
        {"number": 9},
        {"history_actor": "Jane"},
        {"history_change_reason": "Another"},
        {"history_change_reason": None},
        {"history_kind": "import"},
        {"history_type": "+"},
        {"history_changeset": uuid.uuid4()},
        {"history_date": F("history_date") + timedelta(microseconds=1)},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_edited_history_is_found(area, edit):
    with owner():
        row(3).update(**edit)
    assert found() == ["edited"]
    assert "change 3 (area" in texts()[0]


def test_edited_account_is_found(area):
    pk = row(3).get().pk
    with owner():
        sql(
            "UPDATE partnerships_historicalarea SET history_user_id = 9"
            " WHERE history_id = %s",
            pk,
        )
    assert [text.rpartition(") ")[2] for text in texts()] == [
        "has another user in history"
    ]


def test_edited_history_names_what_is_edited(area):
    with owner():
        row(3).update(name="Other", history_actor="Jane")
    assert texts()[0].endswith("has another by, value of name in history")


def test_value_edited_in_the_newest_history_is_found_twice(area):
    with owner():
        row(4).update(name="Something else")
    assert found() == ["edited", "unrecorded"]


def test_value_edited_in_history_and_in_the_table_is_found(area):
    with owner():
        row(4).update(name="Something else")
        sql("UPDATE partnerships_area SET name = 'Something else' WHERE number = 1")
    assert found() == ["edited"]


def test_deleted_history_is_found(area):
    with owner():
        row(3).delete()
    assert found() == ["deleted"]


def test_deleted_newest_history_is_found_twice(area):
    with owner():
        row(4).delete()
    assert found() == ["deleted", "unrecorded"]


def test_history_deleted_with_its_entry_leaves_a_gap(area):
    with owner():
        row(3).delete()
        entry(3).delete()
    assert found() == ["chain", "gap"]


def test_first_change_deleted_with_its_entry_leaves_a_gap(area):
    with owner():
        row(1).delete()
        entry(1).delete()
    assert found() == ["chain", "gap"]


def test_gap_that_is_closed_by_new_numbers_breaks_the_chain(area):
    with owner():
        row(3).delete()
        entry(3).delete()
        entry(4).update(number=3)
    assert found() == ["chain", "truncated"]


def test_entry_deleted_from_the_ledger_alone_is_found(area):
    with owner():
        entry(3).delete()
    assert found() == ["chain", "gap", "unlisted"]


def test_entry_that_is_deleted_before_its_seal_is_found(area):
    rename(area, "Other")
    with owner():
        LedgerEntry.objects.filter(number=None).delete()
    assert found() == ["unlisted"]


def test_rows_of_history_that_swap_their_ids_are_found(area):
    three, four = row(3).get().pk, row(4).get().pk
    with owner():
        row(3).update(history_id=0)
        Area.history.filter(history_id=four).update(history_id=three)
        Area.history.filter(history_id=0).update(history_id=four)
    assert found() == ["edited", "edited", "order"]


def test_rows_of_history_that_swap_their_dates_are_found(area):
    three, four = row(3).get().history_date, row(4).get().history_date
    with owner():
        row(3).update(history_date=four)
        row(4).update(history_date=three)
    assert found() == ["edited", "edited", "order", "unrecorded"]


def test_history_that_changes_its_object_is_found(area):
    other = Area.objects.get(number=2)
    with owner():
        row(3).update(id=other.pk)
    assert found() == ["edited", "unrecorded"]


def test_added_history_is_found(area):
    with owner():
        Area.history.create(**values_of(row(4)))
    assert found() == ["unlisted"]


def test_backdated_history_is_found(area):
    past = timezone.now() - timedelta(days=9)
    with owner():
        Area.history.create(**values_of(row(3)) | {"history_date": past})
    assert found() == ["order", "unlisted"]


def listed(number, **values):
    """An entry like that one, which waits for its seal."""
    like = entry(number).values().get() | dict.fromkeys(SEAL)
    del like["id"]
    return LedgerEntry.objects.create(**like | values)


@pytest.mark.parametrize(
    ("recorded", "kinds"),
    [(timedelta(), ["backdated", "backdated"]), (timedelta(days=9), ["backdated"])],
    ids=["as it was", "backdated too"],
)
def test_backdated_history_with_an_entry_is_found(area, recorded, kinds):
    now = timezone.now()
    past = now - timedelta(days=9)
    with owner():
        values = values_of(row(1)) | {"id": 987, "history_date": past}
        values |= {"history_type": "-"}
        forged = Area.history.create(**values)
        facts = {"object_id": 987, "history_id": forged.pk, "at": past, "action": "-"}
        listed(1, **facts, recorded_at=now - recorded)
    sealing.seal()
    assert found() == kinds


def test_row_dated_within_the_time_of_a_transaction_is_no_problem(area):
    """A change is dated when it is made, which may be some time before the commit."""
    earlier = timezone.now() - timedelta(minutes=10)
    with owner():
        values = values_of(row(1)) | {"id": 987, "history_date": earlier}
        forged = Area.history.create(**values | {"history_type": "-"})
        facts = {"object_id": 987, "history_id": forged.pk, "action": "-"}
        listed(1, **facts, at=earlier, recorded_at=timezone.now())
    sealing.seal()
    assert found() == []


def test_history_of_a_change_never_made_is_found(area):
    """The database lets it in; nothing was changed, so nothing was owed."""
    Area.history.create(
        **values_of(row(4)) | {"name": "Never so", "history_date": timezone.now()}
    )
    assert found() == ["unrecorded"]


# The ledger


@pytest.mark.parametrize(
    "edit",
    [
        {"object_id": 987},
        {"at": F("at") + timedelta(microseconds=1)},
        {"action": "-"},
        {"actor": "Jane"},
        {"reason": "Another"},
        {"kind": "import"},
        {"operation": uuid.uuid4()},
        {"partnership_id": 987},
        {"partner_id": 987},
        {"recorded_at": F("recorded_at") + timedelta(days=9)},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_edited_entry_is_found(area, edit):
    with owner():
        entry(3).update(**edit)
    assert found() == ["backdated" if "recorded_at" in edit else "entry"]
    assert "change 3 (area" in texts()[0]


@pytest.mark.parametrize("column", ["partnership_id", "partner_id"])
def test_change_taken_out_of_the_log_of_its_record_is_found(column):
    factories.partnership()
    sealing.seal()
    with owner():
        listed = LedgerEntry.objects.filter(record=column.removesuffix("_id"))
        assert listed.update(**{column: None}) == 1
    assert found() == ["entry"]


def test_entry_that_points_to_other_history_is_found(area):
    with owner():
        Area.history.filter(history_id=row(3).get().pk).update(history_id=987)
        entry(3).update(history_id=987)
    assert found() == ["chain", "edited", "entry", "order"]


def test_entry_of_another_record_is_found(area):
    with owner():
        entry(3).update(record="source")
    assert found() == ["chain", "deleted", "unlisted"]


@pytest.mark.parametrize(
    ("column", "old", "new", "kinds"),
    [
        ("public", '"by":""', '"by":"Jane"', ["edited", "entry", "entry"]),
        ("public", "Test", "Best", ["edited", "entry", "entry"]),
        ("public", '"Maritime"', '"Martial"', ["edited", "entry"]),
        ("private", '"user":null', '"user":9', ["edited", "entry"]),
    ],
)
def test_edited_sealed_text_is_found(area, column, old, new, kinds):
    sealed = getattr(entry(3).get(), column)
    assert old in sealed
    with owner():
        entry(3).update(**{column: sealed.replace(old, new)})
    assert found() == kinds


def test_words_edited_everywhere_but_in_the_chain_are_found(area):
    """In history, in the ledger's copy and in the sealed text alike."""
    sealed = entry(3).get().public
    with owner():
        row(3).update(history_change_reason="Best")
        entry(3).update(reason="Best", public=sealed.replace("Test", "Best"))
    assert found() == ["entry"]


def test_words_edited_with_their_digest_are_found(area):
    one = entry(3).get()
    public = one.public.replace("Test", "Best")
    digest = sealing.canonical.digest(public, one.private, one.salt)
    with owner():
        row(3).update(history_change_reason="Best")
        entry(3).update(reason="Best", public=public, digest=digest)
    assert found() == ["chain"]


@pytest.mark.parametrize(
    ("column", "value", "kinds"),
    [
        ("salt", "0" * 32, ["entry"]),
        ("digest", "0" * 64, ["chain", "entry"]),
        ("seal", "0" * 64, ["chain", "chain"]),
    ],
)
def test_edited_seal_is_found(area, column, value, kinds):
    with owner():
        entry(3).update(**{column: value})
    assert found() == kinds


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("public", ""),
        ("public", "not JSON"),
        ("public", "{}"),
        ("public", "[]"),
        ("public", "null"),
        ("private", "{}"),
        ("private", "7"),
        ("public", None),
        ("private", None),
        ("salt", None),
    ],
)
def test_damaged_words_are_found_and_not_stumbled_over(area, column, value):
    with owner():
        entry(3).update(**{column: value})
    assert set(found()) <= {"entry", "edited"}
    assert "entry" in found()


@pytest.mark.parametrize("column", ["digest", "seal"])
def test_missing_seal_is_found_and_not_stumbled_over(area, column):
    with owner():
        entry(3).update(**{column: None})
    assert set(found()) <= {"entry", "chain"}
    assert "chain" in found()


def test_entries_that_swap_their_numbers_are_found(area):
    with owner():
        entry(2).update(number=99)
        entry(3).update(number=2)
        entry(99).update(number=3)
    assert found() == ["chain", "chain", "chain"]


def test_entries_that_swap_all_but_their_numbers_are_found(area):
    two, three = entry(2).values().get(), entry(3).values().get()
    with owner():
        LedgerEntry.objects.filter(number__in=(2, 3)).delete()
        LedgerEntry.objects.create(**three | {"number": 2})
        LedgerEntry.objects.create(**two | {"number": 3})
    assert found() == ["chain", "chain", "chain"]


def test_entry_for_nothing_is_found(area):
    with owner():
        listed(4, history_id=987)
    sealing.seal()
    assert found() == ["deleted"]


def test_entry_of_an_unknown_record_is_found(area):
    with owner():
        listed(4, record="treaty")
    sealing.seal()
    assert found() == ["deleted"]


# The end cut off, or all made anew


def cut_off(area):
    """Change 5 never was: history, entry and value are those from before."""
    with owner():
        row(5).delete()
        entry(5).delete()
        sql("UPDATE partnerships_area SET name = 'Maritime security' WHERE number = 1")


def test_end_that_was_cut_off_is_shown_only_by_an_anchor(area):
    rename(area, "Other")
    sealing.seal()
    anchor = sealing.head()
    cut_off(area)
    assert found() == []
    assert found(anchors=[anchor]) == ["truncated"]
    assert found(anchors=[Head(4, entry(4).get().seal)]) == []


def test_end_that_was_cut_off_is_shown_by_a_later_checkpoint(area):
    rename(area, "Other")
    sealing.seal()
    sealing.checkpoint()
    cut_off(area)
    assert found() == ["truncated"]


def test_end_that_was_cut_off_and_grew_again_is_shown_by_an_anchor(area):
    rename(area, "Other")
    sealing.seal()
    anchor = sealing.head()
    cut_off(area)
    rename(Area.objects.get(number=1), "Something else")
    sealing.seal()
    assert found() == []
    assert found(anchors=[anchor]) == ["anchor"]


def test_trail_that_was_emptied_altogether_is_shown_by_an_anchor(area):
    anchor = sealing.head()
    with owner():
        for model in (LedgerEntry, Area.history.model, Area, Checkpoint):
            sql(f"DELETE FROM {model._meta.db_table}")
    assert found() == []
    assert found(anchors=[anchor]) == ["truncated"]


def seal_anew():
    """The whole chain, by our own code."""
    LedgerEntry.objects.update(**dict.fromkeys(SEAL))
    sealing.seal()


def test_chain_made_anew_is_shown_only_by_anchors(area):
    anchor = sealing.head()
    with owner():
        row(3).update(name="Something else")
        Checkpoint.objects.all().delete()
        seal_anew()
    assert found() == []
    assert found(anchors=[anchor]) == ["anchor"]


def test_chain_made_anew_is_shown_by_a_checkpoint(area):
    with owner():
        row(3).update(name="Something else")
        seal_anew()
    assert found() == ["anchor"]
    assert texts()[0].startswith("anchor: the checkpoint of 20")


def test_end_made_anew_agrees_with_anchors_from_before_the_edit(area):
    first, last = Head(2, entry(2).get().seal), sealing.head()
    with owner():
        Checkpoint.objects.all().delete()
        row(3).update(name="Something else")
        LedgerEntry.objects.filter(number__gt=2).update(**dict.fromkeys(SEAL))
        sealing.seal()
    assert found(anchors=[first]) == []
    assert found(anchors=[first, last]) == ["anchor"]


@pytest.mark.parametrize("number", [0, 1, 4])
def test_anchor_with_another_hash_is_a_problem(area, number):
    assert found(anchors=[Head(number, "a" * 64)]) == ["anchor"]


def test_anchor_beyond_the_end_is_a_problem(area):
    assert found(anchors=[Head(5, "a" * 64)]) == ["truncated"]


def test_edited_checkpoint_is_found(area):
    with owner():
        Checkpoint.objects.update(seal="a" * 64)
    assert found() == ["anchor"]


# The chain from a number on


def test_edit_after_the_number_given_is_found(area):
    with owner():
        row(4).update(history_actor="Jane")
    assert found(since=3) == ["edited"]


def test_what_does_not_follow_the_number_given_is_found(area):
    with owner():
        entry(3).update(seal="0" * 64)
    assert found(since=3) == ["chain"]


@pytest.mark.parametrize("since", [1, 4])
def test_all_but_the_chain_is_checked_in_full_from_any_number_on(area, since):
    with owner():
        Area.history.create(**values_of(row(4)))
        sql("UPDATE partnerships_area SET name = 'By hand' WHERE number = 2")
    assert found(since=since) == ["unlisted", "unrecorded"]


def test_anchor_at_the_number_given_is_compared(area):
    assert found(since=4, anchors=[Head(4, "a" * 64)]) == ["anchor"]
    assert found(since=4, anchors=[sealing.head()]) == []


def test_number_that_is_not_there_is_a_problem(area):
    assert found(since=5) == ["gap"]


# Live rows


def test_change_by_sql_is_found(area):
    with owner():
        sql("UPDATE partnerships_area SET name = 'By hand' WHERE number = 1")
    assert texts() == [f"unrecorded: area {area.pk} differs from its newest history"]


def test_insertion_by_sql_is_found(area):
    with owner():
        sql(
            "INSERT INTO partnerships_area (id, number, slug, name)"
            " VALUES (987, 3, 'c', 'C')"
        )
    assert texts() == ["unrecorded: area 987 has no history"]


def test_deletion_by_sql_is_found(area):
    with owner():
        sql("DELETE FROM partnerships_area WHERE number = 1")
    assert texts() == [
        f"unrecorded: area {area.pk} is gone, and its history does not say so"
    ]


def test_object_that_was_deleted_and_is_back_by_sql_is_found(area):
    values = Area.objects.filter(pk=area.pk).values().get()
    area.delete()
    with owner():
        sql(
            "INSERT INTO partnerships_area (id, number, slug, name)"
            " VALUES (%s, %s, %s, %s)",
            *(values[name] for name in ("id", "number", "slug", "name")),
        )
    assert found() == ["unrecorded"]


@pytest.mark.parametrize(
    "change",
    [
        "summary = ' '",
        "title = upper(title)",
        "stated_areas = NULL",
        "stated_areas_ruling = '0'",
        "is_published = NOT is_published",
    ],
)
def test_smallest_change_by_sql_is_found(change):
    partnership = factories.partnership(stated_areas=17)
    with owner():
        sql(f"UPDATE partnerships_partnership SET {change}")
    assert texts() == [
        f"unrecorded: partnership {partnership.pk} differs from its newest history"
    ]


# Redactions


def test_redaction_explains_words_that_are_not_as_they_were_sealed(area):
    one = entry(3).get()
    public = one.public.replace("Maritime", "[redacted]")
    digest = sealing.canonical.digest(public, one.private, one.salt)
    with owner():
        row(3).update(name="[redacted]")
        entry(3).update(public=public)
    assert found() == ["entry"]
    Redaction.objects.create(
        id=3,
        field="name",
        digest=digest,
        history_date=timezone.now(),
        history_change_reason="Personal data",
    )
    sealing.seal()
    assert found() == []


def test_redaction_of_other_words_explains_nothing(area):
    Redaction.objects.create(
        id=3,
        field="name",
        digest="0" * 64,
        history_date=timezone.now(),
        history_change_reason="Personal data",
    )
    sealing.seal()
    assert found() == ["entry", "entry"]  # it is not black either


def test_redaction_of_what_is_not_black_is_found(area):
    one = entry(3).get()
    public = one.public.replace("Maritime", "Forged")
    with owner():
        row(3).update(name="Forged")
        entry(3).update(public=public)
    Redaction.objects.create(
        id=3,
        field="name",
        digest=sealing.canonical.digest(public, one.private, one.salt),
        history_date=timezone.now(),
        history_change_reason="Personal data",
    )
    sealing.seal()
    assert found() == ["entry"]


def test_deleted_redaction_is_found(area):
    test_redaction_explains_words_that_are_not_as_they_were_sealed(area)
    with owner():
        sql("DELETE FROM partnerships_redaction")
    assert found() == ["deleted", "entry"]


# Triggers


def installed():
    """The names of all triggers, with their tables."""
    with connection.cursor() as cursor:
        if is_sqlite:
            cursor.execute(
                "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
            )
        else:
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
                " WHERE NOT tgisinternal"
            )
        return dict(cursor.fetchall())


def drop(name, table):
    sql(f'DROP TRIGGER "{name}"' + ("" if is_sqlite else f" ON {table}"))


@contextmanager
def undone():
    """What is done inside is not done in the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_each_trigger_that_is_dropped_is_found():
    names = installed()
    assert len(names) > 50
    for name, table in names.items():
        with undone():
            drop(name, table)
            assert list(triggers.of().problems()) == [f"{name} is missing"]


def test_dropped_trigger_is_a_problem_of_the_trail_until_it_is_put_back(area):
    connection.check_constraints()
    name, table = next(iter(installed().items()))
    drop(name, table)
    assert texts() == [f"trigger: {name} is missing"]
    triggers.of().install()
    assert texts() == []


def test_all_triggers_dropped_are_all_named(area):
    connection.check_constraints()
    names = sorted(installed())
    triggers.of().uninstall()
    assert texts() == [f"trigger: {name} is missing" for name in names]


@on_sqlite
def test_each_trigger_with_another_body_is_found_and_put_right():
    for name, table in installed().items():
        drop(name, table)
        sql(f'CREATE TRIGGER "{name}" AFTER INSERT ON {table} BEGIN SELECT 1; END')
        assert list(triggers.of().problems()) == [f"{name} is altered"]
        triggers.of().install()
    assert list(triggers.of().problems()) == []


@on_postgresql
def test_each_function_that_does_nothing_is_found_and_put_right():
    for name in installed():
        sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            " SECURITY DEFINER AS 'BEGIN RETURN NULL; END'"
        )
        assert list(triggers.of().problems()) == [f"{name} is altered"]
        triggers.of().install()
    assert list(triggers.of().problems()) == []


GUARD = "trail_area_is_owed_history"
_WHOLE = (
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
    assert old in _WHOLE
    sql(_WHOLE.replace(old, new))
    assert list(triggers.of().problems()) == [f"{GUARD} is altered"]
    triggers.of().install()
    assert list(triggers.of().problems()) == []


@on_postgresql
@pytest.mark.parametrize(
    "change",
    [
        "SECURITY INVOKER",
        "SET search_path = elsewhere",
        "RESET search_path",
        "SET session_replication_role = replica",
    ],
)
def test_function_that_runs_otherwise_is_found(change):
    """With another search path it would read tables of the attacker's."""
    sql(f"ALTER FUNCTION {GUARD}() {change}")
    assert list(triggers.of().problems()) == [f"{GUARD} is altered"]


@on_postgresql
@pytest.mark.parametrize("how", ["DISABLE", "ENABLE REPLICA"])
def test_trigger_that_is_switched_off_is_found_and_put_right(how):
    for name, table in installed().items():
        sql(f"ALTER TABLE {table} {how} TRIGGER {name}")
        assert list(triggers.of().problems()) == [f"{name} is switched off"]
        triggers.of().install()
    assert list(triggers.of().problems()) == []


def add(name, table):
    if is_sqlite:
        sql(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} BEGIN SELECT 1; END")
    else:
        sql(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        )


@pytest.mark.parametrize("name", ["trail_of_theirs", "theirs", "aaa"])
@pytest.mark.parametrize(
    "table",
    [
        "partnerships_area",
        "partnerships_historicalarea",
        "partnerships_ledgerentry",
        "partnerships_checkpoint",
        "partnerships_user",
    ],
)
def test_trigger_that_is_not_ours_is_found(table, name):
    connection.check_constraints()
    add(name, table)
    assert list(triggers.of().problems()) == [f"{name} is not ours"]


@on_postgresql
@pytest.mark.parametrize("table", ["partner", "claim", "historicalarea", "user"])
def test_trigger_of_another_table_with_the_name_of_ours_is_found(table):
    """Names of triggers are unique within their table only."""
    add(GUARD, f"partnerships_{table}")
    assert len(list(triggers.of().problems())) == 1


@on_sqlite
def test_debts_that_are_no_longer_owed_are_found(area):
    """Without its foreign key, or with what it refers to, the table of debts holds
    nobody back; but it fills."""
    sql("INSERT INTO partnerships_never (id) VALUES (1)")
    sql("UPDATE partnerships_area SET name = 'By hand' WHERE number = 1")
    connection.check_constraints()
    assert found() == ["unrecorded", "unrecorded"]


# What is noted


def test_success_is_noted_with_its_reach(area):
    noted = verifying.note_result(4, 2)
    assert Verification.objects.get() == noted
    assert (noted.number, noted.since) == (4, 2)
    assert timezone.now() - noted.verified_at < timedelta(minutes=1)
