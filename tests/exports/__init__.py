"""The files under /data/: what they hold, in which formats, and for whom."""

import csv
import io
import json
import zipfile

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from partnerships.exports.tables import TABLES
from partnerships.exports.views import FORMATS

NAMES, ENDINGS = list(TABLES), list(FORMATS)


def csv_rows(content: bytes) -> list[list[str]]:
    """The rows below the head."""
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]


def json_rows(content: bytes) -> list[dict]:
    return json.loads(content)["rows"]


def sheets(content: bytes) -> dict[str, list[tuple]]:
    """The rows of each sheet, its head included, as spreadsheet programs read them."""
    book = load_workbook(io.BytesIO(content))
    return {
        sheet.title: [tuple(map(_unescaped, row)) for row in sheet.values]
        for sheet in book
    }


def _unescaped(cell):
    return unescape(cell) if isinstance(cell, str) else cell


def rows(client, table, **query) -> list[dict]:
    """What a table holds, as JSON has it."""
    answer = client.get(f"/data/{table}.json", query)
    assert answer.status_code == 200, answer.content
    return json_rows(answer.getvalue())


def unpacked(client, directory, **query):
    """The directory with what is in the archive."""
    content = client.get("/data/sdp-tracker.zip", query).getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(directory)
    return directory
