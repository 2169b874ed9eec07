"""All tables in one file, on another day and without a record."""

import sqlite3
from contextlib import closing

import pytest
from frictionless import Package

from tests import factories
from tests.exports import csv_rows, unpacked
from tests.factories import edit
from tests.two_clocks import APRIL, MARCH, on

pytestmark = pytest.mark.django_db

DESCRIPTOR = "/data/datapackage.json"


def test_descriptor_of_a_day_names_the_files_of_that_day(client):
    with on(MARCH):
        signed = factories.milestone(factories.partnership(), place="Oslo")
    with on(APRIL):
        edit(signed, place="Brussels")
        query = {"known_on": MARCH.isoformat()}
        described = client.get(DESCRIPTOR, query).json()
        assert (described["version"], described["known_on"]) == ("3", str(MARCH))
        for resource in described["resources"]:
            if resource["name"] != "changes":
                content = client.get(f"/data/{resource['path']}").getvalue()
                assert resource["bytes"] == len(content)


def test_archive_of_a_day_holds_the_log_until_then(client, tmp_path):
    with on(MARCH):
        signed = factories.milestone(factories.partnership(), place="Oslo")
    with on(APRIL):
        edit(signed, place="Brussels")
    with on(APRIL):
        unpacked(client, tmp_path, known_on=MARCH.isoformat())
    assert len(csv_rows((tmp_path / "changes.csv").read_bytes())) == 3
    assert "Oslo" in (tmp_path / "milestones.csv").read_text()


def test_sqlite_file_of_a_day_holds_the_log_until_then(client, tmp_path):
    with on(MARCH):
        signed = factories.milestone(factories.partnership(), place="Oslo")
    path = tmp_path / "sdp-tracker.sqlite"
    with on(APRIL):
        edit(signed, place="Brussels")
        query = {"known_on": MARCH.isoformat()}
        content = client.get("/data/sdp-tracker.sqlite", query).getvalue()
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as database:
        ((place,),) = database.execute("SELECT place FROM milestones")
        ((changes,),) = database.execute("SELECT count(*) FROM changes")
    assert (place, changes) == ("Oslo", 3)


def test_empty_data_set_validates(client, tmp_path):
    unpacked(client, tmp_path)
    assert Package(str(tmp_path / "datapackage.json")).validate().valid
