"""What several pages need."""

from django.core.paginator import InvalidPage
from django.http import Http404
from django.urls import reverse


class NoSuchPage(Http404):
    """A list has no page of the number asked for."""


def page_of(form, pages):
    """The page of a list that is asked for beside what the form reads, by default the
    first; where the form is wrong, that is what there is to say."""
    number = form.is_valid() and form.data.get("page")
    try:
        return pages.page(number or 1)
    except InvalidPage as error:
        raise NoSuchPage from error


def status(form) -> int:
    return 200 if form.is_valid() else 400


def data_url(form, name, *args, **parameters):
    """The address of a page's JSON twin, which takes the same parameters."""
    path = reverse(f"api:{name}", args=args)
    if not form.is_valid():
        return path
    query = form.data.copy()
    for parameter in list(query):
        given = [value for value in query.getlist(parameter) if value]
        query.setlist(parameter, given if parameter in form.fields else [])
    query.update(parameters)
    return f"{path}?{query.urlencode()}" if query.urlencode() else path
