"""Cut the weights that pictures are set in, each a file that needs no browser, and
write down how wide its signs are. `make fonts` runs this.

They have names of their own, so that no font of a machine is ever taken for one.
"""

import json
from io import BytesIO
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from subset import HERE, PACKAGES, RANGES

FONTS = HERE.parents[1] / "partnerships" / "web" / "pictures" / "fonts"
#: Each cut: its file, the family that it is of, the weight, the name that it gets.
CUTS = [
    ("serif-500", "newsreader", 500, "Tracker Serif"),
    ("sans-400", "ibm-plex-sans", 400, "Tracker Sans"),
    ("sans-600", "ibm-plex-sans", 600, "Tracker Sans"),
]
#: What joins two files joins no more of the rules of a font.
TABLES = ["GSUB", "GDEF", "STAT", "HVAR", "MVAR", "DSIG", "gasp", "prep", "meta"]


def part(family: str, name: str, weight: int) -> BytesIO:
    """Return one weight of a part of a family."""
    font = TTFont(PACKAGES / family / "files" / f"{family}-{name}-wght-normal.woff2")
    options = Options()
    options.layout_features, options.hinting = ["kern", "tnum", "lnum"], False
    options.drop_tables += TABLES
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(RANGES[name]))
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"wght": weight})
    font.flavor = None
    plain = BytesIO()
    font.save(plain)
    plain.seek(0)
    return plain


def named(font: TTFont, family: str, weight: int) -> TTFont:
    """Return a font under another name, that tells its weight."""
    font["OS/2"].usWeightClass = weight
    names = font["name"]
    kept = {record.nameID: str(record) for record in names.names}
    names.names = []
    style = {400: "Regular", 500: "Medium", 600: "SemiBold"}[weight]
    says = {1: family, 2: style, 4: f"{family} {style}", 6: f"{family}-{style}"}
    says |= {n: kept[n] for n in (0, 13, 14) if n in kept}
    for number, text in says.items():
        names.setName(
            text.replace(" ", "") if number == 6 else text, number, 3, 1, 1033
        )
    return font


def widths(font: TTFont) -> dict[str, int]:
    """Return the width of each sign, in thousandths of the size of the font."""
    scale = 1000 / font["head"].unitsPerEm
    advances = font["hmtx"].metrics
    return {
        chr(n): round(advances[g][0] * scale) for n, g in font.getBestCmap().items()
    }


if __name__ == "__main__":
    FONTS.mkdir(parents=True, exist_ok=True)
    measured = {}
    for file, family, weight, name in CUTS:
        font = Merger().merge([part(family, piece, weight) for piece in RANGES])
        font = named(font, name, weight)
        font["head"].created = font["head"].modified = 0
        font.recalcTimestamp = False
        font.save(FONTS / f"{file}.ttf")
        measured[file] = widths(font)
    text = json.dumps(measured, ensure_ascii=False, separators=(",", ":"))
    Path(FONTS / "widths.json").write_text(text + "\n", "utf-8")
