"""The tables that the trail is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections

from partnerships.ledger.canonical import public_and_private
from partnerships.ledger.sql import SQL, Alias


@dataclass(frozen=True)
class Tracked:
    """One kind of record: its table, if it has one, and the table of its history."""

    record: str
    #: The model, an AuditedModel; None of a redaction.
    live: Any
    #: The model of its history.
    history: Any

    @property
    def model(self) -> Any:
        """The model that declares the record; a redaction is its own history."""
        return self.live or self.history

    @cached_property
    def columns(self) -> list[str]:
        """The columns of the live table, which its history has too."""
        return [f.column for f in self.live._meta.concrete_fields]

    @cached_property
    def history_columns(self) -> list[str]:
        return [f.column for f in self.history._meta.concrete_fields]

    @cached_property
    def public_columns(self) -> list[str]:
        return self._columns(self.model.PUBLIC)

    @cached_property
    def permanent_columns(self) -> list[str]:
        """The columns that never change: those that identify the row, too."""
        if not self.live:
            return []
        own = {field.name for field in self.live._meta.concrete_fields}
        keys = [name for name in self.live.NATURAL_KEY if name in own]
        return self._columns(dict.fromkeys([*self.live.PERMANENT, *keys]))

    @cached_property
    def derived_columns(self) -> dict[str, list[str]]:
        """Each derived column, with those that it is derived from; but those of which
        a release may make something else."""
        derived = {
            name: base
            for name, base in (self.live.DERIVED.items() if self.live else ())
            if name not in self.live.REMADE
        }
        return {
            column: self._columns(base)
            for column, base in zip(
                self._columns(derived), derived.values(), strict=True
            )
        }

    def _columns(self, names: Iterable[str]) -> list[str]:
        return [self.model._meta.get_field(name).column for name in names]

    def partnership(self, row: Alias) -> SQL:
        """Return SQL for the id of the partnership whose log shows a row of history:
        NULL for shared reference data, 0 for a claim about a partner without one."""
        return self._owner(row, "LOG_OF_PARTNERSHIP", "partnership_id")

    def partner(self, row: Alias) -> SQL:
        """Return SQL for the id of the partner that a row of history belongs to, with
        or without a partnership; NULL if it belongs to none."""
        return self._owner(row, "LOG_OF_PARTNER", "partner_id")

    def _owner(self, row: Alias, declaration: str, column: str) -> SQL:
        if declared := getattr(self.model, declaration, ""):
            return SQL(declared.format(row=row))
        return SQL(f"{row}.{column}" if column in self.history_columns else "NULL")

    def changes(
        self, history_ids: Iterable[int], *, using: str
    ) -> Iterator[tuple[int, dict, dict]]:
        """Yield the id of each of these rows of history that is there, with the public
        and the private half of the change that it records."""
        wanted, columns = list(history_ids), self.history_columns
        # By hand, since each save asks it: a queryset would make it a fifth slower.
        sql = (
            f"SELECT {', '.join(columns)} FROM {self.history._meta.db_table}"
            f" WHERE history_id IN ({', '.join(['%s'] * len(wanted))})"
        )
        with connections[using].cursor() as cursor:
            cursor.execute(sql, wanted)
            for values in cursor.fetchall():
                row = dict(zip(columns, values, strict=True))
                # SQLite gives a UUID as 32 digits, as it stores it.
                row["history_changeset"] = UUID(str(row["history_changeset"]))
                halves = public_and_private(self.record, row, self.public_columns)
                yield row["history_id"], *halves


@cache
def tracked() -> dict[str, Tracked]:
    """Return every kind of record in the trail by its name, in small letters."""
    tables = {}
    # By the registry of models, since the ledger stands below all that it tracks.
    for model in apps.get_app_config("partnerships").get_models():
        if getattr(model, "PUBLIC", None) is not None:
            name, history = model.__name__.lower(), getattr(model, "history", None)
            # A redaction is a row of history from the start.
            both = (model, history.model) if history else (None, model)
            tables[name] = Tracked(name, *both)
    return tables


def public_models() -> list[Any]:
    """Return the models of records of which readers see something."""
    return [t.live for t in tracked().values() if t.live and t.live.PUBLIC]
