"""The tables: their columns in the order of the record, their keys, their rows."""

from partnerships.exports.reading import Reading
from partnerships.exports.tables.evidence import CHANGES, CLAIMS, DISAGREEMENTS
from partnerships.exports.tables.overviews import MATRIX, STATUSES
from partnerships.exports.tables.records import (
    AFFILIATIONS,
    AREAS,
    CHECKS,
    COVERAGE,
    ENGAGEMENTS,
    MILESTONES,
    NAMESAKES,
    PARTNERSHIPS,
    POSITIONS,
    QUESTIONS,
    SOURCES,
    SUBJECTS,
)
from partnerships.exports.tables.table import Table

__all__ = ["CHANGES", "TABLES", "Table", "tables_read"]

TABLES = {
    table.name: table
    for table in (
        *(PARTNERSHIPS, AFFILIATIONS, MILESTONES, CHECKS, AREAS, COVERAGE),
        *(ENGAGEMENTS, SUBJECTS, POSITIONS, NAMESAKES, QUESTIONS, SOURCES, CLAIMS),
        *(CHANGES, STATUSES, DISAGREEMENTS, MATRIX),
    )
}


def tables_read(reading: Reading) -> list[Table]:
    """Return all tables, each with the columns that it has in an edition."""
    return [table.as_read(reading) for table in TABLES.values()]
