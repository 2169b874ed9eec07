"""What others show of the site: cards, pictures, frames; and how a page tells of them."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Area, Source
from partnerships.web.pictures.png import MOST_POINTS
from partnerships.web.pictures.sheet import STYLE
from tests.html import size_of_png, words_of_svg

pytestmark = pytest.mark.once

SVG = "{http://www.w3.org/2000/svg}"
CANADA = "/partnerships/canada/"
PAGES = [
    *("/", "/partnerships/", CANADA, f"{CANADA}brief/", "/matrix/", "/compare/"),
    *("/compare/?p=norway&p=japan", "/safe/", "/ties/", "/timeline/", "/new/"),
    *("/sources/", "/disagreements/", "/questions/", "/positions/", "/not-sdps/"),
    *("/changes/", "/data/", "/about/", "/glossary/", "/accessibility/"),
    *("/search/?q=canada", "/report/", "/partnerships/?status=signed&page=1"),
]
PICTURES = [
    *("/picture", f"{CANADA}picture", "/map/picture", "/matrix/picture"),
    *("/timeline/picture", "/safe/picture"),
]
CARDS = [
    *("/card.png", f"{CANADA}card.png", "/matrix/card.png", "/safe/card.png"),
    *("/compare/card.png", "/compare/card.png?p=norway&p=japan"),
    *("/areas/maritime-security/card.png", "/timeline/card.png", "/new/card.png"),
]
FRAMES = ["/embed/state/", "/embed/matrix/", "/embed/canada/"]


def shared(html):
    """What a page says to those who share it, by property or name."""
    found = re.findall(r'<meta (?:property|name)="([\w:]+)"\s+content="([^"]*)"', html)
    return {name: unescape(text) for name, text in found}


def page_text(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.text


# What a page tells


def every_page():
    areas = Area.objects.values_list("slug", flat=True)
    sources = Source.objects.public().values_list("key", flat=True)
    return [
        *PAGES,
        *(reverse("area-detail", args=[slug]) for slug in areas[:4]),
        *(reverse("source-detail", args=[key]) for key in sources[:4]),
    ]


@pytest.mark.django_db
def test_every_page_has_a_title_a_description_and_a_card(client, dataset):
    cards = set()
    too_long = []
    for path in every_page():
        html = page_text(client, path)
        told = shared(html)
        title = unescape(re.search(r"<title>(.*?)</title>", html, re.S)[1])
        assert title == f"{told['og:title']} – SDP Tracker", path
        too_long += [title] if len(title) > 70 else []
        assert len(told["description"]) > 20, path
        assert told["og:description"] == told["description"], path
        assert told["og:image:alt"].startswith(told["og:title"]), path
        assert told["twitter:card"] == "summary_large_image", path
        assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
        assert html.count('rel="canonical"') == html.count('"og:url"') == 1, path
        assert told["og:image"].startswith("http://testserver/"), path
        cards.add(told["og:image"].removeprefix("http://testserver"))
    assert too_long == []
    assert len(cards) > 8
    for card in cards:
        response = client.get(card)
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        assert size_of_png(response.content) == (1200, 630), card


@pytest.mark.django_db
def test_page_of_a_day_has_the_card_of_that_day_and_is_itself(client, dataset):
    days = f"as_of=2025-07-01&known_on={timezone.localdate()}"
    told = shared(client.get(f"{CANADA}?{days}&x=1").text)
    assert told["og:url"] == f"http://testserver{CANADA}?{days}"
    assert told["og:image"] == f"http://testserver{CANADA}card.png?{days}"


@pytest.mark.django_db
def test_list_is_itself_with_its_filters_and_not_with_its_order(client, dataset):
    html = client.get("/partnerships/?order=name&status=signed&q=&utm_source=x").text
    assert shared(html)["og:url"] == "http://testserver/partnerships/?status=signed"
    html = client.get("/compare/?p=norway&p=japan&show=all").text
    assert shared(html)["og:image"].endswith("/compare/card.png?p=norway&p=japan")


# Cards and pictures


@pytest.mark.django_db
@pytest.mark.parametrize("card", CARDS)
def test_card_is_drawn_alike_each_time(client, dataset, card):
    first, again = client.get(card), client.get(card)
    assert size_of_png(first.content) == (1200, 630)
    assert first.content == again.content
    assert len(first.content) < 150_000


@pytest.mark.django_db
@pytest.mark.parametrize("path", PICTURES)
def test_picture_says_where_it_comes_from(client, dataset, path):
    response = client.get(f"{path}.svg", {"as_of": "2026-02-20"})
    assert response["Content-Type"] == "image/svg+xml"
    text = words_of_svg(response.text)
    assert "As of 20 February 2026" in text
    assert "Checked through 30 April 2026" in text
    assert "SDP Tracker, edition" in text
    assert "CC BY 4.0" in text
    assert "http://testserver/" in text
    assert "not an official site of the European Union" in text
    tree = ElementTree.fromstring(response.text)
    assert tree.find(f"{SVG}title").text
    assert tree.find(f"{SVG}desc").text
    assert "var(" not in response.text
    width, height = size_of_png(client.get(f"{path}.png").content)
    assert width > 1200 < height + 1200
    assert width * height <= MOST_POINTS


@pytest.mark.django_db
def test_picture_and_page_draw_the_same_bands(client, dataset):
    band = re.compile(r'<(?:rect|line) class="(?:sdp|safe) [^>]*><title>')
    for page, path in (
        ("/embed/canada/", f"{CANADA}picture.svg"),
        ("/", "/picture.svg"),
    ):
        on_page = band.findall(client.get(page).text)
        assert on_page
        drawn = set(band.findall(client.get(path).text))
        assert {shape for shape in on_page if shape not in drawn} == set()


@pytest.mark.django_db
def test_timeline_in_a_picture_has_the_marks_of_the_page(client, dataset):
    mark = re.compile(r"<title>([^<]+)</title>(?:<rect[^>]*>)?<svg x=.*?</text>")
    query = {"as_of": "2026-02-20"}
    on_page = mark.findall(client.get("/timeline/", query).text)
    svg = client.get("/timeline/picture.svg", query).text
    assert sorted(mark.findall(svg)) == sorted(on_page)
    assert len(on_page) > 30
    used = set(re.findall(r'href="#(mark-[\w-]+)"', svg))
    assert used == set(re.findall(r'<symbol id="(mark-[\w-]+)"', svg))


@pytest.mark.django_db
def test_ladder_in_a_picture_says_what_the_page_says(client, dataset):
    for query in ({}, {"as_of": "2025-09-01"}, {"as_of": "2025-01-01"}):
        html = client.get("/safe/", query).text
        text = words_of_svg(client.get("/safe/picture.svg", query).text)
        heading = unescape(re.search(r"<h1>(.*?)</h1>", html, re.S)[1]).strip()
        assert heading in text
        rungs = re.findall(r'</svg>\s+([^<]+?) <span class="rung-count">', html)
        assert [rung for rung in rungs if unescape(rung) not in text] == []
        assert bool(rungs) == (query != {"as_of": "2025-01-01"})


@pytest.mark.django_db
def test_picture_of_a_past_day_shows_that_day(client, dataset):
    text = words_of_svg(
        client.get(f"{CANADA}picture.svg", {"as_of": "2025-01-31"}).text
    )
    assert "Signed" not in text
    assert "31 Jan 2025" in text


@pytest.mark.django_db
def test_style_of_a_picture_is_the_only_one_that_runs(client, dataset):
    policy = client.get("/picture.svg")["Content-Security-Policy"]
    assert re.search(r"style-src 'sha256-[\w+/=]{44}'(;|$)", policy)
    assert "unsafe" not in policy
    assert "<style>" + STYLE + "</style>" in client.get("/picture.svg").text


@pytest.mark.django_db
def test_wrong_choices_are_told_in_words(client, dataset):
    refused = client.get("/card.png", {"as_of": "soon"})
    assert refused.status_code == 400
    assert refused.text.endswith("Write the day as year-month-day, as in 2026-03-31.")
    assert refused["Content-Type"].startswith("text/plain")
    assert client.get("/compare/card.png", {"p": "atlantis"}).status_code == 400
    assert client.get("/matrix/picture.svg", {"status": "x"}).status_code == 400
    assert client.get("/picture.gif").status_code == 404


# Frames


@pytest.mark.django_db
@pytest.mark.parametrize("path", FRAMES)
def test_page_for_frames_may_be_framed_and_leads_out_of_the_frame(
    client, dataset, path
):
    response = client.get(path, {"as_of": "2026-02-20"})
    assert "X-Frame-Options" not in response
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert not response.cookies
    assert '<base target="_top">' in response.text
    assert "20 February 2026" in response.text
    assert "Checked through 30 April 2026." in response.text
    assert "<form" not in response.text
    assert "<script" not in response.text
    assert "not an official site of the European Union" in response.text
    assert "as_of=2026-02-20" in response.text


@pytest.mark.django_db
def test_no_other_page_may_be_framed(client, dataset, memory_cache):
    for path in [*PAGES, "/picture.svg", "/card.png", "/admin/login/", "/embed/none/"]:
        for _ in range(2):
            response = client.get(path)
            assert response["X-Frame-Options"] == "DENY", path
            assert "frame-ancestors 'none'" in response["Content-Security-Policy"], path


@pytest.mark.django_db
def test_code_of_a_frame_is_there_to_be_copied(client, dataset):
    for path, embed in (("/", "state"), (CANADA, "canada")):
        html = client.get(path).text
        (code,) = re.findall(r"<code>(.*?)</code>", html)
        assert f'<iframe src="http://testserver/embed/{embed}/"' in unescape(code)
        assert f'href="{path}picture.svg"' in html
        assert f'href="{path}picture.png"' in html


@pytest.mark.django_db
def test_every_picture_has_its_files_under_it(client, dataset):
    days = "as_of=2026-02-20"
    for page, path, query in (
        ("/", "/picture", days),
        ("/", "/map/picture", days),
        (CANADA, f"{CANADA}picture", days),
        ("/matrix/", "/matrix/picture", f"{days}&status=signed"),
        ("/timeline/", "/timeline/picture", f"{days}&track=sdp"),
        ("/safe/", "/safe/picture", days),
    ):
        html = unescape(client.get(f"{page}?{query}").text)
        found = re.findall(rf'href="{path}\.(svg|png)\?([^"]+)"', html)
        assert found, path
        assert {ending for ending, _ in found} == {"svg", "png"}, path
        assert {frozenset(q.split("&")) for _, q in found} == {
            frozenset(query.split("&"))
        }


@pytest.mark.django_db
def test_picture_of_the_second_page_is_that_of_the_first(client, dataset):
    html = client.get("/timeline/?order=date&page=1").text
    assert 'href="/timeline/picture.svg"' in html


# Icons and paper


@pytest.mark.django_db
def test_paper_says_where_it_was_printed_from(client, dataset):
    html = client.get(CANADA, {"as_of": "2026-02-20"}).text
    printed = " ".join(re.search(r'"printed-at">(.*?)</p>', html, re.S)[1].split())
    assert printed.startswith(
        f"http://testserver{CANADA}?as_of=2026-02-20 · as of 20 Feb"
    )
    assert " · edition " in printed
