"""What a partnership covers, in SQL: of the cells of a row of partnerships."""

from partnerships.choices import CoverageValue


def included(partnership: str) -> str:
    return _count(partnership, CoverageValue.INCLUDED)


def already_exist(partnership: str) -> str:
    return _count(partnership, CoverageValue.ALREADY_EXISTS)


def is_assessed(partnership: str) -> str:
    value = CoverageValue.NOT_ASSESSED
    return f"EXISTS (SELECT 1 {_cells(partnership)} AND cell.value <> '{value}')"


def _count(partnership: str, value: CoverageValue) -> str:
    # A filter, for a condition would lead SQLite to the index of the lists' counts.
    counted = f"COUNT(*) FILTER (WHERE cell.value = '{value}')"
    return f"(SELECT {counted} {_cells(partnership)})"


def _cells(partnership: str) -> str:
    return (
        'FROM "partnerships_coverage" cell'
        f" WHERE cell.partnership_id = {partnership}.id"
    )
