"""The canonical form of a change, and the chain over all of them. Pure.

A change is two JSON texts (keys sorted, UTF-8, no space, times in UTC with six digits):
the public one, which anybody may check, and the private one. Then, in hexadecimal::

    digest = SHA-256( SHA-256(public) ‖ SHA-256(salt ‖ private) )
    seal   = SHA-256( previous seal ‖ number ‖ record ‖ history row ‖ digest )

where each part of the seal is preceded by its length in bytes and a colon, and the seal
before number 1 is 64 zeros. Sealing the digest alone lets a value be blacked out later
without breaking the chain.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

GENESIS = "0" * 64

#: What stands in place of a value that was blacked out.
BLACK = "[redacted]"

#: Raised by reading what is not as the tracker wrote it.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError)

#: Columns of a history row that describe the change; the others are the record's.
META = {
    "id": "object",
    "history_id": "history",
    "history_date": "at",
    "history_type": "action",
    "history_actor": "by",
    "history_change_reason": "reason",
    "history_kind": "kind",
    "history_changeset": "operation",
}
_USER = "history_user_id"
_AS_IT_IS = (str, int, type(None))
_VALUES = ',"values":'
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
_decode = json.JSONDecoder().raw_decode


def public_and_private(
    record: str, row: Mapping[str, Any], public_columns: Iterable[str]
) -> tuple[dict, dict]:
    """Return the public and the private half of the change that a row records."""
    values = {column: plain(value) for column, value in row.items()}
    # Each value goes to one half: what is left in the end is the record's and private.
    meta = {name: values.pop(column) or "" for column, name in META.items()}
    shown = {column: values.pop(column) for column in public_columns}
    public = meta | {"record": record, "values": shown}
    return public, {"user": values.pop(_USER), "values": values}


def to_json(half: Mapping[str, Any]) -> str:
    """Return one half of a change as its canonical text."""
    return _ENCODER.encode(half)


def values(text: str | None) -> dict[str, Any]:
    """Return the record's values by column from either text of a change; none from no
    text.

    They come last, since keys are sorted, and nothing before them looks alike: inside
    of what people wrote, a quotation mark stands behind a backslash.
    """
    if not text:
        return {}
    return _decode(text, text.index(_VALUES) + len(_VALUES))[0]


def private_hash(private: str, salt: str) -> str:
    """Return the hash that stands for the private text, which readers are not given."""
    return sha256((salt + private).encode()).hexdigest()


def digest(public: str, private: str, salt: str) -> str:
    """Return the digest of a change's two texts; raise TypeError or ValueError where
    one of them is no text that can be encoded."""
    outer = sha256(sha256(public.encode()).digest())
    outer.update(bytes.fromhex(private_hash(private, salt)))
    return outer.hexdigest()


def seal(previous: str, number: int, record: str, history_id: int, digest: str) -> str:
    """Return the seal that chains a change to the seal before it."""
    parts = (previous, str(number), record, str(history_id), digest)
    return sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def plain(value: Any) -> str | int | None:
    """Return a value of a row as JSON holds it: times in UTC with six digits, dates in
    ISO 8601, all else as text."""
    if isinstance(value, _AS_IT_IS):
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:  # as SQLite gives a time, in UTC
            value = value.replace(tzinfo=UTC)
        elif value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return f"{value.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)  # a UUID, a partial date
