"""Undoing an operation leaves the record as it was, and both in the trail."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.actions.undoing import UndoRefused, undo
from partnerships.ledger import context, sealing, verifying
from partnerships.ledger.registry import tracked
from partnerships.models import Claim, LedgerEntry, Milestone, Partnership
from tests import factories
from tests.strategies import on_the_database, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    return factories.user("ed", public_name="Ed")


def stored():
    """Every row of the record. What is undone may ask for a double-check."""
    return {
        name: {row["id"]: row for row in table.live.objects.order_by().values()}
        for name, table in tracked().items()
        if table.live and name != "doublecheck"
    }


def operation(make) -> UUID:
    """Make a change of its own operation; return that."""
    with context.change(reason="Test", kind="correction", actor="Desk") as under_way:
        make()
    return under_way.changeset


def a_document(record):
    """One operation of a desk: a document, what it says, a corrected date, a cell."""
    signed = record.milestones.get()
    source = factories.source("release")
    factories.edit(signed, date="2024-05-29", place="Oslo")
    factories.claim(signed, "2024-05-29", by=source)
    said = factories.milestone(record, "announced", "2024-06", announces="reviewed")
    factories.claim(said, "2024-06", by=source)
    factories.coverage(record, factories.area(9))
    record.refresh_from_db()
    factories.edit(record, summary="Other words.")


def deletion(record):
    record.milestones.get().delete()


CHANGES = {"document": a_document, "deletion with its claims": deletion}


@pytest.mark.parametrize("name", CHANGES)
def test_record_is_as_it_was(name, editor):
    record = factories.partnership()
    factories.claim(factories.milestone(record), "2024-05")
    before = stored()
    done = operation(lambda: CHANGES[name](record))
    assert stored() != before
    assert undo(done, by=editor, reason="It was another day") > 1
    assert stored() == before
    newest = LedgerEntry.objects.latest("id")
    assert (newest.reason, newest.kind) == ("It was another day", "correction")
    assert newest.actor == "Ed"
    sealing.seal()
    assert list(verifying.problems()) == []


def test_undoing_is_undone_too(editor):
    record = factories.partnership()
    factories.claim(factories.milestone(record), "2024-05")
    done = operation(lambda: a_document(record))
    after = stored()
    undo(done, by=editor, reason="No")
    undo(LedgerEntry.objects.latest("id").operation, by=editor, reason="Yes")
    assert stored() == after


def test_what_was_changed_since_is_named_and_stays(editor):
    record = factories.partnership()
    signed = factories.milestone(record)
    done = operation(lambda: factories.edit(signed, place="Oslo"))
    with context.change(reason="Better", kind="correction", actor="A. Other"):
        factories.edit(signed, place="Bergen")
    with pytest.raises(UndoRefused, match=r"was changed since, by A\. Other"):
        undo(done, by=editor, reason="No")
    assert Milestone.objects.get().place == "Bergen"


def test_order_of_milestones_is_kept(editor):
    record = factories.partnership()
    signed = factories.milestone(record, date="2024-05-28")
    done = operation(lambda: factories.edit(signed, date="2023-05-28"))
    opened = {"kind": "negotiations_opened", "date": "2023-01"}
    factories.milestone(record, **opened)
    suspended = operation(lambda: factories.milestone(record, "suspended", "2024-01"))
    with pytest.raises(UndoRefused, match="would come"):
        undo(done, by=editor, reason="No")
    assert str(Milestone.objects.get(pk=signed.pk).date) == "2023-05-28"
    undo(suspended, by=editor, reason="No")
    undo(done, by=editor, reason="No")


def test_what_was_entered_since_is_in_the_way(editor):
    record = factories.partnership()
    made = operation(lambda: factories.milestone(record))
    factories.claim(Milestone.objects.get(), "2024")
    with pytest.raises(UndoRefused, match="was entered since: undo that first"):
        undo(made, by=editor, reason="No")
    assert Claim.objects.exists()


def test_published_partnership_is_not_undone(editor):
    made = operation(lambda: factories.partnership())
    with pytest.raises(UndoRefused, match="unpublish it first"):
        undo(made, by=editor, reason="No")
    assert Partnership.objects.count() == 1


def test_there_may_be_nothing_to_undo(editor):
    with pytest.raises(UndoRefused, match="nothing to undo"):
        undo(UUID(int=7), by=editor, reason="No")


@settings(parent=on_the_database)
@given(
    st.lists(st.sampled_from(["place", "date", "claim", "cell", "gone"]), max_size=5)
)
def test_any_operation_is_undone(steps):
    with undone():
        record = factories.partnership()
        signed = factories.milestone(record)
        factories.claim(signed, "2024")
        cell = factories.coverage(record, factories.area())

        def change():
            for made, step in enumerate(steps, start=1):
                if not Milestone.objects.filter(pk=signed.pk).exists():
                    return
                if step == "place":
                    factories.edit(signed, place=f"Place {made}")
                elif step == "date":
                    factories.edit(signed, date=f"2024-05-{made + 10}")
                elif step == "claim":
                    factories.claim(signed, "2024", locator=f"page {made + 1}")
                elif step == "cell":
                    factories.edit(cell, ruling=f"Ruling {made}")
                else:
                    signed.delete()

        user = factories.user("u")
        before = stored()
        done = operation(change)
        if stored() != before:
            undo(done, by=user, reason="No")
        assert stored() == before
