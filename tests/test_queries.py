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
    **{"/": 11, "/partnerships/": 12, "/partnerships/partner-0/": 11, "/matrix/": 8},
    **{AREA: 8, "/compare/": 2, "/compare/?p=partner-0&p=partner-1": 9},
    **{"/timeline/": 7, "/timeline/?status=signed": 6, "/sources/": 5, SOURCE: 5},
    **{"/disagreements/?disagreement=ruled": 6, "/sitemap.xml": 6},
    **{"/safe/": 3, "/ties/": 5, "/ties/agreements/": 8, "/positions/": 3},
    **{"/changes.atom": 11, "/milestones.atom": 4, "/milestones.ics": 6},
    # The numbers of the log are known from the other feed.
    **{"/changes.feed.json": 8, "/changes.feed.json?partnership=partner-0": 8},
    **{"/milestones.feed.json": 4, "/milestones.feed.json?kind=signed": 4},
    **{"/checkpoints.atom": 2, "/data/verify/": 2, "/changes/1/": 5},
    **{"/data/": 2, "/data/cite.bib": 2, "/partnerships/partner-0/cite.bib": 2},
    **{"/data/catalog.ttl": 2, "/data/vocabulary.jsonld": 2},
    "/timemap/partnerships/partner-0/": 4,
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
        factories.position(record)
        factories.milestone(record, "requested", "2025-06", track="safe")
        factories.affiliation(record.partner, "nato_ally")
    with context.change(reason="The briefing’s table", kind="import", actor=""):
        for number in range(100 * last, 100 * last + BULK + 1):
            factories.area(number)
    sealing.seal()


def counted(client, addresses):
    counts = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts[address] = len(captured)
    return counts


def test_number_of_queries_does_not_grow(client, monkeypatch):
    make(0, 6)
    few = counted(client, QUERIES)
    make(6, 12)
    assert counted(client, QUERIES) == QUERIES
    # Of the log, one less while all that its entries name is among them.
    assert all(few[address] <= QUERIES[address] for address in QUERIES)
    monkeypatch.setattr(timeline_drawing, "MOST_MARKS", 1)
    # The partners of the edition are known by now.
    assert counted(client, ["/timeline/"]) == {"/timeline/": QUERIES["/timeline/"] - 1}
