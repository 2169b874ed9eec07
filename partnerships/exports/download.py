"""Files on their way to a reader. Each is made before any of it is sent, so that no
snapshot of the database waits for a slow reader: a short one in memory, a long one in a
temporary file, or kept for its edition. In each process one large file is made at a
time, for as long as somebody waits for it, and a few are sent."""

import logging
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore, Lock
from typing import Any, BinaryIO, cast
from weakref import finalize

from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from partnerships.exports import kept_files
from partnerships.exports.kept_files import LARGE, OthersFirst
from partnerships.exports.reading import Abandoned, Reading, go_on, one_edition
from partnerships.filters.refusals import refusals
from partnerships.web.open_data import problem_response

SHORT, BLOCK = 1_000_000, 65_536  # bytes of a file in memory, of a part that is sent
MOST_LONG = 8  # files of a process on their way from the disk
AGAIN_IN = 20  # seconds

#: What a file holds, in parts, or what writes all of it, which costs much.
Content = Iterator[bytes] | Callable[[BinaryIO], object]

_making, _on_disk = Lock(), BoundedSemaphore(MOST_LONG)

logger = logging.getLogger(__name__)


class Spooled(SpooledTemporaryFile):
    """A file in memory, or on disk once it is long, where there is place for a few. It
    raises OthersFirst where there is none, and Abandoned once nobody waits for it."""

    _leave: Callable | None = None

    def __init__(self) -> None:
        super().__init__(max_size=SHORT)

    def write(self, part) -> int:
        go_on()
        return super().write(part)

    def rollover(self) -> None:
        if self._leave is None:
            if not _on_disk.acquire(blocking=False):
                raise OthersFirst
            self._leave = finalize(self, _on_disk.release)
        super().rollover()

    def close(self) -> None:
        super().close()
        if self._leave is not None:
            self._leave()


def download(
    request: HttpRequest,
    form: Form,
    *,
    content_type: str,
    content: Callable[[Reading], Content],
    name: str = "",
    ending: str = "",
    is_kept: bool = False,
) -> HttpResponseBase:
    """Answer with a file of one edition, of that name and ending where it is one to put
    by; or say what is wrong with the parameters, or that other files come first. Where
    the head is enough, nothing is made. What costs much ``is_kept``."""
    if refused := refusal(form):
        return refused
    try:
        with one_edition(form, request) as reading:
            path = kept_files.place(request, reading) if is_kept else None
            is_head = request.method == "HEAD"
            file = None if is_head else _file(path, reading, content)
    except (OthersFirst, Abandoned):
        return come_again()
    headers = {}
    if name:
        filename = reading.file_name(name, ending)
        headers["Content-Disposition"] = content_disposition_header(True, filename)
    return _response(file, content_type=content_type, headers=headers)


def _response(file: BinaryIO | None, **about: Any) -> HttpResponseBase:
    if file is None:
        return StreamingHttpResponse((), **about)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= SHORT:
        with closing(file):
            return HttpResponse(file.read(), **about)
    response = FileResponse(file, **about)
    response.block_size = BLOCK
    return response


def refusal(form: Form) -> HttpResponse | None:
    """Return the answer to wrong or unknown parameters; None where there are none."""
    errors = refusals(form)
    detail = "A parameter is wrong; see errors."
    return problem_response(400, detail, errors=errors) if errors else None


def come_again() -> HttpResponse:
    """Return the answer where other files come first."""
    detail = (
        "Other large files are being made or sent, of which there are few at a time: "
        f"ask again in {AGAIN_IN} seconds."
    )
    response = problem_response(503, detail)
    response["Retry-After"] = str(AGAIN_IN)
    return response


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Make what costs much. Raises OthersFirst while this process does so already."""
    if not _making.acquire(blocking=False):
        raise OthersFirst
    try:
        yield
    finally:
        _making.release()


def whole_file(write: Callable[[BinaryIO], object]) -> BinaryIO:
    """Return a file with all that ``write`` puts there, at some cost. Raises
    OthersFirst, and Abandoned once nobody waits for it."""
    with one_at_a_time():
        return _spooled(write)


def _file(
    path: Path | None, reading: Reading, content: Callable[[Reading], Content]
) -> BinaryIO:
    """Return the file as it is kept, or made, and kept where it can be."""
    if path:
        if file := kept_files.opened(path):
            return file
        keeping = replace(reading, kept_in=kept_files.folder() / kept_files.LOG)
        try:
            with one_at_a_time(), kept_files.alone(), kept_files.new(path) as new:
                _writing(content(keeping))(new)
            if file := kept_files.opened(path):
                return file
        except OSError as error:
            logger.warning("Nothing is kept, and each file made anew: %s", error)
    made = content(reading)
    if callable(made) or reading.edition > LARGE:
        return whole_file(_writing(made))
    return _spooled(_writing(made))


def _writing(content: Content) -> Callable[[BinaryIO], object]:
    if callable(content):
        return content

    def write(file: BinaryIO) -> None:
        with closing(cast(Generator[bytes], content)) as parts:
            for part in parts:
                file.write(part)

    return write


def _spooled(write: Callable[[BinaryIO], object]) -> BinaryIO:
    file = cast(BinaryIO, Spooled())
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    return file
