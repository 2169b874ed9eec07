"""Databases as landed versions of the tracker left them, to be upgraded in a test.

Each file beside this one holds all rows of a database of the schema that it is named
after: the data set, an account, edits, a draft, a deletion and a redaction, sealed. A
file never changes. ``python -m tests.landed`` writes that of the newest schema.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

FOLDER = Path(__file__).parent
LEFT_OUT = {"sessions", "axes"}


def landed() -> list[str]:
    """The schemas of which there is a database, oldest first."""
    return sorted(path.name.removesuffix(".jsonl.gz") for path in FOLDER.glob("*.gz"))


def write(name: str, models: list[type[Model]]):
    """Write all rows of these models to the file of a schema."""
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        for model in models:
            if model._meta.app_label not in LEFT_OUT and model._meta.managed:
                names = [field.attname for field in model._meta.concrete_fields]
                for row in model._base_manager.order_by("pk").values(*names):
                    line = [model._meta.label_lower, row]
                    file.write(json.dumps(line, default=_plain) + "\n")


def read(name: str) -> Iterator[tuple[str, dict]]:
    """Yield each row of a file: its model's label and its values by column."""
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            yield tuple(json.loads(line))


def rebuild(name: str):
    """Make the empty database at hand one of that schema, with its rows."""
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.leaf_nodes()
    targets = [node for node in nodes if node[0] != "partnerships"]
    state = executor.migrate([*targets, ("partnerships", name)])
    models = {
        model._meta.label_lower: model
        for model in state.apps.get_models(include_auto_created=True)
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for model in models.values():
            if model._meta.app_label not in LEFT_OUT:
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
        for label, row in read(name):
            _insert(cursor, models[label], row)
        for sql in connection.ops.sequence_reset_sql(no_style(), [*models.values()]):
            cursor.execute(sql)


def _insert(cursor, model: type[Model], row: dict):
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    values = [
        field.get_db_prep_save(field.to_python(row[field.attname]), connection)
        for field in fields
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = model._meta.db_table
    cursor.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', values)


def _plain(value) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def fill():
    """Fill the migrated, empty database at hand with something of everything."""
    from partnerships.ledger import context, sealing
    from partnerships.ledger.redacting import redact
    from partnerships.models import Claim, LedgerEntry, Milestone, Partnership, User
    from tests import factories

    call_command("seed", verbosity=0)
    editor = User.objects.create_user("editor", is_staff=True, public_name="An editor")
    why = {"user": editor, "kind": "correction"}
    with context.change(reason="A private name", **why):
        milestone = Milestone.objects.filter(partnership__partner__slug="norway")[0]
        milestone.note = "Signed before Jane Roe"
        milestone.save()
    with context.change(reason="Taken out again", **why):
        milestone.note = "Signed at a ceremony"
        milestone.save()
    with context.change(reason="No such page", **why):
        Claim.objects.filter(milestone__isnull=False).last().delete()
    with context.change(reason="A draft", **why):
        factories.coverage(
            factories.partnership("ruritania", published=False),
            Partnership.objects.first().coverage.first().area,
        )
    factories.lead(origin="report", email="reader@example.org")
    sealing.seal()
    number = LedgerEntry.objects.get(reason="A private name").number
    with context.change(reason="A private name", **why):
        redact(number=number, field="note")
    sealing.checkpoint()
