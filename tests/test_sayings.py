"""Positions, and what is easily taken for a partnership and is none."""

import pytest

from tests import factories
from tests.html import Checker, page

pytestmark = pytest.mark.django_db

POSITIONS, NOT_SDPS = "/positions/", "/not-sdps/"


def test_positions_stand_by_kind_and_name_of_who_holds_them(client):
    norway = factories.partnership()
    new = factories.position(date="2026-02-11", text="It welcomed them.")
    factories.position(norway, "Norway", holder_kind="government", text="It agrees.")
    factories.position(date="2023-11-23", text="It asked for more.")
    factories.claim(new, "2026-02-11", by=factories.source(publisher="EPRS"))
    found = page(client, POSITIONS)
    institutions, _, governments = found.text.partition("Governments 1 position")
    assert "EU institutions 2 positions, the newest first European Parliament" in (
        institutions
    )
    new_one, old_one = "11 February 2026 It welcomed them.", "23 November 2023 It asked"
    assert institutions.index(new_one) < institutions.index(old_one)
    assert institutions.count("European Parliament") == 1
    assert "Norway Day not recorded It agrees. On Norway" in governments
    assert f"position-{new.pk}" in found.ids
    assert "1 source" in institutions


def test_past_day_has_the_positions_of_then(client):
    factories.position(date="2026-02-11", text="It welcomed them.")
    found = page(client, POSITIONS, {"as_of": "2025-01-01"})
    assert "It welcomed" not in found.text
    assert "No position of that day or before is recorded." in found.text


def test_what_is_no_partnership_says_why_first(client):
    row = factories.namesake(date="2025-06-02")
    found = page(client, NOT_SDPS)
    assert "One is easily taken for a Security and Defence Partnership" in found.text
    words = found.text
    assert words.index(row.reason) < words.index("The EU and the Philippines")
    assert "2 June 2025" in found.text
    assert f"namesake-{row.pk}" in found.ids
    assert "Nothing of that day" in page(client, NOT_SDPS, {"as_of": "2025-01-01"}).text


def test_empty_record_says_so(client):
    for path, words in [(POSITIONS, "No position is"), (NOT_SDPS, "Nothing is")]:
        assert f"{words} recorded." in page(client, path).text
        assert Checker(client.get(path).text).problems == []
