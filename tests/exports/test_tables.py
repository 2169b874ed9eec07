"""What each table holds: for whom, on which days, by which parameters."""

import pytest

from partnerships.ledger import sealing
from tests import factories
from tests.exports import NAMES, csv_rows, json_rows, rows, sheets
from tests.factories import edit
from tests.two_clocks import APRIL, MARCH, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def norway():
    of = factories.partner(name="Norway", iso_code="NO")
    return factories.partnership(of=of, stated_areas=17, internal_notes="Between us")


def test_draft_has_no_row_in_any_table(client):
    draft = factories.partnership("atlantis", published=False)
    factories.claim(factories.milestone(draft), "2024-05-28")
    factories.claim(factories.coverage(draft, factories.area()), "included")
    factories.claim(factories.engagement(draft), "yes")
    factories.claim(factories.affiliation(draft.partner, "nato_ally"), "yes")
    factories.claim(factories.subject(draft), "yes")
    factories.claim(factories.position(draft), "yes")
    sealing.seal()
    found = {name: rows(client, name) for name in NAMES}
    assert {name: len(found[name]) for name in NAMES if found[name]} == {
        "areas": 1,
        "changes": 1,
        "matrix": 1,
    }
    assert "atlantis" not in found["matrix"][0]


def test_cell_that_nobody_assessed_is_there_and_says_so(client, norway):
    one, _ = factories.area(1), factories.area(2)
    cell = factories.coverage(norway, one)
    found = [(r["id"], r["area"], r["value"]) for r in rows(client, "coverage")]
    assert found == [(cell.pk, "area-1", "included"), (None, "area-2", "not_assessed")]


def test_partnership_without_a_cell_has_all_cells_too(client):
    area = factories.area()
    for slug in ("albania", "moldova", "norway"):
        partnership = factories.partnership(slug)
        if slug == "moldova":
            factories.coverage(partnership, area, "not_included")
    found = [(r["partnership"], r["value"]) for r in rows(client, "coverage")]
    assert found == [
        ("albania", "not_assessed"),
        ("moldova", "not_included"),
        ("norway", "not_assessed"),
    ]


def test_first_clock_shows_what_was_true_that_day(client, norway):
    factories.claim(factories.milestone(norway, date="2024-05-28"), "2024-05-28")
    factories.claim(factories.engagement(norway, since="2025-02-01"), "yes")
    (before,) = rows(client, "partnerships", as_of="2024-05-27")
    (after,) = rows(client, "partnerships", as_of="2024-05-28")
    assert (before["status"], after["status"]) == ("not_recorded", "signed")
    counts = {
        day: [len(rows(client, name, as_of=day)) for name in FACTS]
        for day in ("2024-05-27", "2024-05-28", "2025-02-01")
    }
    assert list(counts.values()) == [[0, 0, 0], [1, 0, 1], [1, 1, 2]]


FACTS = ("milestones", "engagements", "claims")


def test_second_clock_shows_what_was_known_that_day(client):
    with on(MARCH):
        norway = factories.partnership()
        signed = factories.milestone(norway, place="Oslo")
        gone = factories.partnership("atlantis")
    with on(APRIL):
        edit(signed, place="Brussels")
        edit(gone, is_published=False)
        canada = factories.partnership("canada")
        factories.milestone(canada)
        for name, before, now in [
            ("milestones", {"norway": "Oslo"}, {"canada": "", "norway": "Brussels"})
        ]:
            for query, expected in [({"known_on": MARCH}, before), ({}, now)]:
                found = rows(client, name, **query)
                assert {r["partnership"]: r["place"] for r in found} == expected
        slugs = {r["slug"] for r in rows(client, "partnerships", known_on=MARCH)}
        assert slugs == {"norway", "atlantis"}
        assert {r["slug"] for r in rows(client, "partnerships")} == {"norway", "canada"}


def test_each_row_names_the_edition_that_was_read(client):
    with on(MARCH):
        factories.milestone(factories.partnership())
    with on(APRIL):
        factories.partnership("canada")
    with on(APRIL):
        editions = {r["edition"] for r in rows(client, "milestones")}
        assert editions == {5}
        past = client.get("/data/milestones.json", {"known_on": MARCH}).getvalue()
        assert json_rows(past)[0]["edition"] == 3


@pytest.mark.parametrize("name", NAMES)
def test_empty_data_set_has_empty_tables(client, name):
    assert rows(client, name) == []
    assert csv_rows(client.get(f"/data/{name}.csv").getvalue()) == []
    assert len(sheets(client.get(f"/data/{name}.xlsx").getvalue())[name]) == 1


def test_more_rows_than_are_read_at_once(client, monkeypatch):
    monkeypatch.setattr("partnerships.exports.text_files.ROWS", 3)
    monkeypatch.setattr("partnerships.log.entries.AT_ONCE", 3)
    monkeypatch.setattr("partnerships.exports.rows.CHUNK", 3)
    areas = [factories.area(number) for number in range(1, 5)]
    for slug in ("albania", "moldova"):
        partnership = factories.partnership(slug)
        for area in areas:
            factories.coverage(partnership, area)
    sealing.seal()
    assert len(rows(client, "coverage")) == 8
    numbers = [row["number"] for row in rows(client, "changes")]
    assert numbers == list(range(16, 0, -1))
    assert csv_rows(client.get("/data/coverage.csv").getvalue())[7][1] == "moldova"


def test_workbook_of_another_day_cites_that_day(client):
    with on(MARCH):
        factories.check(factories.partnership(), "2026-02-28")
    with on(APRIL):
        factories.partnership("canada")
    with on(APRIL):
        then = about(client, "milestones", as_of=MARCH, known_on=MARCH)
        now = about(client, "milestones")
        some = about(client, "partnerships", q="canada")
    assert then["Checked through"].startswith("28 February 2026. Editors have ")
    assert now["Checked through"] == "No check of every partnership is recorded."
    assert f"/?as_of={MARCH}&known_on={MARCH}" in then["How to cite"]
    assert then["Edition"] < now["Edition"]
    for one in (then, now):
        assert f"(Edition {one['Edition']}; as of " in one["How to cite"]
    assert some["What it is"].startswith("A selection of the rows. ")
    assert not now["What it is"].startswith("A selection")


def about(client, name, **query):
    """What the second sheet of a workbook says of it."""
    found = sheets(client.get(f"/data/{name}.xlsx", query).getvalue())
    return dict(row[:2] for row in found["About"])


def test_statuses_are_periods_of_each_track(client, norway):
    factories.milestone(norway, "negotiations_opened", "2023-05-01")
    signed = factories.milestone(norway, date="2024-05/2024-06")
    found = [row for row in rows(client, "statuses") if row["track"] == "sdp"]
    assert [
        (r["status"], r["since"], r["until"], r["certain"], r["may_be"], r["milestone"])
        for r in found
    ] == [
        ("negotiating", "2023-05-01", "2024-05-01", True, [], found[0]["milestone"]),
        (
            "negotiating",
            "2024-05-01",
            "2024-06-30",
            False,
            ["signed"],
            found[0]["milestone"],
        ),
        ("signed", "2024-06-30", None, True, [], signed.pk),
    ]
    assert found[2]["date"] == "2024-05/2024-06"
    before = rows(client, "statuses", as_of="2024-05-31")
    assert [r["until"] for r in before if r["track"] == "sdp"] == [
        "2024-05-01",
        None,
    ]


def test_disagreement_has_each_field_with_what_sources_say(client, norway):
    signed = factories.milestone(norway, date="2024-05-28", place="Brussels")
    herald = factories.source("herald")
    factories.claim(signed, "2024-05-28")
    factories.claim(signed, "Oslo", by=herald, aspect="place")
    assert [r["field"] for r in rows(client, "disagreements")] == ["place"]
    factories.claim(signed, "2024-05-29", by=herald)
    edit(signed, ruling="The text bears this date.")
    of_fact, of_place = rows(client, "disagreements")
    assert (of_fact["field"], of_place["field"]) == ("fact", "place")
    assert of_fact["adopted"] == "2024-05-28" and of_place["adopted"] == "Brussels"
    assert [(c["says"], c["standing"]) for c in of_fact["claims"]] == [
        ("2024-05-28", "agrees"),
        ("2024-05-29", "disagrees"),
    ]
    assert of_place["claims"] == [
        {"source": "herald", "says": "Oslo", "standing": "disagrees"}
    ]
    assert {of_fact["state"], of_place["state"]} == {"ruled"}
    assert of_fact["fact"] == f"milestone-{signed.pk}"
    assert of_fact["fact_key"] == signed.key
    assert of_fact["url"] == f"http://testserver/partnerships/norway/#{of_fact['fact']}"
    assert rows(client, "disagreements", as_of="2024-05-27") == []


def test_matrix_is_the_coverage_by_partners(client, norway):
    one, two = factories.area(1), factories.area(2)
    factories.coverage(norway, one)
    factories.coverage(factories.partnership("albania"), two, "already_exists")
    found = rows(client, "matrix")
    assert list(found[0])[4:] == ["albania", "norway", "edition"]
    assert {
        (row["slug"], partner): row[partner]
        for row in found
        for partner in ("albania", "norway")
    } == {(r["area"], r["partnership"]): r["value"] for r in rows(client, "coverage")}


def test_fact_names_its_sources_once_each(client, norway):
    signed = factories.milestone(norway, date="2024-05-28")
    zeit, herald = factories.source("zeit"), factories.source("herald")
    for source, says in [(zeit, "2024-05"), (herald, "2024-06"), (zeit, "2024")]:
        place = {"locator": says, "aspect": "place" if says == "2024" else ""}
        factories.claim(signed, says, by=source, **place)
    (row,) = rows(client, "milestones")
    assert row["sources"] == "herald; zeit"
    assert (row["key"], row["url"]) == (
        signed.key,
        f"http://testserver/partnerships/norway/#milestone-{signed.pk}",
    )


@pytest.mark.django_db
def test_act_that_a_milestone_refers_to_has_its_identifiers(client):
    norway = factories.partnership()
    factories.milestone(norway, reference="Council Decision (EU) 2026/444")
    factories.milestone(norway, "statement", "2025", reference="a letter")
    acts = {row["eli"]: row["celex"] for row in rows(client, "milestones")}
    eli = "http://data.europa.eu/eli/dec/2026/444/oj"
    assert acts == {eli: "32026D0444", "": ""}
