"""What somebody tries who knows the trail well: seals made by hand, values in another
spelling, redactions that nobody ordered, and ways around the triggers."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from partnerships.ledger import canonical, sealing
from partnerships.ledger.models import Checkpoint, LedgerEntry, Redaction
from partnerships.ledger.registry import tracked
from tests import factories
from tests.ledger.test_verification import (
    area,
    entry,
    found,
    on_postgresql,
    on_sqlite,
    owner,
    rename,
    row,
    sql,
    texts,
)

__all__ = ["area"]  # a fixture

pytestmark = pytest.mark.django_db

LEDGER = "partnerships_ledgerentry"


def seal_by_hand(number, public, private, salt="0" * 32, previous=None):
    """Seal what waits, with a digest and a seal that are right for these words."""
    waiting = LedgerEntry.objects.get(number=None)
    previous = previous or sealing.head().seal
    public, private = canonical.to_json(public), canonical.to_json(private)
    digest = canonical.digest(public, private, salt)
    parts = (number, waiting.record, waiting.history_id, digest)
    LedgerEntry.objects.filter(pk=waiting.pk).update(
        number=number,
        public=public,
        private=private,
        salt=salt,
        digest=digest,
        seal=canonical.seal(previous, *parts),
    )


def truth():
    """What the change that waits has to say, in public and in private."""
    waiting = LedgerEntry.objects.get(number=None)
    [(_, public, private)] = tracked()[waiting.record].changes(
        [waiting.history_id], using="default"
    )
    return public, private


# Seals made by hand


def test_seal_made_by_hand_that_tells_the_truth_is_as_good_as_ours(area):
    rename(area, "Other")
    seal_by_hand(5, *truth())
    assert found() == []


@pytest.mark.parametrize("number", [-1, 0, 1, 6, 99])
def test_only_the_next_number_can_be_sealed(area, number):
    rename(area, "Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        seal_by_hand(number, *truth())
    assert sealing.seal() == 1


@pytest.mark.parametrize("salt", ["", "0" * 31, "0" * 31 + "G", "0" * 31 + "{"])
def test_salt_of_another_form_is_refused(area, salt):
    rename(area, "Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        seal_by_hand(5, *truth(), salt=salt)


@pytest.mark.parametrize("number", [-1, 0])
def test_entry_below_the_first_is_found(area, number):
    connection.check_constraints()
    rename(area, "Other")
    with owner(), unchecked():
        seal_by_hand(number, *truth())
        assert f"entry: there is a change {number}; the first is number 1" in texts()
        LedgerEntry.objects.filter(number=number).delete()


class unchecked:
    """Without the constraint on numbers, as an owner can have it."""

    def __enter__(self):
        if connection.vendor == "sqlite":
            sql("PRAGMA ignore_check_constraints = ON")
        else:
            sql(f"ALTER TABLE {LEDGER} DROP CONSTRAINT ledger_numbers_begin_at_one")

    def __exit__(self, *error):
        if connection.vendor == "sqlite":
            sql("PRAGMA ignore_check_constraints = OFF")


def without(name, *, half="values"):
    public, private = truth()
    del (public["values"] if half == "values" else public)[name]
    return public, private


def moved(name):
    public, private = truth()
    private["values"][name] = public["values"].pop(name)
    return public, private


@pytest.mark.parametrize(
    "forge",
    [
        lambda: without("name"),
        lambda: without("reason", half="public"),
        lambda: ({"values": {}}, {"user": None, "values": {}}),
        lambda: moved("name"),
        lambda: ({}, {}),
        lambda: ("", ""),
    ],
    ids=["left out", "no reason", "nothing", "made private", "empty", "no object"],
)
def test_seal_that_leaves_out_what_changed_is_found(area, forge):
    """Whoever can seal could otherwise publish a change that says nothing."""
    rename(area, "Other")
    seal_by_hand(5, *forge())
    assert set(found()) == {"entry"}
    assert "change 5 (area" in texts()[0]


def test_private_text_that_begins_within_the_salt_is_found(area):
    sealed = entry(3).get()
    salt, private = sealed.salt + sealed.private, ""
    assert canonical.digest(sealed.public, private, salt) == sealed.digest
    with owner():
        row(3).update(name="Forged")
        if connection.vendor == "sqlite":
            entry(3).update(salt=salt, private=private)
        else:
            salt, private = sealed.salt[:31], sealed.salt[31] + sealed.private
            entry(3).update(salt=salt, private=private)
    assert "entry" in found()


# Redactions that nobody ordered


def redaction(number, field, digest):
    return Redaction.objects.create(
        id=number,
        field=field,
        digest=digest,
        history_date=timezone.now(),
        history_change_reason="Forged",
    )


def rewritten(number):
    """Change what was sealed, everywhere; returns the digest of the new words."""
    sealed = entry(number).get()
    public = json.loads(sealed.public)
    public["values"]["name"] = "Forged"
    text = canonical.to_json(public)
    row(number).update(name="Forged")
    entry(number).update(public=text)
    return canonical.digest(text, sealed.private, sealed.salt)


@pytest.mark.parametrize("field", ["nosuchfield", "name", "by"])
def test_redaction_of_what_is_not_black_is_found(area, field):
    with owner():
        digest = rewritten(3)
        redaction(3, field, digest)
        listed = LedgerEntry.objects.create(
            record="redaction",
            object_id=3,
            history_id=Redaction.objects.get().pk,
            at=timezone.now(),
            action="+",
            operation=Redaction.objects.get().history_changeset,
            recorded_at=timezone.now(),
        )
        LedgerEntry.objects.filter(pk=listed.pk).update(reason="Forged", kind="")
    sealing.seal()
    assert "entry" in found()


def test_redaction_that_is_not_in_the_chain_counts_for_nothing(area):
    with owner():
        redaction(3, "name", rewritten(3))
    assert "entry: change 3 (area" in "".join(texts())
    assert {"entry", "unlisted"} <= {*found()}


# Another spelling


@on_sqlite
@pytest.mark.parametrize(
    ("table", "column", "value", "kind"),
    [
        ("partnerships_milestone", "latest", "'2024-5-28'", "unrecorded"),
        ("partnerships_milestone", "latest", "'2024-05-28 '", "unrecorded"),
        ("partnerships_historicalmilestone", "latest", "'2024-5-28'", "edited"),
        (
            "partnerships_historicalmilestone",
            "history_date",
            "history_date || '+00:00'",
            "edited",
        ),
        (
            "partnerships_historicalmilestone",
            "history_changeset",
            "upper(history_changeset) || ''",
            "edited",
        ),
        (LEDGER, "at", "at || '+00:00'", "entry"),
        (LEDGER, "object_id", "CAST(object_id AS BLOB)", "entry"),
        (LEDGER, "operation", "'{' || operation || '}'", "entry"),
    ],
)
def test_value_in_another_spelling_is_found(table, column, value, kind):
    """The same to Django and to the seal, another to a query."""
    factories.milestone(factories.partnership(), date="2024-05-28")
    sealing.seal()
    with owner():
        where = " WHERE record = 'milestone'" if table == LEDGER else ""
        sql(f"UPDATE {table} SET {column} = {value}{where}")
    said = [text for text in texts() if f"{column} in another" in text]
    assert len(said) == 1 and said[0].startswith(f"{kind}: ")


# What cannot be read


@on_sqlite
@pytest.mark.parametrize(
    "edit",
    [
        "at = 'garbage'",
        "at = ''",
        "recorded_at = '2026-13-01 00:00:00'",
        "operation = 'zz'",
        "salt = x'41'",
        "public = x'41'",
        "private = 'no JSON'",
        "digest = x'41'",
        "seal = x'41'",
        "number = 'abc'",
        "number = 2.5",
    ],
)
def test_entry_that_cannot_be_read_is_named_and_hides_no_other(area, edit):
    with owner():
        sql(f"UPDATE {LEDGER} SET {edit} WHERE number = 2")
        row(3).update(name="Something else")
    found = texts()
    assert any("change 2 " in t or "change 2.5" in t or "spelling" in t for t in found)
    assert any("edited: change 3" in text for text in found)


@on_sqlite
@pytest.mark.parametrize("edit", ["history_changeset = 'zz'", "history_date = '?'"])
def test_history_that_cannot_be_read_is_named_and_hides_no_other(area, edit):
    with owner():
        sql(
            f"UPDATE partnerships_historicalarea SET {edit} WHERE history_id = %s",
            row(1).get().pk,
        )
        row(3).update(name="Something else")
    found = texts()
    assert any("edited: change 1" in text for text in found)
    assert any("edited: change 3" in text for text in found)


# Around the triggers


@on_postgresql
@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "CREATE RULE hide AS ON UPDATE TO partnerships_area DO INSTEAD NOTHING",
            "the rule hide on partnerships_area is not ours",
        ),
        (
            "ALTER TABLE partnerships_area ENABLE ROW LEVEL SECURITY",
            "row-level security on partnerships_area is not ours",
        ),
        ("CREATE VIEW partnerships_more AS SELECT 1", "partnerships_more is no table"),
    ],
    ids=["rule", "policy", "view"],
)
def test_what_bends_a_table_without_a_trigger_is_found(statement, sentence):
    sql(statement)
    assert texts() == [f"trigger: {sentence}"]


def test_trigger_on_a_table_of_others_is_found():
    body = "BEGIN UPDATE partnerships_user SET is_superuser = TRUE; END"
    if connection.vendor == "sqlite":
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
    assert texts() == ["trigger: evil is not ours"]


# Checkpoints


@pytest.mark.parametrize("number", [0, 3, 99])
def test_checkpoint_of_another_chain_is_refused(area, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        Checkpoint.objects.create(number=number, seal="f" * 64, counts={})
    assert found() == []
