"""The log: what changed, from what to what, in words. Read from the ledger alone, so
that old changes stay readable whatever becomes of the record."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from django.db.models import (
    Count,
    ForeignKey,
    Max,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from partnerships.choices import (
    ChangeCategory,
    ChangeKind,
    CoverageValue,
    Frequency,
)
from partnerships.dates import end_of
from partnerships.ledger.tables import tracked
from partnerships.models import (
    Claim,
    LedgerEntry,
    Milestone,
    Partner,
    Partnership,
)
from partnerships.selectors.record import Record

#: What a claim says where it says a value of a vocabulary.
_SAID = dict(CoverageValue.choices + Frequency.choices)

ACTIONS = {"+": "created", "~": "changed", "-": "deleted"}

#: How far back the latest operations are looked for, so that the largest import costs
#: no more than this.
LATEST_CHANGES = 2_000
BULK = 25


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as readers read it: names for ids, labels for
    choices; None where it was empty or there was no record."""

    name: str
    label: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Change:
    """One entry of the log. ``fields`` is empty where only fields that are not public
    changed; ``partnership`` is the slug of the record that the change belongs to."""

    number: int
    at: datetime
    by: str
    reason: str
    kind: str
    category: ChangeCategory | None
    action: str
    model: str
    model_label: str
    key: str
    label: str
    partnership: str | None
    fields: list[FieldChange]
    entry: LedgerEntry


@dataclass(frozen=True)
class Operation:
    """What was done at once and for one reason: its first change, which tells what it
    was about, and the number of changes that readers may see. ``is_cut`` where there
    are more, further back than was looked."""

    first: Change
    count: int
    is_cut: bool

    @property
    def others(self) -> int:
        return self.count - 1

    @property
    def is_bulk(self) -> bool:
        """Whether no single change can stand for all."""
        return self.count > BULK


def public_changes() -> QuerySet[LedgerEntry]:
    """The entries that readers may see, newest first: those of published partnerships,
    of what belongs to no partnership, and, of a partnership that was published once,
    all up to the one that took it away."""
    published = Partnership.objects.published()
    visible = (
        Q(partnership_id=None, partner_id=None)
        | Q(partnership_id__in=published.values("pk"))
        | Q(partnership_id=None, partner_id__in=published.values("partner"))
        | _claims_of(published.values("pk"))
    )
    for partnership_id, partner_id, last in _published_once(published):
        visible |= Q(number__lte=last) & (
            Q(partnership_id=partnership_id)
            | Q(partnership_id=None, partner_id=partner_id)
        )
    return LedgerEntry.objects.exclude(number=None).filter(visible).order_by("-number")


def record_changes(entries: QuerySet[LedgerEntry], slug: str) -> QuerySet[LedgerEntry]:
    """Those of one record: the partnership, its partner, and all that belongs to
    them, whether they are still there or not."""
    partners = Partner.history.filter(slug=slug).values("id")
    partnerships = Partnership.history.filter(partner_id__in=partners).values("id")
    return entries.filter(
        Q(partnership_id__in=partnerships)
        | Q(partnership_id=None, partner_id__in=partners)
        | _claims_of(partnerships)
    )


def latest_changes(
    record: Record, *, until: date | None = None, most: int = 5
) -> list[Change]:
    """The newest changes of one published record, up to the end of a day, one for each
    operation. Their ``entry.together`` counts all that the operation did to it, their
    ``entry.edition`` is the edition of the data set at the time up to which they go.

    One query, but for changes to what is no longer in the record.
    """
    own = LedgerEntry.objects.exclude(number=None).filter(_own(record.partnership))
    last = LedgerEntry.objects.exclude(number=None).order_by("-number")
    if until:
        own = own.filter(at__lt=end_of(until))
        last = last.filter(at__lt=end_of(until))
    newest = own.order_by().values("operation").annotate(newest=Max("number"))
    listed = newest.order_by("-newest").values("newest")[:most]
    beside = own.order_by().filter(operation=OuterRef("operation")).values("operation")
    entries = (
        LedgerEntry.objects.filter(number__in=listed)
        .annotate(
            together=Subquery(beside.annotate(n=Count("pk")).values("n")),
            edition=Subquery(last.values("number")[:1]),
        )
        .order_by("-number")
    )
    shared = Q(partnership_id=None, partner_id=None)  # such as the sources of claims
    visible = last.filter(_own(record.partnership) | shared)
    return changes(entries, among=visible, known=record.rows)


def changes(
    entries: QuerySet[LedgerEntry],
    *,
    among: QuerySet[LedgerEntry] | None = None,
    known: Mapping[tuple[str, int], Model] = MappingProxyType({}),
) -> list[Change]:
    """These entries with their differences, in a constant number of queries.

    ``among`` are all that the reader may see: records are named as these know them, or
    as those ``known`` already. Without it, an editor sees all, with the fields that are
    not public.
    """
    with_private = among is None
    earlier = LedgerEntry.objects.filter(
        record=OuterRef("record"),
        object_id=OuterRef("object_id"),
        number__lt=OuterRef("number"),
    ).order_by("-number")
    rows = list(
        entries.annotate(
            public_before=Subquery(earlier.values("public")[:1]),
            private_before=Subquery(earlier.values("private")[:1]),
        )
    )
    versions = [_Versions(row, with_private=with_private) for row in rows]
    names = _Names(
        LedgerEntry.objects.exclude(number=None) if among is None else among, known
    )
    names.find(
        [reference for version in versions for reference in version.references()]
        + [("partnership", row.partnership_id) for row in rows if row.partnership_id]
        + [("partner", row.partner_id) for row in rows if row.partner_id]
    )
    return [version.as_change(names) for version in versions]


def latest_operations(
    *, known_on: date | None = None, most: int = 6
) -> list[Operation]:
    """The latest operations that readers may see, now or at the end of a day, UTC;
    newest first, among the last ``LATEST_CHANGES`` changes."""
    visible = public_changes()
    if known_on:
        visible = visible.filter(at__lt=end_of(known_on))
    latest = LedgerEntry.objects.filter(
        number__in=visible.values("number")[:LATEST_CHANGES]
    )
    counted = dict(
        latest.order_by()
        .values("operation")
        .annotate(first=Min("number"), last=Max("number"), count=Count("number"))
        .order_by("-last")
        .values_list("first", "count")[:most]
    )
    firsts = LedgerEntry.objects.filter(number__in=list(counted))
    by_number = {change.number: change for change in changes(firsts, among=visible)}
    seen = accumulate(counted.values())
    return [
        Operation(by_number[first], count, is_cut=so_far == LATEST_CHANGES)
        for (first, count), so_far in zip(counted.items(), seen, strict=True)
    ]


def _own(partnership: Partnership) -> Q:
    """Those of one published partnership; not of a draft that its partner had
    before."""
    return (
        Q(partnership_id=partnership.pk)
        | Q(partnership_id=None, partner_id=partnership.partner_id)
        | _claims_of([partnership.pk])
    )


def _claims_of(partnerships) -> Q:
    """What was recorded of claims about these partnerships' partners before there was
    a partnership."""
    theirs = LedgerEntry.objects.filter(record="claim", partnership_id__in=partnerships)
    return Q(partnership_id=0, object_id__in=theirs.values("object_id"))


def _published_once(published) -> list[tuple[int, int, int]]:
    """Partnerships that are public no more: their ids, their partners', and the number
    of the change that took them away."""
    seen = (
        Partnership.history.filter(is_published=True)
        .exclude(id__in=published.values("pk"))
        .order_by()
        .values_list("id", "partner_id")
        .annotate(last=Max("history_id"))
    )
    last_public = {pk: (partner_id, last) for pk, partner_id, last in seen}
    if not last_public:
        return []
    own = LedgerEntry.objects.filter(record="partnership", object_id__in=last_public)
    taken_away = {}
    for pk, history_id, number in own.order_by("-number").values_list(
        "object_id", "history_id", "number"
    ):
        if number and history_id > last_public[pk][1]:
            taken_away[pk] = number
    return [(pk, last_public[pk][0], number) for pk, number in taken_away.items()]


class _Versions:
    """What one record held before and after one change, by column."""

    def __init__(self, entry: LedgerEntry, *, with_private: bool):
        self.entry, self.table = entry, tracked()[entry.record]
        self.model = self.table.live or self.table.history
        self.all_values = _values(entry.public) | _values(entry.private)
        new = _values(entry.public)
        old = _values(entry.public_before)
        if with_private:
            new |= _values(entry.private)
            old |= _values(entry.private_before)
        if entry.action == "+":
            old = {}
        elif entry.action == "-":
            old, new = new, {}
        self.old, self.new = old, new
        self.columns = {f.column: f for f in self.model._meta.concrete_fields}

    def references(self) -> Iterable[tuple[str, int]]:
        for values in (self.old, self.new, self.all_values):
            yield from _references(self.model, values)

    def as_change(self, names: "_Names") -> Change:
        entry, fields = self.entry, self._fields(names)
        instance = names.instance(entry.record, entry.object_id, self.all_values)
        if entry.partnership_id == 0:  # a claim about an affiliation of a mere partner
            slug = instance.fact.partner.slug
        elif entry.partnership_id:
            slug = names.found["partnership", entry.partnership_id].partner.slug
        elif entry.partner_id:
            slug = names.found["partner", entry.partner_id].slug
        else:
            slug = None
        return Change(
            number=entry.number,
            at=entry.at,
            by=entry.actor,
            reason=entry.reason,
            kind=entry.kind,
            category=_category(entry, fields),
            action=ACTIONS[entry.action],
            model=entry.record,
            model_label=str(self.model._meta.verbose_name),
            key=_key(entry, instance),
            label=_label(instance),
            partnership=slug,
            fields=fields,
            entry=entry,
        )

    def _fields(self, names) -> list[FieldChange]:
        known = [
            column
            for column, field in self.columns.items()
            if column in self.old | self.new and field.editable  # no derived one
        ]
        gone = sorted((self.old | self.new).keys() - self.columns.keys())
        found = []
        for column in [*known, *gone]:
            is_in_both = column in self.old and column in self.new
            if self.entry.action == "~" and not is_in_both:
                continue  # a column that was added or dropped between the two
            old, new = self.old.get(column), self.new.get(column)
            if (old or None) != (new or None):
                found.append(self._field(column, old, new, names))
        return found

    def _field(self, column, old, new, names) -> FieldChange:
        field = self.columns.get(column)
        if field is None:
            label = column.replace("_", " ").capitalize()
            return FieldChange(column, label, old or None, new or None)
        label = field.verbose_name[:1].upper() + field.verbose_name[1:]
        if (self.entry.record, column) == ("claim", "says"):
            old, new = (_SAID.get(value, value) for value in (old, new))
        old, new = (names.readable(field, value) for value in (old, new))
        return FieldChange(field.name, label, old, new)


class _Names:
    """Records that others refer to, as they last were, with those that they refer to in
    their turn: claim, milestone, partnership, partner. A query for each such step."""

    def __init__(self, entries: QuerySet[LedgerEntry], known):
        self.entries = entries.order_by()
        self.found: dict[tuple[str, int], Model] = dict(known)

    def find(self, references: Iterable[tuple[str, int]]):
        values, wanted = {}, set(references) - self.found.keys()
        while wanted:
            fresh = self._newest(wanted)
            values |= fresh
            wanted = {
                reference
                for (record, _), found in fresh.items()
                for reference in _references(tracked()[record].live, found)
            }
            wanted -= values.keys() | self.found.keys()
        pending = dict(values)
        while pending:
            for (record, pk), found in list(pending.items()):
                needed = set(_references(tracked()[record].live, found))
                if not needed & pending.keys():
                    self.found[record, pk] = self.instance(record, pk, found)
                    del pending[record, pk]

    def instance(self, record: str, pk: int, values: dict) -> Model:
        """A record as it was, with the records that it refers to."""
        table = tracked()[record]
        model = table.live or table.history
        fields = {f.column: f for f in model._meta.concrete_fields}
        # Each field is given, so that no default is asked for.
        given = {
            field.attname: field.to_python(values.get(column))
            for column, field in fields.items()
        }
        instance = model(**given | {"id": pk})
        for column, field in fields.items():
            if isinstance(field, ForeignKey) and values.get(column):
                related = self.found.get((_record(field), values[column]))
                setattr(instance, field.name, related)
        return instance

    def readable(self, field, value):
        if value in (None, ""):
            return None
        if isinstance(field, ForeignKey):
            related = self.found.get((_record(field), value))
            return _name(related) if related else str(value)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return field.to_python(value)

    def _newest(self, references) -> dict[tuple[str, int], dict]:
        by_record = defaultdict(list)
        for record, pk in references:
            by_record[record].append(pk)
        wanted = Q()
        for record, pks in sorted(by_record.items()):
            wanted |= Q(record=record, object_id__in=sorted(pks))
        numbers = (
            self.entries.filter(wanted)
            .values("record", "object_id")
            .annotate(newest=Max("number"))
            .values("newest")
        )
        return {
            (entry.record, entry.object_id): _values(entry.public)
            | _values(entry.private)
            for entry in LedgerEntry.objects.filter(number__in=numbers)
        }


def _values(text: str | None) -> dict:
    return json.loads(text)["values"] if text else {}


def _record(field: ForeignKey) -> str:
    return field.related_model._meta.model_name


def _references(model, values) -> Iterable[tuple[str, int]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and values.get(field.column):
            yield _record(field), values[field.column]


def _key(entry, instance) -> str:
    if entry.record == "redaction":
        return str(entry.object_id)
    return "/".join(map(str, instance.natural_key()))


def _label(instance) -> str:
    if not isinstance(instance, Claim):
        return str(instance)
    about = _name(instance.fact)
    if instance.partnership_fact:
        about += f": {instance.get_partnership_fact_display().lower()}"
    return f"{about} ({instance.source.key})"


def _name(instance) -> str:
    """A record that a change refers to. A milestone is named without its date, which
    may have been another at the time of the change."""
    if isinstance(instance, Milestone):
        kind, track = instance.get_kind_display(), instance.track.upper()
        return f"{instance.partnership.partner}: {kind} ({track})"
    return _label(instance)


def _category(entry, fields) -> ChangeCategory | None:
    """What kind of news a change is to a reader."""
    if entry.record == "redaction":
        return ChangeCategory.REDACTION
    if entry.kind == ChangeKind.IMPORT:
        return ChangeCategory.IMPORT
    if entry.action == "+" and entry.record in ("claim", "source"):
        return ChangeCategory.SOURCE
    if any(field.name.endswith("ruling") and field.new for field in fields):
        return ChangeCategory.RULING
    return ChangeCategory(entry.kind) if entry.kind else None
