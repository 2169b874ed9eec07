"""The partners on the map: their shapes, from the one drawing that `make map` makes."""

from functools import cache
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

from django import template

from partnerships.choices import Status
from partnerships.web.status_words import label

register = template.Library()

DRAWING = Path(__file__).parent.parent / "web" / "countries.svg"


@cache
def shapes() -> dict[str, str]:
    """The path of each country on each map, by its id, as "europe-NO"."""
    paths = ElementTree.parse(DRAWING).iterfind(".//{*}path")
    return {path.attrib["id"]: path.attrib["d"] for path in paths}


@register.filter
def drawn_on(partnerships, name):
    """The partnerships on the map of that name, each with its label and shape."""
    return [
        (row, f"{row.partner}: {label(row)}", shape)
        for row in partnerships
        if (shape := shapes().get(f"{name}-{row.partner.iso_code}"))
    ]


@register.filter
def map_legend(partnerships):
    """The statuses there are, furthest first, each as confirmed and as reported by the
    press alone, where it is."""
    shown = {(row.status, row.status_reported) for row in partnerships}
    every = product(reversed(Status), (False, True))
    return [look for look in every if look in shown]


@register.filter
def has_kosovo(partnerships):
    return any(row.partner.iso_code == "XK" for row in partnerships)
