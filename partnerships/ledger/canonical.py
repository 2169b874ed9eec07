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


def said(
    record: str, row: Mapping[str, Any], public_fields: Iterable[str]
) -> tuple[dict, dict]:
    """What one history row, given by column, says in public and in private."""
    values = {column: plain(value) for column, value in row.items()}
    public = {name: values.pop(column) or "" for column, name in META.items()}
    private = {"user": values.pop(_USER)}
    public["record"] = record
    public["values"] = {n: values.pop(n) for n in public_fields if n in values}
    private["values"] = values
    return public, private


def to_json(value) -> str:
    return _ENCODER.encode(value)


def values(text: str | None) -> dict:
    """What either text of a change says of the record, by column. It comes last, since
    keys are sorted, and nothing before it looks the same: inside of what people wrote,
    a quotation mark stands behind a backslash. A change of which nothing is known says
    nothing."""
    if not text:
        return {}
    return _decode(text, text.index(_VALUES) + len(_VALUES))[0]


def private_hash(private: str, salt: str) -> str:
    return sha256((salt + private).encode()).hexdigest()


def digest(public: str, private: str, salt: str) -> str:
    outer = sha256(sha256(public.encode()).digest())
    outer.update(bytes.fromhex(private_hash(private, salt)))
    return outer.hexdigest()


def seal(previous: str, number: int, record: str, history_id: int, digest: str) -> str:
    parts = (previous, str(number), record, str(history_id), digest)
    return sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def plain(value):
    if isinstance(value, _AS_IT_IS):
        return value
    if isinstance(value, datetime):
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return f"{value.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)  # a UUID, a partial date
