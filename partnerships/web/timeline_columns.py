"""Columns that count the milestones of a timeline, where there are too many to draw."""

from bisect import bisect
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from partnerships.choices import Track
from partnerships.dates import parse
from partnerships.web.timeline_scale import Scale, first_day

TALLEST = 72  # px, of a column that counts
SHORTEST, THINNEST = 2, 0.2  # px and per cent, of a column that can still be seen
MOST_COLUMNS = 60


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


def columns_of(by_day: Counter[tuple[date, str]], scale: Scale) -> list[Columns]:
    """Return the columns of each track that has any, over whole steps of the scale."""
    days = [day for day, _ in by_day]
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
    return lanes


def _periods(first: date, last: date, scale: Scale) -> list[tuple[date, date]]:
    """Return first and last day of each column, none after the last day of all."""
    days = (last - first).days + 1
    if days <= MOST_COLUMNS:
        return [(first + timedelta(n), first + timedelta(n)) for n in range(days)]
    months = range(scale.first, scale.last + scale.step + 1, scale.step)
    return [
        (first_day(month), min(first_day(after) - timedelta(days=1), last))
        for month, after in pairwise(months)
    ]


def _column(
    period: tuple[date, date], count: int, tallest: int, scale: Scale
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
