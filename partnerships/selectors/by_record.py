"""Results that are worked out of each record and kept: an edition works out anew those
of the records alone that it may have changed."""

from collections import deque
from collections.abc import Callable, Collection, Hashable
from functools import lru_cache, wraps
from typing import NamedTuple, TypeVar

from django.db.models import OuterRef, Subquery

from partnerships.ledger.editions import Edition, edition_read
from partnerships.models import Claim, LedgerEntry, Partnership

Result = TypeVar("Result")
Results = dict[int, Result]


class _Kept(NamedTuple):
    """The results of all records as of an edition, by their ids."""

    edition: Edition
    results: Results


def kept_by_record(*, maxsize: int) -> Callable:
    """Keep the results of the last edition for the last ``maxsize`` arguments of a
    function. It takes the ids of records, None for all, and hashable arguments, and
    returns its results by the ids of those records that have one; each follows from the
    rows of its record, from its partner, and from the documents that it cites. Where no
    edition is read, the records asked for are read."""

    def decorate(read: Callable[..., Results]) -> Callable[..., Results]:
        @lru_cache(maxsize=maxsize)
        def last(*args: Hashable) -> deque[_Kept]:
            return deque(maxlen=1)

        @wraps(read)
        def answer(records: Collection[int] | None, *args: Hashable) -> Results:
            edition = edition_read()
            if edition is None:
                return read(records, *args)
            place = last(*args)
            kept = next(iter(place), None)
            if kept and kept.edition == edition:
                return kept.results
            changed = kept and _records_changed_since(kept.edition)
            if kept is None or changed is None:
                results = read(None, *args)
            else:
                same = {k: v for k, v in kept.results.items() if k not in changed}
                results = same | (read(changed, *args) if changed else {})
            place.append(_Kept(edition, results))
            return results

        answer.last = last  # type: ignore[attr-defined]
        return answer

    return decorate


class Changes(NamedTuple):
    """The changes since an edition: the ids of the records whose rows may have changed,
    with None for what belongs to none; and those of the documents that did."""

    records: set[int | None]
    sources: set[int]


def changes_since(edition: Edition) -> Changes | None:
    """Return the changes since an edition; None where this database never had it. One
    query."""
    entries = LedgerEntry.objects.filter(number__gte=edition.number).order_by()
    records = Partnership.objects.filter(partner=OuterRef("partner_id")).order_by()
    of_partner = Subquery(records.values("pk"))
    columns = ("seal", "record", "object_id", "partnership_id")
    rows = list(entries.values_list(*columns, of_partner))
    if edition.seal not in {seal for seal, *_ in rows}:
        return None
    changes = Changes({None}, set())
    for seal, record, pk, logged, partner in rows:
        if seal != edition.seal:
            changes.records.add(logged or partner or None)
            if record == "source":
                changes.sources.add(pk)
    return changes


def _records_changed_since(edition: Edition) -> set[int] | None:
    """Return the ids of the records that may have changed since an edition, or that
    cite a document that did; None where this database never had it. A query, and one
    if there is such a document."""
    changes = changes_since(edition)
    if changes is None:
        return None
    citing = Claim.objects.filter(source__in=changes.sources).order_by()
    records = {*citing.values_list("record", flat=True).distinct()}
    return {pk for pk in changes.records | records if pk}
