"""The text that matters of a page, so that two visits can be compared."""

import difflib
import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from partnerships.actions.watching.fetching import Answer
from partnerships.actions.watching.markup import Tag, tags_and_text
from partnerships.text import CONTROL, tidy

HTML = {"text/html", "application/xhtml+xml"}

#: Where the text of a page is looked for first.
ROOMS = ("main", "article", "body")
#: Elements that are around the text, or not for reading.
AROUND = frozenset({"nav", "header", "footer", "aside", "form", "noscript", "template"})
INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em"),
    *("font", "i", "img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small"),
    *("span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
}
EMPTY = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
    *("param", "source", "track", "wbr"),
}
#: Elements that end where the next of their kind begins.
ENDED_BY_NEXT = {"dd", "dt", "li", "option", "p", "td", "th", "tr"}
#: Characters: some servers put the whole page into a form.
LONG_FORM = 1_000
#: Elements within one another that are told apart, as in browsers.
DEEPEST = 512

_HIDING = re.compile(r"(?:display\s*+:\s*+none|visibility\s*+:\s*+hidden)", re.I)
_END_OF_LINE = "\0"

# Of the text
_LONG_REFERENCE = re.compile(r"&#[0-9]{8,}+;?")  # more than Python makes a number of
_PART_OF_WORD = re.compile(r".{1,500}", re.S)

_TIME = (
    r"(?<![\d:.,/])(?:"
    r"(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:\s?[ap]\.?m\b\.?)?"
    r"|(?:0?\d|1[0-2]):[0-5]\d\s?[ap]\.?m\b\.?"
    r"|(?:[01]\d|2[0-3]):[0-5]\d"
    r")(?![\d:])(?:\s?(?:Z|UTC|GMT|CES?T|BST|E[SD]T)\b)?"
)
_DATE = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s[a-z]{3,9}\.?,?\s\d{4}"
    r"|[a-z]{3,9}\.?\s\d{1,2},?\s\d{4}|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})"
)
#: A line with nothing but the weekday, the date and the time is the clock of a visit.
_VISIT = re.compile(
    rf"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?\s{_DATE}"
    rf"[,\s–|-]{{1,3}}(?:at\s)?{_TIME}\.?",
    re.I,
)
#: What changes by itself within a line.
_MOVING = re.compile(
    rf"{_TIME}"
    r"|\b(?:\d{1,3}|an?)\s(?:second|minute|hour|day|week|month|year)s?\sago\b"
    r"|\b\d[\d,. ]{0,12}\s?(?:page\s)?views?\b"
    r"|\b(?:page\s)?views?:\s?\d[\d,. ]{0,12}",
    re.I,
)

# Of the words for a difference
LONGEST_LINE = 200  # characters
MOST_LINES = 6
_BEFORE = 60  # characters that lead to the first that differs
_COMPARED = 300  # lines


def is_html(answer: Answer) -> bool:
    """Return whether there is a page of HTML, by what its server calls it."""
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind:
        return kind in HTML
    return answer.body.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html"))


def text_of(answer: Answer) -> str:
    """Return the text that matters of a page, one line for each block: of ``<main>``,
    ``<article>`` or the whole, without what stands around it or changes by itself.
    Empty for what is no HTML, of which the bytes are compared."""
    if not is_html(answer):
        return ""
    page = CONTROL.sub("", _decoded(answer))
    text = _text(page, AROUND)
    if "<form" in page.lower():
        with_forms = _text(page, AROUND - {"form"})
        in_forms = len(with_forms) - len(text)
        if not text or in_forms > max(len(text), LONG_FORM):
            return with_forms
    return text


def digest_of(text: str | bytes) -> str:
    """Return the SHA-256 of a text, or of the body of what is no HTML."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()


def difference(old: str, new: str) -> list[str]:
    """Return what was added and removed between two texts, for a human to read: a few
    short lines, and none if they are equal."""
    said = [
        f"{verb}: {line}"
        for removed, added in _changed(old.split("\n"), new.split("\n"))
        for verb, line in zip(
            ("Removed", "Added"), _around_change(removed, added), strict=True
        )
        if line
    ]
    more = len(said) - MOST_LINES
    return said[:MOST_LINES] + (["More has changed."] if more > 0 else [])


def _decoded(answer: Answer) -> str:
    """Return the page by the charset of its header, else of its own, else UTF-8."""
    header = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", answer.content_type, re.I)
    meta = re.search(
        rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w.:-]+)", answer.body[:4096], re.I
    )
    named = [header[1]] if header else []
    named += [meta[1].decode("latin-1")] if meta else []
    for name in named:
        if charset := _charset(name.lower()):
            return answer.body.decode(charset, "replace").removeprefix("\ufeff")
    return answer.body.decode("utf-8-sig", "replace")


def _charset(name: str) -> str:
    """Return Python's name for a charset of the web, empty for any other codec: some
    are slow, or no text."""
    if name in ("iso-8859-1", "latin1", "us-ascii", "ascii"):
        return "cp1252"  # as all browsers read it
    known = (
        r"utf-?8|utf-16(le|be)?|iso-8859-([2-9]|1[013-6])|windows-125[0-8]|koi8-[ru]"
        r"|euc-(jp|kr)|ks_c_5601-1987|shift_jis|gb2312|gbk|gb18030|big5"
    )
    return name if re.fullmatch(known, name) else ""


class _Page:
    """The elements that are open while a page is read, and the text of its rooms."""

    def __init__(self, left_out: frozenset[str]) -> None:
        self.left_out = left_out
        self.open: list[tuple[str, bool]] = []  # the name, and if it is left out
        self.names: Counter[str] = Counter()
        self.left_out_now = 0
        self.rooms: dict[str, list[str]] = {room: [] for room in ROOMS}

    def read(self, piece: Tag | str) -> None:
        if isinstance(piece, str):
            self.write(piece)
            return
        if piece.name not in INLINE:
            self.write(_END_OF_LINE)
        if piece.is_end:
            self.leave(piece.name)
        elif piece.name not in EMPTY:
            self.enter(piece)

    def write(self, text: str) -> None:
        if self.left_out_now:
            return
        for room, texts in self.rooms.items():
            if room == "body" or self.names[room]:
                texts.append(text)

    def enter(self, tag: Tag) -> None:
        if self.open and tag.name in ENDED_BY_NEXT and self.open[-1][0] == tag.name:
            self.leave(tag.name)
        if len(self.open) == DEEPEST:
            return
        hides = "hidden" in tag.attributes or bool(
            _HIDING.search(tag.attributes.get("style", ""))
        )
        is_left_out = hides or tag.name in self.left_out
        self.open.append((tag.name, is_left_out))
        self.names[tag.name] += 1
        self.left_out_now += is_left_out

    def leave(self, name: str) -> None:
        """Leave an element with all that is open in it, if it is open."""
        while self.names[name]:
            last, was_left_out = self.open.pop()
            self.names[last] -= 1
            self.left_out_now -= was_left_out
            if last == name:
                return


def _text(page: str, left_out: frozenset[str]) -> str:
    """Return the lines of the first room that has text."""
    reading = _Page(left_out)
    for piece in tags_and_text(page):
        reading.read(piece)
    for texts in reading.rooms.values():
        blocks = "".join(texts).split(_END_OF_LINE)
        text = "\n".join(filter(None, map(_line, blocks)))
        if text:
            return text
    return ""


def _line(block: str) -> str:
    """Return a block as one line, without what changes by itself."""
    text = html.unescape(_LONG_REFERENCE.sub("\ufffd", block))
    line = " ".join(word for word in map(_word, text.split()) if word)
    if len(line) < 80 and _VISIT.fullmatch(line):
        return ""
    return " ".join(_MOVING.sub(" ", line).split())


def _word(word: str) -> str:
    """Return a word in composed characters: in parts, since a heap of accents takes the
    square of its length."""
    return word if word.isascii() else _PART_OF_WORD.sub(lambda m: tidy(m[0]), word)


def _changed(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield lines that were removed, each with the one that took its place."""
    start = _shared(old, new)
    old, new = old[start:], new[start:]
    end = _shared(old[::-1], new[::-1])
    old, new = old[: len(old) - end], new[: len(new) - end]
    matcher = difflib.SequenceMatcher(
        None, old[:_COMPARED], new[:_COMPARED], autojunk=False
    )
    for kind, i, to_i, j, to_j in matcher.get_opcodes():
        if kind != "equal":
            yield from zip_longest(old[i:to_i], new[j:to_j], fillvalue="")


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how much of the beginning two texts or lists of lines share."""
    pairs = enumerate(zip(one, other, strict=False))
    shorter = min(len(one), len(other))
    return next((n for n, (here, there) in pairs if here != there), shorter)


def _around_change(old: str, new: str) -> tuple[str, str]:
    """Return both lines, cut to where they differ if they are long."""
    shared = _shared(old, new) if old and new else 0
    start = max(shared - _BEFORE, 0)
    return _cut(old, start), _cut(new, start)


def _cut(line: str, start: int) -> str:
    room = LONGEST_LINE - len("Removed: ")
    if len(line) <= room:
        return line
    line = f"…{line[start:]}" if start else line
    return line if len(line) <= room else f"{line[: room - 1]}…"
