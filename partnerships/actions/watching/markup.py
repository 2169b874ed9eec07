"""The tags and the text of a page of HTML, in the time that its length takes.

``html.parser`` takes the square of that for tags or comments that do not end, raises on
some, and reads pages otherwise with each release of Python, so that texts of two visits
would differ.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

#: Elements whose content is no markup, and no text that a reader reads.
RAW = {"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"}

_OPENING = re.compile(r"<(?=[a-zA-Z/!?])")
_NAME = re.compile(r"</?+([a-zA-Z][^\s/>]*+)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+(?:([^\s/>][^\s/>=]*+)"""
    r"""(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>][^\s>]*+)))?+)?+"""
)
_COMMENT_END = re.compile(r"--!?>")
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.I) for name in RAW}


class Tag(NamedTuple):
    name: str
    is_end: bool
    attributes: dict[str, str]


def tags_and_text(html: str) -> Iterator[Tag | str]:
    """Yield each tag, and the text between them as it is written. Leaves out comments
    and what is in raw elements; what does not end reaches to the end, as in a
    browser."""
    at = 0
    while opening := _OPENING.search(html, at):
        start = opening.start()
        if start > at:
            yield html[at:start]
        if name := _NAME.match(html, start):
            attributes, at = _attributes(html, name.end())
            tag = Tag(name[1].lower(), html[start + 1] == "/", attributes)
            if at < 0:
                return
            yield tag
            if tag.name in RAW and not tag.is_end:
                end = _RAW_END[tag.name].search(html, at)
                at = end.start() if end else len(html)
        elif html.startswith("<!--", start):
            comment_end = _COMMENT_END.search(html, start + 2)
            at = comment_end.end() if comment_end else len(html)
        else:
            at = html.find(">", start) + 1 or len(html)
    if at < len(html):
        yield html[at:]


def _attributes(html: str, at: int) -> tuple[dict[str, str], int]:
    """Return the attributes of a tag and where it ends: -1 if it does not."""
    attributes: dict[str, str] = {}
    while found := _ATTRIBUTE.match(html, at):
        name, *values = found.groups()
        at = found.end()
        if name is None:
            break
        attributes.setdefault(name.lower(), next(filter(None, values), ""))
    return attributes, at + 1 if html.startswith(">", at) else -1
