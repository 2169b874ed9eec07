"""One reading of the data set: the parameters of a file, and the edition it is from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.forms import Form
from django.http import QueryDict
from django.utils import timezone

from partnerships.filters.changes import ChangeFilter
from partnerships.filters.clock import ClockForm
from partnerships.filters.partnerships import KEEPING_ALL, PartnershipFilter
from partnerships.ledger.sql import snapshot
from partnerships.models import LedgerEntry, Partnership
from partnerships.selectors.trail import edition_number
from partnerships.web.citations import DATA_SET, LICENCE


@dataclass(frozen=True)
class Reading:
    """The parameters of a file, which are right, and the edition that it is read in.

    ``on`` is the day that the rows are about, ``known`` the day of the second clock,
    None for now; ``edition`` is that of the data set at the end of that day. In a
    selection not all rows are. ``address`` is the absolute one of the file.
    """

    parameters: QueryDict
    on: date
    known: date | None
    edition: int
    is_selection: bool
    address: str

    @property
    def known_on(self) -> date:
        return self.known or timezone.localdate()

    def about(self, title: str) -> dict:
        """Return what a file with this title says of itself, as JSON has it."""
        return {
            "title": f"{DATA_SET}: {title}",
            "edition": self.edition,
            "as_of": self.on.isoformat(),
            "known_on": self.known_on.isoformat(),
            "licence": LICENCE,
        }

    def file_name(self, name: str, ending: str) -> str:
        """Return a name such as sdp-milestones-edition-1234-2026-03-31.csv."""
        part = "-selection" if self.is_selection else ""
        return f"sdp-{name}{part}-edition-{self.edition}-{self.on}.{ending}"


def parameter_form(table: str, data: QueryDict) -> Form:
    """Return the form of a table's parameters: of list or log, or two clocks."""
    if table == "partnerships":
        return PartnershipFilter(data, Partnership.objects.none()).form
    if table == "changes":
        return ChangeFilter(data, LedgerEntry.objects.none()).form
    return ClockForm(data)


@contextmanager
def one_edition(form: Form, address: str) -> Iterator[Reading]:
    """Hold one edition, whoever writes meanwhile, and give what to read of it: that of
    now, or of the end of the day that a valid form names."""
    days = form.cleaned_data
    known = days.get("known_on")
    with snapshot():
        yield Reading(
            parameters=cast(QueryDict, form.data),
            on=days.get("as_of") or timezone.localdate(),
            known=known,
            edition=edition_number(known_on=known),
            is_selection=any(days[name] for name in days if name not in KEEPING_ALL),
            address=address,
        )
