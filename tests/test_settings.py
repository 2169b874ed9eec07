"""Settings come from the environment; each wrong value is one clear sentence."""

import os
import secrets
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler

from partnerships.web.clients import client_address, client_network
from sdptracker import environment as env

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
STRONG = secrets.token_urlsafe(50)


def complaint(read, *args, **kwargs):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(*args, **kwargs)
    message = str(refusal.value)
    assert message.endswith((".", "'"))
    assert "\n" not in message
    return message


# Flags and numbers


@pytest.mark.parametrize("default", [True, False])
def test_flag_is_on_off_or_its_default(monkeypatch, default):
    monkeypatch.delenv("DEBUG", raising=False)
    assert env.flag("DEBUG", default=default) is default
    for texts, value in [
        (["1", "true", "yes", "on", "ON", " True "], True),
        (["0", "false", "no", "off", "OFF"], False),
        (["", "  "], default),
    ]:
        for text in texts:
            monkeypatch.setenv("DEBUG", text)
            assert env.flag("DEBUG", default=default) is value, text


@pytest.mark.parametrize("text", ["maybe", "2", "-", "tru"])
def test_wrong_flag_is_refused(monkeypatch, text):
    monkeypatch.setenv("DEBUG", text)
    message = complaint(env.flag, "DEBUG", default=False)
    assert message == f"DEBUG is '{text}'; write on or off."


@pytest.mark.parametrize(("text", "value"), [("", 3), ("0", 0), (" 2 ", 2), ("9", 9)])
def test_number_is_read(monkeypatch, text, value):
    monkeypatch.setenv("PROXY_COUNT", text)
    assert env.number("PROXY_COUNT", default=3, most=9) == value


@pytest.mark.parametrize("text", ["one", "-1", "1.5", "10", "²", "٣", "1 2", "0x1"])
def test_wrong_number_is_refused(monkeypatch, text):
    monkeypatch.setenv("PROXY_COUNT", text)
    message = complaint(env.number, "PROXY_COUNT", default=0, most=9)
    assert message == f"PROXY_COUNT is '{text}'; write a whole number from 0 to 9."


# Hosts


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("", []),
        (" , ", []),
        ("tracker.example.org", ["tracker.example.org"]),
        ("a.example.org, b.example.org,", ["a.example.org", "b.example.org"]),
        (".example.org", [".example.org"]),
    ],
)
def test_hosts_are_read(monkeypatch, text, hosts):
    monkeypatch.setenv("ALLOWED_HOSTS", text)
    assert env.hosts("ALLOWED_HOSTS") == hosts


@pytest.mark.parametrize(
    "host",
    [
        "https://tracker.example.org",
        "tracker.example.org/",
        "a.example.org b.example.org",
        # Django would match neither, answer 400 to every request, and not say why.
        "tracker.example.org:8000",
        "*.example.org",
    ],
)
def test_host_that_is_no_name_is_refused_and_so_is_any_host(monkeypatch, host):
    monkeypatch.setenv("ALLOWED_HOSTS", host)
    message = complaint(env.hosts, "ALLOWED_HOSTS")
    assert f"ALLOWED_HOSTS has '{host}'" in message
    assert "as in tracker.example.org" in message
    monkeypatch.setenv("ALLOWED_HOSTS", "tracker.example.org,*")
    message = complaint(env.hosts, "ALLOWED_HOSTS")
    assert "lets any site pose as this one; name the hosts" in message


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", ""),
        (" desk@example.org ", "mailto:desk@example.org"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
        ("https://example.org/contact", "https://example.org/contact"),
    ],
)
def test_contact_is_read_as_an_address(monkeypatch, text, address):
    monkeypatch.setenv("CONTACT", text)
    assert env.contact("CONTACT") == address


@pytest.mark.parametrize(
    "text",
    ["desk", "desk@", "http://example.org/", "javascript:alert(1)", "a@b.eu\nX: y"],
)
def test_wrong_contact_is_refused(monkeypatch, text):
    monkeypatch.setenv("CONTACT", text)
    message = complaint(env.contact, "CONTACT")
    assert message.startswith("CONTACT is ")
    assert "write an e-mail address, or the address of a page" in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("", 25, "", False, False)),
        ("smtp://localhost", ("localhost", 25, "", False, False)),
        ("smtps://a:p%40ss@m.example.org", ("m.example.org", 465, "p@ss", True, False)),
        ("smtp+starttls://m.example.org:26", ("m.example.org", 26, "", False, True)),
    ],
)
def test_mail_server_is_read(monkeypatch, text, expected):
    monkeypatch.setenv("MAIL_URL", text)
    read = env.mail("MAIL_URL")
    names = ("host", "port", "password", "use_ssl", "use_tls")
    assert tuple(read[name] for name in names) == expected


@pytest.mark.parametrize(
    "text", ["mail.example.org", "http://a", "smtp://", "smtp://a:b"]
)
def test_wrong_mail_server_is_refused_and_its_password_not_shown(monkeypatch, text):
    monkeypatch.setenv("MAIL_URL", text)
    assert complaint(env.mail, "MAIL_URL").startswith("MAIL_URL cannot be read; write ")


def test_mail_needs_a_sender(monkeypatch):
    monkeypatch.setenv("MAIL_FROM", "")
    assert env.sender("MAIL_FROM", needed=False) == ""
    with pytest.raises(ImproperlyConfigured, match="the e-mail address from which"):
        env.sender("MAIL_FROM", needed=True)
    monkeypatch.setenv("MAIL_FROM", "desk@example.org")
    assert env.sender("MAIL_FROM", needed=True) == "desk@example.org"


# Who comes in


@pytest.mark.parametrize(
    ("text", "value"), [("", "off"), (" Offered ", "offered"), ("required", "required")]
)
def test_word_is_read(monkeypatch, text, value):
    monkeypatch.setenv("SECOND_FACTOR", text)
    assert env.choice("SECOND_FACTOR", ["off", "offered", "required"]) == value


def test_other_word_is_refused(monkeypatch):
    monkeypatch.setenv("SECOND_FACTOR", "on")
    message = complaint(env.choice, "SECOND_FACTOR", ["off", "offered", "required"])
    assert message == "SECOND_FACTOR is 'on'; write off, offered or required."


@pytest.mark.parametrize(
    ("text", "local", "value"),
    [
        ("", False, ""),
        ("https://login.example.org/realm/", False, "https://login.example.org/realm"),
        ("http://127.0.0.1:9400", True, "http://127.0.0.1:9400"),
    ],
)
def test_provider_is_read(monkeypatch, text, local, value):
    monkeypatch.setenv("OIDC_ISSUER", text)
    assert env.issuer("OIDC_ISSUER", local=local) == value


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("login.example.org", True),
        ("http://login.example.org", True),
        ("http://127.0.0.1:9400", False),
        ("https://", True),
    ],
)
def test_wrong_provider_is_refused(monkeypatch, text, local):
    monkeypatch.setenv("OIDC_ISSUER", text)
    message = complaint(env.issuer, "OIDC_ISSUER", local=local)
    assert "write the https:// address" in message


def test_roles_of_groups_are_read(monkeypatch):
    monkeypatch.setenv("OIDC_ROLES", "Editor = a b; viewer=cn=all,ou=x;editor=c;")
    roles = {"a b": "editor", "cn=all,ou=x": "viewer", "c": "editor"}
    assert env.roles("OIDC_ROLES", needed=True) == roles
    monkeypatch.setenv("OIDC_ROLES", "")
    assert env.roles("OIDC_ROLES", needed=False) == {}


@pytest.mark.parametrize("text", ["", "editor", "chief=a", "editor=", "a=editor"])
def test_wrong_roles_are_refused(monkeypatch, text):
    monkeypatch.setenv("OIDC_ROLES", text)
    message = complaint(env.roles, "OIDC_ROLES", needed=True)
    assert "as in editor=desk; publisher=heads" in message


def test_provider_needs_what_it_knows_this_site_by(monkeypatch):
    monkeypatch.setenv("OIDC_CLIENT_ID", "")
    assert env.of_provider("OIDC_CLIENT_ID", needed=False) == ""
    message = complaint(env.of_provider, "OIDC_CLIENT_ID", needed=True)
    assert message.startswith("OIDC_CLIENT_ID is missing; write what the provider gave")


def test_provider_that_is_not_there_is_not_the_only_way_in(monkeypatch):
    monkeypatch.setenv("OIDC_ONLY", "on")
    assert env.provider_alone("OIDC_ONLY", there_is_one=True)
    message = complaint(env.provider_alone, "OIDC_ONLY", there_is_one=False)
    assert message == (
        "OIDC_ONLY is on, but OIDC_ISSUER names no provider; name it, or write off."
    )


# The secret key


def secret_key(tmp_path, *, local):
    return env.secret_key(local=local, data_dir=tmp_path)


def test_key_of_the_environment_is_used(monkeypatch, tmp_path):
    """It is made as the message proposes."""
    monkeypatch.setenv("SECRET_KEY", STRONG)
    assert secret_key(tmp_path, local=False) == STRONG
    assert secret_key(tmp_path, local=True) == STRONG
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", [" ", "short", "a" * 60, "abcd" * 15, "x" * 49])
def test_missing_or_weak_key_is_refused_in_production(monkeypatch, tmp_path, key):
    monkeypatch.setenv("SECRET_KEY", key)
    message = complaint(secret_key, tmp_path, local=False)
    wrong = "too weak" if key.strip() else "missing"
    assert message.startswith(f"SECRET_KEY is {wrong}")
    assert key == " " or key not in message
    assert list(tmp_path.iterdir()) == []


def test_local_run_makes_a_key_once_and_for_itself_alone(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    before = os.umask(0)
    try:
        first = secret_key(tmp_path / "var", local=True)
    finally:
        os.umask(before)
    (file,) = (tmp_path / "var").iterdir()
    assert secret_key(tmp_path / "var", local=True) == first == file.read_text()
    assert len(first) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_key(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(tmp_path, local=True), range(32)))
    assert keys == {(tmp_path / "secret_key").read_text()}


def test_place_of_the_key_that_cannot_be_used_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "file").touch()
    message = complaint(secret_key, tmp_path / "file" / "var", local=True)
    assert "The secret key cannot be kept in" in message
    assert "make DATA_DIR writable or set SECRET_KEY" in message
    (tmp_path / "secret_key").mkdir()
    assert str(tmp_path) in complaint(secret_key, tmp_path, local=True)


# Keys of the signatures


@pytest.mark.parametrize("name", ["SIGNING_KEY", "FORMER_KEYS"])
def test_file_of_keys_that_is_not_there_is_named(monkeypatch, tmp_path, name):
    keys = tmp_path / "key.pem"
    monkeypatch.setenv(name, str(keys))
    read = {
        "SIGNING_KEY": lambda: env.signing_key(local=False, data_dir=tmp_path),
        "FORMER_KEYS": env.former_keys,
    }[name]
    assert f"{name} names {keys}" in complaint(read)
    keys.touch()
    assert read() == keys


# The database


def database(monkeypatch, url, data_dir=Path("/data")):
    monkeypatch.setenv("DATABASE_URL", url)
    return env.database(data_dir=data_dir)


def test_database_is_a_file_in_the_data_directory_by_default(monkeypatch):
    config = database(monkeypatch, "")
    assert config["ENGINE"] == "django.db.backends.sqlite3"
    assert config["NAME"] == "/data/db.sqlite3"


def test_postgresql_is_read_from_its_address(monkeypatch):
    config = database(
        monkeypatch, "postgresql://jo:p%40ss@db:5433/tracker?sslmode=require"
    )
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db", 5433, "tracker")
    assert (config["USER"], config["PASSWORD"]) == ("jo", "p@ss")
    assert config["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize("url", ["", "postgresql://db/tracker"])
def test_connection_is_kept_and_looked_at_once_a_request(monkeypatch, url):
    config = database(monkeypatch, url)
    assert config["CONN_MAX_AGE"] is None
    assert config["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://jo:hidden@db/tracker", "DATABASE_URL begins with 'mysql'"),
        ("jo:hidden@db/tracker", "DATABASE_URL begins with "),
        ("tracker.sqlite3", "DATABASE_URL begins with 'tracker.sqlite3'"),
        ("/var/tracker.sqlite3", "write sqlite:///file or postgresql://"),
        ("postgresql://localhost", "DATABASE_URL names no database."),
        ("postgresql://localhost/", "DATABASE_URL names no database."),
        ("postgresql://jo:hidden@db:port/tracker", "DATABASE_URL cannot be read:"),
        ("postgresql://localhost:99999/tracker", "DATABASE_URL cannot be read:"),
        ("postgresql://[::1/tracker", "DATABASE_URL cannot be read:"),
    ],
)
def test_wrong_database_is_refused_without_its_password(monkeypatch, url, said):
    message = complaint(database, monkeypatch, url)
    assert said in message
    assert "hidden" not in message


@pytest.fixture
def sqlite(monkeypatch, tmp_path, django_db_blocker):
    """A connection of its own to a file, as production on SQLite has it."""
    config = database(monkeypatch, "", data_dir=tmp_path)
    with django_db_blocker.unblock():
        connection = ConnectionHandler({"default": config})["default"]
        yield connection
        connection.close()


def test_sqlite_is_safe_blocks_no_reader_and_locks_when_a_transaction_begins(sqlite):
    for pragma, value in [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("busy_timeout", 20_000),
        ("synchronous", 1),
    ]:
        with sqlite.cursor() as cursor:
            assert cursor.execute(f"PRAGMA {pragma}").fetchone() == (value,), pragma
    assert sqlite.transaction_mode == "IMMEDIATE"


# Who asks


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.1"),
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6,5.5.5.5 , 1.2.3.4 ", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (2, "10.0.0.2", "10.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        # Past the proxy; otherwise all such clients would share one address, and one lock.
        *((1, forwarded, "10.0.0.1") for forwarded in (None, "", " ")),
    ],
)
def test_address_is_what_the_outermost_trusted_proxy_saw_or_the_connection_has(
    rf, settings, proxies, forwarded, address
):
    settings.PROXY_COUNT = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", **headers)) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("192.0.2.7:51234", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:0:1:a:b:c:d", "2001:db8:0:1::/64"),
        ("[2001:db8:0:1::9]:443", "2001:db8:0:1::/64"),
        ("[2001:db8:0:1::9]", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("[fe80::1%25eth0]:80", "fe80::/64"),
        *(
            (address, "")
            for address in ("", "unknown", "_a", "1.2.3", "[", "9.9.9.999")
        ),
    ],
)
def test_network_is_that_of_the_address(rf, address, network):
    assert client_network(rf.get("/", REMOTE_ADDR=address)) == network


# The whole, in a process of its own

in_a_process = pytest.mark.slow("starts a process")
KEPT = ["PATH", "HOME", "VIRTUAL_ENV", "LANG", "LC_ALL"]


def run(*args, **environment):
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.run(
        [sys.executable, *args],
        cwd=ROOT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "sdptracker.settings"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def setting(*names, **environment):
    """Values of settings, as the environment given makes them."""
    values = ", ".join(f"settings.{name}" for name in names)
    result = run(
        "-c", f"from django.conf import settings; print({values})", **environment
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def production(tmp_path, **environment):
    given = {"ALLOWED_HOSTS": "tracker.example.org", "SECRET_KEY": STRONG}
    return {"DATA_DIR": str(tmp_path)} | given | environment


@in_a_process
def test_production_and_local_run_pass_the_checks(tmp_path):
    check = ("manage.py", "check", "--fail-level", "WARNING")
    result = run(*check, "--deploy", **production(tmp_path))
    assert result.returncode == 0, result.stderr
    result = run(*check, DATA_DIR=str(tmp_path))
    assert result.returncode == 0, result.stderr


SAFE = ("DEBUG", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT")


@in_a_process
def test_nothing_set_answers_this_machine_alone_without_debug(tmp_path):
    values = setting("ALLOWED_HOSTS", *SAFE, DATA_DIR=str(tmp_path))
    assert values == "['127.0.0.1', 'localhost', '[::1]'] False False False"


@in_a_process
def test_production_is_for_encrypted_connections_alone(tmp_path):
    values = setting(*SAFE, "SECURE_HSTS_SECONDS", **production(tmp_path))
    assert values == "False True True 31536000"


@in_a_process
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "weak"}, "SECRET_KEY is too weak"),
        ({"ALLOWED_HOSTS": "https://tracker.example.org"}, "write host names alone"),
        ({"DATABASE_URL": "oracle://db/tracker"}, "DATABASE_URL begins with 'oracle'"),
        ({"DEBUG": "perhaps"}, "DEBUG is 'perhaps'"),
        ({"HTTPS": "perhaps"}, "HTTPS is 'perhaps'"),
        ({"REPORTS": "perhaps"}, "REPORTS is 'perhaps'"),
        ({"OIDC_ISSUER": "https://login.example.org"}, "OIDC_CLIENT_ID is missing"),
        ({"PROXY_COUNT": "many"}, "PROXY_COUNT is 'many'"),
    ],
)
def test_site_does_not_start_with_a_wrong_value(tmp_path, environment, said):
    result = run("manage.py", "check", **production(tmp_path, **environment))
    assert result.returncode != 0
    assert len(result.stderr.splitlines()) == 1
    assert said in result.stderr


@in_a_process
def test_provider_is_a_way_in_where_it_is_named(tmp_path):
    names = ("AUTHENTICATION_BACKENDS[-1]", "OIDC_ROLES")
    assert "ModelBackend" in setting(*names, **production(tmp_path))
    named = {
        "OIDC_ISSUER": "https://login.example.org",
        "OIDC_CLIENT_ID": "tracker",
        "OIDC_CLIENT_SECRET": "secret",
        "OIDC_ROLES": "editor=desk",
    }
    assert setting(*names, **production(tmp_path, **named)) == (
        "partnerships.desk.single_sign_on.Provider {'desk': 'editor'}"
    )


@in_a_process
def test_readers_may_report_unless_that_is_off(tmp_path):
    assert setting("REPORTS", **production(tmp_path)) == "True"
    assert setting("REPORTS", **production(tmp_path, REPORTS="off")) == "False"


@in_a_process
def test_forwarded_scheme_is_believed_only_behind_a_proxy(tmp_path):
    assert setting("SECURE_PROXY_SSL_HEADER", **production(tmp_path)) == "None"
    behind = production(tmp_path, PROXY_COUNT="1")
    header = "('HTTP_X_FORWARDED_PROTO', 'https')"
    assert setting("SECURE_PROXY_SSL_HEADER", **behind) == header


# Cache


def test_cache_is_each_process_memory_by_default(monkeypatch):
    monkeypatch.delenv("CACHE_URL", raising=False)
    assert env.cache()["BACKEND"].endswith("LocMemCache")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/1", "unix:///run/redis.sock"])
def test_cache_is_redis_where_it_is_named(monkeypatch, url):
    monkeypatch.setenv("CACHE_URL", url)
    assert env.cache()["BACKEND"].endswith("RedisCache")
    assert env.cache()["LOCATION"] == url


@pytest.mark.parametrize("url", ["redis", "redis://", "memcached://localhost", "off"])
def test_cache_of_another_kind_is_refused(monkeypatch, url):
    monkeypatch.setenv("CACHE_URL", url)
    assert "CACHE_URL" in complaint(env.cache)
