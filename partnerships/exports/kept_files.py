"""Files of an edition on disk, in the folder "files" of the data directory: each is
made once, by one process at a time, and goes when a new edition has come. The folder
may be deleted at any time."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BufferedRandom, FileIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import HttpRequest

from partnerships.exports.reading import Reading, go_on
from partnerships.ledger.editions import edition_read
from partnerships.web.caching import is_known, release

#: An edition with more changes has files that cost much to make.
LARGE = 5_000
LOG = "log"  # the folder with what is kept of the log
MOST = 200  # files


class OthersFirst(Exception):
    """As many large files as are made or sent at a time are there already."""


class Awaited(FileIO):
    """A file that is written for as long as somebody waits for it."""

    def write(self, part) -> int:
        go_on()
        return super().write(part)


def folder() -> Path:
    return settings.DATA_DIR / "files"


def place(request: HttpRequest, reading: Reading) -> Path | None:
    """Return where the file of an address is kept, or will be; None where it is not: of
    an address with parameters or of a stranger's host, while a change waits for its
    seal, and of an edition whose files cost little."""
    edition = edition_read()
    if not settings.FILES_MB or request.GET or edition is None:
        return None
    is_this = edition.number == reading.edition > LARGE
    if not is_this or not is_known(request):
        return None
    of_edition = _digest(edition.seal, str(reading.on), release())
    name = request.path.rpartition("/")[2]
    return folder() / f"{of_edition}-{_digest(reading.address)}-{name}"


def opened(path: Path) -> BinaryIO | None:
    """Return a file that is kept; None where it is not, or no longer."""
    try:
        os.utime(path)
        return open(os.open(path, os.O_RDONLY), "rb")  # no name of it is told
    except OSError:
        return None


@contextmanager
def alone() -> Iterator[None]:
    """Be the only process that makes what is kept. Raises OthersFirst where another is,
    OSError where nothing can be written."""
    folder().mkdir(exist_ok=True)
    with open(folder() / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OthersFirst from None
        yield


@contextmanager
def new(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write, which is kept there once it is whole."""
    partial = folder() / "partial"  # of the one process that makes any
    try:
        with BufferedRandom(Awaited(partial, "w+")) as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    _make_room(path)


def _make_room(newest: Path) -> None:
    """Remove files of other editions than the newest, and those that were not used for
    longest where there are more, or larger ones, than settings allow; what is kept of
    the log where that takes half of the room."""
    room, log = settings.FILES_MB * 1_000_000, folder() / LOG
    size = sum(path.stat().st_size for path in log.rglob("*"))
    if size > room / 2:
        shutil.rmtree(log)
        size = 0
    edition = newest.name.partition("-")[0]
    files = sorted(folder().glob("*-*"), key=lambda path: path.stat().st_mtime)
    for number, path in enumerate(reversed(files)):
        size += path.stat().st_size
        is_wanted = path.name.startswith(edition) and number < MOST and size <= room
        if path != newest and not is_wanted:
            path.unlink()


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:24]
