"""Which tables the trail is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from django.apps import apps
from django.db.models import Model

from partnerships.ledger import canonical
from partnerships.ledger.prepared import PreparedRows


@dataclass(frozen=True)
class Tracked:
    """One kind of record: its table, if it has one, and the table of its history."""

    record: str
    live: type[Model] | None
    history: type[Model]
    public: tuple[str, ...]

    @cached_property
    def columns(self) -> list[str]:
        """The columns of the live table, which its history has too."""
        return [f.column for f in self.live._meta.concrete_fields]

    @cached_property
    def history_columns(self) -> list[str]:
        return [f.column for f in self.history._meta.concrete_fields]

    @cached_property
    def public_columns(self) -> list[str]:
        source = self.live or self.history
        return [source._meta.get_field(name).column for name in self.public]

    def partnership(self, row: str) -> str:
        """SQL for the partnership whose log shows a row of history; NULL for shared
        reference data, 0 for a claim about somebody who has no partnership."""
        if self.record == "partnership":
            return f"{row}.id"
        if self.record == "claim":
            return (
                f"CASE WHEN {row}.record_id IS NULL AND {row}.question_id IS NULL"
                f" THEN 0 ELSE {row}.record_id END"
            )
        return self._if_there(row, "partnership_id")

    def partner(self, row: str) -> str:
        """SQL for the partner that a row of history belongs to, with or without a
        partnership."""
        if self.record == "partner":
            return f"{row}.id"
        return self._if_there(row, "partner_id")

    def said(
        self, history_ids: Iterable[int], *, using: str
    ) -> Iterator[tuple[int, dict, dict]]:
        """History id, and what these history rows say in public and in private."""
        wanted = list(history_ids)
        end = f" WHERE history_id IN ({', '.join(['%s'] * len(wanted))})"
        for values in self._rows.rows(using=using, end=end, params=wanted):
            row = dict(zip(self.history_columns, values, strict=True))
            said = canonical.said(self.record, row, self.public_columns)
            yield row["history_id"], *said

    @cached_property
    def _rows(self) -> PreparedRows:
        """Rows of history; each save asks for some."""
        every = self.history._base_manager.order_by()
        return PreparedRows(lambda: every.values_list(*self.history_columns))

    def _if_there(self, row: str, column: str) -> str:
        return f"{row}.{column}" if column in self.history_columns else "NULL"


@cache
def tracked() -> dict[str, Tracked]:
    """Every kind of record in the trail by its name, the model's in small letters."""
    found = {}
    for model in apps.get_app_config("partnerships").get_models():
        if public := getattr(model, "PUBLIC", None):
            name, history = model._meta.model_name, getattr(model, "history", None)
            if history:
                found[name] = Tracked(name, model, history.model, public)
            else:  # a redaction: a row of history from the start
                found[name] = Tracked(name, None, model, public)
    return found
