"""Where the order of a record says more of a milestone's days than its date does, every
face goes by the order."""

from datetime import date

import pytest

from partnerships.choices import Certainty, MilestoneKind, Track
from partnerships.dates import parse
from partnerships.lifecycle.events import Event
from partnerships.lifecycle.status import Story
from partnerships.models import Milestone
from tests import factories
from tests.html import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def mandate(db):
    """A mandate no later than March 2026, under which talks failed in November 2025."""
    record = factories.partnership("kingdom")
    factories.milestone(record, "signed", "2025-05-19")
    mandate = factories.milestone(
        record, "negotiations_authorised", "../2026-03-05", track="safe"
    )
    factories.milestone(record, "negotiations_failed", "2025-11-28", track="safe")
    return mandate


def kinds(client, address):
    answer = client.get(address).json()
    return [row["kind"] for row in answer.get("results") or answer["milestones"]]


ORDER = ["signed", "negotiations_authorised", "negotiations_failed"]


@pytest.mark.parametrize(
    "address", ["/api/v1/partnerships/kingdom/", "/api/v1/milestones/?order=date"]
)
def test_what_led_to_a_step_stands_before_it(client, mandate, address):
    assert kinds(client, address) == ORDER


def test_newest_stand_first_in_reverse(client, mandate):
    assert kinds(client, "/api/v1/milestones/") == ORDER[::-1]


def test_file_has_what_had_happened_by_the_day(client, mandate):
    file = client.get("/data/milestones.csv?as_of=2025-11-28").getvalue().decode()
    assert [line.split(",")[2:4] for line in file.splitlines()[1:]] == [
        ["sdp", "signed"],
        ["safe", "negotiations_authorised"],
        ["safe", "negotiations_failed"],
    ]


@pytest.mark.parametrize(
    "address",
    ["/partnerships/kingdom/", "/timeline/", "/compare/?p=kingdom&p=other", "/"],
)
def test_page_says_of_no_step_that_led_on_that_it_may_have_happened(
    client, mandate, address
):
    factories.partnership("other")
    joined = "&" if "?" in address else "?"
    text = page(client, f"{address}{joined}as_of=2025-12-15").text
    assert "uthori" in text
    assert "May have happened" not in text and "step may have happened" not in text


def test_days_by_order_are_those_of_queries(mandate):
    row = Milestone.objects.settled().get(pk=mandate.pk)
    assert (str(row.first_day), str(row.last_day)) == ("2025-05-27", "2025-11-28")
    assert not Milestone.objects.happened(on=row.last_day).exclude(
        last_day__lte=row.last_day
    )
    assert str(mandate.last_day) == "2026-03-05"  # of its date alone


@pytest.mark.parametrize("ids", [(1, 2), (2, 1), (9, 10)])
def test_which_decides_does_not_hang_on_which_was_entered_first(ids):
    texts = ("2024-05-28", "2025-01/2025-11", "2025-11")
    kinds = ("signed", "suspended", "suspended")
    events = [
        Event(
            Track.SDP,
            MilestoneKind(kind),
            parse(text),
            parse(text).latest,
            1,
            Certainty.CONFIRMED,
            pk,
            None,
        )
        for kind, text, pk in zip(kinds, texts, (50, *ids), strict=True)
    ]
    decides = Story(events).on(date(2025, 12, 1)).sdp.decides
    assert str(decides.date) == "2025-11"
