"""The partners on the map: their shapes, the land under them, the words beside them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from partnerships.choices import Status
from partnerships.web.status_words import label, reportedly

#: Both drawn by `make map`: each country by itself, and the land that browsers load.
COUNTRIES = Path(__file__).parent / "countries.svg"
GROUND = Path(__file__).parents[1] / "static" / "partnerships" / "map.svg"
#: The part of each map that is shown: left, top, width, height.
VIEWS = {"world": (0, 0, 2000, 870), "europe": (0, 0, 1200, 1000)}
_NO_ENDORSEMENT = (
    "Boundaries and names on the map imply no endorsement; between other countries "
    "none are drawn."
)
_KOSOVO = (
    "Kosovo: this designation is without prejudice to positions on status, and is in "
    "line with UNSCR 1244/1999 and the ICJ Opinion on the Kosovo declaration of "
    "independence."
)


@cache
def shapes() -> dict[str, str]:
    """Return the path of each country on each map, by its id, as "europe-NO"."""
    return _paths(COUNTRIES)


@cache
def ground() -> dict[str, str]:
    """Return the paths of the member states and of all other land, by their ids, as
    "europe-eu"."""
    return _paths(GROUND)


def _paths(drawing: Path) -> dict[str, str]:
    paths = ElementTree.parse(drawing).iterfind(".//{*}path")
    return {path.attrib["id"]: path.attrib["d"] for path in paths}


@dataclass(frozen=True)
class Place:
    """A partnership on a map: its look, as classes, its words and its shape."""

    row: Any
    look: str
    words: str
    shape: str


#: Statuses whose label needs a glossary.
_WORDS = {Status.SAFE_ASSOCIATED: "Signed, and in SAFE under its own agreement"}


@dataclass(frozen=True)
class Group:
    """Partnerships of one look, and what it means."""

    look: str
    words: str
    rows: list[Any]


def places(partnerships: Iterable[Any], name: str) -> Iterator[Place]:
    """Yield the partnerships that the map of that name has a shape for."""
    for row in partnerships:
        if shape := shapes().get(f"{name}-{row.partner.iso_code}"):
            look = _look(row.status, row.status_reported)
            yield Place(row, look, f"{row.partner}: {label(row)}", shape)


def groups(partnerships: Iterable[Any]) -> Iterator[Group]:
    """Yield partnerships by status, the furthest first, each as confirmed and as
    reported by the press alone, where there is any."""
    by_look = defaultdict(list)
    for row in partnerships:
        by_look[row.status, row.status_reported].append(row)
    for status, is_reported in product(reversed(Status), (False, True)):
        if rows := by_look.get((status, is_reported)):
            words = reportedly(_WORDS.get(status, status.label), is_reported)
            yield Group(_look(status, is_reported), words, rows)


def _look(status: str, is_reported: bool) -> str:
    return f"map-partner map-{status}{' map-reported' * is_reported}"


def notes(partnerships: Iterable[Any]) -> list[str]:
    """Return the sentences that the map never stands without."""
    has_kosovo = any(row.partner.iso_code == "XK" for row in partnerships)
    return [_NO_ENDORSEMENT, *[_KOSOVO] * has_kosovo]
