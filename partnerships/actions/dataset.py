"""The loader of the data set that ships with the tracker, which leaves alone what
editors have changed.

Fixtures are in Django's JSON format with natural keys, one file per model. A record is
created once; afterwards it is brought up to date only while nobody but the loader has
changed it, and one that an editor deleted stays deleted.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey

from partnerships import models
from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.ledger.recorder import AuditedModel
from partnerships.querysets.fact_kinds import FACT_KINDS

ACTOR = "Data set"

#: File by file, so that what a record refers to is there before it.
FILES: dict[str, Any] = {
    "sources.json": models.Source,
    "areas.json": models.Area,
    "partners.json": models.Partner,
    "affiliations.json": models.Affiliation,
    "partnerships.json": models.Partnership,
    "checks.json": models.Check,
    "milestones.json": models.Milestone,
    "coverage.json": models.Coverage,
    "engagements.json": models.Engagement,
    "subjects.json": models.Subject,
    "positions.json": models.Position,
    "namesakes.json": models.Namesake,
    "questions.json": models.Question,
    "claims.json": models.Claim,
}


class DatasetError(Exception):
    """The data set cannot be loaded; each problem names file, record and field."""

    def __str__(self) -> str:
        return "\n".join(self.args)


@dataclass(frozen=True)
class Entry:
    """One record of a fixture file, at a place in it."""

    model: type[AuditedModel]
    fields: dict
    place: str

    @property
    def name(self) -> str:
        return "/".join(str(part) for part in self.natural_key)

    @property
    def label(self) -> str:
        """The kind of record and the name: "milestone norway-signed"."""
        return f"{self.model._meta.verbose_name} {self.name}"

    @property
    def where(self) -> str:
        """The place and the name, for editors."""
        return f"{self.place} ({self.name})"

    @property
    def natural_key(self) -> tuple:
        """The values of the model's natural key, as in a fixture's relations."""
        key: list = []
        for name in _key_fields(self.model):
            value = self.fields.get(name)
            key += value if isinstance(value, list) else [value]
        return tuple(key)


def _key_fields(model: type[AuditedModel]) -> list[str]:
    """Return the fields that identify a record of a model."""
    return list(dict.fromkeys(key.partition("__")[0] for key in model.NATURAL_KEY))


#: The keys of the sources that speak of each fact, by (model name, natural key).
SourcesByFact = dict[tuple[str, tuple], set[str]]


class _Gone(Exception):
    """A record refers to one that an editor deleted."""


def load_dataset(directory: Path) -> dict[str, list[str]]:
    """Load every fixture file of the directory, all or nothing.

    Returns the names of records by outcome: "created", "updated", "unchanged", "kept"
    (changed by an editor since) and "removed" (deleted by an editor). Raises
    :class:`DatasetError` naming file, record and field of each problem of the first
    file that has any.
    """
    entries = {name: _read(directory / name, FILES[name]) for name in FILES}
    sources = _sources_by_fact(entries["claims.json"])
    outcome: dict[str, list[str]] = defaultdict(list)
    with (
        transaction.atomic(),
        context.change(actor=ACTOR, kind=ChangeKind.IMPORT) as operation,
    ):
        for name in FILES:
            problems = []
            for entry in entries[name]:
                try:
                    outcome[_load(entry, operation, sources)].append(entry.label)
                except ValidationError as error:
                    problems += _sentences(entry, error)
            if problems:
                raise DatasetError(*problems)
    return outcome


def _read(path: Path, model: type[AuditedModel]) -> list[Entry]:
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"{path.name}: cannot be read ({error.strerror})."
        raise DatasetError(problem) from error
    except ValueError as error:
        raise DatasetError(f"{path.name}: is not JSON ({error}).") from error
    if not isinstance(records, list):
        raise DatasetError(f"{path.name}: must be a list of records.")
    entries: dict[str, Entry] = {}
    for number, record in enumerate(records, start=1):
        where = f"{path.name}, record {number}"
        label = record.get("model") if isinstance(record, dict) else None
        if label != (right := model._meta.label_lower):
            raise DatasetError(f"{where}, field model: {label!r} should be {right!r}.")
        fields = record.get("fields")
        if not isinstance(fields, dict):
            raise DatasetError(f"{where}, field fields: must be an object.")
        entry = Entry(model, fields, where)
        if entry.name in entries:
            raise DatasetError(f"{entry.where}: is given twice.")
        entries[entry.name] = entry
    return list(entries.values())


def _sources_by_fact(claims: list[Entry]) -> SourcesByFact:
    """Return the keys of the sources that speak of each fact."""
    sources: SourcesByFact = defaultdict(set)
    for claim in claims:
        for kind in FACT_KINDS:
            if isinstance(key := claim.fields.get(kind.model), list):
                sources[kind.model, tuple(key)].update(claim.fields.get("source") or [])
    return sources


def _load(entry: Entry, operation: context.Operation, sources: SourcesByFact) -> str:
    """Bring one record into the database, and return what became of it."""
    try:
        values = _values(entry)
    except _Gone:
        return "removed"
    identity = {name: values.get(name) for name in _key_fields(entry.model)}
    instance = entry.model.objects.filter(**identity).first()
    cited = ", ".join(sorted(_cited_sources(entry, sources)))
    if instance is None:
        if entry.model.history.filter(**identity).exists():
            return "removed"
        operation.reason = f"Initial load ({cited})" if cited else "Initial load"
        _save(entry.model(**values))
        return "created"
    if all(getattr(instance, name) == value for name, value in values.items()):
        return "unchanged"
    if instance.history.latest().history_actor != ACTOR:
        return "kept"
    operation.reason = f"Data set update ({cited})" if cited else "Data set update"
    for name, value in values.items():
        setattr(instance, name, value)
    _save(instance)
    return "updated"


def _cited_sources(entry: Entry, sources: SourcesByFact) -> set[str]:
    """Return the keys of the sources that say what an entry holds."""
    if entry.model is models.Claim:
        return set(entry.fields["source"])
    return sources[str(entry.model._meta.model_name), entry.natural_key]


def _save(instance: AuditedModel) -> None:
    """Check a record and save it. The database checks the constraints, twice as fast;
    only if it refuses does Django, one by one, for their sentences."""
    instance.clean_fields()
    instance.clean()
    try:
        instance.save()
    except IntegrityError:
        instance.full_clean()
        raise


def _values(entry: Entry) -> dict:
    """Return the fields as Python values; raise ValidationError by field."""
    values: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for name, raw in entry.fields.items():
        try:
            field: Any = entry.model._meta.get_field(name)
            values[name] = (
                _related(field, raw) if field.is_relation else field.to_python(raw)
            )
        except FieldDoesNotExist:
            model_name = entry.model._meta.verbose_name
            errors[name] = f"there is no such field in {model_name}."
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise ValidationError(errors)
    return values


def _related(field: ForeignKey, natural_key: object) -> AuditedModel | None:
    """Return the record that a relation names by its natural key; raise _Gone if an
    editor deleted it, ValidationError if it was never there."""
    if natural_key is None:
        return None
    model: Any = field.related_model
    if not isinstance(natural_key, list) or len(natural_key) != len(model.NATURAL_KEY):
        raise ValidationError(f"write it as a list: {list(model.NATURAL_KEY)}.")
    try:
        return model.objects.get_by_natural_key(*natural_key)
    except model.DoesNotExist:
        pass
    if _was_deleted(model, natural_key):
        raise _Gone
    raise ValidationError(f"there is no {model._meta.verbose_name} {natural_key}.")


def _was_deleted(model: type[AuditedModel], natural_key: list) -> bool:
    """Return whether a record with this natural key was ever there."""
    identity = {}
    for lookup, value in zip(model.NATURAL_KEY, natural_key, strict=True):
        name, _, rest = lookup.partition("__")
        if rest:
            related: Any = model._meta.get_field(name).related_model
            instance = related.objects.filter(**{rest: value}).first()
            if instance is None:
                return _was_deleted(related, [value])
            value = instance
        identity[name] = value
    return model.history.filter(**identity).exists()


def _sentences(entry: Entry, error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return [f"{entry.where}: {message}" for message in error.messages]
    return [
        f"{entry.where}: {message}"
        if name == NON_FIELD_ERRORS
        else f"{entry.where}, field {name}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    ]
