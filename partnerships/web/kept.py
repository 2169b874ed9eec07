"""The form in which an answer is kept: signed with its key, so that whoever can write
to the cache can neither run code here nor put a page on this site."""

import hmac
import json

from django.http import HttpResponse
from django.utils.crypto import salted_hmac

MOST_BYTES = 500_000  # of an answer, as it is kept
_SIGNATURE = 32  # bytes


class Forged(Exception):
    """The cache holds something that this site did not put there."""


def packed(key: str, response: HttpResponse) -> bytes | None:
    """Return the answer as it is kept, None where it is too large for that."""
    entry = json.dumps(dict(response.items())).encode() + b"\n" + response.content
    return _signature(key, entry) + entry if len(entry) <= MOST_BYTES else None


def unpacked(key: str, kept: object) -> HttpResponse:
    """Return the answer that is kept. Raises Forged where it is not this site's, not
    whole, or that of another key."""
    if not isinstance(kept, bytes):
        raise Forged
    entry = kept[_SIGNATURE:]
    if not hmac.compare_digest(kept[:_SIGNATURE], _signature(key, entry)):
        raise Forged
    headers, _, content = entry.partition(b"\n")
    return HttpResponse(content, headers=json.loads(headers))


def _signature(key: str, entry: bytes) -> bytes:
    value = key.encode() + b"\n" + entry
    return salted_hmac(__name__, value, algorithm="sha256").digest()
