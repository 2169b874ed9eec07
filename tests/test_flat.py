"""No answer costs more for a longer trail: work is counted in steps of SQLite's
machine, without the statistics of the database and with those that it keeps."""

import itertools

import pytest
from django.core.cache import cache
from django.db import connection

from partnerships.choices import MilestoneKind
from partnerships.ledger import context, sealing
from tests import factories
from tests.ledger.databases import on_sqlite
from tests.two_clocks import MARCH, on

pytestmark = [pytest.mark.django_db, pytest.mark.once, on_sqlite]

#: Changes, nearly all of them of Canada's record.
SHORT, LONG = 700, 1_400
SLUGS = ["norway", "canada", *(f"partner-{number}" for number in range(13))]
PAGES = [
    "/partnerships/norway/changes/",
    "/changes/?partnership=norway",
    "/changes.atom",
    "/milestones.atom",
    "/sitemap.xml",
    f"/partnerships/canada/?known_on={MARCH}",
    f"/matrix/?known_on={MARCH}",
    f"/disagreements/?known_on={MARCH}",
]


@pytest.mark.slow("edits a record 1,400 times")
def test_pages_cost_no_more_with_a_longer_trail(client):
    with on(MARCH):
        norway, canada, *_ = map(factories.partnership, SLUGS)
        factories.claim(factories.milestone(norway), "2025-09-05")
        milestones = [
            factories.milestone(canada, MilestoneKind.STATEMENT, f"2024-05-{day}")
            for day in range(10, 30)
        ]
    numbers = itertools.count()

    def grow(changes):
        for number in itertools.islice(numbers, changes // 2):
            with context.change(reason="Edit", kind="editorial"):
                for milestone in (
                    milestones[number % 20],
                    milestones[(number + 7) % 20],
                ):
                    factories.edit(milestone, note=f"Edit {number}")
        sealing.seal()

    def grow_and_read(changes):
        """What is kept of an edition is carried on by all these changes, before the
        steps after an edit are counted."""
        grow(changes - 2)
        client.get("/changes/")
        grow(2)

    grow_and_read(SHORT)
    before = steps(client)
    grow_and_read(LONG - SHORT)
    assert longer(before, steps(client)) == {}
    connection.cursor().execute("ANALYZE")
    assert longer(before, steps(client)) == {}


def longer(before, after):
    """Return the pages that cost more than nearly as much. The feed has some growth: it
    looks at the numbers of all changes to each record that it names, and these are
    twice as many here."""
    return {
        address: (before[address], after[address])
        for address in PAGES
        if after[address] > 1.3 * before[address] + 10
    }


def steps(client):
    """Return how many hundred steps SQLite takes for each of the pages."""
    return {address: steps_of(client, address) for address in PAGES}


def steps_of(client, address):
    cache.clear()
    hundreds = itertools.count()
    connection.connection.set_progress_handler(lambda: next(hundreds) and 0, 100)
    assert client.get(address).status_code == 200
    connection.connection.set_progress_handler(None, 1)
    return next(hundreds)
