"""The files under /data/. A wrong parameter is refused before a file begins."""

from functools import partial

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.exports import package, write_csv, write_json, write_xlsx
from partnerships.exports.download import (
    OthersFirst,
    come_again,
    download,
    one_at_a_time,
    refusal,
)
from partnerships.exports.reading import one_edition, parameter_form
from partnerships.exports.tables import TABLES
from partnerships.filters.clock import ClockForm

#: By the ending of a file's name, the module that writes it: its ``CONTENT_TYPE`` and
#: ``content(table, reading)``.
FORMATS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}


@require_safe
def export(request, table, ending):
    """Answer with the rows of a table that its parameters choose."""
    return download(
        request,
        parameter_form(table, request.GET),
        name=table,
        ending=ending,
        content_type=FORMATS[ending].CONTENT_TYPE,
        content=partial(FORMATS[ending].content, TABLES[table]),
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
    )


@require_safe
def data_package(request):
    """Describe the tables for programs, with the checksum of each as CSV."""
    form = ClockForm(request.GET)
    if refused := refusal(form):
        return refused
    if request.method == "HEAD":  # streamed, so that it is not kept for GET
        return StreamingHttpResponse((), content_type="application/json")
    query = request.GET.urlencode()
    try:
        with (
            one_at_a_time(),
            one_edition(form, request.build_absolute_uri()) as reading,
        ):
            description = package.describe(
                reading, home=_home(request), query=query and f"?{query}"
            )
    except OthersFirst:
        return come_again()
    text = package.as_json(description)
    return HttpResponse(text, content_type="application/json")


def _home(request) -> str:
    return request.build_absolute_uri(reverse("data"))
