"""What a partnership covers, in SQL: of the cells of a row of partnerships."""

from partnerships.choices import CoverageValue


def included(partnership: str) -> str:
    return _count(partnership, CoverageValue.INCLUDED)


def already_exist(partnership: str) -> str:
    return _count(partnership, CoverageValue.ALREADY_EXISTS)


def counted(partnership: str) -> str:
    """Both counts in one number, so that the cells are read once."""
    values = {CoverageValue.INCLUDED: 10_000, CoverageValue.ALREADY_EXISTS: 1}
    cases = " ".join(f"WHEN '{value}' THEN {n}" for value, n in values.items())
    summed = f"SUM(CASE cell.value {cases} ELSE 0 END)"
    return f"(SELECT COALESCE({summed}, 0) {_cells(partnership)})"


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
