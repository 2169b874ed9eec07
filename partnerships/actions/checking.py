"""Saying of records that somebody has looked for news."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.models import Check, Partnership, Source, User

REASON = "Checked for news"
OPENED = "Opened at its address"


@transaction.atomic
def check_partnerships(
    *, partnerships: Iterable[Partnership], through: date, by: User, reason: str
) -> list[Check]:
    """Record that somebody looked for news of these partnerships through that day, and
    that there was none: one operation, all or nothing. Raises ValidationError if the
    day is still to come, or one of them is checked through it already."""
    checks = []
    with context.change(user=by, reason=reason, kind=ChangeKind.EDITORIAL):
        for partnership in partnerships:
            check = Check(partnership=partnership, through=through)
            check.full_clean()
            check.save()
            checks.append(check)
    return checks


@transaction.atomic
def check_sources(*, sources: Iterable[Source], on: date, by: User) -> None:
    """Record that somebody opened these sources at their addresses that day: one
    operation, all or nothing."""
    with context.change(user=by, reason=OPENED, kind=ChangeKind.EDITORIAL):
        for source in sources:
            source.last_checked_on = on
            source.full_clean()
            source.save()
