"""All tables as one Frictionless Data Package (specs.frictionlessdata.io): the CSV
files, what is in them, and their checksums."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from django.http import QueryDict
from django.utils.text import capfirst

from partnerships.dates import PATTERN
from partnerships.exports import write_csv
from partnerships.exports.columns import TYPES, Column, json_value
from partnerships.exports.reading import Reading
from partnerships.exports.tables import CHANGES, TABLES, Table, tables_read
from partnerships.ledger.known_on import known_on
from partnerships.models import LedgerEntry, Source
from partnerships.web.citations import (
    DATA_SET,
    LICENCE,
    LICENCE_NAME,
    NOT_OFFICIAL,
    SITE,
)
from partnerships.web.linked.data_set import KEYWORDS

GUARD = (
    "In the CSV files, text that a spreadsheet would take for a formula, because it "
    "begins with =, +, -, @, a tab or a line break, stands behind an apostrophe."
)


def describe(reading: Reading, *, home: str, query: str = "") -> dict:
    """Return what datapackage.json says; ``query`` goes with the address of each
    file, ``home`` is the address of the page about them."""
    resources = [
        _resource(table, _copied(_csv(table, reading)), query)
        for table in tables_read(reading)
    ]
    return _package(reading, home, resources)


def description(
    reading: Reading, *, home: str, query: str
) -> Callable[[BinaryIO], object]:
    """Return the writer of datapackage.json."""

    def write(file: BinaryIO) -> None:
        file.write(as_json(describe(reading, home=home, query=query)).encode())

    return write


def content(reading: Reading, *, home: str) -> Callable[[BinaryIO], object]:
    """Return the writer of an archive of all tables, described and with a few words."""
    return partial(_write, reading, home)


def _write(reading: Reading, home: str, target: BinaryIO):
    resources = []
    with zipfile.ZipFile(target, "w") as archive:
        for table in tables_read(reading):
            with archive.open(_entry(f"{table.name}.csv", reading), "w") as entry:
                checksum = _copied(_csv(table, reading), entry.write)
            resources.append(_resource(table, checksum, ""))
        package = _package(reading, home, resources)
        archive.writestr(_entry("datapackage.json", reading), as_json(package))
        archive.writestr(_entry("README.txt", reading), _readme(reading, home))


def as_json(package: dict) -> str:
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def of_its_own(table: Table, reading: Reading) -> Reading:
    """Return the reading in the parameters of one of all tables: the log has no clocks,
    and what was known is the log until then."""
    if table.name != CHANGES.name:
        return reading
    parameters = QueryDict(mutable=True)
    if past := reading.past:
        parameters["edition" if past.edition else "to"] = str(past)
    return replace(reading, parameters=parameters, past=None)


def _csv(table: Table, reading: Reading) -> Iterator[bytes]:
    return write_csv.content(table, of_its_own(table, reading))


def _copied(chunks: Iterator[bytes], write=lambda chunk: None) -> dict:
    """Write all chunks and return how many bytes they are, and their checksum."""
    size, digest = 0, hashlib.sha256()
    for chunk in chunks:
        write(chunk)
        size += len(chunk)
        digest.update(chunk)
    return {"bytes": size, "hash": f"sha256:{digest.hexdigest()}"}


def _entry(name: str, reading: Reading) -> zipfile.ZipInfo:
    """Return the entry of a file, dated by what was known: one edition, one archive."""
    day = reading.known_on.timetuple()[:3]
    entry = zipfile.ZipInfo(name, date_time=(*day, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry


def _package(reading: Reading, home: str, resources: list) -> dict:
    return {
        "profile": "tabular-data-package",
        "id": home,
        "name": "sdp-tracker",
        "title": DATA_SET,
        "description": f"{NOT_OFFICIAL} {GUARD}",
        "homepage": home,
        "version": str(reading.edition),
        **_created(reading),
        "keywords": KEYWORDS,
        "contributors": [{"title": SITE, "path": home, "role": "publisher"}],
        "as_of": reading.on.isoformat(),
        "known_on": reading.known_on.isoformat(),
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0 International",
                "path": LICENCE,
            }
        ],
        "sources": _sources(reading),
        "resources": resources,
    }


def _created(reading: Reading) -> dict[str, str]:
    """Return when the last change of the edition was made; nothing without one."""
    entries = LedgerEntry.objects.filter(number=reading.edition)
    at = entries.values_list("at", flat=True).first()
    return {"created": json_value(at)} if at else {}


def _sources(reading: Reading) -> list[dict]:
    with known_on(reading.past):
        sources = (
            Source.objects.public()
            .order_by("key")
            .values_list("publisher", "title", "url")
        )
        return [
            {"title": f"{publisher}: {title}"} | ({"path": url} if url else {})
            for publisher, title, url in sources
        ]


def _resource(table: Table, checksum: dict, query: str) -> dict:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": f"{table.name}.csv{query}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **checksum,
        "dialect": {"lineTerminator": "\r\n"},
        "schema": {
            "fields": [_field(column, table) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": column,
                    "reference": {
                        "resource": "" if name == table.name else name,
                        "fields": key,
                    },
                }
                for column, (name, key) in table.references.items()
            ],
        },
    }


def _field(column: Column, table: Table) -> dict:
    title = capfirst(column.name.replace("_", " "))
    field = {"name": column.name, "title": title, "description": column.meaning}
    field |= TYPES[column.type]
    constraints: dict[str, bool | str | list[str]] = {}
    if column.name in table.key:
        constraints["required"] = True
        if len(table.key) == 1:
            constraints["unique"] = True
    if column.type == "partial date":
        constraints["pattern"] = PATTERN
    if column.values:
        constraints["enum"] = [value for value, _ in column.values]
    return field | ({"constraints": constraints} if constraints else {})


def _readme(reading: Reading, home: str) -> str:
    tables = [f"  {table.name}.csv: {table.title}\n" for table in TABLES.values()]
    return (
        f"{DATA_SET}\n"
        f"Edition {reading.edition}, as of {reading.on}, "
        f"as known on {reading.known_on}\n"
        f"{home}\n\n"
        f"{NOT_OFFICIAL}\n"
        f"Licence: {LICENCE_NAME}, {LICENCE}\n\n"
        f"{''.join(tables)}\n"
        "datapackage.json says what each column means and how the tables belong\n"
        "together (Frictionless Data Package). The files are UTF-8.\n\n"
        f"{GUARD}\n"
    )
