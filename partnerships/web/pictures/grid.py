"""The areas of cooperation by partnerships, as a grid."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from partnerships.choices import CoverageValue
from partnerships.web.pictures.letters import bold, sans, serif, text
from partnerships.web.pictures.sheet import (
    FOOT,
    MARGIN,
    WIDTH,
    Origin,
    Picture,
    box,
    foot,
    line,
    picture,
)

TITLE = "Areas of cooperation"
_NAMES, _TOTAL = 300, 64
_ROW, _HEADS = 27, 124
_WIDEST = 84  # a column
#: Room for a name of a partner, which stands aslant.
_SLANT = "rotate(-45 {x} {y})"
_KEY = [
    (CoverageValue.INCLUDED, "included"),
    (CoverageValue.ALREADY_EXISTS, "already exists"),
    (CoverageValue.NOT_INCLUDED, "not included"),
    (CoverageValue.NOT_ASSESSED, "not assessed"),
]


def areas(matrix: Any, origin: Origin) -> Picture:
    """Return the grid of a matrix, its areas in the order given."""
    columns, rows = matrix.columns, matrix.rows
    room = WIDTH - 2 * MARGIN - _NAMES - _TOTAL
    wide = min(room / max(len(columns), 1), _WIDEST)
    said = f"{TITLE} in {len(columns)} partnership{'' if len(columns) == 1 else 's'}"
    shapes = [text(serif(34), MARGIN, 66, said)]
    top = 84 + _HEADS
    shapes += _heads(columns, wide, top)
    for row in rows:
        shapes += _row(row, wide, top)
        top += _ROW
    shapes.append(line(MARGIN, top, WIDTH - MARGIN, top, "rule"))
    if matrix.not_assessed or matrix.has_more:
        top += 28
        shapes.append(text(sans(14), MARGIN, top, _left_out(matrix), "soft"))
    shapes += _key(top + 24)
    height = top + 24 + 44 + FOOT
    return picture(
        *(said, f"{origin}.", WIDTH, height),
        *(shapes, foot(origin, WIDTH, height)),
    )


def cells(
    values: Sequence[str], x: float, y: float, wide: float, high: float
) -> Iterator[SafeString]:
    """Yield a row of cells of a grid, with a gap of two px between them."""
    for place, value in enumerate(values):
        inset = 0.5 if value != CoverageValue.INCLUDED else 0
        yield box(
            x + place * wide + inset,
            y + inset,
            wide - 2 - 2 * inset,
            high - 2 - 2 * inset,
            value,
        )


def _heads(columns: Sequence[Any], wide: float, top: float) -> Iterator[SafeString]:
    face = sans(min(14, wide - 2))
    for place, column in enumerate(columns):
        x, y = round(MARGIN + _NAMES + (place + 0.5) * wide, 1), top - 10
        name = text(face, x, y, face.cropped(column.partner.name, _HEADS * 1.2))
        yield format_html('<g transform="{}">{}</g>', _SLANT.format(x=x, y=y), name)


def _row(row: Any, wide: float, top: float) -> Iterator[SafeString]:
    face = bold(14) if row.is_common else sans(14)
    name = row.area.short_name or row.area.name
    yield line(MARGIN, top, WIDTH - MARGIN, top, "hair")
    yield text(face, MARGIN, top + 18, face.cropped(name, _NAMES - 16))
    values = [cell.value for cell in row.cells]
    yield from cells(values, MARGIN + _NAMES, top + 3, wide, _ROW - 4)
    count = f"all {row.included}" if row.is_common else f"{row.included}"
    yield text(face, WIDTH - MARGIN, top + 18, count, end=True)


def _left_out(matrix: Any) -> str:
    """Return a line about who has no column."""
    names = [partner["name"] for partner in matrix.not_assessed]
    text = f"Not assessed: {', '.join(names)}" if names else ""
    text += ", …" * matrix.has_more_not_assessed
    more = "more partnerships than there is room for" * matrix.has_more
    said = "; ".join(filter(None, [text, more]))
    return sans(14).cropped(said[:1].upper() + said[1:], WIDTH - 2 * MARGIN)


def _key(top: float) -> Iterator[SafeString]:
    face, x = sans(13), float(MARGIN)
    for value, words in _KEY:
        yield from cells([value], x, top, 24, 18)
        yield text(face, x + 30, top + 13, words, "soft")
        x += 30 + face.width(words) + 32
