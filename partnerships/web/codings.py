"""Text on its way: an answer is made once, and turned into the coding that a client
takes. Of all that is sent, only text is shorter in one."""

import gzip
import re
from functools import lru_cache, partial
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

#: How to code and to decode, the coding first that is sent to who takes several. Both
#: take the time of a twentieth of a page; of brotli's levels, this is gzip's equal.
CODINGS = {
    "br": (partial(brotli.compress, quality=5), brotli.decompress),
    "gzip": (partial(gzip.compress, compresslevel=6, mtime=0), gzip.decompress),
}
SHORTEST = 200  # bytes; what is shorter is sent as it is

_NOT_TAKEN = re.compile(r";\s*q=0(\.0*)?\s*$", re.IGNORECASE)
_STREAMS = GZipMiddleware(lambda request: HttpResponse())


def without_refused(header: str) -> str:
    """Return the ``Accept-Encoding`` without the codings that it refuses."""
    return ",".join(c for c in header.split(",") if not _NOT_TAKEN.search(c))


@lru_cache(maxsize=200)
def accepted(header: str) -> tuple[str, ...]:
    """Return the codings that an ``Accept-Encoding`` takes, the best first; last comes
    the empty one, of text as it is."""
    named = {c.partition(";")[0].strip() for c in without_refused(header).split(",")}
    return *(coding for coding in CODINGS if coding in named), ""


def taken_by(request: HttpRequest) -> tuple[str, ...]:
    """Return the codings that a client takes, as ``accepted`` does."""
    return accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""))


def coded(request: HttpRequest, response: Any) -> HttpResponse:
    """Return the answer in the coding that is best for the client: of a long file,
    which is coded while it is sent, gzip."""
    if not response.streaming:
        recode(response, taken_by(request)[0])
    elif _is_text(response):
        _STREAMS.process_response(request, response)
    return response


def recode(response: HttpResponse, coding: str) -> None:
    """Turn an answer into another coding, unless it is longer in that."""
    was = response.get("Content-Encoding", "")
    if not _is_text(response) or (not was and len(response.content) < SHORTEST):
        return
    patch_vary_headers(response, ["Accept-Encoding"])
    if was == coding:
        return
    plain = response.content
    if was:
        _, decode = CODINGS[was]
        plain = decode(plain)
        del response["Content-Encoding"]
    response.content = plain
    if coding:
        encode, _ = CODINGS[coding]
        if len(packed := encode(plain)) < len(plain):
            response.content, response["Content-Encoding"] = packed, coding


def tag_in(etag: str, coding: str) -> str:
    """Return the tag of an answer in a coding, from that of the answer as it is."""
    return f'{etag[:-1]}-{coding}"' if coding else etag


def _is_text(response: Any) -> bool:
    kind = response.get("Content-Type", "").partition(";")[0]
    return kind.startswith("text/") or kind.endswith(("json", "xml"))
