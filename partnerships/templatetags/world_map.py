"""The partners on the map: their shapes, from the one drawing that `make map` makes."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from django import template

from partnerships.choices import Status
from partnerships.models import Partnership

register = template.Library()

DRAWING = Path(__file__).parent.parent / "static" / "partnerships" / "map.svg"


@dataclass(frozen=True)
class Drawn:
    """A partnership with the shape of its partner on one map."""

    partnership: Partnership
    shape: str

    @property
    def label(self) -> str:
        return f"{self.partnership.partner}: {Status(self.partnership.status).label}"


@cache
def shapes() -> dict[str, str]:
    """The path of each country on each map, by its id, as "europe-NO"."""
    paths = ElementTree.parse(DRAWING).iterfind(".//{*}path")
    return {path.get("id"): path.get("d") for path in paths}


@register.filter
def drawn_on(partnerships, name):
    """Those of these partnerships whose partner has a place on the map of that name."""
    found = (
        (row, shapes().get(f"{name}-{row.partner.iso_code}")) for row in partnerships
    )
    return [Drawn(row, shape) for row, shape in found if shape]


@register.filter
def has_kosovo(partnerships):
    return any(row.partner.iso_code == "XK" for row in partnerships)
