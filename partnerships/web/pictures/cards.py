"""Cards: what others show beside a link to a page of this site, 1200 × 630 px.

Each says what stands on the page, of which day, checked how far, and that the site is
not the European Union's.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString

from partnerships.models import Milestone
from partnerships.web import row_words, status_words, strips
from partnerships.web.citations import SITE
from partnerships.web.pictures.bands import ALL, ONE, strip, years
from partnerships.web.pictures.grid import cells
from partnerships.web.pictures.letters import (
    Face,
    bold,
    largest,
    paragraph,
    sans,
    serif,
    text,
)
from partnerships.web.pictures.sheet import Origin, Picture, line, mark, picture

WIDTH, HEIGHT = 1200, 630
_EDGE, _ROOM = 64, 1200 - 2 * 64
_TOP, _END = 150, 548  # what is between the head and the foot
_MIDDLE = 500  # the words of a card end here where a picture stands beside them
_MOST_STRIPS = 13
_NOT_OFFICIAL = "Not an official site of the EU"


def of_partnership(
    row: Any, deciding: Milestone | None, scale: strips.Scale, origin: Origin
) -> Picture:
    """Return the card of a record: partner, status, strip."""
    name, (called, *_) = largest(row.partner.name, _ROOM, 1, 88, 64, 48)
    own, safe = row_words.sdp_line(row, deciding), row_words.safe_line(row)
    face = sans(36)
    lines = face.balanced(own, _ROOM, 2)
    shapes = [text(name, _EDGE, 216, called)]
    shapes += paragraph(face, _EDGE, 284, lines, 44)
    y = 284 + 44 * len(lines)
    shapes.append(text(face, _EDGE, y, face.cropped(safe, _ROOM), "safe"))
    shapes += years(scale, _EDGE, _END - 96, _ROOM, 19)
    shapes.append(strip(row, scale, _EDGE, _END - 86, _ROOM, zoom=2.3))
    kicker = ONE if status_words.has_partnership(row) else "No EU partnership signed"
    return _card(row.partner.name, kicker, f"{own}. {safe}.", shapes, origin)


def of_state(
    finding: str, lede: str, rows: Sequence[Any], scale: strips.Scale, origin: Origin
) -> Picture:
    """Return the card of all: the finding, and the strips of the first of them."""
    shapes = _words(finding, lede, _MIDDLE - _EDGE)
    shown = rows[:_MOST_STRIPS]
    left_out = len(rows) - len(shown)
    step = (_END - 118) / max(len(shown) + bool(left_out), 8)
    name, x = serif(19), _MIDDLE + 40
    for place, row in enumerate(shown):
        y = 112 + place * step
        shown_name = name.cropped(row.partner.name, 168)
        shapes.append(text(name, x, y + step / 2 + 5, shown_name))
        zoom = (step - 4) / strips.HEIGHT
        shapes.append(
            strip(row, scale, x + 178, y + 2, WIDTH - _EDGE - x - 178, zoom=zoom)
        )
    if left_out:
        y = 112 + len(shown) * step
        shapes.append(text(name, x, y + step / 2 + 5, f"and {left_out} more"))
    return _card(finding, ALL, lede, shapes, origin)


def of_lines(
    kicker: str, title: str, lines: Iterable[tuple[str, str]], origin: Origin
) -> Picture:
    """Return a card of a title and lines, each of a few words and what they are of."""
    face = serif(60)
    titled = face.lines(title, _ROOM, 2)
    shapes = paragraph(face, _EDGE, 206, titled, 66)
    top, lines = 206 + 66 * len(titled) - 26, list(lines)
    step = min((_END - top) / max(len(lines), 1), 58)
    label, words = bold(25), sans(25)
    beside = min(max((label.width(first) for first, _ in lines), default=0) + 28, 610)
    for place, (first, rest) in enumerate(lines):
        y = top + place * step + step * 0.66
        if y > _END:
            break
        shapes.append(
            line(_EDGE, y - step * 0.66, WIDTH - _EDGE, y - step * 0.66, "hair")
        )
        shapes.append(text(label, _EDGE, y, label.cropped(first, beside - 20)))
        shapes.append(
            text(words, _EDGE + beside, y, words.cropped(rest, _ROOM - beside))
        )
    said = "; ".join(f"{first}: {rest}" for first, rest in lines)
    return _card(title, kicker, said, shapes, origin)


def of_comparison(
    rows: Sequence[Any],
    deciding: Mapping[int, Milestone],
    scale: strips.Scale,
    origin: Origin,
) -> Picture:
    """Return the card of a few partnerships: the strip of each with its state."""
    shapes: list[SafeString] = []
    step = (_END - _TOP) / max(len(rows), 2)
    name, small = serif(40), sans(22)
    for place, row in enumerate(rows):
        y = _TOP - 10 + place * step
        own = row_words.sdp_line(row, deciding.get(row.sdp_milestone_id))
        shapes.append(text(name, _EDGE, y + 46, name.cropped(row.partner.name, 560)))
        room = _ROOM - name.width(row.partner.name) - 40
        shapes.append(
            text(small, WIDTH - _EDGE, y + 46, small.cropped(own, room), end=True)
        )
        zoom = min(step - 72, 92) / strips.HEIGHT
        shapes.append(strip(row, scale, _EDGE, y + 56, _ROOM, zoom=max(zoom, 0.6)))
    names = " · ".join(row.partner.name for row in rows)
    return _card(names, f"{ALL} compared", "", shapes, origin)


def of_matrix(matrix: Any, origin: Origin) -> Picture:
    """Return the card of the matrix: each partnership a row of the grid."""
    title = "Which partnership covers what"
    number = len(matrix.columns)
    lede = (
        f"{len(matrix.rows)} areas of cooperation in {number} "
        f"partnership{'' if number == 1 else 's'}; {len(matrix.common)} common to all."
    )
    shapes = _words(title, lede, _MIDDLE - _EDGE)
    name, x = serif(22), _MIDDLE + 40
    columns = matrix.columns[:_MOST_STRIPS]
    step = min((_END - 118) / max(len(columns), 1), 46)
    wide = (WIDTH - _EDGE - x - 186) / max(len(matrix.rows), 1)
    for place, column in enumerate(columns):
        y = 118 + place * step
        shown = name.cropped(column.partner.name, 176)
        shapes.append(text(name, x, y + step / 2 + 5, shown))
        values = [row.cells[place].value for row in matrix.rows]
        shapes += cells(values, x + 186, y + 3, wide, step - 4)
    return _card(title, "Areas of cooperation", lede, shapes, origin)


def _words(title: str, lede: str, room: float) -> list[SafeString]:
    """Return a title and a few lines below it, in a column."""
    big, lines = largest(title, room, 4, 56, 48, 40)
    leading = big.size * 1.12
    y, small = 150 + leading * len(lines), sans(25)
    shapes = paragraph(big, _EDGE, 150 + big.size * 0.7, lines, leading)
    most = int((_END - y - 20) / 36)
    said = _sentences(lede, small, room, most)
    return [*shapes, *paragraph(small, _EDGE, y + 42, said, 36, "soft")]


def _sentences(lede: str, face: Face, room: float, most: int) -> list[str]:
    """Return as many whole sentences as there are lines for; of the first, as much as
    there is."""
    kept: list[str] = []
    for sentence in lede.split(". "):
        longer = ". ".join([*kept, sentence])
        if kept and len(face.lines(longer, room, most + 1)) > most:
            return face.lines(". ".join(kept) + ".", room, most)
        kept.append(sentence)
    return face.lines(lede, room, most)


def _card(
    title: str, kicker: str, said: str, shapes: list[SafeString], origin: Origin
) -> Picture:
    """Return a card with its head and its foot."""
    face = sans(22)
    days = str(origin)
    end, y = WIDTH - _EDGE, HEIGHT - 30
    frame = [
        mark(_EDGE, 44, 42),
        text(serif(30), _EDGE + 56, 70, SITE),
        text(face, end, 69, kicker, "soft", end=True),
        line(_EDGE, HEIGHT - 66, end, HEIGHT - 66, "rule"),
        text(face, _EDGE, y, face.cropped(days, 700)),
        text(face, end, y, _NOT_OFFICIAL, "soft", end=True),
    ]
    return picture(title, f"{said} {days}.".strip(), WIDTH, HEIGHT, frame, shapes)
