"""Many records and many changes, by the tracker's own roads, sealed as they are made."""

from datetime import datetime
from random import Random

import time_machine
from django.db import connection
from django.utils import timezone

from partnerships.ledger import context
from partnerships.models import Claim, Coverage, LedgerEntry, Milestone, Partnership
from tests.samples import make_sample

BATCH = 5000

#: The field that is changed in each, from which no other follows.
TEXTS = {
    Partnership: "internal_notes",
    Milestone: "note",
    Coverage: "ruling",
    Claim: "wording",
}


def sample(partnerships: int, *, at: datetime | None = None):
    """Sample partnerships, made at that time."""
    with time_machine.travel(at or timezone.now()):
        made = make_sample(
            partnerships, random=Random(1), today=(at or timezone.now()).date()
        )
        for _ in made:
            pass


def change(count: int):
    """At least so many changes, spread evenly over what there is."""
    total = sum(model.objects.count() for model in TEXTS)
    while count > 0:
        for model, name in TEXTS.items():
            pks = model.objects.order_by("pk").values_list("pk", flat=True)
            share = -(-len(pks) * min(count, total) // total)
            change_each(model, name, list(pks[:share]))
        count -= total


def change_each(model, name: str, pks: list):
    text = f"Changed at {timezone.now()}"
    for start in range(0, len(pks), BATCH):
        batch = pks[start : start + BATCH]
        with context.change(reason="Bench", kind="editorial", actor="Bench"):
            found = model.objects.filter(pk__gte=batch[0], pk__lte=batch[-1])
            found.update(**{name: text})


def settled():
    """Leave the database as it is after a while: its statistics known, and on
    PostgreSQL the versions that nobody sees any more taken away."""
    with connection.cursor() as cursor:
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")


def changes() -> int:
    """How many changes there are."""
    return LedgerEntry.objects.count()
