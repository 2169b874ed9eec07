"""All tables as one Frictionless Data Package (specs.frictionlessdata.io): the CSV
files, what is in them, and their checksums."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from django.http import QueryDict

from partnerships.exports import write_csv
from partnerships.exports.columns import TYPES, Column
from partnerships.exports.metadata import LICENCE, NOT_OFFICIAL, TITLE
from partnerships.exports.parameters import Asked
from partnerships.exports.tables import TABLES, Table
from partnerships.ledger.known_on import known_on
from partnerships.models import Source

GUARD = (
    "In the CSV files, text that a spreadsheet would take for a formula, because it "
    "begins with =, +, -, @, a tab or a line break, stands behind an apostrophe."
)


class Checked:
    """The chunks of a file on their way, with their checksum."""

    def __init__(self, chunks: Iterator[bytes]):
        self.chunks, self.size, self.hash = chunks, 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.size += len(chunk)
            self.hash.update(chunk)
            yield chunk


def describe(asked: Asked, *, home: str, query: str = "") -> dict:
    """What datapackage.json says; ``query`` goes with the address of each file."""
    resources = []
    for table in TABLES.values():
        file = _file(table, asked)
        for _ in file:
            pass
        resources.append(_resource(table, file, query))
    return _package(asked, home, resources)


def write(asked: Asked, target: BinaryIO, *, home: str):
    """An archive of all tables, their description and a few words."""
    resources = []
    with zipfile.ZipFile(target, "w") as archive:
        for table in TABLES.values():
            file = _file(table, asked)
            with archive.open(_entry(f"{table.name}.csv", asked), "w") as entry:
                for chunk in file:
                    entry.write(chunk)
            resources.append(_resource(table, file, ""))
        package = _package(asked, home, resources)
        for name, text in (
            ("datapackage.json", as_json(package)),
            ("README.txt", _readme(asked, home)),
        ):
            with archive.open(_entry(name, asked), "w") as entry:
                entry.write(text.encode())


def as_json(package: dict) -> str:
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _file(table: Table, asked: Asked) -> Checked:
    if table.name == "changes":  # has no clocks: what was known is the log until then
        data = QueryDict(mutable=True)
        if asked.known:
            data["to"] = asked.known.isoformat()
        asked = replace(asked, data=data, known=None)
    return Checked(write_csv.chunks(table, asked))


def _entry(name: str, asked: Asked) -> zipfile.ZipInfo:
    """A file of that day, whenever it is made: one edition, one archive."""
    day = asked.known_on.timetuple()[:3]
    entry = zipfile.ZipInfo(name, date_time=(*day, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry


def _package(asked: Asked, home: str, resources: list) -> dict:
    return {
        "profile": "tabular-data-package",
        "name": "sdp-tracker",
        "title": TITLE,
        "description": f"{NOT_OFFICIAL} {GUARD}",
        "homepage": home,
        "version": str(asked.edition),
        "as_of": asked.on.isoformat(),
        "known_on": asked.known_on.isoformat(),
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0 International",
                "path": LICENCE,
            }
        ],
        "sources": _sources(asked),
        "resources": resources,
    }


def _sources(asked: Asked) -> list[dict]:
    with known_on(asked.known):
        found = Source.objects.order_by("key").values_list("publisher", "title", "url")
        return [
            {"title": f"{publisher}: {title}"} | ({"path": url} if url else {})
            for publisher, title, url in found
        ]


def _resource(table: Table, file: Checked, query: str) -> dict:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": f"{table.name}.csv{query}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.hash.hexdigest()}",
        "dialect": {"lineTerminator": "\r\n"},
        "schema": {
            "fields": [_field(column, table) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {"fields": column, "reference": {"resource": name, "fields": key}}
                for column, (name, key) in table.references.items()
            ],
        },
    }


def _field(column: Column, table: Table) -> dict:
    field = {"name": column.name, "description": column.meaning} | TYPES[column.type]
    constraints = {}
    if column.name in table.key:
        constraints["required"] = True
        if len(table.key) == 1:
            constraints["unique"] = True
    if column.values:
        constraints["enum"] = [value for value, _ in column.values]
    return field | ({"constraints": constraints} if constraints else {})


def _readme(asked: Asked, home: str) -> str:
    tables = "\n".join(f"  {t.name}.csv: {t.title}" for t in TABLES.values())
    return (
        f"{TITLE}\n"
        f"Edition {asked.edition}, as of {asked.on}, as known on {asked.known_on}\n"
        f"{home}\n\n"
        f"{NOT_OFFICIAL}\n"
        f"Licence: CC BY 4.0, {LICENCE}\n\n"
        f"{tables}\n\n"
        "datapackage.json says what each column means and how the tables belong\n"
        "together (Frictionless Data Package). The files are UTF-8.\n\n"
        f"{GUARD}\n"
    )
