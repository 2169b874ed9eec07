"""Rows of the tables joined by their keys, as those join them who never saw the code."""

import duckdb
import pytest

from tests.exports import rows, unpacked

pytestmark = pytest.mark.once

#: The tables whose rows a change of the log can be of, with the column of their key.
KEYS = {
    **{"partnership": ("partnerships", "slug"), "partner": ("partnerships", "slug")},
    **{"area": ("areas", "slug"), "coverage": ("coverage", "key")},
    **{
        kind: (f"{kind}s", "key")
        for kind in (
            *("affiliation", "milestone", "check", "engagement", "subject"),
            *("position", "namesake", "question", "source", "claim"),
        )
    },
}
SIGNED = """
    SELECT p.slug, p.partner_iso_alpha3, m.date, list_sort(list(s.url))
    FROM 'partnerships.csv' p
    JOIN 'milestones.csv' m ON m.partnership = p.slug AND m.kind = 'signed'
    JOIN 'sources.csv' s ON list_contains(string_split(m.sources, '; '), s.key)
    WHERE p.sdp_status = 'signed' GROUP BY ALL ORDER BY p.slug
"""


@pytest.fixture
def ask(client, built, db, tmp_path, monkeypatch):
    """Ask the files of the archive in SQL."""
    unpacked(client, tmp_path)
    monkeypatch.chdir(tmp_path)
    return lambda sql: duckdb.sql(sql).fetchall()


def test_signatures_with_their_sources_are_one_statement(client, ask):
    found = {slug: rest for slug, *rest in ask(SIGNED)}
    expected = {
        row["slug"]: row["partner_iso_alpha3"] or None
        for row in rows(client, "partnerships")
        if row["sdp_status"] == "signed"
    }
    assert {slug: iso for slug, (iso, *_) in found.items()} == expected
    assert found["norway"][1:] == [
        "2024-05-28",
        ["https://example.org/briefing", "https://example.org/eeas"],
    ]


def test_every_change_names_a_row_of_its_table(ask):
    of_tables = " UNION ALL ".join(
        f"SELECT '{model}' AS model, {key} AS key FROM '{table}.csv'"
        for model, (table, key) in KEYS.items()
    )
    changes = ask(
        "SELECT record_model, record_key, key FROM 'changes.csv'"
        f" LEFT JOIN ({of_tables}) ON model = record_model AND key = record_key"
    )
    assert [change for change in changes if not change[2]] == []
    assert {model for model, *_ in changes} == {*KEYS}


def test_every_claim_names_its_fact(ask):
    of_tables = " UNION ALL ".join(
        f"SELECT '{model}' AS kind, key, url FROM '{table}.csv'"
        for model, (table, key) in KEYS.items()
        if key == "key" and model not in ("source", "claim")
    )
    claims = ask(
        "SELECT fact_kind, fact_key, c.url, f.url FROM 'claims.csv' c"
        f" LEFT JOIN ({of_tables}) f ON f.kind = fact_kind AND f.key = fact_key"
    )
    assert {kind for kind, *_ in claims} >= {"milestone", "coverage", "stated_areas"}
    for kind, key, url, of_fact in claims:
        if kind == "stated_areas":
            assert key == "norway" and "/partnerships/norway/#stated_areas-" in url
        else:
            assert url == of_fact, (kind, key)
