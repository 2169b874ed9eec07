"""The files under /data/. What is wrong is said before a file begins: the first rows
are read before the answer is sent."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from partnerships.exports import package, write_csv, write_json, write_xlsx
from partnerships.exports.metadata import file_name
from partnerships.exports.parameters import Asked, asked_by, form_of, reading
from partnerships.exports.tables import TABLES, Table
from partnerships.filters.refusals import problems
from partnerships.web.open_data import problem_response

FORMATS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}


@require_safe
def export(request, table, ending):
    """The rows of a table that its parameters choose."""
    form = form_of(table, request.GET)
    if wrong := problems(form):
        return _refused(wrong)
    table, asked, kind = TABLES[table], asked_by(form), FORMATS[ending]
    if request.method == "HEAD":
        asked, content = _now(asked), ()
    elif ending == "xlsx":
        address = request.build_absolute_uri()
        asked, content = _made(partial(kind.write, table, address=address), asked)
    else:
        content = _stream(kind.chunks, table, asked)
        asked = next(content)
    name = file_name(table.name, asked, ending)
    return _file(content, kind.CONTENT_TYPE, name)


@require_safe
def data_set(request):
    """All tables in one archive."""
    form = form_of("", request.GET)
    if wrong := problems(form):
        return _refused(wrong)
    asked = asked_by(form)
    if request.method == "HEAD":
        asked, content = _now(asked), ()
    else:
        asked, content = _made(partial(package.write, home=_home(request)), asked)
    name = f"sdp-tracker-edition-{asked.edition}-{asked.on}.zip"
    return _file(content, "application/zip", name)


@require_safe
def data_package(request):
    """What the tables are, for machines; with the checksum of each as CSV."""
    form = form_of("", request.GET)
    if wrong := problems(form):
        return _refused(wrong)
    kind = "application/json"
    if request.method == "HEAD":
        return StreamingHttpResponse((), content_type=kind)
    query = request.GET.urlencode()
    with reading(asked_by(form)) as asked:
        home = _home(request)
        described = package.describe(asked, home=home, query=query and f"?{query}")
    return HttpResponse(package.as_json(described), content_type=kind)


def _stream(chunks: Callable, table: Table, asked: Asked) -> Iterator:
    """What was asked with the edition that answers, then the file, whose first rows are
    read by then."""
    with reading(asked) as asked:
        file = chunks(table, asked)
        first = next(file)
        yield asked
        yield first
        yield from file


def _made(write: Callable, asked: Asked) -> tuple[Asked, BinaryIO]:
    """The same with a file that is whole."""
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        with reading(asked) as asked:
            write(asked, file)
        file.seek(0)
        stack.pop_all()
    return asked, file


def _now(asked: Asked) -> Asked:
    with reading(asked) as asked:
        return asked


def _file(content, content_type: str, name: str):
    """Streamed, so that nothing keeps it; nothing at all where the head is enough."""
    kind = FileResponse if hasattr(content, "read") else StreamingHttpResponse
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": disposition}
    return kind(content, content_type=content_type, headers=headers)


def _home(request) -> str:
    return request.build_absolute_uri(reverse("data"))


def _refused(wrong: dict):
    return problem_response(400, "A parameter is wrong; see errors.", errors=wrong)
