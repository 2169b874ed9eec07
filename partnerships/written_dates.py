"""Dates as people write them, read as partial dates: "18/03/2026", "18 March 2026",
"March 2026", "by 30 April 2026", "17–18 June 2025", "not before 24.10.2025".

What can be read in two ways is never guessed: the reader of an ambiguous date gets both
readings, to ask which is meant. This module is pure: no database, no request, no clock.
"""

import calendar
import re
import unicodedata
from datetime import date

from partnerships import dates
from partnerships.dates import InvalidPartialDate, PartialDate, parse

HELP = (
    "Write it as you read it: 18 March 2026, 18/03/2026, March 2026, 17–18 June 2025, "
    "by 30 April 2026."
)
MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_NO_LATER = re.compile(r"(?:no later than|not later than|until|by|before or on) ")
_NOT_BEFORE = re.compile(r"(?:not before|no earlier than|from|since|after or on) ")
_NOT_BY = re.compile(r"(?:had )?not (?:happened )?by ")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_IN_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)? (?:of )?)?([a-z]+)\.? ?,? ?(\d{4})", re.ASCII
)
_MONTH_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
_SPAN_OF_DAYS = re.compile(r"(\d{1,2}) ?- ?(\d{1,2}) ([a-z]+) (\d{4})", re.ASCII)
#: The beginning of a span whose year stands at its end.
_NO_YEAR = re.compile(r"(?:\d{1,2}(?:st|nd|rd|th)? )?[a-z]+\.?( \d{1,2})?", re.ASCII)
_LAST_YEAR = re.compile(r"\d{4}$", re.ASCII)


class AmbiguousDate(InvalidPartialDate):
    """The text can be read in two ways, ``readings``, each in the record's notation."""

    def __init__(self, text: str, readings: list[PartialDate]) -> None:
        words = " or ".join(reading.display() for reading in readings)
        super().__init__(f"“{text}” is {words}: write the month in letters.")
        self.readings = readings


def read(text: str, *, open_ended: bool = False) -> PartialDate:
    """Return the partial date that somebody wrote. Raise :class:`AmbiguousDate` where
    it can be read in two ways, and InvalidPartialDate where in none. Only where
    ``open_ended`` may it say "not before"; "not by D" is then from the day after D."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    plain = " ".join(plain.casefold().split()).rstrip(".")
    try:
        return parse(plain, open_ended=open_ended)
    except InvalidPartialDate:
        return parse(_notation(plain, text), open_ended=open_ended)


def _notation(plain: str, text: str) -> str:
    """Return what was written in the record's notation."""
    for opening, before, after in (
        (_NO_LATER, "../", ""),
        (_NOT_BEFORE, "", "/.."),
    ):
        if match := opening.match(plain):
            return f"{before}{_single(plain[match.end() :], text)}{after}"
    if match := _NOT_BY.match(plain):
        last = parse(_single(plain[match.end() :], text)).latest
        return f"{date.fromordinal(last.toordinal() + 1)}/.."
    if match := _SPAN_OF_DAYS.fullmatch(plain):
        first, last_day, month, year = match.groups()
        days = (f"{day} {month} {year}" for day in (first, last_day))
        return "/".join(_single(day, text) for day in days)
    ends = re.split(r" - | to |/(?=\.\.)", plain)
    if len(ends) == 2:
        if _NO_YEAR.fullmatch(ends[0]) and (year := _LAST_YEAR.search(ends[1])):
            ends[0] += f" {year[0]}"
        return "/".join(_single(end, text) for end in ends)
    return _single(plain, text)


def _single(plain: str, text: str) -> str:
    """Return a day, month or year in ISO 8601."""
    if match := _COMPACT.fullmatch(plain):
        return "-".join(match.groups())
    if match := _YEAR_FIRST.fullmatch(plain):
        return _iso(*match.groups())
    if match := _YEAR_LAST.fullmatch(plain):
        return _year_last(match[1], match[2], match[3], match[4], text)
    if match := _MONTH_YEAR.fullmatch(plain):
        return _iso(match[2], match[1])
    if match := _MONTH_FIRST.fullmatch(plain):
        return _iso(match[3], _month(match[1], text), match[2])
    if match := _IN_WORDS.fullmatch(plain):
        return _iso(match[3], _month(match[2], text), match[1])
    if _YEAR.fullmatch(plain):
        return plain
    raise InvalidPartialDate(f"“{text}” is not a date. {dates.HELP}")


def _year_last(first: str, mark: str, second: str, year: str, text: str) -> str:
    """Return the day of "18/03/2026". With full stops the day comes first, as wherever
    days are written so; else it does unless both numbers could be a month."""
    readings = [_iso(year, second, first), _iso(year, first, second)]
    if mark == "." or int(second) > 12 == int(first) or first == second:
        return readings[0]
    if int(first) > 12:
        return readings[0]
    if int(second) > 12:
        return readings[1]
    raise AmbiguousDate(text, [parse(reading) for reading in readings])


def _month(name: str, text: str) -> str:
    if name not in MONTHS:
        raise InvalidPartialDate(f"“{text}” names no month. {dates.HELP}")
    return str(MONTHS[name])


def _iso(year: str, month: str, day: str | None = None) -> str:
    return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
