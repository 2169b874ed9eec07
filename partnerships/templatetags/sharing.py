"""Addresses by which a page is shared, and how it shows where it is."""

from dataclasses import dataclass

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from partnerships.filters.clock import CLOCKS
from partnerships.web.addresses import path_of
from partnerships.web.sharing import OF_CARDS, OTHERS, WAYS, settled_past

register = template.Library()

#: Another order of a page shows what it shows.
_SAME = {"order"}


@dataclass(frozen=True)
class Share:
    """The addresses of one page: its own and, absolute too, that of its card; the
    permanent one; the paths of its picture, without the ending, and of the page for
    frames, with how high it is; empty where there is none."""

    url: str
    card: str
    permanent: str
    svg: str
    png: str
    embed: str
    height: int


@register.simple_tag(takes_context=True)
def sharing(context):
    """The ways to share this page; None for one that is none of the site, and for a
    reader's own report."""
    request = context["request"]
    match = request.resolver_match
    if match is None or match.view_name == "report-received":
        return None
    ways, parts = WAYS.get(match.view_name, OTHERS), list(match.kwargs.values())
    query = _query(context)
    of_card = [(name, value) for name, value in query if name in OF_CARDS]
    absolute = request.build_absolute_uri
    is_own = match.view_name in WAYS
    card = path_of(ways.card, *(parts if is_own else ()))
    return Share(
        url=absolute(_with(request.path, query)),
        card=absolute(_with(card, of_card)),
        permanent=absolute(_with(request.path, _settled(context, query))),
        **_files(ways.picture, parts, query),
        embed=absolute(_with(path_of(ways.embed, *parts), query)) if ways.embed else "",
        height=ways.height,
    )


@register.simple_tag(takes_context=True)
def picture_files(context, name):
    """The paths of another picture that the page shows, by their endings."""
    return _files(name, (), _query(context))


def _files(name, parts, query):
    of_picture = [(key, value) for key, value in query if key != "page"]
    return {
        ending: _with(path_of(name, *parts, ending), of_picture) if name else ""
        for ending in ("svg", "png")
    }


@register.simple_tag(takes_context=True)
def block_text(context, name):
    """The words of a block of the page, said once more."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    # Safe, since the page was made of it as it is.
    return SafeString(" ".join(block.render(context).split()))


def _query(context):
    """The parameters that make this page another, as far as it knows them."""
    form = context.get("form") or context.get("clock")
    if listed := context.get("filter"):
        form = listed.form
    if form is None or not form.is_valid():
        return []
    given, page = context.request.GET, context.get("page")
    kept = [
        (name, value)
        for name in form.fields
        if name not in _SAME
        for value in given.getlist(name)
        if value
    ]
    number = getattr(page, "number", 1)
    return [*kept, ("page", number)] if number > 1 else kept


def _settled(context, query):
    """The parameters with both days, by which the page will always be what it is."""
    clock, today = context.get("clock"), timezone.localdate()
    if clock is None:
        return query
    days = settled_past(clock.past, context["trail"], today)
    if "as_of" in clock.fields:
        days["as_of"] = clock.on
    others = [(name, value) for name, value in query if name not in CLOCKS]
    return [*others, *sorted(days.items())]


def _with(path, query):
    return f"{path}?{urlencode(query)}" if query else path
