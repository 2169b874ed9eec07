"""Rows that nobody can read are left out, so that one cannot take a page down.

Constraints and triggers refuse an odd row: a kind that no vocabulary has, a day that no
calendar has, nothing where something has to be, a record that is gone. Whoever owns the
database can write one all the same, which verification names. Inside
:func:`readable_alone` each query sees the tables without such rows and without those
that hang on them. Pages come here once they have failed; until then it costs nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from partnerships.fields import PartialDateField
from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.registry import public_models
from partnerships.ledger.shadows import Shadow, Shadows
from partnerships.ledger.sql import SQL

Sources = Mapping[type[models.Model], Shadow]
#: SQL with its parameters.
Condition = tuple[str, list]

#: SQL that is true of a value that its field can read, by the class of the field.
_READS = {
    "sqlite": {
        models.BooleanField: "{0} IN (0, 1)",
        models.DateTimeField: "datetime({0}) IS NOT NULL",
        models.DateField: "date({0}) IS {0}",
        models.DecimalField: "abs({0}) < 1e16 AND typeof({0}) <> 'text'",
        models.IntegerField: "typeof({0}) = 'integer' AND {0} < 1000000000000000000",
        models.ForeignKey: "typeof({0}) = 'integer'",
        models.SlugField: "{0} NOT GLOB '*[^-_a-zA-Z0-9]*' AND {0} <> ''",
        models.UUIDField: "length({0}) = 32",
        models.Field: "typeof({0}) = 'text'",
    },
    "postgresql": {
        models.DateTimeField: "{0} BETWEEN '0001-01-02' AND '9999-12-30'",
        models.DateField: "{0} BETWEEN '0001-01-01' AND '9999-12-31'",
        models.DecimalField: "{0} < 1e16",
        models.IntegerField: "{0} < 1000000000000000000",
        models.SlugField: "{0} ~ '^[-_a-zA-Z0-9]+$'",
        models.Field: "{0} IS NOT NULL",
    },
}


class OddValue(NamedTuple):
    """A value that cannot be read, as text, the row and the column that it is in. The
    text is empty where readers may not see it, and of a rule that the row breaks."""

    record: str
    pk: int
    column: str
    value: str

    def __str__(self) -> str:
        said = f" “{self.value[:100]}”" if self.value else ""
        return f"{self.record} {self.pk} ({self.column.removesuffix('_id')}{said})"


_found: ContextVar[list[OddValue] | None] = ContextVar("odd values", default=None)


@contextmanager
def readable_alone(*, using: str = "default") -> Iterator[list[OddValue]]:
    """Let every query see readable rows alone, and give the values for which others are
    left out, in what was known on a day once that is read."""
    connection = connections[using]
    found: list[OddValue] = []
    token = _found.set(found)
    try:
        stored = _stored(connection, *public_models())
        shadows = Shadows(connection, readable(connection, stored))
        with connection.execute_wrapper(shadows), _any_text(connection):
            yield found
    finally:
        _found.reset(token)


@contextmanager
def _any_text(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Read text of SQLite's that is none, with a mark for what nobody can read."""
    driver: Any = connection.connection
    if connection.vendor != "sqlite":
        yield
        return
    before = driver.text_factory
    driver.text_factory = lambda stored: stored.decode(errors="replace")
    try:
        yield
    finally:
        driver.text_factory = before


def odd_values() -> list[OddValue]:
    """Return the values for which rows are left out at the moment."""
    return _found.get() or []


def readable(
    connection: BaseDatabaseWrapper, sources: Sources, *, is_past: bool = False
) -> Sources:
    """Return the sources without rows that cannot be read, inside ``readable_alone``;
    elsewhere as they are."""
    found = _found.get()
    if found is None:
        return sources
    shown = {table: sources[table] for table in public_models()}
    shown |= _stored(connection, LedgerEntry)
    finding = _Finding(connection, shown, with_rules=not is_past)
    found[:] = finding.values
    return {**sources} | {
        table: Shadow(_without(source.sql, finding.pks[table]), source.params)
        for table, source in shown.items()
    }


class _Finding:
    """The rows of some sources that cannot be read: the values that keep each from it,
    and the ids of these rows and of all that hang on them."""

    def __init__(
        self, connection: BaseDatabaseWrapper, sources: Sources, *, with_rules: bool
    ):
        self.connection, self.sources = connection, sources
        self.pks: dict[type[models.Model], set[int]] = {
            table: set() for table in sources
        }
        self.values: list[OddValue] = []
        for table in sources:
            self._note(table, dict(self._conditions(table, with_rules)))
        while any(self._note_children(table) for table in sources):
            pass

    def _conditions(
        self, table: type[models.Model], with_rules: bool
    ) -> Iterator[tuple[str, Condition]]:
        """Yield columns and rules of a table with what has to be true of them."""
        reads = _READS[self.connection.vendor]
        for field in table._meta.concrete_fields:
            cls = next(c for c in type(field).__mro__ if c in reads)
            column, params = f'"{field.column}"', []
            sql = reads[cls].format(column)
            if field.choices:
                values = [value for value, _ in field.flatchoices] + [""] * field.blank
                sql, params = f"{column} IN ({_marks(values)})", values
            elif isinstance(field, PartialDateField):
                wrong = self._unreadable_dates(table, field)
                if wrong:
                    sql, params = f"{column} NOT IN ({_marks(wrong)})", wrong
            elif source := self.sources.get(_parent(field)):
                sql = f"{column} IN (SELECT id FROM {source.sql} AS parent)"
                params = source.params
            is_null = f"{column} IS NULL OR" if field.null else ""
            yield str(field.column), (f"({is_null} {sql})", params)
        editor: Any = self.connection.SchemaEditorClass(self.connection)
        for rule in table._meta.constraints if with_rules else ():
            if isinstance(rule, models.CheckConstraint):
                written = str(rule.constraint_sql(table, editor)).replace("%", "%%")
                is_kept = f"{written.partition(' CHECK ')[2]} IS NOT FALSE"
                yield str(rule.name), (is_kept, [])

    def _unreadable_dates(
        self, table: type[models.Model], field: PartialDateField
    ) -> list[str]:
        sql, params = self.sources[table]
        rows = self._rows(f'SELECT DISTINCT "{field.column}" FROM {sql} AS t', params)
        return [text for (text,) in rows if text is not None and not _is_date(text)]

    def _note(
        self, table: type[models.Model], conditions: dict[str, Condition]
    ) -> None:
        """Note rows of which not all conditions are true, and why."""
        sql, params = self.sources[table]
        all_of_them = " AND ".join(condition for condition, _ in conditions.values())
        given = [value for _, params in conditions.values() for value in params]
        odd = f"SELECT id FROM {sql} AS t WHERE ({all_of_them}) IS NOT TRUE"
        pks = {pk for (pk,) in self._rows(odd, [*params, *given])}
        if not pks:
            return
        self.pks[table] |= pks
        record, public = str(table._meta.verbose_name), _public_columns(table)
        for name, (condition, given) in conditions.items():
            value = f'CAST("{name}" AS text)' if name in public else "''"
            rows = self._rows(
                f"SELECT id, coalesce({value}, 'nothing') FROM {sql} AS t"
                f" WHERE ({condition}) IS NOT TRUE ORDER BY id",
                [*params, *given],
            )
            self.values += [OddValue(record, pk, name, text) for pk, text in rows]

    def _note_children(self, table: type[models.Model]) -> bool:
        """Note what hangs on rows that are noted; return True if there was more."""
        sql, params = self.sources[table]
        before = len(self.pks[table])
        for field in table._meta.concrete_fields:
            if gone := self.pks.get(_parent(field)):
                hanging = f'"{field.column}" IN ({_numbers(gone)})'
                rows = self._rows(f"SELECT id FROM {sql} AS t WHERE {hanging}", params)
                self.pks[table].update(pk for (pk,) in rows)
        return len(self.pks[table]) > before

    def _rows(self, sql: str, params: list) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()


def _stored(connection: BaseDatabaseWrapper, *tables: type[models.Model]) -> Sources:
    """Return each table as it stands."""
    # A schema before the name, or SQLite takes the table for its own shadow.
    schema = "main." if connection.vendor == "sqlite" else ""
    return {
        table: Shadow(SQL(f'(SELECT * FROM {schema}"{table._meta.db_table}")'), [])
        for table in tables
    }


def _public_columns(table: type[models.Model]) -> set[str]:
    public = getattr(table, "PUBLIC", ())
    fields = table._meta.concrete_fields
    return {str(field.column) for field in fields if field.name in public}


def _without(source: SQL, pks: set[int]) -> SQL:
    if not pks:
        return source
    return SQL(f"(SELECT * FROM {source} AS t WHERE id NOT IN ({_numbers(pks)}))")


def _parent(field: models.Field) -> Any:
    return field.related_model if isinstance(field, models.ForeignKey) else None


def _is_date(text: Any) -> bool:
    try:
        return PartialDateField().to_python(text) is not None
    except ValidationError:
        return False


def _marks(values: list) -> str:
    return ", ".join(["%s"] * len(values))


def _numbers(pks: set[int]) -> str:
    return ", ".join(map(str, sorted(pks)))
