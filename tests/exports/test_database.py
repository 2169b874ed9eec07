"""The SQLite file: that it holds what the tables hold, and that others can use it."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from sqlite_utils import Database

from tests.exports import NAMES, rows

PATH = "/data/sdp-tracker.sqlite"


@pytest.fixture
def path(client, shown, tmp_path):
    path = tmp_path / "sdp-tracker.sqlite"
    answer = client.get(PATH)
    assert answer["Content-Type"] == "application/vnd.sqlite3"
    path.write_bytes(answer.getvalue())
    return path


@pytest.fixture
def database(path):
    with closing(sqlite3.connect(path)) as database:
        yield database


def stored(value):
    """A value of JSON as the file has it."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return int(value) if isinstance(value, bool) else value


@pytest.mark.parametrize("name", NAMES)
def test_file_holds_every_row_of_a_table(client, database, name):
    database.row_factory = sqlite3.Row
    found = [dict(row) for row in database.execute(f'SELECT * FROM "{name}"')]
    expected = [
        {key: stored(value) for key, value in row.items()} for row in rows(client, name)
    ]
    assert found and sorted(map(str, found)) == sorted(map(str, expected))


def test_references_hold_and_are_declared(database):
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    declared = {
        (name, column, table)
        for name in NAMES
        for _, _, table, column, *_ in database.execute(
            f'PRAGMA foreign_key_list("{name}")'
        )
    }
    assert declared >= {
        ("claims", "source", "sources"),
        ("coverage", "area", "areas"),
        ("milestones", "met_by", "milestones"),
        ("statuses", "milestone", "milestones"),
    }


def test_wrong_reference_would_be_found(database):
    database.execute("UPDATE claims SET source = 'nobody'")
    assert database.execute("PRAGMA foreign_key_check").fetchall()


def test_file_says_what_it_is(client, database):
    about = dict(database.execute("SELECT name, value FROM about"))
    edition = client.get("/api/v1/statistics/").json()["edition"]
    assert about["edition"] == edition
    assert about["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    assert f"(Edition {edition}; " in about["cite"]
    assert about["home"] == "http://testserver/data/"
    ((meaning,),) = database.execute(
        "SELECT meaning FROM dictionary"
        " WHERE table_name = 'claims' AND column_name = 'fact_key'"
    )
    assert "key of that fact" in meaning


def test_one_edition_is_one_file(client, shown):
    assert client.get(PATH).getvalue() == client.get(PATH).getvalue()


@pytest.mark.once
def test_datasette_and_sqlite_utils_read_it(path):
    tables = {*NAMES, "about", "dictionary"}
    shown_by = subprocess.run(
        [sys.executable, "-m", "datasette", "inspect", path],
        capture_output=True,
        check=True,
    )
    (inspected,) = json.loads(shown_by.stdout).values()
    assert inspected["tables"].keys() == tables
    base = Database(path)
    assert {*base.table_names()} == tables
    assert base["milestones"].pks == ["id"]
    keys = base["milestones"].foreign_keys
    assert ("partnership", "partnerships") in [(k.column, k.other_table) for k in keys]
