"""The second clock: the list of partnerships as it was known on a day, against the same
list now."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.test import Client
from django.utils import timezone

from tests.bench import building
from tests.bench.table import Row
from tests.bench.timing import Stopwatch, interleaved, milliseconds, ratio

LISTS = {
    "list": {},
    "signed, latest first": {"status": "signed", "order": "-signed_on"},
}


def rows(options) -> Iterator[Row]:
    now = timezone.now()
    with Stopwatch(f"{options.partnerships:,} partnerships") as first:
        building.sample(options.partnerships, at=now - timedelta(days=3))
    with Stopwatch(f"{options.changes:,} changes") as second:
        building.change(options.changes)
    building.settled()
    client = Client(SERVER_NAME="127.0.0.1")
    day = {"known_on": f"{now - timedelta(days=1):%Y-%m-%d}"}
    for name, query in LISTS.items():
        pages = {"now": query, "known on a day": query | day}
        cases = {case: partial(read, client, given) for case, given in pages.items()}
        times = interleaved(cases, rounds=options.rounds)
        for case, took in times.items():
            base = ratio(took, times["now"])
            yield Row(f"{name}, {case}", milliseconds(took), base)
    size = f"{options.partnerships:,} partnerships, {options.changes:,} changes"
    took = first.seconds + second.seconds
    yield Row(f"building and sealing {size}", f"{took:.0f} s")


def read(client: Client, query: dict):
    response = client.get("/partnerships/", query)
    assert response.status_code == 200, response.content
