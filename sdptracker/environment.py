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

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
HOST = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]")
MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
ROLES = {"viewer", "editor", "publisher", "administrator"}
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


def choice(name: str, choices: list[str]) -> str:
    """One of these words; the first where nothing is said."""
    value = text(name).lower() or choices[0]
    if value in choices:
        return value
    *others, last = choices
    raise ImproperlyConfigured(
        f"{name} is {value!r}; write {', '.join(others)} or {last}."
    )


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
    """Text by which the provider knows this site."""
    if needed and not text(name):
        raise ImproperlyConfigured(
            f"{name} is missing; write what the provider gave you for this site, or "
            "leave OIDC_ISSUER out."
        )
    return text(name)


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
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
        urlsplit(url).port  # noqa: B018 - raises for a port that is no number
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}.") from error
    if config["NAME"] in ("", ":memory:"):
        raise ImproperlyConfigured("DATABASE_URL names no database.")
    # Each thread keeps its connection, and asks once a request whether it still works.
    config["CONN_MAX_AGE"], config["CONN_HEALTH_CHECKS"] = None, True
    if scheme == "sqlite":
        # A write transaction takes its lock at once and waits for others, so that
        # it never fails half-way; readers go on meanwhile (WAL).
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
            ),
        }
    else:
        # To compile a page's queries takes ten times as long as to answer them.
        config.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    return config


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
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "sdptracker",
        # One that does not answer must not hold up readers.
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
