"""Each change gets its number and its link in the chain; checkpoints, and the chain as
others may compute it."""

import hashlib
import json
import re
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.ledger import canonical, context, sealing
from partnerships.ledger.models import Checkpoint, LedgerEntry
from partnerships.ledger.registry import tracked
from partnerships.models import Area, Source
from tests import factories
from tests.factories import edit
from tests.ledger.databases import in_earnest, on_postgresql, on_sqlite
from tests.ledger.trail import problem_kinds, row, values_of

pytestmark = pytest.mark.django_db


def sequence():
    """What is sealed, in the order of the numbers, which have no gap."""
    entries = list(LedgerEntry.objects.exclude(number=None).order_by("number"))
    assert [entry.number for entry in entries] == [*range(1, len(entries) + 1)]
    return [(entry.record, entry.object_id, entry.action) for entry in entries]


# Sealing


@in_earnest
def test_every_commit_is_sealed_at_once_without_a_gap():
    area, source = factories.area(), factories.source()
    number = source.pk
    edit(area, name="Other")
    source.delete()
    assert sequence() == [
        ("area", area.pk, "+"),
        ("source", number, "+"),
        ("area", area.pk, "~"),
        ("source", number, "-"),
    ]


@in_earnest
def test_changes_of_one_transaction_are_numbered_as_they_were_made():
    with transaction.atomic():
        areas = [factories.area(n) for n in (3, 1, 2)]
        assert not LedgerEntry.objects.exclude(number=None).exists()
    assert [pk for _, pk, _ in sequence()] == [area.pk for area in areas]


@in_earnest
def test_change_that_is_rolled_back_takes_no_number():
    factories.area(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        factories.area(2)
        raise ZeroDivisionError
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            factories.area(3)
            raise ZeroDivisionError
        factories.source()
    assert [record for record, *_ in sequence()] == ["area", "source"]
    assert sealing.seal() == 0


@in_earnest
def test_transaction_seals_once_however_much_it_changes():
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        for number in (1, 2, 3):
            factories.area(number)
        Area.objects.update(name=F("slug"))
    looks = [q for q in queries if "WHERE number IS NULL ORDER" in q["sql"]]
    assert (len(looks), len(sequence())) == (1, 6)


@on_sqlite
@in_earnest
def test_statistics_of_the_database_are_as_of_the_first_seal_of_a_day():
    """SQLite chooses by them how it reads the trail, and nobody makes them by hand."""

    def rows():
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl LIKE '%area'")
            return cursor.fetchone()[0]

    factories.area()
    assert rows()


@on_postgresql
@in_earnest
def test_change_with_the_lower_row_that_is_committed_later_gets_the_later_number():
    written, may_commit = threading.Event(), threading.Event()

    def slow():
        with context.change(reason="Slow", kind="editorial"), transaction.atomic():
            factories.area()
            written.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    factories.source()
    assert [record for record, *_ in sequence()] == ["source"]
    may_commit.set()
    thread.join(10)
    assert [record for record, *_ in sequence()] == ["source", "area"]
    by_row = LedgerEntry.objects.order_by("id").values_list("record", flat=True)
    assert list(by_row) == ["area", "source"]
    assert problem_kinds() == []


@on_postgresql
@in_earnest
def test_who_comes_to_seal_while_another_does_waits_and_finds_nothing_left():
    with transaction.atomic():
        factories.area(1)
        factories.area(2)
        connection.run_on_commit.clear()  # and the process dies
    counts = []

    def seal():
        counts.append(sealing.seal())
        connection.close()

    thread = threading.Thread(target=seal)
    with transaction.atomic():
        assert sealing.seal() == 2
        thread.start()
        thread.join(0.5)
        assert counts == []
    thread.join(10)
    assert (counts, len(sequence())) == ([0], 2)


@pytest.fixture
def stranger(monkeypatch):
    """Somebody who holds the lock of the chain and does not let go."""
    monkeypatch.setattr(sealing, "_PATIENCE", "200ms")
    session = connection.copy()
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [sealing._LOCK])
    yield session
    session.close()


def lock_timeout():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()


@on_postgresql
@in_earnest
def test_stranger_who_holds_the_lock_holds_up_no_save(stranger, caplog):
    patience = lock_timeout()
    began = time.monotonic()
    area = factories.area(1)
    assert time.monotonic() - began < 10
    assert (Area.objects.get(), sequence()) == (area, [])
    (line,) = [r for r in caplog.records if r.name == sealing.__name__]
    assert "another session holds the lock" in line.getMessage()
    assert line.exc_info is None
    with pytest.raises(CommandError, match="another session holds the lock"):
        call_command("seal")
    stranger.close()
    edit(area, name="Other")
    assert sequence() == [("area", area.pk, "+"), ("area", area.pk, "~")]
    assert lock_timeout() == patience  # nobody else's is limited


@in_earnest
def test_failed_seal_does_not_fail_the_write_and_the_next_takes_both(monkeypatch):
    def fail(*args):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(canonical, "seal", fail)
        area = factories.area(1)
    assert (Area.objects.get(), sequence()) == (area, [])
    edit(area, name="Other")
    assert sequence() == [("area", area.pk, "+"), ("area", area.pk, "~")]
    assert problem_kinds() == []


def test_sealing_twice_does_nothing(sealed):
    before = list(sealed.values())
    assert sealing.seal() == 0
    assert list(sealed.values()) == before
    assert Checkpoint.objects.count() == 1


def test_sealing_nothing_takes_no_checkpoint():
    assert sealing.seal() == 0
    assert not Checkpoint.objects.exists()
    assert str(sealing.head()) == f"0:{'0' * 64}"


@pytest.mark.parametrize("batch", [1, 2, 3, 4])
def test_more_than_a_batch_is_sealed_at_once(batch, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", batch)
    areas = [factories.area(n) for n in (1, 2, 3, 4)]
    assert sealing.seal() == 4
    assert [pk for _, pk, _ in sequence()] == [area.pk for area in areas]
    assert problem_kinds() == []


def test_history_written_by_hand_is_sealed_with_the_next_change(sealed):
    """It has its entry from the trigger, and waits."""
    values = values_of(row(1), id=987, history_type="-", history_date=timezone.now())
    Area.history.create(**values)
    assert sealing.head().number == 4
    factories.source()
    assert sealing.seal() == 2
    assert sequence()[4:] == [
        ("area", 987, "-"),
        ("source", Source.objects.get().pk, "+"),
    ]


def test_head_is_the_last_seal(sealed):
    last = sealed.last()
    assert sealing.head() == sealing.Head(4, last.seal)
    assert str(sealing.head()) == f"4:{last.seal}"


# The chain, as its description says and with nothing of ours


def sha256(*parts):
    return hashlib.sha256(b"".join(parts))


def prefixed(part):
    return b"%d:%b" % (len(part), part)


def test_chain_is_what_its_description_says(sealed):
    previous = b"0" * 64
    for number, entry in enumerate(sealed, start=1):
        private = sha256(entry.salt.encode(), entry.private.encode()).digest()
        digest = sha256(sha256(entry.public.encode()).digest(), private).hexdigest()
        parts = (
            previous,
            str(number).encode(),
            entry.record.encode(),
            str(entry.history_id).encode(),
            digest.encode(),
        )
        previous = sha256(*map(prefixed, parts)).hexdigest().encode()
        assert (entry.digest, entry.seal) == (digest, previous.decode())


def as_described(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def test_words_of_a_change_are_what_their_description_says():
    said = {"reason": "“Tür”\n", "actor": "Zoë", "kind": "correction"}
    with context.change(**said, user=factories.user("jane")) as operation:
        source = factories.source(published_on="2024-05", note='"\\ 𝄞')
    sealing.seal()
    entry, row = LedgerEntry.objects.get(record="source"), Source.history.get()
    when = row.history_date.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    names = ("authors", "key", "knowledge_as_of", "language", "last_checked_on")
    names += ("note", "publisher", "title", "url", "archived_url", "celex", "doi")
    names += ("document_number", "eli", "kind", "no_address")
    values = {name: getattr(source, name) for name in names}
    assert entry.public == as_described(
        {
            "record": "source",
            "object": source.pk,
            "history": row.pk,
            "at": when,
            "action": "+",
            "by": "Zoë",
            "reason": "“Tür”\n",
            "kind": "correction",
            "operation": str(operation.changeset),
            "values": values | {"published_on": "2024-05"},
        }
    )
    user = row.history_user_id
    assert user
    assert entry.private == as_described({"user": user, "values": {}})


@pytest.mark.parametrize("record", tracked())
def test_public_words_hold_the_fields_that_readers_may_see_and_no_other(record):
    table = tracked()[record]
    fields = {column: i for i, column in enumerate(table.history_columns)}
    row = {column: f"<{i}>" for column, i in fields.items()}
    shown = [table.model._meta.get_field(name).column for name in table.model.PUBLIC]
    public, private = canonical.public_and_private(record, row, shown)
    assert public["values"] == {column: row[column] for column in shown}
    facts = {*canonical.META, "history_user_id", *shown}
    assert private["values"] == {c: v for c, v in row.items() if c not in facts}
    assert private["user"] == row["history_user_id"]


@pytest.mark.parametrize("said", ['x,"values":{"a":1}', ',"values":', "\\", '\\"'])
def test_values_of_a_text_are_found_whatever_people_wrote(said):
    values = {"note": said, "area_id": None}
    public = {"by": said, "reason": said, "record": "area", "values": values}
    assert canonical.values(canonical.to_json(public)) == values
    private = {"user": None, "values": {}}
    assert canonical.values(canonical.to_json(private)) == {}


def test_partnership_in_full_is_sealed_with_what_is_private_kept_apart():
    """Every field of the record is in one of the two texts."""
    factories.partnership()
    sealing.seal()
    entry = LedgerEntry.objects.get(record="partnership")
    public, private = json.loads(entry.public), json.loads(entry.private)
    shown, kept = public["values"].keys(), private["values"].keys()
    table = tracked()["partnership"]
    assert not shown & kept
    assert shown | kept | {"id"} == set(table.columns)
    assert kept


def test_same_change_never_has_the_same_salt_or_seal(sealed):
    assert len({entry.salt for entry in sealed}) == 4
    assert len({entry.seal for entry in sealed}) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", entry.salt) for entry in sealed)


@pytest.mark.parametrize("part", range(5))
def test_seal_depends_on_every_part(part):
    parts = ["0" * 64, 12, "area", 3, "f" * 64]
    other = ["1" * 64, 13, "arena", 4, "e" * 64]
    changed = [*parts[:part], other[part], *parts[part + 1 :]]
    assert canonical.seal(*parts) != canonical.seal(*changed)


def test_parts_of_a_seal_cannot_run_into_one_another():
    assert canonical.seal("", 1, "area", 23, "") != canonical.seal(
        "", 12, "area", 3, ""
    )
    assert canonical.seal("", 1, "a1", 2, "") != canonical.seal("", 1, "a", 12, "")


def test_digest_depends_on_public_private_and_salt():
    words = [("a", "b", "c"), ("x", "b", "c"), ("a", "x", "c"), ("a", "b", "x")]
    assert len({canonical.digest(*each) for each in words}) == 4


# Checkpoints


def test_checkpoint_is_taken_once_a_day(sealed):
    factories.source()
    sealing.seal()
    assert [taken.number for taken in Checkpoint.objects.all()] == [4]
    factories.question()
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        sealing.seal()
        sealing.checkpoint_of_today()
    assert [taken.number for taken in Checkpoint.objects.all()] == [6, 4]
    factories.area(9)
    sealing.seal()
    assert Checkpoint.objects.count() == 2


def test_checkpoint_is_taken_anew_at_midnight_and_not_after_a_day():
    moment = timezone.now().replace(hour=23, minute=59) - timedelta(days=2)
    with time_machine.travel(moment, tick=False) as clock:
        sealing.checkpoint_of_today()
        clock.shift(timedelta(minutes=2))
        sealing.checkpoint_of_today()
        clock.shift(timedelta(hours=20))
        sealing.checkpoint_of_today()
    assert Checkpoint.objects.count() == 2


def test_checkpoint_says_where_the_chain_stands_and_what_it_counts(sealed):
    factories.source()
    sealing.seal()
    taken = sealing.checkpoint()
    assert (taken.number, taken.seal) == (5, LedgerEntry.objects.get(number=5).seal)
    assert taken.counts == dict.fromkeys(tracked(), 0) | {"area": 4, "source": 1}
    assert problem_kinds() == []


def test_checkpoint_of_an_empty_trail_is_true():
    assert str(sealing.checkpoint()) == f"0:{'0' * 64}"
    assert problem_kinds() == []
