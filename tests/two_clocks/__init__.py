"""``known_on``: what this tracker said at the end of a day, on its pages and in its API."""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

import time_machine

from partnerships.ledger import sealing

LIST, DETAIL = "/partnerships/", "/partnerships/norway/"
PAGES = ["/", LIST, DETAIL]
API = "/api/v1/partnerships/"
STATISTICS = "/api/v1/statistics/"
ANSWERS = [API, f"{API}norway/", STATISTICS]
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)
NOON, FIRST, LAST = time(12), time(), time(23, 59, 59, 999_999)


@contextmanager
def on(day, at=NOON):
    """Everything inside happens at that moment, UTC; then it is sealed."""
    with time_machine.travel(datetime.combine(day, at, UTC), tick=False):
        yield
        sealing.seal()


def slugs(client, **query):
    answer = client.get(API, query)
    assert answer.status_code == 200, answer.json()
    return [row["slug"] for row in answer.json()["results"]]


def names(client, **query):
    """The partners that the list's page shows."""
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row.partner.slug for row in response.context["rows"]]


def without_log(text):
    """A page without what it shows of the log."""
    text = text.partition("one line for each operation")[0]
    return re.sub("Newest changes.*Open questions", "", text)
