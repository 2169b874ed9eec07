"""The place of a fact on the pages."""

from typing import Any

from partnerships.models import Namesake, Position, Question
from partnerships.web.addresses import path_of

#: The pages of the facts that belong to no record.
_PAGES = {
    Question: "question-list",
    Position: "position-list",
    Namesake: "namesake-list",
}


def page_of_fact(row: Any) -> tuple[str, tuple[str, ...]]:
    """Return the name of the page that a fact stands on, given its row, and the parts
    of that page's address."""
    if partnership := row.partnership_or_none:
        return "partnership-detail", (partnership.partner.slug,)
    return _PAGES[type(row)], ()


def fact_path(row: Any) -> str:
    """Return the address of a fact of one row, with its anchor."""
    name, parts = page_of_fact(row)
    return f"{path_of(name, *parts)}#{row._meta.model_name}-{row.pk}"
