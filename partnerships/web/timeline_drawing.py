"""The strip of the timeline: where each milestone stands on it, in numbers.

Across, positions are percentages of the strip's width, so that it fits every screen
and keeps its shapes in proportion; down, they are pixels. Shapes and rows are laid out
for the narrowest strip, and so never meet on a wider one.
This module is pure: no database, no request, no clock.
"""

import calendar
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from partnerships.choices import MilestoneKind, Track
from partnerships.dates import Dated, PartialDate, parse
from partnerships.lifecycle.table import EFFECTS

NARROWEST = 640  # px; site.css gives the strip this least width
MARK = 100 * 24 / NARROWEST  # a shape with the ground that it is clicked on
EDGE = MARK / 2  # kept free at both ends, for half a shape
LEAST = 100 * 18 / NARROWEST  # a span is never hidden behind its shape
ROW = 26  # px, from one row of shapes to the next
TALLEST = 72  # px, of a column that counts

MOST_TICKS, MOST_COLUMNS = 16, 60
#: Months from one tick, or column, to the next.
STEPS = [1, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500))]


@dataclass(frozen=True)
class Event(Dated):
    """A milestone as the strip needs it; ``earliest`` None is "no later than"."""

    pk: int
    slug: str
    partner: str
    track: str
    kind: str
    date: PartialDate
    earliest: date | None
    latest: date


@dataclass(frozen=True)
class Mark:
    """One milestone on the strip: its shape stands at ``x``, and ``start`` to ``end``
    (``width`` apart) are the days on which it may have happened; a known day has
    no width. ``y`` is the middle of its row."""

    event: Event
    title: str
    shape: str
    x: float
    start: float
    end: float
    y: int = 0

    @property
    def is_open(self) -> bool:
        return self.event.earliest is None

    @property
    def width(self) -> float:
        return round(self.end - self.start, 2)


@dataclass(frozen=True)
class Lane:
    """The marks of one partner: those of the partnership above those of SAFE."""

    slug: str
    partner: str
    marks: list[Mark]
    height: int


@dataclass(frozen=True)
class Column:
    """How many milestones have their latest day between two days, both included."""

    title: str
    first: date
    last: date
    count: int
    x: float
    width: float
    y: int
    height: int


@dataclass(frozen=True)
class Columns:
    """The columns of one track, over all partners."""

    track: str
    columns: list[Column]
    height: int = TALLEST

    @property
    def count(self) -> int:
        return sum(column.count for column in self.columns)


@dataclass(frozen=True)
class Tick:
    """A beginning of a month, or of a year; each label may be empty."""

    x: float
    month: str
    year: str


@dataclass(frozen=True)
class Strip:
    """Either lanes, one for each partner, or, where there are too many of them,
    columns, one lane for each track. ``now`` is where the day stands that the page is
    about, None where that is off the strip; ``key`` are the shapes in use, each as its
    track, its name and its words."""

    ticks: list[Tick]
    lanes: list[Lane]
    columns: list[Columns]
    now: float | None = None
    key: list[tuple[str, str, str]] = ()

    @property
    def has_spans(self) -> bool:
        return any(mark.width and not mark.is_open for mark in self.marks)

    @property
    def has_open(self) -> bool:
        return any(mark.is_open for mark in self.marks)

    @property
    def marks(self) -> list[Mark]:
        return [mark for lane in self.lanes for mark in lane.marks]

    @property
    def tallest(self) -> int:
        """What the tallest column counts."""
        return max(column.count for lane in self.columns for column in lane.columns)


def shape_of(track: str, kind: str) -> str:
    """The name of a milestone's shape: that of the status which it leads to."""
    effect = EFFECTS[track][kind] or "event"
    return f"safe-{effect}" if track == Track.SAFE else str(effect)


def drawn(events: Iterable[Event], *, on: date) -> Strip:
    """Each event as a mark of its own, in the lane of its partner."""
    events = sorted(events, key=lambda e: (e.latest, e.earliest or date.min, e.pk))
    has_open = any(event.earliest is None for event in events)
    bounds = [day for e in events for day in (e.earliest, e.latest) if day]
    scale = _Scale(bounds, most=MOST_TICKS, room_before=has_open)
    by_partner = defaultdict(list)
    for event in events:
        by_partner[event.partner, event.slug].append(_mark(event, scale, on))
    return Strip(
        ticks=scale.ticks(),
        lanes=[
            _lane(slug, partner, marks)
            for (partner, slug), marks in sorted(by_partner.items())
        ],
        columns=[],
        now=scale.middle(on) if scale.holds(on) else None,
        key=_key(events),
    )


def counted(counts: Mapping[tuple[date, str], int]) -> Strip:
    """Columns of the numbers of events by latest day and track."""
    days = [day for day, _ in counts]
    scale = _Scale(days, most=MOST_COLUMNS)
    periods = _periods(min(days), max(days), scale)
    firsts = [first for first, _ in periods]
    sums = defaultdict(int)
    for (day, track), count in counts.items():
        sums[track, bisect(firsts, day) - 1] += count
    tallest = max(sums.values())
    lanes = [
        Columns(
            track,
            [
                _column(period, sums[track, number], tallest, scale)
                for number, period in enumerate(periods)
                if sums[track, number]
            ],
        )
        for track in Track
    ]
    shown = [lane for lane in lanes if lane.columns]
    return Strip(ticks=scale.ticks(), lanes=[], columns=shown)


def _periods(first: date, last: date, scale: "_Scale") -> list[tuple[date, date]]:
    """The first and last day of each column, none after the last day of all."""
    days = (last - first).days + 1
    if days <= MOST_COLUMNS:
        every = [first + timedelta(days=n) for n in range(days)]
        return [(day, day) for day in every]
    months = range(scale.first, scale.last + scale.step + 1, scale.step)
    return [
        (_first_day(month), min(_first_day(after) - timedelta(days=1), last))
        for month, after in pairwise(months)
    ]


class _Scale:
    """From days to percentages, over whole steps of months that hold all the days."""

    def __init__(self, days: Iterable[date], *, most: int, room_before=False):
        first, last = _month(min(days)) - room_before, _month(max(days))
        self.step = _step(last - first + 1, most)
        self.first = max(first - first % self.step, 12)
        self.last = last
        self.start = _first_day(self.first).toordinal()
        self.days = _first_day(last + 1).toordinal() - self.start

    def at(self, ordinal: float) -> float:
        share = (ordinal - self.start) / self.days
        return round(EDGE + (100 - 2 * EDGE) * share, 2)

    def middle(self, day: date) -> float:
        return self.at(day.toordinal() + 0.5)

    def holds(self, day: date) -> bool:
        return 0 <= day.toordinal() - self.start < self.days

    def ticks(self) -> list[Tick]:
        step = _step(self.last - self.first + 1, MOST_TICKS)
        first = self.first + -self.first % step
        return [
            Tick(
                x=self.at(_first_day(month).toordinal()),
                month=calendar.month_abbr[month % 12 + 1] if step < 12 else "",
                year=str(month // 12) if month % 12 == 0 or month == first else "",
            )
            for month in range(first, self.last + 1, step)
        ]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _step(months: int, most: int) -> int:
    return next((step for step in STEPS if months <= step * most), STEPS[-1])


def _mark(event: Event, scale: _Scale, on: date) -> Mark:
    end = scale.at(event.latest.toordinal() + 1)
    if event.earliest is None:  # begins nobody knows when: at the edge
        x, start = scale.middle(event.latest), 0.0
    elif event.earliest == event.latest:
        x = start = end = scale.middle(event.latest)
    else:
        start = scale.at(event.earliest.toordinal())
        x = round((start + end) / 2, 2)
        start, end = min(start, x - LEAST / 2), max(end, x + LEAST / 2)
    return Mark(
        event=event,
        title=_title(event, on),
        shape=shape_of(event.track, event.kind),
        x=x,
        start=round(start, 2),
        end=round(end, 2),
    )


def _title(event: Event, on: date) -> str:
    kind = MilestoneKind(event.kind).label
    words = f"{event.partner}: {kind}, {event.date.display()}"
    if event.track == Track.SAFE:
        words += " (SAFE)"
    is_certain = event.has_happened(on=on)
    return words if is_certain else f"{words}; may have happened by this day"


def _lane(slug: str, partner: str, marks: list[Mark]) -> Lane:
    placed, rows = [], 0
    for track in Track:
        own = [mark for mark in marks if mark.event.track == track]
        for mark, row in zip(own, _rows(own), strict=True):
            placed.append(replace(mark, y=(rows + row) * ROW + ROW // 2))
        rows = max((mark.y // ROW + 1 for mark in placed), default=0)
    return Lane(slug, partner, placed, rows * ROW)


def _rows(marks: list[Mark]) -> list[int]:
    """A row for each mark: the first in which it meets no other."""
    taken, rows = [], {}
    for mark in sorted(marks, key=_left):
        left = _left(mark)
        row = next((n for n, end in enumerate(taken) if end <= left), len(taken))
        taken[row : row + 1] = [max(mark.end, mark.x + EDGE)]
        rows[mark.event.pk] = row
    return [rows[mark.event.pk] for mark in marks]


def _left(mark: Mark) -> float:
    return min(mark.start, mark.x - EDGE)


def _key(events: Iterable[Event]) -> list[tuple[str, str, str]]:
    """The shapes of these events with their words, in the order of the steps."""
    used = {shape_of(event.track, event.kind) for event in events}
    words = {}
    for track, effects in EFFECTS.items():
        prefix = "SAFE: " if track == Track.SAFE else ""
        for kind, effect in effects.items():
            label = effect.label.lower() if effect else "another event"
            words[shape_of(track, kind)] = (str(track), f"{prefix}{label}")
    return [
        (track, shape, label)
        for shape, (track, label) in words.items()
        if shape in used
    ]


def _column(period, count, tallest, scale) -> Column:
    first, last = period
    start, end = scale.at(first.toordinal()), scale.at(last.toordinal() + 1)
    height = max(2, round(TALLEST * count / tallest))
    precision = 10 if first == last else 7
    ends = (day.isoformat()[:precision] for day in period)
    return Column(
        title=f"{parse('/'.join(ends)).display()}: {count:,} milestone"
        + ("" if count == 1 else "s"),
        first=first,
        last=last,
        count=count,
        x=start,
        width=max(0.2, round(end - start, 2)),
        y=TALLEST - height,
        height=height,
    )
