"""Log-in at a provider: a real one, which runs beside the tests."""

import os
import socket
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.utils import timezone

from partnerships.actions import second_factor
from partnerships.desk import single_sign_on
from partnerships.models import Role, RoleAssignment, User
from partnerships.selectors.accounts import account_problems
from tests import factories

pytestmark = [
    pytest.mark.once,
    pytest.mark.slow("starts a process"),
    pytest.mark.django_db,
]

BEGIN, RETURN = "/admin/single-sign-on/", "/admin/single-sign-on/return/"
PASSWORD = "a long passphrase"
BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "partnerships.desk.single_sign_on.Provider",
]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def provider():
    """The address of a provider that knows whoever the tests make known to it."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    command += ["--require-nonce", "true"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=os.environ, **quiet) as process:
        for _ in range(200):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture(autouse=True)
def set_up(settings, provider):
    settings.OIDC_ISSUER = provider
    settings.OIDC_RP_CLIENT_ID = "tracker"
    settings.OIDC_RP_CLIENT_SECRET = "secret"
    settings.OIDC_ROLES = {
        "tracker-staff": "viewer",
        "tracker-desk": "editor",
        "tracker-heads": "publisher",
    }
    settings.AUTHENTICATION_BACKENDS = BACKENDS


@pytest.fixture
def known(provider):
    """Make a person known to the provider."""

    def make(subject="7f9c", **claims):
        told = {"email": "ann@example.org", "preferred_username": "ann", **claims}
        requests.put(f"{provider}/users/{subject}", json=told, timeout=5)
        return subject

    return make


def sent_to(client, wanted="/admin/find/"):
    """The address at the provider to which the button leads."""
    answer = client.get(f"{BEGIN}?next={wanted}")
    assert answer.status_code == 302
    return answer.url


def granted(address, subject="7f9c", **form):
    """The address on this site to which the provider leads back."""
    form = {"sub": subject, **form}
    answer = requests.post(address, data=form, allow_redirects=False, timeout=5)
    parts = urlsplit(answer.headers["Location"])
    assert parts.path == RETURN
    return f"{parts.path}?{parts.query}"


def come_in(client, subject="7f9c"):
    return client.get(granted(sent_to(client), subject))


def said(answer):
    """The sentence with which somebody stands before the log-in again."""
    assert answer.url.startswith("/admin/login/")
    (*_, message) = get_messages(answer.wsgi_request)
    return str(message)


def test_newcomer_gets_an_account_with_the_role_of_the_group(client, known):
    known(groups=["others", "tracker-staff", "tracker-desk"])
    assert (
        f'href="{BEGIN}?next=/admin/">Log in with 127.0.0.1'
        in client.get("/admin/login/?next=/admin/").text
    )
    answer = come_in(client)
    assert answer.url == "/admin/find/"
    assert client.get("/admin/find/").status_code == 200
    ann = User.objects.get()
    assert (ann.username, ann.email, ann.role) == ("ann", "ann@example.org", "editor")
    assert not ann.has_usable_password()
    row = RoleAssignment.history.latest()
    assert row.history_change_reason == ("Single sign-on: “groups” is “tracker-desk”")
    assert (row.history_user_id, row.role) == (None, "editor")
    assert list(account_problems()) == []
    come_in(client)
    assert User.objects.count() == 1


def test_role_follows_the_groups_at_each_log_in(client, known):
    known(groups=["tracker-heads"])
    come_in(client)
    assert User.objects.get().role == Role.PUBLISHER
    count = RoleAssignment.history.count()
    come_in(client)
    assert RoleAssignment.history.count() == count
    known(groups="tracker-staff")
    come_in(client)
    assert User.objects.get().role == Role.VIEWER
    client.logout()
    known(groups=[])
    assert "is in no group that has a role here" in said(come_in(client))
    assert User.objects.get().role == Role.NONE
    row = RoleAssignment.history.latest()
    assert row.history_change_reason == "Single sign-on: “groups” gives no role"
    assert client.get("/admin/").status_code == 302
    assert list(account_problems()) == []


def test_whoever_has_no_role_leaves_no_account(client, known):
    known(groups=["others"])
    assert "Ask an administrator of this site" in said(come_in(client))
    assert not User.objects.exists()


def test_log_in_holds_for_an_hour(client, known):
    known(groups=["tracker-desk"])
    come_in(client)
    left = Session.objects.latest("expire_date").expire_date - timezone.now()
    assert abs(left - single_sign_on.SESSION).total_seconds() < 60


def test_nobody_is_found_by_name_or_address(client, known, publisher):
    """People may change both at the provider."""
    User.objects.filter(pk=publisher.pk).update(email="ann@example.org")
    known(preferred_username="publisher", groups=["tracker-desk"])
    come_in(client)
    assert User.objects.latest("pk").username == "publisher-2"
    publisher.refresh_from_db()
    assert publisher.role == Role.PUBLISHER


def test_account_that_is_deactivated_here_stays_out(client, known):
    known(groups=["tracker-desk"])
    come_in(client)
    client.logout()
    User.objects.update(is_active=False)
    assert "Your account is deactivated here" in said(come_in(client))
    assert client.get("/admin/").status_code == 302


def test_provider_asks_for_its_own_second_factor(client, known, settings):
    settings.SECOND_FACTOR = "required"
    known(groups=["tracker-desk"])
    come_in(client)
    assert client.get("/admin/").status_code == 200
    assert second_factor.app_of(User.objects.get()) is None


def test_code_flow_is_bound_to_state_nonce_and_proof_key(client, known, monkeypatch):
    known(groups=["tracker-desk"])
    address = sent_to(client)
    asked = {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) == len(asked["nonce"]) == 32
    sent, post = {}, requests.post
    monkeypatch.setattr(
        "mozilla_django_oidc.auth.requests.post",
        lambda url, data, **kw: sent.update(data) or post(url, data=data, **kw),
    )
    back = granted(address)
    assert client.get(back).url == "/admin/find/"
    proof = sha256(sent["code_verifier"].encode()).digest()
    assert asked["code_challenge"] == urlsafe_b64encode(proof).rstrip(b"=").decode()
    client.logout()
    assert "begun elsewhere" in said(client.get(back)), "a code is good for once"


def test_forged_answers_let_nobody_in(client, known, django_user_model):
    known(groups=["tracker-heads"])
    back = granted(sent_to(client))
    forged = back.replace("state=", "state=x")
    assert "was not finished" in said(client.get(forged))
    sent_to(client)
    code_alone = client.get(f"{RETURN}?code=guess&state=")
    assert "was not finished" in said(code_alone)
    other = granted(sent_to(client)).partition("state=")[2]
    assert "refused what this site asked" in said(
        client.get(f"{RETURN}?code=guess&state={other}")
    )
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another"}, {"aud": ["another"]}, {"iss": "https://evil.example.org"}],
)
def test_token_for_somebody_else_is_not_taken(client, known, monkeypatch, claims):
    known(groups=["tracker-heads"])
    verify = single_sign_on.OIDCAuthenticationBackend.verify_token
    monkeypatch.setattr(
        single_sign_on.OIDCAuthenticationBackend,
        "verify_token",
        lambda self, token, **kw: verify(self, token, **kw) | claims,
    )
    assert "was not finished" in said(come_in(client))
    assert not User.objects.exists()


def test_person_of_the_token_is_the_one_whom_the_provider_tells_of(
    client, known, monkeypatch
):
    known(groups=["tracker-heads"])
    monkeypatch.setattr(
        single_sign_on.OIDCAuthenticationBackend,
        "get_userinfo",
        lambda *args: {"sub": "another", "groups": ["tracker-heads"]},
    )
    assert "was not finished" in said(come_in(client))
    assert not User.objects.exists()


def test_refusal_by_the_provider_is_told(client, known):
    back = granted(sent_to(client), action="deny")
    assert "127.0.0.1 did not let you in, or you broke it off" in said(client.get(back))


def test_only_this_site_is_led_to(client, known):
    known(groups=["tracker-desk"])
    address = sent_to(client, "https://evil.example.org/")
    assert client.get(granted(address)).url == "/admin/"


def test_provider_that_is_down_is_told(client, settings):
    settings.OIDC_ISSUER = f"http://127.0.0.1:{free_port()}"
    answer = client.get(f"{BEGIN}?next=/admin/find/")
    assert "does not answer. Try again in a minute" in said(answer)
    assert answer.url == "/admin/login/?next=/admin/find/"


def test_provider_that_says_nothing_is_given_up(client, settings):
    settings.OIDC_TIMEOUT = 0.2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.OIDC_ISSUER = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert "does not answer" in said(client.get(BEGIN))


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"issuer": "https://evil.example.org"}']
)
def test_discovery_document_of_somebody_else_is_not_taken(client, settings, body):
    def answer_once(server):
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_once, args=[server])
        thread.start()
        settings.OIDC_ISSUER = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert said(client.get(BEGIN))
        thread.join()


def test_without_a_provider_there_is_no_way_to_it(client, settings):
    settings.OIDC_ISSUER = ""
    assert client.get(BEGIN).status_code == 404
    assert client.get(RETURN).status_code == 404
    assert "Log in with" not in client.get("/admin/login/").text


# Passwords beside it


def log_in(client, username, address="/admin/login/?next=/admin/"):
    return client.post(address, {"username": username, "password": PASSWORD})


def test_password_stays_a_way_in_unless_the_provider_is_alone(client, editor, settings):
    assert log_in(client, "editor").status_code == 302
    client.logout()
    settings.OIDC_ONLY = True
    answer = log_in(client, "editor")
    assert "Log in with 127.0.0.1. Passwords are for administrators" in answer.text
    assert client.get("/admin/").status_code == 302
    factories.user("chief", is_superuser=True)
    assert "<summary>Administrators: log in by password" in answer.text
    assert log_in(client, "chief").status_code == 302


def test_form_of_the_log_in_never_reaches_the_provider(client, editor, monkeypatch):
    monkeypatch.setattr(requests, "post", None)
    address = "/admin/login/?code=guess&state=guess&next=/admin/"
    assert log_in(client, "nobody", address).status_code == 200


def test_password_that_an_administrator_gives_is_the_way_from_then_on(client, known):
    known(groups=["tracker-desk"])
    come_in(client)
    client.logout()
    ann = User.objects.get()
    ann.set_password(PASSWORD)
    ann.save()
    assert log_in(client, "ann").status_code == 302
    client.logout()
    come_in(client)
    assert User.objects.latest("pk").username == "ann-2"
