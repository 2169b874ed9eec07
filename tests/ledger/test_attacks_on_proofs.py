"""Somebody wants a proof that is none: seals, checkpoints and verifications that were
never made, damage that nobody can tell from tampering, and a chain that is another."""

import json
import re
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from partnerships.ledger import context, sealing
from partnerships.ledger.models import Checkpoint
from partnerships.models import Milestone
from tests.factories import edit
from tests.ledger.databases import is_sqlite, on_postgresql, on_sqlite, sql
from tests.ledger.tampering import forging, tables
from tests.ledger.tampering.forging import LEDGER
from tests.ledger.tampering.hands import (
    NOW,
    changed,
    enter,
    query,
    refused_or_named,
    unwatched,
    verified,
    well_formed,
)

pytestmark = pytest.mark.slow("builds databases")

MILESTONE, HISTORY = "partnerships_milestone", "partnerships_historicalmilestone"
DEBT, NEVER = "partnerships_debt", "partnerships_never"


def honest_edit(key, text="An honest note"):
    with context.change(actor="Editor", reason="A later note", kind="editorial"):
        edit(Milestone.objects.get(pk=key), note=text)


# Verifications and checkpoints


def insert(table, **values):
    marks = ", ".join(["%s"] * len(values))
    into = f"partnerships_{table} ({', '.join(values)})"
    sql(f"INSERT INTO {into} VALUES ({marks})", *values.values())


FUTURE, PAST = "9998-01-01 00:00:00", "2001-01-01 00:00:00"


@pytest.mark.parametrize(
    ("day", "number"),
    [(FUTURE, 777777), (PAST, 777777), (None, 777777), (FUTURE, None), (PAST, None)],
)
def test_trail_was_verified_by_nobody(site, client, day, number):
    """The footer would tell every reader that all is well."""
    moment = day or query(f"SELECT {NOW}")[0][0]
    last = int(forging.head().partition(":")[0])

    def attack():
        with site():
            facts = {"number": number or last, "since": 0, "problems": 0}
            insert("verification", verified_at=moment, **facts)

    refused_or_named(attack, "verification|verified")
    footer = client.get("/about/").text
    assert "9998" not in footer and "777,777" not in footer


@pytest.mark.parametrize("day", [FUTURE, PAST])
def test_no_checkpoint_is_ever_taken_again(site, signature, day):
    number, seal = forging.head().split(":")

    def attack():
        with site():
            insert("checkpoint", taken_at=day, number=number, seal=seal, counts="{}")

    refused_or_named(attack, "checkpoint")


def test_checkpoint_is_taken_each_day_whatever_another_says(tracker, signature):
    number, seal = forging.head().split(":")
    with unwatched():
        sql("DELETE FROM partnerships_checkpoint")
        facts = {"number": number, "seal": seal, "counts": "{}", "signature": ""}
        insert("checkpoint", taken_at=FUTURE, **facts)
    honest_edit(signature)
    sealing.seal()
    today = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    assert Checkpoint.objects.filter(taken_at__range=today).exists()


def test_checkpoint_counts_what_there_is_not(site):
    number, seal = forging.head().split(":")
    moment = query(f"SELECT {NOW}")[0][0]

    def attack():
        with site():
            facts = {
                "number": number,
                "seal": seal,
                "counts": '{"area": 77}',
                "signature": "",
            }
            insert("checkpoint", taken_at=moment, **facts)

    refused_or_named(attack, "checkpoint")


@pytest.mark.parametrize("signature", ["", "Zm9yZ2Vk"])
def test_checkpoint_is_signed_by_nobody(tracker, settings, tmp_path, signature):
    """By whoever owns the database and has no key."""
    settings.LOCAL, settings.SIGNING_KEY = True, tmp_path / "key.pem"
    number, seal = forging.head().split(":")
    moment = query(f"SELECT {NOW}")[0][0]
    with unwatched():
        sql("DELETE FROM partnerships_checkpoint")
    assert sealing.checkpoint().signature
    with unwatched():
        taken = Checkpoint.objects.latest("id")
        counts, facts = json.dumps(taken.counts), {"number": number, "seal": seal}
        insert(
            "checkpoint", taken_at=moment, counts=counts, signature=signature, **facts
        )
    _, said = verified()
    assert re.search("checkpoint .* signed", said)


# Seals


@pytest.mark.parametrize(
    ("digest", "seal"),
    [("garbage", "garbage"), ("0" * 64, "0" * 64), (None, "0" * 64), ("0" * 64, None)],
)
def test_change_is_sealed_with_nothing(site, signature, digest, seal):
    """For ever after, two problems that look like tampering."""

    def attack():
        with site():
            well_formed(MILESTONE, signature, place="Rome")
            [(key, number, history_id)] = query(
                f"SELECT id, (SELECT max(number) + 1 FROM {LEDGER}), history_id"
                f" FROM {LEDGER} WHERE number IS NULL"
            )
            right = forging.digest("{}", "{}", "0" * 32)
            previous = forging.head().partition(":")[2]
            parts = (previous, number, "milestone", history_id, digest or right)
            sql(
                f"UPDATE {LEDGER} SET number = %s, public = '{{}}', private = '{{}}',"
                " salt = %s, digest = %s, seal = %s WHERE id = %s",
                *(number, "0" * 32, digest or right, seal or forging.seal(*parts), key),
            )

    refused_or_named(attack, "change ")


@on_postgresql
def test_role_writes_the_ledger_by_the_guards_own_function(site, signature):
    """It runs as the owner, whoever has it run on a table of his own."""
    before = query(f"SELECT count(*) FROM {LEDGER}")

    def attack():
        with site():
            sql(f"CREATE TEMP TABLE t (LIKE {HISTORY})")
            sql(
                "CREATE TRIGGER x AFTER INSERT ON t REFERENCING NEW TABLE AS new_rows"
                " FOR EACH STATEMENT EXECUTE FUNCTION"
                " trail_milestone_history_enters_ledger()"
            )
            names = ", ".join(tables.columns(HISTORY))
            mine = names.replace("history_id", "n", 1)
            sql(
                f"INSERT INTO t ({names}) SELECT {mine} FROM {HISTORY} h,"
                " generate_series(10001, 10050) n WHERE h.history_id = 1"
            )

    refused_or_named(attack, "milestone")
    assert query(f"SELECT count(*) FROM {LEDGER}") == before


# Keys after which there is none


LAST = tables.LAST - 1


def test_no_change_can_be_recorded_any_more(site, signature):
    def attack():
        with site():
            enter(MILESTONE, signature, {"history_id": LAST})

    refused_or_named(attack, f"milestone {signature}|history_id|counter|sequence")


def test_history_is_entered_before_what_is_there(site, signature):
    """Under a key that none has yet: the newest row is then not the last."""

    def attack():
        with site():
            enter(MILESTONE, signature, {"history_id": -7})

    refused_or_named(attack, f"milestone {signature}|history")


@on_postgresql
def test_numbers_of_changes_begin_anew(site):
    """What would refuse each edit until somebody sees to it."""
    sequence = f"pg_get_serial_sequence('{HISTORY}', 'history_id')"

    def attack():
        sql(f"SELECT setval({sequence}, 1)")

    refused_or_named(attack, "set back before")


def test_highest_key_takes_no_page_down(tracker, signature, client):
    """An honest edit comes after it, and has a lower key."""
    with unwatched():
        enter(MILESTONE, signature, {"history_id": LAST})
    if not is_sqlite:  # where the next key would be none
        with suppress(IntegrityError):  # refused, until somebody sees to it
            honest_edit(signature)
    today = timezone.now().date()
    pages = ["/", "/partnerships/", "/partnerships/norway/", "/api/v1/partnerships/"]
    for page in [*pages, "/changes/"]:
        assert client.get(page, {"known_on": today}).status_code == 200, page


@on_sqlite
@pytest.mark.parametrize("seq", [2**63 - 1, 2**63 - 2, -1, "x"])
def test_counter_of_keys_is_at_its_end(tracker, seq):
    statement = "UPDATE sqlite_sequence SET seq = %s WHERE name = %s"
    refused_or_named(
        lambda: sql(statement, seq, HISTORY), f"{HISTORY}|sequence|counter"
    )


@on_postgresql
def test_sequence_of_keys_is_at_its_end(tracker):
    value = 2**31 - 1
    sequence = f"pg_get_serial_sequence('{HISTORY}', 'history_id')"

    def attack():
        sql(f"SELECT setval({sequence}, {value})")

    refused_or_named(attack, f"{HISTORY}|sequence|counter")


# Clocks


def moved(days):
    by = f"{days} days"
    if is_sqlite:
        return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '{by}')"
    return f"now() + interval '{by}'"


@pytest.mark.parametrize("days", [400, -400])
def test_clock_of_the_server_was_wrong_for_one_change(tracker, signature, days):
    """Owner and clock agree: the entry is of that time too."""

    def attack():
        [(moment,)] = query(f"SELECT {moved(days)}")
        with unwatched():
            enter(MILESTONE, signature, {"history_date": moment})
            newest = tables.newest_history(MILESTONE, signature)
            [(like,)] = query(
                f"SELECT max(id) FROM {LEDGER} WHERE record = 'milestone'"
                f" AND object_id = {signature}"
            )
            unsealed = dict.fromkeys(
                ["number", "public", "private", "salt", "digest", "seal"]
            )
            [(operation,)] = query(
                f"SELECT history_changeset FROM {HISTORY} WHERE history_id = {newest}"
            )
            said = {"action": "~", "actor": "Jane Doe", "reason": "Typo in the note"}
            [(end,)] = query(f"SELECT max(id) + 1 FROM {LEDGER}")
            tables.copy(
                LEDGER,
                like,
                **{"id": end, "history_id": newest, "at": moment, **unsealed},
                **{"recorded_at": moment, "operation": operation, **said},
                kind="correction",
            )

    refused_or_named(attack, f"milestone {signature}")


# Debts of SQLite


@on_sqlite
def test_every_debt_is_forgiven(site, signature):
    def attack():
        with site():
            sql(f"INSERT INTO {NEVER} (id) VALUES (1)")

    refused_or_named(attack, NEVER)


@on_sqlite
def test_lie_is_told_for_a_while_and_taken_back(site, signature):
    """Nothing of it is left but the row that forgave it."""

    def attack():
        with site():
            sql(f"INSERT INTO {NEVER} (id) VALUES (1)")
            sql(f"UPDATE {MILESTONE} SET place = 'Rome' WHERE id = {signature}")
        with site():
            [(place,)] = query(
                f"SELECT place FROM {HISTORY} WHERE id = {signature}"
                " ORDER BY history_id DESC LIMIT 1"
            )
            sql(f"UPDATE {MILESTONE} SET place = %s WHERE id = {signature}", place)
            sql(f"DELETE FROM {DEBT}")

    refused_or_named(attack, NEVER)


@on_sqlite
def test_debt_is_paid_by_nobody(site, signature):
    def attack():
        with site():
            sql(f"UPDATE {MILESTONE} SET place = 'Rome' WHERE id = {signature}")
            sql(f"DELETE FROM {DEBT}")

    refused_or_named(attack, f"milestone {signature}")


# Inherent: what only an anchor shows that was kept elsewhere


@pytest.fixture
def anchor(tracker):
    return forging.head()


def test_last_changes_were_never_made(tracker, anchor):
    number = int(anchor.partition(":")[0]) - 1

    def attack():
        with unwatched(forging.CHECKPOINT, LEDGER):
            forging.cut_off(number)

    refused_or_named(attack, f"truncated: {anchor}", anchor)


def test_whole_chain_is_another(tracker, anchor, signature):
    """A first place, from the beginning, with every seal after it."""
    [(first,)] = query(f"SELECT min(history_id) FROM {HISTORY} WHERE id = {signature}")
    number = tables.number_of(HISTORY, first)

    def edit(half):
        if "place" in half["values"]:
            half["values"]["place"] = "Rome"

    def attack():
        with unwatched(forging.CHECKPOINT, LEDGER):
            tables.update(HISTORY, first, place="Rome")
            forging.rewrite(number, edit)
            forging.chain_anew()

    refused_or_named(attack, f"anchor: {anchor}", anchor)


def test_words_are_put_into_an_editors_mouth_in_public(site, signature):
    """There and back, with an honest-looking history. It cannot be told from what Jane
    did: but the log shows it, and she can tell."""
    [(place,)] = query(f"SELECT place FROM {MILESTONE} WHERE id = {signature}")
    before = int(forging.head().partition(":")[0])
    changed(site, MILESTONE, signature, place="Rome")()
    changed(site, MILESTONE, signature, place=place)()
    is_whole, said = verified()
    if is_whole:
        assert forging.head().startswith(f"{before + 2}:"), said
        public = query(f"SELECT public FROM {LEDGER} WHERE number > {before}")
        assert all('"by":"Jane Doe"' in text for (text,) in public)


def test_change_of_the_past_is_hidden_behind_since(tracker, signature):
    """Who verifies from a later change on is told so."""
    [(first,)] = query(f"SELECT min(history_id) FROM {HISTORY} WHERE id = {signature}")
    with unwatched():
        tables.update(HISTORY, first, place="Rome")
    is_whole, said = verified()
    assert not is_whole and "Rome" not in said
    last = int(forging.head().partition(":")[0])
    out = StringIO()
    call_command("verify_audit", f"--since={last}", stdout=out)
    assert f"whole from change {last} on" in out.getvalue()


# Held, and not to be lost


def test_process_dies_between_commit_and_seal(tracker, signature, monkeypatch):
    monkeypatch.setattr(sealing, "after_commit", lambda using: None)
    honest_edit(signature)
    [(waiting,)] = query(f"SELECT count(*) FROM {LEDGER} WHERE number IS NULL")
    assert waiting == 1
    assert verified()[0]


@pytest.mark.parametrize("verb", ["REPLACE", "INSERT OR REPLACE", "upsert"])
def test_row_is_replaced(site, signature, verb):
    names = tables.columns(HISTORY)
    columns = ", ".join(names)
    values = columns.replace(" place,", " 'Rome',")
    newest = tables.newest_history(MILESTONE, signature)
    end = "ON CONFLICT (history_id) DO UPDATE SET place = 'Rome'"
    start, end = ("INSERT", end) if verb == "upsert" else (verb, "")
    if not is_sqlite and verb != "upsert":
        pytest.skip("SQLite alone has this")

    def attack():
        with site():
            sql(
                f"{start} INTO {HISTORY} ({columns}) SELECT {values} FROM {HISTORY}"
                f" WHERE history_id = {newest} {end}"
            )

    refused_or_named(attack, f"milestone {signature}")


@on_sqlite
@pytest.mark.parametrize("pragma", ["recursive_triggers", "foreign_keys"])
def test_connection_looks_at_less(tracker, signature, pragma):
    def attack():
        sql(f"PRAGMA {pragma} = OFF")
        sql(f"UPDATE {MILESTONE} SET place = 'Rome' WHERE id = {signature}")

    refused_or_named(attack, f"milestone {signature}|{pragma}")
