"""Reading of a schema, as far as both databases share it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython

from partnerships.ledger import triggers
from partnerships.ledger.sql import SQL

#: What there is in a database, as in "column title of partnerships_partnership", and
#: each definition of it that is found, of which there should be one.
Catalogue = dict[str, list[str]]

#: The alias of the connection on which the scratch database is made.
SCRATCH = "scratch"


class Schema(ABC):
    """The schema of one database."""

    def __init__(self, connection: BaseDatabaseWrapper):
        self.connection = connection
        self.guards = triggers.of(connection.alias)

    def obstacle(self) -> str:
        """Return a sentence that says why nothing can be compared; "" if it can."""
        return ""

    def catalogue(self) -> Catalogue:
        """Return everything that the database holds, with its definition."""
        found: Catalogue = {}
        for what, definition in self._everything():
            found.setdefault(what, []).append(definition)
        return {what: sorted(found[what]) for what in found}

    @abstractmethod
    def _everything(self) -> Iterable[tuple[str, str]]:
        """Yield whatever the database holds, and how it is defined."""

    @abstractmethod
    def made_by_migrations(self) -> list[Catalogue]:
        """Return the catalogue of a scratch database, and others that mean the same."""

    @abstractmethod
    def intruders(self) -> Iterator[str]:
        """Yield what around the tables bends what is done with them."""

    @abstractmethod
    def contradictions(self) -> Iterator[str]:
        """Yield where tables, indexes and references do not agree."""

    def fetch(self, sql: SQL) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    @contextmanager
    def _migrated(self, **settings: Any) -> Iterator[BaseDatabaseWrapper]:
        """Make a connection of its own, and whatever the migrations make there."""
        own = self.connection.settings_dict | settings
        connection = type(self.connection)(own, SCRATCH)
        connections[SCRATCH] = connection
        try:
            executor = MigrationExecutor(connection)
            for migration in executor.loader.graph.nodes.values():
                # Python may write to the default database, and makes no tables.
                migration.operations = [
                    operation
                    for operation in migration.operations
                    if not isinstance(operation, RunPython)
                ]
            executor.migrate(executor.loader.graph.leaf_nodes())
            yield connection
        finally:
            del connections[SCRATCH]
            if connection.connection:
                connection.connection.close()
