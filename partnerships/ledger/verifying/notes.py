"""Records about the ledger itself: numbers outside of the chain, checkpoints and
verifications."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone

from partnerships.ledger import signing
from partnerships.ledger.models import Checkpoint, LedgerEntry, Verification
from partnerships.ledger.registry import tracked
from partnerships.ledger.verifying.chain import TOLERANCE
from partnerships.ledger.verifying.problem import Problem
from partnerships.ledger.verifying.stored import Odd, rows


def note_problems(using: str, *, end: int, keys: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with what the chain does not show, whose ``end`` is known;
    with signatures, where there are public ``keys``, as PEM."""
    yield from _outside(using)
    yield from checkpoint_problems(using, keys)
    yield from _verifications(using, end)


def _outside(using: str) -> Iterator[Problem]:
    """Yield entries whose number is none of the chain."""
    # SQLite sorts what is no number behind all that are; by their order alone, it would
    # look through the whole ledger.
    where = "WHERE number < 1 OR number >= 9223372036854775807 ORDER BY +id"
    for entry in rows(LedgerEntry, using=using, where=where):
        number = entry["number"]
        if isinstance(number, Odd):
            text = f"the entry {entry['id']} of the ledger holds its number in another"
            yield Problem("entry", f"{text} spelling than ours")
        else:
            text = f"there is a change {number}; the first is number 1"
            yield Problem("entry", text)


def checkpoint_problems(using: str, keys: Collection[str]) -> Iterator[Problem]:
    """Yield checkpoints out of order, from the future, signed by none of the keys, or
    of other counts than the chain has; that their seals are those of the chain is shown
    by the chain."""
    latest: Any = None
    soon = timezone.now() + TOLERANCE
    for taken in Checkpoint.objects.using(using).order_by("id"):
        named = f"the checkpoint {taken.pk} of {taken.taken_at:%Y-%m-%d %H:%M}"
        if taken.taken_at > soon:
            yield Problem("checkpoint", f"{named} is dated after now")
        if latest and taken.taken_at < latest.taken_at - TOLERANCE:
            yield Problem("checkpoint", f"{named} is dated before the one before it")
        if latest and taken.number < latest.number:
            yield Problem("checkpoint", f"{named} stands before the one before it")
        if latest and latest.signature and not taken.signature:
            yield Problem(
                "checkpoint", f"{named} is not signed, as the one before it is"
            )
        if taken.signature and keys and not _is_signed(taken, keys):
            text = f"{named} is signed by no key of SIGNING_KEY and FORMER_KEYS"
            yield Problem("checkpoint", text)
        latest = taken
    if latest:
        yield from _counts(using, latest)


def _is_signed(taken: Checkpoint, keys: Collection[str]) -> bool:
    content = taken.text.encode()
    return any(signing.is_signed(content, taken.signature, key) for key in keys)


def _counts(using: str, checkpoint: Any) -> Iterator[Problem]:
    """Yield where the last checkpoint counts fewer rows of history than the chain had
    by then, or more than there are."""
    entries = LedgerEntry.objects.using(using).filter(number__lte=checkpoint.number)
    by_record = entries.order_by().values_list("record").annotate(n=Count("pk"))
    chained = dict(by_record)
    for record, table in tracked().items():
        counts = checkpoint.counts if isinstance(checkpoint.counts, dict) else {}
        counted, least = counts.get(record, 0), chained.get(record, 0)
        most = table.history.objects.using(using).count()
        if not (isinstance(counted, int) and least <= counted <= most):
            text = f"the last checkpoint counts {counted} rows of {record}: there were"
            yield Problem("checkpoint", f"{text} {least} by then, there are {most} now")


def _verifications(using: str, end: int) -> Iterator[Problem]:
    """Yield verifications that nobody can have made."""
    reached = LedgerEntry.objects.filter(number=OuterRef("number"))
    made = Verification.objects.using(using).annotate(
        recorded_at=Subquery(reached.values("recorded_at")[:1])
    )
    impossible = (
        Q(verified_at__gt=timezone.now() + TOLERANCE)
        | Q(verified_at__lt=F("recorded_at") - TOLERANCE)
        | Q(since__lt=0)
    )
    for one in made.filter(impossible | Q(number__gt=end)).order_by("id"):
        text = f"the verification {one.pk} of {one.verified_at:%Y-%m-%d %H:%M}"
        text += f", up to change {one.number},"
        if one.number > end:
            gone = f"counts changes that are gone: the chain ends at change {end}"
            yield Problem("verification", f"{text} {gone}")
        else:
            yield Problem("verification", f"{text} is forged")
