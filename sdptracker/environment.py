"""Reads settings from the environment; each wrong value is one clear sentence."""

import contextlib
import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import URLValidator, validate_email

from sdptracker import postgresql
from sdptracker.variables import secret, text

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
HOST = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]")
MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
LOG_FORMATS = ["plain", "json"]
LOG_LEVELS = ["warning", "debug", "info", "error"]  # the first where none is given
#: True in a process of the site, which ``sdptracker.wsgi`` says before settings are
#: read: what it waits for is bounded. Commands take their time.
SERVING = False
ROLES = {"viewer", "editor", "publisher", "administrator"}
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} is {value!r}; write on or off.")


def number(name: str, *, default: int, most: int) -> int:
    value = text(name)
    if not value:
        return default
    if value.isascii() and value.isdigit() and int(value) <= most:
        return int(value)
    raise ImproperlyConfigured(
        f"{name} is {value!r}; write a whole number from 0 to {most}."
    )


def choice(name: str, *, of: list[str]) -> str:
    """One of these words, in small letters; the first where none is given."""
    value = text(name).lower() or of[0]
    if value in of:
        return value
    raise ImproperlyConfigured(
        f"{name} is {text(name)!r}; write {', '.join(of[:-1])} or {of[-1]}."
    )


def debug(name: str, *, local: bool) -> bool:
    """Details of errors for every visitor, which is for a local site alone."""
    value = flag(name, default=False)
    if value and not local:
        raise ImproperlyConfigured(
            f"{name} is on while ALLOWED_HOSTS names a host, and would show code and "
            "settings to every visitor; leave one of them out."
        )
    return value


def subpath(name: str) -> str:
    """The path of a host below which the tracker is; empty where it has the host."""
    value = text(name).rstrip("/")
    if value and not re.fullmatch(r"(/[A-Za-z0-9_-]+)+", value):
        raise ImproperlyConfigured(
            f"{name} is {text(name)!r}; write a path such as /sdp, or leave it out "
            "where the tracker has a host of its own."
        )
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks, separated by commas."""
    parts = [part.strip() for part in text(name).split(",") if part.strip()]
    try:
        return [ip_network(part, strict=False) for part in parts]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} is {text(name)!r}; write addresses or networks, separated by "
            "commas, as in 127.0.0.1, 10.0.0.0/8."
        ) from error


def token(name: str) -> str:
    """A word by which a program shows that it may ask; empty where none is given."""
    value = secret(name)
    if value and len(value) < 20:
        raise ImproperlyConfigured(
            f"{name} is too short; use at least 20 random characters."
        )
    return value


def hosts(name: str) -> list[str]:
    """Host names, separated by commas. Empty means this machine only."""
    names = [host.strip() for host in text(name).split(",") if host.strip()]
    for host in names:
        if host == "*":
            raise ImproperlyConfigured(
                f"{name} is '*', which lets any site pose as this one; name the hosts."
            )
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"{name} has {host!r}; write host names alone, separated by commas, "
                "as in tracker.example.org, or .example.org with all below it."
            )
    return names


def contact(name: str) -> str:
    """Whom to write to, as the address of a link; empty where nobody is named."""
    value = text(name)
    address = value.removeprefix("mailto:")
    try:
        if value.startswith("https://"):
            URLValidator(["https"])(value)
            return value
        if value:
            validate_email(address)
    except ValidationError as error:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write an e-mail address, or the address of a page "
            "that begins with https://."
        ) from error
    return f"mailto:{address}" if value else ""


def mail(name: str) -> dict[str, Any]:
    """The server that takes mail, as the keyword arguments of Django's SMTP backend;
    its host is empty where none is named."""
    url = secret(name)
    parts = _parts(url)
    if url and not (parts.scheme in MAIL_PORTS and parts.hostname):
        raise ImproperlyConfigured(
            f"{name} cannot be read; write smtps://user:password@mail.example.org, "
            "smtp+starttls:// for a server that begins in the clear, or "
            "smtp://localhost for one on this machine."
        )
    return {
        "host": parts.hostname or "",
        "port": parts.port or MAIL_PORTS.get(parts.scheme, 25),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parts.scheme == "smtp+starttls",
    }


def _parts(url: str) -> SplitResult:
    """The parts of an address, empty if it cannot be read. No sentence about an address
    shows it: it may hold a password."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for one that is no number
    except ValueError:
        return urlsplit("")
    return parts


def error_receiver(name: str) -> str:
    """The address (DSN) to which errors are reported, of Sentry or a program like it;
    empty where they are not."""
    url = secret(name)
    parts = _parts(url)
    is_whole = parts.scheme in ("http", "https") and parts.username and parts.hostname
    if url and not (is_whole and parts.path.rpartition("/")[2].isdigit()):
        raise ImproperlyConfigured(
            f"{name} cannot be read; write https://key@sentry.example.org/1, as the "
            "settings of the project there show it."
        )
    return url


def sender(name: str, *, needed: bool) -> str:
    """The address from which mail comes."""
    value = text(name)
    if not value and not needed:
        return ""
    try:
        validate_email(value)
    except ValidationError as error:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write the e-mail address from which mail comes."
        ) from error
    return value


def issuer(name: str, *, local: bool) -> str:
    """The provider at which people log in; empty where there is none."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    is_near = local and parts.scheme == "http" and parts.hostname in LOOPBACK
    if value and not (parts.hostname and (parts.scheme == "https" or is_near)):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write the https:// address below which the provider "
            "has .well-known/openid-configuration."
        )
    return value


def of_provider(name: str, *, needed: bool) -> str:
    """A secret or a name by which the provider knows this site."""
    value = secret(name)
    if needed and not value:
        raise ImproperlyConfigured(
            f"{name} is missing; write what the provider gave you for this site, or "
            "leave OIDC_ISSUER out."
        )
    return value


def roles(name: str, *, needed: bool) -> dict[str, str]:
    """The role of each group of the provider, as in "editor=desk; viewer=staff"."""
    pairs = [pair.partition("=") for pair in text(name).split(";") if pair.strip()]
    given = {group.strip(): role.strip().lower() for role, _, group in pairs}
    if (needed and not given) or not ({*given.values()} <= ROLES and all(given)):
        raise ImproperlyConfigured(
            f"{name} is {text(name)!r}; write a role and a group of the provider for "
            "each, as in editor=desk; publisher=heads. Roles are viewer, editor, "
            "publisher and administrator."
        )
    return given


def provider_alone(name: str, *, there_is_one: bool) -> bool:
    """True where the provider is the only way in, for all but administrators."""
    if flag(name, default=False) and not there_is_one:
        raise ImproperlyConfigured(
            f"{name} is on, but OIDC_ISSUER names no provider; name it, or write off."
        )
    return there_is_one and flag(name, default=False)


def data_directory(default: Path) -> Path:
    """DATA_DIR, made for its owner alone: it holds accounts and internal notes."""
    path = Path(text("DATA_DIR") or default).resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR cannot be made at {path} ({error.strerror}); name a directory "
            "that can be written to."
        ) from error
    return path


def database(*, data_dir: Path) -> dict:
    """Django's DATABASES["default"], from DATABASE_URL (SQLite or PostgreSQL)."""
    url = secret("DATABASE_URL") or f"sqlite:///{data_dir / 'db.sqlite3'}"
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read; write sqlite:////path/to/file or "
            "postgresql://user:password@host:5432/name."
        )
    read_only = flag("READ_ONLY", default=False)
    if scheme == "sqlite":
        config = _sqlite(url, read_only=read_only)
    else:
        config = postgresql.config(url, serving=SERVING, read_only=read_only)
    if config["NAME"] in ("", ":memory:"):
        raise ImproperlyConfigured(
            "DATABASE_URL names no database; write its name, or the path of its file, "
            "at the end."
        )
    # Each thread keeps its connection, and asks once a request whether it still works.
    config["CONN_MAX_AGE"], config["CONN_HEALTH_CHECKS"] = None, True
    return config


def _sqlite(url: str, *, read_only: bool) -> dict[str, Any]:
    # A write transaction takes its lock at once and waits for others, so that it never
    # fails half-way; readers go on meanwhile (WAL). What was saved survives the loss of
    # power (FULL), for its checkpoint may have been published.
    pragmas = {
        "journal_mode": "WAL",
        "synchronous": "FULL",
        "foreign_keys": "ON",
        "recursive_triggers": "ON",
        "query_only": "ON" if read_only else "OFF",
    }
    config = dict(dj_database_url.parse(url))
    if config["NAME"] and not Path(str(config["NAME"])).is_absolute():
        raise ImproperlyConfigured(
            "DATABASE_URL names a file by a part of its path; write all of it, as in "
            "sqlite:////srv/tracker/db.sqlite3."
        )
    if config["NAME"]:
        _hide_from_others(Path(str(config["NAME"])))
    return config | {
        "OPTIONS": {
            "transaction_mode": "DEFERRED" if read_only else "IMMEDIATE",
            "timeout": 20,
            "init_command": " ".join(f"PRAGMA {n}={v};" for n, v in pragmas.items()),
        },
    }


def _hide_from_others(path: Path):
    """Make the file of a database for its owner alone, and keep one that is there from
    all others: its directory may be open. SQLite makes its other files alike."""
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT, 0o600))
        path.chmod(path.stat().st_mode & 0o770)


def cache() -> dict:
    """Django's CACHES["default"], from CACHE_URL: Redis, else each process's memory."""
    url = secret("CACHE_URL")
    if not url:
        return {
            "BACKEND": "sdptracker.caches.BoundedMemory",
            "OPTIONS": {"MAX_ENTRIES": 2000},
        }
    parts = _parts(url)
    is_socket = parts.scheme == "unix" and parts.path
    if not is_socket and not (parts.scheme in ("redis", "rediss") and parts.hostname):
        raise ImproperlyConfigured(
            "CACHE_URL cannot be read; write redis://host:6379/0, or leave it out."
        )
    numbers = parse_qs(parts.query).get("db", ["0"])
    numbers += [] if is_socket else [parts.path.strip("/") or "0"]
    if not all(re.fullmatch(r"[0-9]+", number) for number in numbers):
        raise ImproperlyConfigured(
            "CACHE_URL names a database by a word; Redis numbers them, as in "
            "redis://host:6379/0."
        )
    return {
        "BACKEND": "sdptracker.caches.RestingRedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "sdptracker",
        # One that does not answer must not hold up readers.
        "OPTIONS": {
            "serializer": "sdptracker.caches.PlainSerializer",
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
        },
    }
