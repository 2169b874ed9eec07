"""Pictures: what they are drawn of, how they are kept, and what is in none."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships import urls
from partnerships.choices import Status
from partnerships.web import timeline_drawing
from partnerships.web.pictures import bands
from partnerships.web.pictures.letters import sans, serif
from partnerships.web.pictures.png import MOST_POINTS, png
from partnerships.web.pictures.sheet import STYLE, picture
from partnerships.web.sharing import WAYS
from partnerships.web.strips import KEY
from tests import factories
from tests.html import Checker, size_of_png, words_of_svg

CANADA = "/partnerships/canada/"
OTHERS = ["map", "timeline", "safe"]
PATHS = [
    *("/card.png", f"{CANADA}card.png", "/matrix/card.png", "/safe/card.png"),
    *("/compare/card.png", "/compare/card.png?p=norway&p=japan", "/new/card.png"),
    *("/areas/area-1/card.png", "/timeline/card.png", "/picture.svg"),
    *("/matrix/picture.png", "/embed/state/", "/embed/matrix/"),
    *("/map/picture.svg", "/timeline/picture.svg", "/safe/picture.svg"),
]


@pytest.mark.django_db
def test_page_that_is_not_there_has_no_card(client):
    assert "og:image" not in client.get("/partnerships/atlantis/").text


def test_every_way_to_share_is_a_route():
    names = {pattern.name for pattern in urls.urlpatterns}
    for page, ways in WAYS.items():
        wanted = {page, ways.card, ways.picture, ways.embed} - {""}
        assert wanted <= names


@pytest.mark.django_db
def test_picture_of_what_was_known_says_so(client, sealed_at_once):
    factories.partnership("canada")
    for path in ("/picture.svg", *(f"/{of}/picture.svg" for of in OTHERS)):
        text = words_of_svg(client.get(path, {"known_on": "2020-01-01"}).text)
        assert "as told on 1 January 2020" in text, path
        assert "Canada" not in text, path


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_picture_without_any_record_is_drawn(client, path):
    factories.area(1)
    expected = 404 if "canada" in path else 400 if "p=norway" in path else 200
    assert client.get(path).status_code == expected


@pytest.mark.django_db
def test_draft_and_unknown_have_no_picture(client):
    factories.partnership("norway", published=False)
    for slug in ("norway", "atlantis"):
        for path in ("card.png", "picture.svg", "picture.png"):
            assert client.get(f"/partnerships/{slug}/{path}").status_code == 404
        assert client.get(f"/embed/{slug}/").status_code == 404
    assert client.get("/areas/atlantis/card.png").status_code == 404
    for path in ("/picture.svg", *(f"/{of}/picture.svg" for of in OTHERS)):
        assert "Norway" not in client.get(path).text


@pytest.mark.django_db
def test_picture_is_kept_for_its_edition_and_not_for_every_day(
    client, memory_cache, sealed_at_once, django_assert_num_queries
):
    factories.partnership("canada")
    for query, kept in (("", True), ("?as_of=2025-01-31", False)):
        first = client.get(f"{CANADA}card.png{query}")
        with django_assert_num_queries(1 if kept else 2):
            assert client.get(f"{CANADA}card.png{query}").content == first.content
        etag = first["ETag"]
        again = client.get(f"{CANADA}card.png{query}", headers={"If-None-Match": etag})
        assert again.status_code == 304


@pytest.mark.django_db
def test_number_of_queries_does_not_grow(client):
    def counts():
        counted = {}
        for path in [path for path in PATHS if "p=" not in path]:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            counted[path] = len(captured)
        return counted

    area = factories.area(1)
    seen = []
    for slugs in (("canada", "norway"), ("japan", "ghana", "india")):
        for slug in slugs:
            record = factories.partnership(slug)
            factories.milestone(record, "signed", "2025-06-23")
            factories.coverage(record, area)
        seen.append(counts())
    assert seen[0] == seen[1]
    assert max(seen[1].values()) <= 8  # cells are read in two, and what changed


@pytest.mark.django_db
def test_page_for_frames_is_well_formed(client):
    area, record = factories.area(1), factories.partnership("canada")
    factories.milestone(record, "signed", "2025-06-23")
    factories.coverage(record, area)
    for path in ("/embed/state/", "/embed/matrix/", "/embed/canada/"):
        for query in ("", "?as_of=2024-01-01", "?as_of=soon"):
            response = client.get(path + query)
            assert Checker(response.text).problems == [], path + query
            assert response.status_code == (400 if "soon" in query else 200)
            assert ("is no day" in response.text) == ("soon" in query)


def test_long_names_stay_in_their_place():
    face = serif(40)
    name = "The Federal Democratic Republic of a Very Long Name Indeed"
    assert face.width(face.cropped(name, 200)) <= 200
    assert face.cropped("Norway", 200) == "Norway"
    lines = sans(20).lines(name, 180, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert max(sans(20).width(line) for line in lines) <= 180


@pytest.mark.parametrize(
    "sign", ["\ufffe", "\uffff", "\u202e", "👩‍👩‍👧", "]]>", "&", "<"]
)
def test_strange_sign_breaks_no_picture(sign):
    words = f"a{sign}b"
    one = picture(words, words, 100, 60, [bands.text(sans(20), 5, 40, words)])
    assert words_of_svg(one.svg).startswith("a")
    assert size_of_png(png(one)) == (100, 60)


def test_no_picture_has_more_points_than_may_be():
    tall = picture("Tall", "", 1200, 20_000)
    width, height = size_of_png(png(tall, zoom=2))
    assert width * height <= MOST_POINTS


def test_letters_of_every_official_language_are_drawn():
    signs = "ÅåÄäÖöØøÆæÞþÐðŁłŠšČčŘřŽžŐőŰűĂăȘșȚțİıĞğĠġĦħĶķĻļŅņĒēĄąĘęŽž–—’“”…·×"
    nothing = png(picture("Sign", "", 40, 60))
    for sign in signs:
        alone = picture("Sign", "", 40, 60, [bands.text(sans(20), 5, 40, sign)])
        assert png(alone) != nothing, sign


def test_every_look_has_a_style_in_pictures():
    plain = {"not_needed", "signed", "associated", "no_agreement"}  # as the track is
    looks = {name for _, look, _ in KEY for name in look.split()} - plain
    assert {look for look in looks if f".{look}" not in STYLE} == set()


@pytest.mark.django_db
def test_kept_page_for_frames_may_be_framed_too(client, memory_cache, sealed_at_once):
    factories.partnership("canada")
    for _ in range(2):
        response = client.get("/embed/canada/")
        assert "X-Frame-Options" not in response
        assert "frame-ancestors *" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_mark_is_there_for_those_who_read_no_svg(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 200
    assert response.content.startswith(b"\x00\x00\x01\x00")
    assert 'rel="apple-touch-icon"' in client.get("/about/").text


# Timeline, ladder, map


def drawn(client, path, query=None):
    response = client.get(path, query)
    assert response.status_code == 200
    return response.text


@pytest.mark.django_db
def test_timeline_in_a_picture_keeps_the_filters_and_names_them(client):
    for slug in ("canada", "norway"):
        factories.milestone(factories.partnership(slug), "signed", "2025-06-23")
    text = words_of_svg(
        drawn(client, "/timeline/picture.svg", {"partnership": "canada"})
    )
    assert "1 milestone, in 2025" in text
    assert "Filtered by Partnership: canada" in text
    assert "Norway" not in text
    wrong = client.get("/timeline/picture.svg", {"track": "x"})
    assert wrong.status_code == 400
    assert wrong.text.startswith("“X” is no track. Choose")
    assert client.get("/map/picture.svg", {"as_of": "soon"}).status_code == 400


@pytest.mark.django_db
def test_timeline_of_many_is_a_picture_of_columns(client, monkeypatch):
    record = factories.partnership("canada")
    factories.milestone(record, "signed", "2025-06-23")
    factories.milestone(record, "signed", "2026-02-14", track="safe")
    monkeypatch.setattr(timeline_drawing, "MOST_MARKS", 1)
    svg = drawn(client, "/timeline/picture.svg")
    text = words_of_svg(svg)
    assert "Too many milestones to draw one by one" in text
    assert "SDP · 1" in text
    assert "SAFE · 1" in text
    assert svg.count(": 1 milestone</title>") == 2


@pytest.mark.django_db
def test_ladder_of_many_counts_those_left_out(client):
    for number in range(14):
        record = factories.partnership(f"partner-{number}")
        factories.milestone(record, "signed", "2024-05-28")
        factories.milestone(record, "requested", "2025-07-01", track="safe")
    text = words_of_svg(drawn(client, "/safe/picture.svg"))
    assert text.count("Asks to take part in SAFE, 1 July 2025") == 12
    assert "and 2 more" in text


@pytest.mark.django_db
def test_map_in_a_picture_shows_and_names_each_partner_by_status(client):
    norway = factories.partner("norway", iso_code="NO")
    factories.milestone(factories.partnership(of=norway), "signed", "2024-05-28")
    factories.partnership(of=factories.partner("kosovo", iso_code="XK"))
    factories.partnership("african-union")
    svg = drawn(client, "/map/picture.svg")
    assert svg.count("<title>Norway: Signed</title>") == 2  # the world and Europe
    text = words_of_svg(svg)
    assert "Signed · 1 Norway" in text
    assert "African Union" in text
    assert "Boundaries and names on the map imply no endorsement" in text
    assert "in line with UNSCR 1244/1999" in text


def test_each_status_has_a_look_on_the_map_and_in_its_picture():
    for look in [*Status.values, "reported"]:
        assert re.search(rf"\.map-{look}\b", STYLE), look
