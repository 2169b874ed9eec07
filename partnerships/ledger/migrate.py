"""Changes to audited rows within a data migration.

A migration's models are those of its time, which record nothing; the database refuses
what they change. So a migration says instead::

    def correct(apps, schema_editor):
        update(apps, schema_editor, "milestone", filters={"place": "Bruxelles"},
               changes={"place": "Brussels"}, reason="One spelling of each place")

and what is changed is on record like any other change. It is sealed with the next one,
or by ``manage.py seal``: while migrations run, the tables are not those of the models.
"""

from collections.abc import Mapping
from typing import Any

from django.apps.registry import Apps
from django.core.management import CommandError
from django.db import connections, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.models import QuerySet

from partnerships.choices import ChangeKind
from partnerships.ledger import context, triggers
from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.recorder import copy_to_history
from partnerships.ledger.registry import tracked
from partnerships.ledger.sql import batched
from partnerships.text import is_visible


def update(
    apps: Apps,
    schema_editor: BaseDatabaseSchemaEditor,
    model_name: str,
    *,
    filters: Mapping[str, Any],
    changes: Mapping[str, Any],
    reason: str,
    kind: ChangeKind = ChangeKind.EDITORIAL,
    actor: str = "Migration",
) -> int:
    """Change these rows of an audited model, as one operation, and record those that
    it makes different; return how many those are.

    ``apps`` and ``schema_editor`` are those of the migration, whose models it takes.

    Fields that are derived from others are given too: a migration's models derive
    nothing. ``context.change()`` around several calls makes them one operation. Raises
    ValueError without a reason and a kind.
    """
    if not (is_visible(reason) and kind):
        raise ValueError("Say why the record changes, and of what kind the change is.")
    connection = schema_editor.connection
    model = apps.get_model("partnerships", model_name)
    history = apps.get_model("partnerships", f"Historical{model_name}")
    rows = model._base_manager.using(connection.alias)
    # SQLite drops the triggers of each table that a migration rebuilds.
    triggers.of(connection.alias).coarsen()
    with (
        transaction.atomic(using=connection.alias),
        context.change(actor=actor, reason=reason, kind=kind),
    ):
        matching = rows.filter(**filters).order_by().values("pk")
        locked = rows.select_for_update().filter(pk__in=matching).order_by("pk")
        pks = list(locked.values_list("pk", flat=True))
        count = 0
        for batch in batched(pks):
            different = _differing(rows.filter(pk__in=batch), changes)
            rows.filter(pk__in=different).update(**changes)
            if different:
                tables = model._meta, history._meta
                count += copy_to_history(connection, *tables, different, "~")
        # What is owed is settled now; PostgreSQL alters no table before.
        connection.check_constraints()
    return count


def _differing(rows: QuerySet, changes: Mapping[str, Any]) -> list[int]:
    """Return the keys of the rows that the changes make different, by trying them: on
    SQLite, triggers ask for a row of history for each row that is written at all."""
    values = rows.order_by("pk").values_list("pk", *changes)
    before = {pk: old for pk, *old in values.all()}
    with transaction.atomic(using=rows.db):
        rows.update(**changes)
        after = {pk: new for pk, *new in values.all()}
        transaction.set_rollback(True, using=rows.db)
    return [pk for pk, new in after.items() if new != before[pk]]


class TrailIsKept(CommandError):
    """The schema is not taken back to one without a trail; the message says why."""


def keep_trail_before_migrate(
    sender: Any, using: str, plan: list, **kwargs: Any
) -> None:
    """Refuse to take back the migration that made the ledger while it has entries:
    nothing would watch what is done to the record until it is there again."""
    undone = {(m.app_label, m.name) for m, is_backwards in plan if is_backwards}
    is_undone = (sender.label, "0003_ledger") in undone
    if is_undone and LedgerEntry.objects.using(using).exists():
        raise TrailIsKept(
            "This would delete the audit trail. Restore a backup into a database of "
            "the older version, if that is what you need."
        )


def is_up_to_date(using: str) -> bool:
    """Return whether all migrations of the tracker have run."""
    loader = MigrationLoader(connections[using])
    newest = {*loader.graph.leaf_nodes("partnerships")}
    return newest <= loader.applied_migrations.keys()


def derive_anew_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Bring up to date what this version derives otherwise than the one before."""
    if not is_up_to_date(using):
        return
    with context.change(
        actor="Migration",
        reason="As this version derives it",
        kind=ChangeKind.EDITORIAL,
    ):
        for table in tracked().values():
            names = table.live.REMADE if table.live else ()
            for row in table.live.objects.using(using) if names else ():
                before = [getattr(row, name) for name in names]
                row.derive()
                if before != [getattr(row, name) for name in names]:
                    row.save()
