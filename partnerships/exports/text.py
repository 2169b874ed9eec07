"""Text that every format can hold, so that all of them hold the same."""

import json

#: What XML 1.0 cannot say, and so no spreadsheet.
_REFUSED = [*map(chr, set(range(32)) - set(b"\t\n\r")), "\ufffe", "\uffff"]
_NONE = dict.fromkeys(map(ord, _REFUSED))
_CONTROLS = bytes(ord(sign) for sign in _REFUSED if ord(sign) < 32)

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
