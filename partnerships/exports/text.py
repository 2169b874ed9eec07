"""Text that every format can hold, so that all of them hold the same."""

import json
import re

#: What XML 1.0 cannot say, and so no spreadsheet.
REFUSED = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_UNCLEAN = re.compile(f"[{REFUSED}\r]")
_REFUSED = re.compile(f"[{REFUSED}]")

plain_json = json.JSONEncoder(ensure_ascii=False).encode


def clean(cell):
    """The cell as it is; of text, without control characters and with each line ended
    as everywhere else."""
    if isinstance(cell, str) and _UNCLEAN.search(cell):
        return _REFUSED.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))
    return cell
