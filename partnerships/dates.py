"""Partial dates: a day, as far as it is known.

A partial date is ISO 8601 text in one of five forms::

    2025                      some day of that year
    2025-09                   some day of that month
    2025-09-05                that day
    2025-06-17/2025-06-18     from one to the other (either end in any form above)
    ../2025-09-11             no later than that (in any form above)

Its bounds are two days: ``earliest`` (None for "no later than") and ``latest``. What a
source claims of a date may also be open at its end, ``2025-10-24/..``, for "not before
that": its ``latest`` is None. No date of a record is: what happened is over.
This module is pure: no database, no request, no clock.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

MAX_LENGTH = 21
#: How long the text is of a day, and of a span from one day to another; no other text
#: is that long.
LENGTHS_OF_KNOWN_DAYS = (10, 21)
HELP = (
    "Write 2025, 2025-09, 2025-09-05, 2025-06-17/2025-06-18 for a span, "
    "or ../2025-09-11 for “no later than”."
)
HELP_FOR_CLAIMS = f"{HELP} A source may also say 2025-10-24/.., “not before”."
_SINGLE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_FORM = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
#: A regular expression that partial dates of the record match, for schemas of others.
PATTERN = rf"^({_FORM}(/{_FORM})?|\.\./{_FORM})$"
_OPEN = ".."


class InvalidPartialDate(ValueError):
    """The text is no partial date; the message says what to write instead."""


class Dated:
    """Something that happened once, between two days; ``earliest`` is None where all
    that is known is "no later than"."""

    earliest: date | None
    latest: date

    def has_begun(self, *, on: date) -> bool:
        """Return True if it may have happened by then (``MilestoneQuerySet.begun``)."""
        return self.earliest is None or self.earliest <= on

    def has_happened(self, *, on: date) -> bool:
        """Return True if it has happened by then (``MilestoneQuerySet.happened``)."""
        return self.latest <= on

    def is_uncertain(self, *, on: date) -> bool:
        """Return whether it may have happened by that day, and may not have."""
        return self.has_begun(on=on) and not self.has_happened(on=on)


@dataclass(frozen=True, eq=True)
class PartialDate:
    """A partial date, as its text; make one with :func:`parse`."""

    text: str

    @cached_property
    def _ends(self) -> tuple[str, str]:
        start, slash, end = self.text.partition("/")
        return (start, end) if slash else (start, start)

    @cached_property
    def earliest(self) -> date | None:
        """The first day on which it may have happened; None where that is unknown."""
        start = self._ends[0]
        return None if start == _OPEN else _bounds(start)[0]

    @cached_property
    def latest(self) -> date:
        """The last day on which it may have happened; None of "not before" alone."""
        end = self._ends[1]
        return None if end == _OPEN else _bounds(end)[1]  # type: ignore[return-value]

    @property
    def is_day(self) -> bool:
        return self.earliest == self.latest

    @property
    def has_known_days(self) -> bool:
        """True of a day, and of a span from one day to another."""
        is_open = _OPEN in self._ends
        return not is_open and len(self.text) in LENGTHS_OF_KNOWN_DAYS

    def __str__(self) -> str:
        return self.text

    def display(self) -> str:
        """Put it into words, never with a day that is not known: "17–18 June 2025"."""
        start, end = self._ends
        if start == _OPEN:
            return f"no later than {_words(end)}"
        if end == _OPEN:
            return f"not before {_words(start)}"
        if start == end:
            return _words(start)
        first, last = _without_what_is_shared(start, end)
        dash = "–" if " " not in first and len(start) == len(end) else " – "
        return f"{first}{dash}{last}"


def parse(text: str, *, open_ended: bool = False) -> PartialDate:
    """Return the partial date that the text is, a span of one day as that day; raise
    :class:`InvalidPartialDate` for any other text. Only where ``open_ended`` may it say
    "not before"."""
    text = text.strip()
    start, slash, end = text.partition("/")
    is_open = open_ended and end == _OPEN
    if start != _OPEN:
        _bounds(start)
        if end == _OPEN and not open_ended:
            raise InvalidPartialDate(
                f"“{text}” says “not before”, as only the claim of a source may. {HELP}"
            )
    elif not slash or is_open:
        raise InvalidPartialDate(f"“{text}” is not a date. {HELP}")
    value = PartialDate(text)
    if slash and not is_open:
        _bounds(end)
        if start != _OPEN and _bounds(start)[0] > _bounds(end)[0]:
            raise InvalidPartialDate(f"“{text}” ends before it begins. {HELP}")
        if start == end:
            return PartialDate(start)
    return value


def bounds_of(
    text: str, *, open_ended: bool = False
) -> tuple[date | None, date | None]:
    """Return both bounds of a partial date, and (None, None) for any other text."""
    try:
        value = parse(text, open_ended=open_ended)
    except InvalidPartialDate:
        return None, None
    return value.earliest, value.latest


def day_in_words(day: date) -> str:
    """Return a day as readers see it: "18 March 2026"."""
    return _words(day.isoformat())


def span_in_words(first: date, last: date) -> str:
    """Return two days as the beginning of a sentence, "Between 17 and 18 June 2025", or
    "On 17 June 2025" where both are one day."""
    if first == last:
        return f"On {day_in_words(first)}"
    words, rest = _without_what_is_shared(first.isoformat(), last.isoformat())
    return f"Between {words} and {rest}"


def start_of(day: date) -> datetime:
    """Return the first moment of a day, UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


def end_of(day: date) -> datetime:
    """Return the moment at which a day, UTC, is over."""
    return start_of(day + timedelta(days=1))


def _bounds(single: str) -> tuple[date, date]:
    match = _SINGLE.fullmatch(single)
    if not match:
        raise InvalidPartialDate(f"“{single}” is not a date. {HELP}")
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        if match[3]:
            return date(year, month, day), date(year, month, day)
        if match[2]:
            last = calendar.monthrange(year, month)[1]
            return date(year, month, 1), date(year, month, last)
        return date(year, 1, 1), date(year, 12, 31)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise InvalidPartialDate(
            f"There is no {single} in the calendar. {HELP}"
        ) from error


def _words(single: str) -> str:
    return " ".join(_parts(single))


def _parts(single: str) -> list[str]:
    """Return the words of one end, smallest unit first: ["5", "March", "2026"]."""
    year, _, rest = single.partition("-")
    month, _, day = rest.partition("-")
    number = [str(int(day))] if day else []
    name = [calendar.month_name[int(month)]] if month else []
    return [*number, *name, year]


def _without_what_is_shared(start: str, end: str) -> tuple[str, str]:
    """Return both ends in words, shared ones in the last: ("17", "18 June 2025")."""
    first, last = _parts(start), _parts(end)
    if len(first) == len(last):
        while len(first) > 1 and first[-1] == last[len(first) - 1]:
            first.pop()
    return " ".join(first), " ".join(last)
