"""Pages of a list, and the status of an answer to its parameters."""

from dataclasses import dataclass

from django.core.paginator import InvalidPage, Page, Paginator
from django.forms import Form
from django.http import Http404

#: Further back nobody leafs: the log is filtered by days.
MOST_PAGES = 1_000


class NoSuchPage(Http404):
    """A list has no page of that number."""


def page_of(form: Form, pages: Paginator) -> Page:
    """Return the page whose number is given beside what the form reads, by default or
    where the form is wrong the first.

    Raises NoSuchPage.
    """
    number = form.is_valid() and form.data.get("page")
    try:
        return pages.page(number or 1)
    except InvalidPage as error:
        raise NoSuchPage from error


@dataclass(frozen=True)
class OpenPage:
    """A page of a list that nobody counted to its end."""

    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous or self.has_next

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1


def number_of(form: Form) -> int:
    """Return the number of the page that is given beside what the form reads, by
    default or where the form is wrong 1. Raises NoSuchPage."""
    given = (form.is_valid() and form.data.get("page")) or "1"
    if not (given.isascii() and given.isdigit() and 0 < int(given[:9]) <= MOST_PAGES):
        raise NoSuchPage
    return int(given[:9])


def http_status(form: Form) -> int:
    """Return the HTTP status of a page that shows what a form reads, or its errors."""
    return 200 if form.is_valid() else 400
