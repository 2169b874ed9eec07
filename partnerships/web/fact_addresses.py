"""The place of a fact on the pages."""

from typing import Any

from partnerships.web.addresses import path_of

#: The pages of the facts that belong to no record.
_PAGES = {
    "question": "question-list",
    "position": "position-list",
    "namesake": "namesake-list",
}


def page_of(kind: str, record: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the name of the page that facts of a kind stand on, and the parts of that
    page's address: of a record, given its slug, else of what belongs to none; of a fact
    that has lost its record, the list of them."""
    if record:
        return "partnership-detail", (record,)
    return _PAGES.get(kind, "partnership-list"), ()


def page_of_fact(row: Any) -> tuple[str, tuple[str, ...]]:
    """Return the name of the page that a fact stands on, given its row, and the parts
    of that page's address."""
    partnership = row.partnership_or_none
    return page_of(row._meta.model_name, partnership and partnership.partner.slug)


def fact_path(row: Any) -> str:
    """Return the address of a fact of one row, with its anchor."""
    name, parts = page_of_fact(row)
    return f"{path_of(name, *parts)}#{row._meta.model_name}-{row.pk}"
