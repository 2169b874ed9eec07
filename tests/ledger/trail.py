"""The trail in the tests' hands: records are edited; somebody who owns the database takes
the triggers off, changes what was recorded and puts them back; verification speaks."""

from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from partnerships.ledger import canonical, sealing, triggers, verifying
from partnerships.ledger.models import Damage, LedgerEntry, Redaction
from partnerships.models import Area
from tests import factories

#: The columns that are filled in when an entry is sealed.
SEAL = ("number", "public", "private", "salt", "digest", "seal")


@contextmanager
def owner():
    """Somebody whom no trigger stops."""
    connection.check_constraints()
    triggers.of().uninstall()
    yield
    connection.check_constraints()
    triggers.of().install()


def problem_kinds(**options) -> list[str]:
    """The kinds of all problems that verification names, in order of the alphabet."""
    return sorted(problem.kind for problem in verifying.problems(**options))


def problem_texts(**options) -> list[str]:
    return [str(problem) for problem in verifying.problems(**options)]


def history(instance):
    """Its rows of history, oldest first."""
    return type(instance).history.filter(id=instance.pk).order_by("history_id")


def entry(number):
    """The entry with that number, as a queryset."""
    return LedgerEntry.objects.filter(number=number)


def row(number):
    """The row of an area's history that the change was sealed from, as a queryset."""
    return Area.history.filter(history_id=entry(number).get().history_id)


def values_of(rows, **others):
    """The one row, to be written again with other values."""
    values = rows.values().get()
    del values["history_id"]
    return values | others


def entry_like(number, /, **values):
    """A new entry like the one with that number, which waits for its seal."""
    like = entry(number).values().get() | dict.fromkeys(SEAL)
    del like["id"]
    return LedgerEntry.objects.create(**like | values)


def deletion_by_hand(dated: timedelta, recorded: timedelta):
    """A row of history with its entry, of an object that never was: dated and recorded
    so long ago."""
    now = timezone.now()
    at = now - dated
    values = values_of(row(1), id=987, history_date=at, history_type="-")
    forged = Area.history.create(**values)
    facts = {"object_id": 987, "history_id": forged.pk, "at": at, "action": "-"}
    entry_like(1, **facts, recorded_at=now - recorded)


def rewritten(number, word) -> str:
    """Write another word over “Maritime”, in history and in what was sealed; return the
    digest that would be right for it."""
    sealed = entry(number).get()
    public = sealed.public.replace("Maritime", word)
    row(number).update(name=word)
    entry(number).update(public=public)
    return canonical.digest(public, sealed.private, sealed.salt)


def damage():
    """A statement of damage."""
    return Damage.objects.create(
        id=0,
        problems="0 gap: change 1 is missing",
        history_date=timezone.now(),
        history_change_reason="A disk failed.",
    )


def redaction(number=1, digest="0" * 64, field="name"):
    """A redaction of a sealed change that is in nobody's log; of a new one, if there is
    none."""
    if not entry(number).exists():
        factories.area()
        sealing.seal()
    return Redaction.objects.create(
        id=number,
        field=field,
        digest=digest,
        history_date=timezone.now(),
        history_change_reason="Personal data",
    )
