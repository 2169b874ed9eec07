"""Each row of history comes after the one before it, now, and says of the same record
what may have become of it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection, models, transaction
from django.db.models import DateField, IntegerField
from django.utils import timezone

from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.registry import tracked
from partnerships.ledger.triggers import base
from partnerships.models import Area, Milestone
from tests import factories
from tests.clock import as_shipped
from tests.factories import edit
from tests.ledger.guarded import (
    FAR,
    MAKE,
    accepted,
    history_by_sql,
    history_of,
    refused,
)

pytestmark = pytest.mark.django_db

# In order


@pytest.mark.parametrize("minutes", [2, -2])
def test_history_is_dated_now_but_a_clock_may_be_a_little_wrong(minutes):
    with time_machine.travel(timezone.now() - timedelta(minutes=2)):
        area = factories.area()
    with as_shipped():
        with refused(base.NOT_NOW):
            history_of(area, history_date=timezone.now() + timedelta(minutes=minutes))
        with accepted():
            when = timezone.now() + timedelta(seconds=15 * minutes)
            history_of(area, history_date=when)


def test_change_is_not_made_on_another_day():
    """Nor with the clock of the server put back."""
    yesterday = time_machine.travel(timezone.now() - timedelta(days=1))
    with as_shipped(), yesterday, refused(base.NOT_NOW):
        factories.area()


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


def test_history_is_numbered_one_after_the_other():
    area = factories.area()
    number = Area.history.get().pk
    with refused(base.OUT_OF_SEQUENCE):
        history_of(area, history_id=FAR)
    with refused(f"{base.OUT_OF_ORDER}|{base.OUT_OF_SEQUENCE}"):
        history_of(area, history_id=number - 1)
    with accepted():
        history_of(area)


def test_numbers_of_what_was_rolled_back_are_left_out():
    area = factories.area()
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            edit(area, name="Undone")
            raise ZeroDivisionError
    with accepted():
        edit(area, name="Done")
    assert [row.name for row in Area.history.all()] == ["Done", "Area 1"]


# Neither moved nor derived anew

LATER = date(2001, 1, 1)


def columns(name):
    """Each record with one of its columns that are such."""
    return pytest.mark.parametrize(
        ("record", "column"),
        [(r, c) for r, table in tracked().items() for c in getattr(table, name)],
    )


def other(record, column):
    """A value that no row of that record has."""
    field = tracked()[record].live._meta.get_field(column)
    kind = getattr(field, "target_field", field)
    if isinstance(kind, DateField):
        return LATER
    return 987 if isinstance(kind, IntegerField) else "2001"


@columns("permanent_columns")
def test_permanent_value_never_changes(record, column):
    instance = MAKE[record]()
    with refused(base.MOVED):
        history_of(instance, **{column: other(record, column)})


def test_every_permanent_value_is_tried_here():
    tried = {record for record, table in tracked().items() if table.permanent_columns}
    assert tried == {*MAKE}


@pytest.mark.parametrize("history_type", "~+-")
def test_row_is_not_moved_to_another_record(history_type):
    """Nor by the two halves of a change: a row that goes and comes again at once."""
    milestone, draft = MAKE["milestone"](), factories.partnership("japan")
    connection.check_constraints()
    with refused(base.MOVED):
        if history_type == "~":
            models.QuerySet(Milestone).update(partnership=draft)
        else:
            values = Milestone.objects.values().get() | {"partnership_id": draft.pk}
            models.QuerySet(Milestone)._raw_delete("default")
            models.QuerySet(Milestone).bulk_create([Milestone(**values)])
        history_of(milestone, history_type)


def test_row_that_was_deleted_may_come_again_elsewhere_on_record():
    milestone, draft = MAKE["milestone"](), factories.partnership("japan")
    pk = milestone.pk
    with accepted():
        milestone.delete()
        milestone.pk, milestone.partnership = pk, draft
        milestone.save()
    entries = LedgerEntry.objects.filter(record="milestone").order_by("id")
    assert [(e.action, e.partnership_id) for e in entries][1:] == [
        ("-", draft.pk - 1),
        ("+", draft.pk),
    ]


def test_claim_about_a_partner_enters_the_record_that_is_opened_later_and_stays():
    partner = factories.partner()
    claim = factories.claim(factories.affiliation(partner, "eea_efta"), "yes")
    with accepted():
        record = factories.partnership(of=partner)
    claim.refresh_from_db()
    assert claim.record == record
    for elsewhere in (None, factories.partnership("japan").pk):
        with refused(base.MOVED):
            history_of(claim, record_id=elsewhere)


def test_claim_about_no_partner_never_enters_a_record():
    claim = MAKE["claim"]()
    with refused(base.MOVED):
        history_of(claim, record_id=factories.partnership().pk)


@columns("derived_columns")
def test_derived_value_changes_with_its_base_alone(record, column):
    instance = MAKE[record]()
    connection.check_constraints()
    first, *_ = tracked()[record].derived_columns[column]
    changed = {column: other(record, column)}
    with refused(base.DERIVED_ALONE):
        history_by_sql(instance, **changed)
    with accepted():
        history_by_sql(instance, **changed, **{first: other(record, first)})
