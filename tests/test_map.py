"""The map: the drawing's geography, and how partners stand on it."""

import re
from math import asin, atan2, cos, hypot, radians, sin, sqrt
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings

from partnerships.choices import MilestoneKind, Region, Status, Track
from partnerships.web.world_map import COUNTRIES, GROUND, ground, shapes
from tests import factories
from tests.factories import edit
from tests.html import Page, page

TOOL = Path(settings.BASE_DIR) / "tools" / "map"
STATIC = Path(settings.BASE_DIR) / "partnerships" / "static" / "partnerships"
MEMBERS = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
)

#: Of each map: the place in its middle, its scale, and where the middle is drawn.
MAPS = {
    "world": ((11, 0), 369.463, (1000, 486.717)),
    "europe": ((14, 53.5), 1360, (590, 500)),
}
PLACES = [
    # place, longitude, latitude, whose land it is drawn as
    ("Simferopol", 34.1, 44.95, "UA"),
    ("Sevastopol", 33.6, 44.6, "UA"),
    ("Donetsk", 37.8, 48.0, "UA"),
    ("Pristina", 21.16, 42.66, "XK"),
    ("Belgrade", 20.46, 44.8, "RS"),
    ("Sukhumi", 41.2, 43.0, "GE"),
    ("Kyrenia", 33.5, 35.3, "CY"),
    ("Oslo", 10.7, 60.3, "NO"),
]
ON_THE_WORLD_ALONE = [
    ("Hargeisa", 44.06, 9.56, "SO"),
    ("Laayoune", -13.0, 27.0, "EH"),
    ("Taichung", 120.8, 24.2, "TW"),
    ("Ottawa", -75.7, 45.5, "CA"),
    ("Canberra", 149.1, -35.3, "AU"),
]
DISPUTED = [(name, *place) for name in MAPS for place in PLACES] + [
    ("world", *place) for place in ON_THE_WORLD_ALONE
]
DISPUTED.append(("europe", "Golan Heights", 35.8, 33.0, "IL"))


def drawn_at(name, longitude, latitude):
    """Where a place is on a map: Šavrič, Patterson and Jenny's Equal Earth, turned so
    that the map's middle is its centre."""
    (middle, tilt), scale, (left, top) = MAPS[name]
    turned, phi, tilt = radians(longitude - middle), radians(latitude), radians(-tilt)
    x, y, z = cos(turned) * cos(phi), sin(turned) * cos(phi), sin(phi)
    along = atan2(y, x * cos(tilt) - z * sin(tilt))
    t = asin(sqrt(3) / 2 * (z * cos(tilt) + x * sin(tilt)))
    a, b, c, d = 1.340264, -0.081106, 0.000893, 0.003796
    width = sqrt(3) / 2 * (a + 3 * b * t**2 + t**6 * (7 * c + 9 * d * t**2))
    height = t * (a + b * t**2 + t**6 * (c + d * t**2))
    return left + scale * along * cos(t) / width, top - scale * height


def rings(shape):
    """The outlines of a shape, which steps from point to point."""
    for ring in shape.split("Z")[:-1]:
        start, steps = ring.removeprefix("M").split("l")
        x, y = map(int, start.split(","))
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        points = [(x, y)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        yield points


def covers(shape, x, y):
    """Whether a point is inside: a line from it crosses the outline an odd number of
    times."""
    crossings = 0
    for points in rings(shape):
        for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
            if (y1 > y) != (y2 > y):
                crossings += x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)
    return crossings % 2 == 1


def is_dot(shape):
    return "a" in shape


# The drawing


@pytest.mark.parametrize(("name", "place", "longitude", "latitude", "code"), DISPUTED)
def test_place_is_drawn_as_part_of(name, place, longitude, latitude, code):
    point = drawn_at(name, longitude, latitude)
    owners = {
        key.removeprefix(f"{name}-")
        for key, shape in shapes().items()
        if key.startswith(f"{name}-") and not is_dot(shape) and covers(shape, *point)
    }
    assert owners == {code}


@pytest.mark.parametrize("code", ["SG", "MT", "PS", "BH", "CV", "MU", "TO"])
def test_country_too_small_to_draw_is_a_dot(code):
    assert is_dot(shapes()[f"world-{code}"])


def test_no_shape_is_too_small_to_see():
    for key, shape in shapes().items():
        if not is_dot(shape):
            points = [point for ring in rings(shape) for point in ring]
            xs, ys = zip(*points, strict=True)
            assert hypot(max(xs) - min(xs), max(ys) - min(ys)) > 4, key


def test_partners_and_others_of_each_continent_are_on_the_world():
    wanted = "US CA BR ZA KE IN CN JP AU NZ FJ VA LI XK UA GB NO CH MD MK AL ME RS BA"
    assert {f"world-{code}" for code in wanted.split()} <= shapes().keys()


@pytest.mark.parametrize(("name", "place", "longitude", "latitude", "code"), DISPUTED)
def test_ground_has_the_member_states_apart(name, place, longitude, latitude, code):
    point = drawn_at(name, longitude, latitude)
    under = {key for key, shape in ground().items() if covers(shape, *point)}
    assert under & {f"{name}-land", f"{name}-eu"} == {
        f"{name}-eu" if code in MEMBERS.split() else f"{name}-land"
    }


def test_member_states_are_the_27():
    tool = (TOOL / "draw.js").read_text()
    assert re.search(r'EU =\s+"([^"]+)"', tool)[1] == MEMBERS
    for capital in [(2.35, 48.86), (13.4, 52.5), (24.9, 60.4), (-3.7, 40.4)]:
        assert covers(ground()["europe-eu"], *drawn_at("europe", *capital))
    for capital in [(10.7, 60.3), (-1.5, 52.5), (8.2, 46.8), (20.46, 44.8)]:
        assert not covers(ground()["europe-eu"], *drawn_at("europe", *capital))


def test_ids_are_unique_and_by_iso_code():
    ids = [
        path.get("id") for path in ElementTree.parse(COUNTRIES).iterfind(".//{*}path")
    ]
    assert len(ids) == len({*ids})
    assert all(re.fullmatch(r"(world|europe)-[A-Z]{2}", key) for key in ids)


def test_drawing_is_small_and_holds_nothing_but_shapes():
    for drawing, most in ((COUNTRIES, 60_000), (GROUND, 25_000)):
        text = drawing.read_text()
        assert len(text) < most
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
        elements = {element.tag for element in ElementTree.parse(drawing).iter()}
        assert {name.partition("}")[2] for name in elements} == {"svg", "path"}


def test_lock_of_the_tool_names_no_host():
    lock = (TOOL / "package-lock.json").read_text()
    assert "://" not in lock
    assert '"integrity": "sha512-' in lock


def test_drawing_has_no_colour_of_its_own():
    """The page gives it, by light, dark and print."""
    for drawing in (COUNTRIES, GROUND):
        assert not re.search(r"\b(fill|stroke|style|class)=", drawing.read_text())


# The page


def links(client, query=None):
    """Each partner that the world map shows: its words, its address and its look."""
    html = client.get("/", query).content.decode()
    world = re.search(r'<svg class="map-world".+?</svg>', html, flags=re.S)[0]
    found = re.findall(
        r'<a class="map-partner map-([^"]+)"\s+href="([^"]+)"><title>([^<]+)', world
    )
    return {words: (href, look) for look, href, words in found}


@pytest.fixture
def canada(db):
    of = factories.partner("canada", iso_code="CA", region=Region.NORTH_AMERICA)
    record = factories.partnership(of=of)
    factories.milestone(record, date="2025-06-23")
    factories.milestone(record, MilestoneKind.SIGNED, "2026-02-14", track=Track.SAFE)
    return record


def test_partner_is_marked_by_status_and_leads_to_its_record(client, canada):
    address = "/partnerships/canada/"
    assert links(client) == {"Canada: SAFE associated": (address, "safe_associated")}
    then = links(client, {"as_of": "2025-12-31"})
    assert then == {"Canada: Signed": (f"{address}?as_of=2025-12-31", "signed")}


def test_partner_without_a_place_is_in_the_list_alone(client, canada):
    factories.partnership("african-union")
    factories.partnership(of=factories.partner("atlantis", iso_code="ZZ"))
    assert len(links(client)) == 1
    found = page(client, "/")
    assert {"/partnerships/african-union/", "/partnerships/atlantis/"} <= {*found.links}


def test_draft_is_not_on_the_map(client, canada):
    factories.partnership(
        of=factories.partner("norway", iso_code="NO"), published=False
    )
    assert len(links(client)) == 1


def test_europe_repeats_the_world_for_the_eye_alone(client, db):
    factories.partnership(of=factories.partner(iso_code="NO"))
    html = client.get("/").content.decode()
    europe = re.search(r'<svg class="map-europe".+?</svg>', html, flags=re.S)[0]
    assert 'aria-hidden="true"' in europe
    assert europe.count("<a ") == europe.count('tabindex="-1"') == 1


def test_kosovo_comes_with_its_footnote(client, canada):
    footnote = "in line with UNSCR 1244/1999 and the ICJ Opinion"
    assert footnote not in page(client, "/").text
    factories.partnership(of=factories.partner("kosovo", iso_code="XK"))
    assert footnote in page(client, "/").text


def test_each_status_has_a_look_and_so_has_what_is_reported():
    styles = (STATIC / "home.css").read_text()
    for look in [*Status.values, "reported"]:
        assert re.search(rf"^\.map-{look}\b", styles, re.M), look


def test_what_the_press_alone_says_looks_so_and_is_in_the_legend(client, canada):
    def hatched(html):
        return html.count(" map-reported")

    norway = factories.partnership(of=factories.partner("norway", iso_code="NO"))
    signed = factories.milestone(norway, date="2024-05-28")
    html = client.get("/").text
    assert not hatched(html)
    edit(signed, certainty="reported")
    html = client.get("/").text
    world = re.search(r'<svg class="map-world".+?</svg>', html, flags=re.S)[0]
    legend = re.search(r'<figcaption>\s+<ul class="key">.+?</ul>', html, flags=re.S)[0]
    assert (hatched(world), hatched(legend), hatched(html)) == (1, 1, 3)  # Europe too
    assert "Norway: Reportedly signed" in world
    words = Page(legend).text
    assert (
        words
        == "Signed, and in SAFE under its own agreement Reportedly signed EU member states"
    )


def test_map_shows_more_partners_than_the_list_names(client, db):
    codes = [key[6:] for key in shapes() if key.startswith("world-")][:50]
    for code in codes:
        factories.partnership(of=factories.partner(code.lower(), iso_code=code))
    found = page(client, "/")
    assert len(links(client)) == 50
    assert "All 50" in found.text


def test_map_says_that_it_endorses_no_boundary(client, db):
    assert (
        "Boundaries and names on the map imply no endorsement" in page(client, "/").text
    )


def test_partners_on_the_map_are_ticked_to_be_compared_on_the_day_of_the_page(
    client, canada
):
    action = '<form action="/compare/"'
    assert action not in client.get("/").text  # one alone is not compared
    factories.partnership(of=factories.partner("norway", iso_code="NO"))
    factories.partnership("african-union")
    html = client.get("/", {"as_of": "2025-12-31"}).text
    form = " ".join(html[html.index(action) :].partition("</form>")[0].split())
    assert re.findall(r'name="p" value="([\w-]+)"', form) == ["canada", "norway"]
    assert 'name="as_of" value="2025-12-31"' in form
    assert "Canada" in Page(form).text


def test_page_and_picture_show_one_part_of_the_map(client, canada):
    on_page = re.findall(r'class="map-\w+"\s+viewBox="([\d ]+)"', client.get("/").text)
    svg = client.get("/map/picture.svg").text
    assert len(on_page) == 2
    assert [view for view in on_page if f'viewBox="{view}"' not in svg] == []
