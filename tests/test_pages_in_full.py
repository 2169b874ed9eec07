"""The public pages over records that show all that a page can show: what they say, where
their links lead, and that their HTML is well formed, also without any record."""

import re
from collections import Counter
from urllib.parse import parse_qsl

import pytest
from django.urls import resolve

from partnerships.filters.changes import ChangeFilter
from partnerships.filters.comparison import CompareForm, MatrixFilter
from partnerships.filters.milestones import MilestoneFilter
from partnerships.filters.sources import DisagreementFilter, SourceForm
from partnerships.filters.ties import TieForm
from partnerships.ledger import sealing
from tests import showcase, tries
from tests.html import Checker, Page, page

HOME, LIST, DETAIL = "/", "/partnerships/", "/partnerships/norway/"
CHANGES, LOG = "/changes/", "/partnerships/norway/changes/"
SOURCES, SOURCE, DISPUTES = "/sources/", "/sources/eeas-web/", "/disagreements/"
WORDS = ["/glossary/", "/data/", "/about/", "/accessibility/"]
TWINNED = [HOME, LIST, DETAIL, CHANGES, LOG]
PAGES = [*TWINNED, SOURCES, SOURCE, DISPUTES, *WORDS]
ACROSS = ["/matrix/", "/areas/area-4/", "/compare/?p=norway&p=canada&p=thailand"]
FULL = [
    *(*PAGES, *ACROSS, "/partnerships/canada/", "/partnerships/thailand/"),
    *("/matrix/?rows=coverage&order=-coverage", "/compare/", f"{ACROSS[-1]}&show=all"),
    *("/safe/", "/ties/", "/ties/contributions/", "/positions/", "/not-sdps/"),
    *("/timeline/", f"{CHANGES}?page=2&kind=editorial", f"{CHANGES}1/"),
]
EMPTY = [
    *(f"{path}?q=atlantis" for path in (LIST, "/matrix/", "/timeline/")),
    *(f"{path}?as_of=1990-01-01" for path in (HOME, "/timeline/", DETAIL)),
    *(f"{SOURCES}?known_on=2020-01-01", f"{SOURCE}?alone=true&standing=compatible"),
    *(f"{DISPUTES}?partnership=thailand", f"{CHANGES}?to=2020-01-01"),
]
PARAMETERS = {
    *MatrixFilter.base_filters,
    *MilestoneFilter.base_filters,
    *ChangeFilter.base_filters,
    *DisagreementFilter.base_filters,
    *CompareForm.base_fields,
    *TieForm.base_fields,
    *SourceForm.base_fields,
}
ALL_WRONG = "&".join(f"{name}=x" for name in sorted(PARAMETERS))
WRONG = [f"{path}?{ALL_WRONG}" for path in FULL if "?" not in path]
NOWHERE = ["/nowhere/", "/partnerships/atlantis/", f"{LIST}?page=9", "/changes/?page=x"]


@pytest.fixture(scope="module")
def built(for_module, built_once):
    """The showcase, each record of it a change of its own."""
    built_once(showcase.build, "showcase")
    sealing.seal()


@pytest.fixture
def shown(built, db):
    pass


@pytest.mark.once
@pytest.mark.parametrize("paths", [FULL, EMPTY, WRONG, NOWHERE])
def test_pages_are_well_formed(client, shown, paths):
    for path in paths:
        response = client.get(path)
        assert response.status_code in {200, 400, 404}, path
        assert Checker(response.text).problems == [], path


@pytest.mark.once
@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<p style=a>", "style in the page, line 1"),
        ("<style></style>", "style in the page, line 1"),
        ("<p onclick=a>", "script in the page, line 1"),
        ("<script></script>", "script in the page, line 1"),
        ("<a href=#b></a>", "no b"),
        ("<p>a", "<p> is never closed"),
        ("<p><i>a</p></i>", "</p> closes what is not open, line 1"),
        ("<p><ul></ul></p>", "<ul> in a <p> or <span>, line 1"),
        ("<ul><p></p></ul>", "<p> in a <ul>, line 1"),
        ("<i id=a></i><i id=a></i>", "id a is there twice"),
        ("<i aria-labelledby=b></i>", "no b"),
        ("<input id=c>", "field c has no label"),
        ("<tr role=row></tr>", "<tr> has a role, line 1"),
        ("<time datetime=2026></time>", "<time> at 2026, line 1"),
        ("<input type=date value=x aria-label=d>", "no day: x, line 1"),
        ("<a href=x><button></button></a>", "<button> in a link or button, line 1"),
    ],
)
def test_checker_finds(html, problem):
    assert problem in Checker(html).problems


@pytest.mark.once
@pytest.mark.slow("crawls all pages")
def test_every_internal_link_answers(client, shown):
    waiting = [HOME, LIST + "?as_of=2025-06-30&status=signed&q=a"]
    found, count = {sort_of(path) for path in waiting}, Counter()
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        ok = {200, 302} if path.startswith("/admin/") else {200}
        assert response.status_code in ok, path
        if response.streaming:
            assert response.getvalue()
        if path.startswith(("/api/", "/admin/")) or "Content-Disposition" in response:
            continue
        if response["Content-Type"].startswith("image/"):
            continue
        for link in Page(response.content.decode()).links:
            target = (path.partition("?")[0] if link.startswith("?") else "") + link
            target = target.partition("#")[0]
            if target.startswith("/") and sort_of(target) not in found:
                found.add(sort_of(target))
                folder, _, _ = target.partition("?")[0].rstrip("/").rpartition("/")
                count[folder] += 1
                if not folder or count[folder] <= tries(25):
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
    if names & {"as_of", "edition", "operation"}:
        return resolve(path).view_name, names
    return (path, names) if len(names) > 1 else target


def test_draft_and_internal_notes_are_nowhere(client, shown):
    twins = [f"/api/v1{path}" for path in ("/statistics/", *TWINNED[1:])]
    for path in [*PAGES, *ACROSS, *twins]:
        text = client.get(path).content.decode()
        assert "Between us only" not in text, path
        assert "hidden" not in re.sub(
            r'visually-hidden|aria-hidden|type="hidden"', "", text
        ), path


def test_home_counts_partnerships_by_status(client, shown):
    text = page(client, HOME).text
    assert "Twelve partnerships signed, one by press reports alone" in text
    assert "Checked through 31 March 2026; no check of 13 others." in text
    assert "Signed · 12" in text
    assert "Asked for or suggested, not begun · " in text


def test_rejected_milestone_is_evidence_and_stands_in_no_list(client, shown):
    assert "7 March 2026" not in page(client, HOME).text.partition("Newest changes")[0]
    for path in ("/timeline/", "/compare/?p=brazil&p=ghana"):
        text = page(client, path).text
        assert "7 March 2026" not in text, path
        assert "Brazil" in text and "announce" in text, path
    assert "rejected by the editors" in page(client, SOURCE).text


def test_record_explains_its_status(client, shown):
    found = page(client, "/partnerships/canada/")
    milestones = client.get("/partnerships/canada/").context["record"].because
    assert [fact.about.kind for _, fact in milestones] == ["signed", "signed"]
    for _, fact in milestones:
        assert f"#milestone-{fact.about.pk}" in found.links
    assert found.text.count("decides the status") == 2


def test_milestone_shows_sources_rivals_and_ruling(client, shown):
    text = page(client, DETAIL).text
    assert "1 disagrees, ruled on" in text
    assert "The editors’ ruling: The text itself bears this date" in text
    assert "= agrees" in text
    assert "≈ compatible" in text
    assert "≠ disagrees" in text
    assert "3 June 2024 , in the words concluded" in text
    assert "section Norway" in text


def test_areas_keep_unknown_and_no_apart(client, shown):
    text = page(client, DETAIL).text
    assert "Included 18" in text and "Not included 3" in text
    assert "Already exists 3" in text and "Not assessed 2" in text
    assert "18 of 26 areas counted; 17 by its source’s own count" in text


def test_contribution_shows_both_amounts(client, shown):
    text = page(client, DETAIL).text
    assert "NOK 150,000,000" in text
    assert "EUR 13,200,000" in text
    assert "running total" in text
