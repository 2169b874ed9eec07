"""Triggers: rules that the database enforces, whichever road a change takes to it.

- A transaction that leaves a tracked row without its row of history cannot commit.
- Rows of history and of the ledger are never updated, deleted, replaced or truncated.
- A row of history is dated now, and numbered after the one that it follows.
- It keeps what is permanent, and whose record it is; what is derived changes with its
  base alone.
- Each row of history gets its entry in the ledger, which is sealed once; PostgreSQL
  computes the seal.
- Checkpoints, verifications and redactions are of this chain, and of now.

The triggers are made from the models and put back after every ``migrate``, since SQLite
drops them with each table that it rebuilds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

from partnerships.ledger.triggers import postgresql, sqlite
from partnerships.ledger.triggers.base import Triggers


def of(using: str = "default") -> Triggers:
    """Return the triggers of a database."""
    connection = connections[using]
    vendors = {"sqlite": sqlite.SQLite, "postgresql": postgresql.PostgreSQL}
    return vendors[connection.vendor](connection)


def coarsen_before_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    of(using).coarsen()


def install_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    of(using).install()


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Take the triggers off for one transaction, in which the tables of the trail
    themselves are written: by a redaction or a restore. They are back before others
    see anything of it."""
    connection = connections[using]
    with transaction.atomic(using=using):
        connection.check_constraints()  # PostgreSQL alters no table with checks due
        of(using).uninstall()
        yield
        connection.check_constraints()
        of(using).install()
