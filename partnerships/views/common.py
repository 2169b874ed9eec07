"""What several pages need."""

from django.core.paginator import InvalidPage
from django.http import Http404
from django.urls import reverse

from partnerships.exports.views import FORMATS


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
    return _asked_alike(reverse(f"api:{name}", args=args), form, parameters)


def file_urls(form, table, **parameters):
    """The addresses of the files that hold what a list shows, all its pages, by
    ending."""
    paths = {ending: reverse("export", args=[table, ending]) for ending in FORMATS}
    return {
        ending: _asked_alike(path, form, parameters) for ending, path in paths.items()
    }


def _asked_alike(path, form, parameters):
    if not form.is_valid():
        return path
    query = form.data.copy()
    for parameter in list(query):
        given = [value for value in query.getlist(parameter) if value]
        query.setlist(parameter, given if parameter in form.fields else [])
    query.update(parameters)
    return f"{path}?{query.urlencode()}" if query.urlencode() else path
