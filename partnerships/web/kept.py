"""The form in which an answer is kept: compressed, and signed with its key, so that
whoever can write to the cache can neither run code here nor put a page on this site."""

import hmac
import json
import zlib

from django.http import HttpResponse
from django.utils.crypto import salted_hmac

MOST_BYTES = 500_000  # of an answer, as it is kept
_SIGNATURE = 32  # bytes
_LEVEL = 1  # a page is packed in a millisecond, and stands for a quarter of its bytes


class Forged(Exception):
    """The cache holds something that this site did not put there."""


def packed(key: str, response: HttpResponse) -> bytes | None:
    """Return the answer as it is kept, None where it is too large for that."""
    is_small_already = response.has_header("Content-Encoding") or response.headers.get(
        "Content-Type", ""
    ).startswith("image/png")
    content = response.content
    body = content if is_small_already else zlib.compress(content, _LEVEL)
    about = {"headers": dict(response.items()), "deflated": not is_small_already}
    entry = json.dumps(about).encode() + b"\n" + body
    return _signature(key, entry) + entry if len(entry) <= MOST_BYTES else None


def unpacked(key: str, kept: object) -> HttpResponse:
    """Return the answer that is kept. Raises Forged where it is not this site's, not
    whole, or that of another key."""
    if not isinstance(kept, bytes):
        raise Forged
    entry = kept[_SIGNATURE:]
    if not hmac.compare_digest(kept[:_SIGNATURE], _signature(key, entry)):
        raise Forged
    about, _, body = entry.partition(b"\n")
    said = json.loads(about)
    content = zlib.decompress(body) if said["deflated"] else body
    return HttpResponse(content, headers=said["headers"])


def _signature(key: str, entry: bytes) -> bytes:
    value = key.encode() + b"\n" + entry
    return salted_hmac(__name__, value, algorithm="sha256").digest()
