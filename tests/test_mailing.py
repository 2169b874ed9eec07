"""The morning's mail to editors."""

import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def server(settings):
    settings.EMAIL_HOST = "mail.example.org"
    settings.ALLOWED_HOSTS = ["tracker.example.org"]


@pytest.fixture
def ola():
    return factories.user("ola", groups=["editor"], email="ola@example.org")


def test_editor_is_told_what_is_due_and_came_in(ola):
    factories.lead(follow_up_on=date(2026, 3, 9))
    factories.lead(sentence="Later.", follow_up_on=date(2999, 1, 1))
    report = factories.lead(
        sentence="A reader's words", origin="report", email="reader@example.org"
    )
    record = factories.partnership("norway")
    factories.check(record, timezone.localdate() - timedelta(40))
    call_command("mail_editors")
    (sent,) = mail.outbox
    assert sent.to == ["ola@example.org"]
    assert "Leads: 1\n- Ghana and the EU signed." in sent.body
    assert f"Readers' reports: 1\n- {report.number}" in sent.body
    assert "To be looked at: 1\n- Norway" in sent.body
    assert "https://tracker.example.org/admin/" in sent.body
    for private in ("Later.", "A reader's words", "reader@example.org"):
        assert private not in sent.body + sent.subject


def test_long_lists_are_cut(ola):
    for number in range(7):
        factories.lead(sentence=f"Lead {number}")
    call_command("mail_editors")
    assert "Leads: 7" in mail.outbox[0].body
    assert "and 2 more" in mail.outbox[0].body
    assert mail.outbox[0].body.count("- Lead") == 5


def test_nothing_due_is_no_mail(ola):
    call_command("mail_editors")
    assert not mail.outbox


@pytest.mark.parametrize(
    "account",
    [
        {"groups": ["viewer"], "email": "a@example.org"},
        {"groups": ["editor"], "email": ""},
        {"groups": ["editor"], "email": "a@example.org", "is_active": False},
        {"email": "a@example.org"},
    ],
)
def test_mail_goes_to_editors_with_an_address_alone(account):
    factories.user("x", **account)
    factories.lead()
    call_command("mail_editors")
    assert not mail.outbox


def test_proposals_are_told_to_publishers_alone(ola):
    factories.user("pia", groups=["publisher"], email="pia@example.org")
    draft = {"document": {"title": "Ghana signs"}, "proposed_at": timezone.now()}
    factories.user("other", groups=["editor"]).drafts.create(**draft)
    call_command("mail_editors")
    (sent,) = mail.outbox
    assert sent.to == ["pia@example.org"] and "- Ghana signs" in sent.body


def test_without_a_server_the_command_says_what_to_set(settings):
    settings.EMAIL_HOST = ""
    with pytest.raises(CommandError, match="Name the server in MAIL_URL"):
        call_command("mail_editors")


def test_server_that_refuses_is_one_sentence(ola, monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    factories.lead()
    with pytest.raises(CommandError, match="The mail server did not take it: gone"):
        call_command("mail_editors")


def test_address_that_is_refused_keeps_nobody_else_from_their_mail(ola, monkeypatch):
    factories.user("ann", groups=["editor"], email="ann@example.org")
    send = EmailBackend.send_messages

    def refuse_one(self, messages):
        if messages[0].to == ["ola@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_one)
    factories.lead()
    with pytest.raises(CommandError, match="refuses the addresses of: ola"):
        call_command("mail_editors")
    assert [sent.to for sent in mail.outbox] == [["ann@example.org"]]
