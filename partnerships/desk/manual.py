"""The manual: the documents that editors work by, as pages of the desk."""

from functools import cache
from itertools import pairwise

from django.conf import settings
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.text import slugify
from markdown_it import MarkdownIt

#: The documents in ``docs/``, by their names in an address.
BOOKS = ("editing", "decisions")


def manual(request, site, book):
    """Show one of the documents; each heading can be linked to."""
    if book not in BOOKS:
        raise Http404
    title, body = _rendered(book)
    context = {**site.each_context(request), "title": title, "body": body}
    return TemplateResponse(request, "admin/desk/manual.html", context)


@cache
def _rendered(book):
    """Return the title of a document, and the rest of it as HTML. Raw HTML in it shows
    as text, and a link to another of the documents leads to its page."""
    text = (settings.BASE_DIR / "docs" / f"{book}.md").read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slugify(inline.content))
    for link in (t for token in tokens for t in token.children or ()):
        if link.type == "link_open":
            name, dot_md, anchor = str(link.attrGet("href")).partition(".md")
            if dot_md and name in BOOKS:
                link.attrSet("href", f"../{name}/{anchor}")
    title = tokens[1].content
    body = markdown.renderer.render(tokens[3:], markdown.options, {})
    return title, SafeString(body)
