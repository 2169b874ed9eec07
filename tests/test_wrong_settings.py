"""Each wrong setting stops the start with one sentence, which says what to write and
shows no password."""

import os
import runpy
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from sdptracker import settings as file_of_settings
from sdptracker.postgresql import FORM
from sdptracker.variables import ASKED

pytestmark = pytest.mark.once

STRONG = "".join(map(str, range(40)))
PASSWORD = "hidden"
DATABASE = (
    "DATABASE_URL cannot be read; write sqlite:////path/to/file or "
    "postgresql://user:password@host:5432/name."
)
UNREADABLE = f"DATABASE_URL cannot be read; write {FORM}."
NO_PORT = f"DATABASE_URL cannot be read: its port is no number; write {FORM}."
NAMELESS = (
    "DATABASE_URL names no database; write its name, or the path of its file, at the "
    "end."
)
RELATIVE = (
    "DATABASE_URL names a file by a part of its path; write all of it, as in "
    "sqlite:////srv/tracker/db.sqlite3."
)
CACHE = "CACHE_URL cannot be read; write redis://host:6379/0, or leave it out."
NUMBERED = (
    "CACHE_URL names a database by a word; Redis numbers them, as in "
    "redis://host:6379/0."
)
MAIL = (
    "MAIL_URL cannot be read; write smtps://user:password@mail.example.org, "
    "smtp+starttls:// for a server that begins in the clear, or smtp://localhost for "
    "one on this machine."
)
SENTRY = (
    "SENTRY_DSN cannot be read; write https://key@sentry.example.org/1, as the settings "
    "of the project there show it."
)
WEAK = (
    "SECRET_KEY is too weak; use at least 50 random characters, such as the output of: "
    "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
)
CONTACT = (
    "; write an e-mail address, or the address of a page that begins with https://."
)
HOSTS = (
    "; write host names alone, separated by commas, as in tracker.example.org, or "
    ".example.org with all below it."
)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALLOWED_HOSTS", "a.org,*", "ALLOWED_HOSTS is '*', which lets any site pose as this one; name the hosts."),
        ("ALLOWED_HOSTS", "https://a.org", f"ALLOWED_HOSTS has 'https://a.org'{HOSTS}"),
        ("ALLOWED_HOST", "a.org", "ALLOWED_HOST is no setting; did you mean ALLOWED_HOSTS, which can be set to nothing if ALLOWED_HOST is another program's?"),
        ("SECRET_KEY", "", "SECRET_KEY is missing; it is required when ALLOWED_HOSTS names a host."),
        ("SECRET_KEY", PASSWORD, WEAK),
        ("SECRET_KEY_FILE", "/nowhere", "SECRET_KEY_FILE names /nowhere, which cannot be read (No such file or directory)."),
        ("SECRET_KEY_FILE", os.devnull, "SECRET_KEY_FILE names /dev/null, which is empty."),
        ("FORMER_SECRET_KEYS", f"{STRONG},{PASSWORD}", "FORMER_SECRET_KEYS has a key of less than 50 random characters; leave it out, which ends the sessions that it signed."),
        ("SIGNING_KEY", "/nowhere", "SIGNING_KEY names /nowhere, which is no file; make one with 'openssl genpkey -algorithm ed25519 -out FILE'."),
        ("FORMER_KEYS", "/nowhere", "FORMER_KEYS names /nowhere, which is no file; put there what was at /data/signing-key.pem before the key was changed."),
        ("DATA_DIR", "/dev/null/var", "DATA_DIR cannot be made at /dev/null/var (Not a directory); name a directory that can be written to."),
        ("DEBUG", "perhaps", "DEBUG is 'perhaps'; write on or off."),
        ("DEBUG", "on", "DEBUG is on while ALLOWED_HOSTS names a host, and would show code and settings to every visitor; leave one of them out."),
        ("HTTPS", "perhaps", "HTTPS is 'perhaps'; write on or off."),
        ("REPORTS", "perhaps", "REPORTS is 'perhaps'; write on or off."),
        ("PROXY_COUNT", "one", "PROXY_COUNT is 'one'; write a whole number from 0 to 9."),
        ("API_RATE", "600/minute", "API_RATE is '600/minute'; write a whole number from 0 to 1000000."),
        ("CONTACT", "desk", f"CONTACT is 'desk'{CONTACT}"),
        ("SUBPATH", "sdp", "SUBPATH is 'sdp'; write a path such as /sdp, or leave it out where the tracker has a host of its own."),
        ("DATABASE_URL", f"mysql://jo:{PASSWORD}@db/tracker", DATABASE),
        ("DATABASE_URL", f"jo:{PASSWORD}@db/tracker", DATABASE),
        ("DATABASE_URL", PASSWORD, DATABASE),
        ("DATABASE_URL", f"postgresql://jo:{PASSWORD}/x@db/tracker", NO_PORT),
        ("DATABASE_URL", f"postgresql://jo:{PASSWORD}@db:port/tracker", NO_PORT),
        ("DATABASE_URL", f"postgresql://jo:{PASSWORD}@db:99999/tracker", NO_PORT),
        ("DATABASE_URL", f"postgresql://jo:{PASSWORD}@[::1/tracker", UNREADABLE),
        ("DATABASE_URL", f"postgresql://jo:{PASSWORD}@db/tracker?sslmod=require", "DATABASE_URL gives the parameter sslmod, which PostgreSQL does not know; the parameters are those of libpq, such as sslmode=require."),
        ("DATABASE_URL", f"postgresql://jo:{PASSWORD}@db", NAMELESS),
        ("DATABASE_URL", "sqlite:///tracker.sqlite3", RELATIVE),
        ("CACHE_URL", f"redis:/:{PASSWORD}@cache", CACHE),
        ("CACHE_URL", f"memcached://:{PASSWORD}@cache", CACHE),
        ("CACHE_URL", f"redis://:{PASSWORD}@cache:port/0", CACHE),
        ("CACHE_URL", f"redis://:{PASSWORD}@cache/pages", NUMBERED),
        ("CACHE_URL", f"unix://:{PASSWORD}@/run/redis.sock?db=pages", NUMBERED),
        ("MAIL_URL", f"smpts://jo:{PASSWORD}@mail.example.org", MAIL),
        ("MAIL_URL", f"smtps://jo:{PASSWORD}@mail.example.org:port", MAIL),
        ("MAIL_FROM", "desk", "MAIL_FROM is 'desk'; write the e-mail address from which mail comes."),
        ("SENTRY_DSN", f"https://{PASSWORD}@sentry.example.org", SENTRY),
        ("METRICS_TOKEN", PASSWORD, "METRICS_TOKEN is too short; use at least 20 random characters."),
        ("METRICS_ADDRESSES", "localhost", "METRICS_ADDRESSES is 'localhost'; write addresses or networks, separated by commas, as in 127.0.0.1, 10.0.0.0/8."),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is 'xml'; write plain or json."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'loud'; write warning, debug, info or error."),
    ],
)  # fmt: skip
def test_wrong_setting_is_one_sentence(monkeypatch, tmp_path, name, value, said):
    for asked in ASKED:
        monkeypatch.delenv(asked, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    if name != "ALLOWED_HOST":
        monkeypatch.setenv("ALLOWED_HOSTS", "tracker.example.org")
    if not name.startswith("SECRET_KEY"):
        monkeypatch.setenv("SECRET_KEY", STRONG)
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refusal:
        runpy.run_path(file_of_settings.__file__)
    assert str(refusal.value) == said
    assert PASSWORD not in str(refusal.value)


@pytest.mark.slow("starts two processes")
def test_sentence_is_all_that_is_said(tmp_path):
    """By the commands, and by the server."""
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DEBUG": "perhaps"}
    for start in (["manage.py", "check"], ["-m", "sdptracker.wsgi"]):
        ran = subprocess.run(
            [sys.executable, *start],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 1
        assert ran.stderr.splitlines()[-1].endswith(
            "DEBUG is 'perhaps'; write on or off."
        )
        assert len(ran.stderr.splitlines()) == 1
