"""The files under /data/. A wrong parameter is refused before a file begins."""

from functools import partial

from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.exports import (
    database,
    package,
    write_csv,
    write_json,
    write_jsonl,
    write_xlsx,
)
from partnerships.exports.cite import cited_data_set, cited_reading
from partnerships.exports.download import download
from partnerships.exports.reading import parameter_form
from partnerships.exports.tables import TABLES
from partnerships.filters.clock import ClockForm
from partnerships.ledger.known_on import known_on
from partnerships.selectors.extent import extent
from partnerships.web.caching import dated

#: By the ending of a file's name, the module that writes it: its ``CONTENT_TYPE`` and
#: ``content(table, reading)``; of workbooks, which say it, also how to cite.
FORMATS = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "json": write_json,
    "jsonl": write_jsonl,
}

#: Tables that grow for as long as the tracker lives.
LONG = {"claims", "changes"}


@dated
@require_safe
def export(request, table, ending):
    """Answer with the rows of a table that its parameters choose."""
    content = partial(FORMATS[ending].content, TABLES[table])
    if ending == "xlsx":
        content = partial(content, cite=partial(cited_reading, request))
    return download(
        request,
        parameter_form(table, request.GET),
        name=table,
        ending=ending,
        content_type=FORMATS[ending].CONTENT_TYPE,
        content=content,
        is_kept=table in LONG,
    )


@require_safe
def data_set(request):
    """Answer with all tables in one archive."""
    return download(
        request,
        ClockForm(request.GET),
        name="tracker",
        ending="zip",
        content_type="application/zip",
        content=partial(package.content, home=_home(request)),
        is_kept=True,
    )


@dated
@require_safe
def data_sqlite(request):
    """Answer with all tables in one file of SQLite."""
    clock = ClockForm(request.GET)

    def cite() -> str:
        with known_on(clock.past):
            return cited_data_set(request, clock, extent().checked_through).apa

    return download(
        request,
        clock,
        name="tracker",
        ending="sqlite",
        content_type=database.CONTENT_TYPE,
        content=partial(database.content, home=_home(request), cite=cite),
        is_kept=True,
    )


@require_safe
def data_package(request):
    """Describe the tables for programs, with the checksum of each as CSV."""
    query = request.GET.urlencode()
    return download(
        request,
        ClockForm(request.GET),
        content_type="application/json",
        content=partial(
            package.description, home=_home(request), query=query and f"?{query}"
        ),
        is_kept=True,
    )


def _home(request) -> str:
    return request.build_absolute_uri(reverse("data"))
