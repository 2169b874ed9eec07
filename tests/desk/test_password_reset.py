"""A new password by mail: for whoever has an account, and nobody learns who does."""

import re
import threading

import pytest
from django.core import mail
from django.test import Client

from partnerships.models import RoleAssignment, User
from tests import factories

pytestmark = pytest.mark.django_db

ASK, NEW = "/admin/password-reset/", "seven quiet rivers"


@pytest.fixture(autouse=True)
def server(settings, memory_cache):
    settings.EMAIL_HOST = "mail.example.org"
    settings.DEFAULT_FROM_EMAIL = "desk@example.org"


@pytest.fixture
def ann(db):
    return factories.user("ann", groups=["editor"], email="ann@example.org")


def ask(email="ann@example.org", **extra):
    """The answer; when it is returned, what had to be sent is."""
    answer = Client().post(ASK, {"email": email}, **extra)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and "send_mail" in thread.name:
            thread.join()
    return answer


def link():
    (path,) = re.findall(r"http://testserver(/\S+)", mail.outbox[-1].body)
    return path


def choose(client, address, password=NEW):
    page = client.get(address, follow=True)
    (form, _) = page.redirect_chain[-1]
    return client.post(form, {"new_password1": password, "new_password2": password})


def test_password_is_changed_by_the_link_that_came(client, ann):
    assert ASK in client.get("/admin/login/").text
    assert client.get(ASK).status_code == 200
    assert ask().url == f"{ASK}sent/"
    assert "is on its way to it" in client.get(f"{ASK}sent/").text
    (sent,) = mail.outbox
    assert (sent.to, sent.from_email) == (["ann@example.org"], "desk@example.org")
    assert "your account ann at the SDP tracker, at testserver" in sent.body
    address = link()
    assert "too short" in choose(client, address, "short").text
    answer = choose(client, address)
    assert answer.url == f"{ASK}done/"
    assert client.get(answer.url).status_code == 200
    ann.refresh_from_db()
    assert ann.check_password(NEW)
    row = RoleAssignment.history.latest()
    assert row.history_change_reason == "New password, by a link sent by mail"
    assert "was used already" in client.get(address).text


def test_nobody_learns_which_addresses_have_accounts(ann):
    assert ask("nobody@example.org").url == ask().url == f"{ASK}sent/"
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "state",
    [{"is_active": False}, {"password": "!oidc$1"}],
    ids=["deactivated", "of a provider"],
)
def test_account_without_a_password_gets_no_mail(ann, state):
    User.objects.filter(pk=ann.pk).update(**state)
    assert ask().url == f"{ASK}sent/"
    assert mail.outbox == []


def test_where_the_provider_is_alone_administrators_get_mail(ann, settings):
    settings.OIDC_ONLY = True
    ask()
    assert mail.outbox == []
    factories.user("chief", is_superuser=True, email="chief@example.org")
    ask("chief@example.org")
    assert len(mail.outbox) == 1


def test_second_factor_outlives_the_password(client, ann, settings):
    settings.SECOND_FACTOR = "offered"
    factories.second_factor(ann)
    ask()
    choose(client, link())
    client.post("/admin/login/", {"username": "ann", "password": NEW})
    assert client.get("/admin/").url.startswith("/admin/code/")


def test_few_are_sent_to_one_mailbox_and_to_one_network(ann):
    for number in range(3):
        assert ask(REMOTE_ADDR=f"192.0.{number}.1").status_code == 302
    answer = ask("ANN@example.org ", REMOTE_ADDR="198.51.100.1")
    assert answer.status_code == 429
    assert "Too many new passwords were asked for" in answer.text
    assert len(mail.outbox) == 3
    for number in range(5):
        email = f"somebody-{number}@example.org"
        assert ask(email, REMOTE_ADDR=f"203.0.113.{number}").status_code == 302
    assert ask("other@example.org", REMOTE_ADDR="203.0.113.9").status_code == 429


def test_nothing_is_sent_while_the_cache_is_gone(ann, dead_cache):
    assert ask().status_code == 429
    assert mail.outbox == []


def test_mail_server_that_is_down_is_logged_and_not_told(ann, monkeypatch, caplog):
    def down(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.send_messages", down
    )
    assert ask().url == f"{ASK}sent/"
    assert f"Failed to send password reset email to {ann.pk}" in caplog.text


def test_without_mail_there_is_no_way_to_it(client, settings):
    settings.EMAIL_HOST = ""
    for page in ("", "sent/", "done/", "MQ/x-y/"):
        assert client.get(f"{ASK}{page}").status_code == 404
    assert ASK not in client.get("/admin/login/").text
