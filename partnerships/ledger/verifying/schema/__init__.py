"""The whole schema of a database, against what the migrations make in a scratch one.

Both are read into a *catalogue* by the same queries and compared in Python, so that
neither collations nor operators of the database that is doubted have a say. Triggers
of the trail are read by ``triggers`` itself.
"""

from collections.abc import Iterator
from functools import lru_cache

from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from partnerships.ledger.verifying.problem import Problem
from partnerships.ledger.verifying.schema import postgresql, sqlite
from partnerships.ledger.verifying.schema.base import Catalogue, Schema

#: How many characters are shown before and after what differs.
_AROUND = 30


def problems(using: str = "default", *, since: int = 0) -> Iterator[Problem]:
    """Yield whatever the schema has more, less or otherwise than ours; and of a whole
    trail, where the database contradicts itself, such as an index its table."""
    schema = _of(using)
    if not schema.obstacle():
        applied = MigrationRecorder(connections[using]).applied_migrations()
        module, _ = MigrationLoader.migrations_module("partnerships")
        ours = _made_by_migrations(using, module, frozenset(applied))
        yield from (Problem("schema", text) for text in _differences(schema, ours))
    yield from (Problem("schema", text) for text in schema.intruders())
    if not since:
        yield from (Problem("schema", text) for text in schema.contradictions())


def obstacle(using: str = "default") -> str:
    """Return a sentence that says why the schema cannot be compared; "" if it can."""
    return _of(using).obstacle()


def _of(using: str) -> Schema:
    connection = connections[using]
    vendors = {"sqlite": sqlite.SQLite, "postgresql": postgresql.PostgreSQL}
    return vendors[connection.vendor](connection)


@lru_cache(maxsize=4)
def _made_by_migrations(using: str, module: str, applied: frozenset) -> list[Catalogue]:
    """Return the catalogues that are right, for migrations of this module and a
    database to which these were applied."""
    return _of(using).made_by_migrations()


def _differences(schema: Schema, ours: list[Catalogue]) -> Iterator[str]:
    """Yield a sentence for each thing that is in none of our catalogues as it is."""
    present, expected = schema.catalogue(), ours[0]
    for what in sorted(present.keys() | expected.keys()):
        if what not in present:
            yield f"the {what} is missing"
        elif what not in expected:
            yield f"the {what} is not ours"
        elif all(present[what] != catalogue[what] for catalogue in ours):
            here, there = ("; ".join(c[what]) for c in (present, expected))
            found, wanted = _part(here, there), _part(there, here)
            yield f"the {what} is altered: “{found}”, not “{wanted}”"


def _part(text: str, other: str) -> str:
    """Return the part of a definition in which it differs from another one."""
    start = _shared(text, other)
    end = _shared(text[:start:-1], other[:start:-1])
    return text[max(0, start - _AROUND) : len(text) - end + _AROUND]


def _shared(text: str, other: str) -> int:
    """Return with how many characters both begin."""
    pairs = enumerate(zip(text, other, strict=False))
    differing = (at for at, (one, another) in pairs if one != another)
    return next(differing, min(len(text), len(other)))
