"""The map in a picture: the partners by status, and who they are."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from partnerships.web import world_map
from partnerships.web.pictures.bands import ALL
from partnerships.web.pictures.letters import bold, paragraph, sans, text
from partnerships.web.pictures.sheet import (
    FOOT,
    MARGIN,
    WIDTH,
    Origin,
    Picture,
    foot,
    head,
    picture,
)

_ROOM = WIDTH - 2 * MARGIN
_EUROPE = 540  # px, as wide as it is
_KEY = MARGIN + _EUROPE + 36
_LEADING = 19
_MOST_LINES = 4  # of names in a group


def partners(finding: str, rows: Sequence[Any], origin: Origin) -> Picture:
    """Return the world and Europe under the finding, with the names of the partners."""
    shapes, top = head(ALL, finding)
    top += 10
    world, high = _map("world", rows, MARGIN, top, _ROOM)
    europe, low = _map("europe", rows, MARGIN, top + high + 24, _EUROPE)
    key, end = _key(rows, top + high + 24)
    height = int(max(top + high + 24 + low, end) + 30 + FOOT)
    return picture(
        *(finding, f"{ALL} on the map. {origin}.", WIDTH, height),
        *(shapes, [world, europe], key, foot(origin, WIDTH, height)),
    )


def _map(
    name: str, rows: Sequence[Any], x: float, y: float, wide: float
) -> tuple[SafeString, float]:
    """Return the map of that name, so wide, and how high it is."""
    left, top, width, height = world_map.VIEWS[name]
    high = round(wide * height / width, 1)
    lands = format_html_join(
        "",
        '<path class="map-{}" d="{}"/>',
        ((land, world_map.ground()[f"{name}-{land}"]) for land in ("land", "eu")),
    )
    places = format_html_join(
        "",
        '<path class="{}" d="{}"><title>{}</title></path>',
        ((p.look, p.shape, p.words) for p in world_map.places(rows, name)),
    )
    edge = '<rect class="map-edge" x="{}" y="{}" width="{}" height="{}"/>'
    drawn = format_html(
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="{} {} {} {}">{}{}</svg>{}',
        *(x, y, wide, high, left, top, width, height, lands, places),
        format_html(edge, x, y, wide, high) if name == "europe" else "",
    )
    return drawn, high


def _key(rows: Sequence[Any], top: float) -> tuple[list[SafeString], float]:
    """Return each look with its words and its partners, and what is said beside a map;
    and where all that ends."""
    label, names, note = bold(14), sans(14), sans(13)
    room = WIDTH - MARGIN - _KEY
    shapes: list[SafeString] = []
    for group in world_map.groups(rows):
        shapes.append(_sample(group.look, top))
        said = f"{group.words} · {len(group.rows)}"
        shapes.append(text(label, _KEY + 46, top + 13, said))
        listed = ", ".join(row.partner.name for row in group.rows)
        lines = names.lines(listed, room - 46, _MOST_LINES)
        shapes += paragraph(names, _KEY + 46, top + 13 + _LEADING, lines, _LEADING)
        top += _LEADING * (len(lines) + 1) + 12
    shapes.append(_sample("map-eu", top))
    shapes.append(text(label, _KEY + 46, top + 13, "EU member states"))
    top += _LEADING + 20
    for said in world_map.notes(rows):
        lines = note.lines(said, room, 5)
        shapes += paragraph(note, _KEY, top + 12, lines, 18, "soft")
        top += 18 * len(lines) + 8
    return shapes, top


def _sample(look: str, top: float) -> SafeString:
    """Return a box of a look, drawn to the scale of the world."""
    return format_html(
        '<svg x="{}" y="{}" width="34" height="17" viewBox="0 0 60 30">'
        '<rect class="{}" x="4" y="4" width="52" height="22"/></svg>',
        *(_KEY, round(top, 1), look),
    )
