"""Each page and feed asks as many queries of many records as of few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.choices import CoverageValue
from partnerships.ledger import context, sealing
from partnerships.log.entries import BULK
from partnerships.models import Area
from partnerships.web import timeline_drawing
from tests import factories

pytestmark = pytest.mark.django_db

AREA, SOURCE = "/areas/area-1/", "/sources/eprs-2026-03/"
QUERIES = {
    "/": 10,
    "/partnerships/": 7,
    "/partnerships/partner-0/": 8,
    "/matrix/": 5,
    AREA: 7,
    "/compare/": 2,
    "/compare/?p=partner-0&p=partner-1": 9,
    "/timeline/": 5,
    "/timeline/?status=signed": 5,
    "/sources/": 3,
    SOURCE: 4,
    "/disagreements/?disagreement=ruled": 5,
    "/sitemap.xml": 6,
    "/changes.atom": 10,
    "/milestones.atom": 4,
    "/milestones.ics": 4,
}


def make(first, last):
    """Partnerships with something of everything, disputed, and an operation in bulk."""
    areas = Area.objects.all() or [factories.area(number) for number in (1, 2, 3)]
    for number in range(first, last):
        record = factories.partnership(f"partner-{number}")
        for kind, day in [("proposed", "2023"), ("signed", "2024-05-28")]:
            factories.claim(factories.milestone(record, kind, day), day)
        ruled = factories.milestone(record, "statement", "2025", ruling="So it is.")
        factories.claim(ruled, "2023-05")
        for area in areas:
            cell = factories.coverage(record, area, CoverageValue.INCLUDED)
            factories.claim(cell, "not_included")
        factories.engagement(record)
        factories.affiliation(record.partner, "nato_ally")
    with context.change(reason="The briefing’s table", kind="import", actor=""):
        for number in range(100 * last, 100 * last + BULK + 1):
            factories.area(number)
    sealing.seal()


@pytest.mark.parametrize("address", QUERIES)
def test_number_of_queries_does_not_grow(client, monkeypatch, address):
    counts = []
    for first, last in [(0, 6), (6, 12)]:
        make(first, last)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    # Of the log, one less while all that its entries name is among them.
    few, many = counts
    assert few <= many == QUERIES[address]


def test_number_of_queries_of_a_drawing_by_columns_does_not_grow(client, monkeypatch):
    monkeypatch.setattr(timeline_drawing, "MOST_MARKS", 1)
    test_number_of_queries_does_not_grow(client, monkeypatch, "/timeline/")
