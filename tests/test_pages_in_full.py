"""The public pages over records that show all that a page can show."""

import re
from functools import cache
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.urls import resolve

from partnerships.ledger import sealing
from tests import showcase
from tests.html import Page, page

HOME, LIST, DETAIL = "/", "/partnerships/", "/partnerships/norway/"
CHANGES, LOG = "/changes/", "/partnerships/norway/changes/"
SOURCES, SOURCE, DISPUTES = "/sources/", "/sources/eeas-web/", "/disagreements/"
WORDS = ["/glossary/", "/data/", "/about/", "/accessibility/"]
TWINNED = [HOME, LIST, DETAIL, CHANGES, LOG]
PAGES = [*TWINNED, SOURCES, SOURCE, DISPUTES, *WORDS]
ACROSS = ["/matrix/", "/areas/area-4/", "/compare/?p=norway&p=canada&p=thailand"]


@pytest.fixture(scope="module")
def built(for_module):
    """The showcase, each record of it a change of its own."""
    showcase.build()
    sealing.seal()


@pytest.fixture
def shown(built, db):
    pass


@pytest.fixture(scope="module")
def html(built):
    """The text at an address, asked for once."""
    return cache(lambda path: Client().get(path).content.decode())


@pytest.mark.parametrize("path", [*PAGES, *ACROSS])
def test_page_has_no_inline_style_or_script(shown, html, path):
    html = html(path)
    assert "style" not in Page(html).attributes
    assert not [name for name in Page(html).attributes if name.startswith("on")]
    assert "<style" not in html
    assert not re.findall(r"<script(?![^>]*( src=|ld\+json))", html)


@pytest.mark.parametrize("path", [*PAGES, *ACROSS])
def test_ids_are_unique_and_anchors_lead_somewhere(shown, html, path):
    found = Page(html(path))
    assert len(found.ids) == len(set(found.ids))
    anchors = {link[1:] for link in found.links if link.startswith("#")}
    assert anchors <= set(found.ids)


def test_every_internal_link_answers(client, shown):
    waiting = [HOME, LIST + "?as_of=2025-06-30&status=signed&q=a"]
    found = {sort_of(path) for path in waiting}
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        ok = {200, 302} if path.startswith("/admin/") else {200}
        assert response.status_code in ok, path
        if response.streaming:
            assert response.getvalue()
        if path.startswith(("/api/", "/admin/")) or response.streaming:
            continue
        for link in Page(response.content.decode()).links:
            target = (path.partition("?")[0] if link.startswith("?") else "") + link
            target = target.partition("#")[0]
            if target.startswith("/") and sort_of(target) not in found:
                found.add(sort_of(target))
                waiting.append(target)
    assert len(found) > 30


def sort_of(target):
    """The address itself; but where parameters are combined, some values stand for all,
    each of which is asked for alone; and on another day one record stands for all, and
    one operation as JSON for the others; one file stands for all of its name."""
    path, _, query = target.partition("?")
    if path.startswith("/data/"):
        return path
    names = frozenset(name for name, _ in parse_qsl(query))
    if names & {"as_of", "operation"}:
        return resolve(path).view_name, names
    return (path, names) if len(names) > 1 else target


@pytest.mark.parametrize(
    "path",
    [*PAGES, *ACROSS, *(f"/api/v1{p}" for p in ["/statistics/", *TWINNED[1:]])],
)
def test_draft_and_internal_notes_are_nowhere(shown, html, path):
    text = html(path)
    assert "Between us only" not in text
    assert "hidden" not in re.sub(r"visually-hidden|aria-hidden", "", text)


def test_home_counts_partnerships_by_status(client, shown):
    text = page(client, HOME).text
    assert "12 of the 15 partnerships on record are signed" in text
    assert "11 Signed" in text
    assert "1 SAFE associated" in text
    assert "No partnership stands at: exploratory talks, suspended" in text


def test_record_explains_its_status(client, shown):
    found = page(client, "/partnerships/canada/")
    milestones = client.get("/partnerships/canada/").context["record"].because
    assert [fact.about.kind for _, fact in milestones] == ["signed", "signed"]
    for _, fact in milestones:
        assert f"#milestone-{fact.about.pk}" in found.links
    assert "Because of signed, 23 June 2025 (SDP)" in found.text
    assert "and signed, 14 February 2026 (SAFE)" in found.text


def test_milestone_shows_sources_rivals_and_ruling(client, shown):
    text = page(client, DETAIL).text
    assert "1 source disagrees, ruled on" in text
    assert "The editors’ ruling: The text itself bears this date" in text
    assert "= agrees" in text
    assert "≈ compatible" in text
    assert "≠ disagrees" in text
    assert "3 June 2024 , in the words concluded" in text
    assert "section Norway" in text


def test_areas_keep_unknown_and_no_apart(client, shown):
    text = page(client, DETAIL).text
    for heading in (
        "Included 18",
        "Not included 3",
        "Already exists 3",
        "Not assessed 2",
    ):
        assert heading in text
    assert "stated by European Parliamentary Research Service 17" in text
    assert "counted as included below 18" in text


def test_contribution_shows_both_amounts(client, shown):
    text = page(client, DETAIL).text
    assert "NOK 150,000,000" in text
    assert "EUR 13,200,000" in text
    assert "running total" in text
