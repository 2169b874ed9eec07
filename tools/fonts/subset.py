"""Cut the two families down to what the tracker sets: Latin with its extension, three
weights of the range, the features that it uses. `make fonts` runs this."""

from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules" / "@fontsource-variable"
STATIC = HERE.parents[1] / "partnerships" / "static" / "partnerships" / "fonts"

#: As site.css has them: a browser asks for the second where a page needs it.
RANGES = {
    "latin": (
        "20-7E,A0-FF,131,152-153,2C6,2DA,2DC,2010-2014,2018-201A,201C-201E,2020-2022,"
        "2026,202F,2030,2032,2033,2039,203A,20AC,2116,2190-2193,2212,2215,2248,2260,"
        "2264,2265"
    ),
    "latin-ext": (
        "100-130,132-151,154-17F,186,18E-18F,192,197,1A0-1A1,1AF-1B0,1C4-1DC,1E2-1EB,"
        "1FA-217,218-21B,259,2BB-2BC,1E80-1E85,1E9E,1EA0-1EF9"
    ),
}
WEIGHTS = {"wght": (400, 600)}
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "pnum"]


def cut(family: str, part: str) -> bytes:
    """Return a part of a family as WOFF2."""
    name = f"{family}-{part}-wght-normal.woff2"
    font = TTFont(PACKAGES / family / "files" / name)
    options = Options()
    options.layout_features, options.hinting = FEATURES, False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(RANGES[part]))
    subsetter.subset(font)
    font.flavor = None
    plain = BytesIO()
    font.save(plain)
    font = instantiateVariableFont(TTFont(plain), WEIGHTS)
    font.flavor = "woff2"
    packed = BytesIO()
    font.save(packed)
    return packed.getvalue()


if __name__ == "__main__":
    for family in ("newsreader", "ibm-plex-sans"):
        licence = (PACKAGES / family / "LICENSE").read_text("utf-8")
        (STATIC / f"LICENSE-{family}.txt").write_text(licence, "utf-8")
        for part in RANGES:
            (STATIC / f"{family}-{part}.woff2").write_bytes(cut(family, part))
