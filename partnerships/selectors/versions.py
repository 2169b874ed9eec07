"""What one change was: a record before and after, in words, with the names of all
that it refers to."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import ForeignKey, Max, Model, Q, QuerySet

from partnerships.choices import (
    ChangeCategory,
    ChangeKind,
    CoverageValue,
    Frequency,
)
from partnerships.ledger.tables import tracked
from partnerships.models import Claim, LedgerEntry, Milestone

#: What a claim says where it says a value of a vocabulary.
_SAID = dict(CoverageValue.choices + Frequency.choices)

ACTIONS = {"+": "created", "~": "changed", "-": "deleted"}


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


class Versions:
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

    def as_change(self, names: "Names") -> Change:
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


class Names:
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
