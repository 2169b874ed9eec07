"""The tables over records that show all that a table can hold."""

import pytest

from tests.exports import NAMES, csv_rows, rows, sheets


@pytest.mark.parametrize("name", NAMES)
def test_all_formats_hold_the_same_rows(client, shown, name):
    found = rows(client, name)
    as_csv = csv_rows(client.get(f"/data/{name}.csv").getvalue())
    sheet = sheets(client.get(f"/data/{name}.xlsx").getvalue())[name]
    assert found
    told = [place for place, head in enumerate(sheet[0]) if head in found[0]]
    sheet = [tuple(row[place] for place in told) for row in sheet]  # without labels
    assert sheet[0] == tuple(found[0])
    assert len(as_csv) == len(sheet) - 1 == len(found)
    for column, key in enumerate(found[0]):
        values = [row[key] for row in found]
        if isinstance(values[0], list | bool):
            continue
        texts = ["" if value is None else str(value) for value in values]
        assert [row[column] for row in as_csv] == texts
        if key not in ("at", "date", "since", "until"):
            cells = [row[column] for row in sheet[1:]]
            assert ["" if c is None else str(c)[:10] for c in cells] == [
                text[:10] for text in texts
            ]


@pytest.mark.parametrize("name", NAMES)
def test_draft_and_internal_notes_are_nowhere(client, shown, name):
    text = client.get(f"/data/{name}.csv").getvalue().decode()
    assert "Between us only" not in text
    assert "hidden" not in text
    assert "internal_notes" not in text


def test_partnership_says_what_the_api_says(client, shown):
    listed = client.get("/api/v1/partnerships/", {"page_size": 200}).json()["results"]
    found = rows(client, "partnerships")
    assert len(found) == len(listed) == 15
    for row, answer in zip(found, listed, strict=True):
        partner = {f"partner_{key}": v for key, v in answer.pop("partner").items()}
        del partner["partner_slug"]
        for gone in ("url", "html_url", "status_label", "safe_status_label"):
            del answer[gone]
        assert row.items() >= (answer | partner).items()


def test_facts_of_a_record_are_those_of_the_api(client, shown):
    record = client.get("/api/v1/partnerships/norway/").json()
    of_norway = {
        name: [row for row in rows(client, name) if row["partnership"] == "norway"]
        for name in ("milestones", "engagements", "coverage", "affiliations")
    }
    for name, found in of_norway.items():
        assert len(found) == len(record[name])
        keys = found[0].keys() & record[name][0].keys()
        assert len(keys) >= 3
        for one, answer in zip(found, record[name], strict=True):
            assert {k: one[k] for k in keys} == {k: answer[k] for k in keys}


def test_every_claim_names_a_fact_of_a_table(client, shown):
    facts = {
        f"{table.removesuffix('s')}-{row['id']}"
        for table in (
            *("milestones", "coverage", "engagements", "affiliations", "subjects"),
            *("positions", "namesakes"),
        )
        for row in rows(client, table)
    }
    claims = rows(client, "claims")
    named = {claim["fact"] for claim in claims}
    assert {fact for fact in named if not fact.startswith("stated_areas-")} <= facts
    assert {claim["standing"] for claim in claims} == {
        "agrees",
        "compatible",
        "disagrees",
    }


def test_change_is_that_of_the_api(client, shown):
    listed = client.get("/api/v1/changes/", {"page_size": 200}).json()
    found = rows(client, "changes")
    assert len(found) == listed["count"]
    for row, answer in zip(found, listed["results"], strict=False):
        record = answer.pop("record")
        del answer["digest"], answer["seal"]  # the ledger's own file has them
        named = {f"record_{key}": value for key, value in record.items()}
        del row["edition"]
        assert row == answer | named


@pytest.mark.parametrize(
    "query",
    [
        {"status": "signed"},
        {"region": ["western_europe", "north_america"], "order": "-name"},
        {"q": "norway"},
        {"area": "area-4"},
        {"disagreement": "open"},
        {"signed_after": "2025-01-01", "order": "signed_on"},
        {"status": "signed", "as_of": "2025-06-30"},
    ],
)
def test_partnerships_obey_the_list(client, shown, query):
    listed = client.get("/api/v1/partnerships/", query | {"page_size": 200}).json()
    slugs = [row["slug"] for row in rows(client, "partnerships", **query)]
    assert slugs == [row["slug"] for row in listed["results"]]
    assert slugs


def test_changes_obey_the_log(client, shown):
    query = {"partnership": "canada"}
    listed = client.get("/api/v1/changes/", query | {"page_size": 200}).json()
    numbers = [row["number"] for row in rows(client, "changes", **query)]
    assert numbers == [row["number"] for row in listed["results"]]
    assert 0 < len(numbers) < len(rows(client, "changes"))
