"""Settings come from the environment; each wrong value is one clear sentence."""

import os
import pwd
import secrets
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler

from partnerships.web.clients import client_address, client_network, limited_address
from sdptracker import checks, keys, variables
from sdptracker import environment as env

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
STRONG = secrets.token_urlsafe(50)
FORM = (Encoding.PEM, PrivateFormat.PKCS8)
PEM = ed25519.Ed25519PrivateKey.generate().private_bytes(*FORM, NoEncryption())


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
    assert env.choice("SECOND_FACTOR", of=["off", "offered", "required"]) == value


def test_other_word_is_refused(monkeypatch):
    monkeypatch.setenv("SECOND_FACTOR", "on")
    message = complaint(env.choice, "SECOND_FACTOR", of=["off", "offered", "required"])
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
    return keys.secret_key(local=local, data_dir=tmp_path)


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
    file = tmp_path / "key.pem"
    monkeypatch.setenv(name, str(file))
    read = {
        "SIGNING_KEY": lambda: keys.signing_key(local=False, data_dir=tmp_path),
        "FORMER_KEYS": keys.former_keys,
    }[name]
    assert f"{name} names {file}" in complaint(read)
    file.write_bytes(PEM)
    assert read() == file

    def refuse(*given):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    sentence = complaint(read)
    assert "may not read; give the file to a group of that user" in sentence
    assert pwd.getpwuid(os.geteuid()).pw_name in sentence


@pytest.mark.parametrize(
    "content",
    [
        b"",
        ec.generate_private_key(ec.SECP256R1()).private_bytes(*FORM, NoEncryption()),
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            *FORM, BestAvailableEncryption(b"word")
        ),
    ],
    ids=["empty", "of another kind", "encrypted"],
)
def test_signing_key_that_cannot_sign_is_refused(monkeypatch, tmp_path, content):
    """Not first when a checkpoint is taken, which would go unsigned for ever."""
    (tmp_path / "key.pem").write_bytes(content)
    monkeypatch.setenv("SIGNING_KEY", str(tmp_path / "key.pem"))
    sentence = complaint(keys.signing_key, local=False, data_dir=tmp_path)
    assert sentence.startswith("SIGNING_KEY: ")


# Secrets, of which each may stand in a file or be a credential of systemd


def secret_ways(monkeypatch, tmp_path, *ways):
    """The settings of these ways to give CACHE_URL, each its own value."""
    (tmp_path / "file").write_text("of the file\n")
    (tmp_path / "CACHE_URL").write_text("of systemd\n")
    given = {
        "CACHE_URL": "of the variable",
        "CACHE_URL_FILE": str(tmp_path / "file"),
        "CREDENTIALS_DIRECTORY": str(tmp_path),
    }
    for name in given:
        monkeypatch.delenv(name, raising=False)
    for name in ways:
        monkeypatch.setenv(name, given[name])


@pytest.mark.parametrize(
    ("way", "value"),
    [
        ("CACHE_URL", "of the variable"),
        ("CACHE_URL_FILE", "of the file"),
        ("CREDENTIALS_DIRECTORY", "of systemd"),
        (None, ""),
    ],
)
def test_secret_is_read_in_three_ways(monkeypatch, tmp_path, way, value):
    secret_ways(monkeypatch, tmp_path, *([way] if way else []))
    assert variables.secret("CACHE_URL") == value


def test_secret_that_is_given_twice_is_refused(monkeypatch, tmp_path):
    secret_ways(monkeypatch, tmp_path, "CACHE_URL", "CACHE_URL_FILE")
    message = complaint(variables.secret, "CACHE_URL")
    assert message == "CACHE_URL and CACHE_URL_FILE are both given; keep one."
    secret_ways(monkeypatch, tmp_path, "CACHE_URL_FILE", "CREDENTIALS_DIRECTORY")
    message = complaint(variables.secret, "CACHE_URL")
    assert "CACHE_URL_FILE and The credential" not in message
    assert message == (
        "CACHE_URL_FILE and systemd's credential CACHE_URL are both given; keep one."
    )


def test_every_secret_may_stand_in_a_file():
    """They are read as such by the settings of this process."""
    names = "SECRET_KEY FORMER_SECRET_KEYS DATABASE_URL CACHE_URL MAIL_URL"
    more = "METRICS_TOKEN OIDC_CLIENT_ID OIDC_CLIENT_SECRET SENTRY_DSN"
    secrets = {*names.split(), *more.split()}
    files = {n.removesuffix("_FILE") for n in variables.ASKED if n.endswith("_FILE")}
    assert files == secrets


def test_former_keys_go_on_holding_what_they_signed(monkeypatch, settings):
    other = secrets.token_urlsafe(50)
    monkeypatch.setenv("FORMER_SECRET_KEYS", f"{STRONG},\n{other}")
    assert keys.former_secret_keys() == [STRONG, other]
    settings.SECRET_KEY = STRONG
    signed = signing.dumps("session")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [STRONG]
    assert signing.loads(signed) == "session"


# Names

OTHERS = [
    "HOME",
    "LANG",
    "PATH",
    "PGHOST",
    "PGPORT",
    "PGDATABASE",
    "DJANGO_SETTINGS_MODULE",
    "PORT",
    "HOST",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "DEBUGINFOD_URLS",
    "MAIL",
    "MAILTO",
    "MAILFROM",
    "LOGNAME",
    "HTTP",
    "LOGLEVEL",
    "RUST_LOG",
    "XDG_DATA_DIRS",
    "XDG_DATA_HOME",
    "LC_ALL",
    "TMPDIR",
    "DATADIR",
    "CACHE_DIRECTORY",
    "STATE_DIRECTORY",
    "LOGS_DIRECTORY",
    "CONFIGURATION_DIRECTORY",
    "CREDENTIALS_DIRECTORY",
    "INVOCATION_ID",
    "JOURNAL_STREAM",
    "SYSTEMD_EXEC_PID",
    "NOTIFY_SOCKET",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "POSTGRES_PASSWORD",
    "REDIS_URL",
    "SECRET_KEY_BASE",
    "AWS_SECRET_ACCESS_KEY",
    "SENTRY_RELEASE",
    "SENTRY_ENVIRONMENT",
    "DATABASE_HOST",
    "TRACKER_PORT_8000_TCP",
    "SCRIPT_NAME",
    "GRANIAN_LOG_LEVEL",
    "PIP_LOG_LEVEL",
    "SSL_CERT_DIR",
    "KUBERNETES_PORT",
    "DEBUG_COLORS",
    "CI_JOB_TOKEN",
    "GITHUB_TOKEN",
    "PROMETHEUS_MULTIPROC_DIR",
    "WEB_CONCURRENCY",
    "HOSTNAME",
    "CONTAINER_NAME",
    "REPORT",
]


@pytest.mark.parametrize("name", OTHERS)
def test_variable_of_another_program_is_no_misspelt_setting(monkeypatch, name):
    for asked in variables.ASKED:
        monkeypatch.delenv(asked, raising=False)
    monkeypatch.setenv(name, "1")
    variables.refuse_misspelt()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ALLOWED_HOST", "ALLOWED_HOSTS"),
        ("ALLOW_HOSTS", "ALLOWED_HOSTS"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("MAIL_URI", "MAIL_URL"),
        ("SENTRY_DNS", "SENTRY_DSN"),
        ("PROXY_COUNTS", "PROXY_COUNT"),
        ("SECRETS_KEY_FILE", "SECRET_KEY_FILE"),
    ],
)
def test_misspelt_setting_is_named_unless_the_right_one_is_there(
    monkeypatch, name, meant
):
    monkeypatch.setenv(name, "1")
    monkeypatch.delenv(meant, raising=False)
    with pytest.raises(ImproperlyConfigured) as refusal:
        variables.refuse_misspelt()
    assert str(refusal.value).startswith(f"{name} is no setting; did you mean {meant}")
    monkeypatch.setenv(meant, "")
    variables.refuse_misspelt()


# The database


def database(monkeypatch, url, data_dir=Path("/data")):
    monkeypatch.setenv("DATABASE_URL", url)
    return env.database(data_dir=data_dir)


def test_database_is_a_file_in_the_data_directory_by_default(monkeypatch):
    config = database(monkeypatch, "")
    assert config["ENGINE"] == "django.db.backends.sqlite3"
    assert config["NAME"] == "/data/db.sqlite3"


@pytest.mark.parametrize("is_there", [True, False])
def test_database_in_an_open_directory_is_its_owners_alone(
    monkeypatch, tmp_path, is_there
):
    tmp_path.chmod(0o755)
    file = tmp_path / "db.sqlite3"
    if is_there:
        file.write_bytes(b"")
        file.chmod(0o644)
    database(monkeypatch, "", data_dir=tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) & 0o007 == 0
    assert file.read_bytes() == b""


def test_postgresql_is_read_from_its_address(monkeypatch):
    config = database(
        monkeypatch, "postgresql://jo:p%40ss@db:5433/tracker?sslmode=require"
    )
    assert config["ENGINE"] == "sdptracker.postgresql"
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db", "5433", "tracker")
    assert (config["USER"], config["PASSWORD"]) == ("jo", "p@ss")
    assert config["OPTIONS"]["sslmode"] == "require"


OURS = "-c jit=off -c lock_timeout=10s"


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", OURS),
        ("?options=-c%20work_mem%3D8MB", f"{OURS} -c work_mem=8MB"),
        ("?options=-c jit=on", f"{OURS} -c jit=on"),
    ],
)
def test_options_of_the_operator_add_to_ours(monkeypatch, query, options):
    config = database(monkeypatch, f"postgresql://db/tracker{query}")
    assert config["OPTIONS"]["options"] == options


def test_site_bounds_its_statements_and_commands_do_not(monkeypatch):
    url = "postgresql://db/tracker?connect_timeout=9"
    command = database(monkeypatch, url)["OPTIONS"]
    monkeypatch.setattr(env, "SERVING", True)
    site = database(monkeypatch, url)["OPTIONS"]
    assert "statement_timeout" in site["options"] and site["patience"] == 25
    assert "statement_timeout" not in command["options"]
    assert command["patience"] is None
    assert site["connect_timeout"] == command["connect_timeout"] == "9"


@pytest.mark.parametrize(
    ("url", "hosts", "ports"),
    [
        ("postgresql://jo:x@one,two/tracker?", "one,two", ""),
        ("postgresql://jo:x@one:5433,two:5434/tracker?", "one,two", "5433,5434"),
        ("postgresql://jo:x@/tracker?host=one,two&port=1,2&", "one,two", "1,2"),
        ("postgresql://%2Frun%2Fpg/tracker?", "/run/pg", ""),
    ],
)
def test_several_servers_are_read(monkeypatch, url, hosts, ports):
    config = database(monkeypatch, f"{url}target_session_attrs=read-write")
    assert (config["HOST"], config["PORT"], config["NAME"]) == (hosts, ports, "tracker")
    assert config["OPTIONS"]["target_session_attrs"] == "read-write"


@pytest.mark.parametrize("url", ["", "postgresql://db/tracker"])
def test_read_only_site_has_a_connection_that_writes_nothing(monkeypatch, url):
    monkeypatch.setenv("READ_ONLY", "on")
    options = str(database(monkeypatch, url)["OPTIONS"])
    assert "query_only=ON" in options or "default_transaction_read_only=on" in options


@pytest.mark.parametrize("url", ["", "postgresql://db/tracker"])
def test_connection_is_kept_and_looked_at_once_a_request(monkeypatch, url):
    config = database(monkeypatch, url)
    assert config["CONN_MAX_AGE"] is None
    assert config["CONN_HEALTH_CHECKS"] is True


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
        ("synchronous", 2),
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
        (1, "unknown", None),
        (1, "1.2.3.4:51234", "1.2.3.4"),
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
    ("written", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51234", "192.0.2.7"),
        ('"192.0.2.7:51234"', "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:51234", "192.0.2.7"),
        ("2001:db8:0:1:a:b:c:d", "2001:db8:0:1::"),
        ("2001:DB8:0:1::9", "2001:db8:0:1::"),
        ("[2001:db8:0:1::9]:443", "2001:db8:0:1::"),
        ("fe80::1%eth0", "fe80::"),
        *((junk, None) for junk in ("", "unknown", "_a", "a\x00b", "1.2.3.4, 5.6.7.8")),
        *(
            (junk, None)
            for junk in ("[", "1.2.3", "01.2.3.4", "9" * 60_000, ":" * 60_000)
        ),
    ],
)
def test_address_is_written_in_one_way_or_is_none(rf, written, address):
    assert limited_address(rf.get("/", REMOTE_ADDR=written)) == address


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
    behind = production(tmp_path, PROXY_COUNT="1")
    result = run(*check, "--deploy", **behind)
    assert result.returncode == 0, result.stderr
    result = run(*check, DATA_DIR=str(tmp_path))
    assert result.returncode == 0, result.stderr


def test_check_warns_of_endless_redirects_behind_a_proxy_that_nobody_counted(settings):
    settings.SECURE_SSL_REDIRECT, settings.PROXY_COUNT = True, 0
    (warning,) = checks.proxies_are_counted(None)
    assert warning.id == "sdptracker.W001"
    assert warning.msg.startswith("PROXY_COUNT is 0: behind a proxy every page")
    settings.PROXY_COUNT = 1
    assert checks.proxies_are_counted(None) == []


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
        ({"DATABASE_URL": "oracle://db/tracker"}, "DATABASE_URL cannot be read"),
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
    assert "OneGuessAtATime" in setting(*names, **production(tmp_path))
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


@in_a_process
def test_subpath_is_that_of_links_static_files_and_cookies(tmp_path):
    names = (
        "FORCE_SCRIPT_NAME",
        "STATIC_URL",
        "SESSION_COOKIE_PATH",
        "CSRF_COOKIE_PATH",
    )
    values = setting(*names, **production(tmp_path, SUBPATH="/sdp/"))
    assert values == "/sdp /sdp/static/ /sdp/ /sdp/"


# Cache


def test_cache_is_each_process_memory_by_default(monkeypatch):
    monkeypatch.delenv("CACHE_URL", raising=False)
    assert env.cache()["BACKEND"].endswith("BoundedMemory")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/1", "unix:///run/redis.sock"])
def test_cache_is_redis_where_it_is_named(monkeypatch, url):
    monkeypatch.setenv("CACHE_URL", url)
    assert env.cache()["BACKEND"].endswith("RestingRedisCache")
    assert env.cache()["LOCATION"] == url
