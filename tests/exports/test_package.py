"""The Data Package: that it validates, and that its archive holds what it says."""

import hashlib
import json

import pytest
from frictionless import validate

from tests.exports import NAMES, unpacked

ZIP, DESCRIPTOR = "/data/sdp-tracker.zip", "/data/datapackage.json"


def test_package_validates(client, shown, tmp_path):
    unpacked(client, tmp_path)
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])
    assert [task.name for task in report.tasks] == NAMES
    assert all(task.stats["rows"] for task in report.tasks)


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("milestones", b",norway,", b",nowhere,"),
        ("milestones", b",signed,", b",married,"),
        ("coverage", b",area-4,", b",area-3,"),
        ("claims", b",eeas-web,", b",nobody,"),
        ("statuses", b"norway,sdp", b"nowhere,sdp"),
        ("sources", b",2026-03,", b",March 2026,"),
    ],
)
def test_package_would_not_validate_with_a_wrong_row(
    client, shown, tmp_path, table, old, new
):
    unpacked(client, tmp_path)
    path = tmp_path / f"{table}.csv"
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    assert not validate(str(tmp_path / "datapackage.json")).valid


def test_archive_holds_what_the_addresses_give(client, shown, tmp_path):
    unpacked(client, tmp_path)
    described = json.loads((tmp_path / "datapackage.json").read_text())
    assert described == client.get(DESCRIPTOR).json()
    for resource in described["resources"]:
        content = (tmp_path / resource["path"]).read_bytes()
        assert content == client.get(f"/data/{resource['path']}").getvalue()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"{n}.csv" for n in NAMES} | {"datapackage.json", "README.txt"}


def test_package_says_where_it_comes_from_and_what_it_allows(client, shown):
    described = client.get(DESCRIPTOR).json()
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert described["homepage"] == "http://testserver/data/"
    edition = client.get("/api/v1/statistics/").json()["edition"]
    assert described["version"] == str(edition)
    assert len(described["sources"]) == 2
    assert "apostrophe" in described["description"]
    assert described["id"] == described["homepage"]
    newest = client.get("/api/v1/changes/").json()["results"][0]
    assert described["created"] == newest["at"]
    assert "SAFE" in described["keywords"]
    (publisher,) = described["contributors"]
    assert publisher["role"] == "publisher"


def test_package_says_how_tables_hang_together(client, shown):
    described = client.get(DESCRIPTOR).json()
    keys = {
        (resource["name"], key["fields"], key["reference"]["resource"])
        for resource in described["resources"]
        for key in resource["schema"]["foreignKeys"]
    }
    assert keys >= {
        ("statuses", "milestone", "milestones"),
        ("disagreements", "partnership", "partnerships"),
        ("milestones", "met_by", ""),  # itself
        ("matrix", "slug", "areas"),
    }
    (matrix,) = (r for r in described["resources"] if r["name"] == "matrix")
    columns = [field["name"] for field in matrix["schema"]["fields"]]
    assert "norway" in columns and "hidden" not in columns


def test_readme_says_what_a_reader_must_know(client, shown, tmp_path):
    text = (unpacked(client, tmp_path) / "README.txt").read_text()
    for words in (
        "CC BY 4.0",
        "apostrophe",
        "coverage.csv",
        "Not an official data set",
    ):
        assert words in text


def test_one_edition_is_one_archive(client, shown):
    assert client.get(ZIP).getvalue() == client.get(ZIP).getvalue()
