"""Pages of a list, and the status of an answer to its parameters."""

from django.core.paginator import InvalidPage, Page, Paginator
from django.forms import Form
from django.http import Http404


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


def http_status(form: Form) -> int:
    """Return the HTTP status of a page that shows what a form reads, or its errors."""
    return 200 if form.is_valid() else 400
