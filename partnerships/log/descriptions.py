"""One change in words: the record before and after, with all names it refers to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.text import capfirst

from partnerships import choices
from partnerships.ledger import canonical
from partnerships.ledger.registry import tracked
from partnerships.log.changes import ACTIONS, Change, FieldChange
from partnerships.models import Claim, LedgerEntry, Milestone, Partnership
from partnerships.querysets.fact_kinds import FACT_KINDS

#: Labels of what a claim says where it says a value of a vocabulary.
_SAYS = dict(choices.CoverageValue.choices + choices.Frequency.choices)

_MILESTONE_KINDS = dict(choices.MilestoneKind.choices)
_PARTNERSHIP_FACTS = dict(choices.PartnershipFact.choices)
_ASPECTS = dict(choices.Aspect.choices)
_EMPTY = (None, "")
MOST_ROWS = 2**63  # ids are smaller, in both databases
#: Raised by reading an entry that is not as the tracker wrote it.
UNREADABLE = (*canonical.UNREADABLE, ValidationError)

#: A record by its kind and id; ids by the kind of record.
Reference = tuple[str, int]
References = dict[str, set[int]]
#: Records by their kind and id.
Known = Mapping[tuple[str, int], models.Model]

#: Fields whose values are in Python what they are in JSON.
_PLAIN = (
    models.BooleanField,
    models.CharField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
)


class LoggedField(NamedTuple):
    """A field in the log, and the function that puts a value of it into words."""

    column: str
    name: str
    label: str
    in_words: Callable[[Any, "ReferencedRecords"], Any]


class LoggedModel:
    """One model in the log: its label, and its columns as the log needs them."""

    def __init__(self, record: str):
        self.model = tracked()[record].model
        self.label = str(self.model._meta.verbose_name)
        fields = self.model._meta.concrete_fields
        #: A record of which nothing is known, by column, in the order of the model.
        self.empty = dict.fromkeys(field.column for field in fields)
        self.parsers = [
            (field.column, field.to_python)
            for field in fields
            if not isinstance(field, _PLAIN)
        ]
        self.relations = [
            (
                field.column,
                str(field.related_model._meta.model_name),
                field.set_cached_value,
            )
            for field in fields
            if isinstance(field, models.ForeignKey)
        ]
        self.fields = [_logged(field) for field in fields if field.editable]

    def references(self, values: dict) -> Iterator[Reference]:
        """Yield kind and id of each record that these values refer to."""
        for column, record, _ in self.relations:
            pk = values.get(column)
            if isinstance(pk, int) and 0 < pk < MOST_ROWS:
                yield record, pk

    def fields_of(self, *versions: dict) -> list[LoggedField]:
        """Return the versions' fields; last those that the model has no more."""
        gone = sorted(set().union(*versions) - self.empty.keys())
        return self.fields + [
            LoggedField(c, c, c.replace("_", " ").capitalize(), lambda v, _: v or None)
            for c in gone
        ]


#: The model of a kind of record, as the log needs it.
logged_model = cache(LoggedModel)


class BeforeAndAfter:
    """One record before and after one change, by column.

    ``entry`` has the columns ``READ`` of an entry of the ledger; "_before" are the
    texts of the change to the record before this one, with ``private_before`` where the
    fields are asked for that are not public.
    """

    READ = (
        *("number", "at", "actor", "reason", "kind", "action", "record", "object_id"),
        *("partnership_id", "partner_id"),
        *("public", "private", "public_before"),
    )

    def __init__(self, entry: Any, *, with_private: bool):
        self.entry, self.model = entry, logged_model(entry.record)
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

    def references(self) -> Iterator[Reference]:
        """Yield kind and id of each record that the change refers to."""
        yield from self.model.references(self.all_values)
        yield from self.model.references(self.old)
        if self.entry.partnership_id:
            yield "partnership", self.entry.partnership_id
        if self.entry.partner_id:
            yield "partner", self.entry.partner_id

    def as_change(self, records: "ReferencedRecords") -> Change:
        """Return the change in words."""
        entry = self.entry
        key, label, about = self._key_and_names(records)
        return Change(
            entry.number,
            entry.at,
            entry.actor,
            entry.reason,
            entry.kind,
            ACTIONS[entry.action],
            entry.record,
            self.model.label,
            key,
            label,
            about,
            self.all_values.get("certainty") == choices.Certainty.REJECTED,
            self._slug(records),
            list(self._edited(records) if entry.action == "~" else self._all(records)),
            entry,
        )

    def _key_and_names(self, records: "ReferencedRecords") -> tuple[str, str, str]:
        """Return the key, the label, and the name of the fact of a claim, else ""."""
        entry, values = self.entry, self.all_values
        if not values:  # nobody recorded what it was: verifying finds that
            return str(entry.object_id), f"{self.model.label} {entry.object_id}", ""
        if entry.record == "claim" and self._fact:
            fact, source = records.name(*self._fact), values["source_id"]
            if about := values.get("partnership_fact"):
                fact += f": {_PARTNERSHIP_FACTS.get(about, about).lower()}"
            if aspect := values.get("aspect"):
                fact += f": {_ASPECTS.get(aspect, aspect).lower()}"
            label = f"{fact} ({records.get('source', source).key})"
            return values["key"], label, fact
        instance = records.instance(self.model, entry.object_id, values)
        if entry.record in ("redaction", "damage"):
            return str(entry.object_id), str(instance), ""
        return "/".join(map(str, instance.natural_key())), str(instance), ""

    def _slug(self, records: "ReferencedRecords") -> str | None:
        entry = self.entry
        if entry.partnership_id == 0:  # a claim about an affiliation of a mere partner
            return self._fact and records.get(*self._fact).partner.slug
        if entry.partnership_id:
            return records.get("partnership", entry.partnership_id).partner.slug
        if entry.partner_id:
            return records.get("partner", entry.partner_id).slug
        return None

    @property
    def _fact(self) -> tuple[str, int] | None:
        """Kind and id of the fact that a claim is about."""
        for kind in FACT_KINDS:
            if pk := self.all_values.get(kind.column):
                return kind.model, pk
        return None

    def _all(self, records: "ReferencedRecords") -> Iterator[FieldChange]:
        """Yield every field of a record that was created or deleted."""
        values = self.old or self.new
        for column, name, label, in_words in self.model.fields_of(values):
            if value := values.get(column):
                text = in_words(value, records)
                both = (text, None) if self.old else (None, text)
                yield FieldChange(name, label, *both)

    def _edited(self, records: "ReferencedRecords") -> Iterator[FieldChange]:
        """Yield the fields that an edit changed."""
        old, new = self.old, self.new
        for column, name, label, in_words in self.model.fields_of(old, new):
            if not (column in old and column in new):
                continue  # a column that was added or dropped between the two
            before, after = old[column], new[column]
            if (before or None) != (after or None):
                before = None if before in _EMPTY else in_words(before, records)
                after = None if after in _EMPTY else in_words(after, records)
                yield FieldChange(name, label, before, after)


class Unreadable:
    """A change that says what nobody can read, as SQL by hand can leave it: shown as
    such, so that the log goes on."""

    def __init__(self, entry: Any):
        self.entry = entry

    def references(self) -> Iterator[Reference]:
        return iter(())

    def as_change(self, records: "ReferencedRecords") -> Change:
        entry = self.entry
        label = f"Not readable: {entry.record} {entry.object_id}"
        about = entry.number, entry.at, entry.actor, entry.reason, entry.kind
        names = entry.record, "record", str(entry.object_id), label
        return Change(*about, "changed", *names, "", False, None, [], entry)


def described(entry: Any, *, with_private: bool) -> BeforeAndAfter | Unreadable:
    """Return an entry of the ledger as it can be described."""
    try:
        return BeforeAndAfter(entry, with_private=with_private)
    except UNREADABLE:
        return Unreadable(entry)


def in_words(
    version: BeforeAndAfter | Unreadable, records: "ReferencedRecords"
) -> Change:
    """Return a described entry in words, with the names of those records."""
    try:
        return version.as_change(records)
    except UNREADABLE:
        return Unreadable(version.entry).as_change(records)


class ReferencedRecords:
    """Records that others refer to, as they last were, with those that they refer to in
    their turn: claim, milestone, partnership, partner. A query for each such step.
    ``asked_for`` are all of them, those of which nothing is known included."""

    def __init__(self, entries: QuerySet[LedgerEntry], known: Known):
        self.entries = entries
        self.asked_for: set[Reference] = set()
        self._values: dict[str, dict[int, dict]] = defaultdict(dict)
        self._instances: dict[str, dict[int, models.Model]] = defaultdict(dict)
        self._names: dict[str, dict[int, str]] = defaultdict(dict)
        for (record, pk), instance in known.items():
            self._instances[record][pk] = instance

    def load(self, references: Iterable[Reference]) -> None:
        """Read these records, and those that they refer to, from the entries."""
        while wanted := self._unknown(references):
            references = []
            for record, pk, values in self._newest(wanted):
                self._values[record][pk] = values
                references += logged_model(record).references(values)

    def get(self, record: str, pk: int) -> Any:
        """Return a record as it last was; None where nothing is known of it."""
        instances = self._instances[record]
        if pk not in instances and pk in self._values[record]:
            values = self._values[record].pop(pk)
            with suppress(*UNREADABLE):
                instances[pk] = self.instance(logged_model(record), pk, values)
        return instances.get(pk)

    def name(self, record: str, pk: int) -> str:
        """Return what stands for a reference; its id where nothing is known of it."""
        names = self._names[record]
        if pk not in names:
            instance = self.get(record, pk)
            names[pk] = _name(instance) if instance else str(pk)
        return names[pk]

    def names(self, record: str, pk: int) -> tuple[str, ...] | None:
        """Return all that others call a record; None where nothing is known of it."""
        if instance := self.get(record, pk):
            key = "/".join(map(str, instance.natural_key()))
            return self.name(record, pk), str(instance), key
        return None

    def instance(self, model: LoggedModel, pk: int, values: dict) -> Any:
        """Return a record as it was, with the records that it refers to; what is not
        known of it is None, and not the default of a new one."""
        known = model.empty | values | {"id": pk}
        for column, parse in model.parsers:
            known[column] = parse(known[column])
        instance = model.model(*(known[column] for column in model.empty))
        for column, record, relate in model.relations:
            if related := known[column]:
                relate(instance, self.get(record, related))
        return instance

    def _unknown(self, references: Iterable[Reference]) -> References:
        unknown = defaultdict(set)
        for record, pk in references:
            self.asked_for.add((record, pk))
            if pk not in self._values[record] and pk not in self._instances[record]:
                unknown[record].add(pk)
        return unknown

    def _newest(self, wanted: References) -> Iterator[tuple[str, int, dict]]:
        # Each is looked up by itself, however often it was changed.
        asked = [(record, pk) for record in sorted(wanted) for pk in wanted[record]]
        record, pk = (RawSQL(f"asked.column{n}", ()) for n in (1, 2))
        own = self.entries.filter(record=record, object_id=pk).order_by("-number")
        newest, of_entries = own.values("number")[:1].query.sql_with_params()
        values = ", ".join(["(%s, %s)"] * len(asked))
        sql = (
            f'SELECT record, object_id, public FROM "{LedgerEntry._meta.db_table}"'
            f" WHERE number IN (SELECT ({newest}) FROM (VALUES {values}) AS asked)"
        )
        given: list[Any] = [*of_entries, *chain.from_iterable(asked)]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            for record, pk, public in cursor:
                with suppress(*UNREADABLE):
                    yield record, pk, dict(canonical.values(public))


def name_of(record: str, pk: int) -> str:
    """Return the name of a record as its last sealed change has it, for editors; empty
    where nothing can be read of it."""
    records = ReferencedRecords(LedgerEntry.objects.exclude(number=None), {})
    records.load([(record, pk)] if record in tracked() else [])
    return full_name(records.get(record, pk))


def full_name(instance: models.Model | None) -> str:
    """Return the name of a record by itself, with its partner; empty where there is
    none, or none that can be read."""
    with suppress(*UNREADABLE):
        if isinstance(instance, Partnership):
            return f"{instance.partner}: {instance}"
        return _name(instance) if instance else ""
    return ""


def _logged(field: Any) -> LoggedField:
    label = capfirst(str(field.verbose_name))
    return LoggedField(field.column, field.name, label, _wording(field))


def _wording(field: Any) -> Callable[[Any, ReferencedRecords], Any]:
    """Return what puts a value of a field into words."""
    if isinstance(field, models.ForeignKey):
        record = str(field.related_model._meta.model_name)
        return lambda value, records: records.name(record, value)
    if field.choices:
        labels = {value: str(label) for value, label in field.flatchoices}
        return lambda value, records: labels.get(value, str(value))
    if (field.model, field.name) == (Claim, "says"):
        return lambda value, records: _SAYS.get(value, value)
    if isinstance(field, _PLAIN):
        return lambda value, records: value
    return lambda value, records: field.to_python(value)


def _name(instance: models.Model) -> str:
    """Return the name of a record that a change refers to. A milestone is named without
    its date, which may have been another at the time of the change."""
    if isinstance(instance, Milestone):
        kind = _MILESTONE_KINDS.get(instance.kind, instance.kind)
        return f"{instance.partnership.partner}: {kind} ({instance.in_brackets})"
    return str(instance)
