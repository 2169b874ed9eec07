"""The days of the timeline as percentages of its drawing's width."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

NARROWEST = 340  # px, of a phone's drawing
MARK = 100 * 13 / NARROWEST  # a mark with what is kept free around it
EDGE = round(MARK / 2, 2)  # kept free at both ends, for half a mark
MOST_TICKS = 16
#: Months from one tick, or column, to the next.
STEPS = [1, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500))]
#: Months are numbered from the year 0; dates begin with January of the year 1.
FIRST_MONTH = 12


@dataclass(frozen=True)
class Tick:
    """A beginning of a month, or of a year; each label may be empty."""

    x: float
    month: str
    year: str


class Scale:
    """Days as percentages, over whole steps of months that hold all the days, with so
    many months of room before the first."""

    def __init__(self, days: Iterable[date], *, most: int, months_before: int = 0):
        first, last = _month(min(days)) - months_before, _month(max(days))
        self.step = _step(last - first + 1, most)
        self.first = max(first - first % self.step, FIRST_MONTH)
        self.last = last
        self.start = first_day(self.first).toordinal()
        self.days = first_day(last + 1).toordinal() - self.start

    def at(self, ordinal: float) -> float:
        share = (ordinal - self.start) / self.days
        return round(EDGE + (100 - 2 * EDGE) * share, 2)

    def middle(self, day: date) -> float:
        return self.at(day.toordinal() + 0.5)

    def until(self, checked: date | None, now: float | None) -> float:
        """Return where the ground turns that nobody has checked, now at the latest."""
        end = 100.0 if now is None else now
        if checked is None:
            return 0.0
        return min(max(self.at(checked.toordinal() + 1), 0.0), end)

    def holds(self, day: date) -> bool:
        return 0 <= day.toordinal() - self.start < self.days

    def ticks(self) -> list[Tick]:
        step = _step(self.last - self.first + 1, MOST_TICKS)
        first = self.first + -self.first % step
        return [
            Tick(
                x=self.at(first_day(month).toordinal()),
                month=calendar.month_abbr[month % 12 + 1] if step < 12 else "",
                year=str(month // 12) if month % 12 == 0 or month == first else "",
            )
            for month in range(first, self.last + 1, step)
        ]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _step(months: int, most: int) -> int:
    """Return the shortest step of which ``most`` are enough for so many months."""
    return next((step for step in STEPS if months <= step * most), STEPS[-1])
