"""A page as a reader meets it: its head, its headings, its sentences; and what is wrong
with its words. Documents' own words, addresses and code are left out."""

import re
from html.parser import HTMLParser
from itertools import pairwise

from django.db.models import TextChoices

from partnerships import choices
from tests.html import VOID

#: Said once, and put better since.
PUT_BETTER = """
    Because of_
    as an EEA-EFTA state or as Ukraine
    is asked for
    what was asked for
    Take what is listed
    with all its pages
    By what this tracker knew on another day
    Done together
    Beside the others
    All that is said of it
    Whoever runs this site
    The form says
    Claim created
    by Data set
    It has stood so since
    No step is recorded by this day, so nothing waits
    Steps left on this line
    The same as a matrix
    headline status
    furthest first
    milestones (Atom)
    not verified yet
    Open disagreements: none
    partnerships on record are signed
    There is no such partnership
    Not recorded: place
""".strip().splitlines()
#: Bare, these are values of our code or of a template that went wrong.
CODE = {
    value
    for group in vars(choices).values()
    if isinstance(group, type) and issubclass(group, TextChoices)
    for value in group.values
    if "_" in value
}
COUNTED = (
    "partnerships|partners|sources|documents|claims|facts|milestones|areas|changes"
)
COUNTED += (
    "|records|days|others|ties|rulings|positions|questions|results|steps|missions"
)
WRONG = {
    "shows its code": re.compile(
        rf"\b({'|'.join(sorted(CODE))}|None(?! [a-z])|True|False|undefined|NaN)\b"
        r"|\[object|%s|%\(|\{\{|\}\}|\{%"
    ),
    "is badly set": re.compile(r" [,.!](?=\s|$)|(?<!\.)\.\.(?!\.)|,,|, \.|\( | \)|;;"),
    "counts one as many": re.compile(rf"(?<![\d.,№/–-])\b(?:1|[Oo]ne) ({COUNTED})\b"),
    "names nobody who acted": re.compile(
        r"\b(?:was|were) (?:held|opened|requested|asked for)\b(?![^.;]* by )"
    ),
}
#: Said of this day, whose reach the page has to say.
NOW = re.compile(r"\b(?:today|still|so far|until now|as yet|not yet)\b", re.I)
REACH = re.compile(r"[Cc]hecked through|[Nn]o check|[Rr]each(?:es)? to")
#: Said by no one of the day: the date control, the label of a fact, a document's word.
NOT_OF_THE_DAY = re.compile(r"As of today|[Nn]ot yet double-checked|“[^”]*”")
PAST = "Back to now"  # in the banner of a past day, which has no later one to reach
#: Where sentences stand; elsewhere a paragraph is prose if it has a second sentence.
PROSE = {"lead", "prose", "part-head", "principles", "empty", "verdict"}
SECOND = re.compile(r"[a-z)”’]\. [A-Z]")
ENDS = re.compile(r"([.!?:…][”’)]*|\d)$")  # a number ends what counts
BEGINS = re.compile(r"[^\w]*[^\W\d_a-z]|[^\w]*\d")
SENTENCE = 6  # words: shorter, it may be a label

BLOCKS = {"p", "li", "dt", "dd", "td", "th", "caption", "summary", "figcaption", "div"}
BLOCKS |= {
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "ul",
    "ol",
    "dl",
    "table",
    "tr",
}
BLOCKS |= {"nav", "main", "header", "footer", "form", "fieldset", "legend", "label"}
BLOCKS |= {"option", "select", "details", "article", "aside", "text", "title"}
BLOCKS |= {"br", "time-zone"}
NOT_OURS = {"q", "cite", "pre", "code", "script", "style", "blockquote"}
SPOKEN = ("aria-label", "placeholder", "title", "alt")


class Reading(HTMLParser):
    """The ``title``, ``description``, ``lang``, ``headings`` by level, ``paragraphs`` of
    prose and all the ``text`` of a page; what is ``opened`` on it by a press, and what
    is ``spoken`` of it alone."""

    def __init__(self, html):
        super().__init__()
        self.title = self.description = self.lang = ""
        self.headings, self.paragraphs = [], []
        self._open, self._words, self._spoken, self._paragraph = [], [], [], None
        self._opened, self._last_in = [], ""
        self.feed(html)
        self.text = " ".join("".join(self._words).split())
        self.opened = " ".join("".join(self._opened).split())
        self.spoken = " | ".join(self._spoken)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.lang = given.get("lang", self.lang) if tag == "html" else self.lang
        if tag == "meta" and given.get("name") == "description":
            self.description = " ".join(given.get("content", "").split())
        if self._is_in("body"):
            self._spoken += [given[name] for name in SPOKEN if given.get(name)]
        names = {*given.get("class", "").split(), *({"popover"} & given.keys())}
        if tag not in VOID:
            self._open.append((tag, names))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "p" and self._is_in("main"):
            self._paragraph = []
        if tag in BLOCKS:
            self._put(" ")

    def handle_endtag(self, tag):
        if tag == "p" and self._paragraph is not None:
            self._end_paragraph()
        while self._open and self._open.pop()[0] != tag:
            pass
        self._put(" " if tag in BLOCKS else "")

    def handle_data(self, data):
        if self._is_in("title") and self._is_in("head"):
            self.title += data
        if not self._is_in("body"):
            return
        if self._is_not_ours():
            data = "…"
        self._put(data)
        if self._paragraph is not None and not self._is_named("popover"):
            self._paragraph.append(data)
            self._last_in = self._open[-1][0] if data.strip() else self._last_in

    def _put(self, words):
        """Add to the text, or to what a press opens beside it."""
        (self._opened if self._is_named("popover") else self._words).append(words)

    def _is_in(self, tag):
        return any(tag == opened for opened, _ in self._open)

    def _is_named(self, *names):
        """True within an element of one of these classes, or a popover."""
        return any(found & {*names} for _, found in self._open)

    def _is_not_ours(self):
        """True in a quotation, in code, and in a table that describes code."""
        return any(self._is_in(tag) for tag in NOT_OURS) or self._is_named("fields")

    def _end_paragraph(self):
        """Keep a paragraph of prose, but not one that ends in a link to press."""
        text = " ".join("".join(self._paragraph).split())
        is_prose = self._is_named(*PROSE) or SECOND.search(text)
        if is_prose and self._last_in not in {"a", "button"}:
            self.paragraphs.append(text)
        self._paragraph = None


def faults_of_words(html):
    """What is wrong with what a page says, each as a sentence."""
    read = Reading(html)
    texts = [read.title, read.description, read.text, read.opened, read.spoken]
    for phrase in PUT_BETTER:
        wanted = phrase.strip().replace("_", " ")
        yield from (f"says “{wanted}”" for text in texts if wanted in text)
    for what, pattern in WRONG.items():
        for text in texts:
            for found in pattern.finditer(text):
                yield f"{what}: {_around(text, found)}"
    for sentence in [read.description, *read.paragraphs]:
        if len(sentence.split()) >= SENTENCE and not ENDS.search(sentence):
            yield f"has no end: {sentence[-60:]}"
        if len(sentence.split()) >= SENTENCE and not BEGINS.match(sentence):
            yield f"begins small: {sentence[:60]}"
    ours = NOT_OF_THE_DAY.sub("…", read.text)
    if (found := NOW.search(ours)) and not (REACH.search(ours) or PAST in ours):
        yield f"does not say how far it is known: {_around(ours, found)}"


def faults_of_form(html):
    """What is wrong with the head and the headings of a page, each as a sentence."""
    read = Reading(html)
    if read.headings.count(1) != 1:
        yield f"{read.headings.count(1)} first headings"
    if any(after > before + 1 for before, after in pairwise([0, *read.headings])):
        yield f"headings leave out a level: {read.headings}"
    if read.lang != "en-GB":
        yield f"in {read.lang or 'no language'}"
    title = " ".join(read.title.split())
    if not 10 <= len(title) <= 70:
        yield f"title of {len(title)} characters: {title}"
    if not 50 <= len(read.description) <= 200:
        length = len(read.description)
        yield f"description of {length} characters: {read.description}"


def _around(text, found):
    return text[max(found.start() - 40, 0) : found.end() + 30]
