"""Strips: the two tracks of a partnership side by side over time, as they are drawn.

Across, positions are percentages of the drawing's width, so that it fits every screen;
``Strip.bands`` say what to draw between two of them. This module is pure: no request,
no clock, and no query.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from partnerships.choices import SafeStatus, SdpStatus, Track
from partnerships.dates import day_in_words
from partnerships.lifecycle.status import Story, TrackStatus
from partnerships.web import safe_words
from partnerships.web.markup import joined

#: Statuses of which there is nothing to draw.
_BLANK = {
    *(SdpStatus.NOT_RECORDED, SdpStatus.ENDED, SdpStatus.ABANDONED),
    *(SafeStatus.NONE, SafeStatus.NOT_ELIGIBLE, SafeStatus.TERMINATED),
}
#: Statuses that begin with the end of something, drawn as a stop.
STOPS = {
    *(SdpStatus.ENDED, SdpStatus.ABANDONED),
    *(SafeStatus.NO_AGREEMENT, SafeStatus.TERMINATED),
}
#: Statuses drawn as a line: talk, or a standing without an agreement.
LINES = {
    *(SdpStatus.PROPOSED, SdpStatus.EXPLORATORY),
    *(SafeStatus.NOT_NEEDED, SafeStatus.ELIGIBLE, SafeStatus.REQUESTED),
}
_SIGNED: set[str] = {SdpStatus.SIGNED, SafeStatus.ASSOCIATED, SafeStatus.IN_FORCE}
_PAUSED: set[str] = {SdpStatus.SUSPENDED, SafeStatus.SUSPENDED}
HEIGHT = 34  # px
#: The top of each track and its height.
_PLACES = {Track.SDP: (5, 11), Track.SAFE: (22, 7)}
_SWITCH = "M0 16c0 8 3 9.5 9 9.5"  # from the one track to the other
#: The looks that the key shows, in order: track, status, words.
KEY = [
    ("sdp", "proposed", "asked for"),
    ("sdp", "negotiating", "negotiating"),
    ("sdp", "signed", "signed"),
    ("sdp", "signed reported", "signed, by press reports alone"),
    ("safe", "eligible", "SAFE: up to 35 % of components"),
    ("safe", "not_needed", "SAFE: Member States’ terms"),
    ("safe", "requested", "agreement on SAFE asked for"),
    ("safe", "negotiating", "in talks"),
    ("safe", "agreed", "agreed"),
    ("safe", "associated", "signed or applied"),
    ("safe", "no_agreement", "talks ended without one"),
]
#: Kept free behind the last day, for what is written at its line.
MARGIN = 0.03


@dataclass(frozen=True)
class Scale:
    """The days from ``start`` to ``on``, across a drawing."""

    start: date
    on: date

    def x(self, day: date) -> float:
        """Return where a day begins, in per cent."""
        length = max((self.on - self.start).days, 1) * (1 + MARGIN)
        days = (min(max(day, self.start), self.on) - self.start).days
        return round(100 * days / length, 2)

    @cached_property
    def now(self) -> float:
        return self.x(self.on)

    @cached_property
    def years(self) -> list[tuple[date, float]]:
        """The first day of each year, or of some where there are many, with its place;
        the year that the drawing begins in stands at its beginning."""
        years = range(self.start.year, self.on.year + 1)
        days = [date(year, 1, 1) for year in years[:: len(years) // 12 + 1]]
        return [(day, self.x(day)) for day in days]


@dataclass(frozen=True)
class Band:
    """A stretch of one track from ``x`` on: the status, or what may be where
    ``is_perhaps``; ``is_open`` where nobody has checked whether it holds still."""

    track: Track
    status: str
    x: float
    width: float
    words: str = ""
    is_reported: bool = False
    is_perhaps: bool = False
    is_open: bool = False
    is_signature: bool = False


@dataclass(frozen=True)
class Strip:
    """The bands of one partnership; what stands right of ``checked`` was not checked
    any more, ``unchecked`` up to the last day."""

    bands: list[Band]
    checked: float
    unchecked: float
    words: str

    @cached_property
    def drawing(self) -> SafeString:
        """The strip, with what it shows in words."""
        return format_html(
            '<svg class="strip" width="100%" height="{height}" role="img"'
            ' aria-label="{words}"><rect class="unchecked" x="{checked}%"'
            ' width="{unchecked}%" height="100%"/><use href="#strip-ground"/>'
            "{shapes}</svg>",
            height=HEIGHT,
            words=self.words or "No step is recorded.",
            checked=self.checked,
            unchecked=self.unchecked,
            shapes=self.shapes,
        )

    @cached_property
    def shapes(self) -> SafeString:
        return joined("", _shapes(self))


def scale_of(partnerships: Iterable[Any], on: date) -> Scale:
    """Return the days from the year of the first step of these partnerships, which have
    their ``story``, to the day."""
    first = [since for row in partnerships if (since := _first_step(row.story, on))]
    return Scale(date(min(first, default=on).year, 1, 1), on)


def strip_of(partnership: Any, scale: Scale) -> Strip:
    """Return the strip of a partnership, which has its ``story`` and
    ``checked_through``."""
    return _strip(partnership.story, partnership.checked_through, scale)


# An edit leaves every other partnership's strip as it was.
@lru_cache(maxsize=1_000)
def _strip(story: Story, through: date | None, scale: Scale) -> Strip:
    # The day through which editors looked is over before the ground turns.
    known = through + timedelta(1) if through else scale.start
    known = min(max(known, scale.start), scale.on)
    bands = [
        band
        for track in Track
        for run in story.runs(track, on=scale.on)
        for band in _bands(track, *run, known, scale)
    ]
    signatures = map(_is_signature, bands, [None, *bands[:-1]])
    bands = [
        replace(band, is_signature=is_one)
        for band, is_one in zip(bands, signatures, strict=True)
    ]
    words = "; ".join(dict.fromkeys(band.words for band in bands if band.words))
    checked = scale.x(known)
    return Strip(bands, checked, round(scale.now - checked, 2), words)


def _is_signature(band: Band, before: Band | None) -> bool:
    """Return whether a band begins with a signature, that certainly took place."""
    if band.status not in _SIGNED or band.is_open or band.is_perhaps:
        return False
    if before is None or before.track != band.track or before.is_perhaps:
        return True
    return before.status not in _SIGNED | _PAUSED


def _first_step(story: Story, on: date) -> date | None:
    """Return since when a partnership has a status of its own, or may have, on one of
    its tracks."""
    for period in story.periods:
        sdp, safe = period.day.sdp, period.day.safe
        begun = sdp.may_be or sdp.status != SdpStatus.NOT_RECORDED or safe.decides
        if begun and period.since <= on:
            return period.since
    return None


def _bands(
    track: Track,
    since: date,
    until: date,
    status: TrackStatus,
    known: date,
    scale: Scale,
) -> Iterator[Band]:
    """Yield the bands of a status from one day to another: up to the day to which the
    record is checked as it is, and after that open."""
    shown = [(status.status, False), *((value, True) for value in status.may_be[-1:])]
    for value, is_perhaps in shown:
        if value in _BLANK and (is_perhaps or value not in STOPS):
            continue
        words = _words(value, since, status.is_reported, is_perhaps=is_perhaps)
        for start, end, is_open in (
            (since, min(until, known), False),
            (max(since, known), until, True),
        ):
            x = scale.x(start)
            if start < end and not (is_open and value in _BLANK):
                yield Band(
                    track,
                    value,
                    x,
                    round(scale.x(end) - x, 2),
                    words,
                    status.is_reported,
                    is_perhaps,
                    is_open,
                )


def _words(value: Any, since: date, is_reported: bool, *, is_perhaps: bool) -> str:
    """Return a status with its first day: "Signed from 23 June 2025"."""
    name = value.label
    if isinstance(value, SafeStatus):
        name = f"SAFE: {safe_words.effect_of(value)}"
    doubt = ", reportedly" * is_reported + ", perhaps" * is_perhaps
    return f"{name}{doubt}, from {day_in_words(since)}"


def _shapes(strip: Strip) -> Iterator[SafeString]:
    opened = {band.x for band in strip.bands if band.status == SafeStatus.ELIGIBLE}
    for band in strip.bands:
        top, height = _PLACES[band.track]
        middle = top + height / 2
        if band.is_open or band.status in LINES:
            yield format_html(
                '<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}"><title>{}</title>'
                "</line>",
                _classes(band),
                band.x,
                round(band.x + band.width, 2),
                middle,
                middle,
                f"Not checked: {band.words}" if band.is_open else band.words,
            )
        else:
            yield format_html(
                '<rect class="{}" x="{}%" width="{}" y="{}" height="{}"><title>{}'
                "</title></rect>",
                _classes(band),
                band.x,
                3 if band.status in STOPS else f"{band.width}%",
                top - 2 if band.status in STOPS else top,
                height + 4 if band.status in STOPS else height,
                band.words,
            )
        if band.is_signature:
            if band.x in opened and band.track == Track.SDP:
                yield format_html(
                    '<svg class="switch" x="{}%"><path d="{}"/></svg>', band.x, _SWITCH
                )
            yield format_html(
                '<circle class="station{}" cx="{}%" cy="{}" r="{}"/>',
                " reported" * band.is_reported,
                band.x,
                middle,
                height / 2 + 0.5,
            )


def _classes(band: Band) -> str:
    status = "open" if band.is_open else band.status
    doubt = " reported" * band.is_reported + " perhaps" * band.is_perhaps
    return f"{band.track} {status}{doubt}"
