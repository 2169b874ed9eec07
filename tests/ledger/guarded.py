"""An object of each kind that is on record, and what the database says to a change of it
or to a row of history made by hand."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from partnerships.ledger.registry import tracked
from tests import factories
from tests.ledger.databases import sql

#: How one of each kind is made, and a column of it that holds free text.
MAKE = {
    "affiliation": lambda: factories.affiliation(factories.partner(), "eea_efta"),
    "area": factories.area,
    "check": lambda: factories.check(factories.partnership()),
    "claim": lambda: factories.claim(factories.question(), "no"),
    "coverage": lambda: factories.coverage(factories.partnership(), factories.area()),
    "doublecheck": lambda: factories.double_check(factories.partnership()),
    "engagement": lambda: factories.engagement(factories.partnership()),
    "milestone": lambda: factories.milestone(factories.partnership()),
    "namesake": factories.namesake,
    "partner": factories.partner,
    "partnership": lambda: factories.partnership(published=False),
    "position": factories.position,
    "question": factories.question,
    "roleassignment": factories.role_assignment,
    "source": factories.source,
    "subject": lambda: factories.subject(factories.partnership()),
}
TEXT = {
    **dict.fromkeys(
        ["affiliation", "engagement", "milestone", "source", "subject"], "note"
    ),
    **{"area": "name", "check": "found", "claim": "wording", "coverage": "ruling"},
    **{"doublecheck": "reasons", "namesake": "reason", "position": "text"},
    **{
        "roleassignment": "role",
        "question": "text",
        "partner": "official_name",
        "partnership": "summary",
    },
}
every_record = pytest.mark.parametrize(
    "record", [name for name, table in tracked().items() if table.live]
)

#: Numbers that would stop all who come after.
FAR = 2**31 - 2

#: The database's words for "this change is owed a row of history", at commit and
#: when Django looks for them before.
OWED = "without its row of history|partnerships_debt|FOREIGN KEY constraint failed"


@contextmanager
def refused(message=OWED):
    """What is done inside fails, at once or, if not, when it is to be committed."""
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        yield
        if connection.savepoint_ids:
            connection.check_constraints()


@contextmanager
def accepted():
    with transaction.atomic():
        yield
        connection.check_constraints()


def stored(instance) -> dict:
    """The row of the table, by column."""
    return type(instance).objects.filter(pk=instance.pk).values().get()


def history_of(instance, history_type="~", **values):
    """A row of history, made by hand: of the row as it is stored, or of these values."""
    values = {"history_type": history_type, **stored(instance), **values}
    values.setdefault("history_date", timezone.now())
    return type(instance).history.create(**values)


def change_by_sql(instance):
    table, column = instance._meta.db_table, TEXT[instance._meta.model_name]
    sql(f"UPDATE {table} SET {column} = 'By hand' WHERE id = %s", instance.pk)


def insert(model, values):
    """A row, by SQL."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    ready = [fields[n].get_db_prep_save(v, connection) for n, v in values.items()]
    names = ", ".join(fields[name].column for name in values)
    marks = ", ".join(["%s"] * len(values))
    sql(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", *ready)


def history_by_sql(instance, **values):
    """A row of history; Django derives values of its own."""
    newest = type(instance).history.filter(id=instance.pk).values().first()
    del newest["history_id"]
    facts = {"history_type": "~", "history_date": timezone.now()}
    insert(type(instance).history.model, newest | facts | values)
