"""An audited save against a save with plain django-simple-history: the same fields, the
same constraints, one row or a hundred in a transaction."""

import time
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from random import Random
from unittest import mock

from django.db import connection, models, transaction
from django.utils import timezone
from simple_history.models import HistoricalRecords

from partnerships.ledger import context, sealing
from partnerships.models import Milestone
from tests.bench.table import Row
from tests.bench.timing import interleaved, milliseconds, ratio
from tests.samples import make_sample

ROWS = 100
TARGETS = {"audited, without its seal": "1.3–1.6", "audited": "2.5–3.6"}


class Plain(models.Model):
    history = HistoricalRecords(inherit=True, app="bench")

    class Meta:
        abstract = True


def rows(options) -> Iterator[Row]:
    list(make_sample(40, random=Random(1), today=timezone.localdate()))
    audited = list(Milestone.objects.order_by("pk")[:ROWS])
    untracked, plain = copy("Untracked", models.Model), copy("Tracked", Plain)
    cases = {
        "without history": saves(untracked),
        "plain simple-history": saves(plain),
        "audited, without its seal": saves(audited, sealed=False),
        "audited": saves(audited),
    }
    for size, name in ((1, "one save in a transaction"), (ROWS, f"{ROWS} saves")):
        sized = {case: partial(save, size) for case, save in cases.items()}
        times = interleaved(sized, rounds=options.rounds)
        for case, took in times.items():
            base = ratio(took, times["plain simple-history"])
            target = TARGETS.get(case, "") if size == 1 else ""
            figure = milliseconds(took, each=ROWS)
            yield Row(f"{name}, {case}", figure, base, target)


def copy(name: str, base) -> list:
    """Rows of a new table with the fields and the values of Milestone."""
    model = like_milestone(name, base)
    with connection.schema_editor() as editor:
        editor.create_model(model)
        if base is Plain:
            editor.create_model(model.history.model)
    values = Milestone.objects.order_by("pk").values()[:ROWS]
    return model.objects.bulk_create(model(**row) for row in values)


def like_milestone(name: str, base):
    meta = Milestone._meta
    fields = {f.name: cloned(f) for f in meta.local_concrete_fields}
    options = {
        "app_label": "bench",
        "constraints": [renamed(one, name) for one in meta.constraints],
        "indexes": [renamed(one, name) for one in meta.indexes],
    }
    return type(
        name,
        (base,),
        fields | {"__module__": __name__, "Meta": type("Meta", (), options)},
    )


def cloned(field):
    _, _, arguments, options = field.deconstruct()
    if field.is_relation:
        options["related_name"] = "+"
    return type(field)(*arguments, **options)


def renamed(part, name: str):
    _, arguments, options = part.deconstruct()
    options["name"] = f"{name.lower()}_{options['name']}"[:30]
    return type(part)(*arguments, **options)


def saves(found: list, *, sealed=True):
    """A function that changes each of these rows, so many in a transaction."""
    if sealed:
        unsealed = nullcontext()
    else:
        unsealed = mock.patch.object(sealing, "after_commit", lambda using: None)

    def save(size: int) -> float:
        with context.change(reason="Bench", kind="editorial", actor="Bench"), unsealed:
            began = time.perf_counter()
            for start in range(0, ROWS, size):
                with transaction.atomic():
                    for row in found[start : start + size]:
                        row.note = f"changed at {began}"
                        row.save()
            took = time.perf_counter() - began
        sealing.seal()
        return took

    return save
