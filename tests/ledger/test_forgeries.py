"""What somebody tries who knows the trail well: seals made by hand, values in another
spelling, and values that cannot be read."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction

from partnerships.ledger import canonical, sealing
from partnerships.ledger.models import Checkpoint, LedgerEntry
from partnerships.ledger.registry import tracked
from tests import factories
from tests.factories import edit
from tests.ledger.databases import is_sqlite, on_sqlite, sql
from tests.ledger.trail import entry, owner, problem_kinds, problem_texts, row

pytestmark = pytest.mark.django_db

LEDGER, HISTORY = "partnerships_ledgerentry", "partnerships_historicalarea"
MILESTONES = "partnerships_historicalmilestone"


@pytest.fixture
def waiting(area):
    """A change 5 that waits for its seal."""
    edit(area, name="Other")
    return LedgerEntry.objects.get(number=None)


def truth(entry):
    """What it has to say, in public and in private."""
    table = tracked()[entry.record]
    [(_, public, private)] = table.changes([entry.history_id], using="default")
    return public, private


def seal_by_hand(entry, number, public, private, salt="0" * 32):
    """Seal it, with a digest and a seal that are right for these words."""
    public, private = canonical.to_json(public), canonical.to_json(private)
    digest = canonical.digest(public, private, salt)
    parts = (number, entry.record, entry.history_id, digest)
    LedgerEntry.objects.filter(pk=entry.pk).update(
        number=number,
        public=public,
        private=private,
        salt=salt,
        digest=digest,
        seal=canonical.seal(sealing.head().seal, *parts),
    )


# Seals made by hand


def test_seal_made_by_hand_that_tells_the_truth_is_as_good_as_ours(waiting):
    seal_by_hand(waiting, 5, *truth(waiting))
    assert problem_kinds() == []


SALTS = ["", "0" * 31, "0" * 31 + "G", "0" * 31 + "{"]


@pytest.mark.parametrize(
    ("number", "salt"),
    [*((n, "0" * 32) for n in (-1, 0, 1, 6, 99)), *((5, salt) for salt in SALTS)],
)
def test_only_the_next_number_and_a_salt_of_its_form_can_be_sealed(
    waiting, number, salt
):
    with pytest.raises(IntegrityError), transaction.atomic():
        seal_by_hand(waiting, number, *truth(waiting), salt=salt)
    assert sealing.seal() == 1


@contextmanager
def unchecked():
    """Without the constraint on numbers, as an owner can have it."""
    if is_sqlite:
        sql("PRAGMA ignore_check_constraints = ON")
    else:
        sql(f"ALTER TABLE {LEDGER} DROP CONSTRAINT ledger_numbers_begin_at_one")
    yield
    if is_sqlite:
        sql("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.parametrize("number", [-1, 0])
def test_entry_below_the_first_is_found(waiting, number):
    with owner(), unchecked():
        seal_by_hand(waiting, number, *truth(waiting))
        sentence = f"entry: there is a change {number}; the first is number 1"
        assert sentence in problem_texts()
        LedgerEntry.objects.filter(number=number).delete()


def made_private(public, private):
    private["values"]["name"] = public["values"].pop("name")
    return public, private


def without(name, values):
    return {key: value for key, value in values.items() if key != name}


@pytest.mark.parametrize(
    "forge",
    [
        lambda public, private: (
            public | {"values": without("name", public["values"])},
            private,
        ),
        lambda public, private: (without("reason", public), private),
        made_private,
        lambda *_: ({"values": {}}, {"user": None, "values": {}}),
        lambda *_: ({}, {}),
        lambda *_: ("", ""),
    ],
    ids=["left out", "no reason", "made private", "nothing", "empty", "no object"],
)
def test_seal_that_leaves_out_what_changed_is_found(waiting, forge):
    """Whoever can seal could otherwise publish a change that says nothing."""
    seal_by_hand(waiting, 5, *forge(*truth(waiting)))
    assert {*problem_kinds()} == {"entry"}
    assert "change 5 (area" in problem_texts()[0]


def test_private_text_that_begins_within_the_salt_is_found(area):
    sealed = entry(3).get()
    salt, private = sealed.salt + sealed.private, ""
    assert canonical.digest(sealed.public, private, salt) == sealed.digest
    with owner():
        row(3).update(name="Forged")
        if is_sqlite:
            entry(3).update(salt=salt, private=private)
        else:
            salt, private = sealed.salt[:31], sealed.salt[31] + sealed.private
            entry(3).update(salt=salt, private=private)
    assert "entry" in problem_kinds()


# Another spelling


@on_sqlite
@pytest.mark.parametrize(
    ("table", "column", "value", "kind"),
    [
        ("partnerships_milestone", "latest", "'2024-5-28'", "unrecorded"),
        ("partnerships_milestone", "latest", "'2024-05-28 '", "unrecorded"),
        (MILESTONES, "latest", "'2024-5-28'", "edited"),
        (MILESTONES, "history_date", "history_date || '+00:00'", "edited"),
        (MILESTONES, "history_changeset", "upper(history_changeset) || ''", "edited"),
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
    texts = [text for text in problem_texts() if "in another spelling" in text]
    said = [text for text in texts if text.endswith(f": {column}")]
    assert len(said) == 1 and said[0].startswith(f"{kind}: ")


# What cannot be read


@on_sqlite
@pytest.mark.parametrize(
    ("table", "edit", "named"),
    [
        (LEDGER, "at = 'garbage'", "change 2 "),
        (LEDGER, "at = ''", "change 2 "),
        (LEDGER, "recorded_at = '2026-13-01 00:00:00'", "change 2 "),
        (LEDGER, "operation = 'zz'", "change 2 "),
        (LEDGER, "salt = x'41'", "change 2 "),
        (LEDGER, "public = x'41'", "change 2 "),
        (LEDGER, "private = 'no JSON'", "change 2 "),
        (LEDGER, "digest = x'41'", "change 2 "),
        (LEDGER, "seal = x'41'", "change 2 "),
        (LEDGER, "number = 'abc'", "spelling"),
        (LEDGER, "number = 2.5", "change 2.5"),
        (HISTORY, "history_changeset = 'zz'", "edited: change 2 "),
        (HISTORY, "history_date = '?'", "edited: change 2 "),
    ],
)
def test_row_that_cannot_be_read_is_named_and_hides_no_other(area, table, edit, named):
    with owner():
        sql(f"UPDATE {table} SET {edit} WHERE history_id = %s", row(2).get().pk)
        row(3).update(name="Something else")
    texts = problem_texts()
    assert any(named in text for text in texts)
    assert any("edited: change 3" in text for text in texts)


# Checkpoints


@pytest.mark.parametrize("number", [0, 3, 99])
def test_checkpoint_of_another_chain_is_refused(area, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        Checkpoint.objects.create(number=number, seal="f" * 64, counts={})
    assert problem_kinds() == []
