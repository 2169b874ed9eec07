"""No road to the tables leaves a change unrecorded, and each row of history is right."""

import ast
import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, models, transaction
from django.db.models import F

from partnerships.choices import ChangeKind
from partnerships.ledger import context, registry
from partnerships.ledger.middleware import ChangeMiddleware
from partnerships.ledger.models import HistoryRow
from partnerships.ledger.recorder import (
    BATCH,
    AuditedModel,
    AuditedQuerySet,
    AuditedRecords,
)
from partnerships.ledger.registry import tracked
from partnerships.models import Area, Milestone, Partnership, User
from partnerships.models.user import PermanentAccount
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed():
    """A milestone of Norway's, stored with its first row of history."""
    return factories.milestone(factories.partnership(published=False), place="Oslo")


def new(kind="proposed", **kwargs):
    return Milestone(
        partnership=Partnership.objects.get(),
        track="sdp",
        kind=kind,
        date="2023",
        **kwargs,
    )


def history(instance):
    """Its rows of history, oldest first."""
    rows = type(instance).history.filter(id=instance.pk)
    return list(rows.order_by("history_id"))


def types(instance):
    return "".join(row.history_type for row in history(instance))


def assert_newest_is_stored(instance):
    """The newest row holds what the table holds, in every field."""
    live = type(instance).objects.filter(pk=instance.pk).values().get()
    rows = type(instance).history.filter(id=instance.pk)
    assert rows.order_by("-history_id").values(*live).first() == live


# Roads: each changes the place of the milestone given to Bergen


def by_save(milestone):
    milestone.place = "Bergen"
    milestone.save()


def by_save_of_one_field(milestone):
    milestone.place, milestone.note = "Bergen", "never saved"
    milestone.save(update_fields=["place"])


def by_save_of_stale_copy(milestone):
    stale = Milestone.objects.get(pk=milestone.pk)
    Milestone.objects.filter(pk=milestone.pk).update(note="newer")
    stale.place = "Bergen"
    stale.save(update_fields=["place"])


def by_partly_loaded(milestone):
    partly = Milestone.objects.only("place").get(pk=milestone.pk)
    partly.place = "Bergen"
    partly.save(update_fields=["place"])


def by_update(milestone):
    Milestone.objects.filter(place="Oslo").update(place="Bergen")


def by_update_of_related(milestone):
    milestone.partnership.milestones.update(place="Bergen")


def by_update_with_join(milestone):
    Milestone.objects.filter(partnership__partner__slug="norway").update(place="Bergen")


def by_bulk_update(milestone):
    milestone.place = "Bergen"
    Milestone.objects.bulk_update([milestone], ["place"])


def by_update_or_create(milestone):
    Milestone.objects.update_or_create(pk=milestone.pk, defaults={"place": "Bergen"})


CHANGES = [
    by_save,
    by_save_of_one_field,
    by_save_of_stale_copy,
    by_partly_loaded,
    by_update,
    by_update_of_related,
    by_update_with_join,
    by_bulk_update,
    by_update_or_create,
]


def by_creation(milestone):
    new().save()


def by_create(milestone):
    Milestone.objects.create(
        partnership=milestone.partnership, track="sdp", kind="proposed", date="2023"
    )


def by_create_of_related(milestone):
    milestone.partnership.milestones.create(track="sdp", kind="proposed", date="2023")


def by_get_or_create(milestone):
    milestone.partnership.milestones.get_or_create(
        track="sdp", kind="proposed", defaults={"date": "2023"}
    )


def by_update_or_create_anew(milestone):
    Milestone.objects.update_or_create(
        partnership=milestone.partnership,
        track="sdp",
        kind="proposed",
        defaults={"date": "2023"},
    )


def by_bulk_create(milestone):
    Milestone.objects.bulk_create(new() for _ in range(1))


CREATIONS = [
    by_creation,
    by_create,
    by_create_of_related,
    by_get_or_create,
    by_update_or_create_anew,
    by_bulk_create,
]


def by_delete(milestone):
    milestone.delete()


def by_queryset_delete(milestone):
    Milestone.objects.filter(pk=milestone.pk).delete()


def by_related_delete(milestone):
    milestone.partnership.milestones.all().delete()


def by_cascade(milestone):
    milestone.partnership.delete()


def by_queryset_cascade(milestone):
    Partnership.objects.all().delete()


DELETIONS = [
    by_delete,
    by_queryset_delete,
    by_related_delete,
    by_cascade,
    by_queryset_cascade,
]
ROADS = [*CHANGES, *CREATIONS, *DELETIONS]


@pytest.mark.parametrize("road", CHANGES)
def test_every_change_leaves_a_row_as_stored(signed, road):
    road(signed)
    assert types(signed)[0] == "+"
    assert history(signed)[-1].history_type == "~"
    assert history(signed)[-1].place == "Bergen"
    assert_newest_is_stored(signed)


@pytest.mark.parametrize("road", [r for r in CHANGES if r is not by_save_of_stale_copy])
def test_one_change_leaves_one_row(signed, road):
    road(signed)
    assert types(signed) == "+~"


@pytest.mark.parametrize("road", CREATIONS)
def test_every_creation_leaves_one_row_as_stored(signed, road):
    road(signed)
    created = Milestone.objects.get(kind="proposed")
    assert types(created) == "+"
    assert_newest_is_stored(created)
    assert types(signed) == "+"


@pytest.mark.parametrize("road", DELETIONS)
def test_every_deletion_leaves_one_row_as_it_was_stored(signed, road):
    pk = signed.pk
    stored = Milestone.objects.filter(pk=pk).values().get()
    signed.place = "never saved"
    road(signed)
    rows = Milestone.history.filter(id=pk).order_by("history_id")
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
    record.stated_areas = F("stated_areas") + 1
    record.save()
    assert history(record)[-1].stated_areas == 18
    Partnership.objects.update(stated_areas=F("stated_areas") + 1)
    assert history(record)[-1].stated_areas == 19


def test_update_records_each_row_and_counts_them():
    areas = [factories.area(number) for number in (1, 2, 3)]
    assert Area.objects.filter(number__gte=2).update(name=F("slug")) == 2
    assert [types(area) for area in areas] == ["+", "+~", "+~"]


def test_update_of_nothing_records_nothing(signed):
    assert Milestone.objects.none().update(place="Bergen") == 0
    assert Milestone.objects.filter(place="Rome").update(place="Bergen") == 0
    assert types(signed) == "+"


def test_update_of_annotated_and_ordered_list_is_recorded(signed):
    found = Partnership.objects.with_status(on=factories.DAY).order_by("-title")
    found.filter(status="signed").update(title="A new title")
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


def by_get(milestone):
    Milestone.objects.get_or_create(pk=milestone.pk)


@pytest.mark.parametrize(
    "road", [by_get, *(road for road in CHANGES if road is not by_save_of_stale_copy)]
)
def test_unchanged_record_leaves_no_row(signed, road):
    Milestone.objects.update(place="Bergen")
    road(Milestone.objects.get())
    assert types(signed) == "+~"


def test_change_there_and_back_leaves_both_rows(signed):
    for place in ["Bergen", "Oslo", "Bergen"]:
        signed.place = place
        signed.save()
    assert [row.place for row in history(signed)] == [
        "Oslo",
        "Bergen",
        "Oslo",
        "Bergen",
    ]


def test_changes_within_one_moment_are_all_recorded():
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC), tick=False):
        record = factories.question(answer="a")
        for answer in ["b", "a", "a", "b"]:
            record.answer = answer
            record.save()
    assert [row.answer for row in history(record)] == ["a", "b", "a", "b"]


# All or nothing


def test_rolled_back_change_leaves_nothing(signed):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        by_save(signed)
        by_update(signed)
        new().save()
        signed.delete()
        raise ZeroDivisionError
    assert Milestone.objects.get().place == "Oslo"
    assert Milestone.history.count() == 1


def test_change_that_the_database_refuses_leaves_nothing(signed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.update(kind="in_force")
    assert types(signed) == "+"


def fail(*args, **kwargs):
    raise ZeroDivisionError


@pytest.mark.parametrize("road", [by_save, by_creation, by_update, by_bulk_create])
def test_change_that_cannot_be_recorded_is_undone(signed, road, monkeypatch):
    """Each write is a transaction of its own, with its row of history or not at all."""
    monkeypatch.setattr(AuditedRecords, "create_historical_record", fail)
    monkeypatch.setattr(AuditedRecords, "record", fail)
    with pytest.raises(ZeroDivisionError):
        road(signed)
    assert Milestone.objects.get().place == "Oslo"


def test_deletion_that_cannot_be_recorded_is_undone(signed, monkeypatch):
    monkeypatch.setattr(AuditedRecords, "create_historical_record", fail)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        signed.delete()
    assert Milestone.objects.exists()


# Who, why, of what kind, in which operation


def last_rows(since):
    """Rows of history of every model, written after those."""
    return [
        row
        for model in audited_models()
        for row in model.history.all()
        if (model, row.history_id) not in since
    ]


@pytest.mark.once
def test_ledger_names_no_record_and_no_column_of_one():
    """The models declare what it has to know of them."""
    own = {"redaction", "partnership", "partnership_id", "partner_id"}
    foreign = {c for t in tracked().values() if t.live for c in t.columns if "_id" in c}
    named = set()
    for path in Path(registry.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named |= {node.value} | {*re.findall(r"\w+_id", node.value)}
    assert "history_id" in named
    assert named & (foreign | tracked().keys()) <= own


def audited_models():
    models = apps.get_app_config("partnerships").get_models()
    return [model for model in models if issubclass(model, AuditedModel)]


def rows_so_far():
    return {(m, row.history_id) for m in audited_models() for row in m.history.all()}


def facts_of(rows):
    return {
        (row.history_change_reason, row.history_actor, row.history_kind) for row in rows
    }


@pytest.mark.parametrize("road", ROADS)
def test_every_road_carries_reason_actor_kind_and_one_change_set(signed, road):
    factories.claim(signed, "2024")
    before = rows_so_far()
    with context.change(
        reason="The text says so", actor="Data desk", kind=ChangeKind.CORRECTION
    ) as change:
        road(signed)
    rows = last_rows(since=before)
    assert facts_of(rows) == {("The text says so", "Data desk", "correction")}
    assert {row.history_changeset for row in rows} == {change.changeset}
    assert {row.history_user_id for row in rows} == {None}


@pytest.mark.parametrize("road", ROADS)
def test_every_road_carries_the_user_and_the_public_label(signed, road):
    someone = factories.user("jane", public_name="J. Doe")
    before = rows_so_far()
    with context.change(user=someone, reason="Why", kind=ChangeKind.CORRECTION):
        road(signed)
    rows = last_rows(since=before)
    assert {row.history_user_id for row in rows} == {someone.pk}
    assert {row.history_actor for row in rows} == {"J. Doe"}


@pytest.mark.parametrize("road", ROADS)
def test_outside_any_operation_nothing_is_made_up(signed, road, unexplained):
    before = rows_so_far()
    road(signed)
    rows = last_rows(since=before)
    assert facts_of(rows) == {("", "", "")}
    assert {row.history_user_id for row in rows} == {None}


@pytest.mark.parametrize("road", ROADS)
def test_long_reason_and_actor_are_kept_whole(signed, road):
    before = rows_so_far()
    with context.change(reason="r" * 1000, actor="ü" * 300):
        road(signed)
    assert facts_of(last_rows(since=before)) == {("r" * 1000, "ü" * 300, "")}


def test_reason_is_not_repeated_by_the_next_save(signed, unexplained):
    with context.change(reason="Once"):
        by_save(signed)
    signed.place = "Rome"
    signed.save()
    assert [row.history_change_reason for row in history(signed)] == [
        "Test",
        "Once",
        "",
    ]


def test_two_operations_are_two_change_sets(signed):
    for place in ["Bergen", "Rome"]:
        with context.change():
            signed.place = place
            signed.save()
    _, one, other = history(signed)
    assert one.history_changeset != other.history_changeset


def test_operation_within_another_belongs_to_it_with_a_reason_of_its_own(signed):
    with context.change(reason="Outer", actor="Import"):
        with context.change(reason="Inner"):
            by_save(signed)
        signed.place = "Rome"
        signed.save()
    _, inner, outer = history(signed)
    assert [inner.history_change_reason, outer.history_change_reason] == [
        "Inner",
        "Outer",
    ]
    assert inner.history_changeset == outer.history_changeset


def test_operation_ends_with_an_error_too(unexplained):
    with pytest.raises(ZeroDivisionError), context.change(reason="Broken"):
        raise ZeroDivisionError
    assert context.current().reason == ""


def test_actor_given_stands_before_the_label_of_the_user(signed):
    with context.change(user=factories.user(public_name="J. Doe"), actor="Data desk"):
        by_save(signed)
    assert history(signed)[-1].history_actor == "Data desk"


def test_anonymous_user_is_nobody(signed):
    with context.change(user=AnonymousUser()):
        by_save(signed)
    row = history(signed)[-1]
    assert (row.history_user_id, row.history_user, row.history_actor) == (
        None,
        None,
        "",
    )


def test_account_is_deactivated_not_deleted():
    someone = factories.user("jane")
    for delete in (someone.delete, User.objects.filter(username="jane").delete):
        with pytest.raises(PermanentAccount, match="deactivate it"):
            delete()
    assert User.objects.get() == someone


def test_account_deleted_by_other_means_stays_named_in_the_trail(signed):
    someone = factories.user("jane", public_name="J. Doe")
    number = someone.pk
    with context.change(user=someone, reason="Visit"):
        by_save(signed)
    User.objects.filter(pk=number)._raw_delete("default")
    row = history(signed)[-1]
    assert (row.history_actor, row.history_user_id) == ("J. Doe", number)
    assert row.history_user is None


def test_new_label_of_an_account_does_not_rewrite_the_trail(signed):
    someone = factories.user("jane", public_name="J. Doe")
    with context.change(user=someone):
        by_save(signed)
    User.objects.update(public_name="Jane Roe")
    assert history(signed)[-1].history_actor == "J. Doe"


def test_user_name_and_address_are_never_in_the_actor(signed):
    someone = factories.user("jane.doe", email="jane@example.org")
    with context.change(user=someone):
        by_save(signed)
    assert history(signed)[-1].history_actor == "Administrator"


def test_another_thread_is_no_part_of_the_operation():
    seen = []
    with context.change(reason="Mine", actor="Me"):
        thread = threading.Thread(target=lambda: seen.append(context.current()))
        thread.start()
        thread.join()
    assert (seen[0].reason, seen[0].actor) == ("", "")


def test_operation_opened_in_another_thread_is_not_seen_here(unexplained):
    opened, done = threading.Event(), threading.Event()

    def theirs():
        with context.change(reason="Theirs"):
            opened.set()
            done.wait(5)

    thread = threading.Thread(target=theirs)
    thread.start()
    opened.wait(5)
    assert context.current().reason == ""
    done.set()
    thread.join()


# Requests


def test_request_is_one_operation_of_its_user(signed, rf):
    def view(request):
        by_save(signed)
        Milestone.objects.update(place="Rome")

    request = rf.post("/")
    request.user = factories.user("jane", public_name="J. Doe")
    ChangeMiddleware(view)(request)
    _, one, other = history(signed)
    assert one.history_changeset == other.history_changeset
    assert {one.history_actor, other.history_actor} == {"J. Doe"}
    assert {one.history_user_id, other.history_user_id} == {request.user.pk}


def test_page_that_records_nothing_never_asks_who_reads_it(rf):
    """The request has no user at all here; asking for it would be an error."""
    assert ChangeMiddleware(lambda request: "page")(rf.get("/")) == "page"
    assert context.current_actor() == ""


# The record as a whole

NOT_AUDITED = {
    User: "accounts are no part of the record, and as little is kept as can be"
}


def test_every_model_of_the_record_is_audited():
    for model in apps.get_app_config("partnerships").get_models():
        is_trail = issubclass(model, HistoryRow) or ".ledger" in model.__module__
        if not (is_trail or model in NOT_AUDITED):
            assert issubclass(model, AuditedModel), model
            assert issubclass(model.history.model, HistoryRow), model


@pytest.mark.parametrize("model", audited_models())
def test_every_manager_of_an_audited_model_records(model):
    """Django deletes and refreshes through the base manager, related sets the default."""
    for manager in (model._default_manager, model._base_manager, model.objects):
        assert isinstance(manager.get_queryset(), AuditedQuerySet)


@pytest.mark.parametrize("model", audited_models())
def test_no_relation_of_an_audited_model_changes_unseen(model):
    """SET_NULL and tables between two models would change rows without a trace."""
    assert not model._meta.many_to_many
    for field in model._meta.concrete_fields:
        if field.remote_field:
            assert field.remote_field.on_delete in (models.CASCADE, models.PROTECT)


@pytest.mark.parametrize("model", audited_models())
def test_history_has_every_field_of_its_model(model):
    ours = {field.attname for field in model._meta.concrete_fields}
    assert ours <= {
        field.attname for field in model.history.model._meta.concrete_fields
    }


@pytest.mark.parametrize("model", audited_models())
def test_no_audited_model_changes_by_itself(model):
    """A field that is set on every save would make every save a change."""
    for field in model._meta.concrete_fields:
        assert not getattr(field, "auto_now", False)


@pytest.mark.parametrize("model", audited_models())
def test_no_audited_model_is_spread_over_two_tables(model):
    assert model._meta.parents == {}


def test_trail_refers_to_no_account():
    """No foreign key to it: deleting an account cannot touch the trail."""
    for model in audited_models():
        for field in model.history.model._meta.concrete_fields:
            assert field.related_model is not User
