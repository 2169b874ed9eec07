"""What a partnership covers, in SQL: of the cells of a row of partnerships."""

from partnerships.choices import CoverageValue


def included(partnership: str) -> str:
    return _count(partnership, CoverageValue.INCLUDED)


def already_exist(partnership: str) -> str:
    return _count(partnership, CoverageValue.ALREADY_EXISTS)


def is_assessed(partnership: str) -> str:
    cells = _cells(partnership, f"<> '{CoverageValue.NOT_ASSESSED}'")
    return f"EXISTS (SELECT 1 {cells})"


def _count(partnership: str, value: CoverageValue) -> str:
    cells = _cells(partnership, f"= '{value}'")
    return f"(SELECT COUNT(*) {cells})"


def _cells(partnership: str, condition: str) -> str:
    return (
        'FROM "partnerships_coverage" cell'
        f" WHERE cell.partnership_id = {partnership}.id AND cell.value {condition}"
    )
