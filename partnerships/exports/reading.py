"""One reading of the data set: the parameters of a file, and the edition it is from."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import cast

from django.forms import Form
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from partnerships.filters.changes import ChangeFilter
from partnerships.filters.clock import ClockForm
from partnerships.filters.partnerships import KEEPING_ALL, PartnershipFilter
from partnerships.ledger.past import Past
from partnerships.ledger.sql import snapshot
from partnerships.models import LedgerEntry, Partnership
from partnerships.selectors.trail import edition_number
from partnerships.web.citations import DATA_SET, LICENCE

#: Set once the client of the file that is made has gone.
_gone: ContextVar[Event | None] = ContextVar("client gone", default=None)


class Abandoned(Exception):
    """Nobody waits for the file any more."""


def go_on() -> None:
    """Raise Abandoned if the client has gone. Whatever takes long asks between its
    parts."""
    gone = _gone.get()
    if gone and gone.is_set():
        raise Abandoned


@dataclass(frozen=True)
class Reading:
    """The parameters of a file, which are right, and the edition that it is read in.

    ``on`` is the day that the rows are about, ``past`` that of the second clock, None
    for now; ``edition`` is that of the data set then. In a selection not all rows are.
    ``address`` is the absolute one of the file. ``kept_in`` is the folder of what is
    kept of the log; None where nothing is.
    """

    parameters: QueryDict
    on: date
    past: Past | None
    edition: int
    is_selection: bool
    address: str
    kept_in: Path | None = None

    @cached_property
    def site(self) -> str:
        """The address of the site, to which paths are added."""
        return self.address[: self.address.index("/", len("https://"))]

    @property
    def known_on(self) -> date:
        return self.past.day if self.past else timezone.localdate()

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
def one_edition(form: Form, request: HttpRequest) -> Iterator[Reading]:
    """Hold one edition, whoever writes meanwhile, and give what to read of it: that of
    now, or of the end of the day that a valid form names; for as long as the client
    waits, of which the server tells in the environment of the request."""
    days = form.cleaned_data
    day, past = days.get("known_on"), days.get("edition")
    past = Past.of_day(day) if day else past
    token = _gone.set(request.META.get("sdptracker.gone"))
    try:
        with snapshot():
            yield Reading(
                parameters=cast(QueryDict, form.data),
                on=days.get("as_of") or timezone.localdate(),
                past=past,
                edition=edition_number(past),
                is_selection=any(
                    days[name] for name in days if name not in KEEPING_ALL
                ),
                address=request.build_absolute_uri(),
            )
    finally:
        _gone.reset(token)
