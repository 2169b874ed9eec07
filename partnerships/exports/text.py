"""Text that every format can hold, so that all of them hold the same."""

import json
from collections.abc import Iterable
from functools import cache

#: What XML 1.0 cannot say, and so no spreadsheet.
_REFUSED = [*map(chr, set(range(32)) - set(b"\t\n\r")), "\ufffe", "\uffff"]
_NONE = dict.fromkeys(map(ord, _REFUSED))
_CONTROLS = bytes(ord(sign) for sign in _REFUSED if ord(sign) < 32)

_AS_THEY_ARE = (bool, int, type(None))

plain_json = json.JSONEncoder(ensure_ascii=False).encode


def has_refused(text: str) -> bool:
    """Whether something in a long text has to go."""
    data = text.encode()
    return (
        len(data.translate(None, _CONTROLS)) != len(data)
        or "\ufffe" in text
        or "\uffff" in text
    )


def clean(cell):
    """The cell as it is; of text, without control characters and with each line ended
    as everywhere else."""
    if isinstance(cell, str) and not cell.isprintable():
        cell = cell.translate(_NONE).replace("\r\n", "\n").replace("\r", "\n")
    return cell


def listed(differences: Iterable) -> list[dict]:
    """A cell of the log with what a change changed, as JSON has it."""
    return [
        {"name": name, "label": label, "old": _plain(old), "new": _plain(new)}
        for name, label, old, new in differences
    ]


def listed_json(differences: Iterable) -> str:
    """The text of that. Written by hand: a file of the log has a million of them."""
    found = [
        f'{_head(name, label)}{_quoted(old)}, "new": {_quoted(new)}}}'
        for name, label, old, new in differences
    ]
    return f"[{', '.join(found)}]"


@cache
def _head(name: str, label: str) -> str:
    head = plain_json({"name": name, "label": label})
    return f'{head[:-1]}, "old": '


def _quoted(value) -> str:
    return "null" if value is None else plain_json(_plain(value))


def _plain(value):
    if isinstance(value, str):
        return value if value.isprintable() else clean(value)
    return value if isinstance(value, _AS_THEY_ARE) else clean(str(value))
