"""PNG of a picture."""

import math
from functools import lru_cache

import resvg_py

from partnerships.web.pictures.letters import FONTS
from partnerships.web.pictures.sheet import Picture

#: Points in a PNG. A million take 0.1 s, in which the process serves nobody else, and
#: 4 MB.
MOST_POINTS = 3_000_000
_FILES = [str(path) for path in sorted(FONTS.glob("*.ttf"))]


def png(picture: Picture, *, zoom: float = 1) -> bytes:
    """Return a picture as PNG, ``zoom`` points to the px or as many as may be. No font
    of the machine is looked at."""
    zoom = min(zoom, math.sqrt(MOST_POINTS / (picture.width * picture.height)))
    return resvg_py.svg_to_bytes(
        svg_string=picture.svg,
        width=max(int(picture.width * zoom), 1),
        font_files=_FILES,
        skip_system_fonts=True,
        serif_family="Tracker Serif",
        sans_serif_family="Tracker Sans",
        font_family="Tracker Sans",
    )


@lru_cache(maxsize=64)
def card_png(card: Picture) -> bytes:
    """Return a card as PNG. It follows from what is drawn, which most edits leave as it
    is; a picture names its edition."""
    return png(card)
