"""Accounts: the real login, the lock-out, and people who are never deleted."""

import re

import pytest
from django.test import Client

from partnerships.models import User
from tests import factories
from tests.admin import as_shown, url

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/?next=/admin/"
PASSWORD = "a long passphrase"


@pytest.fixture
def chief(db):
    return factories.user("chief", is_superuser=True)


@pytest.fixture
def as_chief(client, chief):
    client.force_login(chief)


def log_in(client, username, password=PASSWORD, **extra):
    return client.post(LOGIN, {"username": username, "password": password}, **extra)


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
    answer = client.post(url(User, "add"), sent)
    assert answer.status_code == 302
    new = User.objects.get(username="new")
    assert new.check_password("seven quiet rivers")
    assert "seven" not in new.password
    assert not new.is_staff


@pytest.mark.parametrize("password", ["short", "123456789012", "password1234"])
def test_weak_password_is_refused(client, as_chief, password):
    sent = {"username": "new", "usable_password": "true"}
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
