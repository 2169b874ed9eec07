"""The coverage of a partnership in numbers, counted over the cells of a row of
partnerships, whose alias each function is given."""

from partnerships.choices import CoverageValue
from partnerships.querysets.sql.expression import SQL, Alias, quoted


def included(partnership: Alias) -> SQL:
    return _count(partnership, CoverageValue.INCLUDED)


def already_exist(partnership: Alias) -> SQL:
    return _count(partnership, CoverageValue.ALREADY_EXISTS)


def is_assessed(partnership: Alias) -> SQL:
    not_assessed = quoted(CoverageValue.NOT_ASSESSED)
    cells = f"{_cells(partnership)} AND cell.value <> {not_assessed}"
    return SQL(f"EXISTS (SELECT 1 {cells})")


def _count(partnership: Alias, value: CoverageValue) -> SQL:
    # A filter, for a condition would lead SQLite to the index of the lists' counts.
    count = f"COUNT(*) FILTER (WHERE cell.value = {quoted(value)})"
    return SQL(f"(SELECT {count} {_cells(partnership)})")


def _cells(partnership: Alias) -> SQL:
    return SQL(
        'FROM "partnerships_coverage" cell'
        f" WHERE cell.partnership_id = {partnership}.id"
    )
