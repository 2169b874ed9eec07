"""Guesses are bounded by address, network and name, and nobody is kept out by those of
others; whatever a client's address looks like."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from partnerships.desk import login_limits
from tests.admin.logging_in import LOGIN, PASSWORD, log_in

pytestmark = pytest.mark.django_db

#: Two ways to write one client, and another client.
CLIENTS = {
    "IPv4": ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
    "port": ("192.0.2.7:5123", "192.0.2.7:6234", "192.0.2.8:5123"),
    "mapped": ("::ffff:192.0.2.7", "192.0.2.7", "::ffff:192.0.2.8"),
    "neighbours": ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"),
    "brackets": ("[2001:db8::1]:443", "[2001:db8::9]", "[2001:db8:0:1::1]:443"),
    "zone": ("fe80::1%eth0", "fe80::2%eth1", "fe80:0:0:1::1%eth0"),
    "unknown": ("unknown", "unknown", "192.0.2.8"),
    "empty": ("", " ", "192.0.2.8"),
    "list": ("192.0.2.7, 192.0.2.9", "10.0.0.1, 10.0.0.2", "192.0.2.8"),
    "junk": ("a\x00b" + "9" * 60_000, "_hidden", "192.0.2.8"),
}


def guess(times, name="editor", *, client=None, **extra):
    """The last answer to so many wrong passwords, by default each from elsewhere."""
    for number in range(times):
        given = {"REMOTE_ADDR": f"10.{number}.0.1"} | extra
        answer = log_in(client or Client(), name, "wrong", **given)
    return answer


@pytest.mark.parametrize("kind", CLIENTS)
def test_limit_holds_for_a_client_however_its_address_is_written(editor, kind):
    first, again, other = CLIENTS[kind]
    assert log_in(Client(), "editor", REMOTE_ADDR=first).status_code == 302
    assert guess(4, REMOTE_ADDR=first).status_code == 200
    assert guess(1, REMOTE_ADDR=again).status_code == 429
    assert log_in(Client(), "editor", REMOTE_ADDR=first).status_code == 429
    assert log_in(Client(), "editor", REMOTE_ADDR=other).status_code == 302


@pytest.mark.parametrize(
    ("addresses", "outside"),
    [
        ([f"192.0.2.{n}" for n in range(30)], "192.0.3.1"),
        ([f"2001:db8::{n}" for n in range(1, 31)], "2001:db8:0:1::1"),
        (["unknown"] * 30, "192.0.2.1"),
    ],
)
def test_network_that_sprays_names_is_locked_out(editor, addresses, outside):
    *most, last = [
        guess(1, f"name{n}", REMOTE_ADDR=address) for n, address in enumerate(addresses)
    ]
    assert {answer.status_code for answer in most} == {200}
    assert last.status_code == 429
    assert "from the network that you use" in " ".join(last.text.split())
    assert log_in(Client(), "editor", REMOTE_ADDR=addresses[0]).status_code == 429
    assert log_in(Client(), "editor", REMOTE_ADDR=outside).status_code == 302


def test_name_that_is_tried_from_everywhere_lets_known_browsers_in(editor, publisher):
    known = Client(REMOTE_ADDR="198.51.100.1")
    assert log_in(known, "editor").status_code == 302
    page = guess(20)
    assert page.status_code == 429
    said = " ".join(page.text.split())
    assert "for this user name, from several places" in said
    assert "A browser in which you logged in before lets you in at once" in said
    new = Client(REMOTE_ADDR="198.51.100.2")
    assert log_in(new, "editor").status_code == 429
    assert log_in(new, "publisher").status_code == 302
    known.post("/admin/logout/")
    assert log_in(known, "editor").status_code == 302
    assert guess(5, client=known, REMOTE_ADDR="198.51.100.1").status_code == 429


def test_browser_is_known_for_the_name_that_logged_in_and_says_so_to_the_admin_alone(
    editor, publisher
):
    browser = Client()
    log_in(browser, "publisher")
    cookie = browser.cookies[login_limits.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        *("/admin/", True, "Lax"),
    )
    guess(20)
    assert log_in(browser, "editor").status_code == 429
    browser.cookies[login_limits.COOKIE] = "editor:forged"
    assert log_in(browser, "editor").status_code == 429


def test_lock_ends_of_itself_though_somebody_goes_on(editor):
    start = timezone.now()
    for minutes in (0, 10):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert guess(5, REMOTE_ADDR="192.0.2.7").status_code == 429
    with time_machine.travel(start + timedelta(minutes=15, seconds=1), tick=False):
        answer = log_in(Client(), "editor", REMOTE_ADDR="192.0.2.7")
    assert answer.status_code == 302


def test_every_limit_is_lifted_by_a_command(editor):
    guess(20)
    guess(30, "x", REMOTE_ADDR="192.0.2.7")
    call_command("axes_reset", verbosity=0)
    assert not AccessAttempt.objects.exists()
    assert log_in(Client(), "editor", REMOTE_ADDR="192.0.2.7").status_code == 302


@pytest.mark.parametrize("name", ["x" * 5_000, "a\x00b", "\u202e", " ", "é" * 150])
def test_name_that_nobody_has_is_refused_like_any_other(name):
    assert guess(1, name).status_code == 200


def test_password_is_not_tried_while_another_is(editor):
    with login_limits._TURN:
        page = log_in(Client(), "editor")
    assert (page.status_code, page["Retry-After"]) == (503, "3")
    assert "so your password was not tried" in " ".join(page.text.split())
    assert not AccessAttempt.objects.exists()
    assert log_in(Client(), "editor").status_code == 302


def test_log_in_that_leads_to_another_site_ends_on_the_desk(editor):
    for following in ("https://example.org/", "//example.org", "", "javascript:x"):
        sent = {"username": "editor", "password": PASSWORD}
        answer = Client().post(LOGIN, sent | {"next": following})
        assert answer.url == "/admin/", following
