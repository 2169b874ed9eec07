"""Files on their way to a reader: sent while they are read, or whole before."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import chain
from tempfile import TemporaryFile
from typing import BinaryIO

from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from partnerships.exports.reading import Reading, one_edition
from partnerships.filters.refusals import refusals
from partnerships.web.open_data import problem_response


@dataclass
class Streamed:
    """The chunks of a file, and what stays open until they are sent."""

    chunks: Iterable[bytes]
    resources: ExitStack

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.chunks)

    def close(self):
        self.resources.close()


def download(
    request: HttpRequest,
    form: Form,
    *,
    name: str,
    ending: str,
    content_type: str,
    content: Callable[[Reading], Iterable[bytes]],
) -> HttpResponseBase:
    """Answer with a file of one edition, or say what is wrong with the parameters.
    ``content`` returns a generator, which is read while it is sent, or an open file.
    Where the head is enough, nothing is made."""
    if refused := refusal(form):
        return refused
    with ExitStack() as resources:
        reading = resources.enter_context(
            one_edition(form, request.build_absolute_uri())
        )
        chunks = () if request.method == "HEAD" else content(reading)
        if isinstance(chunks, Generator):
            resources.enter_context(closing(chunks))
            first = next(chunks)  # an error is an error then, and not half a file
            chunks = Streamed(chain([first], chunks), resources.pop_all())
    filename = reading.file_name(name, ending)
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    headers = {"Content-Disposition": disposition}
    return FileResponse(chunks, content_type=content_type, headers=headers)


def refusal(form: Form) -> HttpResponse | None:
    """Return the answer to wrong or unknown parameters; None where there are none."""
    errors = refusals(form)
    detail = "A parameter is wrong; see errors."
    return problem_response(400, detail, errors=errors) if errors else None


def whole_file(write: Callable[[BinaryIO], object]) -> BinaryIO:
    """Return a temporary file, at its beginning, with all that ``write`` puts there."""
    with ExitStack() as resources:
        file = resources.enter_context(TemporaryFile())
        write(file)
        file.seek(0)
        resources.pop_all()
    return file
