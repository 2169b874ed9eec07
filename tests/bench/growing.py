"""Grows a database to the sizes that can exist, by the audited roads: every row has its
history and its seal, so that the trail verifies whole."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random
from types import SimpleNamespace
from unittest import mock

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from partnerships.choices import ChangeKind, SourceKind
from partnerships.ledger import context, recorder, sealing, triggers
from partnerships.ledger.triggers import base
from partnerships.models import (
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partnership,
    Source,
    milestone,
)
from tests.samples import make_claim, make_sample

#: Days over which a trail is spread, of whatever length it is; it ends now. No milestone
#: of the data set is later than its beginning.
DAYS = 40
#: Sizes of operations, in changes: an editor's and an import's.
OPERATIONS = [1, 3, 10, 30, 60, 200]
#: Operations that are written, and then sealed, in one transaction.
TOGETHER = 50
#: Models with a text that editors change, and how many of a hundred changes are its.
TEXTS = {
    (Claim, "wording"): 60,
    (Milestone, "note"): 30,
    (Engagement, "note"): 6,
    (Partnership, "summary"): 4,
}


class Clock:
    """The time at which a change is recorded: it follows the length of the trail."""

    def __init__(self, changes: int):
        self._begin, self._changes = timezone.now() - timedelta(days=DAYS), changes
        self._last = self._begin

    def now(self) -> datetime:
        self._last += timedelta(milliseconds=1)
        return self._last

    def today(self) -> date:
        return self._last.date()

    def turn(self, done: int):
        share = min(done / self._changes, 1)
        self._last = max(self._last, self._begin + share * timedelta(days=DAYS - 1))


def made(*numbers: int):
    """Grow a database, and print the seconds of CPU of it and its number of changes."""
    began = time.process_time()
    grow(*numbers)
    took, head = time.process_time() - began, sealing.head().number
    print(json.dumps({"made": {"seconds": round(took, 1), "changes": head}}))


def grow(partnerships: int, changes: int = 1, claims: int = 0, sources: int = 0):
    """Load the data set into an empty database and add to it until there are so many
    of each; of changes a few more."""
    random, clock = Random(1), Clock(changes)
    with dated_by(clock):
        call_command("seed", verbosity=0)
        if (missing := partnerships - Partnership.objects.count()) > 0:
            list(make_sample(missing, random=random, today=clock.today()))
        sealing.seal()
        for work in (
            _sources(sources, random),
            _claims(claims, random),
            _edits(random),
        ):
            _record(work, clock, changes)


@contextmanager
def dated_by(clock: Clock) -> Iterator[None]:
    """Let recorder and database take their time from the clock."""
    entry, moments = base.entry, SimpleNamespace(now=clock.now, localdate=clock.today)

    def as_dated(table, row, now):
        return entry(table, row, base.SQL(f"{row}.history_date"))

    try:
        with (
            mock.patch.object(base, "BEHIND", "100 years"),
            mock.patch.object(base, "entry", as_dated),
            mock.patch.object(recorder, "timezone", moments),
            mock.patch.object(milestone, "timezone", moments),
        ):
            triggers.of().install()
            yield
    finally:
        triggers.of().install()


def _record(work: Iterator, clock: Clock, changes: int):
    """Let each step of the work be an operation, until it ends or the trail has so
    many changes; sealed some at a time."""
    kinds = [ChangeKind.CORRECTION, ChangeKind.EDITORIAL]
    is_done = False
    while not is_done and (number := sealing.head().number) < changes:
        clock.turn(number)
        with transaction.atomic():
            for turn in range(TOGETHER):
                reason = f"Sample operation after change {number}"
                kind = kinds[turn % len(kinds)]
                with context.change(actor="Sample editor", reason=reason, kind=kind):
                    is_done = next(work, None) is None


def _sources(count: int, random: Random) -> Iterator[list]:
    """Yield after each batch of new sources, until there are so many."""
    for number in range(Source.objects.count(), count, 10):
        yield Source.objects.bulk_create(
            Source(
                key=f"sample-source-{n:05}",
                publisher=f"Sample publisher {n % 40}",
                title=f"Sample document {n}",
                url=f"https://example.org/documents/{n}",
                published_on=f"20{random.randint(22, 25)}-0{random.randint(1, 9)}",
                kind=random.choice([SourceKind.PRESS, SourceKind.RESEARCH]),
            )
            for n in range(number, min(number + 10, count))
        )


def _claims(count: int, random: Random) -> Iterator[list]:
    """Yield after each batch of new claims, until there are so many: a few sources
    speak of much, most of little."""
    sources = list(Source.objects.filter(key__startswith="sample-source-"))
    weights = [1 / number for number, _ in enumerate(sources, 1)]
    facts = [*Milestone.objects.all(), *Coverage.objects.all()]
    for number in range(Claim.objects.count(), count, 25):
        claims = []
        for n in range(number, min(number + 25, count)):
            fact, [source] = random.choice(facts), random.choices(sources, weights)
            claims.append(make_claim(fact, fact.partnership_id, source, random))
            claims[-1].locator = f"page {n}"
        yield Claim.objects.bulk_create(claims)


def _edits(random: Random) -> Iterator[int]:
    """Yield after each operation that changes a text of some rows, for ever."""
    rows = {
        model: list(model.objects.values_list("pk", flat=True)) for model, _ in TEXTS
    }
    for number in range(10**9):
        [(model, field)] = random.choices([*TEXTS], [*TEXTS.values()])
        pks = rows[model]
        first = random.randrange(len(pks))
        chosen = pks[first : first + random.choice(OPERATIONS)]
        yield model.objects.filter(pk__in=chosen).update(**{field: f"Text {number}"})
