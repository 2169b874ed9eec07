"""The second factor: asked for, set up, lost, taken away; each step on record."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnerships.actions import second_factor
from partnerships.models import RoleAssignment, User
from partnerships.selectors.accounts import account_problems
from tests import factories
from tests.admin import as_shown, url
from tests.factories import app_code

pytestmark = pytest.mark.django_db

LOGIN, CODE, OWN = "/admin/login/", "/admin/code/", "/admin/account/second-factor/"
PASSWORD = "a long passphrase"


@pytest.fixture(autouse=True)
def offered(settings):
    settings.SECOND_FACTOR = "offered"


@pytest.fixture
def secured(editor):
    """An editor with an app."""
    factories.second_factor(editor)
    return editor


def log_in(client, username="editor", to="/admin/find/"):
    sent = {"username": username, "password": PASSWORD}
    return client.post(f"{LOGIN}?next={to}", sent)


def give(client, code, address=CODE, **others):
    return client.post(address, {"one_time_password": code, **others})


def wrong(user):
    right = int(app_code(user))
    return f"{(right + 500_000) % 1_000_000:06}"


def last_reason(user):
    row = RoleAssignment.history.filter(account=user.pk).latest()
    return row.history_change_reason


# At the door


def test_password_alone_opens_nothing_and_the_code_leads_on(client, secured):
    assert log_in(client).url == "/admin/find/"
    asked = client.get("/admin/find/")
    assert asked.url == f"{CODE}?next=/admin/find/"
    page = client.get(asked.url)
    assert "The password of <strong>editor</strong> was right" in page.text
    assert client.get(OWN).url.startswith(CODE)
    assert client.get(f"{LOGIN}?next=/admin/find/").url == asked.url
    assert give(client, app_code(secured), asked.url).url == "/admin/find/"
    assert client.get("/admin/find/").status_code == 200


@pytest.mark.parametrize("setting", ["off", "offered"])
def test_whoever_has_no_second_factor_needs_none(client, editor, settings, setting):
    settings.SECOND_FACTOR = setting
    log_in(client)
    assert client.get("/admin/").status_code == 200
    assert client.get(CODE).url == "/admin/"
    assert ("Second factor" in client.get("/admin/account/").text) is (
        setting == "offered"
    )


def test_code_is_asked_of_nobody_while_it_is_off(client, secured, settings):
    settings.SECOND_FACTOR = "off"
    log_in(client)
    assert client.get("/admin/").status_code == 200
    assert client.get(OWN).url == "/admin/account/"


def test_code_leads_to_this_site_alone(client, secured):
    log_in(client)
    answer = give(client, app_code(secured), f"{CODE}?next=https://evil.example.org/")
    assert answer.url == "/admin/"


@pytest.mark.parametrize("address", [CODE, OWN])
def test_code_is_asked_for_after_the_password(client, address):
    assert client.get(address).url.startswith(LOGIN)
    assert give(client, "123456", address).url.startswith(LOGIN)


def test_wrong_code_is_counted_and_logged_without_it(client, secured, caplog):
    log_in(client)
    code = wrong(secured)
    page = give(client, code)
    assert "This code is wrong, too old, or was used before" in page.text
    assert f"A wrong code for account {secured.pk} from 127.0.0.1" in caplog.text
    assert code not in caplog.text
    right = f"{totp(TOTPDevice.objects.get().bin_key):06}"
    assert "The last code was wrong. Wait a second" in give(client, right).text
    assert client.get("/admin/").url.startswith(CODE)
    TOTPDevice.objects.update(throttling_failure_count=9)
    assert re.search("Wait (25[0-6] seconds|5 minutes)", give(client, right).text)


def test_code_is_good_for_once(client, secured):
    log_in(client)
    code = app_code(secured)
    assert give(client, code).status_code == 302
    other = Client()
    log_in(other)
    assert "was used before" in give(other, code).text


def test_code_of_somebody_else_is_wrong(client, secured, publisher):
    factories.second_factor(publisher)
    log_in(client)
    assert "This code is wrong" in give(client, app_code(publisher)).text


def test_recovery_code_lets_in_once_and_is_read_however_it_is_typed(client, secured):
    codes = second_factor.new_recovery_codes(secured)
    assert len({*codes}) == 10
    log_in(client)
    typed = f" {codes[3][:4].upper()}-{codes[3][4:]} "
    page = client.post(CODE, {"one_time_password": typed}, follow=True)
    assert "used up; 9 are left" in page.text
    other = Client()
    log_in(other)
    assert "was used before" in give(other, codes[3]).text


def test_what_was_typed_half_way_in_is_kept_but_for_the_code(client, secured):
    log_in(client)
    page = client.post("/admin/account/", {"public_name": "Ann Berg"})
    assert page.status_code == 403 and "Nothing is lost" in page.text
    assert "Ann Berg" in page.text
    page = client.post("/admin/find/", {"q": "x", "one_time_password": "123456"})
    assert "123456" not in page.text


# Set up


def test_account_sets_it_up_and_sees_its_recovery_codes_once(client, editor):
    log_in(client)
    assert "Your password alone lets you in" in client.get("/admin/account/").text
    page = client.get(OWN)
    assert "no-store" in page.headers["Cache-Control"]
    assert 'src="data:image/svg+xml' in page.text
    assert not re.search(r'\sstyle="|<style|<script>', page.text)
    (secret,) = re.findall(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert secret in client.get(OWN).text, "it is the same until a code was shown"
    assert second_factor.app_of(editor) is None
    page = give(client, app_code(editor), OWN)
    codes = re.findall(r"<code>([a-z2-7]{8})</code>", page.text)
    assert sorted(codes) == sorted(StaticToken.objects.values_list("token", flat=True))
    assert len(codes) == 10
    assert client.get("/admin/").status_code == 200, "no second code is asked for"
    assert last_reason(editor) == "Second factor set up"
    assert codes[0] not in client.get(OWN).text
    assert secret not in client.get(OWN).text


def test_wrong_first_code_sets_up_nothing(client, editor):
    log_in(client)
    client.get(OWN)
    assert "This code is wrong" in give(client, wrong(editor), OWN).text
    assert second_factor.app_of(editor) is None
    assert client.get("/admin/").status_code == 200


def test_where_it_is_required_nothing_comes_before_it(client, editor, settings):
    settings.SECOND_FACTOR = "required"
    log_in(client)
    asked = client.get("/admin/find/")
    page = client.get(asked.url, follow=True)
    assert page.redirect_chain == [(f"{OWN}?next=/admin/find/", 302)]
    assert "This site asks for a second factor" in page.text
    page = give(client, app_code(editor), page.redirect_chain[0][0])
    assert 'href="/admin/find/">I have them' in page.text
    assert client.get("/admin/find/").status_code == 200


def test_account_without_a_password_has_its_factor_elsewhere(client, editor, settings):
    settings.SECOND_FACTOR = "required"
    editor.set_unusable_password()
    editor.save()
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200
    assert client.get(OWN).url == "/admin/account/"


# Renewed, removed


@pytest.fixture
def inside(client, secured):
    log_in(client)
    give(client, app_code(secured))
    return client


def test_new_recovery_codes_take_the_place_of_the_old(inside, secured):
    old = {*StaticToken.objects.values_list("token", flat=True)}
    page = inside.post(OWN, {"renewal-one_time_password": "nonsense", "renew": ""})
    assert "This code is wrong" in page.text
    sent = {"renewal-one_time_password": app_code(secured), "renew": ""}
    page = inside.post(OWN, sent)
    new = {*re.findall(r"<code>([a-z2-7]{8})</code>", page.text)}
    assert len(new) == 10 and not new & old
    assert new == {*StaticToken.objects.values_list("token", flat=True)}


def test_removal_asks_for_password_and_code(inside, secured):
    def remove(code, password):
        sent = {"removal-one_time_password": code, "removal-password": password}
        return inside.post(OWN, sent | {"remove": ""})

    assert "The password is wrong" in remove(app_code(secured), "guess").text
    assert "This code is wrong" in remove(wrong(secured), PASSWORD).text
    assert second_factor.app_of(secured)
    assert remove(app_code(secured), PASSWORD).url == "/admin/account/"
    assert not TOTPDevice.objects.exists() and not StaticToken.objects.exists()
    assert last_reason(secured) == "Second factor removed by whose it is"


@pytest.fixture
def as_chief(client, db):
    chief = factories.user("chief", is_superuser=True)
    client.force_login(chief)
    return chief


def take(client, user, **fields):
    address = url(User, "change", user.pk)
    return client.post(address, as_shown(client.get(address)) | fields)


def test_administrator_takes_a_lost_one_away_and_says_why(
    sealed_at_once, client, secured, as_chief
):
    wish = {"take_away_factor": "on"}
    page = take(client, secured, **wish)
    assert "Say why the second factor goes" in page.text
    assert second_factor.app_of(secured)
    assert take(client, secured, **wish, change_reason="Lost phone").status_code == 302
    assert second_factor.app_of(secured) is None
    assert last_reason(secured) == "Lost phone"
    assert (
        "Take the second factor away"
        not in client.get(url(User, "change", secured.pk)).text
    )
    assert "Lost phone" in client.get(url(User, "history", secured.pk)).text


def test_nobody_takes_away_their_own_in_the_admin(client, as_chief, settings):
    factories.second_factor(as_chief)
    settings.SECOND_FACTOR = "off"
    wish = {"take_away_factor": "on", "change_reason": "Mine"}
    assert "on the page “Your account”" in take(client, as_chief, **wish).text
    assert second_factor.app_of(as_chief)


def test_nobody_reads_a_secret_in_the_admin(client, secured, as_chief):
    key = TOTPDevice.objects.get().key
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert client.get("/admin/otp_static/staticdevice/").status_code == 404
    assert key not in client.get(url(User, "change", secured.pk)).text


def test_command_takes_it_away(secured):
    out = StringIO()
    why = {"reason": "Lost phone, called back", "stdout": out}
    call_command("take_second_factor", "editor", **why)
    assert "logs in by its password alone" in out.getvalue()
    assert last_reason(secured) == "Lost phone, called back"
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("take_second_factor", "editor", **why)
    with pytest.raises(CommandError, match="There is no account nobody"):
        call_command("take_second_factor", "nobody", **why)


def test_factor_that_comes_or_goes_by_sql_is_named(secured):
    assert list(account_problems()) == []
    TOTPDevice.objects.all().delete()
    (problem,) = account_problems()
    assert str(problem).endswith("password or second factor) is not the one on record")
