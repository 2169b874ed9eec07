"""No road to the tables leaves a change unrecorded, and each row of history is right."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F

from partnerships.ledger import registry, sealing, verifying
from partnerships.ledger.models import HistoryRow
from partnerships.ledger.recorder import (
    BATCH,
    AuditedModel,
    AuditedQuerySet,
    AuditedRecords,
)
from partnerships.ledger.registry import tracked
from partnerships.models import Area, Draft, Lead, Milestone, Partnership, User, Visit
from tests import factories
from tests.factories import edit
from tests.ledger.roads import AUDITED, CHANGES, CREATIONS, DELETIONS, ROADS
from tests.ledger.trail import history

pytestmark = pytest.mark.django_db

STALE = "save stale copy"


def types(instance):
    return "".join(row.history_type for row in history(instance))


def assert_newest_is_stored(instance):
    """The newest row holds what the table holds, in every field."""
    live = type(instance).objects.filter(pk=instance.pk).values().get()
    assert history(instance).values(*live).last() == live


@pytest.mark.parametrize("road", CHANGES)
def test_every_change_leaves_one_row_as_stored(signed, road):
    CHANGES[road](signed)
    # The other change, of which the stale copy does not know, has its own.
    assert types(signed) == ("+~~" if road == STALE else "+~")
    assert history(signed).last().place == "Bergen"
    assert_newest_is_stored(signed)


@pytest.mark.parametrize("road", CREATIONS)
def test_every_creation_leaves_one_row_as_stored(signed, road):
    CREATIONS[road](signed)
    created = Milestone.objects.get(kind="proposed")
    assert types(created) == "+"
    assert_newest_is_stored(created)
    assert types(signed) == "+"


@pytest.mark.parametrize("road", DELETIONS)
def test_every_deletion_leaves_one_row_as_it_was_stored(signed, road):
    pk = signed.pk
    stored = Milestone.objects.filter(pk=pk).values().get()
    signed.place = "never saved"
    DELETIONS[road](signed)
    rows = history(Milestone(pk=pk))
    assert [row.history_type for row in rows] == ["+", "-"]
    assert rows.values(*stored).last() == stored


def test_cascade_records_every_table(signed):
    record = signed.partnership
    said = factories.claim(signed, "2024")
    cell = factories.coverage(record, factories.area())
    tie = factories.engagement(record)
    facts = {type(fact): fact.pk for fact in (record, signed, said, cell, tie)}
    record.delete()
    for model, pk in facts.items():
        assert model.history.filter(id=pk).latest().history_type == "-", model


def test_deletion_of_partly_loaded_record_is_whole(signed):
    stored = Milestone.objects.filter(pk=signed.pk).values().get()
    Milestone.objects.only("place").get().delete()
    assert Milestone.history.values(*stored).first() == stored


def test_expression_is_recorded_as_its_value():
    record = factories.partnership(stated_areas=17)
    edit(record, stated_areas=F("stated_areas") + 1)
    assert history(record).last().stated_areas == 18
    Partnership.objects.update(stated_areas=F("stated_areas") + 1)
    assert history(record).last().stated_areas == 19


def test_update_records_each_row_and_counts_them():
    areas = [factories.area(number) for number in (1, 2, 3)]
    assert Area.objects.filter(number__gte=2).update(name=F("slug")) == 2
    assert [types(area) for area in areas] == ["+", "+~", "+~"]


def test_update_of_nothing_records_nothing(signed):
    assert Milestone.objects.none().update(place="Bergen") == 0
    assert Milestone.objects.filter(place="Rome").update(place="Bergen") == 0
    assert types(signed) == "+"


def test_update_of_annotated_and_ordered_list_is_recorded(signed):
    rows = Partnership.objects.with_status(on=factories.DAY).order_by("-title")
    rows.filter(status="signed").update(title="A new title")
    assert_newest_is_stored(signed.partnership)


def test_bulk_creation_is_recorded_beyond_one_batch():
    Area.objects.bulk_create(
        Area(number=n, slug=f"a{n}", name=f"A{n}") for n in range(1, BATCH + 3)
    )
    assert Area.history.filter(history_type="+").count() == BATCH + 2
    Area.objects.update(name=F("slug"))
    assert Area.history.filter(history_type="~").count() == BATCH + 2


@pytest.mark.parametrize("option", ["ignore_conflicts", "update_conflicts"])
def test_bulk_creation_that_skips_or_merges_conflicts_is_refused(option):
    with pytest.raises(NotImplementedError, match=r"use update_or_create\(\) for each"):
        Area.objects.bulk_create([Area(number=1, slug="a")], **{option: True})
    assert not Area.history.exists()


def test_every_field_of_every_model_is_copied_alike():
    """Row by row when saved, and inside the database when a list is updated."""
    record = factories.partnership(stated_areas=17)
    said = factories.claim(factories.milestone(record, date="../2024-05"), "2024")
    tie = factories.affiliation(record.partner, "eea_efta", since="1994", until="2025")
    gift = {"amount": 10**12, "currency": "NOK", "since": "2023"}
    for one, field in [
        (record, "title"),
        (record.partner, "official_name"),
        (said, "wording"),
        (said.milestone, "place"),
        (said.source, "note"),
        (tie, "note"),
        (factories.engagement(record, "epf_contribution", **gift), "note"),
        (factories.coverage(record, factories.area()), "ruling"),
        (factories.area(2), "name"),
        (factories.question(), "ruling"),
    ]:
        assert_newest_is_stored(one)
        type(one).objects.filter(pk=one.pk).update(**{field: "Other words"})
        assert types(one) == "+~"
        assert_newest_is_stored(one)


# Nothing changed, nothing written


@pytest.mark.parametrize("road", [*(road for road in CHANGES if road != STALE), "get"])
def test_unchanged_record_leaves_no_row(signed, road):
    Milestone.objects.update(place="Bergen")
    unchanged = Milestone.objects.get()
    if road == "get":
        Milestone.objects.get_or_create(pk=unchanged.pk)
    else:
        CHANGES[road](unchanged)
    assert types(signed) == "+~"


def test_change_there_and_back_leaves_both_rows(signed):
    for place in ["Bergen", "Oslo", "Bergen"]:
        edit(signed, place=place)
    assert [row.place for row in history(signed)] == ["Oslo", "Bergen"] * 2


def test_changes_within_one_moment_are_all_recorded():
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC), tick=False):
        record = factories.question(answer="a")
        for answer in ["b", "a", "a", "b"]:
            edit(record, answer=answer)
    assert [row.answer for row in history(record)] == ["a", "b", "a", "b"]


# All or nothing


def test_rolled_back_change_leaves_nothing(signed):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        for road in ("save", "update", "save new", "delete"):
            ROADS[road](signed)
        raise ZeroDivisionError
    assert Milestone.objects.get().place == "Oslo"
    assert Milestone.history.count() == 1


def test_change_that_the_database_refuses_leaves_nothing(signed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.update(kind="in_force")
    assert types(signed) == "+"


def fail(*args, **kwargs):
    raise ZeroDivisionError


@pytest.mark.parametrize("road", ["save", "save new", "update", "bulk create"])
def test_change_that_cannot_be_recorded_is_undone(signed, road, monkeypatch):
    """Each write is a transaction of its own, with its row of history or not at all."""
    monkeypatch.setattr(AuditedRecords, "create_historical_record", fail)
    monkeypatch.setattr(AuditedRecords, "record", fail)
    with pytest.raises(ZeroDivisionError):
        ROADS[road](signed)
    assert Milestone.objects.get().place == "Oslo"


def test_deletion_that_cannot_be_recorded_is_undone(signed, monkeypatch):
    monkeypatch.setattr(AuditedRecords, "create_historical_record", fail)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        signed.delete()
    assert Milestone.objects.exists()


# The record as a whole

NOT_AUDITED = {
    User: "accounts are no part of the record, and as little is kept as can be",
    Draft: "what somebody types is private until it is entered",
    Lead: "what came in is private, and no part of the record until it is entered",
    Visit: "a private copy of a document, and when it was asked for",
}


def test_every_model_of_the_record_is_audited():
    for model in apps.get_app_config("partnerships").get_models():
        is_trail = issubclass(model, HistoryRow) or ".ledger" in model.__module__
        if not (is_trail or model in NOT_AUDITED):
            assert issubclass(model, AuditedModel), model
            assert issubclass(model.history.model, HistoryRow), model


@pytest.mark.parametrize("model", AUDITED)
def test_every_manager_of_an_audited_model_records(model):
    """Django deletes and refreshes through the base manager, related sets the default."""
    for manager in (model._default_manager, model._base_manager, model.objects):
        assert isinstance(manager.get_queryset(), AuditedQuerySet)


@pytest.mark.parametrize("model", AUDITED)
def test_history_has_every_field_of_its_model(model):
    ours = {field.attname for field in model._meta.concrete_fields}
    assert ours <= {
        field.attname for field in model.history.model._meta.concrete_fields
    }


#: References that are emptied when what they refer to is deleted, which is recorded.
EMPTIED_ON_RECORD = {"partnerships.Milestone.follows"}


@pytest.mark.parametrize("delete", ["row", "rows", "record"])
def test_deletion_of_what_a_milestone_follows_is_a_recorded_change_of_it(delete):
    record = factories.partnership(published=False)
    signed = factories.milestone(record)
    held = factories.milestone(record, "dialogue_held", "2025", follows=signed)
    told, first = history(held), signed.pk
    if delete == "row":
        signed.delete()
    elif delete == "rows":
        Milestone.objects.filter(kind="signed").delete()
    else:
        record.delete()
    changes = list(told.values_list("history_type", "follows_id"))
    assert changes[:2] == [("+", first), ("~", None)]
    assert len(changes) == (3 if delete == "record" else 2)
    sealing.seal()
    assert list(verifying.problems()) == []


@pytest.mark.parametrize("model", AUDITED)
def test_no_audited_model_changes_by_itself_or_unseen(model):
    """SET_NULL and tables between two models would change rows without a trace; a field
    that is set on every save would make every save a change."""
    assert model._meta.parents == {}
    assert not model._meta.many_to_many
    for field in model._meta.concrete_fields:
        assert not getattr(field, "auto_now", False)
        if field.remote_field and str(field) not in EMPTIED_ON_RECORD:
            assert field.remote_field.on_delete in (models.CASCADE, models.PROTECT)


@pytest.mark.once
def test_ledger_names_no_record_and_no_column_of_one():
    """The models declare what it has to know of them."""
    own = {"redaction", "damage", "partnership", "partnership_id", "partner_id"}
    foreign = {c for t in tracked().values() if t.live for c in t.columns if "_id" in c}
    named = set()
    for path in Path(registry.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named |= {node.value} | {*re.findall(r"\w+_id", node.value)}
    assert "history_id" in named
    assert named & (foreign | tracked().keys()) <= own


def test_trail_refers_to_no_account():
    """No foreign key to it: deleting an account cannot touch the trail."""
    for model in AUDITED:
        for field in model.history.model._meta.concrete_fields:
            assert field.related_model is not User
