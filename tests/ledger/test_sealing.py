"""Each change gets its number and its link in the chain; checkpoints, the chain as
others may compute it, and the commands ``seal`` and ``verify_audit``."""

import hashlib
import json
import re
import threading
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.ledger import canonical, context, sealing, triggers, verifying
from partnerships.ledger.models import Checkpoint, LedgerEntry, Verification
from partnerships.ledger.registry import tracked
from partnerships.models import Area, Source
from tests import factories

pytestmark = pytest.mark.django_db

is_sqlite = connection.vendor == "sqlite"
on_postgresql = pytest.mark.skipif(is_sqlite, reason="PostgreSQL alone has this")
in_earnest = pytest.mark.django_db(transaction=True)


def rename(area, name):
    area.name = name
    area.save()


@pytest.fixture
def sealed():
    """Three changes, with their seals."""
    area = factories.area(1)
    factories.area(2)
    rename(area, "Maritime")
    assert sealing.seal() == 3
    return LedgerEntry.objects.order_by("number")


def sequence():
    """What is sealed, in the order of the numbers, which have no gap."""
    entries = list(LedgerEntry.objects.exclude(number=None).order_by("number"))
    assert [entry.number for entry in entries] == [*range(1, len(entries) + 1)]
    return [(entry.record, entry.object_id, entry.action) for entry in entries]


def run(command, *args, **options):
    """What the command prints."""
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def refused(command, *args):
    """What the command prints, and why it fails."""
    out = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command(command, *args, stdout=out, stderr=StringIO())
    assert failure.value.returncode == 1
    return f"{out.getvalue()}{failure.value}"


# Sealing


@in_earnest
def test_every_commit_is_sealed_at_once_without_a_gap():
    area, source = factories.area(), factories.source()
    number = source.pk
    rename(area, "Other")
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
    assert list(verifying.problems()) == []


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


@in_earnest
def test_failed_seal_does_not_fail_the_write_and_the_next_takes_both(monkeypatch):
    def fail(*args):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(canonical, "seal", fail)
        area = factories.area(1)
    assert (Area.objects.get(), sequence()) == (area, [])
    rename(area, "Other")
    assert sequence() == [("area", area.pk, "+"), ("area", area.pk, "~")]
    assert list(verifying.problems()) == []


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
    assert list(verifying.problems()) == []


def test_history_written_by_hand_is_sealed_with_the_next_change(sealed):
    """It has its entry from the trigger, and waits."""
    values = Area.history.values().first() | {"history_date": timezone.now()}
    del values["history_id"]
    Area.history.create(**values | {"id": 987, "history_type": "-"})
    assert sealing.head().number == 3
    factories.source()
    assert sealing.seal() == 2
    assert sequence()[3:] == [
        ("area", 987, "-"),
        ("source", Source.objects.get().pk, "+"),
    ]


def test_head_is_the_last_seal(sealed):
    last = sealed.last()
    assert sealing.head() == sealing.Head(3, last.seal)
    assert str(sealing.head()) == f"3:{last.seal}"


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
    entry, row = LedgerEntry.objects.get(), Source.history.get()
    when = row.history_date.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    names = ("authors", "key", "knowledge_as_of", "language", "last_checked_on")
    names += ("note", "publisher", "title", "url")
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


def test_same_change_never_has_the_same_salt_or_seal(sealed):
    assert len({entry.salt for entry in sealed}) == 3
    assert len({entry.seal for entry in sealed}) == 3
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
    digests = {
        canonical.digest(*words)
        for words in [
            ("a", "b", "c"),
            ("x", "b", "c"),
            ("a", "x", "c"),
            ("a", "b", "x"),
        ]
    }
    assert len(digests) == 4


# Checkpoints


def test_checkpoint_is_taken_once_a_day(sealed):
    factories.source()
    sealing.seal()
    assert [taken.number for taken in Checkpoint.objects.all()] == [3]
    factories.question()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        sealing.seal()
        sealing.checkpoint_of_today()
    assert [taken.number for taken in Checkpoint.objects.all()] == [5, 3]


def test_checkpoint_is_taken_anew_at_midnight_and_not_after_a_day():
    moment = timezone.now().replace(hour=23, minute=59) + timedelta(days=1)
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
    assert (taken.number, taken.seal) == (4, LedgerEntry.objects.get(number=4).seal)
    assert taken.counts == dict.fromkeys(tracked(), 0) | {"area": 3, "source": 1}
    assert list(verifying.problems()) == []


def test_checkpoint_of_an_empty_trail_is_true():
    assert str(sealing.checkpoint()) == f"0:{'0' * 64}"
    assert list(verifying.problems()) == []


# manage.py seal


def test_command_seals_what_waits():
    factories.area()
    assert run("seal") == ""
    assert len(sequence()) == 1


def test_command_prints_a_checkpoint_to_be_published(sealed):
    factories.source()
    first, chain, taken, rows = run("seal", "--checkpoint").splitlines()
    assert first == "SDP tracker checkpoint"
    assert chain == str(sealing.head()) == f"4:{LedgerEntry.objects.first().seal}"
    assert re.fullmatch(r"taken at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", taken)
    assert rows.startswith("rows: affiliation 0, area 3, ")
    assert rows.endswith(", source 1")
    assert Checkpoint.objects.first().number == 4


def test_command_takes_a_checkpoint_each_time_it_is_asked(sealed):
    run("seal", "--checkpoint")
    run("seal", "--checkpoint")
    assert Checkpoint.objects.count() == 3


# manage.py verify_audit


def spoil():
    connection.check_constraints()
    with triggers.lifted():
        Area.history.filter(name="Area 1").update(history_actor="Jane")


def test_whole_trail_is_verified_and_that_is_noted(sealed):
    assert run("verify_audit") == f"The audit trail is whole up to {sealing.head()}.\n"
    assert [(v.number, v.since) for v in Verification.objects.all()] == [(3, 0)]


def test_empty_trail_is_whole():
    assert f"whole up to 0:{'0' * 64}." in run("verify_audit")


def test_what_waits_is_sealed_and_verified_too(sealed):
    factories.source()
    assert "whole up to 4:" in run("verify_audit")
    assert Verification.objects.get().number == 4


def test_trail_that_is_not_whole_fails_and_that_is_noted(sealed):
    spoil()
    report = refused("verify_audit")
    assert report.startswith("edited: change 1 (area ")
    assert report.endswith("One problem in the audit trail.")
    assert Verification.objects.get().problems == 1


def test_unrecorded_change_fails_the_command(sealed):
    connection.check_constraints()
    with triggers.lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE partnerships_area SET name = 'x' WHERE number = 1")
        connection.check_constraints()
    assert "unrecorded: area" in refused("verify_audit")


def test_good_anchors_are_agreed_with(sealed):
    anchors = [f"--anchor={entry.number}:{entry.seal}" for entry in sealed]
    assert "whole up to 3:" in run("verify_audit", *anchors)
    assert "whole up to 3:" in run("verify_audit", "--anchor", f" {sealing.head()} \n")


def test_anchor_is_what_the_checkpoint_printed(sealed):
    anchor = run("seal", "--checkpoint").splitlines()[1]
    rename(Area.objects.get(number=1), "Other")
    assert "whole up to 4:" in run("verify_audit", "--anchor", anchor)


def test_each_bad_anchor_is_named_and_that_is_noted(sealed):
    bad = [f"2:{'a' * 64}", f"9:{'b' * 64}"]
    report = refused("verify_audit", "--anchor", bad[0], "--anchor", bad[1])
    assert f"anchor: {bad[0]}: the chain has {sealed[1].seal} there" in report
    assert f"truncated: {bad[1]}: there is no such change any more" in report
    assert "2 problems" in report
    assert Verification.objects.get().problems == 2


@pytest.mark.parametrize(
    "anchor",
    ["", "3", "x", f":{'a' * 64}", f"3:{'a' * 63}", f"3:{'A' * 64}", f"-1:{'a' * 64}"],
)
def test_malformed_anchor_is_refused_with_its_form(sealed, anchor):
    report = refused("verify_audit", f"--anchor={anchor}")
    assert "write an anchor as its number, a colon and its 64 hexadecimal" in report
    assert not Verification.objects.exists()


def test_chain_is_followed_from_a_number_and_that_is_noted(sealed):
    said = run("verify_audit", "--since", "2")
    assert "whole from change 2 on up to 3:" in said
    assert [(v.number, v.since) for v in Verification.objects.all()] == [(3, 2)]


def test_problem_after_the_number_given_fails_the_command(sealed):
    rename(Area.objects.get(number=1), "Area 1")
    sealing.seal()
    spoil()
    assert "edited: change 4 " in refused("verify_audit", "--since", "3")


def test_number_beyond_the_end_is_refused(sealed):
    report = refused("verify_audit", "--since", "4")
    assert report == "There is no change 4; the last is 3."
    assert not Verification.objects.exists()


@pytest.mark.parametrize("since", ["", "x", "-1", "1.5", "²", "9" * 5000])
def test_malformed_number_is_refused(sealed, since):
    assert "argument --since" in refused("verify_audit", f"--since={since}")


def test_verification_says_how_far_it_is(sealed):
    told = []
    assert not [*verifying.problems(progress=lambda *far: told.append(far))]
    assert told == [(3, 3)]


# Triggers are put in place by migrate


def drop_all():
    guards = triggers.of()
    connection.check_constraints()
    guards.uninstall()
    assert len(list(guards.problems())) > 50


def test_migrate_puts_back_triggers_that_were_dropped():
    drop_all()
    call_command("migrate", verbosity=0)
    assert list(triggers.of().problems()) == []


def test_migrate_takes_triggers_away_that_are_not_ours_but_named_like_ours():
    body = (
        "AFTER UPDATE ON partnerships_area BEGIN SELECT 1; END"
        if is_sqlite
        else "BEFORE UPDATE ON partnerships_area FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER trail_of_theirs {body}")
    assert list(triggers.of().problems()) == ["trail_of_theirs is not ours"]
    call_command("migrate", verbosity=0)
    assert list(triggers.of().problems()) == []


def statements_of(action):
    with CaptureQueriesContext(connection) as queries:
        action()
    return [q["sql"] for q in queries if re.search("TRIGGER|FUNCTION ", q["sql"])]


def test_nothing_is_installed_twice():
    assert statements_of(triggers.of().install) == []
    drop_all()
    assert len(statements_of(triggers.of().install)) > 50
    assert statements_of(triggers.of().install) == []


def test_migrate_with_nothing_to_do_leaves_the_trail_as_it_is(sealed):
    connection.check_constraints()
    before = list(sealed.values())
    call_command("migrate", verbosity=0)
    assert list(sealed.values()) == before
    assert list(verifying.problems()) == []


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
