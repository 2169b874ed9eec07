"""What is kept of each record: an edit lets its own record alone be read again."""

import pytest
from django.core.cache import cache

from partnerships.feeds import milestones_calendar
from partnerships.models import Claim, Milestone, Partnership, Source
from partnerships.selectors import matrix
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("memory_cache", "sealed_at_once"),
]

CALENDAR, MATRIX = "/milestones.ics", "/api/v1/matrix/"


def forget():
    milestones_calendar._events.last.cache_clear()
    matrix._cells.last.cache_clear()


@pytest.fixture(autouse=True)
def nothing_is_kept():
    forget()


@pytest.fixture
def norway():
    """A record with its own document, beside one with another."""
    website, briefing = factories.source("website"), factories.source("briefing")
    area = factories.area(name="Cyber issues")
    for slug, source in (("norway", website), ("japan", briefing)):
        record = factories.partnership(slug)
        signed = factories.milestone(record, "signed", "2024-05-28")
        factories.claim(signed, "2024-05-28", by=source)
        factories.claim(factories.coverage(record, area), "included", by=source)
    return Partnership.objects.get(partner__slug="norway")


def answers(client):
    cache.clear()
    return [client.get(address).content for address in (CALENDAR, MATRIX)]


def test_answers_of_each_edition_are_those_made_of_all_records(client, norway):
    signed, cell = norway.milestones.get(), norway.coverage.get()
    claim = Claim.objects.get(milestone=signed)
    website, briefing = Source.objects.order_by("-key")
    edits = [
        lambda: None,
        lambda: factories.edit(signed, note="In Brussels"),
        lambda: factories.edit(claim, says="2024-06"),
        lambda: factories.edit(website, title="Another"),
        lambda: factories.edit(norway.partner, name="Noreg"),
        lambda: factories.edit(cell, value="not_included"),
        lambda: factories.milestone(norway, "statement", "2025-02-01"),
        lambda: factories.edit(norway, is_published=False),
        lambda: factories.edit(norway, is_published=True),
        lambda: claim.delete(),
        lambda: factories.edit(briefing, publisher="Council"),
    ]
    seen = []
    for edit in edits:
        edit()
        seen.append(answers(client))
        forget()
        assert seen[-1] == answers(client)
    assert len({str(found) for found in seen}) == len(edits) - 1  # published again


def test_an_edit_lets_its_own_record_alone_be_read(client, norway, monkeypatch):
    def records_read():
        del told[:]
        answers(client)
        return [{fact.partnership_id for fact in facts} for facts in told]

    told, as_it_is = [], milestones_calendar.milestone_news
    monkeypatch.setattr(
        milestones_calendar,
        "milestone_news",
        lambda rows, **known: told.append(rows) or as_it_is(rows, **known),
    )
    japan = Milestone.objects.exclude(partnership=norway).get().partnership_id
    assert records_read() == [{norway.pk, japan}]
    assert records_read() == []
    factories.edit(norway.milestones.get(), note="In Brussels")
    assert records_read() == [{norway.pk}]
    factories.edit(Source.objects.get(key="briefing"), title="Another")
    assert records_read() == [{japan}]
    factories.question()
    assert records_read() == []


def test_results_of_another_trail_are_made_anew(client, norway):
    """As after a restore: that edition is not among those of the trail."""
    expected = answers(client)
    (kept,) = place = matrix._cells.last()
    elsewhere = kept.edition._replace(seal="of another")
    place.append(kept._replace(edition=elsewhere, results={}))
    assert answers(client) == expected
