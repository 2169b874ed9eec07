"""History, ledger, checkpoints and verifications only grow: rows are added, each
with its entry, which is sealed once; nothing is changed, deleted or replaced."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from partnerships.ledger import canonical, sealing, verifying
from partnerships.ledger.context import change
from partnerships.ledger.models import Checkpoint, LedgerEntry, Redaction, Verification
from partnerships.ledger.registry import tracked
from partnerships.ledger.triggers import base
from tests import factories
from tests.clock import as_shipped
from tests.factories import edit
from tests.ledger.databases import on_postgresql, on_sqlite, sql
from tests.ledger.guarded import FAR, MAKE, accepted, every_record, refused
from tests.ledger.trail import SEAL, damage, entry_like, problem_kinds, redaction

pytestmark = pytest.mark.django_db

#: What the trail records of itself.
OWN = {"redaction": redaction, "damage": damage}
#: Each table of the trail: how to get a row into it, and a column to be tampered with.
TRAIL = {
    table.history: ((MAKE | OWN)[name], "history_change_reason", "Other")
    for name, table in tracked().items()
} | {
    LedgerEntry: (factories.area, "reason", "Other"),
    Checkpoint: (sealing.checkpoint, "seal", "0"),
    Verification: (lambda: verifying.note_result(0, 0), "number", 9),
}
every_table = pytest.mark.parametrize("model", TRAIL, ids=lambda model: model.__name__)
APPEND_ONLY = f"{base.APPEND_ONLY}|{base.ALREADY_SEALED}"


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


# Changed, deleted, emptied or replaced


def update_in_bulk(rows, column, value):
    row = rows.first()
    setattr(row, column, value)
    rows.bulk_update([row], [column])


#: Each takes the table's manager, a column and another value for it.
ROADS = {
    "queryset update": lambda rows, column, value: rows.update(**{column: value}),
    "save": lambda rows, column, value: edit(rows.first(), **{column: value}),
    "bulk update": update_in_bulk,
    "sql update": lambda rows, column, value: sql(
        f"UPDATE {rows.model._meta.db_table} SET {column} = %s", value
    ),
    "empty update": lambda rows, column, value: sql(
        f"UPDATE {rows.model._meta.db_table} SET {column} = {column}"
    ),
    "delete": lambda rows, *_: rows.first().delete(),
    "queryset delete": lambda rows, *_: rows.all().delete(),
    "raw delete": lambda rows, *_: rows.all()._raw_delete("default"),
    "sql delete": lambda rows, *_: sql(f"DELETE FROM {rows.model._meta.db_table}"),
}


@every_table
@pytest.mark.parametrize("road", ROADS)
def test_trail_is_never_changed_or_deleted(model, kept, road):
    _, column, value = TRAIL[model]
    before = list(kept.values())
    with refused(APPEND_ONLY):
        ROADS[road](kept, column, value)
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
    with refused(APPEND_ONLY):
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
    with refused(APPEND_ONLY):
        sql(
            "UPDATE OR REPLACE partnerships_ledgerentry SET number = 1,"
            f" {words} WHERE number IS NULL"
        )
    assert LedgerEntry.objects.filter(number=1, public__contains="Area 1").exists()


# Proofs


@pytest.mark.parametrize(
    "forged",
    [
        {"number": 5},
        {"number": -1},
        {"since": 5},
        {"since": -1},
        {"problems": -1},
        {"id": FAR},
    ],
    ids=str,
)
def test_verification_that_nobody_made_is_refused(sealed, forged):
    values = {"number": 4, "since": 1, "problems": 0}
    message = f"{base.NO_VERIFICATION}|{base.OUT_OF_SEQUENCE}|problems"
    with refused(message):
        Verification.objects.create(**values | forged)
    with accepted():
        Verification.objects.create(**values)


def test_checkpoint_has_the_next_number(sealed):
    end = sealing.head()
    with refused(base.OUT_OF_SEQUENCE):
        Checkpoint.objects.create(id=FAR, number=end.number, seal=end.seal, counts={})


@pytest.mark.parametrize("minutes", [2, -2])
@pytest.mark.parametrize(
    ("prove", "message"),
    [
        (sealing.checkpoint, base.NO_CHECKPOINT),
        (lambda: verifying.note_result(0, 0), base.NO_VERIFICATION),
    ],
)
def test_proof_is_dated_when_it_is_made(prove, message, minutes):
    moment = timezone.now() + timedelta(minutes=minutes)
    with as_shipped():
        with time_machine.travel(moment), refused(message):
            prove()
        with accepted():
            prove()


# Each row with its entry


def seal_of(entry, number=1, previous=canonical.GENESIS):
    """The columns of an entry, sealed by hand."""
    digest = canonical.digest("{}", "{}", "0" * 32)
    parts = (number, entry.record, entry.history_id, digest)
    words = ("{}", "{}", "0" * 32, digest, canonical.seal(previous, *parts))
    return dict(zip(SEAL, (number, *words), strict=True))


#: An entry that is not sealed as it should.
SEALED = dict(zip(SEAL, (9, "{}", "{}", "s", "d", "s"), strict=True))


def by_hand(**values):
    """An entry that the database did not make."""
    return entry_like(None, **{"history_id": 987} | values)


@on_sqlite
def test_entry_is_numbered_one_after_the_other():
    factories.area()
    with refused(base.OUT_OF_SEQUENCE):
        by_hand(id=2**62)


@pytest.mark.parametrize("part", [*SEAL, None])
def test_entry_cannot_be_put_in_sealed(part):
    factories.area()
    with refused(base.ALREADY_SEALED):
        by_hand(**({part: SEALED[part]} if part else SEALED))


@on_postgresql
def test_entry_cannot_be_made_by_hand():
    factories.area()
    with refused(base.ALREADY_SEALED):
        by_hand()


@on_sqlite
def test_entry_made_by_hand_is_named_by_verification():
    factories.area()
    by_hand()
    sealing.seal()
    assert problem_kinds() == ["checkpoint", "deleted"]


def test_entry_of_a_change_that_has_one_is_refused():
    factories.area()
    with refused(base.ALREADY_SEALED):
        by_hand(history_id=LedgerEntry.objects.get().history_id)


AFTER = [
    *({column: value} for column, value in SEALED.items()),
    *({column: "Other"} for column in ("reason", "actor")),
    *({column: timezone.now()} for column in ("at", "recorded_at")),
    dict.fromkeys(SEAL),  # the seal is taken off
]


@pytest.mark.parametrize("values", AFTER, ids=lambda values: next(iter(values)))
def test_sealed_entry_is_never_changed(values):
    factories.area()
    sealing.seal()
    with refused(base.ALREADY_SEALED):
        LedgerEntry.objects.update(**values)


OTHER_FACTS = {
    **dict.fromkeys(["id", "object_id", "history_id"], 987),
    **dict.fromkeys(["partnership_id", "partner_id"], 987),
    **dict.fromkeys(["at", "recorded_at"], timezone.now()),
    **{"record": "source", "action": "-", "kind": "import"},
    **{"actor": "Other", "reason": "Other", "operation": uuid.UUID(int=0)},
}


@pytest.mark.parametrize("column", [*SEAL, *OTHER_FACTS])
def test_entry_is_sealed_whole_or_not_at_all_and_nothing_else_changes(column):
    factories.area()
    proper = seal_of(LedgerEntry.objects.get())
    with refused(base.ALREADY_SEALED):
        LedgerEntry.objects.update(**proper | {column: OTHER_FACTS.get(column)})
    with accepted():
        LedgerEntry.objects.update(**proper)


#: Seals that look like none.
NO_SEALS = {"number": 2, "salt": "g" * 32, "digest": "garbage", "seal": "F" * 64}


@pytest.mark.parametrize("column", NO_SEALS)
def test_what_is_no_seal_is_refused(column):
    factories.area()
    proper = seal_of(LedgerEntry.objects.get())
    with refused(base.ALREADY_SEALED):
        LedgerEntry.objects.update(**proper | {column: NO_SEALS[column]})


@on_postgresql
@pytest.mark.parametrize("column", ["public", "private", "salt", "digest", "seal"])
def test_seal_is_the_hash_of_what_it_seals(column):
    """Of words of any language, and of the seal before it."""
    factories.area(1)
    sealing.seal()
    factories.source(title="Ünïcode 𝄞")
    second = LedgerEntry.objects.get(number=None)
    proper = seal_of(second, 2, sealing.head().seal)
    other = "0" * len(proper[column]) if column != "salt" else "1" * 32
    with refused(base.ALREADY_SEALED):
        LedgerEntry.objects.filter(pk=second.pk).update(**proper | {column: other})
    assert sealing.seal() == 1
    assert problem_kinds() == []


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
    redaction()
    listed = LedgerEntry.objects.get(record="redaction")
    assert (listed.object_id, listed.action) == (1, "+")
    assert listed.reason == "Personal data"


@pytest.mark.parametrize(
    "forged", [{"id": 987}, {"partnership_id": 987}, {"partner_id": 987}], ids=str
)
def test_redaction_is_in_the_log_of_the_change_that_it_names(forged):
    redaction()
    values = Redaction.objects.values().get() | {"history_date": timezone.now()}
    del values["history_id"]
    with refused(base.NO_REDACTION):
        Redaction.objects.create(**values | forged)
    with accepted():
        Redaction.objects.create(**values)
