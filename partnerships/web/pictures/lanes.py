"""The timeline in a picture: each partner's milestones, or columns that count them."""

from collections.abc import Iterator
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from partnerships.web import timeline_marks
from partnerships.web.pictures.letters import bold, sans, serif, text
from partnerships.web.pictures.sheet import (
    FOOT,
    MARGIN,
    WIDTH,
    Origin,
    Picture,
    foot,
    head,
    line,
    picture,
)
from partnerships.web.timeline_columns import Columns
from partnerships.web.timeline_drawing import Drawing, Lane

KICKER = "Every step of each partnership, and of SAFE beside it"
_NAMES = 168
_ACROSS = WIDTH - 2 * MARGIN - _NAMES
_KEY_ROW = 26


def timeline(title: str, drawing: Drawing | None, on: date, origin: Origin) -> Picture:
    """Return the lanes of a drawing under its title; the title alone of none."""
    shapes, top = head(KICKER, title)
    if drawing:
        top += 62
        shapes += _axis(drawing, top, on)
        for lane in drawing.lanes:
            shapes += _lane(lane.partner, _marks(lane, drawing), top, lane.height)
            top += lane.height + 5
        for columns in drawing.columns:
            name = f"{columns.track.upper()} · {columns.count:,}"
            shapes += _lane(name, _columns(columns, drawing), top, columns.height)
            top += columns.height + 5
        shapes.append(line(MARGIN, top, WIDTH - MARGIN, top, "hair"))
        key, top = _key(drawing, top + 22)
        shapes += key
    height = round(top) + 26 + FOOT
    return picture(
        *(title, f"{KICKER}. {origin}.", WIDTH, height),
        *(_symbols(drawing), shapes, foot(origin, WIDTH, height)),
    )


def _axis(drawing: Drawing, top: float, on: date) -> Iterator[SafeString]:
    """Yield the years and months over the lanes, and the day that they end on."""
    year, month, left = bold(13), sans(13), MARGIN + _NAMES
    for tick in drawing.ticks:
        x = left + _ACROSS * tick.x / 100
        yield text(year, x, top - 24, tick.year)
        yield text(month, x, top - 8, tick.month, "soft")
    if drawing.now:
        day = f"{on.day} {on:%b %Y}"
        yield text(year, left + _ACROSS * drawing.now / 100, top - 42, day, end=True)


def _lane(
    name: str, shapes: SafeString, top: float, height: float
) -> Iterator[SafeString]:
    face = serif(17)
    yield line(MARGIN, top, WIDTH - MARGIN, top, "hair")
    yield text(face, MARGIN, top + 20, face.cropped(name, _NAMES - 14))
    yield format_html(
        '<svg class="{}" font-size="13" x="{}" y="{}" width="{w}" height="{h}"'
        ' viewBox="0 0 {w} {h}" overflow="visible">{}</svg>',
        *(sans(13).cut, MARGIN + _NAMES, round(top + 3, 1), shapes),
        w=_ACROSS,
        h=height,
    )


def _marks(lane: Lane, drawing: Drawing) -> SafeString:
    bands = format_html_join(
        "",
        '<rect class="timeline-band {}" x="{}%" width="{}%" y="{}" height="{}"/>',
        ((b.track, b.x, b.width, b.y, b.height) for b in lane.bands),
    )
    marks = format_html_join(
        "",
        '<g class="{}"><title>{}</title>{}</g>',
        (
            (timeline_marks.classes(mark), mark.title, timeline_marks.shapes(mark))
            for mark in lane.marks
        ),
    )
    return format_html(
        '<rect class="unchecked" x="{}%" width="{}%" height="{}"/>{}{}{}',
        *(lane.checked, lane.unchecked, lane.height),
        *(bands, _ticks(drawing, lane.height), marks),
    )


def _columns(columns: Columns, drawing: Drawing) -> SafeString:
    drawn = format_html_join(
        "",
        '<rect class="{}" x="{}%" width="{}%" y="{}" height="{}"><title>{}</title>'
        "</rect>",
        (
            (columns.track, c.x, c.width, c.y, c.height, c.title)
            for c in columns.columns
        ),
    )
    return format_html("{}{}", _ticks(drawing, columns.height), drawn)


def _ticks(drawing: Drawing, height: float) -> SafeString:
    places = [("year", tick.x) for tick in drawing.ticks if tick.year]
    places += [("now", drawing.now)] if drawing.now else []
    return format_html_join(
        "",
        '<line class="{0}" x1="{1}%" x2="{1}%" y1="0" y2="{2}"/>',
        ((look, x, height) for look, x in places),
    )


def _key(drawing: Drawing, top: float) -> tuple[list[SafeString], float]:
    """Return what the marks mean, in as many rows as that takes, and where they end."""
    face = sans(13)
    if drawing.columns:
        said = (
            "Too many milestones to draw one by one: each column counts those of its "
            f"time, the tallest {drawing.tallest:,}."
        )
        return [text(face, MARGIN, top + 12, said, "soft")], top
    x, shapes = float(MARGIN), []
    for sample, wide, words in _samples(drawing):
        room = wide + 8 + face.width(words)
        if x + room > WIDTH - MARGIN:
            x, top = float(MARGIN), top + _KEY_ROW
        shapes.append(
            format_html(
                '<g transform="translate({} {})">{}</g>', round(x, 1), top, sample
            )
        )
        shapes.append(text(face, x + wide + 8, top + 12, words, "soft"))
        x += room + 26
    return shapes, top


def _samples(drawing: Drawing) -> Iterator[tuple[SafeString, int, str]]:
    """Yield each look of a mark, 16 px high, how wide it is, and its words."""
    for track, mark, words in timeline_marks.legend(drawing.milestones):
        yield _symbol(track, mark), 16, words
    if drawing.has_reported:
        marks = ("signed", timeline_marks.REPORTED)
        yield _symbol("sdp", *marks), 16, "reported by one press source alone"
    for is_shown, look, words in (
        (drawing.has_spans, "span", "some day within it"),
        (drawing.has_open, "span-open", "no later than the mark"),
        (True, "unchecked", "not checked"),
    ):
        if is_shown:
            sample = (
                '<g class="sdp"><rect class="{}" width="34" y="1" height="14"/></g>'
            )
            yield format_html(sample, look), 34, words


def _symbol(track: str, *marks: str) -> SafeString:
    uses = format_html_join(
        "", '<use href="#mark-{}" width="16" height="16"/>', ((m,) for m in marks)
    )
    return format_html('<g class="timeline-mark {}">{}</g>', track, uses)


def _symbols(drawing: Drawing | None) -> Iterator[SafeString]:
    """Yield the symbols that the marks use."""
    if drawing and drawing.marks:
        known = timeline_marks.symbols()
        names = {name for _, name, _ in timeline_marks.legend(drawing.milestones)}
        names |= {"signed", timeline_marks.REPORTED} if drawing.has_reported else set()
        yield from (known[name] for name in sorted(names))
