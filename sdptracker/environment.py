"""Reads settings from the environment; each wrong value is one clear sentence."""

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import URLValidator, validate_email

from sdptracker import postgresql

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
HOST = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]")
MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
#: True in a process of the site, which ``sdptracker.wsgi`` says before settings are
#: read: what it waits for is bounded. Commands take their time.
SERVING = False
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


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
    url = text(name)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if url and not (parts.scheme in MAIL_PORTS and parts.hostname):
        raise ImproperlyConfigured(
            f"{name} cannot be read; write smtps://user:password@mail.example.org, "
            "smtp+starttls:// for a server that begins in the clear, or "
            "smtp://localhost for one on this machine."
        )
    return {
        "host": parts.hostname or "",
        "port": port or MAIL_PORTS.get(parts.scheme, 25),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parts.scheme == "smtp+starttls",
    }


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


def secret_key(*, local: bool, data_dir: Path) -> str:
    """SECRET_KEY, or on a local run the key that the first one made and kept."""
    key = text("SECRET_KEY")
    if key and not local and (len(key) < 50 or len(set(key)) < 5):
        raise ImproperlyConfigured(
            "SECRET_KEY is too weak; use at least 50 random characters, such as the "
            "output of: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    if key:
        return key
    if not local:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing; it is required when ALLOWED_HOSTS names a host."
        )
    path = data_dir / "secret_key"
    try:
        if not path.exists():
            data_dir.mkdir(parents=True, exist_ok=True)
            _keep_new_key(path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The secret key cannot be kept in {path} ({error.strerror}); "
            "make DATA_DIR writable or set SECRET_KEY."
        ) from error


def signing_key(*, local: bool, data_dir: Path) -> Path | None:
    """SIGNING_KEY, the file of the key that signs checkpoints and backups; on a local
    run one beside the data, made when it is first used; None where nothing is signed.
    """
    if named := text("SIGNING_KEY"):
        path = Path(named)
        if not path.is_file():
            raise ImproperlyConfigured(
                f"SIGNING_KEY names {path}, which is no file; make one with "
                "'openssl genpkey -algorithm ed25519 -out FILE'."
            )
        return path
    return data_dir / "signing_key.pem" if local else None


def former_keys() -> Path | None:
    """FORMER_KEYS, a file of the public halves of keys that signed before this one."""
    named = text("FORMER_KEYS")
    if named and not Path(named).is_file():
        raise ImproperlyConfigured(
            f"FORMER_KEYS names {named}, which is no file; put there what was at "
            "/data/signing-key.pem before the key was changed."
        )
    return Path(named) if named else None


def _keep_new_key(path: Path):
    """Make the file whole at once, for its owner alone; the first to do so wins."""
    handle, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with open(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def database(*, data_dir: Path) -> dict:
    """Django's DATABASES["default"], from DATABASE_URL (SQLite or PostgreSQL)."""
    url = text("DATABASE_URL") or f"sqlite:///{data_dir / 'db.sqlite3'}"
    scheme = url.partition(":")[0]
    if "://" not in url or scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {scheme!r}; write sqlite:///file "
            "or postgresql://user:password@host:5432/name."
        )
    read_only = flag("READ_ONLY", default=False)
    if scheme == "sqlite":
        config = _sqlite(url, read_only=read_only)
    else:
        config = postgresql.config(url, serving=SERVING, read_only=read_only)
    if config["NAME"] in ("", ":memory:"):
        raise ImproperlyConfigured("DATABASE_URL names no database.")
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
    return {
        **dj_database_url.parse(url),
        "OPTIONS": {
            "transaction_mode": "DEFERRED" if read_only else "IMMEDIATE",
            "timeout": 20,
            "init_command": " ".join(f"PRAGMA {n}={v};" for n, v in pragmas.items()),
        },
    }


def cache() -> dict:
    """Django's CACHES["default"], from CACHE_URL: Redis, else each process's memory."""
    url = text("CACHE_URL")
    if not url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 2000},
        }
    if not re.match(r"(redis|rediss|unix)://.", url):
        raise ImproperlyConfigured(
            f"CACHE_URL is {url!r}; write redis://host:6379/0, or leave it out."
        )
    return {
        "BACKEND": "sdptracker.cache.RestingRedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "sdptracker",
        # One that does not answer must not hold up readers.
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
