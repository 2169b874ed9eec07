"""What several pages need."""

from django.core.paginator import InvalidPage
from django.http import Http404

from partnerships.exports.views import FORMATS
from partnerships.selectors.trail import Trail, current_trail
from partnerships.web.addresses import path_of


class NoSuchPage(Http404):
    """A list has no page of the number asked for."""


def trail_of(request) -> Trail:
    """Return where the trail stood when ``by_edition`` read it for this request; where
    that did not answer, where it stands now, in one query."""
    return getattr(request, "trail", None) or current_trail()


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
    return path_of(f"api:{name}", *args) + _query(form, parameters)


def file_urls(form, table, **parameters):
    """The addresses of the files that hold what a list shows, all its pages, by
    ending."""
    query = _query(form, parameters)
    return {ending: path_of("export", table, ending) + query for ending in FORMATS}


def _query(form, parameters):
    """What the form was asked and knows, as far as it is right, and more."""
    if not form.is_valid():
        return ""
    query = form.data.copy()
    for parameter in list(query):
        given = [value for value in query.getlist(parameter) if value]
        query.setlist(parameter, given if parameter in form.fields else [])
    query.update(parameters)
    return f"?{asked}" if (asked := query.urlencode()) else ""
