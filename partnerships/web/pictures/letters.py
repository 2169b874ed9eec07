"""Text in pictures: three cuts of the site's fonts, and how wide they set a text."""

import json
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString

FONTS = Path(__file__).parent / "fonts"
#: The width of each sign by cut, in thousandths of the size of the font.
_WIDTHS = json.loads((FONTS / "widths.json").read_text("utf-8"))
_UNKNOWN = 600  # a sign that no cut has
_MORE = "…"


@dataclass(frozen=True)
class Face:
    """A cut at a size in px; its class is what the style of a picture calls it."""

    cut: str
    size: float

    def width(self, text: str) -> float:
        """Return how wide a text is, in px."""
        return self._units(text) * self.size / 1000

    def cropped(self, text: str, room: float) -> str:
        """Return as much of a text as there is room for, and that there is more."""
        ends = [0.0]
        for sign in text:
            ends.append(ends[-1] + self.width(sign))
            if ends[-1] > room:
                kept = bisect_right(ends, room - self.width(_MORE)) - 1
                return text[: max(kept, 0)].rstrip(" ,;:.") + _MORE
        return text

    def lines(self, text: str, room: float, most: int) -> list[str]:
        """Return a text in lines of that width, as many as may be, the last cropped."""
        lines: list[list[str]] = []
        units = 0  # of the last line
        for word in text.split():
            longer = units + self._units(f" {word}")
            if lines and (longer * self.size / 1000 <= room or len(lines) == most):
                lines[-1].append(word)
                units = longer
            else:
                lines.append([word])
                units = self._units(word)
        return [self.cropped(" ".join(words), room) for words in lines]

    def _units(self, text: str) -> int:
        """Return how wide a text is, in thousandths of the size."""
        widths = _WIDTHS[self.cut]
        return sum(widths.get(sign, _UNKNOWN) for sign in text)

    def balanced(self, text: str, room: float, most: int) -> list[str]:
        """Return a text in as few lines as ``lines`` does, about equally long."""
        lines = self.lines(text, room, most)
        for share in (0.55, 0.65, 0.75, 0.85):
            even = self.lines(text, room * share, most + 1)
            if len(even) == len(lines) > 1 and not even[-1].endswith(_MORE):
                return even
        return lines


def serif(size: float) -> Face:
    return Face("serif-500", size)


def largest(text: str, room: float, most: int, *sizes: float) -> tuple[Face, list[str]]:
    """Return the first of these sizes of the serif that sets a text in so many lines at
    most, or the last, with the lines."""
    for size in sizes:
        face = serif(size)
        lines = face.lines(text, room, most)
        if not lines or not any(line.endswith(_MORE) for line in lines):
            break
    return face, lines


def sans(size: float) -> Face:
    return Face("sans-400", size)


def bold(size: float) -> Face:
    return Face("sans-600", size)


def text(
    face: Face, x: float, y: float, words: str, *looks: str, end: bool = False
) -> SafeString:
    """Return a line of text from ``x`` on, or up to it; ``looks`` are more classes."""
    return format_html(
        '<text class="{}" x="{}" y="{}" font-size="{}"{}>{}</text>',
        " ".join([face.cut, *looks]),
        round(x, 1),
        round(y, 1),
        face.size,
        SafeString(' text-anchor="end"') if end else "",
        words,
    )


def paragraph(
    face: Face, x: float, y: float, lines: list[str], leading: float, *looks: str
) -> list[SafeString]:
    """Return lines of text, the first at ``y``."""
    return [
        text(face, x, y + number * leading, line, *looks)
        for number, line in enumerate(lines)
    ]
