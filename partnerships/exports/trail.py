"""The trail itself as files, by which strangers check it: all changes with their seals,
the checkpoints, the public key, and the tool that reads them."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.forms import Form
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from partnerships.exports import kept_log
from partnerships.exports.columns import to_json
from partnerships.exports.download import download
from partnerships.exports.reading import Reading
from partnerships.exports.rows import batches
from partnerships.exports.write_jsonl import CONTENT_TYPE as LINES
from partnerships.filters.trail import SinceForm
from partnerships.ledger import canonical, signing
from partnerships.log.descriptions import Reference
from partnerships.log.entries import public_changes
from partnerships.models import Checkpoint, LedgerEntry

TOOL = Path(settings.BASE_DIR, "tools", "verify_ledger.py")
_SEAL = ("number", "record", "history_id", "digest", "seal")
_ROWS = 500


@require_safe
def ledger_jsonl(request):
    """Answer with each change by its number: what its seal is made of and, where
    readers see the change, its public text and the hash of its private one."""
    form = SinceForm(request.GET)
    return download(
        request,
        form,
        name="ledger",
        ending="jsonl",
        content_type=LINES,
        content=partial(_changes, form),
        is_kept=True,
    )


@require_safe
def checkpoints_jsonl(request):
    """Answer with each checkpoint, the oldest first, and its signature."""
    return download(
        request,
        Form(request.GET),
        name="checkpoints",
        ending="jsonl",
        content_type=LINES,
        content=_checkpoints,
    )


@require_safe
def signing_key(request):
    """Answer with the public key of the signatures, then those of earlier ones.

    Raises Http404 where nothing is signed.
    """
    if not (keys := signing.public_keys()):
        raise Http404
    return HttpResponse("".join(keys), content_type="application/x-pem-file")


@require_safe
def verify_ledger(request):
    """Answer with the tool that checks all of it."""
    content_type = "text/x-python; charset=utf-8"
    return HttpResponse(TOOL.read_bytes(), content_type=content_type)


def _changes(form: SinceForm, reading: Reading) -> Iterator[bytes]:
    if reading.kept_in:
        parts = kept_log.parts(reading, "ledger", _part)
        return (part.read_bytes() for part in parts)
    shown = public_changes().filter(pk=OuterRef("pk"))
    entries = LedgerEntry.objects.filter(number__gt=form.cleaned_data["since"] or 0)
    rows = (
        entries.order_by("number")
        .annotate(is_public=Exists(shown))
        .values_list(*_SEAL, "public", "private", "salt", "is_public")
        .iterator(chunk_size=_ROWS)
    )
    return _lines(map(_change, rows))


def _part(every: range, numbers: list[int]) -> tuple[str, list[Reference]]:
    """Return the lines of these changes, of which readers see some."""
    seen = set(numbers)
    entries = LedgerEntry.objects.filter(number__range=(every[0], every[-1]))
    rows = entries.order_by("number").values_list(*_SEAL, "public", "private", "salt")
    lines = (to_json(_change((*row, row[0] in seen))) for row in rows)
    return "".join(f"{line}\n" for line in lines), []


def _change(row: tuple) -> dict:
    number, record, history_id, digest, seal, public, private, salt, is_public = row
    parts = {"number": number, "record": record, "history": history_id}
    line = parts | {"digest": digest, "seal": seal, "public": None}
    if is_public:
        line["public"] = public
        line["private_hash"] = canonical.private_hash(private or "", salt or "")
    return line


def _checkpoints(reading: Reading) -> Iterator[bytes]:
    taken = Checkpoint.objects.order_by("id").iterator(chunk_size=_ROWS)
    return _lines({"text": one.text, "signature": one.signature} for one in taken)


def _lines(objects: Iterable[dict]) -> Iterator[bytes]:
    """Yield the objects as JSON, one in a line; of none, an empty file."""
    texts = (map(to_json, some) for some in batches(objects, _ROWS))
    chunks = ("".join(f"{text}\n" for text in some).encode() for some in texts)
    yield next(chunks, b"")
    yield from chunks
