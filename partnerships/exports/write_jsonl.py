"""A table as JSON Lines: each row as an object, one in a line, and nothing else."""

from collections.abc import Sequence
from functools import partial

from partnerships.exports import text_files
from partnerships.exports.reading import Reading
from partnerships.exports.tables import Table
from partnerships.exports.write_json import lines

CONTENT_TYPE = "application/x-ndjson"


def _head(table: Table, reading: Reading) -> str:
    return ""


def _rows(table: Table, rows: Sequence[tuple]) -> str:
    return "".join(f"{line}\n" for line in lines(table, rows))


content = partial(text_files.content, text_files.TextFormat("jsonl", _head, _rows))
