"""Each change is part of an operation: who made it, why, and of what kind it is."""

import threading

import pytest
from django.contrib.auth.models import AnonymousUser

from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.ledger.context import ChangeMiddleware
from partnerships.models import Milestone, User
from partnerships.models.user import PermanentAccount
from tests import factories
from tests.factories import edit
from tests.ledger.roads import AUDITED, ROADS
from tests.ledger.trail import history

pytestmark = pytest.mark.django_db


# Every road


@pytest.fixture
def written(signed):
    """Takes a road, and returns the rows of history of every model that it wrote."""

    def rows():
        return {
            (model, row.history_id): row
            for model in AUDITED
            for row in model.history.all()
        }

    def take(road):
        before = rows()
        ROADS[road](signed)
        return [row for key, row in rows().items() if key not in before]

    return take


def facts_of(rows):
    return {
        (row.history_change_reason, row.history_actor, row.history_kind) for row in rows
    }


every_road = pytest.mark.parametrize("road", ROADS)


@every_road
def test_every_road_carries_reason_actor_kind_and_one_change_set(signed, written, road):
    """Whole, however long they are."""
    factories.claim(signed, "2024")
    reason, actor = "r" * 1000, "ü" * 300
    with context.change(
        reason=reason, actor=actor, kind=ChangeKind.CORRECTION
    ) as change:
        rows = written(road)
    assert facts_of(rows) == {(reason, actor, "correction")}
    assert {row.history_changeset for row in rows} == {change.changeset}
    assert {row.history_user_id for row in rows} == {None}


@every_road
def test_every_road_carries_the_user_and_the_public_label(written, road):
    someone = factories.user("jane", public_name="J. Doe")
    with context.change(user=someone, reason="Why", kind=ChangeKind.CORRECTION):
        rows = written(road)
    assert {row.history_user_id for row in rows} == {someone.pk}
    assert {row.history_actor for row in rows} == {"J. Doe"}


@every_road
def test_outside_any_operation_nothing_is_made_up(written, road, unexplained):
    rows = written(road)
    assert facts_of(rows) == {("", "", "")}
    assert {row.history_user_id for row in rows} == {None}


# One operation, and the next


def test_reason_is_not_repeated_by_the_next_save(signed, unexplained):
    with context.change(reason="Once"):
        edit(signed, place="Bergen")
    edit(signed, place="Rome")
    reasons = [row.history_change_reason for row in history(signed)]
    assert reasons == ["Test", "Once", ""]


def test_two_operations_are_two_change_sets(signed):
    for place in ["Bergen", "Rome"]:
        with context.change():
            edit(signed, place=place)
    _, one, other = history(signed)
    assert one.history_changeset != other.history_changeset


def test_operation_within_another_belongs_to_it_with_a_reason_of_its_own(signed):
    with context.change(reason="Outer", actor="Import"):
        with context.change(reason="Inner"):
            edit(signed, place="Bergen")
        edit(signed, place="Rome")
    _, inner, outer = history(signed)
    assert inner.history_change_reason == "Inner"
    assert outer.history_change_reason == "Outer"
    assert inner.history_changeset == outer.history_changeset


def test_operation_ends_with_an_error_too(unexplained):
    with pytest.raises(ZeroDivisionError), context.change(reason="Broken"):
        raise ZeroDivisionError
    assert context.current().reason == ""


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


# Who


def change_by(user, signed, **operation):
    """The row of history of a change by that user."""
    with context.change(user=user, **operation):
        edit(signed, place="Bergen")
    return history(signed).last()


def test_actor_given_stands_before_the_label_of_the_user(signed):
    someone = factories.user(public_name="J. Doe")
    assert change_by(someone, signed, actor="Data desk").history_actor == "Data desk"


def test_anonymous_user_is_nobody(signed):
    row = change_by(AnonymousUser(), signed)
    assert row.history_user is row.history_user_id is None
    assert row.history_actor == ""


def test_account_is_deactivated_not_deleted():
    someone = factories.user("jane")
    for delete in (someone.delete, User.objects.filter(username="jane").delete):
        with pytest.raises(PermanentAccount, match="deactivate it"):
            delete()
    assert User.objects.get() == someone


def test_account_deleted_by_other_means_stays_named_in_the_trail(signed):
    someone = factories.user("jane", public_name="J. Doe")
    number = someone.pk
    change_by(someone, signed)
    User.objects.filter(pk=number)._raw_delete("default")
    row = history(signed).last()
    assert (row.history_actor, row.history_user_id) == ("J. Doe", number)
    assert row.history_user is None


def test_new_label_of_an_account_does_not_rewrite_the_trail(signed):
    change_by(factories.user("jane", public_name="J. Doe"), signed)
    User.objects.update(public_name="Jane Roe")
    assert history(signed).last().history_actor == "J. Doe"


def test_user_name_and_address_are_never_in_the_actor(signed):
    someone = factories.user("jane.doe", email="jane@example.org")
    assert change_by(someone, signed).history_actor == "Administrator"


# Requests


def test_request_is_one_operation_of_its_user(signed, rf):
    def view(request):
        edit(signed, place="Bergen")
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
