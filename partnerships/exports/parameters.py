"""What is asked for: the parameters of a table, and the edition that answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from django.http import QueryDict
from django.utils import timezone

from partnerships.ledger.snapshot import snapshot
from partnerships.filters.changes import ChangeFilter
from partnerships.filters.clock import ClockForm
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.models import LedgerEntry, Partnership
from partnerships.selectors.trail import edition_number

#: Parameters that leave no row out.
_KEEP_ALL = ("as_of", "known_on", "order")


@dataclass(frozen=True)
class Asked:
    """The parameters of a table, which are right: the day ``on`` that it is about, the
    day ``known`` of the second clock, None for now. ``edition`` is that of the data set
    at the end of that day; in a selection not all rows are."""

    data: QueryDict
    on: date
    known: date | None = None
    edition: int = 0
    is_selection: bool = False

    @property
    def known_on(self) -> date:
        return self.known or timezone.localdate()


def form_of(table: str, data: QueryDict):
    """The parameters of a table: the two clocks, or those of its list or log."""
    if table == "partnerships":
        return PartnershipFilter(data, Partnership.objects.none()).form
    if table == "changes":
        return ChangeFilter(data, LedgerEntry.objects.none()).form
    return ClockForm(data)


def asked_by(form) -> Asked:
    """By a form without problems."""
    given = form.cleaned_data
    return Asked(
        data=form.data,
        on=given.get("as_of") or timezone.localdate(),
        known=given.get("known_on"),
        is_selection=any(given[name] for name in given if name not in _KEEP_ALL),
    )


@contextmanager
def reading(asked: Asked) -> Iterator[Asked]:
    """Read one edition, whoever writes meanwhile: that of now, or of the end of the day
    that is asked for."""
    with snapshot():
        yield replace(asked, edition=edition_number(known_on=asked.known))
