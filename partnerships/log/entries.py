"""The log: which changes there are, and of whom. Read from the ledger alone, so that
old changes stay readable whatever becomes of the record."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from types import MappingProxyType
from typing import Any

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.utils.functional import SimpleLazyObject

from partnerships.ledger.editions import kept_by_edition
from partnerships.ledger.past import Past
from partnerships.log.changes import Change
from partnerships.log.descriptions import (
    UNREADABLE,
    BeforeAndAfter,
    Known,
    Reference,
    ReferencedRecords,
    described,
    in_words,
)
from partnerships.models import Claim, LedgerEntry, Partner, Partnership
from partnerships.selectors.record import Record
from partnerships.selectors.trail import without_notes

#: An operation of more changes than these is told by their number.
BULK = 25
AT_ONCE = 1_000
LINES = 5  # of the log, on a record's page
#: Double-checks that an operation asks for: they are in the log, and no news beside
#: the change that they belong to.
ASKED = Q(record="doublecheck", action="+")
#: In place of the row of history after which a partnership was taken away.
_NEVER = Value(0, output_field=models.BigIntegerField())
#: The ids of all partnerships that there ever were, each found from the one before by a
#: look-up in the index of their history, without those that are published.
_NOT_PUBLISHED = RawSQL(
    """
    WITH RECURSIVE ever(id) AS (
      SELECT MIN(id) FROM partnerships_historicalpartnership
      UNION ALL
      SELECT (SELECT MIN(h.id) FROM partnerships_historicalpartnership h
        WHERE h.id > ever.id) FROM ever WHERE ever.id IS NOT NULL
    )
    SELECT id FROM ever WHERE id IS NOT NULL AND id NOT IN
      (SELECT id FROM "partnerships_partnership" WHERE is_published)
    """,
    (),
)


def public_changes() -> QuerySet[LedgerEntry]:
    """Return the entries that readers may see, newest first: those of published
    partnerships, of what belongs to no partnership, and, of a partnership that was
    published once, all up to the one that took it away; and every redaction of one of
    these. Internal notes of a public record have none."""
    published = Partnership.objects.published()
    claims = LedgerEntry.objects.filter(record="claim", object_id=OuterRef("object_id"))
    # Each asks about the entry at hand, so that a database which is to find few entries
    # does not look up what is published all over the record.
    _, once_published = partnerships_ever_published()
    visible: Any = (
        Q(partnership_id=None, partner_id=None)
        & (~Q(record="source") | Exists(_visible_citations(published, once_published)))
        | Exists(published.filter(pk=OuterRef("partnership_id")))
        | Q(partnership_id=None)
        & Exists(published.filter(partner=OuterRef("partner_id")))
        | Q(partnership_id=0)
        & Exists(claims.filter(partnership_id__in=published.values("pk")))
    )
    for partnership_id, partner_id, last in once_published:
        visible |= Q(number__lte=last) & (
            Q(partnership_id=partnership_id)
            | Q(partnership_id=None, partner_id=partner_id)
        )
    # Whatever a redaction says of its owner, and whatever became of that since.
    redacted = without_notes(_sealed().filter(visible, number=OuterRef("object_id")))
    visible |= Q(record="redaction") & Exists(redacted)
    return without_notes(_sealed().filter(visible)).order_by("-number")


def _visible_citations(
    published: QuerySet[Partnership], once_published: list[tuple[int, int, int]]
) -> QuerySet:
    """Return the rows of history in which a claim that readers may see cites the source
    of an entry; others may be those of drafts."""
    visible: Any = Q(record_id__in=published.values("pk"))
    visible |= Q(record_id=None, affiliation_id=None)
    for partnership_id, _, last in once_published:
        entries = LedgerEntry.objects.filter(record="claim", number__lte=last)
        known = Exists(entries.filter(history_id=OuterRef("history_id")))
        visible |= Q(record_id=partnership_id) & known
    return Claim.history.filter(visible, source_id=OuterRef("object_id"))


def changes_of_record(
    entries: QuerySet[LedgerEntry], slug: str
) -> QuerySet[LedgerEntry]:
    """Return the entries of one record among these: of the partnership, its partner,
    and all that belongs to them, or did."""
    return entries.filter(number__in=numbers_of_record(slug))


def numbers_of_record(slug: str) -> QuerySet:
    """Return the numbers of the entries of a partner, of its partnership, and of all
    that belongs to them, or did: by three look-ups in the index ledger_log, for the
    databases would else go through the log of all records."""
    partners = Partner.history.filter(slug=slug).values("id")
    partnerships = Partnership.history.filter(partner_id__in=partners).values("id")
    numbers = _sealed().order_by().values("number")
    return numbers.filter(partnership_id__in=partnerships).union(
        numbers.filter(partnership_id=None, partner_id__in=partners),
        numbers.filter(_claims_of(partnerships)),
        all=True,
    )


def newest_of_partnership(
    entries: QuerySet[LedgerEntry], slug: str
) -> QuerySet[LedgerEntry]:
    """Return the newest entry among these of a partnership itself, if there is one."""
    partners = Partner.history.filter(slug=slug).values("id")
    partnerships = Partnership.history.filter(partner_id__in=partners).values("id")
    own = LedgerEntry.objects.filter(record="partnership", object_id__in=partnerships)
    seen = entries.filter(number__in=own.order_by().values("number"))
    return LedgerEntry.objects.filter(number=Subquery(seen.values("number")[:1]))


def latest_changes(record: Record, *, past: Past | None = None) -> list[Change]:
    """Return the newest changes of one published record, of a past or up to now,
    one for each operation. Their ``entry.together`` counts all that the operation did
    to it.

    One query, but for changes to what is no longer in the record.
    """
    sealed = _sealed(past)
    own = without_notes(sealed.filter(_of_record(record))).exclude(ASKED).order_by()
    newest = own.values("operation").annotate(newest=Max("number"))
    listed = newest.order_by("-newest").values("newest")[:LINES]
    beside = own.filter(operation=OuterRef("operation")).values("operation")
    entries = LedgerEntry.objects.filter(number__in=listed).order_by("-number")
    entries = entries.annotate(
        together=Subquery(beside.annotate(n=Count("pk")).values("n"))
    )
    shared = Q(partnership_id=None, partner_id=None)  # such as the sources of claims
    visible: Any = SimpleLazyObject(lambda: sealed.filter(_of_record(record) | shared))
    return described_changes(entries, among=visible, known=record.rows)


def _sealed(past: Past | None = None) -> QuerySet[LedgerEntry]:
    """Return the entries that have their numbers, of a past or up to now."""
    entries = LedgerEntry.objects.exclude(number=None)
    return entries.filter(past.entries) if past else entries


def described_changes(
    entries: QuerySet[LedgerEntry],
    *,
    among: QuerySet[LedgerEntry] | None = None,
    known: Known = MappingProxyType({}),
) -> list[Change]:
    """Return these entries in words, with their differences, in a constant number of
    queries.

    ``among`` are all entries that the reader may see: records are named as these know
    them, or as ``known`` has them already, by kind and id. Without it, an editor sees
    all, with the fields that are not public.
    """
    with_private = among is None
    earlier = _with_earlier(entries, with_private=with_private)
    records = ReferencedRecords(_sealed() if among is None else among, known)
    return _described(earlier, records, with_private=with_private)


def whole_log(
    entries: QuerySet[LedgerEntry], *, among: QuerySet[LedgerEntry]
) -> Iterator[Change]:
    """Yield these entries in words, however many, in constant memory: ``AT_ONCE`` are
    read at a time, and of each only the columns that words need."""
    rows = _read(entries).iterator(chunk_size=AT_ONCE)
    while batch := list(islice(rows, AT_ONCE)):
        yield from _described(batch, ReferencedRecords(among, {}), with_private=False)


def part_of_log(
    entries: QuerySet[LedgerEntry], *, among: QuerySet[LedgerEntry]
) -> tuple[list[Change], set[Reference]]:
    """Return these entries in words, a few thousand at most, and the records whose
    names these words may hold, by kind and id."""
    records = ReferencedRecords(among, {})
    changes = _described(_read(entries), records, with_private=False)
    return changes, records.asked_for


def renamed(
    records: Collection[Reference], *, since: int, among: QuerySet[LedgerEntry]
) -> set[Reference]:
    """Return those of the records that these entries name otherwise than did those of
    them up to a number."""
    before = ReferencedRecords(among.filter(number__lte=since), {})
    now = ReferencedRecords(among, {})
    before.load(records)
    now.load(records)

    def is_renamed(record: str, pk: int) -> bool:
        with suppress(*UNREADABLE):
            return before.names(record, pk) != now.names(record, pk)
        return True

    return {one for one in records if is_renamed(*one)}


def _read(entries: QuerySet[LedgerEntry]) -> QuerySet:
    """Return of these entries the columns that words need."""
    earlier = _with_earlier(entries, with_private=False)
    return earlier.values_list(*BeforeAndAfter.READ, named=True)


def _with_earlier(
    entries: QuerySet[LedgerEntry], *, with_private: bool
) -> QuerySet[LedgerEntry]:
    """Annotate each edit with the texts of the change to the record before it: the
    public one, and for editors the other."""
    earlier = LedgerEntry.objects.filter(
        record=OuterRef("record"),
        object_id=OuterRef("object_id"),
        number__lt=OuterRef("number"),
    ).order_by("-number")

    def before(text: str) -> models.Case:
        return models.Case(
            models.When(action="~", then=Subquery(earlier.values(text)[:1]))
        )

    texts = ("public", "private") if with_private else ("public",)
    return entries.annotate(**{f"{text}_before": before(text) for text in texts})


def _described(
    entries: Iterable, records: ReferencedRecords, *, with_private: bool
) -> list[Change]:
    versions = [described(one, with_private=with_private) for one in entries]
    records.load(chain.from_iterable(version.references() for version in versions))
    return [in_words(version, records) for version in versions]


def _of_record(record: Record) -> Q:
    """Return the condition for entries of a partnership; not of an earlier draft."""
    pk, partner = record.partnership.pk, record.partnership.partner_id
    own = Q(partnership_id=pk) | Q(partnership_id=None, partner_id=partner)
    return own | _claims_of([pk])


def _claims_of(partnerships: QuerySet | list[int]) -> Q:
    """Return the condition for entries of claims from before these partnerships."""
    # Asked of each such entry, which are few; a list would be of all claims there are.
    later = LedgerEntry.objects.filter(record="claim", object_id=OuterRef("object_id"))
    return Q(Exists(later.filter(partnership_id__in=partnerships)), partnership_id=0)


@kept_by_edition(maxsize=1)
def partnerships_ever_published() -> tuple[list[tuple], list[tuple[int, int, int]]]:
    """Return the published partnerships, as their ids and their partners'; and of those
    that are public no more also the number of the change that took each away. One
    query, and one where there are such; none where those of an edition are known."""
    published = Partnership.objects.published().order_by()
    once = Partnership.history.filter(is_published=True, id__in=_NOT_PUBLISHED)
    rows = published.values_list("pk", "partner_id", _NEVER).union(
        once.order_by().values_list("id", "partner_id").annotate(Max("history_id"))
    )
    own = [(pk, partner_id) for pk, partner_id, last in rows if not last]
    return sorted(own), _taken_away([row for row in rows if row[2]])


def _taken_away(rows: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the number of the change that took each away, for the number of the row of
    its history in which it last was public."""
    last_public = {pk: (partner_id, last) for pk, partner_id, last in rows}
    if not last_public:
        return []
    own = LedgerEntry.objects.filter(record="partnership", object_id__in=last_public)
    taken_away = {}
    changes = own.order_by("-number").values_list("object_id", "history_id", "number")
    for pk, history_id, number in changes:
        if number and history_id > last_public[pk][1]:
            taken_away[pk] = number
    return [(pk, last_public[pk][0], number) for pk, number in taken_away.items()]
