"""PostgreSQL: what DATABASE_URL says of it, and bounds to every wait for it."""

import re
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

FORM = (
    "postgresql://user:password@host:5432/name, with several servers "
    "postgresql://user:password@one,two/name?target_session_attrs=read-write, "
    "and in a password %40 for @, %2F for /, %23 for #, %25 for %"
)
#: Seconds; libpq knows no shorter time to connect in. A peer that is gone without a
#: word is noticed after three unanswered questions.
CONNECTING: dict[str, Any] = {
    "connect_timeout": 2,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}
#: To compile a page's queries takes ten times as long as to answer them.
FOR_ALL = {"jit": "off"}
#: A command takes the time that it needs. What waits for a table makes all others wait
#: behind it, so it gives up sooner than they.
FOR_COMMANDS = {"lock_timeout": "10s"}
FOR_THE_SITE = {
    "statement_timeout": "20s",
    "lock_timeout": "1s",
    "idle_in_transaction_session_timeout": "60s",
}
#: Seconds that the site waits for an answer: longer than the server itself allows a
#: statement, which stops no server that is frozen.
PATIENCE = 25


def config(url: str, *, serving: bool, read_only: bool) -> dict[str, Any]:
    """Return Django's settings of the database at the URL. What it gives of options and
    parameters comes after ours, and so overrides one of them or adds to all."""
    try:
        given = conninfo_to_dict(_quoted(url))
    except ProgrammingError as error:  # which may quote the password
        unknown = re.search(r'invalid URI query parameter: "(\w+)"', str(error))
        raise ImproperlyConfigured(
            f"DATABASE_URL gives the parameter {unknown[1]}, which PostgreSQL does not "
            "know; the parameters are those of libpq, such as sslmode=require."
            if unknown
            else f"DATABASE_URL cannot be read; write {FORM}."
        ) from None
    ports = str(given.pop("port", "")).split(",")
    if any(port and not _is_port(port) for port in ports):
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read: its port is no number; write {FORM}."
        )
    ours = FOR_ALL | (FOR_THE_SITE if serving else FOR_COMMANDS)
    if read_only:
        ours |= {"default_transaction_read_only": "on"}
    options = [f"-c {name}={value}" for name, value in ours.items()]
    options.append(str(given.pop("options", "")))
    return {
        "ENGINE": "sdptracker.postgresql",
        "NAME": given.pop("dbname", ""),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": ",".join(ports) if any(ports) else "",
        "OPTIONS": {
            **CONNECTING,
            **given,
            "options": " ".join(filter(None, options)),
            "patience": PATIENCE if serving else None,
        },
    }


def _quoted(url: str) -> str:
    """Return the URL with parameters as libpq wants them, which takes no space and no
    second equals sign, as in ``?options=-c work_mem=8MB``."""
    place, mark, query = url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    return place + mark + urlencode(pairs, quote_via=quote)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536
