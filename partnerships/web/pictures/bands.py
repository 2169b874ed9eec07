"""Strips in pictures: where each stands, and one partnership."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from partnerships.models import Milestone
from partnerships.web import row_words, strips
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

#: What is drawn, in words.
ONE, ALL = "EU Security and Defence Partnership", "EU Security and Defence Partnerships"
_NAMES, _WORDS = 168, 356
_ROW, _GROUP = 46, 40
_KEY_ROW, _KEYS_IN_ROW = 26, 4
Shapes = list[SafeString]


def states(
    finding: str,
    groups: Sequence[Any],
    deciding: Mapping[int, Milestone],
    scale: strips.Scale,
    origin: Origin,
) -> Picture:
    """Return the strips of all, in groups with a ``name``, a ``count`` and their
    ``rows``, under the finding."""
    shapes, top = head(ALL, finding)
    top, room = top + 24, WIDTH - 2 * MARGIN
    shapes += years(scale, MARGIN + _NAMES, top, room - _NAMES - _WORDS)
    top += 10
    for group in groups:
        top += _GROUP
        label = f"{group.name} · {group.count}"
        shapes.append(text(bold(13), MARGIN, top - 12, label, "soft"))
        shapes.append(line(MARGIN, top, WIDTH - MARGIN, top, "rule"))
        for row in group.rows:
            shapes += _row(row, deciding.get(row.sdp_milestone_id), scale, top)
            top += _ROW
        if rest := group.count - len(group.rows):
            shapes.append(text(sans(15), MARGIN, top + 28, f"and {rest} more", "soft"))
            top += _ROW
    shapes += _key(top + 34)
    keys = _KEY_ROW * -(-(len(strips.KEY) + 1) // _KEYS_IN_ROW)
    height = round(top) + 34 + keys + FOOT
    return picture(
        *(finding, f"{ALL}. {origin}.", WIDTH, height),
        *(shapes, foot(origin, WIDTH, height)),
    )


def state(
    row: Any, deciding: Milestone | None, scale: strips.Scale, origin: Origin
) -> Picture:
    """Return the strip of one partnership, with how it stands."""
    name, room = serif(44), WIDTH - 2 * MARGIN
    shapes = [
        text(sans(15), MARGIN, 46, ONE, "soft"),
        text(name, MARGIN, 98, name.cropped(row.partner.name, room)),
    ]
    shapes += _whole_state(row, deciding, MARGIN, 140, room, size=22, leading=32)
    shapes += years(scale, MARGIN, 224, room)
    shapes.append(strip(row, scale, MARGIN, 238, room, zoom=2))
    shapes += _key(348)
    height = 348 + _KEY_ROW * 4 + FOOT
    said = f"{row_words.sdp_line(row, deciding)}. {row_words.safe_line(row)}."
    return picture(
        *(row.partner.name, f"{said} {origin}.", WIDTH, height),
        *(shapes, foot(origin, WIDTH, height)),
    )


def strip(
    row: Any,
    scale: strips.Scale,
    x: float,
    y: float,
    width: float,
    *,
    zoom: float = 1,
) -> SafeString:
    """Return the strip of a partnership, ``zoom`` times as high as on a page."""
    drawn = strips.strip_of(row, scale)
    across, height = round(width / zoom, 2), strips.HEIGHT
    years = format_html_join(
        "",
        '<line class="year" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>',
        ((at, height) for _, at in scale.years),
    )
    return format_html(
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="0 0 {} {}"'
        ' overflow="visible"><rect class="unchecked" x="{}%" width="{}%" height="{}"/>'
        '{}<line class="now" x1="{}%" x2="{}%" y1="0" y2="{}"/>{}</svg>',
        *(round(x, 1), round(y, 1), width, round(height * zoom, 1), across, height),
        *(drawn.checked, round(scale.now - drawn.checked, 2), height, years),
        *(scale.now, scale.now, height, drawn.shapes),
    )


def _row(
    row: Any, deciding: Milestone | None, scale: strips.Scale, top: float
) -> Iterator[SafeString]:
    """Yield a line of the register: name, strip, state."""
    name, across = serif(19), WIDTH - 2 * MARGIN - _NAMES - _WORDS
    yield text(name, MARGIN, top + 29, name.cropped(row.partner.name, _NAMES - 14))
    yield strip(row, scale, MARGIN + _NAMES, top + 6, across)
    x, room = WIDTH - MARGIN - _WORDS + 22, _WORDS - 22
    yield from _whole_state(row, deciding, x, top + 20, room, size=14, leading=19)
    yield line(MARGIN, top + _ROW, WIDTH - MARGIN, top + _ROW, "hair")


def _whole_state(
    row: Any,
    deciding: Milestone | None,
    x: float,
    y: float,
    room: float,
    *,
    size: float,
    leading: float,
) -> Shapes:
    """Return how a partnership stands, and what SAFE is to its partner."""
    face = sans(size)
    own = row_words.sdp_line(row, deciding)
    return [
        text(face, x, y, face.cropped(own, room)),
        text(
            face, x, y + leading, face.cropped(row_words.safe_line(row), room), "safe"
        ),
    ]


def years(
    scale: strips.Scale, x: float, y: float, width: float, size: float = 13
) -> Iterator[SafeString]:
    """Yield the years over strips, and the day that they end on."""
    face = sans(size)
    end = x + width * scale.now / 100
    day = f"{scale.on.day} {scale.on:%b %Y}"
    free = end - face.width(day) - 8
    for first, at in scale.years:
        label = str(first.year)
        if (left := x + width * at / 100) + face.width(label) < free:
            yield text(face, left, y, label, "soft")
    yield text(face, end, y, day, end=True)


def _key(top: float) -> Iterator[SafeString]:
    """Yield every look of a band with its words."""
    face, across = sans(13), (WIDTH - 2 * MARGIN) / _KEYS_IN_ROW
    for place, (track, look, words) in enumerate(
        [*strips.KEY, ("sdp", "open", "not checked")]
    ):
        x = MARGIN + place % _KEYS_IN_ROW * across
        y = top + place // _KEYS_IN_ROW * _KEY_ROW
        yield _sample(track, look, x, y)
        yield text(face, x + 44, y + 11, words, "soft")


def _sample(track: str, look: str, x: float, y: float) -> SafeString:
    """Return a short band of a look, 34 px wide and 13 high."""
    ground = '<rect class="unchecked" x="{x}" y="{y}" width="34" height="13"/>'
    height = 11 if track == "sdp" else 7
    places = {"x": x, "y": y, "middle": y + 6.5, "end": x + 34, "h": height}
    shape = (
        '<line class="{track} {look}" x1="{x}" x2="{end}" y1="{middle}" y2="{middle}"/>'
    )
    if look == "no_agreement":
        shape = (
            '<rect class="{track} {look}" x="{stop}" y="{y}" width="3" height="11"/>'
        )
    elif look not in strips.LINES | {"open"}:
        shape = (
            '<rect class="{track} {look}" x="{x}" y="{top}" width="34" height="{h}"/>'
        )
    return format_html(
        ground * (look == "open") + shape,
        **places,
        track=track,
        look=look,
        stop=x + 15,
        top=y + 6.5 - height / 2,
    )
