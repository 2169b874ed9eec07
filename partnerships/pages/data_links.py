"""Addresses of the JSON and the files that hold what a page shows."""

from collections.abc import Mapping
from typing import Any

from django.forms import Form

from partnerships.exports.views import FORMATS
from partnerships.web.addresses import path_of


def data_url(form: Form, name: str, *args, **parameters: str | tuple[str, ...]) -> str:
    """Return the address of a page's twin in the API, which takes its parameters."""
    return path_of(f"api:{name}", *args) + _query(form, parameters)


def file_urls(form: Form, table: str, **parameters: str) -> dict[str, str]:
    """Return the addresses, by ending, of the files that hold all pages of a list."""
    query = _query(form, parameters)
    return {ending: path_of("export", table, ending) + query for ending in FORMATS}


def _query(form: Form, parameters: Mapping[str, str | tuple[str, ...]]) -> str:
    """Return the form's parameters, and more, as a query; nothing of a wrong form."""
    if not form.is_valid():
        return ""
    data: Any = form.data  # a QueryDict
    query = data.copy()
    for name in list(query):
        values = [value for value in query.getlist(name) if value]
        query.setlist(name, values if name in form.fields else [])
    for name, value in parameters.items():
        query.setlist(name, [*value] if isinstance(value, tuple) else [value])
    return f"?{encoded}" if (encoded := query.urlencode()) else ""
