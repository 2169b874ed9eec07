"""The recorder: django-simple-history, subclassed once, and the audited base of models.

What a history row holds is copied inside the database, never taken from memory, so
that ``F()`` expressions, ``update_fields`` and stale instances are recorded as they
were stored. Rows without a difference are not written.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from functools import reduce
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from simple_history.models import HistoricalRecords

from partnerships.fields import PartialDateField
from partnerships.ledger import context, sealing
from partnerships.ledger.models import HistoryRow
from partnerships.ledger.registry import tracked
from partnerships.ledger.roots import indexes
from partnerships.ledger.sql import BATCH, SQL, Alias, batched, differs, newest
from partnerships.text import CONTROL, MOST


class MissingReason(Exception):
    """A change that readers see was made without saying why."""

    def __init__(self, instance: models.Model) -> None:
        super().__init__(
            f"{instance} is public: say why it changes, and of what kind the change "
            "is. In code: with change(reason=…, kind=…): …"
        )


class AuditedRecords(HistoricalRecords):
    """HistoricalRecords that copies from the database and reads the change context."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            inherit=True,
            bases=[HistoryRow],
            # A plain number: deleting an account can then never rewrite the trail.
            history_user_id_field=models.BigIntegerField(null=True, blank=True),
            **kwargs,
        )

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        return super().get_meta_options(model) | {"indexes": indexes(model)}

    def _get_history_user_fields(self) -> dict[str, models.Field]:
        # One field of its own for each history: the library has all of them share the
        # one that is given to it, which then belongs to the last.
        return {
            name: copy(field)
            for name, field in super()._get_history_user_fields().items()
        }

    def get_history_user(self, instance: models.Model) -> Any:
        return context.current().user_or_none()

    def get_change_reason_for_object(
        self, instance: models.Model, history_type: str, using: str
    ) -> str:
        return context.current().reason

    def pre_delete(
        self, instance: models.Model, using: str | None = None, **kwargs: Any
    ) -> None:
        """Keep what is about to be deleted, as it is stored, and let nobody change it
        meanwhile; None where somebody else has just deleted it."""
        stored = type(instance)._base_manager.using(using).select_for_update()
        names = [field.attname for field in self.fields_included(type(instance))]
        instance.__dict__["_as_stored"] = (
            stored.filter(pk=instance.pk).values(*names).first()
        )

    def create_historical_record(
        self, instance: models.Model, history_type: str, using: str = "default"
    ) -> None:
        model = type(instance)
        if history_type != "-":
            self.record(model, [instance.pk], history_type, using)
            return
        if (values := instance.__dict__.pop("_as_stored")) is None:
            return
        if not context.current().is_explained and _is_seen(instance):
            raise MissingReason(instance)
        super().create_historical_record(model(**values), history_type, using=using)
        sealing.after_commit(using)

    def record(
        self,
        model: type[models.Model],
        pks: Sequence[int],
        history_type: str,
        using: str,
    ) -> None:
        """Write the history of objects that were created or changed, as now stored;
        raise MissingReason if readers see a change and nobody said why it is made. A
        change of nothing that they may see has no kind: no public log shows it."""
        table, connection = tracked()[model.__name__.lower()], connections[using]
        history = table.history._meta
        trail = Alias(connection.ops.quote_name(history.db_table))
        public, unexplained = table.public_columns, None
        if public and not context.current().is_explained:
            row = Alias(connection.ops.quote_name(model._meta.db_table))
            is_shown = _is_shown(public, trail, row, connection.vendor)
            objects = model._base_manager.using(using).filter(pk__in=pks)
            if history_type == "~":
                objects = objects.exclude(RawSQL(is_shown, (), BooleanField()))
            unexplained = next(filter(_is_seen, objects), None)
        copied = sum(
            copy_to_history(
                connection, model._meta, history, batch, history_type, public
            )
            for batch in batched(pks)
        )
        if copied and unexplained:
            raise MissingReason(unexplained)
        sealing.after_commit(using)


def copy_to_history(
    connection: BaseDatabaseWrapper,
    live: Any,
    history: Any,
    pks: Sequence[int],
    history_type: str,
    public: Iterable[str] = (),
) -> int:
    """Copy these rows of a table, as they are now stored, into that of its history;
    those that the newest row of history already shows are left out. ``live`` and
    ``history`` are the models' ``_meta``; a change of none of the columns ``public``,
    if they are given, has no kind. Returns how many were copied."""
    under_way, user = context.current(), context.current().user_or_none()
    added = {
        "history_date": timezone.now(),
        "history_type": history_type,
        "history_change_reason": under_way.reason,
        "history_user_id": user and user.pk,
        "history_actor": context.current_actor(),
        "history_kind": context.current_kind(),
        "history_changeset": under_way.changeset,
    }
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in live.concrete_fields]
    values = [
        history.get_field(name).get_db_prep_save(value, connection)
        for name, value in added.items()
    ]
    table, trail = quote(live.db_table), Alias(quote(history.db_table))
    shown, given = "FALSE", dict.fromkeys(added, "%s")
    if history_type == "~":
        beside = trail, Alias("l"), connection.vendor
        shown = _is_shown(columns, *beside)
        if public:
            is_note = _is_shown(map(quote, public), *beside)
            given["history_kind"] = f"CASE WHEN {is_note} THEN '' ELSE %s END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {trail} ({', '.join([*columns, *map(quote, added)])})"
            f" SELECT {', '.join([*columns, *given.values()])} FROM {table} l"
            f" WHERE id IN ({', '.join(['%s'] * len(pks))}) AND NOT {shown}"
            " ORDER BY id",
            [*values, *pks],
        )
        return cursor.rowcount


def _is_shown(columns: Iterable[str], trail: Alias, row: Alias, vendor: str) -> SQL:
    """Return SQL that is true where the newest history shows these columns of a live
    row as they are."""
    different = " OR ".join(f"{row}.{c} {differs(vendor)} h.{c}" for c in columns)
    return SQL(
        f"EXISTS (SELECT 1 FROM {trail} h WHERE h.history_id = "
        f"{newest(trail, row)} AND h.history_type <> '-' AND NOT ({different}))"
    )


def _is_seen(instance: Any) -> bool:
    """Return True if readers see the object, or saw it before this change."""
    return instance.is_public or instance.was_public


recorder = AuditedRecords()


class AuditedQuerySet(models.QuerySet):
    """A queryset whose bulk operations leave history like any other change."""

    model: Any  # an AuditedModel

    def update(self, **changes: Any) -> int:
        derived = any({*base} & {*changes} for base in self.model.DERIVED.values())
        with transaction.atomic(using=self.db):
            # The lock lets others refer to the rows meanwhile, as theirs would be
            # refused for deadlock otherwise.
            rows = self.model._base_manager.using(self.db)
            rows = rows.select_for_update(no_key=True)
            matching = rows.filter(pk__in=self.order_by().values("pk"))
            pks = list(matching.order_by("pk").values_list("pk", flat=True))
            # Only those: others may have made more rows match since (not on SQLite).
            may_grow = connections[self.db].features.has_select_for_update
            locked = self.filter(pk__in=pks) if may_grow else self
            count = models.QuerySet.update(locked, **changes)
            if derived:
                for row in rows.filter(pk__in=pks):
                    row.save()  # brings what is derived up to date, and records it
            else:
                recorder.record(self.model, pks, "~", self.db)
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(  # type: ignore[override]
        self, objs: Iterable[Any], batch_size: int | None = None, **options: Any
    ) -> list[Any]:
        if options.get("ignore_conflicts") or options.get("update_conflicts"):
            raise NotImplementedError(
                "An audited table cannot skip or merge conflicting rows unseen; "
                "use update_or_create() for each."
            )
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, batch_size or BATCH, **options)
            recorder.record(self.model, [obj.pk for obj in created], "+", self.db)
        return created

    def _raw_delete(self, using: str | None) -> int:
        # Django's own way to delete without signals, which would leave no history.
        raise NotImplementedError(
            "An audited row is deleted with its history; delete()."
        )

    def get_by_natural_key(self, *values: str) -> Any:
        return self.get(**dict(zip(self.model.NATURAL_KEY, values, strict=True)))


class AuditedModel(models.Model):
    """A record whose every change is in the audit trail, in the same transaction."""

    #: Lookups that identify a row for good, in fixtures and across databases.
    NATURAL_KEY: tuple[str, ...] = ("key",)

    #: Derived fields, saved with the fields that they follow from, as ``derive`` says.
    DERIVED: dict[str, tuple[str, ...]] = {}

    #: Derived fields of which a release may make something else: only what is stored
    #: now is as this one makes it.
    REMADE: tuple[str, ...] = ()

    #: Derived fields that hold the day on which those that they follow from were given.
    NOTED: tuple[str, ...] = ()

    #: Fields that readers may see, in the log too. One that is not named here never
    #: leaves the tracker.
    PUBLIC: tuple[str, ...] = ()

    #: Fields by which rows are looked up and that a row may yet be given, while another
    #: field, named beside, has a value. All others of the kind are in ``PERMANENT``.
    LATE: dict[str, str] = {}

    #: SQL for the ids of the partnership and of the partner whose logs show a row of
    #: history, "{row}". Left empty, these are its columns partnership_id and partner_id
    #: as far as it has them.
    LOG_OF_PARTNERSHIP: str = ""
    LOG_OF_PARTNER: str = ""

    #: Fields that never change once stored, because others cite or depend on them.
    PERMANENT: tuple[str, ...] = ()

    #: False where readers see a row only once something else that they see names it.
    SEEN_BY_ITSELF = True

    #: The field that holds the number of an account, of the record of accounts.
    ACCOUNT: str = ""

    history = recorder
    objects = AuditedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if (saved := kwargs.get("update_fields")) is not None:
            derived = (n for n, base in self.DERIVED.items() if {*base} & {*saved})
            kwargs["update_fields"] = {*saved, *derived}
        with transaction.atomic():
            super().save(*args, **kwargs)

    def derive(self) -> None:
        """Bring what is derived up to date, by what the row itself says."""
        for field in self._meta.concrete_fields:
            if isinstance(field, PartialDateField):
                field.set_bounds(self)

    @classmethod
    def misplaced(cls, using: str) -> Iterator[str]:
        """Yield a sentence for each row that is in another record than it should be."""
        return iter(())

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError where text has a control character: no font shows one,
        and XML, spreadsheets and PostgreSQL refuse some or all of them; and where
        readers would be given more of it than serves them."""
        super().clean_fields(exclude)
        errors = {}
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            if field.name in (exclude or ()) or not isinstance(value, str):
                continue
            if CONTROL.search(value):
                errors[field.name] = (
                    "It has a control character, which nobody sees; remove it."
                )
            elif self._is_long(field, value):
                errors[field.name] = (
                    f"The {field.verbose_name} has {len(value):,} characters, and "
                    f"readers get {MOST:,} at most: say it in fewer."
                )
        if errors:
            raise ValidationError(errors)

    def _is_long(self, field: Any, value: str) -> bool:
        is_text = isinstance(field, models.TextField) and field.name in self.PUBLIC
        return is_text and len(value) > MOST

    def clean(self) -> None:
        """Raise ValidationError where a permanent field differs from what is stored."""
        stored = self.PERMANENT and self._stored()
        errors = {}
        for name in self.PERMANENT if stored else ():
            field: Any = self._meta.get_field(name)
            if getattr(stored, field.attname) != getattr(self, field.attname):
                errors[name] = (
                    f"The {field.verbose_name} is permanent, because others cite it; "
                    f"it was “{getattr(stored, name)}”."
                )
        if errors:
            raise ValidationError(errors)

    def is_changed(self, *names: str) -> bool:
        """Return True if one of these fields differs from what is stored."""
        stored = self._stored()
        fields: list[Any] = [self._meta.get_field(name) for name in names]
        columns = [field.attname for field in fields]
        return any(getattr(stored, c, None) != getattr(self, c) for c in columns)

    def _stored(self) -> Any:
        """Return the row as it is stored; None of a new one."""
        return self.pk and type(self)._base_manager.filter(pk=self.pk).first()

    def doubts(self) -> list[tuple[str, str]]:
        """Return what its editor is asked about, as it may be a slip, in pairs: field,
        question. Nothing is refused for it."""
        return []

    def new_doubts(self, **known: Any) -> list[tuple[str, str]]:
        """Return the doubts that the row as it is stored does not raise; ``known`` is
        handed to ``doubts``."""
        doubts = self.doubts(**known)
        stored = doubts and type(self).objects.filter(pk=self.pk).first()
        earlier = stored.doubts() if stored else []
        return [doubt for doubt in doubts if doubt not in earlier]

    def natural_key(self) -> tuple[str, ...]:
        """Return the values that identify the row for good."""
        row: Any = self
        return tuple(reduce(getattr, key.split("__"), row) for key in self.NATURAL_KEY)

    @classmethod
    def private_fields(cls) -> set[str]:
        """Return the fields that readers never see: changed alone, they need no
        reason."""
        return {field.name for field in cls._meta.concrete_fields} - {*cls.PUBLIC}

    @property
    def partnership_or_none(self) -> Any:
        """The partnership that this belongs to; None for shared reference data."""
        return getattr(self, "partnership", None)

    @property
    def is_public(self) -> bool:
        """True if readers can see it, so that a change to it needs a reason."""
        partnership = self.partnership_or_none
        return partnership is None or partnership.is_published

    @property
    def was_public(self) -> bool:
        """True if readers could see it before the change that is being recorded."""
        return False
