"""What was recorded is changed by somebody whom no trigger stops, in the tables, in the
history, in the ledger or by a redaction that says otherwise: verification finds it."""

import uuid
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from partnerships.ledger import canonical, sealing
from partnerships.ledger.models import LedgerEntry
from partnerships.models import Area
from tests import factories
from tests.factories import edit
from tests.ledger.databases import is_sqlite, sql
from tests.ledger.trail import (
    deletion_by_hand,
    entry,
    entry_like,
    owner,
    problem_kinds,
    problem_texts,
    redaction,
    rewritten,
    row,
    values_of,
)

pytestmark = pytest.mark.django_db


def test_triggers_taken_off_and_put_back_leave_no_problem(area):
    with owner():
        pass
    assert problem_kinds() == []


# Rows, deleted, added or exchanged


def rename_by_sql(name, number=1):
    sql("UPDATE partnerships_area SET name = %s WHERE number = %s", name, number)


def add_backdated():
    past = timezone.now() - timedelta(days=9)
    Area.history.create(**values_of(row(3), history_date=past))


def delete_with_entry(number):
    row(number).delete()
    entry(number).delete()


def close_the_gap():
    delete_with_entry(3)
    entry(4).update(number=3)


def swap_ids():
    three, four = row(3).get().pk, row(4).get().pk
    row(3).update(history_id=0)
    Area.history.filter(history_id=four).update(history_id=three)
    Area.history.filter(history_id=0).update(history_id=four)


def swap_dates():
    three, four = row(3).get().history_date, row(4).get().history_date
    row(3).update(history_date=four)
    row(4).update(history_date=three)


def point_to_other_history():
    # Beyond PostgreSQL's sequence, which is not rolled back with what a test does.
    beyond = row(4).get().history_id + 900
    row(3).update(history_id=beyond)
    entry(3).update(history_id=beyond)


def swap_numbers():
    entry(2).update(number=99)
    entry(3).update(number=2)
    entry(99).update(number=3)


def swap_all_but_numbers():
    two, three = entry(2).values().get(), entry(3).values().get()
    LedgerEntry.objects.filter(number__in=(2, 3)).delete()
    LedgerEntry.objects.create(**three | {"number": 2})
    LedgerEntry.objects.create(**two | {"number": 3})


#: The kinds of the problems that are left, and what is done.
TAMPERING = {
    "newest row edited": ("edited", lambda: row(4).update(name="Other")),
    "newest row edited with the table": (
        "edited unrecorded",
        lambda: (row(4).update(name="Other"), rename_by_sql("Other")),
    ),
    "row of another object": (
        "edited",
        lambda: row(3).update(id=Area.objects.get(number=2).pk),
    ),
    "row deleted": ("checkpoint deleted", lambda: row(3).delete()),
    "newest row deleted": ("checkpoint deleted unrecorded", lambda: row(4).delete()),
    "row deleted with its entry": (
        "chain checkpoint gap",
        lambda: delete_with_entry(3),
    ),
    "first row deleted with its entry": (
        "chain checkpoint gap order",
        lambda: delete_with_entry(1),
    ),
    "gap closed by new numbers": ("chain checkpoint truncated", close_the_gap),
    "entry deleted": ("chain gap unlisted", lambda: entry(3).delete()),
    "row added": ("unlisted", lambda: Area.history.create(**values_of(row(4)))),
    "row added and backdated": ("unlisted", add_backdated),
    "rows with each other's ids": ("edited edited", swap_ids),
    "rows with each other's dates": ("edited edited", swap_dates),
    "entry of other history": (
        # Beyond the sequence, which PostgreSQL alone has.
        f"chain edited entry order{'' if is_sqlite else ' schema'}",
        point_to_other_history,
    ),
    "entry of another record": (
        "chain checkpoint deleted unlisted",
        lambda: entry(3).update(record="source"),
    ),
    "entries with each other's numbers": ("chain chain chain", swap_numbers),
    "entries with all but their numbers": ("chain chain chain", swap_all_but_numbers),
    "checkpoint edited": (
        "anchor checkpoint",
        lambda: sql("UPDATE partnerships_checkpoint SET seal = %s", "a" * 64),
    ),
}


@pytest.mark.parametrize("case", TAMPERING)
def test_tampering_is_found(area, case):
    kinds, tamper = TAMPERING[case]
    with owner():
        tamper()
    assert problem_kinds() == kinds.split()


def test_entry_that_is_deleted_before_its_seal_is_found(area):
    edit(area, name="Other")
    with owner():
        LedgerEntry.objects.filter(number=None).delete()
    assert problem_kinds() == ["unlisted", "unrecorded"]


@pytest.mark.parametrize("values", [{"history_id": 987}, {"record": "treaty"}], ids=str)
def test_entry_for_nothing_is_found(area, values):
    with owner():
        entry_like(4, **values)
    sealing.seal()
    assert problem_kinds() == ["deleted"]


DAYS, MINUTES = timedelta(days=9), timedelta(minutes=10)


@pytest.mark.parametrize(
    ("dated", "recorded", "kinds"),
    [
        (DAYS, timedelta(), ["backdated", "backdated", "order"]),
        (DAYS, DAYS, ["backdated", "order"]),
        # A change is dated when it is made, some time before the commit.
        (MINUTES, timedelta(), ["order"]),
    ],
    ids=["as it was", "backdated too", "within the time of a transaction"],
)
def test_backdated_history_with_an_entry_is_found(area, dated, recorded, kinds):
    """It deletes what never was, which is out of order at any time."""
    with owner():
        deletion_by_hand(dated, recorded)
    sealing.seal()
    assert problem_kinds() == kinds


def test_history_of_a_change_never_made_is_found(area):
    """The database lets it in; nothing was changed, so nothing was owed."""
    forged = values_of(row(4), name="Never so", history_date=timezone.now())
    Area.history.create(**forged)
    assert problem_kinds() == ["unrecorded"]


# Columns


MOMENT = timedelta(microseconds=1)
#: What is edited in a row of history or in its entry, and the problem that it is.
EDITS = [
    (row, {"name": "Something else"}, "edited"),
    (row, {"slug": "else"}, "edited"),
    (row, {"number": 9}, "edited"),
    (row, {"history_actor": "Jane"}, "edited"),
    (row, {"history_change_reason": "Another"}, "edited"),
    (row, {"history_change_reason": None}, "edited"),
    (row, {"history_kind": "import"}, "edited"),
    (row, {"history_type": "+"}, "edited"),
    (row, {"history_changeset": uuid.uuid4()}, "edited"),
    (row, {"history_date": F("history_date") + MOMENT}, "edited"),
    (entry, {"object_id": 987}, "entry order unrecorded"),
    (entry, {"at": F("at") + MOMENT}, "entry"),
    (entry, {"action": "-"}, "entry order rule"),
    (entry, {"actor": "Jane"}, "entry"),
    (entry, {"reason": "Another"}, "entry"),
    (entry, {"kind": "import"}, "entry"),
    (entry, {"operation": uuid.uuid4()}, "entry"),
    (entry, {"partnership_id": 987}, "entry"),
    (entry, {"partner_id": 987}, "entry"),
    (entry, {"recorded_at": F("recorded_at") + timedelta(days=9)}, "backdated"),
]


@pytest.mark.parametrize(
    ("which", "values", "kind"), EDITS, ids=[next(iter(edit[1])) for edit in EDITS]
)
def test_edit_of_history_or_ledger_is_found(area, which, values, kind):
    with owner():
        which(3).update(**values)
    assert problem_kinds() == kind.split()
    assert "change 3 (area" in problem_texts()[0]


def test_edited_account_is_found(area):
    history = "UPDATE partnerships_historicalarea SET history_user_id = 9"
    pk = row(3).get().pk
    with owner():
        sql(f"{history} WHERE history_id = %s", pk)
    assert [text.rpartition(") ")[2] for text in problem_texts()] == [
        "differs in its history from what was sealed: its account"
    ]


def test_edited_history_names_what_is_edited(area):
    with owner():
        row(3).update(name="Other", history_actor="Jane")
    assert problem_texts()[0].endswith("from what was sealed: its author, name")


@pytest.mark.parametrize("column", ["partnership_id", "partner_id"])
def test_change_taken_out_of_the_log_of_its_record_is_found(column):
    factories.partnership()
    sealing.seal()
    with owner():
        entries = LedgerEntry.objects.filter(record=column.removesuffix("_id"))
        assert entries.update(**{column: None}) == 1
    assert problem_kinds() == ["entry"]


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
    assert problem_kinds() == kinds


@pytest.mark.parametrize(("with_digest", "kind"), [(False, "entry"), (True, "chain")])
def test_reason_edited_everywhere_but_in_the_chain_is_found(area, with_digest, kind):
    """In history, in the ledger's copy, in the sealed text, and in their digest."""
    sealed = entry(3).get()
    public = sealed.public.replace("Test", "Best")
    digest = canonical.digest(public, sealed.private, sealed.salt)
    with owner():
        row(3).update(history_change_reason="Best")
        entry(3).update(reason="Best", public=public)
        if with_digest:
            entry(3).update(digest=digest)
    assert problem_kinds() == [kind]


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
    assert problem_kinds() == kinds


DAMAGED = [
    *(("public", text, "entry") for text in ("", "not JSON", "{}", "[]", "null", None)),
    *(("private", text, "entry") for text in ("{}", "7", None)),
    ("salt", None, "entry"),
    ("digest", None, "chain"),
    ("seal", None, "chain"),
]


@pytest.mark.parametrize(("column", "value", "kind"), DAMAGED)
def test_damaged_entry_is_found_and_not_stumbled_over(area, column, value, kind):
    with owner():
        entry(3).update(**{column: value})
    kinds = problem_kinds()
    assert kind in kinds
    assert {*kinds} <= ({"entry", "edited"} if kind == "entry" else {"entry", "chain"})


# The tables themselves

AREA = "INSERT INTO partnerships_area (id, number, slug, name, short_name)"


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE partnerships_area SET name = 'By hand' WHERE number = 1",
            "area {} differs from its newest history: name",
        ),
        (f"{AREA} VALUES (987, 3, 'c', 'C', '')", "area 987 has no history"),
        (
            "DELETE FROM partnerships_area WHERE number = 1",
            "area {} is gone, and its history does not say so",
        ),
    ],
    ids=["change", "insertion", "deletion"],
)
def test_change_by_sql_is_found(area, statement, sentence):
    with owner():
        sql(statement)
    assert problem_texts() == [f"unrecorded: {sentence.format(area.pk)}"]


def test_object_that_was_deleted_and_is_back_by_sql_is_found(area):
    pk = area.pk
    area.delete()
    with owner():
        sql(f"{AREA} VALUES (%s, 1, 'area-1', 'Maritime security', '')", pk)
    assert problem_kinds() == ["unrecorded"]


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
def test_smallest_change_by_sql_is_found_by_its_field(change):
    partnership = factories.partnership(stated_areas=17)
    with owner():
        sql(f"UPDATE partnerships_partnership SET {change}")
    assert problem_texts() == [
        f"unrecorded: partnership {partnership.pk} differs from its newest history: "
        f"{change.partition(' ')[0]}"
    ]


# Redactions that say otherwise


def test_redaction_explains_words_that_are_not_as_they_were_sealed(area):
    with owner():
        digest = rewritten(3, "[redacted]")
    assert problem_kinds() == ["entry"]
    redaction(3, digest)
    sealing.seal()
    assert problem_kinds() == []
    with owner():
        sql("DELETE FROM partnerships_redaction")
    assert problem_kinds() == ["deleted", "entry"]


def test_redaction_of_other_words_explains_nothing(area):
    redaction(3)
    sealing.seal()
    assert problem_kinds() == ["entry", "entry"]  # it is not black either


@pytest.mark.parametrize("field", ["name", "by", "nosuchfield"])
def test_redaction_of_what_is_not_black_is_found(area, field):
    with owner():
        digest = rewritten(3, "Forged")
    redaction(3, digest, field)
    sealing.seal()
    assert problem_kinds() == ["entry"]


def test_redaction_that_is_not_in_the_chain_counts_for_nothing(area):
    with owner():
        redaction(3, rewritten(3, "Forged"))
    assert "entry: change 3 (area" in "".join(problem_texts())
    assert {"entry", "unlisted"} <= {*problem_kinds()}
