"""The drawing of the timeline: where each milestone stands on it, in numbers.

Across, positions are percentages of the drawing's width, so that it fits every screen
and keeps its marks in proportion; down, they are pixels. Marks and rows are laid out
for the narrowest drawing, and so never meet on a wider one.
This module is pure: no request, no clock, and no query but for the milestones given.
"""

import calendar
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from partnerships.choices import Certainty, Track
from partnerships.dates import parse
from partnerships.models import Milestone
from partnerships.web import milestone_words

#: More than these are counted in columns, no longer drawn one by one.
MOST_MARKS, MOST_LANES = 250, 40

NARROWEST = 640  # px; site.css gives the drawing this least width
MARK = 100 * 24 / NARROWEST  # a mark with the ground that it is clicked on
EDGE = MARK / 2  # kept free at both ends, for half a mark
LEAST = 100 * 18 / NARROWEST  # a span is never hidden behind its mark
ROW = 26  # px, from one row of marks to the next
TALLEST = 72  # px, of a column that counts
SHORTEST, THINNEST = 2, 0.2  # px and per cent, of a column that can still be seen

MOST_TICKS, MOST_COLUMNS = 16, 60
#: Months from one tick, or column, to the next.
STEPS = [1, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500))]
#: Months are numbered from the year 0; dates begin with January of the year 1.
FIRST_MONTH = 12


@dataclass(frozen=True)
class Mark:
    """One milestone as drawn: its mark stands at ``x``, and ``start`` to ``end``
    (``width`` apart) are the days on which it may have happened; a known day has
    no width. ``y`` is the middle of its row."""

    milestone: Milestone
    title: str
    x: float
    start: float
    end: float
    y: int = 0

    @property
    def left(self) -> float:
        """The left end of all that is drawn of it."""
        return min(self.start, self.x - EDGE)

    @property
    def is_open(self) -> bool:
        """True for "no later than"."""
        return self.milestone.first_day is None

    @property
    def is_reported(self) -> bool:
        """True where the press alone says so."""
        return self.milestone.certainty == Certainty.REPORTED

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
    """The number of milestones whose latest day is between two days, both included."""

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

    track: Track
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
class Drawing:
    """Lanes, one for each partner, or, where there are too many of them, columns, one
    lane for each track. ``now`` is where the day stands that the page is about, None
    where that is off the drawing."""

    ticks: list[Tick]
    lanes: list[Lane]
    columns: list[Columns]
    now: float | None = None

    @property
    def marks(self) -> list[Mark]:
        return [mark for lane in self.lanes for mark in lane.marks]

    @property
    def milestones(self) -> list[Milestone]:
        return [mark.milestone for mark in self.marks]

    @property
    def has_spans(self) -> bool:
        return any(mark.width and not mark.is_open for mark in self.marks)

    @property
    def has_open(self) -> bool:
        return any(mark.is_open for mark in self.marks)

    @property
    def has_reported(self) -> bool:
        return any(mark.is_reported for mark in self.marks)

    @property
    def tallest(self) -> int:
        """The number of milestones in the tallest column."""
        return max(column.count for lane in self.columns for column in lane.columns)


def timeline_drawing(
    milestones: Iterable[Milestone], by_day: Counter[tuple[date, str]], *, on: date
) -> Drawing | None:
    """Return the drawing of these milestones as seen on a day, or None of none.

    ``by_day`` are their numbers by latest day and track. The milestones themselves,
    each with its partner, are read only where they are few enough to be drawn one by
    one, so that a page of many takes no query more.
    """
    if not by_day:
        return None
    if by_day.total() <= MOST_MARKS:
        milestones = list(milestones)
        if len({milestone.partnership_id for milestone in milestones}) <= MOST_LANES:
            return draw_marks(milestones, on=on)
    return draw_columns(by_day)


def draw_marks(milestones: Iterable[Milestone], *, on: date) -> Drawing:
    """Return a drawing with a mark for each milestone, in the lane of its partner."""
    milestones = sorted(
        milestones, key=lambda m: (m.last_day, m.first_day or date.min, m.pk)
    )
    days = [day for m in milestones for day in (m.first_day, m.last_day) if day]
    has_open = any(milestone.first_day is None for milestone in milestones)
    scale = _Scale(days, most=MOST_TICKS, months_before=1 if has_open else 0)
    by_partner = defaultdict(list)
    for milestone in milestones:
        partner = milestone.partnership.partner
        mark = _mark(milestone, scale, on)
        by_partner[partner.name, partner.slug].append(mark)
    partners = sorted(by_partner.items())
    lanes = [_lane(slug, name, marks) for (name, slug), marks in partners]
    now = scale.middle(on) if scale.holds(on) else None
    return Drawing(scale.ticks(), lanes, columns=[], now=now)


def draw_columns(by_day: Counter[tuple[date, str]]) -> Drawing:
    """Return a drawing of the numbers of milestones by latest day and track."""
    days = [day for day, _ in by_day]
    scale = _Scale(days, most=MOST_COLUMNS)
    periods = _periods(min(days), max(days), scale)
    firsts = [first for first, _ in periods]
    sums: Counter[tuple[str, int]] = Counter()
    for (day, track), count in by_day.items():
        sums[track, bisect(firsts, day) - 1] += count
    tallest = max(sums.values())
    lanes = []
    for track in Track:
        columns = [
            _column(period, sums[track, number], tallest, scale)
            for number, period in enumerate(periods)
            if sums[track, number]
        ]
        if columns:
            lanes.append(Columns(track, columns))
    return Drawing(scale.ticks(), lanes=[], columns=lanes)


class _Scale:
    """Days as percentages, over whole steps of months that hold all the days, with so
    many months of room before the first."""

    def __init__(self, days: Iterable[date], *, most: int, months_before: int = 0):
        first, last = _month(min(days)) - months_before, _month(max(days))
        self.step = _step(last - first + 1, most)
        self.first = max(first - first % self.step, FIRST_MONTH)
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
    """Return the shortest step of which ``most`` are enough for so many months."""
    return next((step for step in STEPS if months <= step * most), STEPS[-1])


def _mark(milestone: Milestone, scale: _Scale, on: date) -> Mark:
    earliest, latest = milestone.first_day, milestone.last_day
    end = scale.at(latest.toordinal() + 1)
    if earliest is None:  # its first day is unknown: the line begins at the edge
        x, start = scale.middle(latest), 0.0
    elif earliest == latest:
        x = start = end = scale.middle(latest)
    else:
        start = scale.at(earliest.toordinal())
        x = round((start + end) / 2, 2)
        start, end = min(start, x - LEAST / 2), max(end, x + LEAST / 2)
    return Mark(milestone, _title(milestone, on), x, round(start, 2), round(end, 2))


def _title(milestone: Milestone, on: date) -> str:
    title = f"{milestone_words.title(milestone)}, {milestone.date.display()}"
    is_certain = milestone.has_happened(on=on)
    return title if is_certain else f"{title}; may have happened by this day"


def _lane(slug: str, partner: str, marks: list[Mark]) -> Lane:
    placed, rows = [], 0
    for track in Track:
        own = [mark for mark in marks if mark.milestone.track == track]
        for mark, row in zip(own, _rows(own), strict=True):
            placed.append(replace(mark, y=(rows + row) * ROW + ROW // 2))
        rows = max((mark.y // ROW + 1 for mark in placed), default=0)
    return Lane(slug, partner, placed, rows * ROW)


def _rows(marks: list[Mark]) -> list[int]:
    """Return the number of each mark's row: the first in which it meets no other."""
    taken: list[float] = []  # the end of each row
    rows = {}
    for mark in sorted(marks, key=lambda mark: mark.left):
        row = next((n for n, end in enumerate(taken) if end <= mark.left), len(taken))
        taken[row : row + 1] = [max(mark.end, mark.x + EDGE)]
        rows[mark.milestone.pk] = row
    return [rows[mark.milestone.pk] for mark in marks]


def _periods(first: date, last: date, scale: _Scale) -> list[tuple[date, date]]:
    """Return first and last day of each column, none after the last day of all."""
    days = (last - first).days + 1
    if days <= MOST_COLUMNS:
        return [(first + timedelta(n), first + timedelta(n)) for n in range(days)]
    months = range(scale.first, scale.last + scale.step + 1, scale.step)
    return [
        (_first_day(month), min(_first_day(after) - timedelta(days=1), last))
        for month, after in pairwise(months)
    ]


def _column(
    period: tuple[date, date], count: int, tallest: int, scale: _Scale
) -> Column:
    first, last = period
    start, end = scale.at(first.toordinal()), scale.at(last.toordinal() + 1)
    height = max(SHORTEST, round(TALLEST * count / tallest))
    # A column is a day, named whole, or whole months, named as "2026-03".
    length = len("2026-03-31") if first == last else len("2026-03")
    named = parse("/".join(day.isoformat()[:length] for day in period))
    title = f"{named.display()}: {count:,} milestone{'' if count == 1 else 's'}"
    width = max(THINNEST, round(end - start, 2))
    return Column(title, first, last, count, start, width, TALLEST - height, height)
