"""What one change was: a record before and after, in words, with the names of all
that it refers to."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    CharField,
    Field,
    ForeignKey,
    IntegerField,
    Max,
    Model,
    Q,
    QuerySet,
    TextField,
)
from django.db.models.base import ModelState

from partnerships.choices import (
    ChangeCategory,
    ChangeKind,
    CoverageValue,
    Frequency,
    MilestoneKind,
    PartnershipFact,
)
from partnerships.ledger import canonical
from partnerships.ledger.registry import tracked
from partnerships.models import Claim, LedgerEntry, Milestone
from partnerships.querysets.fact_kinds import FACT_KINDS

#: What a claim says where it says a value of a vocabulary.
_SAID = dict(CoverageValue.choices + Frequency.choices)

_MILESTONE_KINDS = dict(MilestoneKind.choices)
_PARTNERSHIP_FACTS = dict(PartnershipFact.choices)
_EMPTY = (None, "")

#: Ids by the kind of record.
References = dict[str, set[int]]

ACTIONS = {"+": "created", "~": "changed", "-": "deleted"}

#: Fields whose values are in Python what they are in JSON.
_PLAIN = (BooleanField, CharField, ForeignKey, IntegerField, TextField)


# Tuples, for the log as a file has hundreds of thousands of both.
class FieldChange(NamedTuple):
    """One field before and after, as readers read it: names for ids, labels for
    choices; None where it was empty or there was no record."""

    name: str
    label: str
    old: Any
    new: Any


class Change(NamedTuple):
    """One entry of the log. ``fields`` is empty where only fields that are not public
    changed; ``partnership`` is the slug of the record that the change belongs to.
    ``entry`` is the entry as it was given, a row of the ledger."""

    number: int
    at: datetime
    by: str
    reason: str
    kind: str
    action: str
    model: str
    model_label: str
    key: str
    label: str
    partnership: str | None
    fields: list[FieldChange]
    entry: Any

    @property
    def category(self) -> ChangeCategory | None:
        """What kind of news it is to a reader."""
        if self.model == "redaction":
            return ChangeCategory.REDACTION
        if self.kind == ChangeKind.IMPORT:
            return ChangeCategory.IMPORT
        if self.action == "created" and self.model in ("claim", "source"):
            return ChangeCategory.SOURCE
        if any(field.name.endswith("ruling") and field.new for field in self.fields):
            return ChangeCategory.RULING
        return ChangeCategory(self.kind) if self.kind else None


class Told(NamedTuple):
    """How a column is told: the name and label of its field, and what puts a value of
    it into words."""

    column: str
    name: str
    label: str
    in_words: Callable[[Any, "Names"], Any]


class RecordKind:
    """What is to be known of one kind of record to tell its changes."""

    def __init__(self, record: str):
        table = tracked()[record]
        self.model = table.live or table.history
        self.label = str(self.model._meta.verbose_name)
        fields = self.model._meta.concrete_fields
        self.columns = {field.column for field in fields}  # called as attributes are
        self.blank = dict.fromkeys(self.columns)
        self.parsed = [
            (field.column, field.to_python)
            for field in fields
            if not isinstance(field, _PLAIN)
        ]
        self.relations = [
            (field.column, field.cache_name, _record(field))
            for field in fields
            if isinstance(field, ForeignKey)
        ]
        self.told = [_told(field) for field in fields if field.editable]  # not derived

    def add_references(self, values: dict, found: References):
        for column, _, record in self.relations:
            if pk := values.get(column):
                found[record].add(pk)

    def told_of(self, *versions: dict) -> list[Told]:
        """How the columns of versions are told; last those that are there no more."""
        if all(map(self.columns.issuperset, versions)):
            return self.told
        gone = sorted(set().union(*versions) - self.columns)
        return self.told + [
            Told(c, c, c.replace("_", " ").capitalize(), lambda value, _: value or None)
            for c in gone
        ]


@cache
def kind_of(record: str) -> RecordKind:
    return RecordKind(record)


class Versions:
    """What one record held before and after one change, by column. ``entry`` has the
    columns ``READ`` of an entry of the ledger."""

    #: "_before" is what the record's change before this one said.
    READ = (
        *("number", "at", "actor", "reason", "kind", "action", "record", "object_id"),
        *("partnership_id", "partner_id"),
        *("public", "private", "public_before", "private_before"),
    )

    def __init__(self, entry, *, with_private: bool):
        self.entry, self.kind = entry, kind_of(entry.record)
        new = canonical.values(entry.public)
        self.all_values = new | canonical.values(entry.private)
        if with_private:
            new = self.all_values
        self.old, self.new = {}, new
        if entry.action == "-":
            self.old, self.new = new, {}
        elif entry.action == "~":
            self.old = canonical.values(entry.public_before)
            if with_private:
                self.old |= canonical.values(entry.private_before)

    def add_references(self, found: References):
        entry, kind = self.entry, self.kind
        kind.add_references(self.all_values, found)
        if self.old:
            kind.add_references(self.old, found)
        if entry.partnership_id:
            found["partnership"].add(entry.partnership_id)
        if entry.partner_id:
            found["partner"].add(entry.partner_id)

    def as_change(self, names: "Names") -> Change:
        entry = self.entry
        key, label = self._named(names)
        return Change(
            entry.number,
            entry.at,
            entry.actor,
            entry.reason,
            entry.kind,
            ACTIONS[entry.action],
            entry.record,
            self.kind.label,
            key,
            label,
            self._slug(names),
            self._fields(names),
            entry,
        )

    def _named(self, names) -> tuple[str, str]:
        """The key of the record, and the record in words."""
        entry, values = self.entry, self.all_values
        if not values:  # nobody recorded what it was: verifying finds that
            return str(entry.object_id), f"{self.kind.label} {entry.object_id}"
        if entry.record == "claim":
            fact, source = names.name(*self._fact), values["source_id"]
            if about := values.get("partnership_fact"):
                fact += f": {_PARTNERSHIP_FACTS.get(about, about).lower()}"
            return values["key"], f"{fact} ({names.get('source', source).key})"
        instance = names.instance(self.kind, entry.object_id, values)
        if entry.record == "redaction":
            return str(entry.object_id), str(instance)
        return "/".join(map(str, instance.natural_key())), str(instance)

    def _slug(self, names) -> str | None:
        entry = self.entry
        if entry.partnership_id == 0:  # a claim about an affiliation of a mere partner
            return self._fact and names.get(*self._fact).partner.slug
        if entry.partnership_id:
            return names.get("partnership", entry.partnership_id).partner.slug
        if entry.partner_id:
            return names.get("partner", entry.partner_id).slug
        return None

    @property
    def _fact(self) -> tuple[str, int] | None:
        """What a claim is about."""
        for kind in FACT_KINDS:
            if pk := self.all_values.get(kind.column):
                return kind.model, pk

    def _fields(self, names) -> list[FieldChange]:
        if self.entry.action == "~":
            return list(self._edited(names))
        values, found = self.old or self.new, []
        for column, name, label, in_words in self.kind.told_of(values):
            if value := values.get(column):
                said = in_words(value, names)
                both = (said, None) if self.old else (None, said)
                found.append(FieldChange(name, label, *both))
        return found

    def _edited(self, names) -> Iterator[FieldChange]:
        old, new = self.old, self.new
        for column, name, label, in_words in self.kind.told_of(old, new):
            if not (column in old and column in new):
                continue  # a column that was added or dropped between the two
            before, after = old[column], new[column]
            if (before or None) != (after or None):
                before = None if before in _EMPTY else in_words(before, names)
                after = None if after in _EMPTY else in_words(after, names)
                yield FieldChange(name, label, before, after)


class Names:
    """Records that others refer to, as they last were, with those that they refer to in
    their turn: claim, milestone, partnership, partner. A query for each such step."""

    def __init__(self, entries: QuerySet[LedgerEntry], known):
        self.entries = entries
        self._values: dict[str, dict[int, dict]] = defaultdict(dict)
        self._found: dict[str, dict[int, Model]] = defaultdict(dict)
        self._names: dict[str, dict[int, str]] = defaultdict(dict)
        for (record, pk), instance in known.items():
            self._found[record][pk] = instance

    def find(self, wanted: References):
        while wanted := self._unknown(wanted):
            further = defaultdict(set)
            for record, pk, values in self._newest(wanted):
                self._values[record][pk] = values
                kind_of(record).add_references(values, further)
            wanted = further

    def get(self, record: str, pk: int) -> Model | None:
        found = self._found[record]
        if pk not in found and pk in self._values[record]:
            values = self._values[record].pop(pk)
            found[pk] = self.instance(kind_of(record), pk, values)
        return found.get(pk)

    def name(self, record: str, pk: int) -> str:
        """What stands for a reference; its id where nothing is known of it."""
        names = self._names[record]
        if pk not in names:
            found = self.get(record, pk)
            names[pk] = _name(found) if found else str(pk)
        return names[pk]

    def instance(self, kind: RecordKind, pk: int, values: dict) -> Model:
        """A record as it was, with the records that it refers to. Made as pickle makes
        one: what a model does for one that it is given takes three times as long."""
        instance = kind.model.__new__(kind.model)
        state = vars(instance)
        state |= kind.blank | values | {"id": pk}
        for name, parse in kind.parsed:
            state[name] = parse(state[name])
        instance._state = ModelState()
        for column, name, record in kind.relations:
            if related := values.get(column):
                instance._state.fields_cache[name] = self.get(record, related)
        return instance

    def _unknown(self, wanted: References) -> References:
        known = self._values, self._found
        new = {r: pks.difference(*(k[r] for k in known)) for r, pks in wanted.items()}
        return {record: pks for record, pks in new.items() if pks}

    def _newest(self, wanted: References) -> Iterator[tuple[str, int, dict]]:
        conditions = Q()
        for record, pks in sorted(wanted.items()):
            conditions |= Q(record=record, object_id__in=sorted(pks))
        numbers = (
            self.entries.filter(conditions)
            .order_by()
            .values("record", "object_id")
            .annotate(newest=Max("number"))
            .values("newest")
        )
        entries = LedgerEntry.objects.filter(number__in=numbers).order_by()
        for record, pk, public in entries.values_list("record", "object_id", "public"):
            yield record, pk, canonical.values(public)


def _record(field: ForeignKey) -> str:
    return field.related_model._meta.model_name


def _told(field: Field) -> Told:
    label = field.verbose_name[:1].upper() + field.verbose_name[1:]
    return Told(field.column, field.name, label, _in_words(field))


def _in_words(field: Field) -> Callable[[Any, Names], Any]:
    """What puts a value of a field into words."""
    if isinstance(field, ForeignKey):
        record = _record(field)
        return lambda value, names: names.name(record, value)
    if field.choices:
        labels = {value: str(label) for value, label in field.flatchoices}
        return lambda value, names: labels.get(value, str(value))
    if (field.model, field.name) == (Claim, "says"):
        return lambda value, names: _SAID.get(value, value)
    if isinstance(field, _PLAIN):
        return lambda value, names: value
    return lambda value, names: field.to_python(value)


def _name(instance: Model) -> str:
    """A record that a change refers to. A milestone is named without its date, which
    may have been another at the time of the change."""
    if isinstance(instance, Milestone):
        kind = _MILESTONE_KINDS.get(instance.kind, instance.kind)
        return f"{instance.partnership.partner}: {kind} ({instance.track.upper()})"
    return str(instance)
