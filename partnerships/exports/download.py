"""Files on their way to a reader. Each is made before any of it is sent, so that no
snapshot of the database waits for a slow reader: a short one in memory, a long one in a
temporary file. In each process one large file is made at a time, and a few are sent."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore, Lock
from weakref import finalize

from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from partnerships.exports.reading import Reading, one_edition
from partnerships.filters.refusals import refusals
from partnerships.web.open_data import problem_response

SHORT, BLOCK = 1_000_000, 65_536  # bytes of a file in memory, of a part that is sent
#: An edition with more changes has tables that cost much to read.
LARGE = 5_000
MOST_LONG = 8  # files of a process on their way from the disk
AGAIN_IN = 20  # seconds

_making, _on_disk = Lock(), BoundedSemaphore(MOST_LONG)


class OthersFirst(Exception):
    """As many large files as a process makes or sends at a time are there already."""


class Spooled(SpooledTemporaryFile):
    """A file in memory, or on disk once it is long, where there is place for a few."""

    def __init__(self) -> None:
        super().__init__(max_size=SHORT)
        self.is_long = False
        self._leave: Callable | None = None

    def rollover(self) -> None:
        super().rollover()
        self.is_long = True

    def take_place(self) -> None:
        """Take a place on disk if it is long, which it gives back when it is closed, or
        gone. Raises OthersFirst if there is none."""
        if self.is_long and self._leave is None:
            if not _on_disk.acquire(blocking=False):
                raise OthersFirst
            self._leave = finalize(self, _on_disk.release)

    def close(self) -> None:
        super().close()
        if self._leave is not None:
            self._leave()


def download(
    request: HttpRequest,
    form: Form,
    *,
    name: str,
    ending: str,
    content_type: str,
    content: Callable[[Reading], Iterable[bytes]],
) -> HttpResponseBase:
    """Answer with a file of one edition, or say what is wrong with the parameters, or
    that other files come first. ``content`` returns a generator or a spooled file.
    Where the head is enough, nothing is made."""
    if refused := refusal(form):
        return refused
    try:
        with one_edition(form, request.build_absolute_uri()) as reading:
            is_head = request.method == "HEAD"
            made = () if is_head else _whole(content(reading), reading.edition)
    except OthersFirst:
        return come_again()
    filename = reading.file_name(name, ending)
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    headers = {"Content-Disposition": disposition}
    if isinstance(made, Spooled) and not made.is_long:
        with closing(made):
            return HttpResponse(made.read(), content_type=content_type, headers=headers)
    response = FileResponse(made, content_type=content_type, headers=headers)
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


def whole_file(write: Callable[[Spooled], object]) -> Spooled:
    """Return a file, at its beginning, with all that ``write`` puts there, which costs
    much and is not interrupted. Raises OthersFirst."""
    with one_at_a_time(), _made_or_closed() as file:
        write(file)
        file.take_place()
    return file


def _whole(content: Iterable[bytes], edition: int) -> Spooled:
    if isinstance(content, Spooled):
        return content
    with ExitStack() as resources:
        if edition > LARGE:
            resources.enter_context(one_at_a_time())
        chunks = resources.enter_context(closing(content))  # type: ignore[type-var]
        file = resources.enter_context(_made_or_closed())
        for chunk in chunks:
            file.write(chunk)
            file.take_place()
    return file


@contextmanager
def _made_or_closed() -> Iterator[Spooled]:
    file = Spooled()
    try:
        yield file
        file.seek(0)
    except BaseException:
        file.close()
        raise
