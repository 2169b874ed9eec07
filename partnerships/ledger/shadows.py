"""Subqueries that stand in front of tables, for every query that is executed."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from partnerships.ledger.sql import SQL


class Shadow(NamedTuple):
    """A subquery in place of a table, in parentheses, with its parameters."""

    sql: SQL
    params: list


class Shadows:
    """Puts subqueries in front of each query, as common table expressions that shadow
    the tables of their names. Where several do, the last one does alone."""

    def __init__(
        self,
        connection: BaseDatabaseWrapper,
        shadows: Mapping[type[models.Model], Shadow],
        *,
        is_past: bool = False,
    ):
        self.connection, self.is_past = connection, is_past
        self.shadows = {
            f'"{table._meta.db_table}"': shadow for table, shadow in shadows.items()
        }

    def __call__(
        self, execute: Callable, sql: str, params: Any, many: bool, context: dict
    ) -> Any:
        named = [name for name in self.shadows if name in sql]
        if not named or self._is_shadowed():
            return execute(sql, params, many, context)
        if not sql.lstrip("( ").startswith("SELECT"):
            raise RuntimeError("What was known on a day can be read, not written.")
        used = [(name, self.shadows[name]) for name in named]
        shadows = ", ".join(
            f"{name} AS NOT MATERIALIZED {shadow.sql}" for name, shadow in used
        )
        given = [value for _, shadow in used for value in shadow.params]
        return execute(
            f"WITH {shadows} {sql}", [*given, *(params or ())], many, context
        )

    def _is_shadowed(self) -> bool:
        return _shadows(self.connection)[-1] is not self


def is_shadowed(*, using: str = "default") -> bool:
    """Return whether queries see shadows in place of tables."""
    return bool(_shadows(connections[using]))


def is_past(*, using: str = "default") -> bool:
    """Return whether queries see what was known on a day, and all of it."""
    return [shadows.is_past for shadows in _shadows(connections[using])] == [True]


def _shadows(connection: BaseDatabaseWrapper) -> list[Shadows]:
    return [w for w in connection.execute_wrappers if isinstance(w, Shadows)]
