"""A sheet: the ground of every picture, its style, and its foot."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.utils.html import format_html
from django.utils.safestring import SafeString

from partnerships.text import file_text
from partnerships.web.citations import LICENCE, LICENCE_NAME, SITE
from partnerships.web.markup import joined
from partnerships.web.pictures.letters import paragraph, sans, serif, text

#: The look of what is drawn, as site.css has it for a light screen.
STYLE = SafeString(
    ".serif-500{font-family:'Tracker Serif',Newsreader,Georgia,serif;font-weight:500}"
    ".sans-400,.sans-600{font-family:'Tracker Sans','IBM Plex Sans',Arial,sans-serif}"
    ".sans-600{font-weight:600}"
    "text{fill:#15191d}.soft{fill:#565c62}"
    ".paper{fill:#fbfaf7}.tint,.unchecked{fill:#f1efe8}"
    ".hair,.year{stroke:#e6e3da}.rule{stroke:#cfccc2}.now{stroke:#15191d}"
    ".sdp{fill:#0c5b4b}.safe{fill:#7a2d66}"
    "line.sdp{stroke:#0c5b4b;stroke-width:2.5}"
    "line.safe{stroke:#7a2d66;stroke-width:2.5}"
    "line.eligible,line.proposed{stroke-dasharray:.1 5;stroke-linecap:round}"
    "line.exploratory,line.requested{stroke-dasharray:7 4}"
    "line.open{stroke-width:2;stroke-dasharray:.1 6;stroke-linecap:round;opacity:.6}"
    "rect.sdp.negotiating{fill:url(#hatch-sdp);stroke:#0c5b4b}"
    "rect.safe.negotiating{fill:url(#hatch-safe);stroke:#7a2d66}"
    "rect.sdp.suspended{fill:url(#bars-sdp)}rect.safe.suspended{fill:url(#bars-safe)}"
    "rect.sdp.agreed,rect.sdp.reported{fill:#d3e5df;stroke:#0c5b4b}"
    "rect.safe.agreed,rect.safe.reported{fill:#eddbe7;stroke:#7a2d66}"
    "rect.reported{stroke-dasharray:3 2}.perhaps{opacity:.45}"
    ".station{fill:#fbfaf7;stroke:#15191d;stroke-width:2}"
    ".station.reported{stroke-dasharray:2.5 2}"
    ".switch{overflow:visible}.switch path{fill:none;stroke:#7a2d66;stroke-width:1.5}"
    ".included{fill:#0c5b4b}.already_exists{fill:#d3e5df;stroke:#0c5b4b}"
    ".not_included{fill:none;stroke:#cfccc2}.not_assessed{fill:#f1efe8}"
    ".timeline-band{fill-opacity:.6}.timeline-ground{fill:none}"
    ".timeline-band.sdp{fill:#d3e5df}.timeline-band.safe{fill:#eddbe7}"
    ".timeline-mark.sdp{color:#0c5b4b}.timeline-mark.safe{color:#7a2d66}"
    ".timeline-mark.sdp.unsure{color:#6c9b90}"
    ".timeline-mark.safe.unsure{color:#ae7fa0}"
    ".unsure .timeline-name{fill:#565c62}.span{fill-opacity:.22}"
    ".sdp .span-open{fill:url(#fade-sdp)}.safe .span-open{fill:url(#fade-safe)}"
    "stop.sdp{stop-color:#0c5b4b}stop.safe{stop-color:#7a2d66}"
    ".mark-gap{stroke:#fbfaf7}"
    ".map-land{fill:#e6e3da}.map-eu{fill:#cfccc2}.map-edge{fill:none;stroke:#e6e3da}"
    ".map-partner{fill:#fbfaf7;stroke:#0c5b4b;stroke-width:3}"
    ".map-signed,.map-safe_associated{fill:#0c5b4b}"
    ".map-safe_associated{stroke:#7a2d66;stroke-width:8}"
    ".map-negotiating,.map-exploratory{fill:url(#hatch-map)}"
    ".map-proposed{fill:#d3e5df;stroke-dasharray:3 5}.map-reported{fill:#d3e5df}"
    ".map-not_recorded{stroke:#75736a}"
    ".map-suspended,.map-ended,.map-abandoned{stroke:#97390f;stroke-dasharray:8 5}"
)
#: By which a browser that is told to run no style of strangers knows this one.
STYLE_HASH = "sha256-" + base64.b64encode(
    hashlib.sha256(STYLE.encode()).digest()
).decode("ascii")

_PATTERNS = SafeString(
    "".join(
        f'<pattern id="{name}-{track}" width="{step}" height="{step}"'
        f' patternUnits="userSpaceOnUse"{turned}><rect class="{track}" width="{width}"'
        f' height="{step}"/></pattern>'
        for name, turned in (("hatch", ' patternTransform="rotate(45)"'), ("bars", ""))
        for track, step, width in (("sdp", 6, 2.5), ("safe", 5, 2))
    )
    + '<pattern id="hatch-map" width="16" height="16" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="sdp" width="7" height="16"/></pattern>'
    + "".join(
        f'<linearGradient id="fade-{track}"><stop class="{track}" stop-opacity="0"/>'
        f'<stop class="{track}" offset="1" stop-opacity=".55"/></linearGradient>'
        for track in ("sdp", "safe")
    )
)
WIDTH = 1200  # px, of what is no card
MARGIN = 40  # px
FOOT = 74  # px


@dataclass(frozen=True)
class Origin:
    """The origin that a picture names: the address that it leads to, the
    edition, and the days: ``about`` the picture in words and ``reach``, how far it was
    checked; and ``chosen``, the filters that leave others out."""

    address: str
    edition: int
    about: str
    reach: str
    chosen: str = ""

    def __str__(self) -> str:
        parts = (self.about, self.reach.rstrip("."), self.chosen)
        return " · ".join(filter(None, parts))


@dataclass(frozen=True)
class Picture:
    """A picture as SVG, of so many px, and its title."""

    title: str
    svg: SafeString
    width: int
    height: int


def picture(
    title: str, description: str, width: int, height: int, *shapes: Iterable[SafeString]
) -> Picture:
    """Return a whole picture of shapes on paper."""
    svg = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"'
        ' viewBox="0 0 {w} {h}" role="img"><title>{}</title><desc>{}</desc>'
        "<metadata>{}</metadata><style>{}</style><defs>{}</defs>"
        '<rect class="paper" width="{w}" height="{h}"/>{}</svg>',
        title,
        description,
        f"{SITE}, {LICENCE}",
        STYLE,
        _PATTERNS,
        joined("", chain.from_iterable(shapes)),
        w=width,
        h=height,
    )
    # Safe, as signs that no XML may hold are left out of it and none is added.
    return Picture(title, SafeString(file_text(svg)), width, height)


def head(kicker: str, title: str) -> tuple[list[SafeString], float]:
    """Return what a picture is of and its finding, and where they end."""
    face = serif(34)
    lines = face.lines(title, WIDTH - 2 * MARGIN, 2)
    shapes = [text(sans(15), MARGIN, 46, kicker, "soft")]
    return [*shapes, *paragraph(face, MARGIN, 90, lines, 42)], 66 + 42 * len(lines)


def foot(origin: Origin, width: int, height: int) -> list[SafeString]:
    """Return the line at the foot: who says so, of which day, checked how far, under
    which licence, and where."""
    face, top = sans(13), height - FOOT
    second = (
        f"{SITE}, edition {origin.edition:,} · {LICENCE_NAME} · "
        f"not an official site of the European Union"
    )
    end = width - MARGIN
    address = face.cropped(origin.address, (width - 2 * MARGIN) * 0.42)
    return [
        line(MARGIN, top, end, top, "rule"),
        text(face, MARGIN, top + 26, face.cropped(str(origin), width - 2 * MARGIN)),
        text(face, MARGIN, top + 48, second, "soft"),
        text(face, end, top + 48, address, "soft", end=True),
    ]


def line(x: float, y: float, x2: float, y2: float, look: str) -> SafeString:
    return format_html(
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', look, x, y, x2, y2
    )


def box(x: float, y: float, width: float, height: float, look: str) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        *(look, round(x, 1), round(y, 1), round(width, 1), round(height, 1)),
    )


def mark(x: float, y: float, size: float) -> SafeString:
    """Return the mark of the site, ``size`` wide."""
    return format_html(
        '<g transform="translate({} {}) scale({})"><path class="sdp" d="M0 3h28v8H0z"/>'
        '<path class="safe" d="M10 14h18v4H10z"/></g>',
        *(x, y, round(size / 28, 3)),
    )
