"""Reading a page's HTML in tests."""

import re
import struct
from html.parser import HTMLParser
from xml.etree import ElementTree


class Page(HTMLParser):
    """The words, links, ids and attributes of a page."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.ids, self.attributes = [], [], [], set()
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.attributes |= attrs.keys()
        if tag == "a":
            self.links.append(attrs.get("href", ""))
        if "id" in attrs:
            self.ids.append(attrs["id"])

    def handle_data(self, data):
        self.words.append(data)


def page(client, path, query=None, *, status=200):
    """The page that a GET answers with, with the status expected of it."""
    response = client.get(path, query)
    assert response.status_code == status
    return Page(response.content.decode())


def size_of_png(image):
    """The width and the height of a PNG."""
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", image[16:24])


def words_of_svg(svg):
    """All that can be read in a picture."""
    texts = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return " ".join("".join(text.itertext()) for text in texts)


VOID = {"base", "br", "hr", "img", "input", "link", "meta", "source", "wbr"}
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
    """The ``problems`` of a page: what is not well formed, refers to what is not there,
    or is style or script within the page. (The Nu checker found the rest valid.)"""

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
        if tag == "style" or "style" in given:
            self.say("style in the page")
        is_script = tag == "script" and given.get("type") != "application/ld+json"
        if (is_script and "src" not in given) or any(n.startswith("on") for n in given):
            self.say("script in the page")
        if tag == "a" and given.get("href", "").startswith("#"):
            self.referred.add(given["href"][1:])
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
