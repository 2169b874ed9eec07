"""The drawing of the timeline: where each milestone stands on it, in numbers.

Across, positions are percentages of the drawing's width, so that it fits every screen
and keeps its marks in proportion; down, they are pixels. Marks are laid out for a
phone, and so never meet on a wider screen; their names for the narrowest screen that
shows them.
This module is pure: no request, no clock, and no query but for the milestones given.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from partnerships.choices import Certainty, MilestoneKind, Track
from partnerships.models import Milestone
from partnerships.web import milestone_words
from partnerships.web.timeline_columns import MOST_COLUMNS, Columns, columns_of
from partnerships.web.timeline_scale import (
    EDGE,
    MOST_TICKS,
    NARROWEST,
    Scale,
    Tick,
)

#: More than these are counted in columns, no longer drawn one by one.
MOST_MARKS, MOST_LANES = 250, 40

NAMED = 800  # px, of the narrowest drawing that has all names
LEAST = 100 * 18 / NARROWEST  # a span is never hidden behind its mark
FADE = 6  # per cent, of what shows that nobody knows since when
LETTER, GAP = 100 * 6.2 / NAMED, 100 * 12 / NAMED  # of a name, and before it
ROW = 24  # px, from one row of marks to the next

K = MilestoneKind
#: The names on marks, where the kind's own label is too long for one.
_NAMES: dict[str, str] = {
    K.EXPLORATORY_TALKS: "talks explore",
    K.REQUESTED: "asks to join",
    K.NEGOTIATIONS_RECOMMENDED: "talks recommended",
    K.NEGOTIATIONS_AUTHORISED: "mandate",
    K.NEGOTIATIONS_OPENED: "talks begin",
    K.NEGOTIATIONS_CONCLUDED: "talks concluded",
    K.NEGOTIATIONS_FAILED: "talks end without one",
    K.ENDORSED: "endorsed",
    K.PROVISIONALLY_APPLIED: "applied provisionally",
    K.PARLIAMENT_CONSENTED: "Parliament consents",
    K.DIALOGUE_HELD: "dialogue",
}


@dataclass(frozen=True)
class Mark:
    """One milestone as drawn: its mark stands at ``x``, and ``start`` to ``end``
    (``width`` apart) are the days on which it may have happened; a known day has
    no width. ``name`` stands beside it where there is room for names; ``y`` is the
    middle of its row."""

    milestone: Milestone
    title: str
    name: str
    x: float
    start: float
    end: float
    y: int = 0
    is_named_on_phones: bool = False

    @property
    def left(self) -> float:
        """The left end of all that is drawn of it."""
        name = self.anchor - self._room if self.is_named_before else self.anchor
        return min(self.x - EDGE, name)

    @property
    def right(self) -> float:
        """The right end of all that is drawn of it."""
        name = self.end if self.is_named_before else self.anchor + self._room
        return max(self.x + EDGE, name)

    @property
    def is_named_before(self) -> bool:
        """True where the name has no room behind the mark."""
        return self.end + self._room > 100

    @property
    def anchor(self) -> float:
        """The place of the name's beginning, or of its end before the mark."""
        return self.start if self.is_named_before else self.end

    @property
    def offset(self) -> int:
        """The distance from there, in pixels: clear of the mark."""
        is_clear = self.width and (self.is_named_before or not self.is_open)
        away = 5 if is_clear else 11
        return -away if self.is_named_before else away

    @property
    def _room(self) -> float:
        return GAP + LETTER * len(self.name)

    @property
    def is_sure(self) -> bool:
        """True where the day is known."""
        return self.milestone.date.is_day

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
class Band:
    """The ground of one track, from its first milestone to the day up to which editors
    have looked, or its last milestone where that is later."""

    track: Track
    x: float
    width: float
    y: int
    height: int


@dataclass(frozen=True)
class Lane:
    """The marks of one partner: those of the partnership above those of SAFE; from
    ``checked`` on, ``unchecked`` is the width of what nobody has checked."""

    slug: str
    partner: str
    marks: list[Mark]
    bands: list[Band]
    checked: float
    unchecked: float
    height: int


@dataclass(frozen=True)
class Drawing:
    """Lanes, one for each partner, or, where there are too many of them, columns, one
    lane for each track. ``now`` is where the day stands that the page is about, None
    where that is off the drawing; ``years`` are those of the milestones."""

    ticks: list[Tick]
    lanes: list[Lane]
    columns: list[Columns]
    now: float | None = None
    years: str = ""

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
    milestones: Iterable[Milestone],
    by_day: Counter[tuple[date, str]],
    *,
    on: date,
    until: date | None = None,
    checked: Mapping[int, date | None] | None = None,
) -> Drawing | None:
    """Return the drawing of these milestones as seen on a day, or None of none. It
    reaches ``until`` that day at least; ``checked`` are the days through which editors
    have looked, by the ids of partnerships.

    ``by_day`` are their numbers by latest day and track. The milestones themselves,
    each with its partner, are read only where they are few enough to be drawn one by
    one, so that a page of many takes no query more.
    """
    if not by_day:
        return None
    if by_day.total() <= MOST_MARKS:
        milestones = list(milestones)
        if len({milestone.partnership_id for milestone in milestones}) <= MOST_LANES:
            return draw_marks(milestones, on=on, until=until, checked=checked)
    return draw_columns(by_day)


def draw_marks(
    milestones: Iterable[Milestone],
    *,
    on: date,
    until: date | None = None,
    checked: Mapping[int, date | None] | None = None,
) -> Drawing:
    """Return a drawing with a mark for each milestone, in the lane of its partner; the
    lanes by the first of their milestones."""
    milestones = sorted(
        milestones, key=lambda m: (m.last_day, m.first_day or date.min, m.pk)
    )
    days = [day for m in milestones for day in (m.first_day, m.last_day) if day]
    has_open = any(milestone.first_day is None for milestone in milestones)
    days += [until] if until else []
    scale = Scale(days, most=MOST_TICKS, months_before=1 if has_open else 0)
    by_partnership = defaultdict(list)
    for milestone in milestones:
        by_partnership[milestone.partnership_id].append(_mark(milestone, scale, on))
    now = scale.middle(on) if scale.holds(on) else None
    lanes = [
        _lane(marks, scale.until((checked or {}).get(pk), now), now)
        for pk, marks in by_partnership.items()
    ]
    years = _years(min(milestone.last_day, on) for milestone in milestones)
    return Drawing(scale.ticks(), lanes, columns=[], now=now, years=years)


def draw_columns(by_day: Counter[tuple[date, str]]) -> Drawing:
    """Return a drawing of the numbers of milestones by latest day and track."""
    days = [day for day, _ in by_day]
    scale = Scale(days, most=MOST_COLUMNS)
    columns = columns_of(by_day, scale)
    return Drawing(scale.ticks(), lanes=[], columns=columns, years=_years(days))


def _years(days: Iterable[date]) -> str:
    """Return the years of these days: "2022 to 2026"."""
    first, *rest = sorted({day.year for day in days})
    return f"{first:04d} to {rest[-1]:04d}" if rest else f"in {first:04d}"


def _mark(milestone: Milestone, scale: Scale, on: date) -> Mark:
    earliest, latest = milestone.first_day, milestone.last_day
    end = scale.at(latest.toordinal() + 1)
    if earliest is None:  # its first day is unknown: it fades, and is no longer
        x = scale.middle(latest)
        start = max(x - FADE, 0.0)
    elif earliest == latest:
        x = start = end = scale.middle(latest)
    else:
        start = scale.at(earliest.toordinal())
        x = round((start + end) / 2, 2)
        start = max(min(start, x - LEAST / 2), 0.0)
        end = min(max(end, x + LEAST / 2), 100.0)
    title, name = _title(milestone, on), _name(milestone)
    return Mark(milestone, title, name, x, round(start, 2), round(end, 2))


def _name(milestone: Milestone) -> str:
    kind = milestone.get_kind_display()
    name = _NAMES.get(milestone.kind) or milestone_words.in_sentence(kind)
    return f"{name} (reported)" if milestone.certainty == Certainty.REPORTED else name


def _title(milestone: Milestone, on: date) -> str:
    title = f"{milestone_words.title(milestone)}, {milestone.date.display()}"
    is_certain = milestone.has_happened(on=on)
    return title if is_certain else f"{title}; may have happened by this day"


def _lane(marks: list[Mark], checked: float, now: float | None) -> Lane:
    placed, bands, rows = [], [], 0
    for track in Track:
        own = [mark for mark in marks if mark.milestone.track == track]
        numbers = _rows(own)
        for number in range(max(numbers, default=-1) + 1):
            row = [m for m, n in zip(own, numbers, strict=True) if n == number]
            y = (rows + number) * ROW + ROW // 2
            placed += [replace(mark, y=y) for mark in _with_names(row)]
        if own:
            count = max(numbers) + 1
            x = min(mark.x for mark in own)
            width = max(checked, *(mark.x for mark in own)) - x
            bands.append(Band(track, x, round(width, 2), rows * ROW, count * ROW))
            rows += count
    partner = marks[0].milestone.partnership.partner
    unchecked = round(max((now or 0) - checked, 0), 2)
    height = rows * ROW
    return Lane(partner.slug, partner.name, placed, bands, checked, unchecked, height)


def _rows(marks: list[Mark]) -> list[int]:
    """Return the number of each mark's row: the first in which it meets no other."""
    rows: list[list[Mark]] = []
    numbers = []
    for mark in marks:
        row = next((n for n, row in enumerate(rows) if _has_room(mark, row)), len(rows))
        rows[row:] = rows[row:] or [[]]
        rows[row].append(mark)
        numbers.append(row)
    return numbers


def _has_room(mark: Mark, row: list[Mark]) -> bool:
    return all(mark.left >= one.right or mark.right <= one.left for one in row)


def _with_names(marks: list[Mark]) -> list[Mark]:
    """Return the marks of a row, each with whether its name has room on a phone."""
    by_place = sorted(marks, key=lambda mark: mark.x)
    named = []
    for before, mark, after in zip(
        [None, *by_place], by_place, [*by_place[1:], None], strict=False
    ):
        room = (GAP + LETTER * len(mark.name)) * NAMED / NARROWEST
        if mark.is_named_before:
            free = mark.anchor - (before.x + EDGE if before else 0)
        else:
            free = (after.x - EDGE if after else 100) - mark.anchor
        beside = after if not mark.is_named_before else before
        is_alone = beside is None or beside.is_named_before == mark.is_named_before
        named.append(replace(mark, is_named_on_phones=is_alone and room <= free))
    return named
