"""The HTML of every public page is well formed and refers to what is there: with records,
without any, and where something is wrong. (The Nu checker found the rest valid.)"""

import re
from html.parser import HTMLParser

import pytest

from partnerships.filters.changes import ChangeFilter
from partnerships.filters.comparison import CompareForm, MatrixFilter
from partnerships.filters.milestones import MilestoneFilter
from partnerships.filters.sources import DisagreementFilter, SourceForm
from partnerships.ledger import sealing
from tests import showcase

pytestmark = pytest.mark.once

LIST, RECORD, LOG = "/partnerships/", "/partnerships/norway/", "/changes/"
FULL = [
    "/",
    LIST,
    RECORD,
    "/partnerships/canada/",
    "/partnerships/thailand/",
    f"{RECORD}changes/",
    "/matrix/",
    "/matrix/?rows=coverage&order=-coverage",
    "/areas/area-4/",
    "/compare/",
    "/compare/?p=norway&p=canada&p=thailand&show=all",
    "/timeline/",
    "/sources/",
    "/sources/eeas-web/",
    "/disagreements/",
    LOG,
    f"{LOG}?page=2&kind=editorial",
    f"{LOG}1/",
    "/data/",
    "/about/",
    "/glossary/",
    "/accessibility/",
]
EMPTY = [
    "/?as_of=1990-01-01",
    f"{LIST}?q=atlantis",
    "/matrix/?q=atlantis",
    "/timeline/?q=atlantis",
    "/timeline/?as_of=1990-01-01",
    "/sources/?known_on=2020-01-01",
    "/sources/eeas-web/?alone=true&standing=compatible",
    "/disagreements/?partnership=thailand",
    f"{LOG}?to=2020-01-01",
    f"{RECORD}?as_of=1990-01-01",
]
ASKED = {
    *MatrixFilter.base_filters,
    *MilestoneFilter.base_filters,
    *ChangeFilter.base_filters,
    *DisagreementFilter.base_filters,
    *CompareForm.base_fields,
    *SourceForm.base_fields,
}
ALL_WRONG = "&".join(f"{name}=x" for name in sorted(ASKED))
WRONG = [f"{path}?{ALL_WRONG}" for path in FULL if "?" not in path]
NOWHERE = ["/nowhere/", "/partnerships/atlantis/", f"{LIST}?page=9", f"{LOG}?page=x"]

VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
BLOCKS = {"article", "aside", "details", "div", "dl", "fieldset", "footer", "form"}
BLOCKS |= {"h1", "h2", "h3", "h4", "header", "main", "nav", "ol", "p", "pre", "section"}
BLOCKS |= {"table", "ul", "figure", "blockquote"}
INTERACTIVE = {"a", "button", "details", "input", "label", "select", "textarea"}
PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "summary": {"details"},
    "legend": {"fieldset"},
    "option": {"select", "optgroup"},
}
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "tr": {"td", "th"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
    "select": {"option", "optgroup"},
}
REFERENCES = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
TIME = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d(\.\d{1,3})?([+-]\d\d:?\d\d|Z))?")


class Checker(HTMLParser):
    """Collects in ``problems`` what is wrong with a page."""

    def __init__(self, html):
        super().__init__()
        self.problems, self.open, self.ids, self.referred = [], [], [], set()
        self.labelled, self.controls = set(), []
        self.feed(html)
        self.finish()

    def say(self, problem):
        self.problems.append(f"{problem}, line {self.getpos()[0]}")

    def handle_startendtag(self, tag, attrs):
        self.see(tag, attrs)

    def handle_starttag(self, tag, attrs):
        self.see(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.say(f"</{tag}> closes what is not open")

    def see(self, tag, attrs):
        given = dict(attrs)
        if len(given) < len(attrs):
            self.say(f"<{tag}> has an attribute twice")
        self.see_place(tag, self.open[-1] if self.open else "")
        self.see_attributes(tag, given)
        self.ids += [given["id"]] if "id" in given else []
        for name in REFERENCES:
            self.referred |= set(given.get(name, "").split())
        if tag == "label":
            self.labelled.add(given.get("for"))
        is_silent = given.get("type") in ("hidden", "submit") or "aria-label" in given
        if tag in ("input", "select", "textarea") and not is_silent:
            self.controls += [] if "label" in self.open else [given.get("id")]

    def see_place(self, tag, parent):
        if tag in BLOCKS and {"p", "span"} & {*self.open}:
            self.say(f"<{tag}> in a <p> or <span>")
        if tag in INTERACTIVE and {"a", "button"} & {*self.open}:
            self.say(f"<{tag}> in a link or button")
        if tag == "form" and "form" in self.open:
            self.say("<form> in a <form>")
        if parent not in PARENTS.get(tag, {parent}):
            self.say(f"<{tag}> in a <{parent}>")
        if tag not in CHILDREN.get(parent, {tag}):
            self.say(f"<{tag}> in a <{parent}>")

    def see_attributes(self, tag, given):
        if tag in {"table", "thead", "tbody", "tr", "th", "td"} and "role" in given:
            self.say(f"<{tag}> has a role")
        if tag == "time" and not TIME.fullmatch(given.get("datetime", "")):
            self.say(f"<time> at {given.get('datetime')}")
        day = given.get("value") if given.get("type") == "date" else ""
        if day and not TIME.fullmatch(day):
            self.say(f"no day: {day}")
        if given.get("type") == "hidden" and any(n.startswith("aria-") for n in given):
            self.say("a hidden field has a description")

    def finish(self):
        self.problems += [f"<{tag}> is never closed" for tag in self.open]
        twice = {one for one in self.ids if self.ids.count(one) > 1}
        self.problems += [f"id {one} is there twice" for one in twice]
        self.problems += [f"no {one}" for one in self.referred - {*self.ids}]
        silent = {*self.controls} - self.labelled
        self.problems += [f"field {one} has no label" for one in silent]


@pytest.fixture(scope="module")
def built(for_module):
    showcase.build()
    sealing.seal()


@pytest.mark.parametrize("path", [*FULL, *EMPTY, *WRONG, *NOWHERE])
def test_page_is_well_formed(client, built, db, path):
    response = client.get(path)
    assert response.status_code in {200, 400, 404}
    assert Checker(response.text).problems == []


@pytest.mark.parametrize("path", ["/", LIST, "/matrix/", "/timeline/", LOG, "/data/"])
def test_page_without_any_record_is_well_formed(client, db, path):
    assert Checker(client.get(path).text).problems == []


@pytest.mark.parametrize(
    ("html", "problem"),
    [
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
