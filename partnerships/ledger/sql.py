"""SQL by hand: its types, and what recorder and verification share, for both
databases."""

from typing import NewType

#: A piece of SQL, whole or not, that is safe to put into a query: no reader's text.
SQL = NewType("SQL", str)
#: The name by which a query calls one of its tables, as in "partnerships_claim" or U0.
Alias = NewType("Alias", str)


def differs(vendor: str) -> SQL:
    """Return the operator that tells two values apart and takes NULL for a value."""
    return SQL("IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM")


def newest(history: Alias, row: Alias) -> SQL:
    """Return a subquery for the newest ``history_id`` of the record of ``row``."""
    return SQL(
        f"(SELECT n.history_id FROM {history} n WHERE n.id = {row}.id"
        " ORDER BY n.history_date DESC, n.history_id DESC LIMIT 1)"
    )
