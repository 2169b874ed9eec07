"""What verification says of a trail: whole as it was written, whole but for its end,
made anew, compared with anchors, and followed from a number on."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from partnerships.ledger import sealing, verifying
from partnerships.ledger.canonical import GENESIS
from partnerships.ledger.models import Checkpoint, LedgerEntry, Verification
from partnerships.ledger.registry import tracked
from partnerships.ledger.sealing import Head
from partnerships.ledger.verifying import chain
from partnerships.models import Area, Partnership, Source
from tests import factories
from tests.factories import edit
from tests.ledger.databases import sql
from tests.ledger.trail import (
    SEAL,
    entry,
    entry_like,
    owner,
    problem_kinds,
    problem_texts,
    row,
    values_of,
)

pytestmark = pytest.mark.django_db


# An untouched trail


def test_untouched_trail_has_no_problem(area):
    area.delete()
    assert problem_kinds() == []
    sealing.seal()
    assert problem_kinds() == []


def test_empty_trail_has_no_problem():
    assert problem_kinds() == []
    assert problem_kinds(anchors=[Head(0, GENESIS)]) == []


def test_trail_of_every_kind_of_record_has_no_problem():
    record = factories.partnership(stated_areas=17, published=False)
    said = factories.claim(factories.milestone(record, date="../2024-05"), "2024")
    factories.affiliation(record.partner, "eea_efta", since="1994", until="2025")
    gift = {"amount": 10**12, "currency": "NOK", "since": "2023"}
    factories.engagement(record, "epf_contribution", **gift)
    factories.coverage(record, factories.area(), ruling="“Ünïcode” \\ \n\t 𝄞")
    factories.check(record, found="Nothing “new”")
    factories.double_check(record)
    factories.question()
    factories.subject(record)
    factories.position(record, date="../2025")
    factories.namesake(date="2025-06")
    factories.user(groups=["editor"])
    Source.objects.update(note="\x7f\x01", published_on="2024-05")
    said.delete()
    Partnership.objects.update(stated_areas=F("stated_areas") + 1)
    listed = set(LedgerEntry.objects.values_list("record", flat=True))
    assert listed == {name for name, table in tracked().items() if table.live}
    sealing.seal()
    assert problem_kinds() == []


def test_trail_of_many_batches_is_followed_to_its_end(area, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 2)
    seen = []
    edit(area, name="Other")
    sealing.seal()
    assert problem_kinds(progress=lambda *done: seen.append(done)) == []
    assert seen == [(2, 5), (4, 5), (5, 5)]
    with owner():
        row(5).update(name="Something else")
    assert problem_kinds() == ["edited"]


def test_untouched_trail_agrees_with_its_anchors(area):
    anchors = [Head(n, entry(n).get().seal) for n in (1, 3, 4)]
    assert problem_kinds(anchors=[Head(0, GENESIS), *anchors]) == []
    assert problem_kinds(anchors=anchors, since=3) == []


# The end cut off, or all made anew


def cut_off_change_5():
    """It never was: history, entry and value are those from before."""
    with owner():
        row(5).delete()
        entry(5).delete()
        sql("UPDATE partnerships_area SET name = 'Maritime security' WHERE number = 1")


@pytest.fixture
def longer(area):
    """The end of the chain with a change 5."""
    edit(area, name="Other")
    sealing.seal()
    return sealing.head()


def test_end_that_was_cut_off_is_shown_only_by_an_anchor(longer):
    cut_off_change_5()
    assert problem_kinds() == []
    assert problem_kinds(anchors=[longer]) == ["truncated"]
    assert problem_kinds(anchors=[Head(4, entry(4).get().seal)]) == []


def test_end_that_was_cut_off_is_shown_by_a_later_checkpoint(longer):
    sealing.checkpoint()
    cut_off_change_5()
    assert problem_kinds() == ["checkpoint", "truncated"]


def test_end_that_was_cut_off_and_grew_again_is_shown_by_an_anchor(longer):
    cut_off_change_5()
    edit(Area.objects.get(number=1), name="Something else")
    sealing.seal()
    assert problem_kinds() == []
    assert problem_kinds(anchors=[longer]) == ["anchor"]


def test_trail_that_was_emptied_altogether_is_shown_by_an_anchor(area):
    anchor = sealing.head()
    with owner():
        for model in (LedgerEntry, Area.history.model, Area, Checkpoint):
            sql(f"DELETE FROM {model._meta.db_table}")
    assert problem_kinds() == []
    assert problem_kinds(anchors=[anchor]) == ["truncated"]


def seal_anew(after=0):
    """The chain after a number, by our own code."""
    LedgerEntry.objects.filter(number__gt=after).update(**dict.fromkeys(SEAL))
    sealing.seal()


def test_chain_made_anew_is_shown_only_by_anchors(area):
    anchor = sealing.head()
    with owner():
        row(3).update(name="Something else")
        Checkpoint.objects.all().delete()
        seal_anew()
    assert problem_kinds() == []
    assert problem_kinds(anchors=[anchor]) == ["anchor"]


def test_chain_made_anew_is_shown_by_a_checkpoint(area):
    with owner():
        row(3).update(name="Something else")
        seal_anew()
    assert problem_kinds() == ["anchor"]
    assert problem_texts()[0].startswith("anchor: the checkpoint of 20")


def test_end_made_anew_agrees_with_anchors_from_before_the_edit(area):
    first, last = Head(2, entry(2).get().seal), sealing.head()
    with owner():
        Checkpoint.objects.all().delete()
        row(3).update(name="Something else")
        seal_anew(after=2)
    assert problem_kinds(anchors=[first]) == []
    assert problem_kinds(anchors=[first, last]) == ["anchor"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(0, "anchor"), (1, "anchor"), (4, "anchor"), (5, "truncated")],
)
def test_anchor_of_another_chain_is_a_problem(area, number, kind):
    assert problem_kinds(anchors=[Head(number, "a" * 64)]) == [kind]


# The chain from a number on


def test_edit_after_the_number_given_is_found(area):
    with owner():
        row(4).update(history_actor="Jane")
        entry(3).update(seal="0" * 64)  # which the next does not follow
    assert problem_kinds(since=3) == ["chain", "edited"]


@pytest.mark.parametrize(
    ("since", "kinds"), [(0, ["unlisted", "unrecorded"]), (4, ["unlisted"])]
)
def test_rows_that_have_not_changed_since_are_compared_in_full_alone(
    area, since, kinds
):
    with owner():
        Area.history.create(**values_of(row(4)))
        sql("UPDATE partnerships_area SET name = 'By hand' WHERE number = 2")
    assert problem_kinds(since=since) == kinds


def test_rows_that_changed_since_are_compared(area):
    edit(area, name="Other")
    sealing.seal()
    with owner():
        sql("UPDATE partnerships_area SET name = 'By hand' WHERE number = 1")
    assert problem_kinds(since=4) == ["unrecorded"]


def test_change_since_is_held_to_what_was_before(area):
    now = timezone.now()
    with owner():
        sql("UPDATE partnerships_area SET slug = 'moved' WHERE number = 1")
        moved = Area.history.create(**values_of(row(4), slug="moved", history_date=now))
        entry_like(4, history_id=moved.pk, at=now, recorded_at=now)
    sealing.seal()
    assert problem_kinds(since=4) == problem_kinds() == ["rule"]


def test_anchor_at_the_number_given_is_compared(area):
    assert problem_kinds(since=4, anchors=[Head(4, "a" * 64)]) == ["anchor"]
    assert problem_kinds(since=4, anchors=[sealing.head()]) == []


def test_number_that_is_not_there_is_a_problem(area):
    assert problem_kinds(since=5) == ["gap"]


# What is noted


def test_success_is_noted_with_its_reach(area):
    noted = verifying.note_result(4, 2)
    assert Verification.objects.get() == noted
    assert (noted.number, noted.since) == (4, 2)
    assert timezone.now() - noted.verified_at < timedelta(minutes=1)
