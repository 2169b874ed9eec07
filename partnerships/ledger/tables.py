"""Which tables the trail is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from django.apps import apps
from django.db.models import Model

from partnerships.ledger import canonical


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
        return [field.column for field in self.live._meta.concrete_fields]

    @cached_property
    def history_columns(self) -> list[str]:
        return [field.column for field in self.history._meta.concrete_fields]

    @property
    def partnership_column(self) -> str | None:
        """Holds the partnership whose log shows the change."""
        if self.record == "partnership":
            return "id"
        return self._first_of("record_id", "partnership_id")

    @property
    def partner_column(self) -> str | None:
        """Holds the partner, for what belongs to one with or without a partnership."""
        return "id" if self.record == "partner" else self._first_of("partner_id")

    def texts(
        self, history_ids: Iterable[int], *, using: str
    ) -> Iterator[tuple[int, str, str]]:
        """History id, public and private text of these history rows."""
        source = self.live or self.history
        public = [source._meta.get_field(name).column for name in self.public]
        rows = self.history._base_manager.using(using)
        for row in rows.filter(history_id__in=history_ids).values(
            *self.history_columns
        ):
            yield row["history_id"], *canonical.texts(self.record, row, public)

    def _first_of(self, *names: str) -> str | None:
        return next((name for name in names if name in self.history_columns), None)


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
