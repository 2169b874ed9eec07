"""Draw the mark of the site for those who read no SVG: /favicon.ico, and the picture
that phones put on a home screen. Run it when favicon.svg has changed."""

import struct
from pathlib import Path

import resvg_py

STATIC = Path(__file__).parents[1] / "partnerships" / "static" / "partnerships"
SVG = (STATIC / "favicon.svg").read_text("utf-8").partition("@media")[0] + "</style>"
SHAPES = (STATIC / "favicon.svg").read_text("utf-8").partition("</style>")[2]


def png(size: int, shapes: str) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=SVG + shapes, width=size, skip_system_fonts=True
    )


def ico(picture: bytes, size: int) -> bytes:
    """Return a file of icons with one, which is a PNG."""
    entry = struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(picture), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + picture


if __name__ == "__main__":
    (STATIC / "favicon.ico").write_bytes(ico(png(32, SHAPES), 32))
    # Phones round the corners themselves.
    square = SHAPES.replace(' rx="5"', "")
    (STATIC / "apple-touch-icon.png").write_bytes(png(180, square))
