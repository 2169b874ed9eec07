"""The statements of a document, row by row, as editors write them: read against the
record, with their relation to it, before anything is saved."""

from partnerships.actions.statements.line import (
    ADOPT,
    AFTER,
    ANOTHER,
    ATTACH,
    BEFORE,
    COLUMNS,
    KEEP,
    SURE,
    UNKNOWN,
    Line,
)
from partnerships.actions.statements.reader import Reader

__all__ = [
    "ADOPT",
    "AFTER",
    "ANOTHER",
    "ATTACH",
    "BEFORE",
    "COLUMNS",
    "KEEP",
    "SURE",
    "UNKNOWN",
    "Line",
    "Reader",
]
