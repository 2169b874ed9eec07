"""Accounts: the real login, the lock-out, and people who are never deleted."""

import inspect
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from partnerships.actions import dataset
from partnerships.ledger import migrate
from partnerships.models import Role, User
from partnerships.models.user import NO_PERSON
from partnerships.text import search_form
from tests import factories
from tests.admin import as_shown, count_queries, url
from tests.admin.logging_in import PASSWORD, log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(db):
    return factories.user("chief", is_superuser=True)


@pytest.fixture
def as_chief(client, chief):
    client.force_login(chief)


# Login


def test_editor_logs_in_by_the_form(client, editor):
    answer = log_in(client, "editor")
    assert answer.status_code == 302 and answer.url == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "username, password", [("editor", "wrong"), ("nobody", PASSWORD)]
)
def test_wrong_login_does_not_tell_which_was_wrong(client, editor, username, password):
    answer = log_in(client, username, password)
    assert answer.status_code == 200
    assert "Please enter the correct username and password" in answer.content.decode()


def test_deactivated_account_does_not_log_in(client, editor):
    editor.is_active = False
    editor.save()
    assert log_in(client, "editor").status_code == 200
    assert client.get("/admin/").status_code == 302


def test_deactivation_ends_a_session(client, editor):
    client.force_login(editor)
    editor.is_active = False
    editor.save()
    assert client.get("/admin/").status_code == 302


def test_account_without_a_role_is_told_so_by_the_right_password_alone(client):
    factories.user("new")
    answer = log_in(client, "new")
    assert answer.status_code == 200
    assert "Your account has no role yet" in answer.text
    assert "Ask an administrator of this site to give it one" in answer.text
    assert client.get("/admin/").status_code == 302
    answer = log_in(client, "new", "wrong")
    assert "no role" not in answer.text
    assert "Please enter the correct username and password" in answer.text


# Lock-out


def fail(client, times, username="editor", **extra):
    return [log_in(client, username, "wrong", **extra) for _ in range(times)][-1]


def test_fifth_failure_locks_out(client, editor):
    assert fail(client, 4).status_code == 200
    page = fail(client, 1)
    assert page.status_code == 429
    assert "admin/locked_out.html" in [t.name for t in page.templates]
    assert "Try again in 15 minutes" in " ".join(page.text.split())
    assert not re.search(r'\sstyle="|<style|\son[a-z]+="|<script>', page.text)
    assert "style-src 'self'" in page.headers["Content-Security-Policy"]
    assert log_in(client, "editor").status_code == 429


def test_success_forgets_earlier_failures(client, editor):
    fail(client, 4)
    assert log_in(client, "editor").status_code == 302
    assert fail(Client(), 4).status_code == 200


def test_lock_out_is_of_one_name_from_one_address(client, editor, publisher):
    fail(client, 5, REMOTE_ADDR="192.0.2.1")
    assert log_in(client, "editor", REMOTE_ADDR="192.0.2.1").status_code == 429
    assert log_in(Client(), "publisher", REMOTE_ADDR="192.0.2.1").status_code == 302
    assert log_in(Client(), "editor", REMOTE_ADDR="192.0.2.2").status_code == 302


def test_sender_of_a_forged_address_is_locked_out_all_the_same(client, editor):
    for number in range(5):
        fail(client, 1, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    assert log_in(client, "editor").status_code == 429


def test_unknown_name_is_locked_out_like_a_known_one(client):
    assert fail(client, 5, username="nobody").status_code == 429


# Accounts in the admin


def test_account_is_added_with_a_hashed_password(client, as_chief):
    sent = {"username": "new", "usable_password": "true"}
    sent |= {"password1": "seven quiet rivers", "password2": "seven quiet rivers"}
    sent |= {"role": "editor", "public_name": "Ann Berg"}
    answer = client.post(url(User, "add"), sent)
    assert answer.status_code == 302
    new = User.objects.get(username="new")
    assert (new.role, new.public_name) == (Role.EDITOR, "Ann Berg")
    assert new.check_password("seven quiet rivers")
    assert "seven" not in new.password
    assert log_in(Client(), "new", "seven quiet rivers").status_code == 302


@pytest.mark.parametrize("password", ["short", "123456789012", "password1234"])
def test_weak_password_is_refused(client, as_chief, password):
    sent = {"username": "new", "usable_password": "true", "role": "editor"}
    sent |= {"password1": password, "password2": password}
    client.post(url(User, "add"), sent)
    assert not User.objects.filter(username="new").exists()


def test_account_is_changed_without_touching_its_password(client, as_chief, editor):
    form = as_shown(client.get(url(User, "change", editor.pk)))
    sent = form | {"public_name": "Ann Berg"}
    assert client.post(url(User, "change", editor.pk), sent).status_code == 302
    editor.refresh_from_db()
    assert editor.public_name == "Ann Berg"
    assert editor.groups.get().name == "editor"
    assert editor.check_password(PASSWORD)


def test_account_is_deactivated(client, as_chief, editor):
    form = as_shown(client.get(url(User, "change", editor.pk)))
    del form["is_active"]
    assert client.post(url(User, "change", editor.pk), form).status_code == 302
    editor.refresh_from_db()
    assert not editor.is_active


def test_nobody_deletes_an_account(client, as_chief, editor):
    address = url(User, "delete", editor.pk)
    assert client.get(address).status_code == 403
    assert client.post(address, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [editor.pk]}
    client.post(url(User, "changelist"), chosen | {"post": "yes"})
    assert User.objects.filter(pk=editor.pk).exists()


def test_password_is_changed_by_its_owner(client, editor):
    client.force_login(editor)
    sent = dict.fromkeys(["new_password1", "new_password2"], "seven quiet rivers")
    sent["old_password"] = PASSWORD
    assert client.post("/admin/password_change/", sent).status_code == 302
    editor.refresh_from_db()
    assert editor.check_password("seven quiet rivers")


# Roles


def change(client, account, **fields):
    form = as_shown(client.get(url(User, "change", account.pk)))
    answer = client.post(url(User, "change", account.pk), form | fields)
    account.refresh_from_db()
    return answer


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("before", ["viewer", "publisher", "administrator"])
def test_role_is_one_choice_and_lets_in(client, as_chief, before, role):
    groups = [] if before == "administrator" else [before]
    someone = factories.user("x", groups=groups, is_superuser=not groups)
    assert change(client, someone, role=role).status_code == 302
    assert someone.role == role
    assert someone.is_superuser is (role == Role.ADMINISTRATOR)
    assert someone.groups.count() == (role not in (Role.NONE, Role.ADMINISTRATOR))
    assert someone.is_staff is (role != Role.NONE)
    let_in = log_in(Client(), "x").status_code == 302
    assert let_in is someone.is_staff


def test_form_has_no_other_field_for_what_an_account_may_do(client, as_chief, editor):
    sent = as_shown(client.get(url(User, "change", editor.pk)))
    assert sent["role"] == "editor"
    assert not {"is_staff", "is_superuser", "groups", "user_permissions"} & {*sent}


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_nobody_takes_away_their_own_role_of_administrator(
    client, as_chief, chief, role
):
    answer = change(client, chief, role=role)
    assert "ask another administrator to do it" in answer.text
    assert chief.role == Role.ADMINISTRATOR


def test_nobody_deactivates_themselves(client, as_chief, chief):
    form = as_shown(client.get(url(User, "change", chief.pk)))
    del form["is_active"]
    answer = client.post(url(User, "change", chief.pk), form)
    assert "Nobody deactivates their own account" in answer.text
    assert User.objects.get(pk=chief.pk).is_active
    assert change(client, chief, public_name="Chief Berg").status_code == 302


def test_list_shows_the_role_and_filters_by_it(client, as_chief, editor, publisher):
    factories.user("nobody")
    text = client.get(url(User, "changelist")).text
    shown = re.findall(r'field-role">([^<]+)<', text)
    assert shown == ["Administrator", "Editor", "No role", "Publisher"]
    for role, name in [
        ("administrator", "chief"),
        ("editor", "editor"),
        ("none", "nobody"),
        ("publisher", "publisher"),
    ]:
        page = client.get(url(User, "changelist"), {"role": role})
        assert [row.username for row in page.context["cl"].result_list] == [name]


def test_list_of_many_accounts_is_read_in_as_many_queries(client, as_chief, editor):
    with count_queries() as few:
        client.get(url(User, "changelist"))
    for number in range(5):
        factories.user(f"editor-{number}", groups=["editor"])
    with count_queries() as many:
        client.get(url(User, "changelist"))
    assert len(many) == len(few)


# Public names

TAKEN = "Another account has this public name"
A_ROLES = "The public log has this name for a role"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Ann Berg", TAKEN),
        ("ANN  BERG", TAKEN),
        ("Änn Bérg", TAKEN),
        ("Ann \u200bBe\u00adrg ", TAKEN),
        ("Editor", A_ROLES),
        ("PUBLISHER", A_ROLES),
        ("viewer", A_ROLES),
        ("Adminístrator", A_ROLES),
        ("Data set", A_ROLES),
        ("Migration", A_ROLES),
        ("create_editor", A_ROLES),
        ("Check_Sources", A_ROLES),
    ],
)
def test_public_name_is_of_one_person_and_of_no_role(
    client, as_chief, editor, name, problem
):
    factories.user("ann", public_name="Ann Berg")
    answer = change(client, editor, public_name=name)
    assert answer.context["adminform"].form.errors["public_name"][0].startswith(problem)
    assert editor.public_name == ""
    with pytest.raises(ValidationError, match=problem):
        User(username="new", password="x", public_name=name).full_clean()
    roads = [
        lambda: factories.user("new", public_name=name),
        lambda: User.objects.filter(pk=editor.pk).update(public_name=name),
        lambda: User.objects.bulk_create([User(username="new", public_name=name)]),
    ]
    for road in roads:
        with pytest.raises(IntegrityError), transaction.atomic():
            road()


def test_names_that_the_trail_uses_without_a_person_are_all_refused():
    own = inspect.signature(migrate.update).parameters["actor"].default
    for name in [dataset.ACTOR, own, *Role.labels]:
        assert search_form(name) in NO_PERSON


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Ann\u0430 Berg", "“AnnBerg” is Latin, “\u0430” is Cyrillic."),
        ("\u039fla", "“\u039f” is Greek, “la” is Latin."),
    ],
)
def test_public_name_in_letters_that_look_alike_is_refused(
    client, as_chief, editor, name, problem
):
    answer = change(client, editor, public_name=name)
    (told,) = answer.context["adminform"].form.errors["public_name"]
    assert told == f"Write it in letters of one script: {problem}"
    client.force_login(editor)
    answer = client.post("/admin/account/", {"public_name": name, "time_zone": "UTC"})
    assert answer.context["form"].errors == {"public_name": [told]}
    editor.refresh_from_db()
    assert editor.public_name == ""


@pytest.mark.parametrize("name", ["Анна Берг", "Żółć Ø’Brien-Ñandú 2", "山田 はなコ"])
def test_public_name_may_be_of_any_one_script(client, as_chief, editor, name):
    assert change(client, editor, public_name=name).status_code == 302


def test_many_accounts_have_no_public_name(client, as_chief, editor, publisher):
    assert change(client, editor, public_name="  ").status_code == 302
    assert User.objects.filter(public_name="", search_name="").count() == 3


# What the editors do themselves


def test_editor_sets_public_name_and_time_zone(client, editor):
    client.force_login(editor)
    sent = {"public_name": "Ann Berg", "time_zone": "America/New_York"}
    assert client.post("/admin/account/", sent).status_code == 302
    editor.refresh_from_db()
    assert (editor.public_name, editor.time_zone) == ("Ann Berg", "America/New_York")
    assert editor.role == Role.EDITOR


def test_own_account_refuses_a_taken_name_and_an_unknown_zone(client, editor):
    factories.user("ann", public_name="Ann Berg")
    client.force_login(editor)
    sent = {
        "public_name": "ann berg",
        "time_zone": "Europe/Nowhere",
        "role": "publisher",
    }
    errors = client.post("/admin/account/", sent).context["form"].errors
    assert errors.keys() == {"public_name", "time_zone"}
    editor.refresh_from_db()
    assert editor.role == Role.EDITOR
