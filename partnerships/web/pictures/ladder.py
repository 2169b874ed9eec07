"""The ladder of SAFE in a picture: every partner on its rung."""

from collections.abc import Iterable, Iterator

from django.utils.html import format_html
from django.utils.safestring import SafeString

from partnerships.choices import SafeStatus
from partnerships.selectors.safe import SafeLadder, SafePartner
from partnerships.web import safe_ladder_words, status_words, strips
from partnerships.web.pictures.letters import Face, bold, paragraph, sans, serif, text
from partnerships.web.pictures.sheet import (
    FOOT,
    MARGIN,
    WIDTH,
    Origin,
    Picture,
    box,
    foot,
    head,
    line,
    picture,
)
from partnerships.web.safe_ladder_words import Rung

KICKER = "SAFE, the EU’s loans for common defence purchases"
_PARTNERS, _EFFECT = 316, 850  # where these columns begin
_HEADS = (
    (MARGIN, "Agreement"),
    (_PARTNERS, "Partners"),
    (_EFFECT, "What their firms may do"),
)
_LEADING, _BETWEEN, _PADDING = 20, 8, 12  # px
#: As many stand on a rung: partners with a step of their own, lines of others' names.
_MOST_STEPPED, _MOST_LINES = 12, 4

Line = tuple[Face, str, str]


def rungs(title: str, lede: str, ladder: SafeLadder | None, origin: Origin) -> Picture:
    """Return the ladder under its finding; the finding alone where SAFE did not exist
    yet."""
    shapes, top = head(KICKER, title)
    face = sans(16)
    for said in face.lines(lede, WIDTH - 2 * MARGIN - 120, 5):
        top += 24
        shapes.append(text(face, MARGIN, top, said, "soft"))
    if ladder:
        top += 42
        for x, words in _HEADS:
            shapes.append(text(sans(13), x, top - 10, words, "soft"))
        for rung in safe_ladder_words.rungs(ladder):
            drawn, top = _rung(rung, top)
            shapes += drawn
        if beside := safe_ladder_words.rungs(ladder, is_beside=True):
            top += 40
            shapes.append(text(bold(13), MARGIN, top - 10, "Beside the ladder", "soft"))
            for rung in beside:
                drawn, top = _rung(rung, top)
                shapes += drawn
        shapes.append(line(MARGIN, top, WIDTH - MARGIN, top, "hair"))
    height = round(top) + 30 + FOOT
    return picture(
        *(title, f"{lede} {origin}.".strip(), WIDTH, height),
        *(shapes, foot(origin, WIDTH, height)),
    )


def _rung(rung: Rung, top: float) -> tuple[list[SafeString], float]:
    """Return a rung from ``top`` on: its rail, its name, who stands on it, what that
    means; and where it ends."""
    means = [(bold(14), rung.share, ""), (sans(14), rung.effect, "soft")]
    who, who_end = _blocks(_who(rung), _PARTNERS, _EFFECT - 30, top + _PADDING)
    what, what_end = _blocks([means], _EFFECT, WIDTH - MARGIN, top + _PADDING)
    end = max(who_end, what_end) + _PADDING
    name, looks = serif(19), () if rung.count else ("soft",)
    shapes = [
        line(MARGIN, top, WIDTH - MARGIN, top, "hair"),
        *_rail(rung, top, end),
        text(name, MARGIN + 34, top + 28, rung.name, *looks),
    ]
    if rung.count:
        x = MARGIN + 34 + name.width(rung.name) + 8
        shapes.append(text(sans(13), x, top + 28, str(rung.count), "soft"))
    return [*shapes, *who, *what], end


def _rail(rung: Rung, top: float, end: float) -> Iterator[SafeString]:
    """Yield the upright strip of a rung, and the station where somebody stands."""
    x, look = MARGIN + 9, f"safe {rung.status}"
    if rung.status in strips.STOPS:
        yield box(x - 8, top + 21, 16, 3, look)
        return
    if rung.status in strips.LINES:
        yield line(x, top, x, end, look)
    elif rung.status != SafeStatus.NOT_ELIGIBLE:
        yield box(x - 3.5, top, 7, end - top, look)
    if rung.count:
        yield format_html(
            '<circle class="station" cx="{}" cy="{}" r="5.5"/>', x, top + 22
        )


def _who(rung: Rung) -> Iterator[list[Line]]:
    """Yield the partners on a rung, as blocks of lines."""
    strong, soft = bold(15), sans(14)
    if not rung.count:
        yield [(soft, "No partner", "soft")]
    for partner in rung.stepped[:_MOST_STEPPED]:
        words = safe_ladder_words
        said = [words.step(partner), words.otherwise(partner)]
        lines = [(strong, _named(partner), ""), *((soft, one, "soft") for one in said)]
        if turn := words.turn(partner):
            lines.append((bold(14), f"Next: {turn}", "safe"))
        yield [one for one in lines if one[1]]
    if (left_out := len(rung.stepped) - _MOST_STEPPED) > 0:
        yield [(soft, f"and {left_out:,} more", "soft")]
    for reason, partners in rung.standing:
        names = " · ".join(map(_named, partners))
        yield [(strong, names, ""), *[(soft, reason, "soft")] * bool(reason)]
    if rung.turn:
        yield [(soft, rung.turn, "soft")]


def _named(partner: SafePartner) -> str:
    doubt = status_words.how_sure(partner.row, "safe_status")
    name = str(partner.row.partner.name)
    return f"{name} ({doubt})" if doubt else name


def _blocks(
    blocks: Iterable[list[Line]], x: float, end: float, top: float
) -> tuple[list[SafeString], float]:
    """Return blocks of lines below one another, from ``x`` to ``end``, and how far down
    they go."""
    shapes = []
    for number, block in enumerate(blocks):
        top += _BETWEEN if number else 0
        for face, words, look in block:
            lines = face.lines(words, end - x, _MOST_LINES)
            shapes += paragraph(face, x, top + 15, lines, _LEADING, look)
            top += _LEADING * len(lines)
    return shapes, top
